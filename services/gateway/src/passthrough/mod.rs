//! Commands go to a registration service untouched, and its answers come back untouched.
//!
//! Bodies are streamed both ways. Dropped are the headers of one hop and those that claim an identity; the trace goes
//! on. What is refused here was not sent, or is said to be of unknown outcome: the gateway never guesses.
//!
//! Of several registration services each is asked first for its share of the workshops (`rendezvous`), so that one
//! process holds a workshop in memory and decides it without conflicts. Where no connection to it can be made,
//! nothing was sent, and the next one is asked with the same body; that is safe because the log fences services that
//! both decide a workshop. A command that was sent is never sent to another.

mod boundary;
mod failure;
mod head;
mod headers;
mod origin;
mod outgoing;
mod rendezvous;
mod services;

use std::{sync::Arc, time::Duration};

use anmeldewerk_service::{problem::Problem, trace::Trace};
use axum::{
    body::Body,
    extract::{Request, State},
    http::header,
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

pub use origin::{NotAnOrigin, NotOrigins, Origin, Origins};

use failure::Failure;
use head::Head;
use outgoing::Outgoing;
use services::{Service, Services};

/// How long an idle connection is kept; shorter than a registration service keeps it.
const POOL_IDLE: Duration = Duration::from_secs(20);

/// How the addresses of feeds end.
const FEED: &str = "/registrations/bulk";

/// What bounds the passing through of commands.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How long a registration service may take to begin its answer.
    pub answer_within: Duration,
    /// How long a connection to it may take, before the next one is asked.
    pub connect_within: Duration,
    /// How many commands are under way at a time; one more is refused at once. Each holds two connections.
    pub in_flight: usize,
    /// The largest body; registration services have smaller limits of their own.
    pub body_bytes: u64,
    /// The largest body of a feed: as it is streamed, it is bounded by its rows.
    pub feed_bytes: u64,
}

impl Limits {
    /// Gives the largest body of a command, by where it is sent.
    fn bytes(&self, path: &str) -> u64 {
        if path.ends_with(FEED) {
            self.feed_bytes
        } else {
            self.body_bytes
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            answer_within: Duration::from_secs(30),
            connect_within: Duration::from_secs(3),
            in_flight: 2048,
            body_bytes: 20 * 1024 * 1024,
            feed_bytes: 1024 * 1024 * 1024,
        }
    }
}

/// The registration services, as the gateway reaches them. Cheap to clone: clones share everything.
#[derive(Clone, Debug)]
pub struct Upstream(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    client: Client<HttpConnector, Outgoing>,
    services: Services,
    limits: Limits,
    places: Arc<Semaphore>,
}

impl Upstream {
    /// Makes a way to the registration services; it connects when the first command comes.
    pub fn new(origins: Origins, limits: Limits) -> Self {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        connector.set_connect_timeout(Some(limits.connect_within));
        let client = Client::builder(TokioExecutor::new())
            .timer(TokioTimer::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(POOL_IDLE)
            .build(connector);
        Self(Arc::new(Inner {
            client,
            services: Services::new(origins),
            limits,
            places: Arc::new(Semaphore::new(limits.in_flight)),
        }))
    }
}

/// Why one service gave no answer, and the body where it may go to another.
struct Unanswered {
    failure: Failure,
    unsent: Option<Body>,
}

impl From<Failure> for Unanswered {
    fn from(failure: Failure) -> Self {
        let unsent = None;
        Self { failure, unsent }
    }
}

impl Inner {
    fn enter(&self) -> Result<Flight, Failure> {
        let place = Arc::clone(&self.places).try_acquire_owned();
        let place = place.map_err(|_| Failure::NoPlace)?;
        metrics::gauge!("gateway_commands_in_flight").increment(1);
        Ok(Flight { _place: place })
    }

    /// Asks one service after another, until one was reached.
    async fn ask(&self, head: &Head, mut body: Body) -> Result<hyper::Response<Incoming>, Failure> {
        let mut failure = Failure::NoConnection;
        for service in self.services.turns(|| head.key()) {
            let unanswered = match self.ask_one(service, head, body).await {
                Ok(answer) => return Ok(answer),
                Err(unanswered) => unanswered,
            };
            failure = unanswered.failure;
            let Some(unsent) = unanswered.unsent else {
                break;
            };
            body = unsent;
        }
        Err(failure)
    }

    async fn ask_one(
        &self,
        service: &Service,
        head: &Head,
        body: Body,
    ) -> Result<hyper::Response<Incoming>, Unanswered> {
        let answer_within = self.limits.answer_within;
        let body_bytes = self.limits.bytes(head.path());
        let body = Outgoing::new(body, body_bytes)?;
        let progress = body.progress();
        let asked = self
            .client
            .request(head.addressed_to(service.origin(), body));
        let failure = match tokio::time::timeout(answer_within, asked).await {
            Ok(Ok(answer)) => {
                service.reached();
                return Ok(answer);
            }
            Ok(Err(error)) => Failure::of(&error, progress.get(), body_bytes),
            Err(_) => Failure::of_silence(progress.get(), body_bytes),
        };
        if failure != Failure::NoConnection {
            service.reached();
            return Err(failure.into());
        }
        self.services.unreachable(service);
        let unsent = progress.unsent();
        Err(Unanswered { failure, unsent })
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

/// The methods of all commands.
pub const METHODS: MethodFilter = MethodFilter::POST
    .or(MethodFilter::PUT)
    .or(MethodFilter::PATCH)
    .or(MethodFilter::DELETE);

/// Gives the handler of commands by these methods.
pub fn commands<S>(upstream: Upstream, methods: MethodFilter) -> MethodRouter<S>
where
    S: Clone + Send + Sync + 'static,
{
    on(methods, pass).with_state(upstream)
}

async fn pass(
    State(Upstream(upstream)): State<Upstream>,
    trace: Trace,
    request: Request,
) -> Result<Response, Problem> {
    let limit = upstream.limits.bytes(request.uri().path());
    refuse_large(&request, limit).map_err(Failure::noted)?;
    let flight = upstream.enter().map_err(Failure::noted)?;
    let (head, body) = Head::split(request, &trace);
    let answer = upstream.ask(&head, body).await.map_err(Failure::noted)?;
    Ok(back(answer, flight))
}

/// Refuses a body that says it is too large before any of it is sent.
fn refuse_large(request: &Request, limit: u64) -> Result<(), Failure> {
    let length = request.headers().get(header::CONTENT_LENGTH);
    let length: Option<u64> = length.and_then(|length| length.to_str().ok()?.parse().ok());
    if length.is_some_and(|length| length > limit) {
        return Err(Failure::TooLarge { limit });
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
