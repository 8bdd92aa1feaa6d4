//! Commands on their way to the registration service and back.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use anmeldewerk_contract::problem::Code;
use anmeldewerk_gateway::passthrough::Limits;
use axum::{
    Json, Router,
    body::{Body, Bytes},
    extract::{Request, State},
    http::{Method, StatusCode},
    response::IntoResponse,
    routing::{any, post},
};
use futures_util::stream;
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::{Notify, mpsc},
    time::timeout,
};

use crate::door::{Door, PATIENCE, request};

/// A registration service that says what it was told, and counts.
fn echo(asked: Arc<AtomicUsize>) -> Router {
    Router::new()
        .fallback(any(
            |State(asked): State<Arc<AtomicUsize>>, request: Request| async move {
                asked.fetch_add(1, Ordering::SeqCst);
                told(request).await
            },
        ))
        .with_state(asked)
}

async fn told(request: Request) -> impl IntoResponse {
    let (parts, body) = request.into_parts();
    let mut headers = serde_json::Map::new();
    for (name, value) in &parts.headers {
        headers.insert(name.to_string(), value.to_str().expect("text").into());
    }
    let body = body.collect().await.expect("a body").to_bytes();
    let answer = json!({
        "method": parts.method.as_str(), "uri": parts.uri.to_string(), "headers": headers,
        "body": String::from_utf8_lossy(&body),
    });
    let headers = [
        ("connection", "x-hop"),
        ("x-hop", "1"),
        ("log-position", "7"),
    ];
    (StatusCode::CREATED, headers, Json(answer))
}

async fn echoing(limits: Limits) -> (Door, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let door = Door::before(echo(Arc::clone(&asked)), limits).await;
    (door, asked)
}

fn quick() -> Limits {
    Limits {
        answer_within: Duration::from_secs(1),
        ..Limits::default()
    }
}

/// A body that goes on when the test says so.
pub(crate) fn by_hand() -> (mpsc::Sender<&'static str>, Body) {
    let (sender, receiver) = mpsc::channel(8);
    let chunks = stream::unfold(receiver, |mut receiver| async move {
        let chunk = receiver.recv().await?;
        Some((Ok::<_, std::io::Error>(chunk), receiver))
    });
    (sender, Body::from_stream(chunks))
}

