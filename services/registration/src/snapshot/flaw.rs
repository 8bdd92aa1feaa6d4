//! What can be wrong with a file.

use std::io;

use anmeldewerk_contract::DecodeError;

/// Why a file is thrown away.
#[derive(Debug, thiserror::Error)]
pub(super) enum Flaw {
    /// Other code wrote it, or it is about another log or another boundary.
    #[error("the file is of another code, log or boundary")]
    Origin,
    /// Its bytes are not the ones that were written.
    #[error("a digest is wrong")]
    Digest,
    /// Its parts do not fit together.
    #[error("a segment does not fit what it says of itself")]
    Shape,
    /// A decision in it is not known.
    #[error("a decision cannot be read")]
    Decision(#[source] DecodeError),
    /// The log has another message at its last position, or none.
    #[error("the log has another message where the file ends")]
    Log,
    /// It cannot be read.
    #[error("the file cannot be read")]
    Io(#[from] io::Error),
}

impl Flaw {
    /// Gives the name under which it is counted.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Origin => "origin",
            Self::Digest => "digest",
            Self::Shape => "shape",
            Self::Decision(_) => "decision",
            Self::Log => "log",
            Self::Io(_) => "io",
        }
    }
}
