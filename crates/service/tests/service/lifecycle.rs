//! Starting, serving and stopping on real sockets.

use std::convert::Infallible;
use std::future::pending;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anmeldewerk_service::lifecycle::{TaskError, Tasks};
use anmeldewerk_service::process::Error;
use anmeldewerk_service::{App, Process, Sockets, run, server};
use axum::Router;
use axum::routing::get;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tokio::task::JoinHandle;

/// Longer than anything here should take, shorter than a stuck test is bearable.
const PATIENCE: Duration = Duration::from_secs(30);

struct Running {
    process: Process,
    public: SocketAddr,
    admin: SocketAddr,
    ended: JoinHandle<Result<(), Error>>,
}

async fn start(process: Process, app: App) -> Running {
    let any = SocketAddr::from(([127, 0, 0, 1], 0));
    let admin = server::bind(any).await.expect("a port is free");
    let public = server::bind(any).await.expect("a port is free");
    let (admin_address, public_address) = (
        admin.local_addr().expect("bound"),
        public.local_addr().expect("bound"),
    );
    let ended = tokio::spawn(run(
        process.clone(),
        app,
        Sockets {
            admin,
            public: Some(public),
        },
    ));
    Running {
        process,
        public: public_address,
        admin: admin_address,
        ended,
    }
}

fn process() -> Process {
    Process::new("anmeldewerk-test", "1.2.3", false).expect("nobody else collects metrics here")
}

async fn within<T>(what: &str, wait: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, wait)
        .await
        .unwrap_or_else(|_| panic!("{what} took too long"))
}

async fn ask(stream: &mut TcpStream, path: &str) -> io::Result<()> {
    stream
        .write_all(
            format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                .as_bytes(),
        )
        .await
}

async fn answer(mut stream: TcpStream) -> String {
    let mut text = String::new();
    within("an answer", stream.read_to_string(&mut text))
        .await
        .expect("the answer is whole");
    text
}

async fn fetch(address: SocketAddr, path: &str) -> String {
    let mut stream = TcpStream::connect(address)
        .await
        .expect("the server listens");
    ask(&mut stream, path).await.expect("the server reads");
    answer(stream).await
}

#[tokio::test]
async fn a_process_serves_on_both_sockets_until_it_is_asked_to_stop() {
    let router = Router::new().route("/hello", get(|| async { "hello" }));
    let running = start(
        process(),
        App {
            router,
            tasks: Tasks::default(),
        },
    )
    .await;
    let hello = fetch(running.public, "/hello").await;
    assert!(
        hello.starts_with("HTTP/1.1 200")
            && hello.ends_with("hello")
            && hello.contains("aw-trace: "),
        "{hello}"
    );
    assert!(
        fetch(running.admin, "/readyz")
            .await
            .starts_with("HTTP/1.1 200")
    );
    assert!(
        fetch(running.public, "/readyz")
            .await
            .starts_with("HTTP/1.1 404"),
        "the admin routes are not public"
    );

    running.process.shutdown.request();
    within("stopping", running.ended)
        .await
        .expect("no panic")
        .expect("a wanted stop is no failure");
    assert!(TcpStream::connect(running.public).await.is_err());
    assert!(TcpStream::connect(running.admin).await.is_err());
}

