//! The one task that decides and appends.
//!
//! Requests wait in a bounded queue. The task drains what waits, decides it in the order of its
//! arrival on states it folds itself, appends all decisions at once and only then answers.

mod answer;
mod cell;
mod cells;
mod command;
mod content;
mod draft;
#[cfg(test)]
mod faulty;
mod flight;
mod gather;
mod job;
mod landing;
mod loading;
mod need;
mod note;
mod person;
mod plan;
mod prepare;
mod pulse;
pub(crate) mod rehearsal;
mod reindex;
#[cfg(test)]
mod shelved_tests;
mod task;
#[cfg(test)]
mod tests;
mod wish;

use std::sync::Arc;

use anmeldewerk_contract::{ClockKind, CommandId, Decision, EncodeError, Fingerprint, Position};
use anmeldewerk_domain::{Boundary, Instant, Number, PersonId, RegistrationId, Rejection};
use anmeldewerk_service::problem::Problem;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};
use uuid::Uuid;

use crate::access::Asker;

pub(crate) use loading::{LoadError, before, look};
pub(crate) use rehearsal::Rehearsal;
pub(crate) use task::Writer as Task;
pub(crate) use wish::{Applicant, Note, Party, Personal, Revision, Successor, Wish};

use job::Job;
use pulse::Pulse;

/// How many commands may be in hand, from their arrival to their answer; one more is refused.
pub(crate) const PLACES: usize = 4_096;

/// A command on its way to a decision.
pub(crate) struct Asked {
    /// To which boundary.
    pub(crate) boundary: Boundary,
    /// Who asks, as far as it decides what they may do.
    pub(crate) asker: Asker,
    /// What is asked.
    pub(crate) wish: Wish,
    /// The version that the asker wants to change, where they say so.
    pub(crate) condition: Option<Condition>,
    /// The command's name for ever.
    pub(crate) command: CommandId,
    /// Its body's fingerprint.
    pub(crate) fingerprint: Fingerprint,
    /// When it arrived.
    pub(crate) received_at: Instant,
    /// By which clock.
    pub(crate) clock: ClockKind,
    /// The id of the decision it may lead to.
    pub(crate) decision: Uuid,
    /// Who asks, as the vault names them.
    pub(crate) actor: Uuid,
    /// The trace context of the request.
    pub(crate) traceparent: Option<String>,
}

/// Which versions of an entity a command may change (RFC 9110, section 13.1.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Condition(pub(crate) Vec<Position>);

/// The answer to a command that was not refused.
#[derive(Clone, Debug)]
pub(crate) enum Answer {
    /// It was decided, now or before.
    Decided {
        /// Where the decision stands.
        position: Position,
        /// What was decided.
        decision: Arc<Decision>,
        /// Whether this command had been accepted before.
        replayed: bool,
    },
    /// There was nothing to decide.
    Unchanged {
        /// Since this position it is so.
        position: Position,
        /// The registration it is about, as it stands.
        standing: Option<Standing>,
    },
}

/// A registration as it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Standing {
    pub(crate) registration: RegistrationId,
    pub(crate) number: Number,
    pub(crate) person: PersonId,
    pub(crate) state: &'static str,
}

/// Why a command was refused, or could not be carried out.
#[derive(Clone, Debug, thiserror::Error)]
pub(crate) enum Refusal {
    /// The rules say no.
    #[error("rejected by the rules")]
    Rejected(Rejection),
    /// The body does not fit what there is.
    #[error("body does not fit the state")]
    Invalid(Problem),
    /// The asker may see the thing, but not do this.
    #[error("not allowed")]
    Forbidden,
    /// This is not open to everybody.
    #[error("token required")]
    TokenRequired,
    /// The entity is of another version than the asker thinks.
    #[error("version is not the one that was asked for")]
    VersionMismatch,
    /// The person's data was erased.
    #[error("person was erased")]
    PersonErased,
    /// The key was used for another command before.
    #[error("idempotency key was used for another command")]
    KeyReused,
    /// The decision would be larger than one may be.
    #[error("decision would be too large")]
    TooLarge(Arc<EncodeError>),
    /// Too many commands are in hand, or this one waited too long; nothing was stored.
    #[error("too many commands are in hand")]
    Busy {
        /// After how many seconds it is worth coming again.
        retry_after_s: u32,
    },
    /// The log or the vault could not be used; nothing was stored.
    #[error("log or vault unavailable")]
    Unavailable,
    /// It may have been stored or not; the same command again tells.
    #[error("outcome unknown")]
    OutcomeUnknown,
}

type Reply = Result<Answer, Refusal>;

/// Hands commands to the task.
#[derive(Clone)]
pub(crate) struct Desk {
    queue: mpsc::Sender<Job>,
    /// One for each command in hand.
    places: Arc<Semaphore>,
    pulse: Arc<Pulse>,
}

/// A place for one command in hand.
pub(crate) struct Place(OwnedSemaphorePermit);

/// The answer to a command that was handed in.
pub(crate) struct Pending(Result<oneshot::Receiver<Reply>, Refusal>);

impl Desk {
    /// Lets a command be decided, and waits for the answer; refuses it where there is no place.
    pub(crate) async fn ask(&self, asked: Asked) -> Reply {
        let Ok(place) = Arc::clone(&self.places).try_acquire_owned() else {
            metrics::counter!("writer_turned_away_total").increment(1);
            let retry_after_s = self.pulse.retry_after_s(PLACES);
            return Err(Refusal::Busy { retry_after_s });
        };
        self.hand_in(asked, Place(place)).reply().await
    }

    /// Waits for a place, in turn with others who wait.
    pub(crate) async fn place(&self) -> Place {
        let place = Arc::clone(&self.places).acquire_owned().await;
        Place(place.expect("places are never closed"))
    }

    /// Hands a command in: it is decided after those that were handed in before.
    pub(crate) fn hand_in(&self, asked: Asked, place: Place) -> Pending {
        let (reply, answer) = oneshot::channel();
        let job = Job::new(asked, reply, place.0);
        // The queue holds as many as there are places; it is only ever shut.
        let handed = self.queue.try_send(job);
        Pending(handed.map(|()| answer).map_err(|_| Refusal::Unavailable))
    }
}

impl Pending {
    /// Waits for the answer.
    pub(crate) async fn reply(self) -> Reply {
        // Where the task went away with the command in hand, nobody knows how far it came.
        self.0?.await.unwrap_or(Err(Refusal::OutcomeUnknown))
    }
}
