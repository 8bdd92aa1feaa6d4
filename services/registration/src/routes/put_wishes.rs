//! `PUT /v1/workshops/{workshop}/registrations/{registration}/wishes`: somebody wishes for other topics.

use anmeldewerk_service::problem::Problem;
use axum::extract::{Path, Request, State};

use super::{
    Office,
    amend_registration::amender,
    arrival::Arrival,
    at_registration::{self, Address, Reading, Who, standing},
    outcome::StandingBody,
    reply::Accepted,
};
use crate::{
    form::wish::WishesBody,
    writer::{Revision, Wish},
};

/// Its address.
pub(super) const ROUTE: &str = "/v1/workshops/{workshop}/registrations/{registration}/wishes";

pub(super) async fn handle(
    State(office): State<Office>,
    Path(address): Path<Address>,
    arrival: Arrival,
    request: Request,
) -> Result<Accepted<StandingBody>, Problem> {
    let who = Who::OfficeOrParticipant;
    let it: Reading<WishesBody> = at_registration::patch(&arrival, who, &address, request).await?;
    let registration = it.registration;
    let revision = Revision {
        registration,
        by: amender(&it.asker),
        municipality: None,
        wishes: Some(it.body.wishes()?),
        privacy_notice: None,
        personal: None,
    };
    let wish = Wish::Revise(Box::new(revision));
    let answer = it
        .ask(&office, &arrival, ("registration.amend", wish))
        .await?;
    Ok(standing(registration, answer))
}
