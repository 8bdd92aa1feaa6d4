//! `GET /v1/workshops/{workshop}/assignment-runs`: the runs that assigned topics or would have, for those who take part.

use axum::{
    extract::{Path, State},
    response::Response,
};

use crate::{
    answer::{Audience, List, Refused, Reply, Tag, found, json},
    ask::{Question, workshop_id},
    desk::Desk,
    document::roles,
    form::RunBody,
};

const ROUTE: &str = "/v1/workshops/{workshop}/assignment-runs";

/// Lists the runs that assigned topics of a workshop, or would have; the newest first, 500 at most.
#[utoipa::path(
    get,
    path = ROUTE,
    operation_id = "list_assignment_runs",
    tag = "topics",
    responses((status = 200, body = List<RunBody>)),
    extensions(("x-roles" = json!(roles::FIGURES))),
)]
pub(super) async fn handle(
    State(desk): State<Desk>,
    Path(workshop): Path<String>,
    question: Question,
) -> Result<Response, Refused> {
    question.viewer.require_figures()?;
    let parameters = question.parameters(&[])?;
    let wanted = question.wanted(&parameters)?;
    let workshop = workshop_id(&workshop)?;
    let scope = question.viewer.scope();
    let query = desk.read_model.assignment_runs(&scope, workshop);
    let answer = found(desk.ask(wanted, query).await?)?;
    let body = json(&List {
        items: answer.value.iter().map(RunBody::from).collect::<Vec<_>>(),
        next: None,
        parked_at: answer.parked_at,
    });
    let reply = Reply {
        position: answer.position,
        tag: Tag::of_list(&body),
        audience: Audience::Shared,
        link: None,
        body,
    };
    Ok(reply.answer(&question.known))
}
