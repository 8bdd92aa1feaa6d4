//! `PUT /v1/workshops/{workshop}/registrations/{registration}/attendance`: whether one person was there in a session.

use anmeldewerk_service::problem::Problem;
use axum::extract::{Path, Request, State};

use super::{
    Office,
    arrival::Arrival,
    at_registration::{self, Address, Reading, Who, noted, standing},
    outcome::StandingBody,
    reply::Accepted,
};
use crate::{
    form::{attendance::OneBody, reason::Noted},
    writer::Wish,
};

/// Its address.
pub(super) const ROUTE: &str = "/v1/workshops/{workshop}/registrations/{registration}/attendance";

pub(super) async fn handle(
    State(office): State<Office>,
    Path(address): Path<Address>,
    arrival: Arrival,
    request: Request,
) -> Result<Accepted<StandingBody>, Problem> {
    let it: Reading<OneBody> =
        at_registration::patch(&arrival, Who::Office, &address, request).await?;
    let registration = it.registration;
    let sheet = it.body.sheet(registration)?;
    let wish = noted(Wish::Attend(Box::new(sheet)), it.body.note()?);
    let answer = it.ask(&office, &arrival, ("attendance.take", wish)).await?;
    Ok(standing(registration, answer))
}
