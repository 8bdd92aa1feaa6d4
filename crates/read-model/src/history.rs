//! What has happened, event by event: the history of everything, and the feed of changes. Pure and total.

use anmeldewerk_contract::{Recorded, event_type};
use anmeldewerk_domain::{
    Boundary, Event, ProgramId, RegistrationId, WorkshopId,
    workshop::{self, AttendanceTaken, Reason},
};

use crate::{RegistrationState, change::Next, change::Step, project};

/// One event, without what is personal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Happened<'d> {
    pub(crate) recorded: &'d Recorded,
    /// Which of the decision's events.
    pub(crate) ordinal: usize,
    /// Its type, as in the log.
    pub(crate) kind: &'static str,
    pub(crate) workshop: Option<WorkshopId>,
    /// The program that the event names itself.
    pub(crate) program: Option<&'d ProgramId>,
    pub(crate) registration: Option<RegistrationId>,
    /// The successor, or the one that goes on.
    pub(crate) other: Option<RegistrationId>,
    /// Where the registration stands after it.
    pub(crate) state: Option<RegistrationState>,
    /// Particulars of the step.
    pub(crate) step: Option<Step>,
    pub(crate) reason: Option<Reason>,
}

/// Lists what has happened; an event of another boundary's kind has not, exactly as in [`project`](crate::project).
pub(crate) fn history(recorded: &Recorded) -> impl Iterator<Item = Happened<'_>> {
    let events = recorded.decision.events.iter().enumerate();
    events.filter_map(move |(ordinal, event)| {
        let kind = event_type(event);
        let bare = Happened {
            recorded,
            ordinal,
            kind,
            workshop: None,
            program: None,
            registration: None,
            other: None,
            state: None,
            step: None,
            reason: None,
        };
        match (&recorded.decision.boundary, event) {
            (Boundary::Program(id), Event::Program(_)) => Some(Happened {
                program: Some(id),
                ..bare
            }),
            (Boundary::Workshop(id), Event::Workshop(event)) => Some(of_workshop(
                Happened {
                    workshop: Some(*id),
                    ..bare
                },
                event,
            )),
            (Boundary::Catalogue, Event::Catalogue(_)) => Some(bare),
            (Boundary::Program(_), Event::Workshop(_) | Event::Catalogue(_))
            | (Boundary::Workshop(_), Event::Program(_) | Event::Catalogue(_))
            | (Boundary::Catalogue, Event::Program(_) | Event::Workshop(_)) => None,
        }
    })
}

fn of_workshop<'d>(bare: Happened<'d>, event: &'d workshop::Event) -> Happened<'d> {
    use workshop::Event as E;
    let of = |registration: RegistrationId| Happened {
        registration: Some(registration),
        ..bare
    };
    match event {
        E::Created { host, .. } => Happened {
            program: Some(host),
            ..bare
        },
        E::CalledOff { reason } => Happened {
            reason: Some(*reason),
            ..bare
        },
        E::GuaranteeReleased { program, .. } => Happened {
            program: Some(program),
            ..bare
        },
        E::GroupSubmitted(submitted) => Happened {
            program: Some(&submitted.program),
            ..bare
        },
        E::Submitted(submitted) => Happened {
            program: Some(&submitted.program),
            state: Some(RegistrationState::Submitted),
            reason: submitted.overridden,
            ..of(submitted.registration)
        },
        E::Substituted(substituted) => Happened {
            other: Some(substituted.successor),
            state: Some(RegistrationState::Transferred),
            reason: substituted.reason,
            ..of(substituted.registration)
        },
        E::Merged {
            registration, into, ..
        } => Happened {
            other: Some(*into),
            state: Some(RegistrationState::Merged),
            ..of(*registration)
        },
        E::Amended(amended) => of(amended.registration),
        E::Noted { registration, .. } | E::LinkRenewed { registration, .. } => of(*registration),
        E::TopicAssigned(assigned) => Happened {
            reason: Some(assigned.reason),
            ..of(assigned.registration)
        },
        E::AttendanceTaken(taken) => attended(bare, taken),
        E::AssignmentDrafted(_)
        | E::AssignmentPublished(_)
        | E::AttendanceClosed { .. }
        | E::DocumentAdded(_)
        | E::SettingsAmended { .. }
        | E::Published
        | E::Postponed { .. }
        | E::DrawHeld { .. }
        | E::PassedOver(_)
        | E::EmailConfirmed { .. }
        | E::Held { .. }
        | E::Confirmed { .. }
        | E::Waitlisted { .. }
        | E::Offered { .. }
        | E::Declined { .. }
        | E::Lapsed { .. }
        | E::Cancelled { .. }
        | E::Reinstated { .. }
        | E::MovedToWaitlist { .. } => stepped(bare, event),
    }
}

/// What was stated of one person alone stands in their history.
fn attended<'d>(bare: Happened<'d>, taken: &AttendanceTaken) -> Happened<'d> {
    let alone = match taken.entries.as_slice() {
        [(registration, _)] => Some(*registration),
        _ => None,
    };
    Happened {
        registration: alone,
        reason: taken.reason,
        ..bare
    }
}

/// Adds where an event has brought a registration, if it has.
fn stepped<'d>(bare: Happened<'d>, event: &workshop::Event) -> Happened<'d> {
    match project::step(bare.recorded, bare.ordinal, event) {
        None => bare,
        Some((registration, step)) => Happened {
            registration: Some(registration),
            state: Some(step.state),
            reason: match step.reason {
                Next::Same => None,
                Next::Is(reason) => reason,
            },
            step: Some(step),
            ..bare
        },
    }
}
