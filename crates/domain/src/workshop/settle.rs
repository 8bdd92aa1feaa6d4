//! What is due by itself: lapses, releases, and seats that pass on.

use super::{Event, Lapse, Release, Situation, State, Status, Workshop, evolve, passing::After};
use crate::{Instant, ProgramId};

/// The most lapses in one decision; the rest is due at once.
const MOST_LAPSES: usize = 200;

/// Gives what is due at `at`: all lapses, then all releases, then seats passing on.
///
/// What is more than one decision may hold is due at once: asked again on the state that these
/// events lead to, it gives the next part, and in the end nothing.
#[must_use]
pub fn settle(state: &State, at: Instant) -> Vec<Event> {
    let State::Exists(workshop) = state else {
        return Vec::new();
    };
    if workshop.status != Status::Published {
        return Vec::new();
    }
    let lapses = lapses(workshop, at);
    if lapses.len() >= MOST_LAPSES {
        return lapses;
    }
    let releases = releases(workshop, at);
    if lapses.is_empty() && releases.is_empty() {
        return After::of(workshop).pass_on(at);
    }
    let due: Vec<Event> = lapses.into_iter().chain(releases).collect();
    pass_on_behind(workshop, due, at)
}

fn lapses(workshop: &Workshop, at: Instant) -> Vec<Event> {
    let due = workshop.lapsing.iter();
    let due = due.take_while(|(instant, _)| *instant <= at);
    let lapsed = due.filter_map(|(_, id)| {
        let registration = workshop.registrations.get(id)?;
        let lapse = match registration.situation {
            Situation::Offered { .. } => Lapse::Offer,
            _ => Lapse::Email,
        };
        Some(Event::Lapsed {
            registration: *id,
            lapse,
        })
    });
    lapsed.take(MOST_LAPSES).collect()
}

fn releases(workshop: &Workshop, at: Instant) -> Vec<Event> {
    let kept = workshop.settings.guarantees.iter();
    let due = kept.filter(|(program, kept)| {
        !workshop.released.contains(*program)
            && kept.release.is_some_and(|release| release.reached(at))
    });
    due.map(|(program, _)| released(program, Release::Due))
        .collect()
}

fn released(program: &ProgramId, release: Release) -> Event {
    Event::GuaranteeReleased {
        program: program.clone(),
        release,
    }
}

fn pass_on_behind(workshop: &Workshop, due: Vec<Event>, at: Instant) -> Vec<Event> {
    let mut released = workshop.released.clone();
    for event in &due {
        if let Event::GuaranteeReleased { program, .. } = event {
            released.insert(program.clone());
        }
    }
    let mut after = After::with_settings(workshop, &workshop.settings, &released);
    for event in &due {
        if let Event::Lapsed { registration, .. } = event
            && let Some(lapsed) = workshop.registrations.get(registration)
        {
            after.leaves(*registration, lapsed);
        }
    }
    let passed = after.pass_on(at);
    due.into_iter().chain(passed).collect()
}

/// Gives the instant at which something is due next in a state that was decided at `at`.
///
/// It is `at` itself where something is due already.
#[must_use]
pub fn due(state: &State, at: Instant) -> Option<Instant> {
    let State::Exists(workshop) = state else {
        return None;
    };
    if workshop.status != Status::Published {
        return None;
    }
    if !settle(state, at).is_empty() {
        return Some(at);
    }
    let lapse = workshop.lapsing.first().map(|(instant, _)| *instant);
    let kept = workshop.settings.guarantees.iter();
    let releases = kept.filter(|(program, _)| !workshop.released.contains(*program));
    let releases = releases.filter_map(|(_, kept)| kept.release);
    let release = releases.map(|release| release.instant).min();
    lapse.into_iter().chain(release).min()
}

/// Settles everything that is due at `at`, however many decisions it takes; for laws and models.
#[must_use]
pub fn settled(mut state: State, at: Instant) -> State {
    loop {
        let events = settle(&state, at);
        if events.is_empty() {
            return state;
        }
        state = events.iter().fold(state, evolve);
    }
}
