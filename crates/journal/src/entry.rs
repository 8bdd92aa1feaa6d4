//! What is appended, and how it can fail.

use anmeldewerk_contract::{Headers, Position, Subject};
use bytes::Bytes;

/// A message to append.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its subject.
    pub subject: Subject,
    /// Where the subject's last message must stand; the start for a new subject.
    ///
    /// The first entry of each subject in an append states it. Later entries of the same
    /// subject follow that one and state nothing.
    pub expected: Option<Position>,
    /// Its headers; none of them begins with `Nats-`.
    pub headers: Headers,
    /// Its payload; a clone shares the bytes.
    pub payload: Bytes,
}

/// Why an append was not acknowledged.
#[derive(Clone, Debug, thiserror::Error)]
pub enum AppendError {
    /// Somebody else wrote to one of the subjects. Nothing was stored.
    #[error("a subject has moved on: error code {code}")]
    Conflict {
        /// The server's error code, 10071 or 10164.
        code: u64,
    },
    /// The log takes nothing at the moment. Nothing was stored.
    #[error("log takes no decisions: {reason}")]
    Unavailable {
        /// What the server or the client said.
        reason: String,
    },
    /// The answer was lost. It may have been stored, or not, or may still be.
    #[error("outcome of an append is unknown: {reason}")]
    Unknown {
        /// What happened to the answer.
        reason: String,
    },
}
