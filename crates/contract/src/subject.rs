//! Where a boundary's decisions stand in the log.

use std::fmt;

use anmeldewerk_domain::{Boundary, ProgramId, WorkshopId};
use uuid::Uuid;

/// The subjects that the stream binds, exactly.
pub const LOG_SUBJECTS: [&str; 4] = [
    "aw.log.workshop.*",
    "aw.log.program.*",
    "aw.log.privacy.*",
    "aw.log.catalogue",
];

/// What every subject outside the log begins with that tells of something live.
pub const LIVE_PREFIX: &str = "aw.live.";

/// Gives the core NATS subject on which a projection tells how far it has come.
pub fn watermark(projection: &str) -> String {
    format!("{LIVE_PREFIX}watermark.{projection}")
}

/// The one literal subject of a boundary.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Subject(String);

impl Subject {
    /// Takes any subject of the log as it stands on a message.
    pub fn literal(subject: impl Into<String>) -> Self {
        Self(subject.into())
    }

    /// Gives the subject's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Gives the boundary whose decisions stand there, if it is one that is known.
    pub fn boundary(&self) -> Option<Boundary> {
        let rest = self.0.strip_prefix("aw.log.")?;
        if rest == "catalogue" {
            return Some(Boundary::Catalogue);
        }
        let (kind, id) = rest.split_once('.')?;
        match kind {
            "workshop" => Some(Boundary::Workshop(WorkshopId(
                Uuid::try_parse(id).ok()?.as_u128(),
            ))),
            "program" => ProgramId::new(id).map(Boundary::Program),
            _ => None,
        }
    }
}

impl From<&Boundary> for Subject {
    fn from(boundary: &Boundary) -> Self {
        Self(match boundary {
            Boundary::Program(id) => format!("aw.log.program.{id}"),
            Boundary::Workshop(id) => format!("aw.log.workshop.{}", Uuid::from_u128(id.0)),
            Boundary::Catalogue => "aw.log.catalogue".to_owned(),
        })
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_boundary_finds_its_subject_and_back() {
        let boundaries = [
            Boundary::Program(ProgramId::new("sh").expect("a slug")),
            Boundary::Workshop(WorkshopId(7)),
            Boundary::Catalogue,
        ];
        for boundary in boundaries {
            assert_eq!(Subject::from(&boundary).boundary(), Some(boundary));
        }
    }

    #[test]
    fn a_subject_of_no_known_boundary_has_none() {
        for odd in [
            "aw.log.catalogue.x",
            "aw.log.catalogues",
            "aw.log.privacy.sh",
            "aw.live.x",
            "aw.log.program.S H",
        ] {
            assert_eq!(Subject::literal(odd).boundary(), None, "{odd}");
        }
    }
}
