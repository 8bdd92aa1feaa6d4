//! Why a version could not be built or asked, and what to do then.

use anmeldewerk_contract::Position;
use anmeldewerk_journal::{FollowError, ReadError, Regression, ResumeError};
use anmeldewerk_read_model::{Fault, SchemaName};

/// Why the engine gave up.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failed {
    /// The log could not be read.
    #[error("the log could not be read")]
    Log(#[source] ReadError),
    /// It is not the log that was read before.
    #[error("the log has regressed")]
    Regressed(#[source] Regression),
    /// A position was missing on the way.
    #[error("a position was missing on the way")]
    Hole(#[source] FollowError),
    /// The read model could not be read or written.
    #[error("the read model could not be read or written")]
    ReadModel(#[source] Fault),
    /// A message cannot be folded.
    #[error("message at {position} cannot be folded: {code}")]
    Poison {
        /// Its position.
        position: Position,
        /// Why.
        code: &'static str,
    },
    /// The log does not reach so far.
    #[error("the log ends at {end}, before {wanted}")]
    BehindTheEnd {
        /// What was asked for.
        wanted: Position,
        /// Its last position.
        end: Position,
    },
    /// Another process does the same.
    #[error("another process is at work on {0}")]
    Busy(String),
    /// Another process has taken over.
    #[error("another process has taken over")]
    TakenOver,
    /// There is no such version.
    #[error("there is no version {0}")]
    NoSuchVersion(SchemaName),
    /// It cannot be asked in this stage or by this program.
    #[error(
        "version {0} cannot go live: it is not complete, stands as of a position, is live already, or has another shape"
    )]
    Unfit(SchemaName),
    /// The rows are others than those of the live version.
    #[error("version {green} differs from {blue} at {position} in: {}", tables.join(", "))]
    Differs {
        /// The new version.
        green: SchemaName,
        /// The live version.
        blue: SchemaName,
        /// As of which position both were compared.
        position: Position,
        /// The tables.
        tables: Vec<&'static str>,
    },
    /// The live version cannot be compared with.
    #[error("live version {0} has another shape and cannot be compared with")]
    OtherShape(SchemaName),
    /// The live version does not come on.
    #[error("live version {0} does not come on: nobody follows the log")]
    BlueStands(SchemaName),
}

impl Failed {
    /// Says what to do about it.
    pub(crate) fn advice(&self) -> &'static str {
        match self {
            Self::Log(_) => {
                "See that nats-server answers and run the same command again; it goes on where it stood."
            }
            Self::Regressed(_) => {
                "Compare the log with its backups before anything is built on it. If this log is the right one: drop \
                 the version that was begun (projection drop), then projection rebuild --accept log."
            }
            Self::Hole(_) => {
                "Run the same command again: it tells a hole in the log from one on the way."
            }
            Self::ReadModel(_) | Self::TakenOver => {
                "Run the same command again; it goes on where it stood."
            }
            Self::Poison { .. } => {
                "Use the version of this program that knows the message, or have it left out by name: \
                 projection park skip <position> --reason <why>."
            }
            Self::Busy(_) => "Wait for it, or end it; its right ends with it.",
            Self::Differs { .. } => {
                "If the difference is meant (a corrected fold, a subject that is parked in the live version), accept \
                 it by name: --accept <table>,…; if the new version may be wrong, projection drop it and rebuild"
            }
            Self::OtherShape(_) => "Accept that it is not compared: --accept shape.",
            Self::BlueStands(_) => {
                "Start a projection service, or accept that it is not compared: --accept log."
            }
            Self::BehindTheEnd { .. } | Self::NoSuchVersion(_) | Self::Unfit(_) => {
                "projection list shows the versions and how far they have come."
            }
        }
    }
}

impl From<Fault> for Failed {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Poison { position, code } => Self::Poison { position, code },
            other => Self::ReadModel(other),
        }
    }
}

impl From<ReadError> for Failed {
    fn from(error: ReadError) -> Self {
        Self::Log(error)
    }
}

impl From<ResumeError> for Failed {
    fn from(error: ResumeError) -> Self {
        match error {
            ResumeError::Regressed(regression) => Self::Regressed(regression),
            ResumeError::Read(error) => Self::Log(error),
        }
    }
}

impl From<FollowError> for Failed {
    fn from(error: FollowError) -> Self {
        match error {
            FollowError::Lost(error) => Self::Log(error),
            hole @ FollowError::Hole { .. } => Self::Hole(hole),
        }
    }
}
