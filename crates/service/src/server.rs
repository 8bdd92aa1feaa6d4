//! The HTTP server: bounded connections, bounded waits, and a stop that answers what was asked.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::HttpService;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tower::Service;

use crate::linger::Lingering;

/// Connections that one listener serves at a time; HTTP/1, so also the requests in flight. More wait in the kernel.
pub const MAX_CONNECTIONS: usize = 4096;

/// How long a client may take for a request's head, and how long an idle connection is kept.
///
/// A client with a pool must give up idle connections earlier, or now and then write into one that is being closed.
pub const HEAD_TIMEOUT: Duration = Duration::from_mins(1);

const MAX_HEAD_BYTES: usize = 64 * 1024;

/// The pause after the system could not give us a connection, usually for want of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// The connection on which a request came; an extension of the request and an extractor.
///
/// A client that does not read fills the buffers in between, and then nothing that is written can end its answer.
/// Whoever sends for long therefore watches how it gets on, and cuts where it does not.
#[derive(Clone, Debug, Default)]
pub struct Connection(CancellationToken);

impl Connection {
    /// Drops the connection at once, whatever is still to be written: the client sees that its answer is not whole.
    pub fn cut(&self) {
        self.0.cancel();
    }
}

impl<S: Sync> FromRequestParts<S> for Connection {
    type Rejection = Infallible;

    /// Takes the connection; without a socket there is none, and cutting it does nothing.
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get().cloned().unwrap_or_default())
    }
}

/// Says why an address could not be listened on.
#[derive(Debug, thiserror::Error)]
#[error("could not listen on {address}")]
pub struct BindError {
    address: SocketAddr,
    source: io::Error,
}

/// Listens on an address; port 0 takes a free port.
pub async fn bind(address: SocketAddr) -> Result<TcpListener, BindError> {
    TcpListener::bind(address)
        .await
        .map_err(|source| BindError { address, source })
}

/// Serves a router until the token is cancelled, and returns when every request in flight is answered.
///
/// Dropping the future cuts off what is still open.
/// Handlers find their client's address as `ConnectInfo<SocketAddr>`, and can cut their [`Connection`].
pub async fn serve(listener: TcpListener, router: Router, stop: CancellationToken) {
    let mut connections = JoinSet::new();
    loop {
        while connections.try_join_next().is_some() {}
        let full = connections.len() >= MAX_CONNECTIONS;
        tokio::select! {
            () = stop.cancelled() => break,
            _ = connections.join_next(), if full => {}
            accepted = listener.accept(), if !full => match accepted {
                Ok((stream, peer)) => {
                    connections.spawn(connection(stream, peer, router.clone(), stop.clone()));
                }
                Err(error) => pause_after(&error).await,
            },
        }
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
}

#[allow(
    clippy::disallowed_methods,
    reason = "the only way to wait for file descriptors to come free"
)]
async fn pause_after(error: &io::Error) {
    tracing::warn!(error = %error, "could not accept a connection");
    tokio::time::sleep(ACCEPT_PAUSE).await;
}

async fn connection(stream: TcpStream, peer: SocketAddr, router: Router, stop: CancellationToken) {
    let _ = stream.set_nodelay(true);
    let own = Connection::default();
    let given = own.clone();
    let service = hyper::service::service_fn(move |request| {
        answer(router.clone(), request, (peer, given.clone()))
    });
    let mut connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .max_buf_size(MAX_HEAD_BYTES)
        .serve_connection(TokioIo::new(stream), service);
    let ended = tokio::select! {
        ended = until_its_end(Pin::new(&mut connection), &stop) => ended,
        () = own.0.cancelled() => {
            // What the system still holds for a client that does not read is dropped with the rest.
            let _ = connection.into_parts().io.inner().set_zero_linger();
            return;
        }
    };
    if let Err(error) = ended {
        tracing::debug!(error = %error, "connection ended early");
    }
}

/// Serves a connection until its client or the stop ends it.
async fn until_its_end<S>(
    mut connection: Pin<&mut http1::Connection<TokioIo<TcpStream>, S>>,
    stop: &CancellationToken,
) -> hyper::Result<()>
where
    S: HttpService<Incoming, ResBody = Body, Error = Infallible>,
{
    tokio::select! {
        ended = connection.as_mut() => ended,
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    }
}

async fn answer(
    mut router: Router,
    request: hyper::Request<Incoming>,
    (peer, connection): (SocketAddr, Connection),
) -> Result<Response, Infallible> {
    let mut request = request.map(|body| Body::new(Lingering::new(body)));
    request.extensions_mut().insert(ConnectInfo(peer));
    request.extensions_mut().insert(connection);
    router.call(request).await
}
