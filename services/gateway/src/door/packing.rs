//! Answers are packed (gzip) where their client takes that and it pays.

use axum::http::{Extensions, HeaderMap, StatusCode, Version, header};
use tower_http::{
    CompressionLevel,
    compression::{
        CompressionLayer,
        predicate::{And, Predicate, SizeAbove},
    },
};

/// The smallest answer that is packed, in bytes; of a stream nobody knows its size.
const LEAST_BYTES: u64 = 1024;

/// What is text. Events of live streams are not packed, because each is to arrive by itself; workbooks are packed.
const TEXTS: [&str; 6] = [
    "application/json",
    "application/schema+json",
    "application/x-ndjson",
    "text/calendar",
    "text/csv",
    "text/html",
];

type Judge = fn(StatusCode, Version, &HeaderMap, &Extensions) -> bool;

/// Packs what pays; around a query.
pub(super) fn layer() -> CompressionLayer<And<SizeAbove, Judge>> {
    let pays = SizeAbove::new(LEAST_BYTES).and(may_be_packed as Judge);
    CompressionLayer::new()
        .quality(CompressionLevel::Fastest)
        .compress_when(pays)
}

/// Says whether an answer may come in another form than it was written in.
///
/// A strong tag names the very bytes (RFC 9110, section 8.8.1), and commands compare it: it stays with them.
fn may_be_packed(_: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions) -> bool {
    let weak = |tag: &[u8]| tag.starts_with(b"W/");
    let tag = headers.get(header::ETAG);
    is_text(headers) && tag.is_none_or(|tag| weak(tag.as_bytes()))
}

fn is_text(headers: &HeaderMap) -> bool {
    let media_type = headers.get(header::CONTENT_TYPE);
    let media_type = media_type.and_then(|value| value.to_str().ok()?.split(';').next());
    media_type.is_some_and(|media_type| TEXTS.contains(&media_type.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::{
        Router,
        body::{Body, Bytes},
        http::{HeaderValue, Request, Response},
        routing::get,
    };
    use http_body_util::BodyExt;
    use tower::ServiceExt;

    struct Given {
        media_type: &'static str,
        tag: &'static str,
        bytes: usize,
    }

    const LIST: Given = Given {
        media_type: "application/json",
        tag: "W/\"1\"",
        bytes: 1024,
    };

    async fn answer(given: Given, accepted: &'static str) -> Response<Bytes> {
        let handler = move || async move {
            let headers = [("content-type", given.media_type), ("etag", given.tag)];
            (headers, "x".repeat(given.bytes))
        };
        let router: Router = Router::new().route("/", get(handler).layer(layer()));
        let request = Request::get("/").header("accept-encoding", accepted);
        let request = request.body(Body::empty()).expect("a request");
        let response = router.oneshot(request).await.expect("an answer");
        let (parts, body) = response.into_parts();
        let body = body.collect().await.expect("a body").to_bytes();
        Response::from_parts(parts, body)
    }

    async fn is_packed(given: Given) -> bool {
        let response = answer(given, "gzip").await;
        let packed =
            response.headers().get("content-encoding") == Some(&HeaderValue::from_static("gzip"));
        assert_eq!(packed, response.body().starts_with(&[0x1f, 0x8b]));
        packed
    }

    #[tokio::test]
    async fn a_long_text_is_packed_for_who_takes_it() {
        let response = answer(LIST, "br, gzip;q=0.5").await;
        assert_eq!(response.headers()["content-encoding"], "gzip");
        assert_eq!(response.headers()["vary"], "accept-encoding");
        assert_eq!(response.headers()["etag"], "W/\"1\"");
        assert!(response.body().len() < 200);
        for accepted in ["", "br", "gzip;q=0"] {
            let response = answer(LIST, accepted).await;
            assert_eq!(response.headers().get("content-encoding"), None);
            assert_eq!(response.body().len(), 1024, "{accepted}");
        }
    }

    #[tokio::test]
    async fn what_is_short_is_not_packed() {
        let bytes = 1023;
        assert!(!is_packed(Given { bytes, ..LIST }).await);
    }

    #[tokio::test]
    async fn what_a_command_may_name_by_its_tag_is_not_packed() {
        let tag = "\"7-ab\"";
        assert!(!is_packed(Given { tag, ..LIST }).await);
    }

    #[tokio::test]
    async fn texts_are_packed_and_nothing_else() {
        for media_type in TEXTS.into_iter().chain(["text/csv; charset=utf-8"]) {
            assert!(
                is_packed(Given { media_type, ..LIST }).await,
                "{media_type}"
            );
        }
        let workbook = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
        for media_type in ["text/event-stream", workbook, ""] {
            assert!(
                !is_packed(Given { media_type, ..LIST }).await,
                "{media_type}"
            );
        }
    }
}
