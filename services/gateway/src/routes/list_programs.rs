//! `GET /v1/programs`: all programs, for everybody who has a role.

use anmeldewerk_read_model::query::AsOf;
use axum::{extract::State, response::Response};

use crate::{
    answer::{Audience, List, Refused, Reply, Tag, json},
    ask::Question,
    desk::Desk,
    document::roles,
    form::ProgramBody,
};

const ROUTE: &str = "/v1/programs";

/// Lists the programs.
#[utoipa::path(
    get,
    path = ROUTE,
    operation_id = "list_programs",
    tag = "programs",
    responses((status = 200, body = List<ProgramBody>)),
    extensions(("x-roles" = json!(roles::WITH_A_ROLE))),
)]
pub(super) async fn handle(
    State(desk): State<Desk>,
    question: Question,
) -> Result<Response, Refused> {
    question.viewer.require_role()?;
    let parameters = question.parameters(&[])?;
    let wanted = question.wanted(&parameters)?;
    let AsOf {
        position, value, ..
    } = desk.ask(wanted, desk.read_model.programs()).await?;
    let body = json(&List {
        items: value.iter().map(ProgramBody::from).collect(),
        next: None,
        parked_at: None,
    });
    let reply = Reply {
        position,
        tag: Tag::of_list(&body),
        audience: Audience::Shared,
        link: None,
        body,
    };
    Ok(reply.answer(&question.known))
}
