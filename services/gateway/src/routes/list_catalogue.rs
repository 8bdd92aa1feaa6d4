//! `GET /v1/topics`: the topics of all workshops that the caller may see, by their codes.

use anmeldewerk_read_model::query::{AsOf, Rows, Slice};
use axum::{extract::State, response::Response};

use crate::{
    answer::{Audience, List, Refused, Reply, Tag, json},
    ask::{self, Question},
    desk::Desk,
    document::roles,
    form::CatalogueTopicBody,
};

const ROUTE: &str = "/v1/topics";

const PARAMETERS: &[&str] = &["limit", "after"];

/// Lists the topics of all workshops that the caller may see, by their codes.
#[utoipa::path(
    get,
    path = ROUTE,
    operation_id = "list_catalogue",
    tag = "workshops",
    responses((status = 200, body = List<CatalogueTopicBody>)),
    extensions(("x-roles" = json!(roles::EVERYBODY)), ("x-takes" = json!(PARAMETERS))),
)]
pub(super) async fn handle(
    State(desk): State<Desk>,
    question: Question,
) -> Result<Response, Refused> {
    let parameters = question.parameters(PARAMETERS)?;
    let wanted = question.wanted(&parameters)?;
    let after = parameters.after(ask::topic)?;
    let slice = Slice {
        after: after.as_ref(),
        limit: parameters.limit()?,
    };
    let scope = question.viewer.scope();
    let query = desk.read_model.catalogue(&scope, slice);
    let AsOf {
        position,
        parked_at,
        value: Rows { items, next },
    } = desk.ask(wanted, query).await?;
    let next = next.as_deref().map(ask::topic_text);
    let link = next.as_deref().map(|next| question.next_link(next));
    let body = json(&List {
        items: items.iter().map(CatalogueTopicBody::from).collect(),
        next,
        parked_at,
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
