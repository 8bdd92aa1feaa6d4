//! The trace of a request: taken over or made, logged, counted, and told to the client.
//!
//! A client's `traceparent` (W3C Trace Context) is taken over if it is well formed, otherwise a trace is begun.
//! The answer carries the trace id in the header `Aw-Trace`, the same 32 digits as `trace_id` in problems and logs.
//! Outgoing messages and requests continue the trace with [`Trace::traceparent`].

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

use axum::extract::{FromRequestParts, MatchedPath, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use data_encoding::HEXLOWER;
use ring::rand::{SecureRandom, SystemRandom};
use tracing::Instrument;

use crate::clock::Stopwatch;

/// Names the request header of W3C Trace Context.
pub const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

/// Names the answer's header with the trace id.
pub const AW_TRACE: HeaderName = HeaderName::from_static("aw-trace");

/// What is logged where a client went away before it was answered.
const CLIENT_WENT_AWAY: u16 = 499;

/// Identifies a trace: 16 bytes, not all zero; shown as 32 lower-case hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TraceId([u8; 16]);

/// The place of one request in its trace; an extension of the request and an extractor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trace {
    id: TraceId,
    span: [u8; 8],
    flags: u8,
}

/// Says that a text is no trace id or traceparent.
#[derive(Debug, thiserror::Error)]
#[error("not well formed by W3C Trace Context")]
pub struct Malformed;

impl fmt::Display for TraceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&HEXLOWER.encode(&self.0))
    }
}

impl FromStr for TraceId {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        digits(text).map(Self)
    }
}

impl Trace {
    /// Begins a trace.
    #[must_use]
    pub fn begin() -> Self {
        Self {
            id: TraceId(random()),
            span: random(),
            flags: 1,
        }
    }

    /// Continues the trace of a `traceparent` (version 00) with a span of its own.
    pub fn continued(traceparent: &str) -> Result<Self, Malformed> {
        let mut parts = traceparent.split('-');
        let (Some("00"), Some(id), Some(parent), Some(flags), None) = (
            parts.next(),
            parts.next(),
            parts.next(),
            parts.next(),
            parts.next(),
        ) else {
            return Err(Malformed);
        };
        digits::<8>(parent)?;
        let [flags] = hexadecimal(flags)?;
        Ok(Self {
            id: id.parse()?,
            span: random(),
            flags: flags & 1,
        })
    }

    /// Takes over the trace of a request's headers, or begins one where there is none or it is malformed.
    #[must_use]
    pub fn of(headers: &HeaderMap) -> Self {
        let mut values = headers.get_all(TRACEPARENT).iter();
        match (
            values.next().and_then(|value| value.to_str().ok()),
            values.next(),
        ) {
            (Some(value), None) => Self::continued(value).unwrap_or_else(|_| Self::begin()),
            _ => Self::begin(),
        }
    }

    /// Gives the id of the trace.
    #[must_use]
    pub fn id(&self) -> TraceId {
        self.id
    }

    /// Words the header for those who are called by this request.
    #[must_use]
    pub fn traceparent(&self) -> String {
        format!(
            "00-{}-{}-{:02x}",
            self.id,
            HEXLOWER.encode(&self.span),
            self.flags
        )
    }
}

impl<S: Sync> FromRequestParts<S> for Trace {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get().copied().unwrap_or_else(Self::begin))
    }
}

/// Reads exactly `N` bytes that are not all zero.
fn digits<const N: usize>(text: &str) -> Result<[u8; N], Malformed> {
    hexadecimal(text).and_then(|bytes| {
        if bytes == [0; N] {
            Err(Malformed)
        } else {
            Ok(bytes)
        }
    })
}

fn hexadecimal<const N: usize>(text: &str) -> Result<[u8; N], Malformed> {
    HEXLOWER
        .decode(text.as_bytes())
        .ok()
        .and_then(|bytes| bytes.try_into().ok())
        .ok_or(Malformed)
}

fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    SystemRandom::new()
        .fill(&mut bytes)
        .expect("the system's generator never fails after boot");
    bytes
}

/// Traces, logs and counts a request; the outermost layer of a public router.
///
/// One record per request: method, route template, status, micros, trace id; never the path, which may name somebody.
pub async fn record(mut request: Request, next: Next) -> Response {
    let trace = Trace::of(request.headers());
    request.extensions_mut().insert(trace);
    request.extensions_mut().insert(trace.id());
    let record = Record::start(&request, trace.id());
    let span = tracing::info_span!("request", trace_id = %trace.id());

    let mut response = next.run(request).instrument(span).await;
    let id = HeaderValue::try_from(trace.id().to_string())
        .expect("hexadecimal digits are a header value");
    response.headers_mut().insert(AW_TRACE, id);
    record.finish(response.status());
    response
}

/// What is logged and counted when the request ends, also when its client does not wait for that.
struct Record {
    method: &'static str,
    route: String,
    trace: TraceId,
    watch: Stopwatch,
    status: u16,
}

impl Record {
    fn start(request: &Request, trace: TraceId) -> Self {
        let route = request
            .extensions()
            .get::<MatchedPath>()
            .map_or("none", MatchedPath::as_str)
            .to_owned();
        Self {
            method: known(request.method()),
            route,
            trace,
            watch: Stopwatch::start(),
            status: CLIENT_WENT_AWAY,
        }
    }

    fn finish(mut self, status: StatusCode) {
        self.status = status.as_u16();
    }
}

impl Drop for Record {
    fn drop(&mut self) {
        let Self {
            method,
            route,
            trace,
            watch,
            status,
        } = self;
        let elapsed = watch.elapsed();
        let micros = u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX);
        tracing::info!(target: "http", method, route, status, micros, trace_id = %trace, "request");
        let labels = [
            ("method", (*method).to_owned()),
            ("route", route.clone()),
            ("status", status.to_string()),
        ];
        metrics::counter!("http_requests_total", &labels).increment(1);
        metrics::histogram!("http_request_seconds", &labels).record(elapsed);
    }
}

/// Names a method; the client's own inventions are one label.
fn known(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderValue};

    use super::{TRACEPARENT, Trace};

    const GIVEN: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    fn of(values: &[&'static str]) -> Trace {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(TRACEPARENT, HeaderValue::from_static(value));
        }
        Trace::of(&headers)
    }

    #[test]
    fn a_well_formed_traceparent_is_continued_with_a_span_of_our_own() {
        let trace = of(&[GIVEN]);
        assert_eq!(trace.id().to_string(), "0af7651916cd43dd8448eb211c80319c");
        let ours = trace.traceparent();
        assert!(
            ours.starts_with("00-0af7651916cd43dd8448eb211c80319c-") && ours.ends_with("-01"),
            "{ours}"
        );
        assert_ne!(ours, GIVEN);
        assert_eq!(
            Trace::continued(&ours).expect("ours is well formed").id(),
            trace.id()
        );
    }

    #[test]
    fn anything_else_begins_a_new_trace() {
        for malformed in [
            "",
            "00",
            "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "00-00000000000000000000000000000000-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
            "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-1",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-x",
            "00-0af7651916cd43dd8448eb211c80319-b7ad6b7169203331-01",
        ] {
            assert!(Trace::continued(malformed).is_err(), "{malformed}");
            assert_ne!(
                of(&[malformed]).id().to_string(),
                "0af7651916cd43dd8448eb211c80319c",
                "{malformed}"
            );
        }
        assert_ne!(
            of(&[GIVEN, GIVEN]).id().to_string(),
            "0af7651916cd43dd8448eb211c80319c"
        );
        assert_ne!(of(&[]), of(&[]));
    }
}
