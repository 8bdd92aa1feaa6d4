//! Headers: what is never believed on the way in and always said on the way out.

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;

/// Names in which proxies pass on who the caller is; from a client they would be a lie.
const IDENTITY: &[&str] = &[
    "forwarded-user",
    "remote-user",
    "x-client-cert",
    "x-client-dn",
    "x-forwarded-access-token",
    "x-forwarded-client-cert",
    "x-forwarded-email",
    "x-forwarded-groups",
    "x-forwarded-preferred-username",
    "x-forwarded-user",
    "x-program",
    "x-remote-user",
    "x-roles",
    "x-user",
];

/// Beginnings of such names.
const IDENTITY_PREFIXES: &[&str] = &[
    "x-auth-request-",
    "x-authenticated-",
    "x-remote-",
    "x-ssl-client-",
    "x-user-",
];

/// Says whether a header claims who the caller is besides `Authorization`.
///
/// ```
/// use anmeldewerk_service::headers::claims_identity;
/// use axum::http::HeaderName;
///
/// assert!(claims_identity(&HeaderName::from_static("x-forwarded-user")));
/// assert!(!claims_identity(&HeaderName::from_static("authorization")));
/// ```
#[must_use]
pub fn claims_identity(name: &HeaderName) -> bool {
    let name = name.as_str();
    IDENTITY.contains(&name)
        || IDENTITY_PREFIXES
            .iter()
            .any(|prefix| name.starts_with(prefix))
}

/// What browsers are told about every answer: it is what it says it is, loads nothing, stands in no frame and in no
/// page of another origin that was not allowed to read it, and no address of ours is told to anybody.
const DEFAULTS: [(HeaderName, HeaderValue); 5] = [
    (
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"),
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("same-origin"),
    ),
    (
        header::REFERRER_POLICY,
        HeaderValue::from_static("no-referrer"),
    ),
    (
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    ),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
];

/// Drops identity headers from the request and adds the safe defaults to the answer; a layer.
///
/// Defaults: `Content-Security-Policy: default-src 'none'; frame-ancestors 'none'`,
/// `Cross-Origin-Resource-Policy: same-origin`, `Referrer-Policy: no-referrer`, `X-Content-Type-Options: nosniff`,
/// `X-Frame-Options: DENY`, and on errors `Cache-Control: no-store`; what a handler set itself stays.
pub async fn guard(mut request: Request, next: Next) -> Response {
    drop_identity(request.headers_mut());
    let mut response = next.run(request).await;
    let failed = response.status().is_client_error() || response.status().is_server_error();
    let headers = response.headers_mut();
    for (name, value) in DEFAULTS {
        headers.entry(name).or_insert(value);
    }
    if failed {
        let no_store = HeaderValue::from_static("no-store");
        headers.entry(header::CACHE_CONTROL).or_insert(no_store);
    }
    response
}

fn drop_identity(headers: &mut HeaderMap) {
    let claimed: Vec<HeaderName> = headers
        .keys()
        .filter(|name| claims_identity(name))
        .cloned()
        .collect();
    for name in claimed {
        headers.remove(name);
    }
}
