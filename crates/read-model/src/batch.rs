//! Messages of the log on their way into the read model.

use anmeldewerk_contract::{MAX_DECISION_EVENTS, Message, Position, Recorded, Subject, decode};
use anmeldewerk_domain::Instant;

use crate::poison::Poison;

/// One message, decoded or not.
#[derive(Clone, Debug)]
pub struct Entry {
    pub(crate) position: Position,
    pub(crate) subject: Subject,
    pub(crate) hash: [u8; 32],
    pub(crate) content: Result<Recorded, Poison>,
}

impl Entry {
    /// Reads a message; one that cannot be decoded is poison for its subject, not an error.
    pub fn read(message: &Message, hash: [u8; 32]) -> Self {
        match decode(message) {
            Ok(recorded) => Self::of(recorded, hash),
            Err(error) => Self {
                position: message.position,
                subject: canonical(&message.subject),
                hash,
                content: Err(Poison::from(&error)),
            },
        }
    }

    /// Takes a decision that was decoded before.
    pub fn of(recorded: Recorded, hash: [u8; 32]) -> Self {
        let oversized = recorded.decision.events.len() > MAX_DECISION_EVENTS;
        Self {
            position: recorded.position,
            subject: Subject::from(&recorded.decision.boundary),
            hash,
            content: if oversized {
                Err(Poison::TooManyEvents)
            } else {
                Ok(recorded)
            },
        }
    }
}

/// Gives one name to a boundary, however its id was spelt.
fn canonical(subject: &Subject) -> Subject {
    match subject.boundary() {
        Some(boundary) => Subject::from(&boundary),
        None => subject.clone(),
    }
}

/// Neighbouring messages that are applied together.
#[derive(Clone, Debug)]
pub struct Batch {
    pub(crate) from: Position,
    pub(crate) stream_created: Instant,
    pub(crate) entries: Vec<Entry>,
}

impl Batch {
    /// Makes a batch of the messages right behind `from`, in order, of the log created at `stream_created`.
    pub fn new(from: Position, stream_created: Instant, entries: Vec<Entry>) -> Self {
        debug_assert!(
            entries
                .iter()
                .zip(1..)
                .all(|(entry, step)| entry.position.0 == from.0.saturating_add(step)),
            "the messages of a batch are neighbours"
        );
        Self {
            from,
            stream_created,
            entries,
        }
    }

    /// Gives the number of messages.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Says whether there is no message.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Gives the last position; the start of the batch where it is empty.
    pub fn to(&self) -> Position {
        self.entries
            .last()
            .map_or(self.from, |entry| entry.position)
    }

    /// Gives the hash of the last message; nothing where the batch is empty.
    pub(crate) fn hash(&self) -> Option<[u8; 32]> {
        self.entries.last().map(|entry| entry.hash)
    }
}
