//! Which headers go on to the next hop.

use anmeldewerk_service::headers::claims_identity;
use axum::http::{HeaderMap, HeaderName, header};

/// Headers of one hop besides those that `Connection` names (RFC 9110, section 7.6.1), and those that are said anew
/// on each: to whom the request goes, and that its body is awaited.
static OF_ONE_HOP: [HeaderName; 11] = [
    header::CONNECTION,
    header::EXPECT,
    header::HOST,
    header::PROXY_AUTHENTICATE,
    header::PROXY_AUTHORIZATION,
    header::TE,
    header::TRAILER,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
];

/// Keeps what goes on.
pub(super) fn onward(mut headers: HeaderMap) -> HeaderMap {
    let named = named_by_connection(&headers);
    let claimed: Vec<HeaderName> = headers
        .keys()
        .filter(|name| claims_identity(name))
        .cloned()
        .collect();
    for name in OF_ONE_HOP.iter().chain(&named).chain(&claimed) {
        headers.remove(name);
    }
    headers
}

fn named_by_connection(headers: &HeaderMap) -> Vec<HeaderName> {
    let values = headers.get_all(header::CONNECTION).iter();
    let names = values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','));
    names.filter_map(|name| name.trim().parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn names(headers: &[(&'static str, &'static str)]) -> Vec<String> {
        let mut given = HeaderMap::new();
        for (name, value) in headers {
            given.append(*name, HeaderValue::from_static(value));
        }
        let mut names: Vec<String> = onward(given).keys().map(ToString::to_string).collect();
        names.sort_unstable();
        names
    }

    #[test]
    fn what_is_for_the_other_end_goes_on() {
        let end_to_end = [
            ("accept-language", "de"),
            ("authorization", "Bearer x"),
            ("content-length", "5"),
            ("content-type", "application/json"),
            ("idempotency-key", "k"),
            ("if-match", "\"7\""),
        ];
        let expected: Vec<&str> = end_to_end.iter().map(|(name, _)| *name).collect();
        assert_eq!(names(&end_to_end), expected);
    }

    #[test]
    fn what_is_for_one_hop_does_not_go_on() {
        let of_one_hop = [
            ("connection", "keep-alive, X-Hop"),
            ("connection", "x-other,,"),
            ("expect", "100-continue"),
            ("host", "door.example"),
            ("keep-alive", "timeout=5"),
            ("proxy-authorization", "Basic x"),
            ("te", "trailers"),
            ("trailer", "x-sum"),
            ("transfer-encoding", "chunked"),
            ("upgrade", "h2c"),
            ("x-hop", "1"),
            ("x-kept", "1"),
            ("x-other", "1"),
        ];
        assert_eq!(names(&of_one_hop), ["x-kept"]);
    }

    #[test]
    fn nobody_says_who_they_are_but_by_authorization() {
        let claims = [
            ("x-forwarded-user", "admin"),
            ("x-auth-request-email", "a@b"),
            ("x-forwarded-for", "192.0.2.1"),
        ];
        assert_eq!(names(&claims), ["x-forwarded-for"]);
    }
}
