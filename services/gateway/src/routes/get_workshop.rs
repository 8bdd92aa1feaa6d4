//! `GET /v1/workshops/{workshop}`: one workshop; a published one for everybody, a draft for its host.

use axum::{
    extract::{Path, State},
    response::Response,
};

use crate::{
    answer::{Audience, Refused, Reply, Tag, found, json},
    ask::{Question, workshop_id},
    desk::Desk,
    document::roles,
    form::WorkshopBody,
};

const ROUTE: &str = "/v1/workshops/{workshop}";

/// Shows one workshop with its seats and deadlines.
///
/// A published one is shown to everybody, a draft to its host.
#[utoipa::path(
    get,
    path = ROUTE,
    operation_id = "get_workshop",
    tag = "workshops",
    responses((status = 200, body = WorkshopBody)),
    extensions(("x-roles" = json!(roles::EVERYBODY))),
)]
pub(super) async fn handle(
    State(desk): State<Desk>,
    Path(workshop): Path<String>,
    question: Question,
) -> Result<Response, Refused> {
    let parameters = question.parameters(&[])?;
    let wanted = question.wanted(&parameters)?;
    let workshop = workshop_id(&workshop)?;
    let scope = question.viewer.scope();
    let query = desk.read_model.workshop(&scope, workshop);
    let answer = found(desk.ask(wanted, query).await?)?;
    let now = desk.clock.now().at;
    let body = json(&WorkshopBody::of(&answer.value, &question.viewer, now));
    let reply = Reply {
        position: answer.position,
        tag: Tag::of_entity(answer.value.version, &body),
        audience: Audience::Shared,
        link: None,
        body,
    };
    Ok(reply.answer(&question.known))
}
