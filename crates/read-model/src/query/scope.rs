//! Whose rows a caller may see.

use anmeldewerk_domain::ProgramId;

/// Who asks. Statements decide by it what is seen, and every connection is bound to one for good, so that the
/// database decides it once more.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// A program: published workshops and its own drafts, the people of its workshops, its own people everywhere.
    Program(ProgramId),
    /// A program's own system: the same without the people of others.
    Feeder(ProgramId),
    /// Who runs the house: published workshops, no people.
    Operator,
    /// Who audits: everything, as pseudonyms.
    Auditor,
    /// A participant: published workshops, and the one registration whose secret they bear.
    Participant,
    /// Anybody: published workshops, no people, no figures by program.
    Public,
}

impl Scope {
    pub(super) fn program(&self) -> Option<&str> {
        match self {
            Self::Program(program) | Self::Feeder(program) => Some(program.as_str()),
            Self::Operator | Self::Auditor | Self::Participant | Self::Public => None,
        }
    }

    /// Gives the program of whose workshops all people are seen.
    pub(super) fn host(&self) -> Option<&str> {
        match self {
            Self::Program(program) => Some(program.as_str()),
            Self::Feeder(_) | Self::Operator | Self::Auditor | Self::Participant | Self::Public => {
                None
            }
        }
    }

    pub(super) fn sees_all(&self) -> bool {
        match self {
            Self::Auditor => true,
            Self::Program(_)
            | Self::Feeder(_)
            | Self::Operator
            | Self::Participant
            | Self::Public => false,
        }
    }

    /// Gives what binds a connection to the scope: settings that the policies of the tables ask for.
    pub(super) fn settings(&self) -> Vec<(&'static str, &str)> {
        let name = match self {
            Self::Program(_) => "program",
            Self::Feeder(_) => "feeder",
            Self::Operator => "operator",
            Self::Auditor => "auditor",
            Self::Participant => "participant",
            Self::Public => "public",
        };
        let program = self.program().map(|program| ("app.program", program));
        [("app.scope", name)].into_iter().chain(program).collect()
    }
}
