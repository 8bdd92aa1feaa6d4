//! What the tests share: a router with one route of each kind, and tokens.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use anmeldewerk_contract::problem::Code;
use anmeldewerk_service::auth::{Caller, Credentials, Verifier};
use anmeldewerk_service::body::{OptionalJson, StrictJson};
use anmeldewerk_service::clock::Clock;
use anmeldewerk_service::idempotency::IdempotencyKey;
use anmeldewerk_service::layers;
use anmeldewerk_service::problem::{self, Problem};
use anmeldewerk_service::trace::Trace;
use axum::Router;
use axum::body::Body;
use axum::extract::FromRef;
use axum::http::{HeaderMap, Method, Request, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use data_encoding::BASE64URL_NOPAD;
use http_body_util::BodyExt;
use ring::signature::{Ed25519KeyPair, KeyPair};
use serde::Deserialize;
use serde_json::{Value, json};
use tower::ServiceExt;

pub(crate) const ISSUER: &str = "https://issuer.invalid";

/// An issuer with one Ed25519 key.
pub(crate) struct Issuer {
    pair: Ed25519KeyPair,
    kid: &'static str,
}

impl Issuer {
    pub(crate) fn new(seed: u8, kid: &'static str) -> Self {
        let pair = Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).expect("a seed is 32 bytes");
        Self { pair, kid }
    }

    pub(crate) fn point(&self) -> &[u8] {
        self.pair.public_key().as_ref()
    }

    pub(crate) fn jwk(&self) -> Value {
        json!({"kty": "OKP", "crv": "Ed25519", "kid": self.kid, "x": BASE64URL_NOPAD.encode(self.point())})
    }

    pub(crate) fn token(&self, claims: &Value) -> String {
        self.sign(
            &json!({"alg": "EdDSA", "typ": "JWT", "kid": self.kid}),
            claims,
        )
    }

    pub(crate) fn sign(&self, header: &Value, claims: &Value) -> String {
        let message = unsigned(header, claims);
        let signature = BASE64URL_NOPAD.encode(self.pair.sign(message.as_bytes()).as_ref());
        format!("{message}.{signature}")
    }
}

pub(crate) fn unsigned(header: &Value, claims: &Value) -> String {
    let encode = |part: &Value| BASE64URL_NOPAD.encode(part.to_string().as_bytes());
    format!("{}.{}", encode(header), encode(claims))
}

/// Claims that are accepted, with changes; `null` takes a claim away.
pub(crate) fn claims(changes: &Value) -> Value {
    let now = Clock::real().wall().as_second();
    let mut claims = json!({
        "iss": ISSUER, "aud": "anmeldewerk", "sub": "subject-1", "exp": now + 600,
        "program": "sh", "roles": ["coordinator", "feeder"],
    });
    let object = claims.as_object_mut().expect("claims are an object");
    for (name, value) in changes.as_object().expect("changes are an object") {
        if value.is_null() {
            object.remove(name)
        } else {
            object.insert(name.clone(), value.clone())
        };
    }
    claims
}

/// A key set in a file of its own.
pub(crate) struct KeyFile(pub(crate) PathBuf);

impl KeyFile {
    pub(crate) fn new(keys: &[Value]) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let name = format!(
            "jwks-{}-{}.json",
            std::process::id(),
            NUMBER.fetch_add(1, Ordering::Relaxed)
        );
        let file = Self(PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name));
        file.write(&json!({"keys": keys}).to_string());
        file
    }

    pub(crate) fn write(&self, text: &str) {
        std::fs::write(&self.0, text).expect("the folder for test files is writable");
    }

    pub(crate) fn verifier(&self) -> Verifier {
        Verifier::open(&self.0, ISSUER, Clock::real()).expect("the key set is usable")
    }
}

