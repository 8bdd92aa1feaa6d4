//! `GET /v1/workshops/{workshop}/assignment-runs/{run}`: one run that assigned topics or would have.

use anmeldewerk_contract::problem::Code;
use anmeldewerk_service::problem::Problem;
use axum::{
    extract::{Path, State},
    response::Response,
};
use uuid::Uuid;

use crate::{
    answer::{Audience, Refused, Reply, Tag, found, json},
    ask::{Question, workshop_id},
    desk::Desk,
    document::roles,
    form::RunBody,
};

const ROUTE: &str = "/v1/workshops/{workshop}/assignment-runs/{run}";

/// Shows one run that assigned topics of a workshop, or would have.
#[utoipa::path(
    get,
    path = ROUTE,
    operation_id = "get_assignment_run",
    tag = "topics",
    responses((status = 200, body = RunBody)),
    extensions(("x-roles" = json!(roles::FIGURES))),
)]
pub(super) async fn handle(
    State(desk): State<Desk>,
    Path((workshop, run)): Path<(String, String)>,
    question: Question,
) -> Result<Response, Refused> {
    question.viewer.require_figures()?;
    let parameters = question.parameters(&[])?;
    let wanted = question.wanted(&parameters)?;
    let workshop = workshop_id(&workshop)?;
    let run = Uuid::try_parse(&run).map_err(|_| Problem::new(Code::NotFound))?;
    let scope = question.viewer.scope();
    let query = desk.read_model.assignment_run(&scope, workshop, run);
    let answer = found(desk.ask(wanted, query).await?)?;
    let run = &answer.value;
    let body = json(&RunBody::from(run));
    let reply = Reply {
        position: answer.position,
        tag: Tag::of_entity(run.published_at.unwrap_or(run.drafted_at), &body),
        audience: Audience::Shared,
        link: None,
        body,
    };
    Ok(reply.answer(&question.known))
}
