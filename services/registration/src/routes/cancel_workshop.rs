//! `POST /v1/workshops/{workshop}/cancel`: it will not take place.

use anmeldewerk_domain::workshop;
use anmeldewerk_service::problem::Problem;
use axum::extract::{Path, Request, State};

use super::{
    Office,
    arrival::Arrival,
    at_workshop::{self, Ask, Key, Reading, WorkshopBody},
    reply::Accepted,
};
use crate::form::reason::CallOffBody;

/// Its address.
pub(super) const ROUTE: &str = "/v1/workshops/{workshop}/cancel";

pub(super) async fn handle(
    State(office): State<Office>,
    Path(workshop): Path<String>,
    arrival: Arrival,
    request: Request,
) -> Result<Accepted<WorkshopBody>, Problem> {
    let it: Reading<CallOffBody> =
        at_workshop::read(&arrival, Key::Required, &workshop, request).await?;
    let reason = it.body.reason();
    let call_off = workshop::Command::CallOff { reason };
    it.decide(&office, &arrival, Ask::ready(call_off)).await
}
