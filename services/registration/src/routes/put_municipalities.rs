//! `PUT /v1/programs/{program}/municipalities`: an office states the whole list of its municipalities.
//!
//! As JSON, NDJSON or CSV; the same list in another form is the same command.

use anmeldewerk_contract::{Position, problem::Code};
use anmeldewerk_domain::{Boundary, Command, Event, ProgramId, program};
use anmeldewerk_service::{
    auth::Role,
    body::{self, StrictJson},
    problem::Problem,
};
use axum::extract::{Path, Request, State};
use serde::Serialize;

use super::{
    Office,
    arrival::{self, Arrival, Content},
    reply::Accepted,
};
use crate::{
    form::municipality::{LIST_BYTES, ListBody, Sheet, canonical, lines, table},
    writer::{Answer, Wish},
};

/// Its address.
pub(super) const ROUTE: &str = "/v1/programs/{program}/municipalities";

/// The forms besides JSON.
pub(super) const NDJSON: &str = "application/x-ndjson";
pub(super) const CSV: &str = "text/csv";

/// The answer.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "MunicipalitiesListed"))]
pub(super) struct Listed {
    program: String,
    #[cfg_attr(test, schemars(with = "u64"))]
    position: Position,
    /// Entries that are new or say something else than before.
    #[cfg_attr(test, schemars(with = "u64"))]
    stated: usize,
    /// Entries that are not in the list any more.
    #[cfg_attr(test, schemars(with = "u64"))]
    removed: usize,
}

pub(super) async fn handle(
    State(office): State<Office>,
    Path(program): Path<String>,
    arrival: Arrival,
    request: Request,
) -> Result<Accepted<Listed>, Problem> {
    let asker = arrival.asker(&[Role::Coordinator])?;
    arrival.no_condition()?;
    let list = read(request).await?.list()?;
    let program = ProgramId::new(&program).ok_or(Code::NotFound)?;
    let canonical = canonical(&list);
    let wish = Wish::Ready(Command::Program(program::Command::ListMunicipalities(list)));
    let content = Content {
        kind: "municipalities.list",
        target: program.as_str(),
        canonical: &canonical,
    };
    let boundary = Boundary::Program(program.clone());
    let command = arrival
        .asked(&office, (boundary, asker, wish), content)
        .await?;
    let (position, replayed, [stated, removed]) = match office.desk.ask(command).await? {
        Answer::Unchanged { position, .. } => (position, false, [0, 0]),
        Answer::Decided {
            position,
            decision,
            replayed,
        } => (position, replayed, changed(&decision.events)),
    };
    Ok(Accepted {
        position,
        replayed,
        location: None,
        body: Listed {
            program: program.to_string(),
            position,
            stated,
            removed,
        },
    })
}

fn changed(events: &[Event]) -> [usize; 2] {
    let of = |event: &Event| match event {
        Event::Program(program::Event::MunicipalitiesListed(change)) => {
            Some([change.stated.len(), change.removed.len()])
        }
        Event::Program(program::Event::Registered(_) | program::Event::Amended(_))
        | Event::Workshop(_)
        | Event::Catalogue(_) => None,
    };
    events.iter().find_map(of).unwrap_or_default()
}

async fn read(request: Request) -> Result<Sheet, Problem> {
    let read: fn(&[u8]) -> Sheet = match body::media_type(request.headers()).as_deref() {
        Some(NDJSON) => lines,
        Some(CSV) => table,
        _ => {
            let body: StrictJson<ListBody, LIST_BYTES> =
                arrival::body(request).await.map_err(which)?;
            return Ok(Sheet::from(body.value));
        }
    };
    body::refuse_encodings(request.headers())?;
    Ok(read(&body::read(request, LIST_BYTES).await?))
}

/// Tells of all forms where the one that was sent is none of them.
fn which(problem: Problem) -> Problem {
    if problem.code() == Code::UnsupportedMediaType {
        problem.detail(
            format!("Erwartet wird application/json, {NDJSON} oder {CSV}, in UTF-8 und nicht komprimiert."),
            format!("application/json, {NDJSON} or {CSV} is expected, in UTF-8 and not compressed."),
        )
    } else {
        problem
    }
}
