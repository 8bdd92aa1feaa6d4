//! Places in the log.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The place of a decision in the log: its stream sequence, from 1 on. 0 stands before everything.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Position(pub u64);

impl Position {
    /// The place before the first decision.
    pub const START: Self = Self(0);

    /// The last place that Postgres can keep; none of a log is behind it.
    pub const MAX: Self = Self(i64::MAX.cast_unsigned());

    /// Gives the place right behind this one.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }

    /// Gives the place as Postgres keeps it.
    ///
    /// A stream would need 292,000 years at a million decisions a second to outgrow it.
    pub fn as_i64(self) -> i64 {
        i64::try_from(self.0).unwrap_or(i64::MAX)
    }

    /// Takes a place as Postgres keeps it; a negative one is the start.
    pub fn from_i64(value: i64) -> Self {
        Self(u64::try_from(value).unwrap_or(0))
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
