//! The step that each event makes a registration take. No rules: it mirrors the domain's fold.

use anmeldewerk_contract::Position;
use anmeldewerk_domain::{
    Instant,
    workshop::{Canceller, Cause, Lapse, Rank, Reason, Submitted},
};

use crate::{
    RegistrationState,
    change::{Arrival, Next, Step},
};

/// Takes a step to `state`; whoever does not wait has no rank among those who do.
fn to(state: RegistrationState, version: Position) -> Step {
    let waits = state == RegistrationState::Waitlisted;
    Step {
        state,
        cause: None,
        cancelled: None,
        lapse: None,
        expires: Next::Is(None),
        reason: Next::Same,
        overridden: Next::Same,
        approved: false,
        leaves: state != RegistrationState::Confirmed,
        rank: (!waits).then_some(Rank::Regular),
        queued: None,
        version,
    }
}

/// Where a registration stands that has come in and has no outcome yet.
pub(crate) fn arrived(submitted: &Submitted, arrival: Arrival) -> Step {
    Step {
        expires: Next::Is(submitted.confirm_until),
        reason: Next::Is(None),
        overridden: Next::Is(submitted.overridden),
        approved: submitted.overridden.is_some(),
        queued: Some(arrival),
        ..to(RegistrationState::Submitted, arrival.position())
    }
}

/// The confirmation of its address gives it its place.
pub(crate) fn email_confirmed(arrival: Arrival) -> Step {
    Step {
        queued: Some(arrival),
        ..to(RegistrationState::Submitted, arrival.position())
    }
}

pub(crate) fn held(cause: Cause, version: Position) -> Step {
    Step {
        cause: Some(cause),
        ..to(RegistrationState::PendingApproval, version)
    }
}

pub(crate) fn confirmed(cause: Cause, version: Position) -> Step {
    Step {
        cause: Some(cause),
        approved: matches!(cause, Cause::Approved | Cause::Override),
        ..to(RegistrationState::Confirmed, version)
    }
}

pub(crate) fn waitlisted(version: Position) -> Step {
    to(RegistrationState::Waitlisted, version)
}

pub(crate) fn offered(expires: Instant, cause: Cause, version: Position) -> Step {
    Step {
        cause: Some(cause),
        expires: Next::Is(Some(expires)),
        ..to(RegistrationState::Offered, version)
    }
}

pub(crate) fn declined(reason: Reason, version: Position) -> Step {
    Step {
        reason: Next::Is(Some(reason)),
        ..to(RegistrationState::Declined, version)
    }
}

/// When its time was over stays to be read.
pub(crate) fn lapsed(lapse: Lapse, version: Position) -> Step {
    Step {
        lapse: Some(lapse),
        expires: Next::Same,
        reason: Next::Is(None),
        ..to(RegistrationState::Lapsed, version)
    }
}

pub(crate) fn cancelled(by: Canceller, version: Position) -> Step {
    Step {
        cancelled: Some(by),
        reason: Next::Is(reason_of(by)),
        ..to(RegistrationState::Cancelled, version)
    }
}

/// Gives the reason of whoever cancels.
pub(crate) fn reason_of(by: Canceller) -> Option<Reason> {
    match by {
        Canceller::Office(reason) => Some(reason),
        Canceller::Feeder(reason) => reason,
        Canceller::Participant | Canceller::OfferDeclined => None,
    }
}

/// The old place is gone, and so is what was said about an earlier override.
pub(crate) fn reinstated(reason: Reason, overridden: bool, arrival: Arrival) -> Step {
    Step {
        reason: Next::Is(Some(reason)),
        overridden: Next::Is(overridden.then_some(reason)),
        approved: true,
        queued: Some(arrival),
        ..to(RegistrationState::Submitted, arrival.position())
    }
}

pub(crate) fn moved_to_waitlist(reason: Reason, version: Position) -> Step {
    Step {
        reason: Next::Is(Some(reason)),
        rank: Some(Rank::Moved),
        ..to(RegistrationState::Waitlisted, version)
    }
}
