//! Two registrations turn out to be the same person: one ends, the other keeps the better of both.

use super::{Case, Event, Rejection, settings::first};
use crate::{
    RegistrationId,
    workshop::{Exhausted, Registration, Situation, passing::After},
};

pub(super) fn merge(
    case: &Case<'_>,
    id: RegistrationId,
    into: RegistrationId,
) -> Result<Vec<Event>, Rejection> {
    let (ending, survivor) = (case.find(id)?, case.find(into)?);
    for registration in [ending, survivor] {
        if !registration.situation.is_live() {
            return Err(case.wrong_state(registration));
        }
    }
    if !look_alike((id, ending), (into, survivor)) {
        return Err(Rejection::NotLookAlikes);
    }
    let takes_state = better(ending.situation, survivor.situation);
    if takes_state {
        room_for_survivor(case, ending, survivor)?;
    }
    let takes_place = earlier(ending, survivor);
    let mut after = After::of(case.workshop);
    after.leaves(id, ending);
    if takes_state || takes_place {
        after.becomes(into, kept(ending, survivor, takes_state, takes_place));
    }
    let merged = Event::Merged {
        registration: id,
        into,
        takes_state,
        takes_place,
    };
    Ok(first(merged, after.pass_on(case.at)))
}

/// Nobody in particular looks like nobody, and each program knows its own people only.
fn look_alike(
    (id, ending): (RegistrationId, &Registration),
    (into, survivor): (RegistrationId, &Registration),
) -> bool {
    let persons = !ending.placeholder && !survivor.placeholder;
    let marked = ending.look_alikes.contains(&into) || survivor.look_alikes.contains(&id);
    persons && id != into && ending.program == survivor.program && marked
}

/// A seat that moves to another municipality needs room there, as by amending; total and program are not asked.
fn room_for_survivor(
    case: &Case<'_>,
    ending: &Registration,
    survivor: &Registration,
) -> Result<(), Rejection> {
    let moves = ending.municipality != survivor.municipality;
    if !moves || !ending.situation.holds_seat() {
        return Ok(());
    }
    let buckets = case.workshop.buckets();
    let free = buckets.free();
    match buckets.full_municipality(&survivor.municipality) {
        Some(bucket) => Err(Rejection::QuotaExhausted(Exhausted { bucket, free })),
        None => Ok(()),
    }
}

/// Says whether the one that ends has the earlier place; an address must be confirmed to have one.
fn earlier(ending: &Registration, survivor: &Registration) -> bool {
    let placed = |registration: &Registration| standing(registration.situation) > 0;
    placed(ending) && (!placed(survivor) || ending.order < survivor.order)
}

/// Says whether the one that ends stands better: with a seat, on the waitlist, with a confirmed address.
fn better(ending: Situation, survivor: Situation) -> bool {
    standing(ending) > standing(survivor)
}

fn standing(situation: Situation) -> u8 {
    match situation {
        _ if situation.holds_seat() => 3,
        Situation::Waitlisted => 2,
        Situation::Submitted { confirm_by: None } => 1,
        _ => 0,
    }
}

fn kept(
    ending: &Registration,
    survivor: &Registration,
    takes_state: bool,
    takes_place: bool,
) -> Registration {
    let mut kept = survivor.clone();
    if takes_state {
        kept.situation = ending.situation;
    }
    if takes_place {
        kept.order = ending.order;
    }
    kept.approved |= ending.approved;
    kept
}
