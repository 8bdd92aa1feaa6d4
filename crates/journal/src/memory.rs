//! The log in memory: for laws and models, never for users.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anmeldewerk_contract::{Message, Position, Subject};
use anmeldewerk_domain::Instant;
use futures_util::stream;
use tokio::sync::watch;

use crate::{AppendError, Entry, Follower, Journal, LogState, ReadError, follow::Sighted};

/// A log that lives as long as its last clone.
#[derive(Clone, Debug)]
pub struct Memory {
    messages: Arc<Mutex<Vec<Message>>>,
    length: watch::Sender<usize>,
}

impl Default for Memory {
    fn default() -> Self {
        Self {
            messages: Arc::default(),
            length: watch::Sender::new(0),
        }
    }
}

impl Memory {
    fn messages(&self) -> MutexGuard<'_, Vec<Message>> {
        // A panic while the lock was held can only have been in a test; the list is whole.
        self.messages.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn store(&self, entries: Vec<Entry>) -> Result<Vec<Position>, AppendError> {
        let mut messages = self.messages();
        for entry in &entries {
            if entry
                .expected
                .is_some_and(|expected| expected != last_position(&messages, &entry.subject))
            {
                return Err(AppendError::Conflict { code: 10071 });
            }
        }
        let positions = entries.into_iter().map(|entry| {
            let position = position_of(messages.len());
            messages.push(Message {
                position,
                subject: entry.subject,
                headers: entry.headers,
                payload: entry.payload.into(),
            });
            position
        });
        Ok(positions.collect())
    }

    fn range(
        &self,
        after: Position,
        pick: impl Fn(&Message) -> bool,
        limit: usize,
    ) -> Vec<Message> {
        let messages = self.messages();
        let behind = messages.iter().filter(|m| m.position > after && pick(m));
        behind.take(limit).cloned().collect()
    }

    /// Gives everything behind `after`, waiting until there is something.
    async fn behind(self, after: Position) -> Vec<Message> {
        let mut length = self.length.subscribe();
        let enough = usize::try_from(after.0).unwrap_or(usize::MAX);
        // The sender lives in `self`, so that waiting cannot fail.
        let _ = length.wait_for(|length| *length > enough).await;
        self.range(after, |_| true, usize::MAX)
    }
}

fn position_of(index: usize) -> Position {
    Position(u64::try_from(index).unwrap_or(u64::MAX)).next()
}

fn last_position(messages: &[Message], subject: &Subject) -> Position {
    let last = messages.iter().rev().find(|m| m.subject == *subject);
    last.map_or(Position::START, |message| message.position)
}

impl Journal for Memory {
    async fn append(&self, entries: Vec<Entry>) -> Result<Vec<Position>, AppendError> {
        let positions = self.store(entries)?;
        self.length.send_replace(self.messages().len());
        Ok(positions)
    }

    async fn page(
        &self,
        subject: &Subject,
        after: Position,
        limit: usize,
    ) -> Result<Vec<Message>, ReadError> {
        Ok(self.range(after, |message| message.subject == *subject, limit))
    }

    async fn last(&self, subject: &Subject) -> Result<Option<Message>, ReadError> {
        let messages = self.messages();
        Ok(messages
            .iter()
            .rev()
            .find(|m| m.subject == *subject)
            .cloned())
    }

    async fn at(&self, position: Position) -> Result<Option<Message>, ReadError> {
        let messages = self.messages();
        Ok(messages.iter().find(|m| m.position == position).cloned())
    }

    async fn state(&self) -> Result<LogState, ReadError> {
        let last = Position(u64::try_from(self.messages().len()).unwrap_or(u64::MAX));
        let created = Instant::from_micros(0);
        Ok(LogState { created, last })
    }

    async fn follow(&self, after: Position) -> Result<Follower, ReadError> {
        let start = (self.clone(), after, Vec::new().into_iter());
        let source = stream::unfold(start, |(log, last, mut ready)| async move {
            if ready.len() == 0 {
                ready = log.clone().behind(last).await.into_iter();
            }
            let message: Message = ready.next()?;
            let last = message.position;
            let behind = u64::try_from(ready.len()).unwrap_or(u64::MAX);
            Some((Ok(Sighted { message, behind }), (log, last, ready)))
        });
        Ok(Follower::new(source, after))
    }
}
