//! Who is answered, as `x-roles` says it.
//!
//! `coordinator` is the office of the registration's own program, `host_coordinator` that of the workshop's host;
//! `participant` bears the secret of their own registration, `public` nothing.

/// Everybody, with or without a token.
pub(crate) const EVERYBODY: &[&str] = &[
    "feeder",
    "coordinator",
    "host_coordinator",
    "reporter",
    "auditor",
    "operator",
    "participant",
    "public",
];

/// Whoever has a token with a role.
pub(crate) const WITH_A_ROLE: &[&str] = &[
    "feeder",
    "coordinator",
    "host_coordinator",
    "reporter",
    "auditor",
    "operator",
];

/// Who sees persons, or pseudonyms.
pub(crate) const PERSONS: &[&str] = &["feeder", "coordinator", "host_coordinator", "auditor"];

/// The same, and the participant themselves.
pub(crate) const PERSONS_AND_PARTICIPANT: &[&str] = &[
    "feeder",
    "coordinator",
    "host_coordinator",
    "auditor",
    "participant",
];

/// Who reads the figures of programs.
pub(crate) const FIGURES: &[&str] = &[
    "feeder",
    "coordinator",
    "host_coordinator",
    "reporter",
    "auditor",
];

/// Who learns who was shown data.
pub(crate) const CONCERNED: &[&str] =
    &["coordinator", "host_coordinator", "auditor", "participant"];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ask::Viewer;
    use anmeldewerk_domain::{LinkHash, ProgramId};

    fn viewer(role: &str) -> Viewer {
        let program = || ProgramId::new("sh").expect("a slug");
        match role {
            "feeder" => Viewer::Feeder(program()),
            "coordinator" | "host_coordinator" => Viewer::Coordinator(program()),
            "reporter" => Viewer::Reporter(program()),
            "auditor" => Viewer::Auditor,
            "operator" => Viewer::Operator,
            "participant" => Viewer::Participant(LinkHash([7; 32])),
            "public" => Viewer::Public,
            other => panic!("{other} is no role"),
        }
    }

    #[test]
    fn the_lists_name_those_whom_the_checks_let_in() {
        for role in EVERYBODY {
            let viewer = viewer(role);
            let with_a_role = viewer.require_role().is_ok();
            assert_eq!(WITH_A_ROLE.contains(role), with_a_role, "{role}");
            let persons = viewer.require_persons().is_ok();
            assert_eq!(PERSONS.contains(role), persons, "{role}");
            let figures = viewer.require_figures().is_ok();
            assert_eq!(FIGURES.contains(role), figures, "{role}");
            let themselves = *role == "participant";
            let shown = PERSONS_AND_PARTICIPANT.contains(role);
            assert_eq!(shown, persons || themselves, "{role}");
        }
    }
}
