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

/// Drops identity headers from the request and adds the safe defaults to the answer; a layer.
///
/// Defaults: `X-Content-Type-Options: nosniff`, `Referrer-Policy: no-referrer`, and on errors `Cache-Control: no-store`;
/// what a handler set itself stays.
pub async fn guard(mut request: Request, next: Next) -> Response {
    drop_identity(request.headers_mut());
    let mut response = next.run(request).await;
    let failed = response.status().is_client_error() || response.status().is_server_error();
    let headers = response.headers_mut();
    set_default(headers, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set_default(headers, header::REFERRER_POLICY, "no-referrer");
    if failed {
        set_default(headers, header::CACHE_CONTROL, "no-store");
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

fn set_default(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    headers
        .entry(name)
        .or_insert(HeaderValue::from_static(value));
}
