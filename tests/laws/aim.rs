//! Turns a number from 10,000 on into a registration that fits what is asked, if there is any.

use crate::{
    asks::Ask,
    model::{Entry, Id, Model, Standing},
};

/// From this number on an ask is aimed at one of those whom it fits.
pub(crate) const AIMED: Id = 10_000;

/// Gives the ask with every number aimed.
pub(crate) fn aimed(model: &Model, ask: &Ask) -> Ask {
    let aim = |id: &Id, fits: fn(Standing) -> bool| aim(model, *id, |of| fits(of.standing));
    match ask {
        Ask::ConfirmEmail(id) => Ask::ConfirmEmail(aim(id, unconfirmed)),
        Ask::Approve(id) => Ask::Approve(aim(id, |of| of == Standing::Pending)),
        Ask::Decline(id) => Ask::Decline(aim(id, Standing::live)),
        Ask::Offer(id) => Ask::Offer(aim(id, waits)),
        Ask::Promote(id) => Ask::Promote(aim(id, waits)),
        Ask::Accept(id) => Ask::Accept(aim(id, offered)),
        Ask::DeclineOffer(id) => Ask::DeclineOffer(aim(id, offered)),
        Ask::Cancel(id, by) => Ask::Cancel(aim(id, Standing::live), *by),
        Ask::ToWaitlist(id) => Ask::ToWaitlist(aim(id, confirmed)),
        Ask::Reinstate { id, overriding } => Ask::Reinstate {
            id: aim(id, |of| !of.live()),
            overriding: *overriding,
        },
        Ask::Amend(id, amending) => Ask::Amend(aim(id, Standing::live), *amending),
        Ask::Substitute(id, replacing) => Ask::Substitute(aim(id, confirmed), *replacing),
        Ask::Merge { id, into } => merge(model, *id, *into),
        other => other.clone(),
    }
}

fn aim(model: &Model, id: Id, fits: impl Fn(&Entry) -> bool) -> Id {
    let Some(turn) = id.checked_sub(AIMED) else {
        return id;
    };
    let fitting: Vec<Id> = model
        .people
        .iter()
        .filter(|of| fits(of))
        .map(|of| of.id)
        .collect();
    let turn = usize::from(turn).checked_rem(fitting.len());
    turn.map_or(0, |turn| fitting[turn])
}

/// Two who may be the same, whichever of them was marked.
fn merge(model: &Model, id: Id, into: Id) -> Ask {
    if id < AIMED {
        return Ask::Merge { id, into };
    }
    let id = aim(model, id, |of| of.standing.live() && !of.alike.is_empty());
    let alike = model.entry(id).and_then(|of| of.alike.first().copied());
    let alike = alike.unwrap_or(0);
    if into.is_multiple_of(2) {
        Ask::Merge { id, into: alike }
    } else {
        Ask::Merge {
            id: alike,
            into: id,
        }
    }
}

fn unconfirmed(standing: Standing) -> bool {
    matches!(standing, Standing::Resting(Some(_)))
}

fn waits(standing: Standing) -> bool {
    standing == Standing::Waiting
}

fn offered(standing: Standing) -> bool {
    matches!(standing, Standing::Offered(_) | Standing::OfferLapsed(_))
}

fn confirmed(standing: Standing) -> bool {
    standing == Standing::Confirmed
}
