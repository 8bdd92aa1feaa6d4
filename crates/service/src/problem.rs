//! Problems: how every refusal and failure looks on the wire (RFC 9457).
//!
//! A handler answers with a [`Problem`], which knows neither the language nor the trace of its request.
//! The layer [`render`] stands around all handlers, knows both, and words the problem; it also words what the framework
//! refuses by itself (no such route, no such method, an unreadable path) and leaves answers that are problems already.

mod catalogue;

use std::collections::BTreeMap;

use anmeldewerk_contract::problem::{Code, FieldError, Language};
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::Value;

use crate::trace::TraceId;

pub use catalogue::catalogue;

/// The media type of problems.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// Says why a request was refused or failed; an axum response.
///
/// ```
/// use anmeldewerk_contract::problem::Code;
/// use anmeldewerk_service::problem::Problem;
///
/// let problem = Problem::new(Code::QuotaExhausted)
///     .detail("Kontingent SH erschöpft", "the quota of SH is exhausted")
///     .with("bucket", "sh");
/// ```
#[derive(Clone, Debug, PartialEq)]
#[must_use]
pub struct Problem(Box<Parts>);

#[derive(Clone, Debug, PartialEq)]
struct Parts {
    code: Code,
    detail: Option<[String; 2]>,
    errors: Vec<FieldError>,
    members: BTreeMap<&'static str, Value>,
    retry_after_s: Option<u32>,
}

/// The members that an extension must not shadow.
const RESERVED: &[&str] = &[
    "type", "title", "status", "detail", "instance", "code", "errors", "trace_id",
];

impl Problem {
    /// Makes a problem that says no more than its code.
    pub fn new(code: Code) -> Self {
        Self(Box::new(Parts {
            code,
            detail: None,
            errors: Vec::new(),
            members: BTreeMap::new(),
            retry_after_s: None,
        }))
    }

    /// Says what is special about this occurrence, in both languages; never quotes personal data.
    pub fn detail(mut self, german: impl Into<String>, english: impl Into<String>) -> Self {
        self.0.detail = Some([german.into(), english.into()]);
        self
    }

    /// Adds an extension member, such as the deadline that has passed; the names of RFC 9457 and ours are reserved.
    pub fn with(mut self, member: &'static str, value: impl Into<Value>) -> Self {
        debug_assert!(!RESERVED.contains(&member), "{member} is reserved");
        self.0.members.insert(member, value.into());
        self
    }

    /// Adds places of the body that are at fault.
    pub fn errors(mut self, errors: impl IntoIterator<Item = FieldError>) -> Self {
        self.0.errors.extend(errors);
        self
    }

    /// Says after how many seconds it is worth trying again.
    pub fn retry_after_s(mut self, seconds: u32) -> Self {
        self.0.retry_after_s = Some(seconds);
        self
    }

    /// Gives the places of the body that are at fault.
    #[must_use]
    pub fn field_errors(&self) -> &[FieldError] {
        &self.0.errors
    }

    /// Gives the code.
    #[must_use]
    pub fn code(&self) -> Code {
        self.0.code
    }

    /// Words the problem as a part of an answer that has others, too.
    #[must_use]
    pub fn to_json(&self, language: Language) -> Value {
        serde_json::to_value(self.wire(language, None))
            .expect("a problem has string keys and finite numbers only")
    }

    fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.0.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn into_rendered(self, language: Language, trace: Option<TraceId>) -> Response {
        let status = self.status();
        let wire = self.wire(language, trace);
        let body =
            serde_json::to_vec(&wire).expect("a problem has string keys and finite numbers only");
        let mut response = (status, Body::from(body)).into_response();
        self.set_headers(language, response.headers_mut());
        response
    }

    fn wire(&self, language: Language, trace: Option<TraceId>) -> Wire<'_> {
        let Parts {
            code,
            detail,
            errors,
            members,
            ..
        } = &*self.0;
        Wire {
            r#type: format!("/problems/{code}"),
            title: code.title(language),
            status: code.status(),
            detail: detail.as_ref().map(|[german, english]| match language {
                Language::German => german.as_str(),
                Language::English => english.as_str(),
            }),
            code: *code,
            errors,
            trace_id: trace.map(|id| id.to_string()),
            members,
        }
    }

    fn set_headers(&self, language: Language, headers: &mut HeaderMap) {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        headers.insert(
            header::CONTENT_LANGUAGE,
            HeaderValue::from_static(language.tag()),
        );
        if let Some(seconds) = self.0.retry_after_s {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        match self.0.code {
            Code::TokenMissing => {
                headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))
            }
            Code::TokenInvalid => headers.insert(
                header::WWW_AUTHENTICATE,
                HeaderValue::from_static("Bearer error=\"invalid_token\""),
            ),
            _ => None,
        };
    }
}

