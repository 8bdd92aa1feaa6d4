//! The workshop itself: made, stated anew, published, called off, moved, its guarantees released.

use std::collections::BTreeSet;

use super::{Case, Event, Rejection};
use crate::{
    ProgramId,
    workshop::{Reason, Release, Schedule, Settings, SettingsFault, Status, passing::After},
};

pub(super) fn create(host: &ProgramId, settings: &Settings) -> Result<Vec<Event>, Rejection> {
    sound(host, settings, &BTreeSet::new())?;
    Ok(vec![Event::Created {
        host: host.clone(),
        settings: Box::new(settings.clone()),
    }])
}

fn sound(
    host: &ProgramId,
    settings: &Settings,
    released: &BTreeSet<ProgramId>,
) -> Result<(), Rejection> {
    if let Some(fault) = settings.fault(host) {
        return Err(Rejection::Settings(fault));
    }
    if settings.guarantees_fit(released) {
        Ok(())
    } else {
        Err(Rejection::Settings(SettingsFault::GuaranteesOverCapacity))
    }
}

/// States the settings anew. More seats pass on at once; fewer evict nobody.
pub(super) fn amend(
    case: &Case<'_>,
    settings: &Settings,
    guarantees_restated: bool,
) -> Result<Vec<Event>, Rejection> {
    let workshop = case.workshop;
    case.takes_place()?;
    let none = BTreeSet::new();
    let released = if guarantees_restated {
        &none
    } else {
        &workshop.released
    };
    if workshop.settings == *settings && workshop.released == *released {
        return Ok(Vec::new());
    }
    sound(&workshop.host, settings, released)?;
    if workshop.drawn && settings.admission != workshop.settings.admission {
        return Err(Rejection::Settings(SettingsFault::AdmissionAfterDraw));
    }
    let amended = Event::SettingsAmended {
        settings: Box::new(settings.clone()),
        guarantees_restated,
    };
    let passed = After::with_settings(workshop, settings, released).pass_on(case.at);
    Ok(first(amended, passed))
}

pub(super) fn publish(case: &Case<'_>) -> Result<Vec<Event>, Rejection> {
    match case.workshop.status {
        Status::Draft => Ok(vec![Event::Published]),
        Status::Published => Ok(Vec::new()),
        Status::Cancelled => Err(case.wrong_status()),
    }
}

/// Calls the workshop off: one event for everybody, and nothing passes on.
pub(super) fn call_off(case: &Case<'_>, reason: Reason) -> Result<Vec<Event>, Rejection> {
    case.takes_place()?;
    Ok(vec![Event::CalledOff { reason }])
}

/// Moves the workshop to another time; states, seats and places stay.
pub(super) fn postpone(case: &Case<'_>, schedule: &Schedule) -> Result<Vec<Event>, Rejection> {
    case.takes_place()?;
    if case.workshop.settings.schedule == *schedule {
        return Ok(Vec::new());
    }
    let moved = Settings {
        schedule: schedule.clone(),
        ..case.workshop.settings.clone()
    };
    sound(&case.workshop.host, &moved, &case.workshop.released)?;
    Ok(vec![Event::Postponed {
        schedule: Box::new(schedule.clone()),
    }])
}

/// Gives the seats kept for a program to all who wait.
pub(super) fn release(case: &Case<'_>, program: &ProgramId) -> Result<Vec<Event>, Rejection> {
    let workshop = case.workshop;
    if !workshop.settings.guarantees.contains_key(program) {
        return Err(Rejection::NotFound);
    }
    case.takes_place()?;
    let mut released = workshop.released.clone();
    if !released.insert(program.clone()) {
        return Ok(Vec::new());
    }
    let event = Event::GuaranteeReleased {
        program: program.clone(),
        release: Release::ByHand,
    };
    let passed = After::with_settings(workshop, &workshop.settings, &released).pass_on(case.at);
    Ok(first(event, passed))
}

/// Puts an event before what follows from it.
pub(super) fn first(event: Event, follows: Vec<Event>) -> Vec<Event> {
    [event].into_iter().chain(follows).collect()
}
