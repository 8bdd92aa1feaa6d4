//! How every accepted command answers: with its position, in a header and in the body.

use anmeldewerk_contract::Position;
use axum::{
    Json,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;

const LOG_POSITION: HeaderName = HeaderName::from_static("log-position");
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// An accepted command's answer.
pub(crate) struct Accepted<B> {
    /// Where the decision stands.
    pub(crate) position: Position,
    /// Whether it had been accepted before.
    pub(crate) replayed: bool,
    /// The address of what was made.
    pub(crate) location: Option<String>,
    /// The rest of the answer.
    pub(crate) body: B,
}

impl<B: Serialize> IntoResponse for Accepted<B> {
    fn into_response(self) -> Response {
        let mut headers = HeaderMap::new();
        headers.insert(LOG_POSITION, HeaderValue::from(self.position.0));
        if self.replayed {
            headers.insert(REPLAYED, HeaderValue::from_static("true"));
        }
        let location = self.location.as_deref().map(HeaderValue::from_str);
        let status = match location {
            Some(Ok(location)) => {
                headers.insert(header::LOCATION, location);
                StatusCode::CREATED
            }
            Some(Err(_)) | None => StatusCode::OK,
        };
        (status, headers, Json(self.body)).into_response()
    }
}
