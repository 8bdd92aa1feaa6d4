//! `PUT /v1/workshops/{workshop}/attendance`: the host's office states who was there in a session.

use anmeldewerk_contract::problem::Code;
use anmeldewerk_service::{auth::Role, body::StrictJson, problem::Problem};
use axum::extract::{Path, Request, State};
use uuid::Uuid;

use super::{
    Office,
    arrival::{self, Arrival},
    at_workshop::{Ask, Reading, WorkshopBody},
    reply::Accepted,
};
use crate::{
    form::attendance::{LIST_BYTES, SheetBody},
    writer::Wish,
};

/// Its address.
pub(super) const ROUTE: &str = "/v1/workshops/{workshop}/attendance";

pub(super) async fn handle(
    State(office): State<Office>,
    Path(workshop): Path<String>,
    arrival: Arrival,
    request: Request,
) -> Result<Accepted<WorkshopBody>, Problem> {
    let asker = arrival.asker(&[Role::Coordinator])?;
    arrival.no_condition()?;
    let body: StrictJson<SheetBody, LIST_BYTES> = arrival::body(request).await?;
    let workshop = Uuid::try_parse(&workshop).map_err(|_| Code::NotFound)?;
    let sheet = body.value.sheet()?;
    let it = Reading::new(asker, workshop, body.canonical);
    let ask = Ask {
        kind: "attendance.take",
        target: "",
        wish: Wish::Attend(Box::new(sheet)),
    };
    it.decide(&office, &arrival, ask).await
}
