//! `POST /v1/workshops/{workshop}/draw`: the order of the waitlist is drawn by lot.

use anmeldewerk_domain::workshop;
use anmeldewerk_service::problem::Problem;
use axum::extract::{Path, Request, State};

use super::{
    Office,
    arrival::Arrival,
    at_workshop::{self, Ask, Key, Reading, WorkshopBody},
    reply::Accepted,
};
use crate::{form::reason::EmptyBody, fresh};

/// Its address.
pub(super) const ROUTE: &str = "/v1/workshops/{workshop}/draw";

pub(super) async fn handle(
    State(office): State<Office>,
    Path(workshop): Path<String>,
    arrival: Arrival,
    request: Request,
) -> Result<Accepted<WorkshopBody>, Problem> {
    let it: Reading<EmptyBody> =
        at_workshop::read(&arrival, Key::Required, &workshop, request).await?;
    let seed = fresh::random_bytes();
    let draw = workshop::Command::Draw { seed };
    it.decide(&office, &arrival, Ask::ready(draw)).await
}