impl From<Code> for Problem {
    fn from(code: Code) -> Self {
        Self::new(code)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

#[derive(Serialize)]
struct Wire<'a> {
    r#type: String,
    title: &'static str,
    status: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<&'a str>,
    code: Code,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [FieldError],
    #[serde(skip_serializing_if = "Option::is_none")]
    trace_id: Option<String>,
    #[serde(flatten)]
    members: &'a BTreeMap<&'static str, Value>,
}

/// Marks an answer whose error status is its meaning and whose body is not to be replaced, such as `/readyz`.
#[derive(Clone, Copy, Debug)]
pub struct AsItIs;

/// Words every refusal as a problem; the layer to put around all handlers, inside of the trace.
pub async fn render(request: Request, next: Next) -> Response {
    let language = language(request.headers());
    let trace = request.extensions().get::<TraceId>().copied();
    let mut response = next.run(request).await;
    let Some(problem) = response
        .extensions_mut()
        .remove::<Problem>()
        .or_else(|| framework_refusal(&response))
    else {
        return response;
    };
    let mut rendered = problem.into_rendered(language, trace);
    keep_headers(response.headers(), rendered.headers_mut());
    rendered
}

/// Reads the language a client wants to be answered in.
#[must_use]
pub fn language(headers: &HeaderMap) -> Language {
    let wanted = headers
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok());
    wanted
        .map(Language::from_accept_language)
        .unwrap_or_default()
}

/// Finds the problem behind an error status that nobody worded yet.
fn framework_refusal(response: &Response) -> Option<Problem> {
    let status = response.status();
    let failed = status.is_client_error() || status.is_server_error();
    if !failed || response.extensions().get::<AsItIs>().is_some() {
        return None;
    }
    let media_type = response
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    if media_type.is_some_and(|value| value.starts_with(MEDIA_TYPE)) {
        return None;
    }
    Some(Problem::new(code_of(status)))
}

fn code_of(status: StatusCode) -> Code {
    match status {
        StatusCode::UNAUTHORIZED => Code::TokenMissing,
        StatusCode::FORBIDDEN => Code::Forbidden,
        StatusCode::NOT_FOUND => Code::NotFound,
        StatusCode::METHOD_NOT_ALLOWED => Code::MethodNotAllowed,
        StatusCode::REQUEST_TIMEOUT => Code::RequestTimeout,
        StatusCode::PRECONDITION_FAILED => Code::VersionMismatch,
        StatusCode::PAYLOAD_TOO_LARGE => Code::BodyTooLarge,
        StatusCode::UNSUPPORTED_MEDIA_TYPE => Code::UnsupportedMediaType,
        StatusCode::UNPROCESSABLE_ENTITY => Code::InvalidBody,
        StatusCode::TOO_MANY_REQUESTS => Code::TooManyRequests,
        StatusCode::BAD_GATEWAY | StatusCode::SERVICE_UNAVAILABLE | StatusCode::GATEWAY_TIMEOUT => {
            Code::Unavailable
        }
        status if status.is_client_error() => Code::BadRequest,
        _ => Code::Internal,
    }
}

/// Keeps what a handler set besides the body, such as `Allow`, `ETag` or `Log-Position`.
fn keep_headers(from: &HeaderMap, into: &mut HeaderMap) {
    let rendered = into.clone();
    for (name, value) in from {
        let of_the_old_body = matches!(
            *name,
            header::CONTENT_TYPE | header::CONTENT_LENGTH | header::CONTENT_ENCODING
        );
        if !of_the_old_body && !rendered.contains_key(name) {
            into.append(name, value.clone());
        }
    }
}

/// Turns a caught panic into `internal`; the panic hook has logged its place.
pub(crate) fn caught_panic(_: Box<dyn std::any::Any + Send>) -> Response {
    Problem::new(Code::Internal).into_response()
}

#[cfg(test)]
mod tests {
    use anmeldewerk_contract::problem::{Code, FieldError, Language};
    use serde_json::json;

    use super::Problem;
    use crate::trace::TraceId;

    #[test]
    fn a_problem_is_worded_in_the_language_of_its_reader() {
        let problem = Problem::new(Code::DeadlinePassed)
            .detail("abgelaufen am 30.09.2019", "passed on 30 September 2019")
            .with("deadline", "2019-09-30T22:00:00Z")
            .errors([FieldError::new("/person/email", "missing_field")]);
        let trace: TraceId = "0af7651916cd43dd8448eb211c80319c"
            .parse()
            .expect("a trace id is 32 hexadecimal digits");
        let expected = |title: &str, detail: &str| {
            json!({
                "type": "/problems/deadline_passed", "title": title, "status": 409, "detail": detail,
                "code": "deadline_passed", "errors": [{"pointer": "/person/email", "code": "missing_field"}],
                "trace_id": "0af7651916cd43dd8448eb211c80319c", "deadline": "2019-09-30T22:00:00Z",
            })
        };
        let german = serde_json::to_value(problem.wire(Language::German, Some(trace)))
            .expect("a problem serializes");
        assert_eq!(
            german,
            expected("Die Frist ist abgelaufen", "abgelaufen am 30.09.2019")
        );
        let english = serde_json::to_value(problem.wire(Language::English, Some(trace)))
            .expect("a problem serializes");
        assert_eq!(
            english,
            expected("The deadline has passed", "passed on 30 September 2019")
        );
    }

    #[test]
    fn a_bare_problem_has_no_empty_members() {
        let wire = serde_json::to_value(Problem::new(Code::NotFound).wire(Language::English, None));
        let expected = json!({"type": "/problems/not_found", "title": "Not found", "status": 404, "code": "not_found"});
        assert_eq!(wire.expect("a problem serializes"), expected);
    }
}
