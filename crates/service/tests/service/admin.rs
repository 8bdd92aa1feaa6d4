//! The admin port.

use anmeldewerk_contract::problem::Code;
use anmeldewerk_service::{Process, admin};
use axum::body::Body;
use axum::http::Method;
use serde_json::json;

use crate::support::{get_with, send};

fn process(development: bool) -> Process {
    Process::new("anmeldewerk-test", "1.2.3", development)
        .expect("nobody else collects metrics here")
}

#[tokio::test]
async fn a_process_is_alive_before_it_is_ready() {
    let process = process(false);
    let router = admin::router(&process);
    let log = process.health.part("log");
    assert_eq!(get_with(&router, "/livez", &[]).await.status, 200);
    let starting = get_with(&router, "/readyz", &[]).await;
    assert_eq!(starting.status, 503);
    assert_eq!(
        starting.json(),
        json!({"ready": false, "parts": {"log": {"ready": false, "reason": "starting"}}})
    );
    log.ready();
    let ready = get_with(&router, "/readyz", &[]).await;
    assert_eq!(
        (ready.status, ready.json()),
        (
            200,
            json!({"ready": true, "parts": {"log": {"ready": true}}})
        )
    );
}

#[tokio::test]
async fn version_and_metrics_are_told() {
    let router = admin::router(&process(false));
    assert_eq!(
        get_with(&router, "/version", &[]).await.json(),
        json!({"name": "anmeldewerk-test", "version": "1.2.3"})
    );
    metrics::counter!("admin_test_total").increment(3);
    let metrics = get_with(&router, "/metrics", &[]).await;
    assert!(metrics.header("content-type").starts_with("text/plain"));
    assert!(
        metrics.text.contains("admin_test_total 3"),
        "{}",
        metrics.text
    );
}

#[tokio::test]
async fn in_development_the_clock_is_set_read_and_reset() {
    let process = process(true);
    let router = admin::router(&process);
    let json = [("content-type", "application/json")];
    let set = send(
        &router,
        (Method::PUT, "/clock"),
        &json,
        r#"{"now": "2019-09-30T22:00:00Z"}"#,
    )
    .await;
    assert_eq!(set.status, 200, "{}", set.text);
    assert_eq!(set.json()["simulated"], true);
    assert!(
        process
            .clock
            .now()
            .at
            .to_string()
            .starts_with("2019-09-30T22:0")
    );
    assert_eq!(
        get_with(&router, "/clock", &[]).await.json()["simulated"],
        true
    );
    let reset = send(&router, (Method::DELETE, "/clock"), &[], Body::empty()).await;
    assert_eq!(reset.json()["simulated"], false);
    assert!(!process.clock.now().simulated);
    for body in [
        r#"{"now": "yesterday"}"#,
        r#"{"now": "2019-09-30T22:00:00"}"#,
        r#"{"then": "2019-09-30T22:00:00Z"}"#,
    ] {
        assert_eq!(
            send(&router, (Method::PUT, "/clock"), &json, body)
                .await
                .status,
            422,
            "{body}"
        );
    }
}

#[tokio::test]
async fn in_production_there_is_no_clock_to_set() {
    let process = process(false);
    let router = admin::router(&process);
    for method in [Method::GET, Method::PUT, Method::DELETE] {
        let answer = send(
            &router,
            (method, "/clock"),
            &[("content-type", "application/json")],
            r#"{"now": "2019-09-30T22:00:00Z"}"#,
        )
        .await;
        assert_eq!(answer.status, 404);
        assert_eq!(answer.json()["code"], Code::NotFound.as_str());
    }
    assert!(!process.clock.now().simulated);
}
