#![doc = include_str!("../README.md")]

mod entry;
mod follow;
mod hash;
mod jetstream;
mod memory;

use std::future::Future;

use anmeldewerk_contract::{Message, Position, Subject};
use anmeldewerk_domain::Instant;

pub use entry::{AppendError, Entry};
pub use follow::{Bookmark, FollowError, Follower, Regression, ResumeError, resume};
pub use hash::message_hash;
pub use jetstream::{ConnectError, JetStream, Requirement};
pub use memory::Memory;

/// The log: the only truth.
///
/// Positions are dense and in the order in which decisions were stored; a message that was
/// acknowledged is durable and never changes. One contract suite runs against every
/// implementation.
pub trait Journal: Clone + Send + Sync + 'static {
    /// Appends entries, all of them or none, and gives their positions once they are durable.
    fn append(
        &self,
        entries: Vec<Entry>,
    ) -> impl Future<Output = Result<Vec<Position>, AppendError>> + Send;

    /// Appends entries as fast as it goes; an answer for each, in order.
    ///
    /// Those of one subject stand in their order: where one was not stored, none behind it was.
    /// Subjects do not depend on each other, but may fail together; a failure says of each entry
    /// what is known of it.
    fn append_each(
        &self,
        entries: &[Entry],
    ) -> impl Future<Output = Vec<Result<Position, AppendError>>> + Send {
        async {
            match self.append(entries.to_vec()).await {
                Ok(positions) => positions.into_iter().map(Ok).collect(),
                Err(error) => entries.iter().map(|_| Err(error.clone())).collect(),
            }
        }
    }

    /// Reads at most `limit` messages of one subject behind `after`, in order.
    ///
    /// Fewer than `limit` means that no more were there. In a cluster a replica may answer that
    /// lags behind: what is read is a prefix of the subject, and an append proves it whole.
    fn page(
        &self,
        subject: &Subject,
        after: Position,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<Message>, ReadError>> + Send;

    /// Reads the last message of one subject from the leader.
    fn last(
        &self,
        subject: &Subject,
    ) -> impl Future<Output = Result<Option<Message>, ReadError>> + Send;

    /// Reads the message at a position from the leader.
    fn at(
        &self,
        position: Position,
    ) -> impl Future<Output = Result<Option<Message>, ReadError>> + Send;

    /// Tells which log this is and how long it is, as the leader sees it.
    fn state(&self) -> impl Future<Output = Result<LogState, ReadError>> + Send;

    /// Follows all messages behind `after`, in order and without a gap.
    fn follow(&self, after: Position) -> impl Future<Output = Result<Follower, ReadError>> + Send;
}

/// Which log it is, and how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogState {
    /// When the stream was created; another instant is another log.
    pub created: Instant,
    /// The last position; the start where nothing has been written.
    pub last: Position,
}

/// The log could not be read. Retryable.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The server gave no answer, or one that says "later".
    #[error("log could not be read while {doing}: {reason}")]
    Unavailable {
        /// What was being done.
        doing: &'static str,
        /// What the server or the client said.
        reason: String,
    },
}

impl ReadError {
    pub(crate) fn unavailable(doing: &'static str, reason: &(impl ToString + ?Sized)) -> Self {
        Self::Unavailable {
            doing,
            reason: reason.to_string(),
        }
    }
}
