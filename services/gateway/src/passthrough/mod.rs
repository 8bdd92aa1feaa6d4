//! Commands go to the registration service untouched, and its answers come back untouched.
//!
//! Bodies are streamed both ways. Dropped are the headers of one hop and those that claim an identity; the trace goes
//! on. What is refused here was not sent, or is said to be of unknown outcome: the gateway never guesses.

mod failure;
mod headers;
mod origin;
mod outgoing;

use std::{sync::Arc, time::Duration};

use anmeldewerk_contract::problem::Code;
use anmeldewerk_service::{problem::Problem, trace::Trace};
use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderValue, Uri, header, uri::PathAndQuery},
    response::Response,
    routing::{MethodFilter, MethodRouter, on},
};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::{TokioExecutor, TokioTimer},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

pub use origin::{NotAnOrigin, Origin};

use failure::Failure;
use outgoing::Outgoing;

/// How long an idle connection is kept; shorter than the registration service keeps it.
const POOL_IDLE: Duration = Duration::from_secs(20);

/// What bounds the passing through of commands.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How long the registration service may take to begin its answer.
    pub answer_within: Duration,
    /// How long a connection to it may take.
    pub connect_within: Duration,
    /// How many commands are under way at a time.
    pub in_flight: usize,
    /// The largest body; the registration service has smaller limits of its own.
    pub body_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            answer_within: Duration::from_secs(30),
            connect_within: Duration::from_secs(3),
            in_flight: 1024,
            body_bytes: 20 * 1024 * 1024,
        }
    }
}

/// The registration service, as the gateway reaches it. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Upstream {
    client: Client<HttpConnector, Outgoing>,
    origin: Origin,
    limits: Limits,
    places: Arc<Semaphore>,
}

impl Upstream {
    /// Makes a way to the registration service; it connects when the first command comes.
    pub fn new(origin: Origin, limits: Limits) -> Self {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        connector.set_connect_timeout(Some(limits.connect_within));
        let client = Client::builder(TokioExecutor::new())
            .timer(TokioTimer::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(POOL_IDLE)
            .build(connector);
        Self {
            client,
            origin,
            limits,
            places: Arc::new(Semaphore::new(limits.in_flight)),
        }
    }

    fn enter(&self) -> Result<Flight, Problem> {
        let place = Arc::clone(&self.places).try_acquire_owned();
        let place = place.map_err(|_| Failure::NoPlace.noted())?;
        metrics::gauge!("gateway_commands_in_flight").increment(1);
        Ok(Flight { _place: place })
    }

    /// Addresses a request to the registration service, without what was for this hop only.
    fn readdress(&self, request: Request, trace: &Trace) -> Result<Request<Outgoing>, Problem> {
        let (from, body) = request.into_parts();
        let body = Outgoing::new(body, self.limits.body_bytes)?;
        let path = from.uri.path_and_query().cloned();
        let uri = Uri::builder()
            .scheme("http")
            .authority(self.origin.authority().clone())
            .path_and_query(path.unwrap_or_else(|| PathAndQuery::from_static("/")))
            .build()
            .map_err(|_| Code::BadRequest)?;
        let mut request = Request::new(body);
        *request.method_mut() = from.method;
        *request.uri_mut() = uri;
        *request.headers_mut() = headers::onward(from.headers);
        let traceparent = HeaderValue::try_from(trace.traceparent())
            .expect("hexadecimal digits and hyphens are a header value");
        let name = anmeldewerk_service::trace::TRACEPARENT;
        request.headers_mut().insert(name, traceparent);
        Ok(request)
    }
}

/// A command that is under way; its place comes free when its answer has been passed on.
struct Flight {
    _place: OwnedSemaphorePermit,
}

impl Drop for Flight {
    fn drop(&mut self) {
        metrics::gauge!("gateway_commands_in_flight").decrement(1);
    }
}

/// Gives the handler of all commands.
pub fn commands<S: Clone + Send + Sync + 'static>(upstream: Upstream) -> MethodRouter<S> {
    let methods = MethodFilter::POST
        .or(MethodFilter::PUT)
        .or(MethodFilter::PATCH)
        .or(MethodFilter::DELETE);
    on(methods, pass).with_state(upstream)
}

async fn pass(
    State(upstream): State<Upstream>,
    trace: Trace,
    request: Request,
) -> Result<Response, Problem> {
    let limits = upstream.limits;
    refuse_large(&request, limits.body_bytes)?;
    let flight = upstream.enter()?;
    let request = upstream.readdress(request, &trace)?;
    let progress = request.body().progress();
    let asked = upstream.client.request(request);
    let failure = match tokio::time::timeout(limits.answer_within, asked).await {
        Ok(Ok(answer)) => return Ok(back(answer, flight)),
        Ok(Err(error)) => Failure::of(&error, progress.get(), limits.body_bytes),
        Err(_) => Failure::of_silence(progress.get(), limits.body_bytes),
    };
    Err(failure.noted())
}

/// Refuses a body that says it is too large before any of it is sent.
fn refuse_large(request: &Request, limit: u64) -> Result<(), Problem> {
    let length = request.headers().get(header::CONTENT_LENGTH);
    let length: Option<u64> = length.and_then(|length| length.to_str().ok()?.parse().ok());
    if length.is_some_and(|length| length > limit) {
        return Err(Failure::TooLarge { limit }.noted());
    }
    Ok(())
}

/// Gives an answer back as it came.
fn back(answer: hyper::Response<Incoming>, flight: Flight) -> Response {
    let (mut parts, body) = answer.into_parts();
    parts.headers = headers::onward(parts.headers);
    parts.extensions.clear();
    let body = body.map_frame(move |frame| {
        let _under_way = &flight;
        frame
    });
    Response::from_parts(parts, Body::new(body))
}
