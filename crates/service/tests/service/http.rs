//! Layers, problems and bodies.

use std::io::Write;
use std::sync::{Arc, Mutex};

use anmeldewerk_contract::problem::Code;
use anmeldewerk_service::telemetry;
use axum::Router;
use axum::body::Body;
use axum::http::Method;
use serde_json::{Value, json};

use crate::support::{Answer, Issuer, KeyFile, get_with, router, send};

const KEY: (&str, &str) = ("idempotency-key", "8e03978e-40d5-43dd-bc93-6894a57f9324");
const JSON: (&str, &str) = ("content-type", "application/json");

fn any_router() -> Router {
    router(KeyFile::new(&[Issuer::new(1, "a").jwk()]).verifier())
}

async fn wish(headers: &[(&str, &str)], body: impl Into<Body>) -> Answer {
    send(&any_router(), (Method::POST, "/v1/wishes"), headers, body).await
}

#[tokio::test]
async fn a_problem_is_worded_for_its_reader_with_everything_it_was_given() {
    let router = any_router();
    let german = get_with(&router, "/v1/late", &[]).await;
    assert_eq!(german.problem(), Code::DeadlinePassed);
    assert_eq!(german.header("content-language"), "de");
    assert_eq!(german.header("retry-after"), "7");
    assert_eq!(german.json()["detail"], "abgelaufen am 30.09.2019");
    assert_eq!(german.json()["deadline"], "2019-09-30T22:00:00Z");

    let english = get_with(
        &router,
        "/v1/late",
        &[("accept-language", "en-GB, de;q=0.5")],
    )
    .await;
    assert_eq!(english.header("content-language"), "en");
    assert_eq!(english.json()["title"], "The deadline has passed");
}

#[tokio::test]
async fn what_the_framework_refuses_is_a_problem_too() {
    let router = any_router();
    let missing = get_with(&router, "/v1/nowhere", &[]).await;
    assert_eq!(missing.problem(), Code::NotFound);
    let method = send(&router, (Method::DELETE, "/v1/late"), &[], Body::empty()).await;
    assert_eq!(method.problem(), Code::MethodNotAllowed);
    assert_eq!(method.header("allow"), "GET,HEAD");
    let path = get_with(&router, "/v1/persons/%ff", &[]).await;
    assert_eq!(path.status, 200, "the handler reads no path");
    let unreadable = get_with(&router, "/problems/%ff", &[]).await;
    assert_eq!(unreadable.problem(), Code::BadRequest);
}

#[tokio::test]
async fn a_panic_is_an_opaque_problem() {
    let answer = get_with(&any_router(), "/v1/panic", &[]).await;
    assert_eq!(answer.problem(), Code::Internal);
    assert!(!answer.text.contains("Heide"));
}

