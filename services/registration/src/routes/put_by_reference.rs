//! `PUT /v1/workshops/{workshop}/registrations/by-reference/{reference}`: a program states whom a file number stands for.
//!
//! Unknown, it registers them; known with the same content, it changes nothing; with other content, it amends.

use anmeldewerk_contract::{Position, problem::Code};
use anmeldewerk_domain::{
    Boundary, Event, Instant, LinkHash, WorkshopId,
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
    outcome::{NewBody, StandingBody, submissions},
    reply::Accepted,
};
#[cfg(test)]
use crate::form::shape;
use crate::{
    access::Asker,
    form::registration::{Made, RegistrationBody},
    fresh,
    writer::{Answer, Standing, Wish},
};

/// Its address.
pub(super) const ROUTE: &str = "/v1/workshops/{workshop}/registrations/by-reference/{reference}";

/// The answer: what was done, and the registration.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "RegistrationPut"))]
pub(crate) struct Put {
    pub(crate) outcome: &'static str,
    #[serde(flatten)]
    registration: Registration,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "RegistrationPutBody"))]
#[serde(untagged)]
enum Registration {
    New(NewBody),
    Known(KnownBody),
    Amended(StandingBody),
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "RegistrationKnown"))]
struct KnownBody {
    registration: Uuid,
    number: String,
    person: Uuid,
    #[cfg_attr(test, schemars(with = "shape::State"))]
    state: &'static str,
    #[cfg_attr(test, schemars(with = "u64"))]
    position: Position,
}

pub(super) async fn handle(
    State(office): State<Office>,
    Path((workshop, reference)): Path<(String, String)>,
    arrival: Arrival,
    request: Request,
) -> Result<Accepted<Put>, Problem> {
    let asker = arrival.asker(&[Role::Feeder, Role::Coordinator])?;
    let body: StrictJson<RegistrationBody> = arrival::body(request).await?;
    let workshop = Uuid::try_parse(&workshop).map_err(|_| Code::NotFound)?;
    let channel = match asker {
        Asker::Feeder(_) => Channel::Feed,
        _ => Channel::Office,
    };
    let (wish, secret) = wish((&reference, &body.value), channel, arrival.at())?;
    let boundary = Boundary::Workshop(WorkshopId(workshop.as_u128()));
    let content = content(&reference, &body.canonical);
    let command = arrival
        .asked(&office, (boundary, asker, wish), content)
        .await?;
    told(office.desk.ask(command).await?, &secret)
}

/// Reads what is wished for a reference, with a secret for whoever is new.
pub(crate) fn wish(
    (reference, body): (&str, &RegistrationBody),
    channel: Channel,
    at: Instant,
) -> Result<(Wish, ParticipantSecret), Problem> {
    let secret = ParticipantSecret::draw();
    let made = Made {
        registration: fresh::ordered_id(at),
        link: LinkHash(secret.hash().0),
        channel,
    };
    let applicant = body.applicant_under(reference, &made)?;
    Ok((Wish::Put(Box::new(applicant)), secret))
}

/// Says what such a command is.
pub(crate) fn content<'a>(reference: &'a str, canonical: &'a [u8]) -> Content<'a> {
    Content {
        kind: "registration.put",
        target: reference,
        canonical,
    }
}

/// Words the answer.
pub(crate) fn told(answer: Answer, secret: &ParticipantSecret) -> Result<Accepted<Put>, Problem> {
    match answer {
        Answer::Unchanged { position, standing } => {
            let standing = standing.ok_or(Code::Internal)?;
            Ok(Accepted {
                position,
                replayed: false,
                location: None,
                body: Put::unchanged(standing, position),
            })
        }
        Answer::Decided {
            position,
            decision,
            replayed,
        } => {
            let secret = (!replayed).then(|| secret.to_text());
            let body = Put::decided(&decision.events, position, secret).ok_or(Code::Internal)?;
            let location = body.made();
            Ok(Accepted {
                position,
                replayed,
                location,
                body,
            })
        }
    }
}

/// Where somebody would stand.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(crate) struct Stand {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) state: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) waitlist_place: Option<u32>,
}

impl Put {
    /// Tells where the registration stands.
    pub(crate) fn stand(&self) -> Stand {
        let (state, waitlist_place) = match &self.registration {
            Registration::New(new) => new.stand(),
            Registration::Known(known) => (Some(known.state), None),
            Registration::Amended(amended) => (amended.state, amended.waitlist_place),
        };
        Stand {
            state,
            waitlist_place,
        }
    }

    fn unchanged(standing: Standing, position: Position) -> Self {
        Self {
            outcome: "unchanged",
            registration: Registration::Known(KnownBody {
                registration: Uuid::from_u128(standing.registration.0),
                number: standing.number.to_string(),
                person: Uuid::from_u128(standing.person.0),
                state: standing.state,
                position,
            }),
        }
    }

    fn decided(events: &[Event], position: Position, secret: Option<String>) -> Option<Self> {
        if let Some(submitted) = submissions(events).next() {
            let body = NewBody::of(events, submitted, Some(position), secret);
            return Some(Self {
                outcome: "registered",
                registration: Registration::New(body),
            });
        }
        let amended = events.iter().find_map(|event| match event {
            Event::Workshop(workshop::Event::Amended(amended)) => Some(amended.registration),
            _ => None,
        })?;
        let body = StandingBody::of(events, amended, position);
        Some(Self {
            outcome: "amended",
            registration: Registration::Amended(body),
        })
    }

    fn made(&self) -> Option<String> {
        match &self.registration {
            Registration::New(body) => Some(format!("/v1/registrations/{}", body.registration())),
            Registration::Known(_) | Registration::Amended(_) => None,
        }
    }
}
