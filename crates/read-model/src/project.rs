//! What a decision changes. Pure, total, and without rules: every event is matched by name.

use anmeldewerk_contract::{Position, Recorded};
use anmeldewerk_domain::{
    Boundary, Event, ProgramId, WorkshopId, program,
    workshop::{self, Canceller, Cause, Situation, Status},
};

use crate::change::{Arrival, Arrived, Change, Step};

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
                Some(of_workshop(recorded, *id, index, event))
            }
            (Boundary::Program(_), Event::Workshop(_))
            | (Boundary::Workshop(_), Event::Program(_)) => None,
        })
        .collect()
}

fn of_program<'d>(id: &'d ProgramId, event: &'d program::Event, version: Position) -> Change<'d> {
    match event {
        program::Event::Registered(details) | program::Event::Amended(details) => Change::Program {
            id,
            details,
            version,
        },
    }
}

fn of_workshop<'d>(
    recorded: &'d Recorded,
    id: WorkshopId,
    index: usize,
    event: &'d workshop::Event,
) -> Change<'d> {
    let version = recorded.position;
    let moved = |registration, step| Change::Moved {
        workshop: id,
        registration,
        step,
    };
    match event {
        workshop::Event::Created { host, settings } => Change::WorkshopCreated {
            id,
            host,
            settings,
            version,
        },
        workshop::Event::Published => Change::WorkshopMoved {
            id,
            status: Status::Published,
            version,
        },
        workshop::Event::Submitted(submitted) => Change::Arrived(Arrived {
            workshop: id,
            submitted,
            decision: recorded.decision.id,
            arrival: Arrival::new(version, index),
            at: recorded.decision.decided_at,
        }),
        workshop::Event::Confirmed {
            registration,
            cause,
        } => moved(*registration, confirmed(*cause, version)),
        workshop::Event::Waitlisted {
            registration,
            place: _,
        } => moved(*registration, waitlisted(version)),
        workshop::Event::Cancelled { registration, by } => {
            moved(*registration, cancelled(*by, version))
        }
    }
}

fn confirmed(cause: Cause, version: Position) -> Step {
    Step {
        situation: Situation::Confirmed,
        cause: Some(cause),
        cancelled: None,
        version,
    }
}

fn waitlisted(version: Position) -> Step {
    Step {
        situation: Situation::Waitlisted,
        cause: None,
        cancelled: None,
        version,
    }
}

fn cancelled(by: Canceller, version: Position) -> Step {
    Step {
        situation: Situation::Cancelled,
        cause: None,
        cancelled: Some(by),
        version,
    }
}

/// Where a registration stands that has come in and has no outcome yet.
pub(crate) fn submitted(version: Position) -> Step {
    Step {
        situation: Situation::Submitted,
        cause: None,
        cancelled: None,
        version,
    }
}
