//! `POST /v1/workshops/{workshop}/postpone`: it takes place at another time.

use anmeldewerk_service::problem::Problem;
use axum::extract::{Path, Request, State};

use super::{
    Office,
    arrival::Arrival,
    at_workshop::{self, Ask, Key, Reading, WorkshopBody},
    reply::Accepted,
};
use crate::{form::schedule::ScheduleBody, writer::Wish};

/// Its address.
pub(super) const ROUTE: &str = "/v1/workshops/{workshop}/postpone";

pub(super) async fn handle(
    State(office): State<Office>,
    Path(workshop): Path<String>,
    arrival: Arrival,
    request: Request,
) -> Result<Accepted<WorkshopBody>, Problem> {
    let it: Reading<ScheduleBody> =
        at_workshop::read(&arrival, Key::Required, &workshop, request).await?;
    let (it, body) = it.split();
    let ask = Ask {
        kind: "workshop.postpone",
        target: "",
        wish: Wish::Postpone(Box::new(body)),
    };
    it.decide(&office, &arrival, ask).await
}
