//! `PATCH /v1/workshops/{workshop}/registrations/{registration}`: what is known of a registration is stated anew.

use anmeldewerk_domain::workshop::Amender;
use anmeldewerk_service::problem::Problem;
use axum::extract::{Path, Request, State};

use super::{
    Office,
    arrival::Arrival,
    at_registration::{self, Address, Reading, Who, standing},
    outcome::StandingBody,
    reply::Accepted,
};
use crate::{access::Asker, form::amendment::AmendBody, writer::Wish};

/// Its address.
pub(super) const ROUTE: &str = "/v1/workshops/{workshop}/registrations/{registration}";

pub(super) async fn handle(
    State(office): State<Office>,
    Path(address): Path<Address>,
    arrival: Arrival,
    request: Request,
) -> Result<Accepted<StandingBody>, Problem> {
    let who = Who::OfficeOrParticipant;
    let it: Reading<AmendBody> = at_registration::patch(&arrival, who, &address, request).await?;
    let registration = it.registration;
    let by = amender(&it.asker);
    let (it, body) = it.split();
    let wish = Wish::Revise(Box::new(body.revision(registration, by)?));
    let answer = it
        .ask(&office, &arrival, ("registration.amend", wish))
        .await?;
    Ok(standing(registration, answer))
}

/// Says as who somebody states something anew.
pub(super) fn amender(asker: &Asker) -> Amender {
    match asker {
        Asker::Participant(_) => Amender::Participant,
        Asker::Feeder(_) => Amender::Feeder,
        Asker::Office(_) | Asker::Operator | Asker::Public | Asker::Clock => Amender::Office,
    }
}
