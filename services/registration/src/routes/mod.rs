//! The routes of commands: one file each, request, answer, handler.

mod accept_offer;
mod add_document;
mod amend_registration;
mod amend_workshop;
mod approve_registration;
mod arrival;
mod at_registration;
mod at_workshop;
mod cancel_by_reference;
mod cancel_registration;
mod cancel_workshop;
mod close_attendance;
mod condition;
mod confirm_email;
mod create_workshop;
mod decline_offer;
mod decline_registration;
#[cfg(test)]
mod document;
mod draft_assignment;
mod draw_lots;
mod feed_registrations;
mod hosted;
mod import_registrations;
mod merge_registration;
mod offer_seat;
mod outcome;
mod postpone_workshop;
mod promote_registration;
mod publish_assignment;
mod publish_workshop;
mod put_attendance;
pub(crate) mod put_by_reference;
mod put_municipalities;
mod put_program;
mod put_topic;
mod put_wishes;
mod reinstate_registration;
mod release_guarantee;
mod renew_link;
mod reply;
mod run;
mod state_topic;
mod submit_group;
mod submit_registration;
mod substitute_registration;
mod swap_topics;
mod take_attendance;
mod to_waitlist;

use std::{ops::Deref, sync::Arc};

use anmeldewerk_service::{auth::Verifier, clock::Clock};
use anmeldewerk_vault::Vault;
use axum::{
    Router,
    extract::FromRef,
    handler::Handler,
    routing::{MethodFilter, MethodRouter, on},
};

pub(crate) use arrival::{Sender, Stamp};
pub(crate) use reply::Accepted;

use crate::{archive::Archive, assigning::Solver, feed::Intake, writer::Desk};

/// What every route has at hand. A clone shares it.
#[derive(Clone)]
pub(crate) struct Office(Arc<Equipment>);

/// What an office is made of.
pub(crate) struct Equipment {
    pub(crate) desk: Desk,
    pub(crate) solver: Solver,
    pub(crate) archive: Archive,
    pub(crate) intake: Intake,
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
    let mut router = Router::new();
    for command in commands() {
        router = router.route(command.route, command.handler);
    }
    router.with_state(office)
}

/// A command by its address.
struct Command {
    #[cfg_attr(not(test), expect(dead_code, reason = "only the document asks"))]
    method: &'static str,
    route: &'static str,
    handler: MethodRouter<Office>,
}

/// Every command.
fn commands() -> Vec<Command> {
    vec![
        put(put_program::ROUTE, put_program::handle),
        put(put_municipalities::ROUTE, put_municipalities::handle),
        put(state_topic::ROUTE, state_topic::handle),
        post(create_workshop::ROUTE, create_workshop::handle),
        patch(amend_workshop::ROUTE, amend_workshop::handle),
        post(publish_workshop::ROUTE, publish_workshop::handle),
        post(cancel_workshop::ROUTE, cancel_workshop::handle),
        post(postpone_workshop::ROUTE, postpone_workshop::handle),
        post(draw_lots::ROUTE, draw_lots::handle),
        post(release_guarantee::ROUTE, release_guarantee::handle),
        post(draft_assignment::ROUTE, draft_assignment::handle),
        post(publish_assignment::ROUTE, publish_assignment::handle),
        post(swap_topics::ROUTE, swap_topics::handle),
        put(take_attendance::ROUTE, take_attendance::handle),
        post(close_attendance::ROUTE, close_attendance::handle),
        post(add_document::ROUTE, add_document::handle),
        post(submit_registration::ROUTE, submit_registration::handle),
        post(submit_group::ROUTE, submit_group::handle),
        put(put_by_reference::ROUTE, put_by_reference::handle),
        post(feed_registrations::ROUTE, feed_registrations::handle),
        post(import_registrations::ROUTE, import_registrations::handle),
        post(cancel_by_reference::ROUTE, cancel_by_reference::handle),
        post(accept_offer::ROUTE, accept_offer::handle),
        patch(amend_registration::ROUTE, amend_registration::handle),
        post(approve_registration::ROUTE, approve_registration::handle),
        post(cancel_registration::ROUTE, cancel_registration::handle),
        post(confirm_email::ROUTE, confirm_email::handle),
        post(decline_offer::ROUTE, decline_offer::handle),
        post(decline_registration::ROUTE, decline_registration::handle),
        post(merge_registration::ROUTE, merge_registration::handle),
        post(offer_seat::ROUTE, offer_seat::handle),
        post(promote_registration::ROUTE, promote_registration::handle),
        put(put_wishes::ROUTE, put_wishes::handle),
        put(put_topic::ROUTE, put_topic::handle),
        put(put_attendance::ROUTE, put_attendance::handle),
        post(
            reinstate_registration::ROUTE,
            reinstate_registration::handle,
        ),
        post(renew_link::ROUTE, renew_link::handle),
        post(
            substitute_registration::ROUTE,
            substitute_registration::handle,
        ),
        post(to_waitlist::ROUTE, to_waitlist::handle),
    ]
}

fn patch<T: 'static>(route: &'static str, handle: impl Handler<T, Office>) -> Command {
    command(("patch", MethodFilter::PATCH), route, handle)
}

fn post<T: 'static>(route: &'static str, handle: impl Handler<T, Office>) -> Command {
    command(("post", MethodFilter::POST), route, handle)
}

fn put<T: 'static>(route: &'static str, handle: impl Handler<T, Office>) -> Command {
    command(("put", MethodFilter::PUT), route, handle)
}

fn command<T: 'static>(
    (method, filter): (&'static str, MethodFilter),
    route: &'static str,
    handle: impl Handler<T, Office>,
) -> Command {
    Command {
        method,
        route,
        handler: on(filter, handle),
    }
}
