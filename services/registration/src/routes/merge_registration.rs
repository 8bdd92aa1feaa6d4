//! `POST /v1/workshops/{workshop}/registrations/{registration}/merge`: two registrations are of one person.

use anmeldewerk_domain::{RegistrationId, workshop};
use anmeldewerk_service::problem::Problem;
use axum::extract::{Path, Request, State};

use super::{
    Office,
    arrival::Arrival,
    at_registration::{self, Address, Reading, Who},
    outcome::StandingBody,
    reply::Accepted,
};
use crate::form::reason::MergeBody;

/// Its address.
pub(super) const ROUTE: &str = "/v1/workshops/{workshop}/registrations/{registration}/merge";

pub(super) async fn handle(
    State(office): State<Office>,
    Path(address): Path<Address>,
    arrival: Arrival,
    request: Request,
) -> Result<Accepted<StandingBody>, Problem> {
    let it: Reading<MergeBody> =
        at_registration::read(&arrival, Who::Office, &address, request).await?;
    let command = workshop::Command::Merge {
        registration: it.registration,
        into: RegistrationId(it.body.survivor()?.as_u128()),
    };
    it.decide(&office, &arrival, command).await
}
