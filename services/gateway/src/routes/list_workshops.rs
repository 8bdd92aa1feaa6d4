//! `GET /v1/workshops`: the workshops that the caller may see, the earliest first; published ones for everybody.

use anmeldewerk_read_model::query::AsOf;
use axum::{extract::State, response::Response};

use crate::{
    answer::{Audience, List, Refused, Reply, Tag, json},
    ask::{self, List as Lists, Question},
    desk::Desk,
    document::roles,
    form::WorkshopBody,
};

const ROUTE: &str = "/v1/workshops";

const PARAMETERS: &[&str] = &["limit", "after"];

/// Lists the workshops that the caller may see, the earliest first.
#[utoipa::path(
    get,
    path = ROUTE,
    operation_id = "list_workshops",
    tag = "workshops",
    responses((status = 200, body = List<WorkshopBody>)),
    extensions(("x-roles" = json!(roles::EVERYBODY)), ("x-takes" = json!(PARAMETERS))),
)]
pub(super) async fn handle(
    State(desk): State<Desk>,
    question: Question,
) -> Result<Response, Refused> {
    let parameters = question.parameters(PARAMETERS)?;
    let wanted = question.wanted(&parameters)?;
    let (after, limit) = (
        parameters.after(|text| ask::workshop(Lists::Workshops, text))?,
        parameters.limit()?,
    );
    let scope = question.viewer.scope();
    let query = desk.read_model.workshops(&scope, after, limit);
    let AsOf {
        position, value, ..
    } = desk.ask(wanted, query).await?;
    let now = desk.clock.now().at;
    let next = value
        .next
        .map(|next| ask::workshop_text(Lists::Workshops, next));
    let link = next.as_deref().map(|next| question.next_link(next));
    let shown = value.items.iter();
    let body = json(&List {
        items: shown
            .map(|workshop| WorkshopBody::of(workshop, &question.viewer, now))
            .collect(),
        next,
        // One workshop that stands still says so itself.
        parked_at: None,
    });
    let reply = Reply {
        position,
        tag: Tag::of_list(&body),
        audience: Audience::Shared,
        link,
        body,
    };
    Ok(reply.answer(&question.known))
}
