//! What an office decides about one registration.

use super::{
    Case, Event, Rejection,
    admission::{Door, Newcomer, awaits_lots, not_registered_yet},
    settings::first,
};
use crate::{
    PersonId, RegistrationId,
    workshop::{
        Blocks, Cause, Exhausted, Known, Order, Rank, Reason, Registration, Reinstatement,
        Situation, Status, WaitlistPolicy, passing::After,
    },
};

/// Approves of somebody who holds a seat for it.
pub(super) fn approve(case: &Case<'_>, id: RegistrationId) -> Result<Vec<Event>, Rejection> {
    let registration = case.find(id)?;
    match registration.situation {
        Situation::PendingApproval => Ok(vec![Event::Confirmed {
            registration: id,
            cause: Cause::Approved,
        }]),
        _ => Err(case.wrong_state(registration)),
    }
}

/// Says no to somebody who has no seat for good yet.
pub(super) fn decline(
    case: &Case<'_>,
    id: RegistrationId,
    reason: Reason,
) -> Result<Vec<Event>, Rejection> {
    let registration = case.find(id)?;
    match registration.situation {
        Situation::Submitted { .. } | Situation::PendingApproval | Situation::Waitlisted => {}
        _ => return Err(case.wrong_state(registration)),
    }
    let declined = Event::Declined {
        registration: id,
        reason,
    };
    Ok(first(declined, passed_by(case, id, registration)))
}

/// Gives who moves up when somebody leaves.
pub(super) fn passed_by(case: &Case<'_>, id: RegistrationId, leaving: &Registration) -> Vec<Event> {
    let mut after = After::of(case.workshop);
    after.leaves(id, leaving);
    after.pass_on(case.at)
}

/// Offers a seat out of turn.
pub(super) fn offer(case: &Case<'_>, id: RegistrationId) -> Result<Vec<Event>, Rejection> {
    let registration = next_in_line(case, id)?;
    let hours = case.workshop.settings.offers.hours();
    let offered = Event::Offered {
        registration: id,
        expires: case.at.hours_later(hours),
        cause: Cause::ByHand,
    };
    Ok(by_hand(case, id, registration, offered))
}

/// Gives a seat out of turn.
pub(super) fn promote(case: &Case<'_>, id: RegistrationId) -> Result<Vec<Event>, Rejection> {
    let registration = next_in_line(case, id)?;
    let confirmed = Event::Confirmed {
        registration: id,
        cause: Cause::ByHand,
    };
    Ok(by_hand(case, id, registration, confirmed))
}

/// Gives what a seat given by hand leads to: where it was kept from others by its head, the waitlist moves.
fn by_hand(
    case: &Case<'_>,
    id: RegistrationId,
    registration: &Registration,
    seated: Event,
) -> Vec<Event> {
    let mut after = After::of(case.workshop);
    let seat = Registration {
        situation: Situation::Confirmed,
        ..registration.clone()
    };
    after.becomes(id, seat);
    let seated = held_or(case, registration, id).unwrap_or(seated);
    first(seated, after.pass_on(case.at))
}

/// A seat given by hand is no approval.
fn held_or(case: &Case<'_>, registration: &Registration, id: RegistrationId) -> Option<Event> {
    let held = case.workshop.settings.approval && !registration.approved;
    held.then_some(Event::Held {
        registration: id,
        cause: Cause::ByHand,
    })
}

/// Finds somebody who waits and may have a seat: there is room, and nobody is ahead who could take it.
fn next_in_line<'c>(case: &Case<'c>, id: RegistrationId) -> Result<&'c Registration, Rejection> {
    let registration = case.find(id)?;
    if registration.situation != Situation::Waitlisted {
        return Err(case.wrong_state(registration));
    }
    let after = After::of(case.workshop);
    let free = after.buckets.free();
    if let Some(bucket) = after.full(registration) {
        return Err(Rejection::QuotaExhausted(Exhausted { bucket, free }));
    }
    if after.somebody_ahead_fits(registration.order) {
        return Err(Rejection::Queue { free });
    }
    Ok(registration)
}

/// Lets somebody with a seat wait before all others; the seat passes on to somebody else.
pub(super) fn to_waitlist(
    case: &Case<'_>,
    id: RegistrationId,
    reason: Reason,
) -> Result<Vec<Event>, Rejection> {
    let registration = case.find(id)?;
    if registration.situation != Situation::Confirmed {
        return Err(case.wrong_state(registration));
    }
    if case.workshop.settings.waitlist == WaitlistPolicy::Off {
        return Err(case.wrong("no_waitlist"));
    }
    let order = Order {
        rank: Rank::Moved,
        ..registration.order
    };
    let moved = Event::MovedToWaitlist {
        registration: id,
        reason,
        place: case.workshop.queue.place(order),
    };
    let waits = Registration {
        order,
        situation: Situation::Waitlisted,
        ..registration.clone()
    };
    let mut after = After::of(case.workshop);
    after.moves_back(id, waits);
    Ok(first(moved, after.pass_on(case.at)))
}

/// Lets a registration that has ended go on, as a newcomer who is approved of, or over the buckets.
pub(super) fn reinstate(
    case: &Case<'_>,
    reinstatement: &Reinstatement,
) -> Result<Vec<Event>, Rejection> {
    let id = reinstatement.registration;
    let registration = case.find(id)?;
    match registration.situation {
        Situation::Cancelled | Situation::Declined | Situation::Lapsed { .. } => {}
        _ => return Err(case.wrong_state(registration)),
    }
    if case.workshop.status != Status::Published {
        return Err(case.wrong_status());
    }
    for person in [Some(registration.person), registration.also]
        .into_iter()
        .flatten()
    {
        not_registered_yet(case.workshop, &the_same(registration, person))?;
    }
    let reinstated = Event::Reinstated {
        registration: id,
        reason: reinstatement.reason,
        overridden: reinstatement.overriding,
    };
    if reinstatement.overriding {
        let seated = Event::Confirmed {
            registration: id,
            cause: Cause::Override,
        };
        return Ok(vec![reinstated, seated]);
    }
    if awaits_lots(case.workshop) {
        return Ok(vec![reinstated]);
    }
    let newcomer = Newcomer {
        id,
        program: &registration.program,
        municipality: &registration.municipality,
        approved: true,
    };
    let outcome = Door::open(case).evaluate(&newcomer)?;
    Ok(vec![reinstated, outcome])
}

fn the_same(registration: &Registration, person: PersonId) -> Known {
    Known {
        person,
        placeholder: registration.placeholder,
        look_alikes: Vec::new(),
        blocks: Blocks::default(),
    }
}
