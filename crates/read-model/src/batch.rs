//! Messages of the log on their way into the read model.

use std::collections::BTreeSet;

use anmeldewerk_contract::{MAX_DECISION_EVENTS, Message, Position, Recorded, Subject, decode};
use anmeldewerk_domain::Instant;

use crate::{Checkpoint, poison::Poison};

/// The messages that are left out of every version, each by its position and its hash.
pub type Skips = BTreeSet<(Position, [u8; 32])>;

/// One message, decoded or not.
#[derive(Clone, Debug)]
pub struct Entry {
    pub(crate) position: Position,
    pub(crate) subject: Subject,
    pub(crate) hash: [u8; 32],
    pub(crate) content: Content,
}

/// What a message turned out to be.
#[derive(Clone, Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "nearly every message is a decision"
)]
pub(crate) enum Content {
    Decision(Recorded),
    Poison(Poison),
    /// It is left out, by an operator's decision.
    Skipped,
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
                content: Content::Poison(Poison::from(&error)),
            },
        }
    }

    /// Reads a message, unless it is to be left out.
    pub fn read_unless_skipped(message: &Message, hash: [u8; 32], skips: &Skips) -> Self {
        if skips.contains(&(message.position, hash)) {
            Self {
                position: message.position,
                subject: canonical(&message.subject),
                hash,
                content: Content::Skipped,
            }
        } else {
            Self::read(message, hash)
        }
    }

    /// Tells when it was decided, if it is a decision.
    pub fn decided_at(&self) -> Option<Instant> {
        match &self.content {
            Content::Decision(recorded) => Some(recorded.decision.decided_at),
            Content::Poison(_) | Content::Skipped => None,
        }
    }

    /// Gives its position.
    pub fn position(&self) -> Position {
        self.position
    }

    /// Takes a decision that was decoded before.
    pub fn of(recorded: Recorded, hash: [u8; 32]) -> Self {
        let oversized = recorded.decision.events.len() > MAX_DECISION_EVENTS;
        Self {
            position: recorded.position,
            subject: Subject::from(&recorded.decision.boundary),
            hash,
            content: if oversized {
                Content::Poison(Poison::TooManyEvents)
            } else {
                Content::Decision(recorded)
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

    /// Puts together messages that are anywhere before the checkpoint, in order; they do not move it.
    pub(crate) fn scattered(entries: Vec<Entry>) -> Self {
        Self {
            from: Position::START,
            stream_created: Instant::from_micros(0),
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

    /// Gives the checkpoint behind it.
    pub fn checkpoint(&self) -> Checkpoint {
        Checkpoint {
            position: self.to(),
            message_hash: self.hash(),
            stream_created: Some(self.stream_created),
        }
    }

    /// Gives the hash of the last message; nothing where the batch is empty.
    pub(crate) fn hash(&self) -> Option<[u8; 32]> {
        self.entries.last().map(|entry| entry.hash)
    }
}
