//! `GET /v1/workshops/{workshop}/topics`: the topics offered, with their demand for those who take part.

use axum::{
    extract::{Path, State},
    response::Response,
};

use crate::{
    answer::{Audience, List, Refused, Reply, Tag, found, json},
    ask::{Question, workshop_id},
    desk::Desk,
    document::roles,
    form::{TopicBody, topics},
};

const ROUTE: &str = "/v1/workshops/{workshop}/topics";

/// Lists the topics of a workshop, with their demand for those who take part.
#[utoipa::path(
    get,
    path = ROUTE,
    operation_id = "list_topics",
    tag = "workshops",
    responses((status = 200, body = List<TopicBody>)),
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
    let query = desk.read_model.topics(&scope, workshop);
    let answer = found(desk.ask(wanted, query).await?)?;
    let body = json(&List {
        items: topics(&answer.value),
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
