//! `POST /v1/workshops/{workshop}/registrations/{registration}/offer`: the host's office offers a seat out of turn.

use anmeldewerk_domain::workshop;
use anmeldewerk_service::problem::Problem;
use axum::extract::{Path, Request, State};

use super::{
    Office,
    arrival::Arrival,
    at_registration::{self, Address, Reading, Who},
    outcome::StandingBody,
    reply::Accepted,
};
use crate::form::reason::EmptyBody;

/// Its address.
pub(super) const ROUTE: &str = "/v1/workshops/{workshop}/registrations/{registration}/offer";

pub(super) async fn handle(
    State(office): State<Office>,
    Path(address): Path<Address>,
    arrival: Arrival,
    request: Request,
) -> Result<Accepted<StandingBody>, Problem> {
    let it: Reading<EmptyBody> =
        at_registration::read(&arrival, Who::Office, &address, request).await?;
    let command = workshop::Command::Offer(it.registration);
    it.decide(&office, &arrival, command).await
}
