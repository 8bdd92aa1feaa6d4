//! What the tests share: a gateway on a free port, and whatever stands behind it.

use std::{
    net::SocketAddr,
    path::PathBuf,
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use anmeldewerk_contract::problem::Code;
use anmeldewerk_gateway::{
    Desk,
    door::{self, Bounds, Rate},
    passthrough::{Limits, Upstream},
};
use anmeldewerk_read_model::ReadModel;
use anmeldewerk_service::{Process, auth::Verifier, clock::Clock, layers, server};
use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Method, Request, Response, StatusCode, Uri},
};
use bytes::Bytes;
use data_encoding::BASE64URL_NOPAD;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use ring::signature::{Ed25519KeyPair, KeyPair};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

const ISSUER: &str = "https://issuer.invalid";

/// How long anything here may take before it counts as hanging.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// A gateway, and a client in front of it.
pub(crate) struct Door {
    pub(crate) address: SocketAddr,
    client: Client<HttpConnector, Body>,
}

/// An answer that was read to its end.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Door {
    /// Opens a gateway before a registration service.
    pub(crate) async fn before(upstream: Router, limits: Limits) -> Self {
        Self::before_address(serve(upstream).await, limits).await
    }

    /// Opens a gateway before an address.
    pub(crate) async fn before_address(upstream: SocketAddr, limits: Limits) -> Self {
        Self::before_addresses(&[upstream], limits).await
    }

    /// Opens a gateway before several addresses.
    pub(crate) async fn before_addresses(upstreams: &[SocketAddr], limits: Limits) -> Self {
        Self::bounded(upstreams, limits, open()).await
    }

    /// Opens a gateway before several addresses with bounds of its own.
    pub(crate) async fn bounded(upstreams: &[SocketAddr], limits: Limits, bounds: Bounds) -> Self {
        let origins = upstreams
            .iter()
            .map(|upstream| format!("http://{upstream}"));
        let origins = origins.collect::<Vec<_>>().join(",");
        let origins = origins.parse().expect("origins");
        let upstream = Upstream::new(origins, limits);
        let door = door::Door::new(bounds);
        let router = anmeldewerk_gateway::router(&desk(), upstream, &door);
        Self {
            address: serve(layers::public(router)).await,
            client: Client::builder(TokioExecutor::new()).build_http(),
        }
    }

    /// Sends a request and gives the answer as soon as it begins.
    pub(crate) async fn begin(&self, mut request: Request<Body>) -> Response<Incoming> {
        let uri = format!("http://{}{}", self.address, request.uri());
        *request.uri_mut() = uri.parse::<Uri>().expect("an address");
        let answer = tokio::time::timeout(PATIENCE, self.client.request(request)).await;
        answer.expect("an answer in time").expect("an answer")
    }

    /// Sends a request and reads the answer.
    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let (parts, body) = self.begin(request).await.into_parts();
        let body = tokio::time::timeout(PATIENCE, body.collect()).await;
        let body = body.expect("a body in time").expect("a body");
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: body.to_bytes(),
        }
    }

    pub(crate) async fn get(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.send(request((Method::GET, path), headers, Body::empty()))
            .await
    }
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("JSON")
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Checks that this is a problem in every respect, and gives its code.
    pub(crate) fn problem(&self) -> Code {
        assert_eq!(
            self.header("content-type"),
            Some("application/problem+json")
        );
        let name = self.json()["code"].clone();
        let code = Code::parse(name.as_str().expect("a code")).expect("a code of ours");
        assert_eq!(self.status, code.status());
        code
    }
}

pub(crate) fn request(
    (method, path): (Method, &str),
    headers: &[(&str, &str)],
    body: impl Into<Body>,
) -> Request<Body> {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(body.into()).expect("a request")
}

/// Bounds that let in however much comes.
pub(crate) fn open() -> Bounds {
    let all = Rate { per_s: 0, burst: 1 };
    Bounds {
        per_token: all,
        per_address: all,
        ..Bounds::default()
    }
}

/// Serves a router until the test ends.
pub(crate) async fn serve(router: Router) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(server::serve(listener, router, CancellationToken::new()));
    address
}

/// A desk whose read model nobody can reach, and whose vault was never opened.
fn desk() -> Desk {
    let process = Process::new("gateway", "0", false).expect("a process");
    let read_model = ReadModel::connect("postgres://nobody@127.0.0.1:1/none", 1);
    let verifier = Verifier::open(key_file(), ISSUER, process.clock.clone());
    Desk::new(
        read_model.expect("an address"),
        verifier.expect("a key set"),
        &process,
    )
}

fn key_pair() -> Ed25519KeyPair {
    anmeldewerk_service::auth::install_crypto();
    Ed25519KeyPair::from_seed_unchecked(&[7; 32]).expect("a seed is 32 bytes")
}

fn key_file() -> PathBuf {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let name = format!("gateway-jwks-{}-{number}.json", std::process::id());
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let point = BASE64URL_NOPAD.encode(key_pair().public_key().as_ref());
    let key = json!({"kty": "OKP", "crv": "Ed25519", "kid": "a", "x": point});
    std::fs::write(&path, json!({"keys": [key]}).to_string()).expect("a file");
    path
}

/// Writes the `Authorization` of somebody of a program with one role.
pub(crate) fn bearer(role: &str, program: Option<&str>) -> String {
    let exp = Clock::real().wall().as_second() + 600;
    let claims = json!({
        "iss": ISSUER, "aud": "anmeldewerk", "sub": "subject-1", "exp": exp,
        "program": program, "roles": [role],
    });
    let encode = |part: &Value| BASE64URL_NOPAD.encode(part.to_string().as_bytes());
    let header = json!({"alg": "EdDSA", "typ": "JWT", "kid": "a"});
    let message = format!("{}.{}", encode(&header), encode(&claims));
    let signature = BASE64URL_NOPAD.encode(key_pair().sign(message.as_bytes()).as_ref());
    format!("Bearer {message}.{signature}")
}