#[tokio::test]
async fn every_command_under_v1_is_passed_on_as_it_is() {
    let (door, _) = echoing(Limits::default()).await;
    for (method, path) in [
        (Method::POST, "/v1/workshops"),
        (Method::PUT, "/v1/programs/sh"),
        (Method::PATCH, "/v1/workshops/x/registrations/y?a=%C3%A4&b"),
        (Method::DELETE, "/v1/anything/at%2Fall"),
    ] {
        let headers = [
            ("authorization", "Bearer not.for.us"),
            ("idempotency-key", "k"),
            ("content-type", "application/json"),
        ];
        let sent = request((method.clone(), path), &headers, r#"{"a": 1}"#);
        let answer = door.send(sent).await;
        assert_eq!(answer.status, StatusCode::CREATED);
        assert_eq!(answer.header("log-position"), Some("7"));
        let told = answer.json();
        assert_eq!(
            (&told["method"], &told["uri"]),
            (&json!(method.as_str()), &json!(path))
        );
        assert_eq!(told["body"], r#"{"a": 1}"#);
        for (name, value) in headers {
            assert_eq!(told["headers"][name], value);
        }
        assert_eq!(told["headers"]["content-length"], "8");
    }
}

#[tokio::test]
async fn what_is_no_command_under_v1_is_not_passed_on() {
    let (door, asked) = echoing(Limits::default()).await;
    for (method, path, expected) in [
        (
            Method::GET,
            "/v1/workshops/x/publish",
            Code::MethodNotAllowed,
        ),
        (Method::GET, "/v1/nothing", Code::NotFound),
        (Method::POST, "/v1/programs", Code::MethodNotAllowed),
        (Method::POST, "/admin", Code::NotFound),
        (Method::POST, "/v1", Code::NotFound),
        (Method::OPTIONS, "/v1/workshops", Code::MethodNotAllowed),
        (Method::POST, "/problems/not_found", Code::MethodNotAllowed),
    ] {
        let answer = door
            .send(request((method.clone(), path), &[], Body::empty()))
            .await;
        assert_eq!(answer.problem(), expected, "{method} {path}");
    }
    assert_eq!(asked.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn what_is_for_one_hop_or_claims_an_identity_does_not_go_on() {
    let (door, _) = echoing(Limits::default()).await;
    let headers = [
        ("connection", "x-mine"),
        ("x-mine", "1"),
        ("te", "trailers"),
        ("proxy-authorization", "Basic x"),
        ("x-forwarded-user", "admin"),
        ("x-kept", "1"),
    ];
    let answer = door
        .send(request((Method::POST, "/v1/x"), &headers, ""))
        .await;
    let told = answer.json();
    for (name, _) in &headers[..5] {
        assert_eq!(told["headers"].get(name), None, "{name}");
    }
    assert_eq!(told["headers"]["x-kept"], "1");
    assert_eq!(answer.header("x-hop"), None);
}

#[tokio::test]
async fn the_trace_goes_on_with_a_span_of_its_own() {
    let (door, _) = echoing(Limits::default()).await;
    let given = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let sent = request((Method::POST, "/v1/x"), &[("traceparent", given)], "");
    let told = door.send(sent).await.json();
    let passed = told["headers"]["traceparent"].as_str().expect("a trace");
    assert!(
        passed.starts_with("00-0af7651916cd43dd8448eb211c80319c-"),
        "{passed}"
    );
    assert_ne!(passed, given);
}

#[tokio::test]
async fn a_refusal_comes_back_to_the_letter() {
    const REFUSAL: &str = r#"{"code":"quota_exhausted",  "title":"wie es kam"}"#;
    let refuse = || async {
        let headers = [
            ("content-type", "application/problem+json"),
            ("content-language", "de"),
        ];
        (StatusCode::CONFLICT, headers, REFUSAL)
    };
    let door = Door::before(
        Router::new().route("/v1/x", post(refuse)),
        Limits::default(),
    )
    .await;
    let sent = request((Method::POST, "/v1/x"), &[("accept-language", "en")], "");
    let answer = door.send(sent).await;
    assert_eq!(answer.problem(), Code::QuotaExhausted);
    assert_eq!(answer.body, REFUSAL);
    assert_eq!(answer.header("content-language"), Some("de"));
}

#[tokio::test]
async fn a_body_is_streamed_onwards_while_it_arrives() {
    let heard = Arc::new(Notify::new());
    let listen = |State(heard): State<Arc<Notify>>, request: Request| async move {
        let mut body = request.into_body();
        let first = body.frame().await.expect("a frame").expect("a frame");
        assert_eq!(first.into_data().expect("data"), "first,");
        heard.notify_one();
        body.collect().await.expect("the rest").to_bytes()
    };
    let upstream = Router::new()
        .route("/v1/x", post(listen))
        .with_state(Arc::clone(&heard));
    let door = Door::before(upstream, Limits::default()).await;

    let (hand, body) = by_hand();
    let sending = door.send(request((Method::POST, "/v1/x"), &[], body));
    let speaking = async {
        hand.send("first,").await.expect("somebody listens");
        let arrived = timeout(PATIENCE, heard.notified()).await;
        arrived.expect("the first part arrives before the second is sent");
        hand.send("second").await.expect("somebody listens");
        drop(hand);
    };
    let (answer, ()) = tokio::join!(sending, speaking);
    assert_eq!(
        (answer.status, answer.body),
        (StatusCode::OK, Bytes::from("second"))
    );
}

#[tokio::test]
async fn an_answer_is_streamed_back_while_it_arises() {
    let (hand, body) = by_hand();
    let body = Arc::new(tokio::sync::Mutex::new(Some(body)));
    let speak = move || async move { body.lock().await.take().expect("asked once") };
    let door = Door::before(Router::new().route("/v1/x", post(speak)), Limits::default()).await;

    hand.send("first,").await.expect("somebody listens");
    let answer = door.begin(request((Method::POST, "/v1/x"), &[], "")).await;
    let mut body = answer.into_body();
    let first = timeout(PATIENCE, body.frame())
        .await
        .expect("the first part comes alone");
    let first = first.expect("a frame").expect("a frame").into_data();
    assert_eq!(first.expect("data"), "first,");
    hand.send("second").await.expect("somebody listens");
    drop(hand);
    let rest = timeout(PATIENCE, body.collect())
        .await
        .expect("an end")
        .expect("the rest");
    assert_eq!(rest.to_bytes(), "second");
}

#[tokio::test]
async fn silence_after_a_whole_request_is_an_unknown_outcome() {
    let silent = |body: Bytes| async move {
        assert_eq!(body, "whole");
        std::future::pending::<()>().await;
    };
    let door = Door::before(Router::new().route("/v1/x", post(silent)), quick()).await;
    let answer = door
        .send(request((Method::POST, "/v1/x"), &[], "whole"))
        .await;
    assert_eq!(answer.problem(), Code::OutcomeUnknown);
    assert!(answer.header("retry-after").is_some());
}

#[tokio::test]
async fn a_connection_lost_before_the_answer_is_an_unknown_outcome() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    let hang_up = async move {
        let (mut stream, _) = listener.accept().await.expect("a connection");
        let mut head = [0; 16];
        stream
            .read_exact(&mut head)
            .await
            .expect("the beginning of a request");
    };
    tokio::spawn(hang_up);
    let door = Door::before_address(address, Limits::default()).await;
    let answer = door
        .send(request((Method::POST, "/v1/x"), &[], "whole"))
        .await;
    assert_eq!(answer.problem(), Code::OutcomeUnknown);
}

#[tokio::test]
async fn without_a_connection_nothing_was_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    drop(listener);
    let door = Door::before_address(address, Limits::default()).await;
    let answer = door
        .send(request((Method::POST, "/v1/x"), &[], "whole"))
        .await;
    assert_eq!(answer.problem(), Code::Unavailable);
    assert!(answer.header("retry-after").is_some());
}

#[tokio::test]
async fn a_body_that_says_it_is_too_large_is_not_sent() {
    let limits = Limits {
        body_bytes: 5,
        ..Limits::default()
    };
    let (door, asked) = echoing(limits).await;
    let answer = door
        .send(request((Method::POST, "/v1/x"), &[], "sixsix"))
        .await;
    assert_eq!(answer.problem(), Code::BodyTooLarge);
    assert_eq!(answer.json()["limit_bytes"], 5);
    assert_eq!(asked.load(Ordering::SeqCst), 0);
    let fits = door
        .send(request((Method::POST, "/v1/x"), &[], "fives"))
        .await;
    assert_eq!(fits.status, StatusCode::CREATED);
}

#[tokio::test]
async fn a_feed_may_be_larger_than_a_command() {
    let limits = Limits {
        body_bytes: 5,
        feed_bytes: 7,
        ..Limits::default()
    };
    let (door, asked) = echoing(limits).await;
    let feed = "/v1/workshops/x/registrations/bulk";
    let large = door
        .send(request((Method::POST, feed), &[], "eighties"))
        .await;
    assert_eq!(large.problem(), Code::BodyTooLarge);
    assert_eq!(large.json()["limit_bytes"], 7);
    assert_eq!(asked.load(Ordering::SeqCst), 0);
    let fits = door
        .send(request((Method::POST, feed), &[], "sevenyy"))
        .await;
    assert_eq!(fits.status, StatusCode::CREATED);
}

#[tokio::test]
async fn a_body_that_turns_out_too_large_does_not_arrive_whole() {
    let arrived = Arc::new(AtomicUsize::new(0));
    let count = |State(arrived): State<Arc<AtomicUsize>>, _: Bytes| async move {
        arrived.fetch_add(1, Ordering::SeqCst);
    };
    let upstream = Router::new()
        .route("/v1/x", post(count))
        .with_state(Arc::clone(&arrived));
    let limits = Limits {
        body_bytes: 5,
        ..Limits::default()
    };
    let door = Door::before(upstream, limits).await;
    let (hand, body) = by_hand();
    hand.send("abc").await.expect("room");
    hand.send("def").await.expect("room");
    let answer = door.send(request((Method::POST, "/v1/x"), &[], body)).await;
    assert_eq!(answer.problem(), Code::BodyTooLarge);
    assert_eq!(arrived.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_body_that_does_not_arrive_in_time_is_the_clients_delay() {
    let (door, _) = echoing(quick()).await;
    let mut stream = TcpStream::connect(door.address)
        .await
        .expect("a connection");
    let head =
        "POST /v1/x HTTP/1.1\r\nhost: door\r\nconnection: close\r\ncontent-length: 9\r\n\r\nabc";
    stream.write_all(head.as_bytes()).await.expect("a request");
    let mut answer = String::new();
    let read = timeout(PATIENCE, stream.read_to_string(&mut answer)).await;
    read.expect("an answer in time").expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    assert!(answer.contains("\"request_timeout\""), "{answer}");
}

#[tokio::test]
async fn no_more_commands_are_under_way_than_allowed() {
    let begun = Arc::new(Notify::new());
    let silent = |State(begun): State<Arc<Notify>>| async move {
        begun.notify_one();
        std::future::pending::<()>().await;
    };
    let upstream = Router::new()
        .route("/v1/silent", post(silent))
        .route("/v1/x", post(|| async {}))
        .with_state(Arc::clone(&begun));
    let limits = Limits {
        in_flight: 1,
        ..Limits::default()
    };
    let door = Arc::new(Door::before(upstream, limits).await);
    let first = Arc::clone(&door);
    let first = tokio::spawn(async move {
        first
            .begin(request((Method::POST, "/v1/silent"), &[], ""))
            .await;
    });
    timeout(PATIENCE, begun.notified())
        .await
        .expect("the first command arrives");
    let second = || door.send(request((Method::POST, "/v1/x"), &[], ""));
    assert_eq!(second().await.problem(), Code::Unavailable);

    first.abort();
    let freed = async { while second().await.status != StatusCode::OK {} };
    timeout(PATIENCE, freed)
        .await
        .expect("the place comes free when the client is gone");
}

#[tokio::test]
async fn an_answer_that_is_no_problem_is_worded_as_one() {
    let fail = || async { StatusCode::BAD_GATEWAY };
    let door = Door::before(Router::new().route("/v1/x", post(fail)), Limits::default()).await;
    let answer: Value = door
        .send(request((Method::POST, "/v1/x"), &[], ""))
        .await
        .json();
    assert_eq!(answer["code"], "unavailable");
}
