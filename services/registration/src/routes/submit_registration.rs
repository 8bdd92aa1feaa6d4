//! `POST /v1/workshops/{workshop}/registrations`: somebody is registered, by a program or by themselves.

use anmeldewerk_contract::problem::Code;
use anmeldewerk_domain::{Boundary, LinkHash, WorkshopId, workshop::Channel};
use anmeldewerk_service::{
    auth::{ParticipantSecret, Role},
    body::StrictJson,
    problem::Problem,
};
use axum::extract::{Path, Request, State};
use uuid::Uuid;

use super::{
    Office,
    arrival::{self, Arrival, Content},
    outcome::{NewBody, submissions},
    reply::Accepted,
};
use crate::{
    access::Asker,
    form::registration::{Made, RegistrationBody},
    fresh,
    writer::{Answer, Wish},
};

/// Its address.
pub(super) const ROUTE: &str = "/v1/workshops/{workshop}/registrations";

pub(super) async fn handle(
    State(office): State<Office>,
    Path(workshop): Path<String>,
    arrival: Arrival,
    request: Request,
) -> Result<Accepted<NewBody>, Problem> {
    let asker = arrival.asker_or_public(&[Role::Coordinator, Role::Feeder])?;
    arrival.key_required_of(&asker)?;
    arrival.no_condition()?;
    let body: StrictJson<RegistrationBody> = arrival::body(request).await?;
    let workshop = Uuid::try_parse(&workshop).map_err(|_| Code::NotFound)?;
    if asker == Asker::Public && body.value.is_of_a_program() {
        return Err(Code::TokenMissing.into());
    }
    let secret = ParticipantSecret::draw();
    let made = Made {
        registration: fresh::ordered_id(arrival.at()),
        link: LinkHash(secret.hash().0),
        channel: channel(&asker),
    };
    let wish = Wish::Register(Box::new(body.value.applicant(&made)?));
    let boundary = Boundary::Workshop(WorkshopId(workshop.as_u128()));
    let content = Content {
        kind: "registration.submit",
        target: "",
        canonical: &body.canonical,
    };
    let public = asker == Asker::Public;
    let command = arrival
        .asked(&office, (boundary, asker, wish), content)
        .await?;
    let answer = office.desk.ask(command).await;
    match answer.map_err(|refusal| for_asker(refusal.into(), public))? {
        Answer::Decided {
            position,
            decision,
            replayed,
        } => {
            // The secret is shown once: a repeat cannot know it.
            let secret = (!replayed).then(|| secret.to_text());
            let submitted = submissions(&decision.events).next();
            let submitted = submitted.ok_or(Code::Internal)?;
            let body = NewBody::of(&decision.events, submitted, Some(position), secret);
            let body = if public { body.for_public() } else { body };
            Ok(Accepted {
                position,
                replayed,
                location: Some(format!("/v1/registrations/{}", body.registration())),
                body,
            })
        }
        Answer::Unchanged { .. } => Err(Code::Internal.into()),
    }
}

/// Says by which way somebody's registrations come in.
pub(super) fn channel(asker: &Asker) -> Channel {
    match asker {
        Asker::Feeder(_) => Channel::Api,
        Asker::Public => Channel::Web,
        Asker::Office(_) | Asker::Operator | Asker::Participant(_) | Asker::Clock => {
            Channel::Office
        }
    }
}

/// Keeps from whoever is no office under which number somebody else is registered already.
pub(super) fn for_asker(problem: Problem, stranger: bool) -> Problem {
    match problem.code() {
        Code::DuplicateRegistration if stranger => Code::DuplicateRegistration.into(),
        _ => problem,
    }
}