impl Drop for KeyFile {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

#[derive(Clone)]
struct AppState(Verifier);

impl FromRef<AppState> for Verifier {
    fn from_ref(state: &AppState) -> Self {
        state.0.clone()
    }
}

#[derive(Deserialize)]
struct Wish {
    slot: u8,
}

#[derive(Deserialize)]
struct Reason {
    reason: Option<String>,
}

/// A router with one route of each kind, behind the common layers.
pub(crate) fn router(verifier: Verifier) -> Router {
    let routes =
        Router::new()
            .route("/v1/persons/{name}", get(|| async { "found" }))
            .route(
                "/v1/wishes",
                post(|key: IdempotencyKey, wish: StrictJson<Wish>| async move {
                    format!("{} {}", key.0, wish.value.slot)
                }),
            )
            .route(
                "/v1/cancel",
                post(
                    |_: Option<IdempotencyKey>, body: OptionalJson<Reason>| async move {
                        (body.value.reason, body.canonical).1
                    },
                ),
            )
            .route(
                "/v1/whoami",
                get(|caller: Caller| async move {
                    format!("{} {:?} {:?}", caller.sub, caller.program, caller.roles)
                }),
            )
            .route(
                "/v1/credentials",
                get(|credentials: Credentials| async move { format!("{credentials:?}") }),
            )
            .route(
                "/v1/headers",
                get(|headers: HeaderMap| async move {
                    format!("{:?}", headers.keys().collect::<Vec<_>>())
                }),
            )
            .route(
                "/v1/trace",
                get(|trace: Trace| async move { trace.traceparent() }),
            )
            .route("/v1/late", get(late))
            .route("/v1/passed-through", get(passed_through))
            .route(
                "/v1/page",
                get(|| async { [("content-security-policy", "default-src 'self'")] }),
            )
            .route("/v1/panic", get(panics))
            .merge(problem::catalogue());
    layers::public(routes.with_state(AppState(verifier)))
}

async fn panics() -> &'static str {
    panic!("Anke von der Heide")
}

async fn late() -> Problem {
    Problem::new(Code::DeadlinePassed)
        .detail("abgelaufen am 30.09.2019", "passed on 30 September 2019")
        .with("deadline", "2019-09-30T22:00:00Z")
        .retry_after_s(7)
}

async fn passed_through() -> Response {
    (
        StatusCode::CONFLICT,
        [("content-type", problem::MEDIA_TYPE)],
        r#"{"code":"quota_exhausted"}"#,
    )
        .into_response()
}

/// An answer that was read to its end.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().expect("the header is text"))
    }

    /// Gives the code of a problem, after checking everything a problem must have.
    pub(crate) fn problem(&self) -> Code {
        assert_eq!(
            self.header("content-type"),
            problem::MEDIA_TYPE,
            "{}",
            self.text
        );
        assert_eq!(self.header("cache-control"), "no-store");
        let body = self.json();
        let code = body["code"]
            .as_str()
            .and_then(Code::parse)
            .expect("the code is known");
        assert_eq!(body["type"], format!("/problems/{code}"));
        assert_eq!(body["status"], self.status);
        assert_eq!(code.status(), self.status);
        assert_eq!(body["trace_id"], self.header("aw-trace"));
        assert!(!self.header("content-language").is_empty());
        code
    }
}

/// Sends a request with the given headers and body.
pub(crate) async fn send(
    router: &Router,
    (method, path): (Method, &str),
    headers: &[(&str, &str)],
    body: impl Into<Body>,
) -> Answer {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request
        .body(body.into())
        .expect("the request is well formed");
    let response = router
        .clone()
        .oneshot(request)
        .await
        .expect("a router never fails");
    let (parts, body) = response.into_parts();
    let bytes = body
        .collect()
        .await
        .expect("the answer is whole")
        .to_bytes();
    let text = String::from_utf8(bytes.to_vec()).expect("answers are UTF-8");
    Answer {
        status: parts.status.as_u16(),
        headers: parts.headers,
        text,
    }
}

pub(crate) async fn get_with(router: &Router, path: &str, headers: &[(&str, &str)]) -> Answer {
    send(router, (Method::GET, path), headers, Body::empty()).await
}
