//! `POST /v1/workshops/{workshop}/topic-swaps`: two people have each other's topic.

use anmeldewerk_domain::workshop;
use anmeldewerk_service::problem::Problem;
use axum::extract::{Path, Request, State};

use super::{
    Office,
    arrival::Arrival,
    at_workshop::{self, Ask, Key, Reading, WorkshopBody},
    reply::Accepted,
};
use crate::form::reason::SwapBody;

/// Its address.
pub(super) const ROUTE: &str = "/v1/workshops/{workshop}/topic-swaps";

pub(super) async fn handle(
    State(office): State<Office>,
    Path(workshop): Path<String>,
    arrival: Arrival,
    request: Request,
) -> Result<Accepted<WorkshopBody>, Problem> {
    let it: Reading<SwapBody> =
        at_workshop::read(&arrival, Key::Required, &workshop, request).await?;
    let swap = workshop::Command::SwapTopics(it.body.swap()?);
    it.decide(&office, &arrival, Ask::ready(swap)).await
}
