//! The front door: what bounds those who knock, before anything is looked up for them.
//!
//! From the outside in: browsers of other origins (`cors`, outermost, so that a page may read refusals too), how many
//! requests come (`rates`), how long their addresses are (`length`); then, around queries only, how many are answered
//! at a time and for how long (`places`), and how answers are packed (`packing`). Commands have bounds of their own in
//! [`passthrough`](crate::passthrough), and are never packed: they come back as they were given.

mod address;
mod cors;
mod length;
mod packing;
mod places;
mod rates;

use std::{convert::Infallible, sync::Arc, time::Duration};

use anmeldewerk_service::{lifecycle::Shutdown, problem::Problem};
use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderValue, header},
    middleware::{Next, from_fn_with_state, map_response_with_state},
    response::Response,
    routing::MethodRouter,
};

pub use address::{NotProxies, Proxies};
pub use cors::{NotWebOrigins, WebOrigins};
pub(crate) use rates::MOST;
pub use rates::Rate;

use places::Places;
use rates::Rates;

/// After how many seconds it is worth trying again where there was no place, or no time.
const RETRY_S: u32 = 2;

/// What bounds those who knock.
#[derive(Clone, Debug)]
pub struct Bounds {
    /// How many requests one token, or one participant's secret, may make.
    pub per_token: Rate,
    /// How many requests may come from one address; of IPv6 from one network of 64 bits.
    pub per_address: Rate,
    /// Who may say from whom a request comes.
    pub proxies: Proxies,
    /// Whose pages may ask by themselves.
    pub web_origins: WebOrigins,
    /// How long browsers shall insist on TLS, in seconds; 0 says nothing about it.
    pub hsts_max_age_s: u32,
    /// How many queries are answered at a time; one more is refused at once.
    pub queries: usize,
    /// How long a query may take.
    pub query_within: Duration,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            per_token: Rate::PER_TOKEN,
            per_address: Rate::PER_ADDRESS,
            proxies: Proxies::default(),
            web_origins: WebOrigins::default(),
            hsts_max_age_s: 0,
            queries: 1024,
            query_within: Duration::from_secs(30),
        }
    }
}

/// The front door. Cheap to clone: clones count together.
#[derive(Clone, Debug)]
pub struct Door(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    rates: Rates,
    proxies: Proxies,
    web_origins: WebOrigins,
    hsts: Option<HeaderValue>,
    places: Arc<Places>,
}

impl Door {
    /// Makes a door at which nobody has knocked yet.
    #[must_use]
    pub fn new(bounds: Bounds) -> Self {
        Self(Arc::new(Inner {
            rates: Rates::new(bounds.per_token, bounds.per_address),
            proxies: bounds.proxies,
            web_origins: bounds.web_origins,
            hsts: hsts(bounds.hsts_max_age_s),
            places: Arc::new(Places::new(bounds.queries, bounds.query_within)),
        }))
    }

    /// Puts the door in front of all routes.
    pub(crate) fn before(&self, router: Router) -> Router {
        let router = router.layer(from_fn_with_state(self.clone(), enter));
        let router = match self.0.web_origins.layer() {
            Some(cors) => router.layer(cors),
            None => router,
        };
        router.layer(map_response_with_state(self.clone(), insist_on_tls))
    }

    /// Bounds a query: a place, a time, and an answer that is packed.
    pub(crate) fn bound(&self, query: MethodRouter) -> MethodRouter {
        let places = Arc::clone(&self.0.places);
        pack(query.layer(from_fn_with_state(places, places::take)))
    }

    /// Forgets those who have not knocked lately, again and again, until the process has answered its last request.
    pub(crate) async fn forget(self, shutdown: Shutdown) -> Result<(), Infallible> {
        tokio::select! {
            () = shutdown.drained() => {}
            () = self.0.rates.forget_again_and_again() => {}
        }
        Ok(())
    }
}

/// Packs the answers of a query, which may take as long as it takes.
pub(crate) fn pack(query: MethodRouter) -> MethodRouter {
    query.layer(packing::layer())
}

async fn enter(
    State(Door(door)): State<Door>,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let address = address::of(&request, &door.proxies);
    door.rates.admit(address, request.headers())?;
    length::check(request.uri())?;
    Ok(next.run(request).await)
}

async fn insist_on_tls(State(Door(door)): State<Door>, mut response: Response) -> Response {
    if let Some(hsts) = &door.hsts {
        let headers = response.headers_mut();
        headers.insert(header::STRICT_TRANSPORT_SECURITY, hsts.clone());
    }
    response
}

fn hsts(max_age_s: u32) -> Option<HeaderValue> {
    let value = HeaderValue::try_from(format!("max-age={max_age_s}"));
    (max_age_s > 0).then(|| value.expect("digits are a header value"))
}

/// Counts what was refused at the door.
fn count(reason: &'static str) {
    metrics::counter!("gateway_refused_at_the_door_total", "reason" => reason).increment(1);
}
