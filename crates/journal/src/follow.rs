//! Following the log: every message once, in order, and never over a gap.

use std::{fmt, pin::Pin};

use anmeldewerk_contract::{Message, Position};
use anmeldewerk_domain::Instant;
use futures_util::{FutureExt, Stream, StreamExt};

use crate::{Journal, ReadError, message_hash};

type Source = Pin<Box<dyn Stream<Item = Result<Sighted, ReadError>> + Send>>;

/// A message, and how many were behind it when it was sent.
#[derive(Debug)]
pub(crate) struct Sighted {
    pub(crate) message: Message,
    pub(crate) behind: u64,
}

/// Reads the log from a position on. It asserts that positions are dense.
pub struct Follower {
    source: Source,
    last: Position,
}

impl fmt::Debug for Follower {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut follower = f.debug_struct("Follower");
        follower.field("last", &self.last).finish_non_exhaustive()
    }
}

/// Why following ended.
#[derive(Debug, thiserror::Error)]
pub enum FollowError {
    /// The connection was lost; resume.
    #[error("log was lost from sight")]
    Lost(#[source] ReadError),
    /// A message is missing from the log, or was missed on the way: resume tells which.
    #[error("position {expected} is missing, {found} came next")]
    Hole {
        /// The position that should have come.
        expected: Position,
        /// The position that came.
        found: Position,
    },
}

impl Follower {
    pub(crate) fn new(
        source: impl Stream<Item = Result<Sighted, ReadError>> + Send + 'static,
        after: Position,
    ) -> Self {
        Self {
            source: Box::pin(source),
            last: after,
        }
    }

    /// Waits for a message and takes it together with those that are known to be behind it, at most `max`.
    ///
    /// So a reader that is behind gets large batches, and one that keeps up gets each message at once.
    pub async fn batch(&mut self, max: usize) -> Result<Vec<Message>, FollowError> {
        let first = self.next().await?;
        let behind = usize::try_from(first.behind).unwrap_or(usize::MAX);
        let known = behind.saturating_add(1).min(max);
        let mut batch = Vec::with_capacity(known);
        batch.push(first.message);
        while batch.len() < known {
            batch.push(self.next().await?.message);
        }
        while batch.len() < max {
            match self.source.next().now_or_never() {
                Some(next) => batch.push(self.accept(next)?.message),
                None => break,
            }
        }
        Ok(batch)
    }

    /// Waits for exactly as many messages; for whoever knows that they are there.
    pub async fn exactly(&mut self, count: usize) -> Result<Vec<Message>, FollowError> {
        let mut batch = Vec::with_capacity(count);
        while batch.len() < count {
            batch.push(self.next().await?.message);
        }
        Ok(batch)
    }

    async fn next(&mut self) -> Result<Sighted, FollowError> {
        let next = self.source.next().await;
        self.accept(next)
    }

    fn accept(&mut self, next: Option<Result<Sighted, ReadError>>) -> Result<Sighted, FollowError> {
        let ended = || Err(ReadError::unavailable("following", "the reader ended"));
        let sighted = next.unwrap_or_else(ended).map_err(FollowError::Lost)?;
        let (expected, found) = (self.last.next(), sighted.message.position);
        if found != expected {
            return Err(FollowError::Hole { expected, found });
        }
        self.last = expected;
        Ok(sighted)
    }
}

/// How far a reader has come in which log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bookmark {
    /// When the log was created that was read; nothing before the first reading.
    pub created: Option<Instant>,
    /// The last position that was read.
    pub position: Position,
    /// The hash of the message there; nothing at the start.
    pub hash: Option<[u8; 32]>,
}

impl Bookmark {
    /// A reader that has read nothing.
    pub const START: Self = Self {
        created: None,
        position: Position::START,
        hash: None,
    };
}

/// How a log is not the one that was read before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Regression {
    /// The stream was created at another time.
    #[error("log is another one: its stream was created anew")]
    OtherStream,
    /// It ends before the position that was read.
    #[error("log ends at {last}, but {read} was read before")]
    Shorter {
        /// Its last position.
        last: Position,
        /// The position that was read.
        read: Position,
    },
    /// The message at the position is another one.
    #[error("message at {at} is not the one that was read before")]
    OtherMessage {
        /// The position.
        at: Position,
    },
    /// The message right behind the position is gone.
    #[error("message at {at} is missing in the log")]
    Missing {
        /// The position.
        at: Position,
    },
}

/// Why reading could not go on from a bookmark.
#[derive(Debug, thiserror::Error)]
pub enum ResumeError {
    /// The log is not the one that was read before; going on would build on sand.
    #[error("log has regressed")]
    Regressed(#[from] Regression),
    /// The log could not be asked; try again.
    #[error("log could not be asked")]
    Read(#[from] ReadError),
}

/// Follows the log from a bookmark on, once it is proven to be the log that was read before.
pub async fn resume<J: Journal>(
    journal: &J,
    bookmark: &Bookmark,
) -> Result<(Follower, Instant), ResumeError> {
    let state = journal.state().await?;
    if bookmark.created.is_some_and(|known| known != state.created) {
        return Err(Regression::OtherStream.into());
    }
    if state.last < bookmark.position {
        return Err(Regression::Shorter {
            last: state.last,
            read: bookmark.position,
        }
        .into());
    }
    same_message(journal, bookmark).await?;
    next_is_there(journal, bookmark.position, state.last).await?;
    let follower = journal.follow(bookmark.position).await?;
    Ok((follower, state.created))
}

async fn same_message<J: Journal>(journal: &J, bookmark: &Bookmark) -> Result<(), ResumeError> {
    let Some(hash) = bookmark.hash else {
        return Ok(());
    };
    let found = journal.at(bookmark.position).await?;
    if found.is_none_or(|message| message_hash(&message) != hash) {
        let at = bookmark.position;
        return Err(Regression::OtherMessage { at }.into());
    }
    Ok(())
}

/// Tells a hole in the log from a message that was only missed on the way.
async fn next_is_there<J: Journal>(
    journal: &J,
    after: Position,
    last: Position,
) -> Result<(), ResumeError> {
    let next = after.next();
    if next <= last && journal.at(next).await?.is_none() {
        return Err(Regression::Missing { at: next }.into());
    }
    Ok(())
}
