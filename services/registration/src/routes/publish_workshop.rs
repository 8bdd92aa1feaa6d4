//! `POST /v1/workshops/{workshop}/publish`: the host lets people see it and register.

use anmeldewerk_domain::workshop;
use anmeldewerk_service::problem::Problem;
use axum::extract::{Path, Request, State};

use super::{
    Office,
    arrival::Arrival,
    at_workshop::{self, Ask, Key, Reading, WorkshopBody},
    reply::Accepted,
};
use crate::form::reason::EmptyBody;

/// Its address.
pub(super) const ROUTE: &str = "/v1/workshops/{workshop}/publish";

pub(super) async fn handle(
    State(office): State<Office>,
    Path(workshop): Path<String>,
    arrival: Arrival,
    request: Request,
) -> Result<Accepted<WorkshopBody>, Problem> {
    let it: Reading<EmptyBody> =
        at_workshop::read(&arrival, Key::Required, &workshop, request).await?;
    let published = it
        .decide(&office, &arrival, Ask::ready(workshop::Command::Publish))
        .await?;
    Ok(published.in_status("published"))
}
