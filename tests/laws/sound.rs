//! What holds after every decision, whatever the model thinks.

use std::collections::BTreeSet;

use anmeldewerk_domain::{
    Command, Event, Instant, PersonId, Rejection, State, due, settle,
    workshop::{self, Cause, Registration, Situation, Workshop, admits},
};

use crate::{asks::Ask, run, words};

/// Far behind everything a law speaks of.
const LATE: i64 = 100_000;

/// Something is due exactly when `due` says so, between `from` and `to`.
pub(crate) fn due_is_true(state: &State, from: Instant, to: Instant) {
    match due(state, from) {
        Some(now) if now <= from => {
            assert!(
                !settle(state, from).is_empty(),
                "nothing is due at {from:?}"
            );
        }
        Some(then) => {
            let before = Instant::from_micros(then.as_micros() - 1).min(to.max(from));
            assert_eq!(settle(state, before), [], "due before {then:?}");
            assert!(
                !settle(state, then).is_empty(),
                "nothing is due at {then:?}"
            );
        }
        None => assert_eq!(
            settle(state, words::at(LATE)),
            [],
            "something is due at last"
        ),
    }
}

/// Nothing is due, and nobody waits for whom there is a seat.
pub(crate) fn settled(workshop: &Workshop, at: Instant) {
    let state = State::Workshop(anmeldewerk_domain::workshop::State::Exists(Box::new(
        workshop.clone(),
    )));
    assert_eq!(settle(&state, at), [], "it is settled");
    if let Some(due) = run::due_after(&state, at) {
        assert!(due > at);
    }
    for (id, registration) in &workshop.registrations {
        let lapses = registration.situation.lapses();
        assert!(lapses.is_none_or(|lapses| lapses > at), "{id:?} has lapsed");
    }
}

/// Whether somebody gets as far as looking for a seat is known before they are.
pub(crate) fn admitted(
    state: &State,
    at: Instant,
    command: &Command,
    decided: &Result<Vec<Event>, Rejection>,
) {
    let State::Workshop(state) = state else {
        panic!("a workshop: {state:?}");
    };
    let Command::Workshop(command) = command else {
        panic!("asked of a workshop: {command:?}");
    };
    match command {
        workshop::Command::Submit(submission) => {
            let early = admits(state, at, &submission.application);
            same_early(early, decided.as_ref().err());
        }
        workshop::Command::SubmitGroup(group) => {
            let all = group.members.iter().enumerate();
            let early = all.map(|(index, member)| (index, admits(state, at, &member.application)));
            let first = early.filter_map(|(index, early)| Some((index, early.err()?)));
            if let Some((first, early)) = first.into_iter().next() {
                let late = decided.as_ref().expect_err("a member is not admitted");
                let Rejection::Member { index, rejection } = late else {
                    panic!("{late:?} where {early:?}");
                };
                let early = asked_as(command.kind(), early);
                assert!(*index < first || (*index, &**rejection) == (first, &early));
            }
        }
        _ => {}
    }
}

/// A refusal names the command that was asked.
fn asked_as(command: &'static str, early: Rejection) -> Rejection {
    match early {
        Rejection::TransitionNotAllowed { state, .. } => {
            Rejection::TransitionNotAllowed { state, command }
        }
        early => early,
    }
}

/// A place that is stated is the place at that moment.
pub(crate) fn place_is_true(state: &State, event: &Event) {
    use workshop::Event::{MovedToWaitlist, Waitlisted};
    let Event::Workshop(event) = event else {
        return;
    };
    if let Waitlisted {
        registration,
        place,
    }
    | MovedToWaitlist {
        registration,
        place,
        ..
    } = event
    {
        let queue = run::existing(state).queue.in_order();
        let ahead = queue.values().position(|id| id == registration);
        let ahead = ahead.expect("it waits");
        assert_eq!(ahead + 1, *place as usize, "the place of {registration:?}");
    }
}

/// A seat that did not pass on came by what was asked.
pub(crate) fn caused(ask: &Ask, events: &[Event]) {
    let expected = match ask {
        Ask::Submit(form) if form.overriding => Cause::Override,
        Ask::Reinstate {
            overriding: true, ..
        } => Cause::Override,
        Ask::Submit(_) | Ask::Group { .. } | Ask::ConfirmEmail(_) | Ask::Reinstate { .. } => {
            Cause::Admitted
        }
        Ask::Approve(_) => Cause::Approved,
        Ask::Offer(_) | Ask::Promote(_) => Cause::ByHand,
        Ask::Accept(_) => Cause::OfferAccepted,
        _ => Cause::SeatPassed,
    };
    for cause in events.iter().filter_map(cause) {
        assert!(
            cause == Cause::SeatPassed || cause == expected,
            "{events:?}"
        );
    }
}

