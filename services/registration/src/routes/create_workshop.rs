//! `POST /v1/workshops`: a coordination office makes a workshop, as a draft of its program.

use anmeldewerk_contract::{Position, problem::Code};
use anmeldewerk_domain::{Boundary, Command, WorkshopId, workshop};
use anmeldewerk_service::{
    auth::Role, body::StrictJson, idempotency::command_id, problem::Problem,
};
use axum::extract::{Request, State};
use serde::Serialize;
use uuid::Uuid;

use super::{
    Office,
    arrival::{self, Arrival, Content},
    reply::Accepted,
};
use crate::{
    access::Asker,
    form::workshop::WorkshopBody,
    writer::{Answer, Wish},
};

/// Its address.
pub(super) const ROUTE: &str = "/v1/workshops";

/// The answer.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "WorkshopCreated"))]
pub(super) struct Created {
    workshop: Uuid,
    status: &'static str,
    #[cfg_attr(test, schemars(with = "u64"))]
    position: Position,
}

pub(super) async fn handle(
    State(office): State<Office>,
    arrival: Arrival,
    request: Request,
) -> Result<Accepted<Created>, Problem> {
    let asker = arrival.asker(&[Role::Coordinator])?;
    let key = arrival.key_required()?;
    arrival.no_condition()?;
    let body: StrictJson<WorkshopBody> = arrival::body(request).await?;
    let Asker::Office(host) = asker.clone() else {
        return Err(Code::Forbidden.into());
    };
    let workshop = derived_id(host.as_str(), key);
    let settings = Box::new(body.value.settings()?);
    let create = workshop::Command::Create { host, settings };
    let content = Content {
        kind: create.kind(),
        target: "",
        canonical: &body.canonical,
    };
    let wish = Wish::Ready(Command::Workshop(create.clone()));
    let boundary = Boundary::Workshop(WorkshopId(workshop.as_u128()));
    let command = arrival
        .asked(&office, (boundary, asker, wish), content)
        .await?;
    let (position, replayed) = match office.desk.ask(command).await? {
        Answer::Unchanged { position, .. } => (position, false),
        Answer::Decided {
            position, replayed, ..
        } => (position, replayed),
    };
    Ok(Accepted {
        position,
        replayed,
        location: Some(format!("/v1/workshops/{workshop}")),
        body: Created {
            workshop,
            status: "draft",
            position,
        },
    })
}

/// Derives a workshop's id from program and key: a repeat finds the same workshop, never a second.
fn derived_id(host: &str, key: Uuid) -> Uuid {
    let hash = command_id(&format!("workshop-id/{host}"), key);
    let (bytes, _) = hash.split_first_chunk::<16>().expect("a hash has 32 bytes");
    uuid::Builder::from_custom_bytes(*bytes).into_uuid()
}
