//! An answer that is written while it is sent: whole, or seen not to be.
//!
//! What is written waits for its client in a room of so many bytes; where the room is full, writing waits. A client
//! that takes nothing for too long is given up.

use std::{sync::Arc, time::Duration};

use axum::body::{Body, Bytes};
use futures_util::{StreamExt, stream};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore, mpsc},
    time::timeout,
};

use crate::server::Connection;

/// How long a client may take nothing before it is given up.
const STILL: Duration = Duration::from_secs(30);

/// How many bytes wait for the client where nothing else is said.
pub const ROOM: u32 = 256 * 1024;

/// What goes to the client.
enum Part {
    /// Bytes, with their share of the room.
    Bytes(Bytes, OwnedSemaphorePermit),
    /// That there is no more; without it the answer broke off.
    End,
}

/// Where an answer is written.
#[derive(Debug)]
pub struct Outlet {
    parts: mpsc::UnboundedSender<Part>,
    room: Arc<Semaphore>,
    most: u32,
    still: Duration,
    connection: Connection,
}

/// Says why an answer goes no further.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Stopped {
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

/// Makes an answer that is written elsewhere; at most `room` bytes of it wait for the client.
pub fn body(connection: Connection, room: u32) -> (Outlet, Body) {
    body_with(connection, room, STILL)
}

fn body_with(connection: Connection, most: u32, still: Duration) -> (Outlet, Body) {
    let (parts, receiver) = mpsc::unbounded_channel();
    let places = usize::try_from(most).unwrap_or(Semaphore::MAX_PERMITS);
    let outlet = Outlet {
        parts,
        room: Arc::new(Semaphore::new(places)),
        most,
        still,
        connection,
    };
    let chunks = stream::unfold(Some(receiver), |receiver| async {
        let mut receiver = receiver?;
        match receiver.recv().await {
            Some(Part::Bytes(bytes, _taken)) => Some((Ok(bytes), Some(receiver))),
            Some(Part::End) => None,
            None => Some((Err(BrokeOff), None)),
        }
    });
    // Who packs an answer asks once more behind its end.
    (outlet, Body::from_stream(chunks.fuse()))
}

impl Outlet {
    /// Writes a part, once there is room for it.
    ///
    /// Fails where the client went away, or has taken nothing for half a minute.
    pub async fn send(&self, bytes: impl Into<Bytes>) -> Result<(), Stopped> {
        let bytes = bytes.into();
        if bytes.is_empty() {
            return Ok(());
        }
        // A part that is larger than the room has it for itself.
        let share = u32::try_from(bytes.len())
            .unwrap_or(u32::MAX)
            .min(self.most);
        let room = Arc::clone(&self.room).acquire_many_owned(share);
        let share = tokio::select! {
            share = timeout(self.still, room) => share,
            () = self.parts.closed() => return Err(Stopped::Gone),
        };
        let Ok(Ok(share)) = share else {
            return Err(Stopped::Still);
        };
        let sent = self.parts.send(Part::Bytes(bytes, share));
        sent.map_err(|_| Stopped::Gone)
    }

    /// Says that this was all, and waits until the client has taken it.
    ///
    /// Fails where the client went away before, or takes nothing for half a minute.
    pub async fn finish(&self) -> Result<(), Stopped> {
        self.parts.send(Part::End).map_err(|_| Stopped::Gone)?;
        let mut free = None;
        loop {
            let taken = tokio::select! {
                taken = timeout(self.still, self.room.acquire_many(self.most)) => taken.is_ok(),
                // Whoever has the end of it may go.
                () = self.parts.closed() => return Ok(()),
            };
            let now = self.room.available_permits();
            if taken {
                return Ok(());
            }
            if free.replace(now) == Some(now) {
                return Err(Stopped::Still);
            }
        }
    }

    /// Breaks the answer off, so that its client sees that it is not whole.
    pub fn break_off(self) {
        self.connection.cut();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http_body_util::BodyExt;

    const SMALL: u32 = 4;

    fn made() -> (Outlet, Body) {
        body_with(Connection::default(), SMALL, Duration::from_millis(50))
    }

    async fn read(body: Body) -> Option<Bytes> {
        let read = body.collect().await.ok();
        read.map(http_body_util::Collected::to_bytes)
    }

    #[tokio::test]
    async fn what_was_finished_is_whole() {
        let (outlet, body) = made();
        let read = tokio::spawn(read(body));
        for part in ["a", "", "larger than the room", "c", "d"] {
            outlet.send(part).await.expect("it is read");
        }
        outlet.finish().await.expect("it is read");
        let whole = read.await.expect("no panic");
        assert_eq!(whole.as_deref(), Some(&b"alarger than the roomcd"[..]));
    }

    #[tokio::test]
    async fn behind_the_end_there_is_nothing_however_often_it_is_asked_for() {
        let (outlet, body) = made();
        outlet.send("a").await.expect("there is room");
        let mut chunks = body.into_data_stream();
        let reading = async {
            assert!(chunks.next().await.is_some_and(|chunk| chunk.is_ok()));
            for _ in 0..3 {
                assert!(chunks.next().await.is_none());
            }
        };
        let (finished, ()) = tokio::join!(outlet.finish(), reading);
        finished.expect("it is read");
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
        for _ in 0..SMALL {
            outlet.send("a").await.expect("there is room");
        }
        assert_eq!(outlet.send("a").await, Err(Stopped::Still));
        assert_eq!(outlet.finish().await, Err(Stopped::Still));
    }

    #[tokio::test]
    async fn who_went_away_is_known_to_have_done_so_even_where_writing_waits() {
        let (outlet, body) = body_with(Connection::default(), SMALL, Duration::from_secs(30));
        outlet.send("full").await.expect("there is room");
        let writing = tokio::spawn(async move { outlet.send("a").await });
        drop(body);
        assert_eq!(writing.await.expect("no panic"), Err(Stopped::Gone));
        let (outlet, body) = made();
        drop(body);
        assert_eq!(outlet.send("a").await, Err(Stopped::Gone));
    }
}
