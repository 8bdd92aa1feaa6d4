//! `GET /v1/workshops/{workshop}/attendance`: how many were there, by session and program.
//!
//! Whether somebody was there stands with their registration, in the list of attendees.

use axum::{
    extract::{Path, State},
    response::Response,
};

use crate::{
    answer::{Audience, Refused, Reply, Tag, found, json},
    ask::{Question, workshop_id},
    desk::Desk,
    document::roles,
    form::SessionsBody,
};

const ROUTE: &str = "/v1/workshops/{workshop}/attendance";

/// Counts who was there, by session and program.
#[utoipa::path(
    get,
    path = ROUTE,
    operation_id = "get_attendance",
    tag = "attendance",
    responses((status = 200, body = SessionsBody)),
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
    let query = desk.read_model.sessions(&scope, workshop);
    let answer = found(desk.ask(wanted, query).await?)?;
    let body = json(&SessionsBody::from(&answer.value));
    let reply = Reply {
        position: answer.position,
        tag: Tag::of_list(&body),
        audience: Audience::Shared,
        link: None,
        body,
    };
    Ok(reply.answer(&question.known))
}
