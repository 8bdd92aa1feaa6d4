//! What a decision changes. Pure, total, and without rules: every event is matched by name.

use anmeldewerk_contract::{Position, Recorded};
use anmeldewerk_domain::{
    Boundary, Event, ProgramId, RegistrationId, WorkshopId, catalogue, program,
    workshop::{self, Amended, GroupSubmitted, Settings, Submitted, Substituted},
};

use crate::{
    change::{
        Arrival, Arrived, Change, Documented, Grouped, News, Noted, Restatement, Step, Successor,
        Sweep, SweepKind,
    },
    step,
};

/// Says what a decision changes, in order.
///
/// An event of another boundary's kind changes nothing, exactly as in the domain's `evolve`.
pub fn project(recorded: &Recorded) -> Vec<Change<'_>> {
    let decision = &recorded.decision;
    let events = decision.events.iter().enumerate();
    events
        .filter_map(|(index, event)| match (&decision.boundary, event) {
            (Boundary::Program(id), Event::Program(event)) => {
                Some(of_program(id, event, recorded.position))
            }
            (Boundary::Workshop(id), Event::Workshop(event)) => {
                let place = Place::new(recorded, *id, index);
                place.of_workshop(event).or_else(|| place.of_person(event))
            }
            (Boundary::Catalogue, Event::Catalogue(event)) => {
                Some(of_catalogue(event, recorded.position))
            }
            (Boundary::Program(_), Event::Workshop(_) | Event::Catalogue(_))
            | (Boundary::Workshop(_), Event::Program(_) | Event::Catalogue(_))
            | (Boundary::Catalogue, Event::Program(_) | Event::Workshop(_)) => None,
        })
        .collect()
}

/// Says which step an event makes whose registration take, if it does.
pub(crate) fn step(
    recorded: &Recorded,
    index: usize,
    event: &workshop::Event,
) -> Option<(RegistrationId, Step)> {
    // Whose workshop it is says nothing about the step.
    Place::new(recorded, WorkshopId(0), index).step(event)
}

fn of_program<'d>(id: &'d ProgramId, event: &'d program::Event, version: Position) -> Change<'d> {
    match event {
        program::Event::Registered(details) | program::Event::Amended(details) => Change::Program {
            id,
            details,
            version,
        },
        program::Event::MunicipalitiesListed(change) => Change::Municipalities {
            program: id,
            change,
            version,
        },
    }
}

fn of_catalogue(event: &catalogue::Event, version: Position) -> Change<'_> {
    let catalogue::Event::TopicStated { code, details } = event;
    Change::Topic {
        code,
        details,
        version,
    }
}

/// Where an event stands.
#[derive(Clone, Copy)]
struct Place<'d> {
    recorded: &'d Recorded,
    workshop: WorkshopId,
    version: Position,
    arrival: Arrival,
}

impl<'d> Place<'d> {
    fn new(recorded: &'d Recorded, workshop: WorkshopId, index: usize) -> Self {
        let version = recorded.position;
        Self {
            recorded,
            workshop,
            version,
            arrival: Arrival::new(version, index),
        }
    }

