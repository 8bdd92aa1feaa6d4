//! `GET /v1/reports`: which reports there are, and what each of them counts.

use anmeldewerk_service::problem::language;
use axum::{extract::State, http::HeaderMap, response::Response};

use crate::{
    answer::{Audience, List, Refused, Reply, Tag, json},
    ask::Question,
    desk::Desk,
    document::roles,
    report::{Description, Report},
};

const ROUTE: &str = "/v1/reports";

/// Lists the reports, and what each of them counts.
#[utoipa::path(
    get,
    path = ROUTE,
    operation_id = "list_reports",
    tag = "reports",
    responses((status = 200, body = List<Description>)),
    extensions(("x-roles" = json!(roles::FIGURES))),
)]
pub(super) async fn handle(
    State(desk): State<Desk>,
    headers: HeaderMap,
    question: Question,
) -> Result<Response, Refused> {
    question.viewer.require_figures()?;
    let parameters = question.parameters(&[])?;
    let wanted = question.wanted(&parameters)?;
    let answer = desk.ask(wanted, desk.read_model.standing()).await?;
    let language = language(&headers);
    let body = json(&List {
        items: Report::ALL
            .map(|report| report.describe(language))
            .into_iter()
            .collect(),
        next: None,
        parked_at: None,
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
