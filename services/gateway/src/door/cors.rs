//! Pages of other origins that may ask by themselves (Fetch standard, CORS protocol).
//!
//! Nobody is recognised by a cookie here, so no credentials of the browser's are ever allowed: a page sends the token
//! it has, as any program would.

use std::{str::FromStr, time::Duration};

use axum::http::{HeaderName, HeaderValue, Method, Uri, header};
use tower_http::cors::CorsLayer;

/// How long a browser may remember what it was allowed.
const REMEMBERED: Duration = Duration::from_hours(1);

/// What a page may do; `HEAD` needs no permission.
const METHODS: [Method; 4] = [Method::GET, Method::POST, Method::PUT, Method::PATCH];

/// What a page may say besides what it always may.
const SAID: [HeaderName; 8] = [
    header::AUTHORIZATION,
    header::CONTENT_TYPE,
    header::IF_MATCH,
    header::IF_NONE_MATCH,
    HeaderName::from_static("aw-purpose"),
    HeaderName::from_static("idempotency-key"),
    HeaderName::from_static("last-event-id"),
    HeaderName::from_static("prefer"),
];

/// What a page may read besides what it always may.
const READ: [HeaderName; 8] = [
    header::CONTENT_DISPOSITION,
    header::ETAG,
    header::LINK,
    header::LOCATION,
    header::RETRY_AFTER,
    HeaderName::from_static("aw-trace"),
    HeaderName::from_static("idempotency-replayed"),
    HeaderName::from_static("log-position"),
];

/// Origins of pages that may ask, as browsers write them; as text separated by commas.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WebOrigins(Vec<HeaderValue>);

/// Says that a text is no list of origins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a list of origins in lower case, such as https://a.example,http://localhost:3000")]
pub struct NotWebOrigins;

impl FromStr for WebOrigins {
    type Err = NotWebOrigins;

    fn from_str(text: &str) -> Result<Self, NotWebOrigins> {
        if text.trim().is_empty() {
            return Ok(Self::default());
        }
        let all = text.split(',').map(|one| origin(one.trim()));
        all.collect::<Option<_>>().map(Self).ok_or(NotWebOrigins)
    }
}

/// Takes an origin that is written as a browser would, because it is compared letter by letter.
fn origin(text: &str) -> Option<HeaderValue> {
    let uri: Uri = text.parse().ok()?;
    let scheme = uri.scheme_str().filter(|it| ["http", "https"].contains(it));
    let host = uri.authority()?.host();
    let port = uri.port().map_or(String::new(), |port| format!(":{port}"));
    let written = format!("{}://{host}{port}", scheme?);
    (written == text && !host.is_empty() && text == text.to_lowercase())
        .then(|| HeaderValue::from_str(text).ok())
        .flatten()
}

impl WebOrigins {
    /// Answers what browsers ask beforehand, and says on every answer who may read it; nothing without origins.
    pub(super) fn layer(&self) -> Option<CorsLayer> {
        let layer = CorsLayer::new()
            .allow_origin(self.0.clone())
            .allow_methods(METHODS)
            .allow_headers(SAID)
            .expose_headers(READ)
            .max_age(REMEMBERED);
        (!self.0.is_empty()).then_some(layer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_taken_as_browsers_write_them() {
        let origins: WebOrigins = "https://a.example, http://localhost:3000,http://[::1]:80"
            .parse()
            .expect("origins");
        assert_eq!(origins.0.len(), 3);
        let none: WebOrigins = " ".parse().expect("no origins");
        assert!(none.layer().is_none());
    }

    #[test]
    fn what_no_browser_would_write_is_refused() {
        for odd in [
            "*",
            "null",
            "a.example",
            "https://a.example/",
            "https://a.example/x",
            "https://A.example",
            "HTTPS://a.example",
            "https://u@a.example",
            "ftp://a.example",
            "https://a.example,",
            "https://",
        ] {
            assert_eq!(odd.parse::<WebOrigins>(), Err(NotWebOrigins), "{odd}");
        }
    }
}
