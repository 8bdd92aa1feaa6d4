//! `POST /v1/workshops/{workshop}/registrations/bulk`: a program states many, a line each, and is answered line by line.
//!
//! Every row is what `PUT …/by-reference/{reference}` is for one: sent again it changes nothing, so no key is needed.

use anmeldewerk_contract::problem::Code;
use anmeldewerk_domain::{Boundary, WorkshopId, workshop::Channel};
use anmeldewerk_service::{
    auth::Role,
    body, outlet,
    problem::{self, Problem},
    server::Connection,
};
use axum::{
    extract::{Path, Request, State},
    http::header,
    response::{IntoResponse, Response},
};
use uuid::Uuid;

use super::{Office, arrival::Arrival, put_municipalities::NDJSON};
use crate::{
    access::Asker,
    feed::{self, Feed},
};

/// Its address.
pub(super) const ROUTE: &str = "/v1/workshops/{workshop}/registrations/bulk";

pub(super) async fn handle(
    State(office): State<Office>,
    Path(workshop): Path<String>,
    arrival: Arrival,
    request: Request,
) -> Result<Response, Problem> {
    let asker = arrival.asker(&[Role::Feeder, Role::Coordinator])?;
    arrival.no_condition()?;
    arrival.key_unneeded()?;
    lines(&request)?;
    let workshop = Uuid::try_parse(&workshop).map_err(|_| Code::NotFound)?;
    let entrance = office.intake.enter()?;
    let channel = match asker {
        Asker::Feeder(_) => Channel::Feed,
        _ => Channel::Office,
    };
    let feed = Feed {
        boundary: Boundary::Workshop(WorkshopId(workshop.as_u128())),
        sender: arrival.sender(&office, asker).await?,
        channel,
        language: problem::language(request.headers()),
    };
    let connection = request.extensions().get::<Connection>().cloned();
    let connection = connection.unwrap_or_default();
    let (outlet, answers) = outlet::body(connection, feed::ANSWERS_BYTES);
    let rows = feed::rows(request.into_body());
    tokio::spawn(entrance.take(feed, rows, outlet));
    Ok(([(header::CONTENT_TYPE, NDJSON)], answers).into_response())
}

/// Refuses a body that is not lines of JSON.
fn lines(request: &Request) -> Result<(), Problem> {
    body::refuse_encodings(request.headers())?;
    if body::media_type(request.headers()).as_deref() == Some(NDJSON) {
        return Ok(());
    }
    Err(Problem::new(Code::UnsupportedMediaType).detail(
        format!("Erwartet wird {NDJSON} in UTF-8."),
        format!("{NDJSON} in UTF-8 is expected."),
    ))
}
