//! `GET /v1/live`: the feed of changes as events that the server sends, as they happen.
//!
//! The id of an event is its position. Who comes again with `Last-Event-ID` misses nothing; without it, and without
//! `after`, the feed begins now.

use anmeldewerk_contract::{Position, problem::Code};
use anmeldewerk_service::{problem::Problem, server::Connection};
use axum::{
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, header},
    response::{IntoResponse, Response, Sse},
};

use crate::{
    answer::{LOG_POSITION, Refused},
    ask::{Question, digits},
    desk::Desk,
    document::roles,
    live::Reader,
};

const ROUTE: &str = "/v1/live";

const PARAMETERS: &[&str] = &["after"];

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");
/// After how many seconds a place may have come free.
const RETRY_S: u32 = 5;

/// Sends what changes as it happens, as server-sent events.
///
/// The id of an event is its position.
#[utoipa::path(
    get,
    path = ROUTE,
    operation_id = "live",
    tag = "changes",
    params(
        ("after" = Option<u64>, Query, description = "The position behind which to begin; now, if there is none."),
        ("Last-Event-ID" = Option<String>, Header, description = "The id of the last event that was read.", pattern = "^[0-9]{0,18}$"),
    ),
    responses((status = 200, content_type = "text/event-stream", body = String)),
    extensions(("x-roles" = json!(roles::WITH_A_ROLE)), ("x-takes" = json!(PARAMETERS))),
)]
pub(super) async fn handle(
    State(desk): State<Desk>,
    connection: Connection,
    headers: HeaderMap,
    question: Question,
) -> Result<Response, Refused> {
    question.viewer.require_role()?;
    let parameters = question.parameters(PARAMETERS)?;
    let wanted = question.wanted(&parameters)?;
    if let Some(position) = wanted.position {
        desk.watermark.reached(position, wanted.patience).await;
    }
    let from = parameters.get("after", position)?;
    let from = last_event_id(&headers)?.or(from);
    desk.watermark.look().await?;
    let heard = desk.watermark.heard();
    let place = desk.newsroom.enter().ok_or_else(full)?;
    let channel = desk.newsroom.channel(&question.viewer);
    let after = from.unwrap_or(heard);
    let reader = Reader::seat(&desk, (channel, place), after, connection);
    let headers = [
        (LOG_POSITION, HeaderValue::from(heard.0)),
        (
            header::CACHE_CONTROL,
            HeaderValue::from_static("private, no-cache"),
        ),
        // Proxies hold answers back by default.
        (
            HeaderName::from_static("x-accel-buffering"),
            HeaderValue::from_static("no"),
        ),
    ];
    Ok((headers, Sse::new(reader.events())).into_response())
}

fn position(text: &str) -> Option<Position> {
    let position = digits(text)?;
    i64::try_from(position).ok().map(|_| Position(position))
}

/// Reads where a client was; one that never had an event says nothing.
fn last_event_id(headers: &HeaderMap) -> Result<Option<Position>, Problem> {
    let Some(value) = headers.get(LAST_EVENT_ID) else {
        return Ok(None);
    };
    let text = value.to_str().ok().map(str::trim);
    match text {
        Some("") => Ok(None),
        Some(text) => position(text).map(Some).ok_or_else(invalid),
        None => Err(invalid()),
    }
}

fn invalid() -> Problem {
    Problem::new(Code::InvalidHeader).with("header", LAST_EVENT_ID.as_str())
}

fn full() -> Problem {
    Problem::new(Code::Unavailable)
        .detail(
            "Es hören schon zu viele zu.",
            "Too many are listening already.",
        )
        .retry_after_s(RETRY_S)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stated(text: &'static str) -> Result<Option<Position>, Problem> {
        let value = HeaderValue::from_static(text);
        last_event_id(&HeaderMap::from_iter([(LAST_EVENT_ID, value)]))
    }

    #[test]
    fn a_client_goes_on_where_it_was() {
        assert_eq!(last_event_id(&HeaderMap::new()), Ok(None));
        assert_eq!(stated(""), Ok(None));
        assert_eq!(stated("48211"), Ok(Some(Position(48_211))));
        for odd in ["x", "-1", "1.5", "99999999999999999999"] {
            assert_eq!(stated(odd), Err(invalid()), "{odd}");
        }
    }
}
