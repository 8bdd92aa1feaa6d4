//! The routes of commands: one file each, request, answer, handler.

mod accept_offer;
mod amend_registration;
mod amend_workshop;
mod approve_registration;
mod arrival;
mod at_registration;
mod at_workshop;
mod cancel_by_reference;
mod cancel_registration;
mod cancel_workshop;
mod condition;
mod confirm_email;
mod create_workshop;
mod decline_offer;
mod decline_registration;
mod draw_lots;
mod merge_registration;
mod offer_seat;
mod outcome;
mod postpone_workshop;
mod promote_registration;
mod publish_workshop;
mod put_by_reference;
mod put_program;
mod put_wishes;
mod reinstate_registration;
mod release_guarantee;
mod renew_link;
mod reply;
mod submit_group;
mod submit_registration;
mod substitute_registration;
mod to_waitlist;

use std::{ops::Deref, sync::Arc};

use anmeldewerk_service::{auth::Verifier, clock::Clock};
use anmeldewerk_vault::Vault;
use axum::{
    Router,
    extract::FromRef,
    routing::{patch, post, put},
};

use crate::writer::Desk;

/// What every route has at hand. A clone shares it.
#[derive(Clone)]
pub(crate) struct Office(Arc<Equipment>);

/// What an office is made of.
pub(crate) struct Equipment {
    pub(crate) desk: Desk,
    pub(crate) vault: Arc<Vault>,
    pub(crate) verifier: Verifier,
    pub(crate) clock: Clock,
}

impl Office {
    pub(crate) fn new(equipment: Equipment) -> Self {
        Self(Arc::new(equipment))
    }
}

impl Deref for Office {
    type Target = Equipment;

    fn deref(&self) -> &Equipment {
        &self.0
    }
}

impl FromRef<Office> for Verifier {
    fn from_ref(office: &Office) -> Self {
        office.verifier.clone()
    }
}

/// Gives the routes.
pub(crate) fn router(office: Office) -> Router {
    Router::new()
        .route(put_program::ROUTE, put(put_program::handle))
        .merge(of_workshops())
        .merge(of_newcomers())
        .merge(of_registrations())
        .with_state(office)
}

fn of_workshops() -> Router<Office> {
    Router::new()
        .route(create_workshop::ROUTE, post(create_workshop::handle))
        .route(amend_workshop::ROUTE, patch(amend_workshop::handle))
        .route(publish_workshop::ROUTE, post(publish_workshop::handle))
        .route(cancel_workshop::ROUTE, post(cancel_workshop::handle))
        .route(postpone_workshop::ROUTE, post(postpone_workshop::handle))
        .route(draw_lots::ROUTE, post(draw_lots::handle))
        .route(release_guarantee::ROUTE, post(release_guarantee::handle))
}

fn of_newcomers() -> Router<Office> {
    Router::new()
        .route(
            submit_registration::ROUTE,
            post(submit_registration::handle),
        )
        .route(submit_group::ROUTE, post(submit_group::handle))
        .route(put_by_reference::ROUTE, put(put_by_reference::handle))
        .route(
            cancel_by_reference::ROUTE,
            post(cancel_by_reference::handle),
        )
}

fn of_registrations() -> Router<Office> {
    Router::new()
        .route(accept_offer::ROUTE, post(accept_offer::handle))
        .route(amend_registration::ROUTE, patch(amend_registration::handle))
        .route(
            approve_registration::ROUTE,
            post(approve_registration::handle),
        )
        .route(
            cancel_registration::ROUTE,
            post(cancel_registration::handle),
        )
        .route(confirm_email::ROUTE, post(confirm_email::handle))
        .route(decline_offer::ROUTE, post(decline_offer::handle))
        .route(
            decline_registration::ROUTE,
            post(decline_registration::handle),
        )
        .route(merge_registration::ROUTE, post(merge_registration::handle))
        .route(offer_seat::ROUTE, post(offer_seat::handle))
        .route(
            promote_registration::ROUTE,
            post(promote_registration::handle),
        )
        .route(put_wishes::ROUTE, put(put_wishes::handle))
        .route(
            reinstate_registration::ROUTE,
            post(reinstate_registration::handle),
        )
        .route(renew_link::ROUTE, post(renew_link::handle))
        .route(
            substitute_registration::ROUTE,
            post(substitute_registration::handle),
        )
        .route(to_waitlist::ROUTE, post(to_waitlist::handle))
}