#[tokio::test]
async fn a_request_in_flight_is_answered_and_its_tasks_outlive_it() {
    let (arrived, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (at_handler, leave_handler) = (arrived.clone(), go_on.clone());
    let slow = get(move || {
        let (arrived, go_on) = (at_handler.clone(), leave_handler.clone());
        async move {
            arrived.notify_one();
            go_on.notified().await;
            "answered"
        }
    });
    let process = process();
    let mut tasks = Tasks::default();
    let shutdown = process.shutdown.clone();
    let (drained, mut was_drained) = tokio::sync::oneshot::channel();
    tasks.spawn("writer", async move {
        shutdown.drained().await;
        let _ = drained.send(());
        Ok::<_, Infallible>(())
    });
    let running = start(
        process,
        App {
            router: Router::new().route("/slow", slow),
            tasks,
        },
    )
    .await;

    let mut stream = TcpStream::connect(running.public)
        .await
        .expect("the server listens");
    ask(&mut stream, "/slow").await.expect("the server reads");
    within("the request", arrived.notified()).await;
    running.process.shutdown.request();
    within("the port closing", async {
        while TcpStream::connect(running.public).await.is_ok() {
            tokio::task::yield_now().await;
        }
    })
    .await;
    assert!(
        fetch(running.admin, "/readyz").await.contains("stopping"),
        "probes are answered while requests drain"
    );
    assert!(
        was_drained.try_recv().is_err(),
        "the writer ended before the request it serves"
    );

    go_on.notify_one();
    assert!(answer(stream).await.ends_with("answered"));
    within("stopping", running.ended)
        .await
        .expect("no panic")
        .expect("a wanted stop is no failure");
    was_drained.try_recv().expect("the writer was told");
}

#[tokio::test]
async fn an_idle_connection_does_not_hold_up_the_stop() {
    let running = start(
        process(),
        App {
            router: Router::new().route("/", get(|| async { "" })),
            tasks: Tasks::default(),
        },
    )
    .await;
    let mut idle = TcpStream::connect(running.public)
        .await
        .expect("the server listens");
    idle.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .await
        .expect("the server reads");
    let mut first = [0; 12];
    within("the answer", idle.read_exact(&mut first))
        .await
        .expect("an answer");
    running.process.shutdown.request();
    let quickly = tokio::time::timeout(Duration::from_secs(5), running.ended).await;
    quickly
        .expect("the idle connection was closed")
        .expect("no panic")
        .expect("a wanted stop is no failure");
}

async fn death_of(task: impl Future<Output = Result<(), io::Error>> + Send + 'static) -> TaskError {
    let mut tasks = Tasks::default();
    tasks.spawn("follower", task);
    let running = start(
        process(),
        App {
            router: Router::new(),
            tasks,
        },
    )
    .await;
    let ended = within("stopping", running.ended).await.expect("no panic");
    assert!(running.process.shutdown.is_requested());
    match ended {
        Err(Error::Task(error)) => error,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_task_that_ends_early_ends_the_process_with_failure() {
    assert!(matches!(
        death_of(async { Ok(()) }).await,
        TaskError::Returned("follower")
    ));
    assert!(matches!(
        death_of(async { Err(io::Error::other("gone")) }).await,
        TaskError::Failed {
            name: "follower",
            ..
        }
    ));
    assert!(matches!(
        death_of(async { panic!("a bug") }).await,
        TaskError::Panicked("follower")
    ));
}

#[tokio::test]
async fn the_first_signal_stops_softly_and_the_second_hard() {
    let process = process();
    process
        .shutdown
        .listen_to_signals()
        .expect("signals can be listened to");
    let mut tasks = Tasks::default();
    tasks.spawn("stuck", pending::<Result<(), Infallible>>());
    let arrived = Arc::new(Notify::new());
    let at_handler = arrived.clone();
    let stuck = get(move || {
        at_handler.notify_one();
        pending::<()>()
    });
    let running = start(
        process.clone(),
        App {
            router: Router::new().route("/stuck", stuck),
            tasks,
        },
    )
    .await;
    let mut stream = TcpStream::connect(running.public)
        .await
        .expect("the server listens");
    ask(&mut stream, "/stuck").await.expect("the server reads");
    within("the request", arrived.notified()).await;

    terminate_this_process();
    within("the soft stop", process.shutdown.requested()).await;
    assert!(!running.ended.is_finished());
    terminate_this_process();
    let ended = tokio::time::timeout(Duration::from_secs(5), running.ended)
        .await
        .expect("the second signal does not wait");
    assert!(matches!(
        ended.expect("no panic"),
        Err(Error::Task(TaskError::Hung("stuck")))
    ));
}

fn terminate_this_process() {
    let status = std::process::Command::new("kill")
        .args(["-TERM", &std::process::id().to_string()])
        .status();
    assert!(status.expect("kill exists").success());
}

#[tokio::test]
async fn an_address_in_use_is_named() {
    let taken = server::bind(SocketAddr::from(([127, 0, 0, 1], 0)))
        .await
        .expect("a port is free");
    let address = taken.local_addr().expect("bound");
    let error = server::bind(address).await.expect_err("the port is taken");
    assert_eq!(error.to_string(), format!("could not listen on {address}"));
}
