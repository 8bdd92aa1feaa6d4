//! The routes of commands: one file each, request, answer, handler.

mod arrival;
mod cancel_registration;
mod create_workshop;
mod publish_workshop;
mod put_program;
mod reply;
mod submit_registration;

use std::sync::Arc;

use anmeldewerk_service::{auth::Verifier, clock::Clock};
use anmeldewerk_vault::Vault;
use axum::{
    Router,
    extract::FromRef,
    routing::{post, put},
};

use crate::writer::Desk;

/// What every route has at hand.
#[derive(Clone)]
pub(crate) struct Office {
    pub(crate) desk: Desk,
    pub(crate) vault: Arc<Vault>,
    pub(crate) verifier: Verifier,
    pub(crate) clock: Clock,
}

impl FromRef<Office> for Verifier {
    fn from_ref(office: &Office) -> Self {
        office.verifier.clone()
    }
}

/// Gives the routes.
pub(crate) fn router(office: Office) -> Router {
    Router::new()
        .route("/v1/programs/{program}", put(put_program::handle))
        .route("/v1/workshops", post(create_workshop::handle))
        .route(
            "/v1/workshops/{workshop}/publish",
            post(publish_workshop::handle),
        )
        .route(
            "/v1/workshops/{workshop}/registrations",
            post(submit_registration::handle),
        )
        .route(
            "/v1/workshops/{workshop}/registrations/{registration}/cancel",
            post(cancel_registration::handle),
        )
        .with_state(office)
}
