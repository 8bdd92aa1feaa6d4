//! Whose rows a caller may see.

use anmeldewerk_domain::ProgramId;

/// Who asks. The statements decide by it what is seen; nobody filters afterwards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// A program: published workshops and its own drafts, the people of its workshops, its own people everywhere.
    Program(ProgramId),
    /// Who runs the house: published workshops, no people.
    Operator,
    /// Who audits: everything, as pseudonyms.
    Auditor,
    /// Anybody: published workshops, no people, no figures by program.
    Public,
}

impl Scope {
    pub(super) fn program(&self) -> Option<&str> {
        match self {
            Self::Program(program) => Some(program.as_str()),
            Self::Operator | Self::Auditor | Self::Public => None,
        }
    }

    pub(super) fn sees_all(&self) -> bool {
        match self {
            Self::Auditor => true,
            Self::Program(_) | Self::Operator | Self::Public => false,
        }
    }
}
