//! What a participant answers, themselves or through their office.

use super::{Case, Event, Rejection, office::passed_by, settings::first};
use crate::{
    RegistrationId,
    workshop::{Cancellation, Canceller, Cause, Lapse, Registration, Situation},
};

/// Takes the seat that was offered.
pub(super) fn accept(case: &Case<'_>, id: RegistrationId) -> Result<Vec<Event>, Rejection> {
    offered(case, id)?;
    Ok(vec![Event::Confirmed {
        registration: id,
        cause: Cause::OfferAccepted,
    }])
}

/// Does not take the seat that was offered; it passes on.
pub(super) fn decline_offer(case: &Case<'_>, id: RegistrationId) -> Result<Vec<Event>, Rejection> {
    let registration = offered(case, id)?;
    let cancelled = Event::Cancelled {
        registration: id,
        by: Canceller::OfferDeclined,
    };
    Ok(first(cancelled, passed_by(case, id, registration)))
}

/// Finds an offer that is not void: at the instant it expires it is.
fn offered<'c>(case: &Case<'c>, id: RegistrationId) -> Result<&'c Registration, Rejection> {
    let registration = case.find(id)?;
    match registration.situation {
        Situation::Offered { expires } if expires > case.at => Ok(registration),
        Situation::Offered { expires: expired }
        | Situation::Lapsed {
            lapse: Lapse::Offer,
            expired,
        } => Err(Rejection::OfferExpired { expired }),
        _ => Err(case.wrong_state(registration)),
    }
}

/// Gives a place back; a seat passes on.
pub(super) fn cancel(
    case: &Case<'_>,
    cancellation: &Cancellation,
) -> Result<Vec<Event>, Rejection> {
    let id = cancellation.registration;
    let registration = case.find(id)?;
    if !registration.situation.is_live() {
        return Err(case.wrong_state(registration));
    }
    may_still_cancel(case, cancellation.by)?;
    let cancelled = Event::Cancelled {
        registration: id,
        by: cancellation.by,
    };
    Ok(first(cancelled, passed_by(case, id, registration)))
}

fn may_still_cancel(case: &Case<'_>, by: Canceller) -> Result<(), Rejection> {
    let bound = match by {
        Canceller::Participant | Canceller::Feeder(_) => true,
        Canceller::Office(_) | Canceller::OfferDeclined => false,
    };
    match case.workshop.settings.deadlines.cancel_until {
        Some(deadline) if bound && deadline.reached(case.at) => {
            Err(Rejection::DeadlinePassed { deadline })
        }
        _ => Ok(()),
    }
}
