//! What can go wrong with the database.

use anmeldewerk_contract::Position;

use crate::SchemaName;

/// The read model could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The address of the database cannot be read.
    #[error("address of the read model is not readable")]
    Address(#[source] sqlx::Error),
    /// The database gave no answer, or a refusal. Retryable.
    #[error("read model failed while {doing}")]
    Database {
        /// What was being done.
        doing: &'static str,
        /// What the database or the client said.
        source: sqlx::Error,
    },
    /// The schema could not be brought up to date.
    #[error("read model could not be migrated")]
    Migration(#[source] sqlx::migrate::MigrateError),
    /// The schema has no checkpoint: it was not migrated.
    #[error("read model has no checkpoint")]
    NoCheckpoint,
    /// A statement wrote another number of rows than it was given: a defect, nothing was kept.
    #[error("{found} instead of {expected} rows were written into {table}")]
    Rows {
        /// The table.
        table: &'static str,
        /// The rows it was given.
        expected: usize,
        /// The rows it wrote.
        found: u64,
    },
    /// So many subjects are parked that going on would hide a general failure.
    #[error("{0} subjects are parked, which is over the limit")]
    TooManyParked(usize),
    /// A rebuild came upon a message that cannot be folded.
    #[error("message at {position} cannot be folded: {code}")]
    Poison {
        /// Its position.
        position: Position,
        /// Why.
        code: &'static str,
    },
    /// Somebody else writes the read model that is being rebuilt.
    #[error("somebody else writes the read model that is being rebuilt")]
    NotAlone,
    /// There is no version of the read model that this code can read.
    #[error("read model has no version of this program's shape yet")]
    NoVersion,
    /// A version of this name is there, complete or as of something else.
    #[error("version {0} is there already; drop it first, or take another name")]
    VersionTaken(SchemaName),
    /// The version is not there, or is the one that is asked.
    #[error("version {0} is not there, or it is live")]
    VersionInUse(SchemaName),
    /// The version is not complete, or not as far as the one that is asked.
    #[error("version {0} is not ready to go live")]
    NotReady(SchemaName),
    /// A value in a row is none that this version writes.
    #[error("column {0} holds an unknown value")]
    Value(&'static str),
}

impl Fault {
    /// Wraps an error of the client with what was being done.
    pub(crate) fn database(doing: &'static str) -> impl FnOnce(sqlx::Error) -> Self {
        move |source| Self::Database { doing, source }
    }
}