#[tokio::test]
async fn a_problem_of_another_service_passes_untouched() {
    let answer = get_with(&any_router(), "/v1/passed-through", &[]).await;
    assert_eq!(
        (answer.status, answer.text.as_str()),
        (409, r#"{"code":"quota_exhausted"}"#)
    );
}

#[tokio::test]
async fn the_type_of_every_problem_leads_to_its_description() {
    let router = any_router();
    for code in Code::ALL {
        let answer = get_with(&router, &format!("/problems/{code}"), &[]).await;
        assert_eq!(answer.status, 200, "{code}");
        assert_eq!(answer.json()["status"], code.status());
    }
    assert_eq!(
        get_with(&router, "/problems/unheard_of", &[])
            .await
            .problem(),
        Code::NotFound
    );
}

#[tokio::test]
async fn safe_headers_are_on_every_answer_and_identity_headers_are_dropped() {
    let claims = [
        ("x-forwarded-user", "admin"),
        ("X-Auth-Request-Email", "a@example.org"),
        ("remote-user", "root"),
        ("x-request-id", "1"),
    ];
    let answer = get_with(&any_router(), "/v1/headers", &claims).await;
    assert_eq!(answer.text, r#"["x-request-id"]"#);
    for (name, value) in [
        (
            "content-security-policy",
            "default-src 'none'; frame-ancestors 'none'",
        ),
        ("cross-origin-resource-policy", "same-origin"),
        ("referrer-policy", "no-referrer"),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("server", ""),
    ] {
        assert_eq!(answer.header(name), value, "{name}");
    }
    assert_eq!(answer.header("cache-control"), "");
}

#[tokio::test]
async fn what_a_handler_says_to_browsers_itself_stays() {
    let answer = get_with(&any_router(), "/v1/page", &[]).await;
    assert_eq!(
        answer.header("content-security-policy"),
        "default-src 'self'"
    );
}

#[tokio::test]
async fn a_trace_is_continued_and_told_to_the_client() {
    let given = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let answer = get_with(&any_router(), "/v1/trace", &[("traceparent", given)]).await;
    assert_eq!(
        answer.header("aw-trace"),
        "0af7651916cd43dd8448eb211c80319c"
    );
    assert!(
        answer
            .text
            .starts_with("00-0af7651916cd43dd8448eb211c80319c-")
    );
    let begun = get_with(
        &any_router(),
        "/v1/trace",
        &[("traceparent", "00-malformed")],
    )
    .await;
    assert_eq!(begun.header("aw-trace").len(), 32);
    assert!(begun.text.contains(begun.header("aw-trace")));
}

#[tokio::test]
async fn a_command_with_key_and_body_is_accepted() {
    let answer = wish(&[KEY, JSON], r#"{"slot": 3}"#).await;
    assert_eq!(
        (answer.status, answer.text.as_str()),
        (200, "8e03978e-40d5-43dd-bc93-6894a57f9324 3")
    );
}

#[tokio::test]
async fn a_command_without_a_usable_key_is_refused() {
    assert_eq!(
        wish(&[JSON], r#"{"slot": 3}"#).await.problem(),
        Code::IdempotencyKeyMissing
    );
    assert_eq!(
        wish(&[JSON, ("idempotency-key", "17")], r#"{"slot": 3}"#)
            .await
            .problem(),
        Code::IdempotencyKeyInvalid
    );
    let optional = send(
        &any_router(),
        (Method::POST, "/v1/cancel"),
        &[("idempotency-key", "17")],
        Body::empty(),
    )
    .await;
    assert_eq!(optional.problem(), Code::IdempotencyKeyInvalid);
}

#[tokio::test]
async fn other_media_types_and_compressed_bodies_are_refused() {
    let body = r#"{"slot": 3}"#;
    assert_eq!(
        wish(&[KEY], body).await.problem(),
        Code::UnsupportedMediaType
    );
    assert_eq!(
        wish(&[KEY, ("content-type", "text/plain")], body)
            .await
            .problem(),
        Code::UnsupportedMediaType
    );
    assert_eq!(
        wish(&[KEY, JSON, ("content-encoding", "gzip")], body)
            .await
            .problem(),
        Code::UnsupportedMediaType
    );
    assert_eq!(
        wish(&[KEY, JSON, ("content-encoding", "identity")], body)
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused_announced_or_streamed() {
    let padded = |bytes: usize| format!("{{\"slot\": 3{}}}", " ".repeat(bytes - 11));
    assert_eq!(wish(&[KEY, JSON], padded(64 * 1024)).await.status, 200);
    let announced = ("content-length", "65537");
    let refused = wish(&[KEY, JSON, announced], padded(64 * 1024 + 1)).await;
    assert_eq!(refused.problem(), Code::BodyTooLarge);
    assert_eq!(refused.json()["limit_bytes"], 65536);
    assert_eq!(
        wish(&[KEY, JSON], padded(64 * 1024 + 1)).await.problem(),
        Code::BodyTooLarge
    );
}

#[tokio::test]
async fn a_body_at_fault_is_pointed_at_without_its_values() {
    let answer = wish(
        &[KEY, JSON],
        r#"{"slot": "secretvalue", "colour": "secretvalue"}"#,
    )
    .await;
    assert_eq!(answer.problem(), Code::InvalidBody);
    let expected = json!([{"pointer": "/colour", "code": "unknown_field"}, {"pointer": "/slot", "code": "wrong_type"}]);
    assert_eq!(answer.json()["errors"], expected);
    assert!(!answer.text.contains("secretvalue"));
}

#[tokio::test]
async fn no_body_is_an_empty_object_where_that_is_allowed() {
    let router = any_router();
    let cancel = |headers: &'static [(&'static str, &'static str)], body: &'static str| {
        let router = router.clone();
        async move { send(&router, (Method::POST, "/v1/cancel"), headers, body).await }
    };
    assert_eq!(cancel(&[], "").await.text, "{}");
    assert_eq!(cancel(&[JSON], " { } ").await.text, "{}");
    assert_eq!(
        cancel(&[JSON], r#"{"reason":"x"}"#).await.text,
        r#"{"reason":"x"}"#
    );
    assert_eq!(
        cancel(&[], "{}").await.problem(),
        Code::UnsupportedMediaType
    );
}

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0
            .lock()
            .expect("no test panics while writing")
            .write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Lines {
    fn requests(&self) -> Vec<Value> {
        let bytes = self.0.lock().expect("no test panics while writing").clone();
        let text = String::from_utf8(bytes).expect("logs are UTF-8");
        text.lines()
            .map(|line| serde_json::from_str(line).expect("a line is JSON"))
            .collect()
    }
}

#[tokio::test]
async fn one_record_and_one_count_per_request_name_the_template_and_never_the_path() {
    let lines = Lines::default();
    let writer = lines.clone();
    let subscriber =
        telemetry::subscriber("info", move || writer.clone()).expect("the filter is valid");
    let _guard = tracing::subscriber::set_default(subscriber);
    let metrics = telemetry::Metrics::install().expect("nobody else collects metrics here");
    let router = any_router();

    let answer = get_with(
        &router,
        "/v1/persons/Anke%20von%20der%20Heide?mail=anke",
        &[],
    )
    .await;
    let invented = Method::from_bytes(b"ANKE").expect("a method may be any token");
    send(&router, (invented, "/v1/anke"), &[], Body::empty()).await;

    let records = lines.requests();
    assert_eq!(records.len(), 2, "{records:?}");
    assert_eq!(records[0]["message"], "request");
    assert_eq!(records[0]["method"], "GET");
    assert_eq!(records[0]["route"], "/v1/persons/{name}");
    assert_eq!(records[0]["status"], 200);
    assert!(records[0]["micros"].is_u64());
    assert_eq!(records[0]["trace_id"], answer.header("aw-trace"));
    assert_eq!(
        (
            &records[1]["method"],
            &records[1]["route"],
            &records[1]["status"]
        ),
        (&json!("other"), &json!("none"), &json!(404))
    );
    assert!(!format!("{records:?}").to_lowercase().contains("anke"));

    let rendered = metrics.render();
    let count = r#"http_requests_total{method="GET",route="/v1/persons/{name}",status="200"} 1"#;
    assert!(rendered.contains(count), "{rendered}");
    assert!(
        rendered.contains(
            r#"http_request_seconds_bucket{method="other",route="none",status="404",le="0.001"}"#
        ),
        "{rendered}"
    );
    assert!(!rendered.to_lowercase().contains("anke"));
}
