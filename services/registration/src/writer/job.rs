//! A command in the writer's hands.

use std::time::Duration;

use anmeldewerk_service::clock::Stopwatch;
use tokio::sync::{OwnedSemaphorePermit, oneshot};

use super::{Asked, Refusal, Reply, need::Resolved};

/// How long a command may be in hand before it is refused instead of decided.
pub(super) const PATIENCE: Duration = Duration::from_secs(12);
/// How often a command is decided anew, after a conflict or a lost answer.
const ROUNDS: u32 = 8;

/// A command in hand, with whom to answer.
pub(crate) struct Job {
    pub(super) asked: Asked,
    reply: oneshot::Sender<Reply>,
    /// Its place among those that may be in hand; free again when it is answered.
    _place: OwnedSemaphorePermit,
    since: Stopwatch,
    /// What was found out for it.
    pub(super) resolved: Resolved,
    /// Its boundary or its person cannot be had.
    pub(super) hindered: bool,
    /// How often it had to be decided anew.
    pub(super) rounds: u32,
    /// Whether the answer to an append of its decision was lost: then nobody may be told that
    /// nothing was stored.
    pub(super) in_doubt: bool,
}

impl Job {
    pub(super) fn new(
        asked: Asked,
        reply: oneshot::Sender<Reply>,
        place: OwnedSemaphorePermit,
    ) -> Self {
        Self {
            asked,
            reply,
            _place: place,
            since: Stopwatch::start(),
            resolved: Resolved::Nothing,
            hindered: false,
            rounds: 0,
            in_doubt: false,
        }
    }

    pub(super) fn answer(self, reply: Reply) {
        metrics::histogram!("writer_command_seconds").record(self.since.elapsed().as_secs_f64());
        // The client may have gone; what was decided stands all the same.
        drop(self.reply.send(reply));
    }

    /// Says that the log or the vault cannot be used.
    pub(super) fn hinder(self) {
        let refusal = if self.in_doubt {
            Refusal::OutcomeUnknown
        } else {
            Refusal::Unavailable
        };
        self.answer(Err(refusal));
    }

    /// Says that it waited too long; nothing was decided, unless that is in doubt.
    pub(super) fn turn_away(self, retry_after_s: u32) {
        let refusal = if self.in_doubt {
            Refusal::OutcomeUnknown
        } else {
            Refusal::Busy { retry_after_s }
        };
        self.answer(Err(refusal));
    }

    /// Says whether it waited too long to be worth a decision.
    pub(super) fn is_late(&self) -> bool {
        self.since.elapsed() > PATIENCE
    }

    /// Says whether nobody waits for its answer, and nothing of it can stand in the log.
    pub(super) fn is_forsaken(&self) -> bool {
        self.reply.is_closed() && !self.in_doubt
    }

    /// Says whether it was decided anew as often as it may be.
    pub(super) fn is_exhausted(&self) -> bool {
        self.rounds >= ROUNDS
    }
}
