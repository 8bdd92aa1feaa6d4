//! Who asks, as far as it matters for what they see.

use anmeldewerk_contract::problem::Code;
use anmeldewerk_domain::{LinkHash, ProgramId};
use anmeldewerk_read_model::query::Scope;
use anmeldewerk_service::{
    auth::{Caller, Credentials, Role},
    problem::Problem,
};

/// Who asks. Of several roles the first one of this list counts.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Viewer {
    /// The coordination office of a program.
    Coordinator(ProgramId),
    /// A program's own system.
    Feeder(ProgramId),
    /// Who audits: everything, as pseudonyms.
    Auditor,
    /// Who reads a program's figures.
    Reporter(ProgramId),
    /// Who runs the house.
    Operator,
    /// A token without a role of ours, or without the program that its role is about.
    Stranger,
    /// A participant, by the secret of their own registration.
    Participant(LinkHash),
    /// Anybody.
    Public,
}

/// How much of a person somebody sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sight {
    /// Identity, contact and needs.
    Whole,
    /// Identity and contact.
    WithoutNeeds,
    /// The person's id.
    Pseudonym,
}

impl Viewer {
    /// Finds out who asks.
    pub(crate) fn of(credentials: &Credentials) -> Self {
        match credentials {
            Credentials::Bearer(caller) => Self::of_caller(caller),
            Credentials::Participant(secret) => Self::Participant(LinkHash(secret.0)),
            Credentials::Anonymous => Self::Public,
        }
    }

    fn of_caller(caller: &Caller) -> Self {
        let program = || caller.program.as_deref().and_then(ProgramId::new);
        let among = |role: Role| caller.has(&[role]).then_some(());
        let of_program = |role: Role| among(role).and_then(|()| program());
        of_program(Role::Coordinator)
            .map(Self::Coordinator)
            .or_else(|| of_program(Role::Feeder).map(Self::Feeder))
            .or_else(|| among(Role::Auditor).map(|()| Self::Auditor))
            .or_else(|| of_program(Role::Reporter).map(Self::Reporter))
            .or_else(|| among(Role::Operator).map(|()| Self::Operator))
            .unwrap_or(Self::Stranger)
    }

    /// Says whose rows are read.
    pub(crate) fn scope(&self) -> Scope {
        match self {
            Self::Coordinator(program) | Self::Reporter(program) => Scope::Program(program.clone()),
            Self::Feeder(program) => Scope::Feeder(program.clone()),
            Self::Auditor => Scope::Auditor,
            Self::Operator => Scope::Operator,
            Self::Participant(_) => Scope::Participant,
            Self::Stranger | Self::Public => Scope::Public,
        }
    }

    /// Refuses those who have no role of ours.
    pub(crate) fn require_role(&self) -> Result<(), Problem> {
        match self {
            Self::Coordinator(_)
            | Self::Feeder(_)
            | Self::Auditor
            | Self::Reporter(_)
            | Self::Operator => Ok(()),
            Self::Stranger | Self::Participant(_) => Err(Code::Forbidden.into()),
            Self::Public => Err(Code::TokenMissing.into()),
        }
    }

    /// Refuses those to whom the figures of programs are of no concern.
    pub(crate) fn require_figures(&self) -> Result<(), Problem> {
        match self {
            Self::Coordinator(_) | Self::Feeder(_) | Self::Auditor | Self::Reporter(_) => Ok(()),
            Self::Operator | Self::Stranger | Self::Participant(_) => Err(Code::Forbidden.into()),
            Self::Public => Err(Code::TokenMissing.into()),
        }
    }

    /// Says whether somebody sees people at all, if only under pseudonyms.
    pub(crate) fn sees_persons(&self) -> bool {
        self.require_persons().is_ok()
    }

    /// Refuses those who may see no list of persons, not even under pseudonyms.
    pub(crate) fn require_persons(&self) -> Result<(), Problem> {
        match self {
            Self::Coordinator(_) | Self::Feeder(_) | Self::Auditor => Ok(()),
            Self::Reporter(_) | Self::Operator | Self::Stranger | Self::Participant(_) => {
                Err(Code::Forbidden.into())
            }
            Self::Public => Err(Code::TokenMissing.into()),
        }
    }

    /// Says whether somebody sees the figures of a workshop in which these programs take part.
    pub(crate) fn sees_figures(&self, participating: &[String]) -> bool {
        match self {
            Self::Coordinator(program) | Self::Feeder(program) | Self::Reporter(program) => {
                participating.iter().any(|other| other == program.as_str())
            }
            Self::Auditor => true,
            Self::Operator | Self::Stranger | Self::Participant(_) | Self::Public => false,
        }
    }

    /// Narrows the programs whose people are asked for to those that may be seen.
    ///
    /// A program's own system sees what it sent, even where the program is the host.
    pub(crate) fn narrow(&self, asked: Option<ProgramId>) -> Result<Option<ProgramId>, Problem> {
        match (self, asked) {
            (Self::Feeder(own), None) => Ok(Some(own.clone())),
            (Self::Feeder(own), Some(asked)) if *own != asked => Err(Code::Forbidden.into()),
            (_, asked) => Ok(asked),
        }
    }

