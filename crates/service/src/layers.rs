//! The layers around every router, in the one order that works.

use axum::Router;
use axum::middleware::from_fn;
use tower_http::catch_panic::CatchPanicLayer;

use crate::{headers, problem, trace};

/// Puts all layers around a public router: trace, headers, problems, caught panics, from the outside in.
pub fn public(router: Router) -> Router {
    admin(router).layer(from_fn(trace::record))
}

/// Puts the layers around an admin router: the same without trace, log and count, because probes come every second.
pub fn admin(router: Router) -> Router {
    router
        .layer(CatchPanicLayer::custom(problem::caught_panic))
        .layer(from_fn(problem::render))
        .layer(from_fn(headers::guard))
}
