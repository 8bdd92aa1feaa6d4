//! `POST /v1/workshops/{workshop}/registrations/{registration}/decline`: an office says no.

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
use crate::form::reason::{Noted, WithReasonBody};

/// Its address.
pub(super) const ROUTE: &str = "/v1/workshops/{workshop}/registrations/{registration}/decline";

pub(super) async fn handle(
    State(office): State<Office>,
    Path(address): Path<Address>,
    arrival: Arrival,
    request: Request,
) -> Result<Accepted<StandingBody>, Problem> {
    let it: Reading<WithReasonBody> =
        at_registration::read(&arrival, Who::Office, &address, request).await?;
    let command = workshop::Command::Decline(it.registration, it.body.reason.into());
    let note = it.body.note()?;
    it.decide_noted(&office, &arrival, (command, note)).await
}
