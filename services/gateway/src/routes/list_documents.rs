//! `GET /v1/workshops/{workshop}/documents`: the versions of a workshop's documents, for everybody who sees it.

use axum::{
    extract::{Path, State},
    response::Response,
};

use crate::{
    answer::{Audience, List, Refused, Reply, Tag, found, json},
    ask::{Question, workshop_id},
    desk::Desk,
    document::roles,
    export,
    form::{DocumentBody, documents},
};

const ROUTE: &str = "/v1/workshops/{workshop}/documents";

/// Lists the documents of a workshop in all their versions, by kind, the first first.
#[utoipa::path(
    get,
    path = ROUTE,
    operation_id = "list_documents",
    tag = "documents",
    responses((status = 200, body = List<DocumentBody>)),
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
    let query = desk.read_model.documents(&scope, workshop);
    let answer = found(desk.ask(wanted, query).await?)?;
    let today = desk.clock.now().at.to_zoned(export::zone()).date();
    let body = json(&List {
        items: documents(workshop, &answer.value.versions, today),
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
