//! `PUT /v1/workshops/{workshop}/registrations/{registration}/topic`: the host's office gives somebody a topic by hand.

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
use crate::form::reason::{Noted, TopicBody};

/// Its address.
pub(super) const ROUTE: &str = "/v1/workshops/{workshop}/registrations/{registration}/topic";

pub(super) async fn handle(
    State(office): State<Office>,
    Path(address): Path<Address>,
    arrival: Arrival,
    request: Request,
) -> Result<Accepted<StandingBody>, Problem> {
    let it: Reading<TopicBody> =
        at_registration::patch(&arrival, Who::Office, &address, request).await?;
    let command = workshop::Command::AssignTopic(it.body.assign(it.registration)?);
    let note = it.body.note()?;
    it.decide_noted(&office, &arrival, (command, note)).await
}
