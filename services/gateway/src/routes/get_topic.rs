//! `GET /v1/topics/{code}`: what a topic is about, and the workshops that offer it and that the caller may see.

use anmeldewerk_contract::problem::Code;
use anmeldewerk_domain::TopicCode;
use anmeldewerk_read_model::query::{AsOf, Rows, Slice, TopicPage};
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
    form::{TopicOfferBody, TopicPageBody},
};

const ROUTE: &str = "/v1/topics/{topic}";

const PARAMETERS: &[&str] = &["limit", "after"];

/// Says what a topic is about, and lists the workshops that offer it, the earliest first.
#[utoipa::path(
    get,
    path = ROUTE,
    operation_id = "get_topic",
    tag = "workshops",
    responses((status = 200, body = TopicPageBody)),
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
    // A topic that nobody offers or describes is none; behind the last workshop there is an end and no absence.
    let offered = slice.after.is_some() || !value.offers.items.is_empty();
    let answer = AsOf {
        position,
        parked_at,
        value: (offered || value.stated.is_some()).then_some(value),
    };
    let TopicPage { stated, offers } = found(answer)?.value;
    let Rows { items, next } = offers;
    let next = next.map(|next| ask::workshop_text(Lists::TopicOffers, next));
    let link = next.as_deref().map(|next| question.next_link(next));
    let offers = List {
        items: items.iter().map(TopicOfferBody::from).collect(),
        next,
        parked_at,
    };
    let body = json(&TopicPageBody::of(&topic, stated.as_ref(), offers));
    let reply = Reply {
        position,
        tag: Tag::of_list(&body),
        audience: Audience::Shared,
        link,
        body,
    };
    Ok(reply.answer(&question.known))
}
