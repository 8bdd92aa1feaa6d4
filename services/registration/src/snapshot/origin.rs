//! A file's beginning: whose history it is, of which log, and by which code.

use std::io::{ErrorKind, Read};

use anmeldewerk_contract::Subject;
use anmeldewerk_domain::Instant;

use super::{flaw::Flaw, segment::Link};

/// The code that reads and folds history, as a digest over its sources.
const CODE: &str = env!("AW_HISTORY_CODE");

/// Whose history a file holds.
#[derive(Clone)]
pub(super) struct Origin {
    header: String,
}

impl Origin {
    /// Names a boundary of the log that was created then, as this code reads it.
    pub(super) fn new(stream: &str, created: Instant, subject: &Subject) -> Self {
        Self::by(CODE, stream, created, subject)
    }

    /// The same as another code would name it.
    pub(super) fn by(code: &str, stream: &str, created: Instant, subject: &Subject) -> Self {
        let created = created.as_micros();
        Self {
            header: format!("anmeldewerk snapshot 1\n{code}\n{stream}\n{created}\n{subject}\n"),
        }
    }

    /// Gives the bytes with which a file begins.
    pub(super) fn header(&self) -> &[u8] {
        self.header.as_bytes()
    }

    /// Gives the header's length.
    pub(super) fn length(&self) -> u64 {
        self.header.len() as u64
    }

    /// Gives what the first segment's digest goes on from.
    pub(super) fn link(&self) -> Link {
        Link::of(&[self.header()])
    }

    /// Reads a file's beginning, which must be exactly this one.
    pub(super) fn expect(&self, file: &mut impl Read) -> Result<(), Flaw> {
        let mut found = vec![0; self.header.len()];
        match file.read_exact(&mut found) {
            Ok(()) if found == self.header() => Ok(()),
            Ok(()) => Err(Flaw::Origin),
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => Err(Flaw::Origin),
            Err(error) => Err(Flaw::Io(error)),
        }
    }
}
