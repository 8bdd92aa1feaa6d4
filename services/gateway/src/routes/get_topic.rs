//! `GET /v1/topics/{code}`: one topic in all workshops that offer it and that the caller may see, the earliest first.

use anmeldewerk_contract::problem::Code;
use anmeldewerk_domain::TopicCode;
use anmeldewerk_read_model::query::{AsOf, Rows, Slice};
use anmeldewerk_service::problem::Problem;
use axum::{
    extract::{Path, State},
    response::Response,
};

use crate::{
    answer::{Audience, List, Refused, Reply, Tag, found, json},
    ask::{self, List as Lists, Question},
    desk::Desk,
    document::roles,
    form::TopicOfferBody,
};

const ROUTE: &str = "/v1/topics/{topic}";

const PARAMETERS: &[&str] = &["limit", "after"];

/// Lists the workshops that offer a topic, the earliest first.
#[utoipa::path(
    get,
    path = ROUTE,
    operation_id = "get_topic",
    tag = "workshops",
    responses((status = 200, body = List<TopicOfferBody>)),
    extensions(("x-roles" = json!(roles::EVERYBODY)), ("x-takes" = json!(PARAMETERS))),
)]
pub(super) async fn handle(
    State(desk): State<Desk>,
    Path(topic): Path<String>,
    question: Question,
) -> Result<Response, Refused> {
    let parameters = question.parameters(PARAMETERS)?;
    let wanted = question.wanted(&parameters)?;
    let slice = Slice {
        after: parameters.after(|text| ask::workshop(Lists::TopicOffers, text))?,
        limit: parameters.limit()?,
    };
    let topic = TopicCode::new(&topic).ok_or_else(|| Problem::new(Code::NotFound))?;
    let scope = question.viewer.scope();
    let query = desk.read_model.topic(&scope, &topic, slice);
    let AsOf {
        position,
        parked_at,
        value,
    } = desk.ask(wanted, query).await?;
    // A topic that nobody offers is none; behind the last workshop there is an end and no absence.
    let offered = slice.after.is_some() || !value.items.is_empty();
    let answer = AsOf {
        position,
        parked_at,
        value: offered.then_some(value),
    };
    let Rows { items, next } = found(answer)?.value;
    let next = next.map(|next| ask::workshop_text(Lists::TopicOffers, next));
    let link = next.as_deref().map(|next| question.next_link(next));
    let body = json(&List {
        items: items.iter().map(TopicOfferBody::from).collect(),
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
