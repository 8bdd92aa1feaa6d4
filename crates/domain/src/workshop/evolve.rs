//! The fold: what each event means for the state. No rules, and nothing can fail.

use super::{Event, Registration, Settings, Situation, State, Status, Submitted, Workshop};
use crate::{ProgramId, RegistrationId};

/// Folds an event into the state.
#[must_use]
pub fn evolve(state: State, event: &Event) -> State {
    match (state, event) {
        (State::Unborn, Event::Created { host, settings }) => born(host, settings),
        (
            State::Unborn,
            Event::Published
            | Event::Submitted(_)
            | Event::Confirmed { .. }
            | Event::Waitlisted { .. }
            | Event::Cancelled { .. },
        ) => State::Unborn,
        (State::Exists(workshop), event) => State::Exists(fold(workshop, event)),
    }
}

fn born(host: &ProgramId, settings: &Settings) -> State {
    State::Exists(Box::new(Workshop::draft(host.clone(), settings.clone())))
}

fn fold(mut workshop: Box<Workshop>, event: &Event) -> Box<Workshop> {
    match event {
        Event::Created { .. } => {}
        Event::Published => workshop.status = Status::Published,
        Event::Submitted(submitted) => arrive(&mut workshop, submitted),
        Event::Confirmed { registration, .. } => {
            settle_in(&mut workshop, *registration, Situation::Confirmed);
        }
        Event::Waitlisted { registration, .. } => {
            settle_in(&mut workshop, *registration, Situation::Waitlisted);
        }
        Event::Cancelled { registration, .. } => {
            settle_in(&mut workshop, *registration, Situation::Cancelled);
        }
    }
    workshop
}

fn arrive(workshop: &mut Workshop, submitted: &Submitted) {
    let id = submitted.registration;
    let registration = Registration {
        number: submitted.number,
        person: submitted.person,
        program: submitted.program.clone(),
        municipality: submitted.municipality.clone(),
        link: submitted.link,
        arrival: workshop.arrivals,
        situation: Situation::Submitted,
    };
    workshop.arrivals = workshop.arrivals.saturating_add(1);
    workshop.numbers.insert(submitted.number);
    workshop.live.insert(submitted.person, id);
    if let Some(reference) = submitted.reference {
        workshop.references.insert(reference, id);
    }
    workshop.registrations.insert(id, registration);
}

/// Moves a registration to another situation, and keeps seats, queue and persons in step.
fn settle_in(workshop: &mut Workshop, id: RegistrationId, next: Situation) {
    let Some(registration) = workshop.registrations.get_mut(&id) else {
        return;
    };
    let before = std::mem::replace(&mut registration.situation, next);
    let (arrival, person) = (registration.arrival, registration.person);
    match before {
        Situation::Confirmed => workshop.seated = workshop.seated.saturating_sub(1),
        Situation::Waitlisted => drop(workshop.queue.remove(&arrival)),
        Situation::Submitted | Situation::Cancelled => {}
    }
    match next {
        Situation::Confirmed => workshop.seated = workshop.seated.saturating_add(1),
        Situation::Waitlisted => drop(workshop.queue.insert(arrival, id)),
        Situation::Submitted => {}
        Situation::Cancelled => drop(workshop.live.remove(&person)),
    }
}
