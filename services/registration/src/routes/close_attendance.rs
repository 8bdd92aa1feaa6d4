//! `POST /v1/workshops/{workshop}/attendance/close`: from what was stated follows who attended.

use anmeldewerk_domain::workshop;
use anmeldewerk_service::problem::Problem;
use axum::extract::{Path, Request, State};

use super::{
    Office,
    arrival::Arrival,
    at_workshop::{self, Ask, Key, Reading, WorkshopBody},
    reply::Accepted,
};
use crate::form::attendance::CloseBody;

/// Its address.
pub(super) const ROUTE: &str = "/v1/workshops/{workshop}/attendance/close";

pub(super) async fn handle(
    State(office): State<Office>,
    Path(workshop): Path<String>,
    arrival: Arrival,
    request: Request,
) -> Result<Accepted<WorkshopBody>, Problem> {
    let it: Reading<CloseBody> =
        at_workshop::read(&arrival, Key::Required, &workshop, request).await?;
    arrival.no_condition()?;
    let days = it.body.days()?;
    let close = workshop::Command::CloseAttendance { days };
    it.decide(&office, &arrival, Ask::ready(close)).await
}