    /// Says what an event changes about the workshop as a whole.
    fn of_workshop(self, event: &'d workshop::Event) -> Option<Change<'d>> {
        use workshop::Event as E;
        match event {
            E::Created { host, settings } => Some(self.created(host, settings)),
            E::SettingsAmended {
                settings,
                guarantees_restated,
            } => Some(self.news(News::Settings {
                settings,
                guarantees_restated: *guarantees_restated,
            })),
            E::Published => Some(self.news(News::Published)),
            E::CalledOff { reason } => Some(self.sweep(SweepKind::CalledOff { reason: *reason })),
            E::Postponed { schedule } => Some(self.news(News::Postponed(schedule))),
            E::GuaranteeReleased { program, .. } => Some(self.news(News::Released(program))),
            E::DrawHeld { places, .. } => Some(self.sweep(SweepKind::Drawn {
                places,
                queued: self.arrival,
            })),
            E::GroupSubmitted(submitted) => Some(self.grouped(submitted)),
            E::AssignmentDrafted(draft) => Some(self.sweep(SweepKind::AssignmentDrafted(draft))),
            E::AssignmentPublished(result) => {
                Some(self.sweep(SweepKind::AssignmentPublished(result)))
            }
            E::DocumentAdded(added) => Some(Change::Documented(Documented {
                workshop: self.workshop,
                added,
                at: self.recorded.decision.decided_at,
                version: self.version,
            })),
            E::AttendanceTaken(taken) => Some(self.sweep(SweepKind::AttendanceTaken(taken))),
            E::AttendanceClosed { sessions } => {
                Some(self.sweep(SweepKind::AttendanceClosed(sessions)))
            }
            E::PassedOver(_)
            | E::Submitted(_)
            | E::EmailConfirmed { .. }
            | E::Held { .. }
            | E::Confirmed { .. }
            | E::Waitlisted { .. }
            | E::Offered { .. }
            | E::Declined { .. }
            | E::Lapsed { .. }
            | E::Cancelled { .. }
            | E::Amended(_)
            | E::Substituted(_)
            | E::Merged { .. }
            | E::Reinstated { .. }
            | E::MovedToWaitlist { .. }
            | E::Noted { .. }
            | E::LinkRenewed { .. }
            | E::TopicAssigned(_) => None,
        }
    }

    /// Says what an event changes about one registration, or two.
    fn of_person(self, event: &'d workshop::Event) -> Option<Change<'d>> {
        use workshop::Event as E;
        match event {
            E::Submitted(submitted) => Some(self.arrived(submitted)),
            E::Amended(amended) => Some(self.amended(amended)),
            E::LinkRenewed { registration, link } => {
                Some(self.restated(*registration, Restatement::Link(*link)))
            }
            E::Noted { registration, note } => Some(Change::Noted(Noted {
                workshop: self.workshop,
                registration: *registration,
                note,
                decision: self.recorded.decision.id,
                at: self.arrival,
            })),
            E::Substituted(substituted) => Some(self.substituted(substituted)),
            E::TopicAssigned(assigned) => Some(self.sweep(SweepKind::TopicAssigned(assigned))),
            E::Merged {
                registration,
                into,
                takes_state,
                takes_place,
            } => Some(self.sweep(SweepKind::Merged {
                registration: *registration,
                into: *into,
                takes_state: *takes_state,
                takes_place: *takes_place,
            })),
            event => {
                let (registration, step) = self.step(event)?;
                Some(Change::Moved {
                    workshop: self.workshop,
                    registration,
                    step,
                })
            }
        }
    }

    /// Says which step an event makes whose registration take.
    fn step(self, event: &workshop::Event) -> Option<(RegistrationId, Step)> {
        use workshop::Event as E;
        let (version, arrival) = (self.version, self.arrival);
        match event {
            E::EmailConfirmed { registration } => {
                Some((*registration, step::email_confirmed(arrival)))
            }
            E::Held {
                registration,
                cause,
            } => Some((*registration, step::held(*cause, version))),
            E::Confirmed {
                registration,
                cause,
            } => Some((*registration, step::confirmed(*cause, version))),
            E::Waitlisted { registration, .. } => Some((*registration, step::waitlisted(version))),
            E::Offered {
                registration,
                expires,
                cause,
            } => Some((*registration, step::offered(*expires, *cause, version))),
            E::Declined {
                registration,
                reason,
            } => Some((*registration, step::declined(*reason, version))),
            E::Lapsed {
                registration,
                lapse,
            } => Some((*registration, step::lapsed(*lapse, version))),
            E::Cancelled { registration, by } => {
                Some((*registration, step::cancelled(*by, version)))
            }
            E::Reinstated {
                registration,
                reason,
                overridden,
            } => Some((
                *registration,
                step::reinstated(*reason, *overridden, arrival),
            )),
            E::MovedToWaitlist {
                registration,
                reason,
                ..
            } => Some((*registration, step::moved_to_waitlist(*reason, version))),
            E::Created { .. }
            | E::SettingsAmended { .. }
            | E::Published
            | E::CalledOff { .. }
            | E::Postponed { .. }
            | E::GuaranteeReleased { .. }
            | E::DrawHeld { .. }
            | E::PassedOver(_)
            | E::GroupSubmitted(_)
            | E::Submitted(_)
            | E::Amended(_)
            | E::Substituted(_)
            | E::Merged { .. }
            | E::Noted { .. }
            | E::LinkRenewed { .. }
            | E::AssignmentDrafted(_)
            | E::AssignmentPublished(_)
            | E::AttendanceTaken(_)
            | E::AttendanceClosed { .. }
            | E::DocumentAdded(_)
            | E::TopicAssigned(_) => None,
        }
    }

    fn created(self, host: &'d ProgramId, settings: &'d Settings) -> Change<'d> {
        Change::WorkshopCreated {
            id: self.workshop,
            host,
            settings,
            version: self.version,
        }
    }

    fn news(self, news: News<'d>) -> Change<'d> {
        Change::Workshop {
            id: self.workshop,
            news,
            version: self.version,
        }
    }

    fn sweep(self, kind: SweepKind<'d>) -> Change<'d> {
        Change::Sweep(Sweep {
            workshop: self.workshop,
            kind,
            at: self.recorded.decision.decided_at,
            version: self.version,
        })
    }

    fn restated(self, registration: RegistrationId, restatement: Restatement<'d>) -> Change<'d> {
        Change::Restated {
            workshop: self.workshop,
            registration,
            restatement,
            version: self.version,
        }
    }

    fn amended(self, amended: &'d Amended) -> Change<'d> {
        let decision = self.recorded.decision.id;
        self.restated(
            amended.registration,
            Restatement::Amended { amended, decision },
        )
    }

    fn arrived(self, submitted: &'d Submitted) -> Change<'d> {
        Change::Arrived(Arrived {
            workshop: self.workshop,
            submitted,
            decision: self.recorded.decision.id,
            arrival: self.arrival,
            at: self.recorded.decision.decided_at,
        })
    }

    fn substituted(self, substituted: &'d Substituted) -> Change<'d> {
        self.sweep(SweepKind::Substituted(Successor {
            substituted,
            decision: self.recorded.decision.id,
            arrival: self.arrival,
            at: self.recorded.decision.decided_at,
        }))
    }

    fn grouped(self, submitted: &'d GroupSubmitted) -> Change<'d> {
        Change::Grouped(Grouped {
            workshop: self.workshop,
            submitted,
            decision: self.recorded.decision.id,
            arrival: self.arrival,
        })
    }
}
