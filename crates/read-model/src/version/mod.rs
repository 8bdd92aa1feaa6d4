//! Versions of the read model: schemas, and the registry that says which of them is asked.

mod registry;
mod reporting;
mod schema;
mod shape;
mod skip;

use std::fmt;

use anmeldewerk_contract::Position;
use jiff::Timestamp;

pub use registry::{AsOf, Registry};
pub use schema::{NoSchemaName, SchemaName};
pub use shape::SHAPE;
pub use skip::Skip;

/// One version of the read model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// Its schema.
    pub schema: SchemaName,
    /// What it is for.
    pub kind: Kind,
    /// Which tables it has, and what is folded into them.
    pub shape: String,
    /// How far it is made.
    pub stage: Stage,
    /// The last position that it folds, where it does not follow the log.
    pub as_of: Option<Position>,
    /// The time that was asked for, where it was not a position.
    pub as_of_time: Option<Timestamp>,
    /// The digest of all rows when it was compared, and the position as of which it holds.
    pub digest: Option<(String, Position)>,
    /// The tables whose difference was accepted.
    pub differs: Vec<String>,
    /// When it was begun.
    pub made_at: Timestamp,
    /// When it came to its stage.
    pub changed_at: Timestamp,
    /// When it may be dropped; nothing where it never is by itself.
    pub drop_after: Option<Timestamp>,
}

/// What a version is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It follows the log, or can.
    Current,
    /// It stands as of a position.
    AsOf,
}

/// How far a version is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Rows are written; indexes are missing.
    Building,
    /// It is complete.
    Ready,
    /// It is asked, and follows the log.
    Live,
    /// It was live.
    Retired,
}

impl Kind {
    const ALL: [Self; 2] = [Self::Current, Self::AsOf];

    /// Gives the name in the registry.
    pub fn name(self) -> &'static str {
        match self {
            Self::Current => "current",
            Self::AsOf => "as_of",
        }
    }
}

impl Stage {
    const ALL: [Self; 4] = [Self::Building, Self::Ready, Self::Live, Self::Retired];

    /// Gives the name in the registry.
    pub fn name(self) -> &'static str {
        match self {
            Self::Building => "building",
            Self::Ready => "ready",
            Self::Live => "live",
            Self::Retired => "retired",
        }
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

impl Version {
    /// Says whether this code can read and write it.
    pub fn has_our_shape(&self) -> bool {
        self.shape == *SHAPE
    }

    /// Gives the schemas that its tables lie in, as a search path: its own, and the one for dashboards.
    pub fn path(&self) -> String {
        self.schema.path()
    }
}
