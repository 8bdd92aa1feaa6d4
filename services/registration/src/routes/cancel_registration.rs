//! `POST /v1/workshops/{workshop}/registrations/{registration}/cancel`: a place is given back.

use anmeldewerk_contract::{
    Position,
    problem::{Code, FieldError},
};
use anmeldewerk_domain::{
    Boundary, Command, RegistrationId, WorkshopId,
    workshop::{self, Cancellation, Canceller},
};
use anmeldewerk_service::{auth::Role, body::OptionalJson, problem::Problem};
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
    form::registration::{CancelBody, ReasonBody},
    writer::{Answer, Wish},
};

/// The answer.
#[derive(Serialize)]
pub(super) struct Cancelled {
    registration: Uuid,
    state: &'static str,
    position: Position,
}

pub(super) async fn handle(
    State(office): State<Office>,
    Path((workshop, registration)): Path<(String, String)>,
    arrival: Arrival,
    request: Request,
) -> Result<Accepted<Cancelled>, Problem> {
    let asker = arrival.asker_or_participant(&[Role::Coordinator])?;
    arrival.key_required()?;
    let body: OptionalJson<CancelBody> = arrival::body(request).await?;
    let workshop = Uuid::try_parse(&workshop).map_err(|_| Code::NotFound)?;
    let registration = Uuid::try_parse(&registration).map_err(|_| Code::NotFound)?;
    let cancel = workshop::Command::Cancel(Cancellation {
        registration: RegistrationId(registration.as_u128()),
        by: canceller(&asker, body.value.reason)?,
    });
    let target = registration.to_string();
    let content = Content {
        kind: cancel.kind(),
        target: &target,
        canonical: &body.canonical,
    };
    let boundary = Boundary::Workshop(WorkshopId(workshop.as_u128()));
    let wish = Wish::Ready(Command::Workshop(cancel.clone()));
    let command = arrival
        .asked(&office, (boundary, asker, wish), content)
        .await?;
    match office.desk.ask(command).await? {
        Answer::Decided {
            position, replayed, ..
        } => Ok(Accepted {
            position,
            replayed,
            location: None,
            body: Cancelled {
                registration,
                state: "cancelled",
                position,
            },
        }),
        Answer::Unchanged(_) => Err(Code::Internal.into()),
    }
}

fn canceller(asker: &Asker, reason: Option<ReasonBody>) -> Result<Canceller, Problem> {
    match (asker, reason) {
        (Asker::Participant(_), None) => Ok(Canceller::Participant),
        (Asker::Participant(_), Some(_)) => Err(reason_error("not_allowed")),
        (_, Some(reason)) => Ok(Canceller::Office(reason.into())),
        (_, None) => Err(reason_error("missing_field")),
    }
}

fn reason_error(code: &str) -> Problem {
    Problem::new(Code::InvalidBody).errors([FieldError::new("/reason", code)])
}
