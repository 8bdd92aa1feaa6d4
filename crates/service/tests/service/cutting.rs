//! A handler cuts the connection of a client that does not read.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use anmeldewerk_service::server::{self, Connection};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::Request;
use axum::routing::get;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

/// Longer than anything here should take, shorter than a stuck test is bearable.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long a client may take nothing before its handler gives up.
const STILL: Duration = Duration::from_millis(200);

/// More than all buffers between the two hold together.
const PARTS: usize = 1024;

/// What became of an answer.
#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    /// All of it was taken.
    Taken,
    /// It was cut, and whoever wrote it was let go.
    Cut,
}

struct Running {
    address: SocketAddr,
    outcomes: mpsc::Receiver<Outcome>,
    stop: CancellationToken,
    ended: JoinHandle<()>,
}

/// Serves an answer of 64 MiB, and cuts it where its client does not read.
async fn start() -> Running {
    let (told, outcomes) = mpsc::channel(1);
    let large = get(move |connection: Connection| {
        let told = told.clone();
        async move {
            let (sender, receiver) = mpsc::channel(1);
            tokio::spawn(async move {
                let outcome = send(sender, connection).await;
                let _ = told.send(outcome).await;
            });
            Body::new(Parts(receiver))
        }
    });
    let any = SocketAddr::from(([127, 0, 0, 1], 0));
    let listener = server::bind(any).await.expect("a port is free");
    let address = listener.local_addr().expect("bound");
    let router = Router::new().route("/large", large);
    let stop = CancellationToken::new();
    let ended = tokio::spawn(server::serve(listener, router, stop.clone()));
    Running {
        address,
        outcomes,
        stop,
        ended,
    }
}

async fn send(sender: mpsc::Sender<Bytes>, connection: Connection) -> Outcome {
    for _ in 0..PARTS {
        let part = Bytes::from(vec![b'x'; 64 * 1024]);
        if timeout(STILL, sender.send(part)).await.is_err() {
            connection.cut();
            within("being let go", sender.closed()).await;
            return Outcome::Cut;
        }
    }
    Outcome::Taken
}

struct Parts(mpsc::Receiver<Bytes>);

impl hyper::body::Body for Parts {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: std::pin::Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<hyper::body::Frame<Bytes>, Infallible>>> {
        let part = self.0.poll_recv(context);
        part.map(|part| part.map(|bytes| Ok(hyper::body::Frame::data(bytes))))
    }
}

async fn within<T>(what: &str, wait: impl Future<Output = T>) -> T {
    timeout(PATIENCE, wait)
        .await
        .unwrap_or_else(|_| panic!("{what} took too long"))
}

async fn ask(address: SocketAddr) -> TcpStream {
    let mut stream = TcpStream::connect(address)
        .await
        .expect("the server listens");
    stream
        .write_all(b"GET /large HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        .await
        .expect("the server reads");
    stream
}

async fn read(mut stream: TcpStream) -> (io::Result<usize>, Vec<u8>) {
    let mut bytes = Vec::new();
    let read = within("the end", stream.read_to_end(&mut bytes)).await;
    (read, bytes)
}

#[tokio::test]
async fn who_does_not_read_is_cut_and_sees_that_the_answer_is_not_whole() {
    let mut running = start().await;
    let stream = ask(running.address).await;
    let outcome = within("the cut", running.outcomes.recv()).await;
    assert_eq!(outcome, Some(Outcome::Cut));
    let (read, bytes) = read(stream).await;
    assert!(read.is_err(), "the connection was reset");
    assert!(!bytes.ends_with(b"0\r\n\r\n"));
}

#[tokio::test]
async fn who_reads_gets_all_of_it() {
    let mut running = start().await;
    let (read, bytes) = read(ask(running.address).await).await;
    assert!(read.expect("a whole answer") > 64 * 1024 * PARTS);
    assert!(bytes.ends_with(b"0\r\n\r\n"));
    let outcome = within("the end", running.outcomes.recv()).await;
    assert_eq!(outcome, Some(Outcome::Taken));
}

#[tokio::test]
async fn a_stop_does_not_wait_for_who_was_cut() {
    let mut running = start().await;
    let mut stream = ask(running.address).await;
    let mut first = [0];
    let begun = within("the beginning", stream.read_exact(&mut first)).await;
    begun.expect("a first byte");
    running.stop.cancel();
    let outcome = within("the cut", running.outcomes.recv()).await;
    assert_eq!(outcome, Some(Outcome::Cut));
    within("the stop", running.ended).await.expect("no panic");
}

#[tokio::test]
async fn without_a_socket_there_is_nothing_to_cut() {
    let cut = |connection: Connection| async move {
        connection.cut();
        "said"
    };
    let router: Router = Router::new().route("/", get(cut));
    let answer = router.oneshot(Request::new(Body::empty())).await;
    assert_eq!(answer.expect("an answer").status(), 200);
}
