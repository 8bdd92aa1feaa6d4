//! `POST /v1/workshops/{workshop}/registrations/{registration}/cancel`: a place is given back.

use anmeldewerk_domain::workshop::{self, Cancellation, Canceller};
use anmeldewerk_service::problem::Problem;
use axum::extract::{Path, Request, State};

use super::{
    Office,
    arrival::Arrival,
    at_registration::{self, Address, Reading, Who},
    outcome::StandingBody,
    reply::Accepted,
};
use crate::{
    access::Asker,
    form::reason::{MaybeReasonBody, Noted, ReasonBody, field_error, not_theirs},
};

/// Its address.
pub(super) const ROUTE: &str = "/v1/workshops/{workshop}/registrations/{registration}/cancel";

pub(super) async fn handle(
    State(office): State<Office>,
    Path(address): Path<Address>,
    arrival: Arrival,
    request: Request,
) -> Result<Accepted<StandingBody>, Problem> {
    let who = Who::OfficeOrParticipant;
    let it: Reading<MaybeReasonBody> =
        at_registration::read(&arrival, who, &address, request).await?;
    let command = workshop::Command::Cancel(Cancellation {
        registration: it.registration,
        by: canceller(&it.asker, it.body.reason)?,
    });
    let note = it.body.note()?;
    it.decide_noted(&office, &arrival, (command, note)).await
}

fn canceller(asker: &Asker, reason: Option<ReasonBody>) -> Result<Canceller, Problem> {
    match (asker, reason) {
        (Asker::Participant(_), None) => Ok(Canceller::Participant),
        (Asker::Participant(_), Some(_)) => Err(not_theirs("/reason")),
        (_, Some(reason)) => Ok(Canceller::Office(reason.into())),
        (_, None) => Err(field_error("/reason", "missing_field")),
    }
}
