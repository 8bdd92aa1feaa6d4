//! `PATCH /v1/workshops/{workshop}`: the host states settings anew (RFC 7396).

use anmeldewerk_service::problem::Problem;
use axum::extract::{Path, Request, State};

use super::{
    Office,
    arrival::Arrival,
    at_workshop::{self, Ask, Key, Reading, WorkshopBody},
    reply::Accepted,
};
use crate::{form::workshop::WorkshopBody as SettingsBody, writer::Wish};

/// Its address.
pub(super) const ROUTE: &str = "/v1/workshops/{workshop}";

pub(super) async fn handle(
    State(office): State<Office>,
    Path(workshop): Path<String>,
    arrival: Arrival,
    request: Request,
) -> Result<Accepted<WorkshopBody>, Problem> {
    let it: Reading<SettingsBody> =
        at_workshop::read(&arrival, Key::Accepted, &workshop, request).await?;
    let (it, body) = it.split();
    let ask = Ask {
        kind: "workshop.amend",
        target: "",
        wish: Wish::Restate(Box::new(body)),
    };
    it.decide(&office, &arrival, ask).await
}
