//! An answer that is written while it is sent: whole, or seen not to be.

use std::time::Duration;

use anmeldewerk_service::server::Connection;
use axum::body::{Body, Bytes};
use futures_util::{StreamExt, stream};
use tokio::{sync::mpsc, time::timeout};

/// How long a client may take nothing before its connection is cut.
const STILL: Duration = Duration::from_secs(30);

/// How many parts wait for the client.
const WAITING: usize = 2;

/// What goes to the client.
enum Part {
    Bytes(Bytes),
    /// That there is no more; without it the answer broke off.
    End,
}

/// Where an answer is written.
pub(crate) struct Outlet {
    parts: mpsc::Sender<Part>,
    still: Duration,
    connection: Connection,
}

/// Says why an answer goes no further.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Stopped {
    /// The client went away.
    #[error("the client went away")]
    Gone,
    /// The client has taken nothing for too long.
    #[error("the client does not read")]
    Still,
}

/// Says that an answer is not whole; the connection ends with it.
#[derive(Debug, thiserror::Error)]
#[error("the answer broke off")]
struct BrokeOff;

/// Makes an answer that is written elsewhere.
pub(crate) fn body(connection: Connection) -> (Outlet, Body) {
    body_with(connection, STILL)
}

fn body_with(connection: Connection, still: Duration) -> (Outlet, Body) {
    let (parts, receiver) = mpsc::channel(WAITING);
    let outlet = Outlet {
        parts,
        still,
        connection,
    };
    let chunks = stream::unfold(Some(receiver), |receiver| async {
        let mut receiver = receiver?;
        match receiver.recv().await {
            Some(Part::Bytes(bytes)) => Some((Ok(bytes), Some(receiver))),
            Some(Part::End) => None,
            None => Some((Err(BrokeOff), None)),
        }
    });
    // Who packs an answer asks once more behind its end.
    (outlet, Body::from_stream(chunks.fuse()))
}

impl Outlet {
    /// Writes a part, once the client has taken those before.
    pub(crate) async fn send(&self, bytes: impl Into<Bytes>) -> Result<(), Stopped> {
        let bytes = bytes.into();
        if bytes.is_empty() {
            return Ok(());
        }
        self.put(Part::Bytes(bytes)).await
    }

    /// Says that this was all.
    pub(crate) async fn finish(&self) -> Result<(), Stopped> {
        self.put(Part::End).await
    }

    /// Breaks the answer off, so that its client sees that it is not whole.
    pub(crate) fn break_off(self) {
        self.connection.cut();
    }

    async fn put(&self, part: Part) -> Result<(), Stopped> {
        match timeout(self.still, self.parts.send(part)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(Stopped::Gone),
            Err(_) => Err(Stopped::Still),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http_body_util::BodyExt;

    fn made() -> (Outlet, Body) {
        body_with(Connection::default(), Duration::from_millis(50))
    }

    async fn read(body: Body) -> Option<Bytes> {
        let read = body.collect().await.ok();
        read.map(http_body_util::Collected::to_bytes)
    }

    #[tokio::test]
    async fn what_was_finished_is_whole() {
        let (outlet, body) = made();
        let read = tokio::spawn(read(body));
        for part in ["a", "", "b", "c", "d"] {
            outlet.send(part).await.expect("it is read");
        }
        outlet.finish().await.expect("it is read");
        assert_eq!(read.await.expect("no panic").as_deref(), Some(&b"abcd"[..]));
    }

    #[tokio::test]
    async fn behind_the_end_there_is_nothing_however_often_it_is_asked_for() {
        let (outlet, body) = made();
        outlet.send("a").await.expect("there is room");
        outlet.finish().await.expect("there is room");
        let mut chunks = body.into_data_stream();
        assert!(chunks.next().await.is_some_and(|chunk| chunk.is_ok()));
        for _ in 0..3 {
            assert!(chunks.next().await.is_none());
        }
    }

    #[tokio::test]
    async fn what_was_not_finished_is_seen_not_to_be_whole() {
        let (outlet, body) = made();
        let read = tokio::spawn(read(body));
        outlet.send("a").await.expect("it is read");
        drop(outlet);
        assert_eq!(read.await.expect("no panic"), None);
    }

    #[tokio::test]
    async fn who_does_not_read_is_given_up() {
        let (outlet, _body) = made();
        for _ in 0..WAITING {
            outlet.send("a").await.expect("there is room");
        }
        assert_eq!(outlet.send("a").await, Err(Stopped::Still));
    }

    #[tokio::test]
    async fn who_went_away_is_known_to_have_done_so() {
        let (outlet, body) = made();
        drop(body);
        assert_eq!(outlet.send("a").await, Err(Stopped::Gone));
    }
}
