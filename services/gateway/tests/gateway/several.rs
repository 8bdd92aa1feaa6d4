//! Commands before several registration services, of which some cannot be reached.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use anmeldewerk_contract::problem::Code;
use anmeldewerk_gateway::passthrough::Limits;
use axum::{
    Router,
    body::{Body, Bytes},
    extract::State,
    http::{Method, StatusCode},
};
use tokio::{
    io::AsyncReadExt,
    net::{TcpListener, TcpSocket, TcpStream},
    time::timeout,
};

use crate::{
    door::{Door, PATIENCE, request, serve},
    passing::by_hand,
};

/// How many commands a service was asked.
type Asked = Arc<AtomicUsize>;

/// A registration service that gives the body back with this status.
fn mirror(status: StatusCode, asked: &Asked) -> Router {
    let answer = move |State(asked): State<Asked>, body: Bytes| async move {
        asked.fetch_add(1, Ordering::SeqCst);
        (status, body)
    };
    Router::new().fallback(answer).with_state(Arc::clone(asked))
}

fn asked(by: &Asked) -> usize {
    by.load(Ordering::SeqCst)
}

/// A port that is taken and on which nobody listens, until somebody does.
struct Dead {
    socket: TcpSocket,
    address: SocketAddr,
}

impl Dead {
    fn new() -> Self {
        let socket = TcpSocket::new_v4().expect("a socket");
        let any = "127.0.0.1:0".parse().expect("an address");
        socket.bind(any).expect("a free port");
        let address = socket.local_addr().expect("an address");
        Self { socket, address }
    }
}

/// Paths of workshops; about half of them go to each of two services first.
fn paths() -> impl Iterator<Item = String> {
    (0..32)
        .map(|at| format!("/v1/workshops/0199a0f0-1111-7222-8333-abcdefabcd{at:02x}/registrations"))
}

fn large() -> Bytes {
    let letters = (b'a'..=b'z').cycle();
    letters.take(100_000).collect::<Vec<u8>>().into()
}

#[tokio::test]
async fn a_command_whose_service_cannot_be_reached_goes_whole_to_the_next() {
    let live = Asked::default();
    let address = serve(mirror(StatusCode::CREATED, &live)).await;
    for path in paths() {
        // Each time a gateway that does not know yet who is dead.
        let dead = Dead::new();
        let door = Door::before_addresses(&[dead.address, address], Limits::default()).await;
        let answer = door
            .send(request((Method::POST, &path), &[], large()))
            .await;
        assert_eq!(answer.status, StatusCode::CREATED, "{path}");
        assert_eq!(answer.body, large(), "{path}");
    }
    assert_eq!(asked(&live), paths().count());
}

#[tokio::test]
async fn a_body_that_is_still_arriving_goes_whole_to_the_next() {
    let live = Asked::default();
    let address = serve(mirror(StatusCode::CREATED, &live)).await;
    for path in paths() {
        let dead = Dead::new();
        let door = Door::before_addresses(&[dead.address, address], Limits::default()).await;
        let (hand, body) = by_hand();
        hand.send("first,").await.expect("room");
        let sending = door.send(request((Method::POST, &path), &[], body));
        let speaking = async {
            hand.send("second").await.expect("somebody listens");
            drop(hand);
        };
        let (answer, ()) = tokio::join!(sending, speaking);
        assert_eq!(answer.body, "first,second", "{path}");
    }
    assert_eq!(asked(&live), paths().count());
}

#[tokio::test]
async fn where_none_can_be_reached_nothing_was_sent() {
    let nobody = [Dead::new(), Dead::new()];
    let addresses = [nobody[0].address, nobody[1].address];
    let door = Door::before_addresses(&addresses, Limits::default()).await;
    for path in paths() {
        let answer = door
            .send(request((Method::POST, &path), &[], large()))
            .await;
        assert_eq!(answer.problem(), Code::Unavailable);
    }
}

#[tokio::test]
async fn what_was_answered_is_not_sent_to_another() {
    let (one, other) = (Asked::default(), Asked::default());
    let status = StatusCode::SERVICE_UNAVAILABLE;
    let upstreams = [
        serve(mirror(status, &one)).await,
        serve(mirror(status, &other)).await,
    ];
    let door = Door::before_addresses(&upstreams, Limits::default()).await;
    for path in paths() {
        let answer = door
            .send(request((Method::POST, &path), &[], "whole"))
            .await;
        assert_eq!(answer.status, status);
    }
    assert_eq!(asked(&one) + asked(&other), paths().count());
    assert!(
        asked(&one) > 5 && asked(&other) > 5,
        "both have their share"
    );
}

/// Listens, reads the beginning of each request and hangs up.
async fn hangs_up(connections: &Asked) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    let connections = Arc::clone(connections);
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.expect("a connection");
            connections.fetch_add(1, Ordering::SeqCst);
            let read = stream.read_exact(&mut [0; 16]).await;
            read.expect("the beginning of a request");
        }
    });
    address
}