fn cause(event: &Event) -> Option<Cause> {
    use workshop::Event::{Confirmed, Held, Offered};
    match event {
        Event::Workshop(Held { cause, .. } | Confirmed { cause, .. } | Offered { cause, .. }) => {
            Some(*cause)
        }
        _ => None,
    }
}

/// Who is not admitted is refused for that; who is admitted is only refused for who they are, or
/// for want of a seat.
fn same_early(early: Result<(), Rejection>, late: Option<&Rejection>) {
    match (early, late) {
        (Err(early), late) => assert_eq!(late, Some(&early)),
        (
            Ok(()),
            None
            | Some(
                Rejection::DuplicateRegistration { .. }
                | Rejection::QuotaExhausted(_)
                | Rejection::Queue { .. },
            ),
        ) => {}
        (Ok(()), Some(late)) => panic!("admitted, and refused: {late:?}"),
    }
}

/// No bucket is fuller than it may be, or than it was: but for overrides, and for towns by merging.
pub(crate) fn no_seat_too_many(before: &Workshop, after: &Workshop, ask: &Ask) {
    if matches!(
        ask,
        Ask::Submit(form) if form.overriding
    ) || matches!(
        ask,
        Ask::Reinstate {
            overriding: true,
            ..
        }
    ) {
        return;
    }
    let settings = &after.settings;
    bounded(
        before.taken.total,
        after.taken.total,
        settings.capacity,
        "all seats",
    );
    for index in 0..3 {
        let program = words::program(index);
        let used = |of: &Workshop| of.taken.by_program.get(&program).copied().unwrap_or(0);
        let cap = settings.program_caps.get(&program).copied();
        bounded(used(before), used(after), cap, "a program");
        let town = words::town(index);
        let used = |of: &Workshop| of.taken.by_municipality.get(&town).copied().unwrap_or(0);
        let cap = settings.municipality_caps.get(&town).copied();
        if !matches!(ask, Ask::Merge { .. }) {
            bounded(used(before), used(after), cap, "a town");
        }
    }
}

fn bounded(before: u32, after: u32, cap: Option<u32>, what: &str) {
    let most = cap.unwrap_or(u32::MAX).max(before);
    assert!(after <= most, "{what}: {after} of {cap:?}, {before} before");
}

/// Whoever was there is there, what is counted is what people have, and nobody is there twice.
pub(crate) fn nobody_is_lost(before: &Workshop, after: &Workshop) {
    for (id, registration) in &before.registrations {
        let now = after.registrations.get(id);
        let now = now.unwrap_or_else(|| panic!("{id:?} is lost"));
        assert_eq!(registration.number, now.number, "a number stays");
        assert_eq!(registration.person, now.person, "a person stays");
        assert_eq!(registration.program, now.program, "a program stays");
    }
    let all = || after.registrations.values();
    let numbers: BTreeSet<_> = all().map(|registration| registration.number).collect();
    assert_eq!(numbers, after.numbers);
    assert_eq!(numbers.len(), after.registrations.len(), "no number twice");
    let named: Vec<PersonId> = all()
        .filter(|registration| registration.situation.is_live() && !registration.placeholder)
        .map(|registration| registration.person)
        .collect();
    let once: BTreeSet<PersonId> = named.iter().copied().collect();
    assert_eq!(once.len(), named.len(), "somebody is live twice");
    counted(after, all());
}

fn counted<'a>(workshop: &Workshop, all: impl Iterator<Item = &'a Registration> + Clone) {
    let holds = all
        .clone()
        .filter(|registration| registration.situation.holds_seat());
    assert_eq!(workshop.taken.total as usize, holds.count());
    let waits = all.filter(|registration| registration.situation == Situation::Waitlisted);
    assert_eq!(workshop.queue.len(), waits.count());
    assert_eq!(
        workshop.queue.in_order().len(),
        workshop.queue.len(),
        "no place twice"
    );
}

/// Each of so many has a place, and no two have the same.
pub(crate) fn is_an_order(places: &[u32], people: usize) {
    let mut sorted = places.to_vec();
    sorted.sort_unstable();
    let all: Vec<u32> = (0..).take(people).collect();
    assert_eq!(sorted, all, "an order of all");
}
