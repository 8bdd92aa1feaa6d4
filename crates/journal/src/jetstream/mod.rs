//! The log on NATS `JetStream`.

mod append;
mod check;
mod connect;
mod each;
mod pace;
mod read;
mod tail;

use std::sync::Arc;

use anmeldewerk_contract::{Headers, Message, Position, Subject};
use async_nats::{Client, HeaderMap, jetstream::stream::Stream};
use tokio::sync::watch;

use crate::{AppendError, Entry, Follower, Journal, LogState, ReadError};

use pace::Pace;

pub use check::Requirement;
pub use connect::ConnectError;

/// A connection to the stream that is the log. Clones share it.
#[derive(Clone)]
pub struct JetStream {
    client: Client,
    stream: Stream,
    name: String,
    /// Counts lost connections: an answer that was waited for meanwhile will not come.
    losses: watch::Receiver<u64>,
    /// Which way of appending is the faster one.
    pace: Arc<Pace>,
}

impl JetStream {
    /// Publishes on core NATS, without an acknowledgement: for those who watch live.
    pub async fn publish_live(&self, subject: String, payload: Vec<u8>) -> Result<(), ReadError> {
        let published = self.client.publish(subject, payload.into()).await;
        published.map_err(|error| ReadError::unavailable("publishing a watermark", &error))
    }

    /// Reads the log from a position on without its payloads, for those who need only the headers.
    pub async fn follow_headers(&self, after: Position) -> Result<Follower, ReadError> {
        self.connected()?;
        tail::follow(self, after, tail::Extent::Headers).await
    }

    /// Tells from how many messages on, each of another subject, one atomic batch is faster than
    /// publishes, as far as it was learnt since connecting; at most 1000.
    pub fn break_even(&self) -> usize {
        self.pace.break_even(each::MOST)
    }

    /// Gives the connection, for what is kept beside the log.
    pub fn client(&self) -> Client {
        self.client.clone()
    }

    /// Says whether the connection stands at the moment.
    pub fn is_connected(&self) -> bool {
        self.client.connection_state() == async_nats::connection::State::Connected
    }

    /// Fails at once where a request would only wait for its time-out.
    fn connected(&self) -> Result<(), ReadError> {
        if self.is_connected() {
            return Ok(());
        }
        Err(ReadError::unavailable("asking the server", "not connected"))
    }
}

impl Journal for JetStream {
    async fn append(&self, entries: Vec<Entry>) -> Result<Vec<Position>, AppendError> {
        append::whole(self, &entries).await
    }

    async fn append_each(&self, entries: &[Entry]) -> Vec<Result<Position, AppendError>> {
        each::append(self, entries).await
    }

    async fn page(
        &self,
        subject: &Subject,
        after: Position,
        limit: usize,
    ) -> Result<Vec<Message>, ReadError> {
        self.connected()?;
        read::page(self, subject, after, limit).await
    }

    async fn last(&self, subject: &Subject) -> Result<Option<Message>, ReadError> {
        self.connected()?;
        read::last(self, subject).await
    }

    async fn at(&self, position: Position) -> Result<Option<Message>, ReadError> {
        self.connected()?;
        read::at(self, position).await
    }

    async fn state(&self) -> Result<LogState, ReadError> {
        self.connected()?;
        read::state(self).await
    }

    async fn follow(&self, after: Position) -> Result<Follower, ReadError> {
        self.connected()?;
        tail::follow(self, after, tail::Extent::Whole).await
    }
}

/// Gives the headers that were written, in order of their names, without the server's own.
fn written_headers(headers: &HeaderMap) -> Headers {
    let mut written: Headers = headers
        .iter()
        .filter(|(name, _)| !is_servers(name.as_ref()))
        .flat_map(|(name, values)| {
            values
                .iter()
                .map(move |value| (name.to_string(), value.as_str().to_owned()))
        })
        .collect();
    written.sort();
    written
}

fn is_servers(name: &str) -> bool {
    name.starts_with("Nats-")
}
