//! `POST /v1/workshops/{workshop}/registrations/{registration}/new-link`: the participant gets another secret.

use anmeldewerk_contract::{Position, problem::Code};
use anmeldewerk_domain::{Command, LinkHash, workshop};
use anmeldewerk_service::{auth::ParticipantSecret, problem::Problem};
use axum::extract::{Path, Request, State};
use serde::Serialize;
use uuid::Uuid;

use super::{
    Office,
    arrival::Arrival,
    at_registration::{self, Address, Reading, Who},
    reply::Accepted,
};
use crate::{
    form::reason::EmptyBody,
    writer::{Answer, Wish},
};

/// Its address.
pub(super) const ROUTE: &str = "/v1/workshops/{workshop}/registrations/{registration}/new-link";

/// The answer.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "LinkRenewed"))]
pub(super) struct Renewed {
    registration: Uuid,
    #[cfg_attr(test, schemars(with = "u64"))]
    position: Position,
    /// Shown once: a repeat cannot know it.
    link_secret: Option<String>,
}

pub(super) async fn handle(
    State(office): State<Office>,
    Path(address): Path<Address>,
    arrival: Arrival,
    request: Request,
) -> Result<Accepted<Renewed>, Problem> {
    let it: Reading<EmptyBody> =
        at_registration::read(&arrival, Who::Office, &address, request).await?;
    let secret = ParticipantSecret::draw();
    let registration = it.registration;
    let renew = workshop::Command::RenewLink {
        registration,
        link: LinkHash(secret.hash().0),
    };
    let kind = renew.kind();
    let wish = Wish::Ready(Command::Workshop(renew));
    match it.ask(&office, &arrival, (kind, wish)).await? {
        Answer::Decided {
            position, replayed, ..
        } => Ok(Accepted {
            position,
            replayed,
            location: None,
            body: Renewed {
                registration: Uuid::from_u128(registration.0),
                position,
                link_secret: (!replayed).then(|| secret.to_text()),
            },
        }),
        Answer::Unchanged { .. } => Err(Code::Internal.into()),
    }
}
