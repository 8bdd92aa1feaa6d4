//! How a turn of work ends, and what follows from it.

use anmeldewerk_journal::{FollowError, ReadError, Regression, ResumeError};
use anmeldewerk_read_model::Fault;

use crate::engine::Failed;

/// What to do about a log that has regressed.
pub(crate) const ADVICE: &str = "Nothing is built on it. Compare the log with its backups; bring the right one back \
    and start again. If this log is the right one: projection rebuild --accept log.";

/// What to do where so much is parked that the fault is a general one.
pub(crate) const TOO_MANY: &str = "Use the version of this program that knows the messages (projection park list names \
    them), then projection park retry.";

/// Why a turn of work ended.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Ended {
    /// The log could not be read for now.
    #[error("the log could not be read")]
    Log(#[source] ReadError),
    /// A position was missing on the way; resuming tells whether it is missing in the log.
    #[error("a position was missing on the way")]
    Hole(#[source] FollowError),
    /// The read model could not be written for now.
    #[error("the read model could not be written")]
    ReadModel(#[source] Fault),
    /// The database did not answer in time; whether it committed shows at the next turn.
    #[error("the read model did not answer in time")]
    Silence,
    /// There was no version to follow the log with, and none could be built.
    #[error("the read model could not be built")]
    Unbuilt(#[source] Failed),
    /// Somebody else works, or stands where this process should.
    #[error("another process has taken over")]
    TakenOver,
    /// The lead could not be kept.
    #[error("the lead was lost")]
    LeadLost(#[source] Fault),
    /// It is not the log that was read before.
    #[error("the log has regressed")]
    Regressed(#[source] Regression),
    /// So much is parked that the fault is a general one.
    #[error("too many subjects are parked")]
    TooManyParked(#[source] Fault),
}

impl From<Failed> for Ended {
    fn from(failed: Failed) -> Self {
        match failed {
            Failed::Log(error) => Self::Log(error),
            Failed::Hole(error) => Self::Hole(error),
            Failed::Regressed(regression) => Self::Regressed(regression),
            Failed::ReadModel(fault) => fault.into(),
            Failed::TakenOver | Failed::Busy(_) => Self::TakenOver,
            other @ (Failed::Poison { .. }
            | Failed::BehindTheEnd { .. }
            | Failed::NoSuchVersion(_)
            | Failed::Unfit(_)
            | Failed::Differs { .. }
            | Failed::OtherShape(_)
            | Failed::BlueStands(_)) => Self::Unbuilt(other),
        }
    }
}

impl From<ResumeError> for Ended {
    fn from(error: ResumeError) -> Self {
        match error {
            ResumeError::Regressed(regression) => Self::Regressed(regression),
            ResumeError::Read(error) => Self::Log(error),
        }
    }
}

impl From<FollowError> for Ended {
    fn from(error: FollowError) -> Self {
        match error {
            FollowError::Lost(error) => Self::Log(error),
            hole @ FollowError::Hole { .. } => Self::Hole(hole),
        }
    }
}

impl From<Fault> for Ended {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::TooManyParked(_) => Self::TooManyParked(fault),
            Fault::Address(_)
            | Fault::Database { .. }
            | Fault::Migration(_)
            | Fault::NoCheckpoint
            | Fault::Rows { .. }
            | Fault::Poison { .. }
            | Fault::NotAlone
            | Fault::NoVersion
            | Fault::VersionTaken(_)
            | Fault::VersionInUse(_)
            | Fault::NotReady(_)
            | Fault::Value(_) => Self::ReadModel(fault),
        }
    }
}
