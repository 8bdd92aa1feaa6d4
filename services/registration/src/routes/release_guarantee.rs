//! `POST /v1/workshops/{workshop}/guarantees/{program}/release`: the seats kept for a program are free for all.

use anmeldewerk_contract::problem::Code;
use anmeldewerk_domain::{ProgramId, workshop};
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
pub(super) const ROUTE: &str = "/v1/workshops/{workshop}/guarantees/{program}/release";

pub(super) async fn handle(
    State(office): State<Office>,
    Path((workshop, program)): Path<(String, String)>,
    arrival: Arrival,
    request: Request,
) -> Result<Accepted<WorkshopBody>, Problem> {
    let it: Reading<EmptyBody> =
        at_workshop::read(&arrival, Key::Required, &workshop, request).await?;
    let program = ProgramId::new(&program).ok_or(Code::NotFound)?;
    let target = program.to_string();
    let release = workshop::Command::Release { program };
    it.decide(&office, &arrival, Ask::ready(release).about(&target))
        .await
}
