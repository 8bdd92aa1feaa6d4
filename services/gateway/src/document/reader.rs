//! `GET /docs`: the document as people read it, with nothing from anywhere else.

use axum::{
    Router,
    extract::Request,
    http::{HeaderValue, header},
    middleware::{Next, from_fn},
    response::Response,
};
use utoipa_swagger_ui::{Config, SwaggerUi};

use super::page::{CACHED, OPENAPI};

/// What the reader may load: its own files, and this house's answers. It writes styles into its elements, and its
/// pictures stand in its style sheet.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
     connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
);

/// Serves the reader.
pub(super) fn router() -> Router {
    let config = Config::from(OPENAPI)
        .use_base_layout()
        .show_extensions(true)
        // The default sends the document's address to a service of others.
        .validator_url("none");
    Router::from(SwaggerUi::new("/docs").config(config)).route_layer(from_fn(guarded))
}

async fn guarded(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, POLICY);
    headers.insert(header::CACHE_CONTROL, CACHED);
    response
}