#[tokio::test]
async fn what_broke_off_is_not_sent_to_another() {
    let connections = Asked::default();
    let upstreams = [hangs_up(&connections).await, hangs_up(&connections).await];
    let door = Door::before_addresses(&upstreams, Limits::default()).await;
    for (path, sent) in paths().zip(1..) {
        // Without a body too: of it nothing is ever asked for, and yet it was sent.
        let body = if sent % 2 == 0 {
            Bytes::new()
        } else {
            "whole".into()
        };
        let answer = door.send(request((Method::POST, &path), &[], body)).await;
        assert_eq!(answer.problem(), Code::OutcomeUnknown);
        assert_eq!(asked(&connections), sent);
    }
}

#[tokio::test]
async fn a_workshop_has_one_service_however_its_id_is_written() {
    let (one, other) = (Asked::default(), Asked::default());
    let upstreams = [
        serve(mirror(StatusCode::OK, &one)).await,
        serve(mirror(StatusCode::OK, &other)).await,
    ];
    let door = Door::before_addresses(&upstreams, Limits::default()).await;
    for path in paths() {
        let before = (asked(&one), asked(&other));
        let upper = path
            .to_uppercase()
            .replace("/V1/WORKSHOPS/", "/v1/workshops/");
        let publish = path.replace("/registrations", "/publish");
        for written in [&path, &upper, &publish] {
            door.send(request((Method::POST, written), &[], "")).await;
        }
        let more = (asked(&one) - before.0, asked(&other) - before.1);
        assert!(more == (3, 0) || more == (0, 3), "{path}: {more:?}");
    }
}

#[tokio::test]
async fn a_repeat_of_what_names_no_workshop_goes_to_the_same_service() {
    let (one, other) = (Asked::default(), Asked::default());
    let upstreams = [
        serve(mirror(StatusCode::OK, &one)).await,
        serve(mirror(StatusCode::OK, &other)).await,
    ];
    let door = Door::before_addresses(&upstreams, Limits::default()).await;
    for at in 0..32 {
        let before = (asked(&one), asked(&other));
        let key = format!("8e03978e-40d5-43dd-bc93-6894a57f93{at:02x}");
        for key in [&key, &key.to_uppercase()] {
            let headers = [("idempotency-key", key.as_str())];
            let sent = request((Method::POST, "/v1/workshops"), &headers, "");
            door.send(sent).await;
        }
        let more = (asked(&one) - before.0, asked(&other) - before.1);
        assert!(more == (2, 0) || more == (0, 2), "{key}: {more:?}");
    }
    assert!(
        asked(&one) > 5 && asked(&other) > 5,
        "both have their share"
    );
}

#[tokio::test]
async fn a_service_that_comes_back_gets_its_workshops_back() {
    let (one, other) = (Asked::default(), Asked::default());
    let absent = Dead::new();
    let upstreams = [absent.address, serve(mirror(StatusCode::OK, &other)).await];
    let door = Door::before_addresses(&upstreams, Limits::default()).await;
    let ask_all = async || {
        for path in paths() {
            let answer = door.send(request((Method::POST, &path), &[], "")).await;
            assert_eq!(answer.status, StatusCode::OK);
        }
    };
    ask_all().await;
    assert_eq!(asked(&other), paths().count());

    let listener = absent.socket.listen(64).expect("it listens");
    let back = mirror(StatusCode::OK, &one);
    tokio::spawn(async move { axum::serve(listener, back).await });
    let returned = async {
        while asked(&one) == 0 {
            ask_all().await;
        }
    };
    timeout(PATIENCE, returned)
        .await
        .expect("it is tried again");
    let before = asked(&one);
    ask_all().await;
    assert!(asked(&one) > before + 5, "it has its share again");
}

#[tokio::test]
async fn a_service_that_could_not_be_reached_is_left_in_peace_for_a_while() {
    let other = Asked::default();
    // It accepts nothing: the place for connections that wait is taken.
    let full = Dead::new();
    let (address, _listener) = (full.address, full.socket.listen(1).expect("it listens"));
    let mut waiting = Vec::new();
    while let Ok(Ok(stream)) = timeout(PATIENCE / 40, TcpStream::connect(address)).await {
        waiting.push(stream);
    }
    let limits = Limits {
        connect_within: PATIENCE / 40,
        ..Limits::default()
    };
    let upstreams = [address, serve(mirror(StatusCode::OK, &other)).await];
    let door = Door::before_addresses(&upstreams, limits).await;
    let started = std::time::Instant::now();
    for path in paths() {
        let answer = door
            .send(request((Method::POST, &path), &[], Body::empty()))
            .await;
        assert_eq!(answer.status, StatusCode::OK);
    }
    // One time-out and at most one for each second after that; not one for each of the sixteen.
    assert!(started.elapsed() < PATIENCE / 5, "{:?}", started.elapsed());
    assert_eq!(asked(&other), paths().count());
}
