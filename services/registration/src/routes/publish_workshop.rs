//! `POST /v1/workshops/{workshop}/publish`: the host lets people see it and register.

use anmeldewerk_contract::{Position, problem::Code};
use anmeldewerk_domain::{Boundary, Command, WorkshopId, workshop};
use anmeldewerk_service::{auth::Role, body::OptionalJson, problem::Problem};
use axum::extract::{Path, Request, State};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    Office,
    arrival::{self, Arrival, Content},
    reply::Accepted,
};
use crate::writer::{Answer, Wish};

/// Nothing is to be said.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Body {}

/// The answer.
#[derive(Serialize)]
pub(super) struct Published {
    workshop: Uuid,
    status: &'static str,
    position: Position,
}

pub(super) async fn handle(
    State(office): State<Office>,
    Path(workshop): Path<String>,
    arrival: Arrival,
    request: Request,
) -> Result<Accepted<Published>, Problem> {
    let asker = arrival.asker(&[Role::Coordinator])?;
    arrival.key_required()?;
    let body: OptionalJson<Body> = arrival::body(request).await?;
    let workshop = Uuid::try_parse(&workshop).map_err(|_| Code::NotFound)?;
    let publish = workshop::Command::Publish;
    let content = Content {
        kind: publish.kind(),
        target: "",
        canonical: &body.canonical,
    };
    let boundary = Boundary::Workshop(WorkshopId(workshop.as_u128()));
    let wish = Wish::Ready(Command::Workshop(publish.clone()));
    let command = arrival
        .asked(&office, (boundary, asker, wish), content)
        .await?;
    let (position, replayed) = match office.desk.ask(command).await? {
        Answer::Unchanged(version) => (version, false),
        Answer::Decided {
            position, replayed, ..
        } => (position, replayed),
    };
    Ok(Accepted {
        position,
        replayed,
        location: None,
        body: Published {
            workshop,
            status: "published",
            position,
        },
    })
}
