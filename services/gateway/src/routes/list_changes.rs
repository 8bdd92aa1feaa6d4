//! `GET /v1/changes`: what has changed since a position, one item a decision, cut down to what the caller may see.
//!
//! Who has read up to a position asks for what came behind it, a second later or a year. A part may be empty although
//! the log goes on, where nothing of it is for the caller: `next` says up to where it was looked through. With
//! `Prefer: wait=<seconds>` the answer waits until there is something.

use anmeldewerk_contract::Position;
use anmeldewerk_read_model::query::{AsOf, Feed, FeedWindow};
use anmeldewerk_service::problem::Problem;
use axum::{extract::State, response::Response};
use serde::Serialize;
use tokio::time::Instant;
use utoipa::ToSchema;

use crate::{
    answer::{Audience, Refused, Reply, Tag, json},
    ask::{Parameters, Question, digits},
    desk::Desk,
    document::roles,
    form::HappeningBody,
};

const ROUTE: &str = "/v1/changes";

const PARAMETERS: &[&str] = &["limit", "after"];

#[derive(Serialize, ToSchema)]
#[schema(as = Changes)]
struct Body<'h> {
    items: Vec<HappeningBody<'h>>,
    /// Behind which position the next part begins; always there.
    #[schema(value_type = u64)]
    next: Position,
    /// Before which position rows of some subject stand still, where they do: what is retried comes in there.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<u64>, nullable = false)]
    parked_at: Option<Position>,
}

/// Lists what has changed since a position, one item a decision.
///
/// Cut down to what the caller may see. With `Prefer: wait=<seconds>` the answer waits until there is something.
#[utoipa::path(
    get,
    path = ROUTE,
    operation_id = "list_changes",
    tag = "changes",
    params(("after" = Option<u64>, Query, description = "The position behind which to begin.")),
    responses((status = 200, body = Body)),
    extensions(("x-roles" = json!(roles::WITH_A_ROLE)), ("x-takes" = json!(PARAMETERS))),
)]
pub(super) async fn handle(
    State(desk): State<Desk>,
    question: Question,
) -> Result<Response, Refused> {
    question.viewer.require_role()?;
    let parameters = question.parameters(PARAMETERS)?;
    let wanted = question.wanted(&parameters)?;
    let window = window(&parameters, question.viewer.sees_persons())?;
    if let Some(position) = wanted.position {
        desk.watermark.reached(position, wanted.patience).await;
    }
    let until = Instant::now() + wanted.patience;
    let answer = something(&desk, &question, window, until).await?;
    wanted.check(&answer)?;
    Ok(show(&question, &answer))
}

fn window(parameters: &Parameters<'_>, persons: bool) -> Result<FeedWindow, Problem> {
    let after = parameters.get("after", |text| {
        let position = digits(text)?;
        i64::try_from(position).ok().map(|_| Position(position))
    })?;
    Ok(FeedWindow {
        after: after.unwrap_or(Position::START),
        limit: parameters.limit()?,
        persons,
    })
}

/// Looks until there is something for the caller, or their patience is over.
async fn something(
    desk: &Desk,
    question: &Question,
    mut window: FeedWindow,
    until: Instant,
) -> Result<AsOf<Feed>, Refused> {
    let scope = question.viewer.scope();
    let mut waited_at = None;
    loop {
        let answer = desk.read_model.changes(&scope, window).await?;
        let Feed { items, reached } = &answer.value;
        let reached = *reached;
        let left = until.saturating_duration_since(Instant::now());
        if !items.is_empty() || left.is_zero() {
            return Ok(answer);
        }
        window.after = reached;
        if reached < answer.position {
            continue;
        }
        // A version that is behind what was heard of another one is not asked again and again.
        let in_vain = waited_at.replace(reached) == Some(reached);
        if in_vain || !desk.watermark.passes(reached, left).await {
            return Ok(answer);
        }
    }
}

fn show(question: &Question, answer: &AsOf<Feed>) -> Response {
    let Feed { items, reached } = &answer.value;
    let link = question.next_link(&reached.to_string());
    let body = json(&Body {
        items: items
            .iter()
            .map(|item| HappeningBody::of(item, &question.viewer))
            .collect(),
        next: *reached,
        parked_at: answer.parked_at,
    });
    let reply = Reply {
        position: answer.position,
        tag: Tag::of_list(&body),
        audience: Audience::Shared,
        link: Some(link),
        body,
    };
    reply.answer(&question.known)
}
