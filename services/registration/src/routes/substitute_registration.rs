//! `POST /v1/workshops/{workshop}/registrations/{registration}/substitute`: somebody comes in another's place.

use anmeldewerk_contract::{Position, problem::Code};
use anmeldewerk_domain::{
    Event, LinkHash,
    workshop::{self, Channel, Substituted},
};
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
#[cfg(test)]
use crate::form::shape;
use crate::{
    access::Asker,
    form::{
        amendment::{MadeSuccessor, SubstituteBody},
        reason::not_theirs,
    },
    fresh,
    writer::{Answer, Wish},
};

/// Its address.
pub(super) const ROUTE: &str = "/v1/workshops/{workshop}/registrations/{registration}/substitute";

/// The answer: who comes now, and whose place it was.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Substituted"))]
pub(super) struct SubstitutedBody {
    registration: Uuid,
    replaces: Uuid,
    number: String,
    person: Uuid,
    #[cfg_attr(test, schemars(with = "shape::State"))]
    state: &'static str,
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
) -> Result<Accepted<SubstitutedBody>, Problem> {
    let who = Who::OfficeOrParticipant;
    let it: Reading<SubstituteBody> =
        at_registration::read(&arrival, who, &address, request).await?;
    if matches!(it.asker, Asker::Participant(_)) && it.body.reason().is_some() {
        return Err(not_theirs("/reason"));
    }
    let secret = ParticipantSecret::draw();
    let made = MadeSuccessor {
        registration: it.registration,
        successor: fresh::ordered_id(arrival.at()),
        link: LinkHash(secret.hash().0),
        channel: match it.asker {
            Asker::Participant(_) => Channel::Web,
            _ => Channel::Office,
        },
    };
    let wish = Wish::Substitute(Box::new(it.body.successor(&made)?));
    let kind = "registration.substitute";
    match it.ask(&office, &arrival, (kind, wish)).await? {
        Answer::Decided {
            position,
            decision,
            replayed,
        } => {
            let substituted = substituted(&decision.events).ok_or(Code::Internal)?;
            let secret = (!replayed).then(|| secret.to_text());
            let body = SubstitutedBody::of(substituted, position, secret);
            Ok(Accepted {
                position,
                replayed,
                location: Some(format!("/v1/registrations/{}", body.registration)),
                body,
            })
        }
        Answer::Unchanged { .. } => Err(Code::Internal.into()),
    }
}

fn substituted(events: &[Event]) -> Option<&Substituted> {
    events.iter().find_map(|event| match event {
        Event::Workshop(workshop::Event::Substituted(substituted)) => Some(&**substituted),
        _ => None,
    })
}

impl SubstitutedBody {
    fn of(substituted: &Substituted, position: Position, link_secret: Option<String>) -> Self {
        Self {
            registration: Uuid::from_u128(substituted.successor.0),
            replaces: Uuid::from_u128(substituted.registration.0),
            number: substituted.number.to_string(),
            person: Uuid::from_u128(substituted.person.0),
            state: "confirmed",
            position,
            link_secret,
        }
    }
}
