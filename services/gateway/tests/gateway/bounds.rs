//! What bounds those who knock, over real sockets.

use std::time::Duration;

use anmeldewerk_contract::problem::Code;
use anmeldewerk_gateway::{
    door::{Bounds, Rate},
    passthrough::Limits,
};
use axum::{
    Router,
    body::Body,
    http::{Method, StatusCode},
    response::IntoResponse,
    routing::any,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use crate::door::{Answer, Door, PATIENCE, bearer, request, serve};

const OFF: Rate = Rate { per_s: 0, burst: 1 };
/// One request, and a second one only a second later.
const ONE: Rate = Rate { per_s: 1, burst: 1 };
const PAGE: (&str, &str) = ("origin", "https://a.example");

/// A gateway before a registration service that says yes to everything.
async fn door(bounds: Bounds) -> Door {
    let yes = any(|| async { (StatusCode::CREATED, [("log-position", "7")], "{}") });
    let upstream = serve(Router::new().fallback(yes)).await;
    Door::bounded(&[upstream], Limits::default(), bounds).await
}

fn rates(per_token: Rate, per_address: Rate) -> Bounds {
    Bounds {
        per_token,
        per_address,
        ..Bounds::default()
    }
}

fn with_origin() -> Bounds {
    Bounds {
        web_origins: "https://a.example".parse().expect("an origin"),
        ..Bounds::default()
    }
}

async fn send(door: &Door, method: Method, path: &str, headers: &[(&str, &str)]) -> Answer {
    door.send(request((method, path), headers, Body::empty()))
        .await
}

/// Asks until there is a refusal: the second time, unless a second has passed in between.
async fn until_refused(door: &Door, headers: &[(&str, &str)]) -> Answer {
    for _ in 0..50 {
        let answer = door.get("/problems/not_found", headers).await;
        if answer.status != StatusCode::OK {
            return answer;
        }
    }
    panic!("everything was let in");
}

/// Sends bytes as they are and reads all that comes.
async fn raw(door: &Door, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(door.address).await.expect("a socket");
    stream.write_all(bytes).await.expect("sent");
    let mut answer = Vec::new();
    let read = timeout(PATIENCE, stream.read_to_end(&mut answer)).await;
    read.expect("an end in time").expect("an end");
    String::from_utf8(answer).expect("text")
}

#[tokio::test]
async fn a_token_that_asks_too_often_is_told_when_to_come_again() {
    let door = door(rates(ONE, OFF)).await;
    let token = bearer("coordinator", Some("sh"));
    let headers = [("authorization", token.as_str())];
    let first = door.get("/problems/not_found", &headers).await;
    assert_eq!(first.status, StatusCode::OK);
    let refused = until_refused(&door, &headers).await;
    assert_eq!(refused.problem(), Code::TooManyRequests);
    assert_eq!(refused.header("retry-after"), Some("1"));
    let other = bearer("auditor", None);
    let other = [("authorization", other.as_str())];
    let other = send(&door, Method::POST, "/v1/x", &other).await;
    assert_eq!(other.status, StatusCode::CREATED);
    let nobody = door.get("/problems/not_found", &[]).await;
    assert_eq!(nobody.status, StatusCode::OK);
}

#[tokio::test]
async fn every_route_counts() {
    for (method, path) in [
        (Method::GET, "/v1/workshops?unheard=of"),
        (Method::POST, "/v1/workshops"),
        (Method::GET, "/nowhere"),
        (Method::OPTIONS, "/v1/workshops"),
    ] {
        let door = door(rates(OFF, ONE)).await;
        let mut last = None;
        for _ in 0..50 {
            let answer = send(&door, method.clone(), path, &[]).await;
            last = Some(answer.status);
            if last == Some(StatusCode::TOO_MANY_REQUESTS) {
                break;
            }
        }
        assert_eq!(last, Some(StatusCode::TOO_MANY_REQUESTS), "{method} {path}");
    }
}

#[tokio::test]
async fn an_address_that_asks_too_often_is_refused_whatever_token_it_shows() {
    let door = door(rates(OFF, ONE)).await;
    for token in ["Bearer a", "Bearer b", "Participant c"] {
        let refused = until_refused(&door, &[("authorization", token)]).await;
        assert_eq!(refused.problem(), Code::TooManyRequests);
    }
}

#[tokio::test]
async fn a_proxy_of_ours_says_from_whom_a_request_comes() {
    let bounds = Bounds {
        proxies: "127.0.0.0/8".parse().expect("a network"),
        ..rates(OFF, ONE)
    };
    let door = door(bounds).await;
    until_refused(&door, &[("x-forwarded-for", "192.0.2.1")]).await;
    until_refused(&door, &[("x-forwarded-for", "192.0.2.77, 192.0.2.1")]).await;
    for number in 2..12 {
        let client = format!("192.0.2.1, 192.0.2.{number}");
        let headers = [("x-forwarded-for", client.as_str())];
        let answer = door.get("/problems/not_found", &headers).await;
        assert_eq!(answer.status, StatusCode::OK, "{client}");
    }
}

#[tokio::test]
async fn nobody_else_does() {
    let door = door(rates(OFF, ONE)).await;
    let mut refused = 0;
    for number in 0..50 {
        let client = format!("192.0.2.{number}");
        let headers = [("x-forwarded-for", client.as_str())];
        let answer = door.get("/problems/not_found", &headers).await;
        refused += usize::from(answer.status == StatusCode::TOO_MANY_REQUESTS);
    }
    assert!(refused > 0, "it is one address");
}

#[tokio::test]
async fn a_query_without_a_place_or_in_vain_is_unavailable_and_commands_go_on() {
    let no_place = Bounds {
        queries: 0,
        ..Bounds::default()
    };
    let no_time = Bounds {
        query_within: Duration::ZERO,
        ..Bounds::default()
    };
    for bounds in [no_place, no_time] {
        let door = door(bounds).await;
        let answer = door.get("/v1/workshops", &[]).await;
        assert_eq!(answer.problem(), Code::Unavailable);
        assert_eq!(answer.header("retry-after"), Some("2"));
        let command = send(&door, Method::POST, "/v1/workshops", &[]).await;
        assert_eq!(command.status, StatusCode::CREATED);
    }
}

#[tokio::test]
async fn an_address_of_which_the_query_is_too_long_is_refused() {
    let door = door(Bounds::default()).await;
    let query = |bytes: usize| format!("/v1/workshops?{}", "a".repeat(bytes));
    let longest = door.get(&query(4096), &[]).await;
    assert_eq!(longest.json()["parameter"], "a".repeat(40));
    let longer = door.get(&query(4097), &[]).await;
    assert_eq!(longer.problem(), Code::InvalidQuery);
    assert_eq!(longer.json()["limit_bytes"], 4096);
    let command = send(&door, Method::POST, &query(4097), &[]).await;
    assert_eq!(command.problem(), Code::InvalidQuery);
}

#[tokio::test]
async fn a_query_has_at_most_32_parameters() {
    let door = door(Bounds::default()).await;
    let query = |many: usize| format!("/v1/workshops?{}", vec!["a=1"; many].join("&"));
    assert_eq!(door.get(&query(32), &[]).await.json()["parameter"], "a");
    let more = door.get(&query(33), &[]).await;
    assert_eq!(more.problem(), Code::InvalidQuery);
    assert_eq!(more.json()["limit"], 32);
}

#[tokio::test]
async fn a_page_of_an_origin_that_was_named_may_ask_and_read() {
    let door = door(with_origin()).await;
    let asked = [
        PAGE,
        ("access-control-request-method", "PATCH"),
        ("access-control-request-headers", "authorization,if-match"),
    ];
    let before = send(&door, Method::OPTIONS, "/v1/workshops/x", &asked).await;
    assert_eq!(before.status, StatusCode::OK);
    let allowed = before.header("access-control-allow-methods");
    assert_eq!(allowed, Some("GET,POST,PUT,PATCH"));
    let allowed = before.header("access-control-allow-headers");
    let expected = "authorization,content-type,if-match,if-none-match,aw-purpose,idempotency-key,last-event-id,prefer";
    assert_eq!(allowed, Some(expected));
    assert_eq!(before.header("access-control-max-age"), Some("3600"));

    let command = send(&door, Method::POST, "/v1/workshops", &[PAGE]).await;
    let read = "content-disposition,etag,link,location,retry-after,aw-trace,idempotency-replayed,log-position";
    assert_eq!(command.header("access-control-expose-headers"), Some(read));
    for answer in [before, command, door.get("/v1/workshops", &[PAGE]).await] {
        let origin = answer.header("access-control-allow-origin");
        assert_eq!(origin, Some("https://a.example"));
        assert_eq!(answer.header("access-control-allow-credentials"), None);
    }
}

#[tokio::test]
async fn a_page_may_read_that_it_asked_too_often() {
    let bounds = Bounds {
        per_address: ONE,
        ..with_origin()
    };
    let door = door(bounds).await;
    let refused = until_refused(&door, &[PAGE]).await;
    assert_eq!(refused.problem(), Code::TooManyRequests);
    let origin = refused.header("access-control-allow-origin");
    assert_eq!(origin, Some("https://a.example"));
}

#[tokio::test]
async fn no_other_page_may() {
    let other = ("origin", "https://b.example");
    for (bounds, page) in [(with_origin(), other), (Bounds::default(), PAGE)] {
        let door = door(bounds).await;
        let asked = [page, ("access-control-request-method", "GET")];
        let before = send(&door, Method::OPTIONS, "/v1/workshops", &asked).await;
        let answer = door.get("/problems/not_found", &[page]).await;
        for answer in [before, answer] {
            assert_eq!(answer.header("access-control-allow-origin"), None);
        }
    }
}

#[tokio::test]
async fn browsers_are_told_to_trust_nothing_on_every_answer() {
    let bounds = Bounds {
        hsts_max_age_s: 31_536_000,
        ..Bounds::default()
    };
    let door = door(bounds).await;
    for (method, path) in [
        (Method::GET, "/problems/not_found"),
        (Method::GET, "/nowhere"),
        (Method::GET, "/v1/workshops"),
        (Method::POST, "/v1/workshops"),
        (Method::OPTIONS, "/v1/workshops"),
    ] {
        let answer = send(&door, method, path, &[]).await;
        for (name, value) in [
            (
                "content-security-policy",
                "default-src 'none'; frame-ancestors 'none'",
            ),
            ("cross-origin-resource-policy", "same-origin"),
            ("referrer-policy", "no-referrer"),
            ("strict-transport-security", "max-age=31536000"),
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
        ] {
            assert_eq!(answer.header(name), Some(value), "{path}");
        }
        assert_eq!(answer.header("server"), None);
    }
}

#[tokio::test]
async fn nothing_is_said_about_tls_where_nobody_said_to() {
    let door = door(Bounds::default()).await;
    let answer = door.get("/problems/not_found", &[]).await;
    assert_eq!(answer.header("strict-transport-security"), None);
}

#[tokio::test]
async fn a_method_that_is_not_there_is_refused_with_those_that_are() {
    let door = door(Bounds::default()).await;
    for (method, path, allowed) in [
        (Method::OPTIONS, "/v1/workshops", "GET,HEAD,POST"),
        (Method::TRACE, "/v1/workshops/x/publish", "POST"),
        (Method::POST, "/problems/not_found", "GET,HEAD"),
    ] {
        let answer = send(&door, method, path, &[]).await;
        assert_eq!(answer.problem(), Code::MethodNotAllowed);
        let mut told: Vec<&str> = answer.header("allow").expect("Allow").split(',').collect();
        let mut allowed: Vec<&str> = allowed.split(',').collect();
        told.sort_unstable();
        allowed.sort_unstable();
        assert_eq!(told, allowed, "{path}");
    }
}

#[tokio::test]
async fn a_command_that_is_not_there_is_refused_with_queries_among_what_is() {
    let only = || async { (StatusCode::METHOD_NOT_ALLOWED, [("allow", "POST")]).into_response() };
    let upstream = serve(Router::new().fallback(any(only))).await;
    let door = Door::before_address(upstream, Limits::default()).await;
    let of_a_query = send(&door, Method::PUT, "/v1/workshops", &[]).await;
    assert_eq!(of_a_query.header("allow"), Some("GET,HEAD,POST"));
    let of_none = send(&door, Method::PUT, "/v1/workshops/x/publish", &[]).await;
    assert_eq!(of_none.header("allow"), Some("POST"));
}

#[tokio::test]
async fn a_query_may_be_asked_for_its_head_alone() {
    let door = door(Bounds::default()).await;
    let get = door.get("/v1/workshops", &[]).await;
    let head = send(&door, Method::HEAD, "/v1/workshops", &[]).await;
    assert_eq!(head.status, get.status);
    assert!(head.body.is_empty());
    assert_eq!(head.header("content-type"), get.header("content-type"));
    assert_eq!(head.header("retry-after"), Some("2"));
}

#[tokio::test]
async fn what_is_no_http_is_refused_without_a_word_of_ours() {
    let door = door(Bounds::default()).await;
    let long = "a".repeat(70_000);
    for (bytes, expected) in [
        ("nonsense\r\n\r\n".to_owned(), "HTTP/1.1 400"),
        (
            "GET / HTTP/1.1\r\nbad header\r\n\r\n".to_owned(),
            "HTTP/1.1 400",
        ),
        (format!("GET /{long} HTTP/1.1\r\n\r\n"), "HTTP/1.1 414"),
        (
            format!("GET / HTTP/1.1\r\nx: {long}{long}{long}\r\n\r\n"),
            "HTTP/1.1 431",
        ),
        (
            format!("GET / HTTP/1.1\r\n{}\r\n", "x: 1\r\n".repeat(101)),
            "HTTP/1.1 431",
        ),
    ] {
        let answer = raw(&door, bytes.as_bytes()).await;
        assert!(answer.starts_with(expected), "{expected}: {answer}");
        assert!(answer.contains("content-length: 0"), "{answer}");
    }
}
