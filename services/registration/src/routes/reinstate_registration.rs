//! `POST /v1/workshops/{workshop}/registrations/{registration}/reinstate`: a registration that has ended goes on.

use anmeldewerk_domain::workshop::{self, Reinstatement};
use anmeldewerk_service::problem::Problem;
use axum::extract::{Path, Request, State};

use super::{
    Office,
    arrival::Arrival,
    at_registration::{self, Address, Reading, Who},
    outcome::StandingBody,
    reply::Accepted,
};
use crate::form::reason::{Noted, ReinstateBody};

/// Its address.
pub(super) const ROUTE: &str = "/v1/workshops/{workshop}/registrations/{registration}/reinstate";

pub(super) async fn handle(
    State(office): State<Office>,
    Path(address): Path<Address>,
    arrival: Arrival,
    request: Request,
) -> Result<Accepted<StandingBody>, Problem> {
    let it: Reading<ReinstateBody> =
        at_registration::read(&arrival, Who::Office, &address, request).await?;
    let command = workshop::Command::Reinstate(Reinstatement {
        registration: it.registration,
        reason: it.body.reason.into(),
        overriding: it.body.overriding,
    });
    let note = it.body.note()?;
    it.decide_noted(&office, &arrival, (command, note)).await
}
