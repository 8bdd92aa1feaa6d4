//! `POST /v1/workshops/{workshop}/registrations`: somebody is registered.

use anmeldewerk_contract::{Position, problem::Code};
use anmeldewerk_domain::{
    Boundary, Event, LinkHash, WorkshopId,
    workshop::{self, Channel},
};
use anmeldewerk_service::{
    auth::{ParticipantSecret, Role},
    body::StrictJson,
    problem::Problem,
};
use axum::extract::{Path, Request, State};
use serde::Serialize;
use uuid::Uuid;

use super::{
    Office,
    arrival::{self, Arrival, Content},
    reply::Accepted,
};
use crate::{
    access::Asker,
    form::registration::{Made, RegistrationBody},
    fresh,
    writer::{Answer, Wish},
};

/// The answer.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct Submitted {
    registration: Uuid,
    number: String,
    person: Uuid,
    state: &'static str,
    waitlist_place: Option<u32>,
    position: Position,
    link_secret: Option<String>,
}

pub(super) async fn handle(
    State(office): State<Office>,
    Path(workshop): Path<String>,
    arrival: Arrival,
    request: Request,
) -> Result<Accepted<Submitted>, Problem> {
    let asker = arrival.asker(&[Role::Coordinator, Role::Feeder])?;
    arrival.key_required()?;
    let body: StrictJson<RegistrationBody> = arrival::body(request).await?;
    let workshop = Uuid::try_parse(&workshop).map_err(|_| Code::NotFound)?;
    let secret = ParticipantSecret::draw();
    let made = Made {
        registration: fresh::ordered_id(arrival.received_at),
        link: LinkHash(secret.hash().0),
        channel: match &asker {
            Asker::Feeder(_) => Channel::Api,
            Asker::Office(_) | Asker::Operator | Asker::Participant(_) => Channel::Office,
        },
    };
    let wish = Wish::Register(Box::new(body.value.applicant(&made)?));
    let boundary = Boundary::Workshop(WorkshopId(workshop.as_u128()));
    let content = Content {
        kind: "registration.submit",
        target: "",
        canonical: &body.canonical,
    };
    let command = arrival
        .asked(&office, (boundary, asker, wish), content)
        .await?;
    match office.desk.ask(command).await? {
        Answer::Decided {
            position,
            decision,
            replayed,
        } => {
            // The secret is shown once: a repeat cannot know it.
            let secret = (!replayed).then(|| secret.to_text());
            let body = outcome(&decision.events, position, secret).ok_or(Code::Internal)?;
            Ok(Accepted {
                position,
                replayed,
                location: Some(format!("/v1/registrations/{}", body.registration)),
                body,
            })
        }
        Answer::Unchanged(_) => Err(Code::Internal.into()),
    }
}

/// Reads the answer out of what was decided, so that a repeat reads the same.
fn outcome(events: &[Event], position: Position, link_secret: Option<String>) -> Option<Submitted> {
    let submitted = events.iter().find_map(|event| match event {
        Event::Workshop(workshop::Event::Submitted(submitted)) => Some(submitted),
        _ => None,
    })?;
    let (state, waitlist_place) = events.iter().find_map(|event| match event {
        Event::Workshop(workshop::Event::Confirmed { registration, .. })
            if *registration == submitted.registration =>
        {
            Some(("confirmed", None))
        }
        Event::Workshop(workshop::Event::Waitlisted {
            registration,
            place,
        }) if *registration == submitted.registration => Some(("waitlisted", Some(*place))),
        _ => None,
    })?;
    Some(Submitted {
        registration: Uuid::from_u128(submitted.registration.0),
        number: submitted.number.to_string(),
        person: Uuid::from_u128(submitted.person.0),
        state,
        waitlist_place,
        position,
        link_secret,
    })
}
