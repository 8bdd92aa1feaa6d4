//! `POST /v1/workshops/{workshop}/registrations/by-reference/{reference}/cancel`: a program gives a place back.

use anmeldewerk_contract::{Position, problem::Code};
use anmeldewerk_domain::{
    Boundary, Event, ProgramId, WorkshopId,
    workshop::{self, Canceller},
};
use anmeldewerk_service::{auth::Role, body::OptionalJson, problem::Problem};
use axum::extract::{Path, Request, State};

use super::{
    Office,
    arrival::{self, Arrival, Content},
    at_registration::noted,
    outcome::StandingBody,
    reply::Accepted,
};
use crate::{
    access::Asker,
    form::{
        reason::{MaybeReasonBody, Noted, field_error},
        registration::reference_hash,
    },
    writer::{Answer, Wish},
};
use uuid::Uuid;

/// Its address.
pub(super) const ROUTE: &str =
    "/v1/workshops/{workshop}/registrations/by-reference/{reference}/cancel";

pub(super) async fn handle(
    State(office): State<Office>,
    Path((workshop, reference)): Path<(String, String)>,
    arrival: Arrival,
    request: Request,
) -> Result<Accepted<StandingBody>, Problem> {
    let asker = arrival.asker(&[Role::Feeder, Role::Coordinator])?;
    arrival.key_required()?;
    let body: OptionalJson<MaybeReasonBody> = arrival::body(request).await?;
    let workshop = Uuid::try_parse(&workshop).map_err(|_| Code::NotFound)?;
    let reason = body.value.reason.map(Into::into);
    let (program, by): (&ProgramId, Canceller) = match (&asker, reason) {
        (Asker::Feeder(program), reason) => (program, Canceller::Feeder(reason)),
        (Asker::Office(program), Some(reason)) => (program, Canceller::Office(reason)),
        (Asker::Office(_), None) => return Err(field_error("/reason", "missing_field")),
        _ => return Err(Code::Forbidden.into()),
    };
    let wish = Wish::CancelReferred(reference_hash(program, &reference), by);
    let wish = noted(wish, body.value.note()?);
    let content = Content {
        kind: "registration.cancel",
        target: &reference,
        canonical: &body.canonical,
    };
    let boundary = Boundary::Workshop(WorkshopId(workshop.as_u128()));
    let command = arrival
        .asked(&office, (boundary, asker, wish), content)
        .await?;
    match office.desk.ask(command).await? {
        Answer::Decided {
            position,
            decision,
            replayed,
        } => Ok(Accepted {
            position,
            replayed,
            location: None,
            body: cancelled(&decision.events, position).ok_or(Code::Internal)?,
        }),
        Answer::Unchanged { .. } => Err(Code::Internal.into()),
    }
}

fn cancelled(events: &[Event], position: Position) -> Option<StandingBody> {
    let registration = events.iter().find_map(|event| match event {
        Event::Workshop(workshop::Event::Cancelled { registration, .. }) => Some(*registration),
        _ => None,
    })?;
    Some(StandingBody::of(events, registration, position))
}