    /// Gives the program whose people in all workshops are asked for: the caller's own; only auditors choose.
    pub(crate) fn own_program(
        &self,
        asked: Option<ProgramId>,
    ) -> Result<Option<ProgramId>, Problem> {
        match (self, asked) {
            (Self::Coordinator(own) | Self::Feeder(own) | Self::Reporter(own), None) => {
                Ok(Some(own.clone()))
            }
            (Self::Coordinator(own) | Self::Feeder(own) | Self::Reporter(own), Some(asked))
                if *own != asked =>
            {
                Err(Code::Forbidden.into())
            }
            (_, asked) => Ok(asked),
        }
    }

    /// Says how much of a person is seen whom a program has registered for a workshop of the host.
    ///
    /// They were found in the viewer's scope.
    pub(crate) fn sight(&self, host: &str, program: &str) -> Sight {
        let own = |viewer: &ProgramId| viewer.as_str() == program;
        match self {
            Self::Coordinator(viewer) if own(viewer) || viewer.as_str() == host => Sight::Whole,
            Self::Feeder(viewer) if own(viewer) => Sight::WithoutNeeds,
            // Only by its own secret is a registration found for a participant.
            Self::Participant(_) => Sight::Whole,
            Self::Coordinator(_)
            | Self::Feeder(_)
            | Self::Auditor
            | Self::Reporter(_)
            | Self::Operator
            | Self::Stranger
            | Self::Public => Sight::Pseudonym,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn program(slug: &str) -> ProgramId {
        ProgramId::new(slug).expect("a slug")
    }

    fn of(program: Option<&str>, roles: &[Role]) -> Viewer {
        Viewer::of(&Credentials::Bearer(Caller {
            sub: "subject-1".to_owned(),
            issuer: "https://issuer.invalid".to_owned(),
            program: program.map(str::to_owned),
            roles: roles.iter().copied().collect(),
        }))
    }

    #[test]
    fn the_role_that_sees_most_counts() {
        let several = [Role::Operator, Role::Feeder, Role::Coordinator];
        assert_eq!(of(Some("sh"), &several), Viewer::Coordinator(program("sh")));
        assert_eq!(of(None, &several), Viewer::Operator);
        assert_eq!(of(None, &[Role::Reporter]), Viewer::Stranger);
        assert_eq!(of(Some("SH"), &[Role::Feeder]), Viewer::Stranger);
        assert_eq!(of(Some("sh"), &[]), Viewer::Stranger);
    }

    #[test]
    fn only_offices_their_systems_and_auditors_see_lists_of_persons() {
        let sh = || program("sh");
        for allowed in [
            Viewer::Coordinator(sh()),
            Viewer::Feeder(sh()),
            Viewer::Auditor,
        ] {
            assert_eq!(allowed.require_persons(), Ok(()), "{allowed:?}");
        }
        let participant = Viewer::Participant(LinkHash([7; 32]));
        for refused in [
            Viewer::Reporter(sh()),
            Viewer::Operator,
            Viewer::Stranger,
            participant,
        ] {
            let expected = Err(Problem::new(Code::Forbidden));
            assert_eq!(refused.require_persons(), expected, "{refused:?}");
        }
        let expected = Err(Problem::new(Code::TokenMissing));
        assert_eq!(Viewer::Public.require_persons(), expected);
    }

    #[test]
    fn a_system_sees_its_own_people_without_their_needs_and_nobody_elses() {
        let feeder = Viewer::Feeder(program("mv"));
        assert_eq!(feeder.sight("sh", "mv"), Sight::WithoutNeeds);
        let of_the_host = Viewer::Feeder(program("sh"));
        assert_eq!(of_the_host.sight("sh", "mv"), Sight::Pseudonym);
        assert_eq!(feeder.narrow(None), Ok(Some(program("mv"))));
        assert_eq!(feeder.narrow(Some(program("mv"))), Ok(Some(program("mv"))));
        let refused = feeder.narrow(Some(program("sh")));
        assert_eq!(refused, Err(Problem::new(Code::Forbidden)));
    }

    #[test]
    fn the_offices_of_the_host_and_of_the_program_see_the_whole_person() {
        for office in ["sh", "mv"] {
            let viewer = Viewer::Coordinator(program(office));
            assert_eq!(viewer.sight("sh", "mv"), Sight::Whole, "{office}");
        }
        let stranger = Viewer::Coordinator(program("bb"));
        assert_eq!(stranger.sight("sh", "mv"), Sight::Pseudonym);
        assert_eq!(Viewer::Auditor.sight("sh", "mv"), Sight::Pseudonym);
    }

    #[test]
    fn figures_are_for_those_who_take_part() {
        let taking_part = ["mv".to_owned(), "sh".to_owned()];
        assert!(Viewer::Reporter(program("mv")).sees_figures(&taking_part));
        assert!(Viewer::Auditor.sees_figures(&taking_part));
        assert!(!Viewer::Coordinator(program("bb")).sees_figures(&taking_part));
        assert!(!Viewer::Public.sees_figures(&taking_part));
    }
}
