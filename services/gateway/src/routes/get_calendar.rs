//! `GET /v1/calendar/{workshop}.ics`: a workshop for calendars; a published one for everybody, a draft for its host.

use axum::{
    extract::{Path, State},
    http::{HeaderValue, StatusCode, header},
    response::Response,
};

use crate::{
    answer::{Audience, Refused, Reply, Tag, found},
    ask::{Question, workshop_id},
    desk::Desk,
    document::roles,
    form::calendar,
};

const ROUTE: &str = "/v1/calendar/{file}";

/// How the name of such a file ends.
const EXTENSION: &str = ".ics";

/// Gives a workshop as a calendar file (RFC 5545).
#[utoipa::path(
    get,
    path = ROUTE,
    operation_id = "get_calendar",
    tag = "workshops",
    params(("file" = String, Path, description = "The id of the workshop, then `.ics`.", pattern = r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.ics$")),
    responses((status = 200, content_type = "text/calendar", body = String)),
    extensions(("x-roles" = json!(roles::EVERYBODY)), ("x-takes" = json!([]))),
)]
pub(super) async fn handle(
    State(desk): State<Desk>,
    Path(file): Path<String>,
    question: Question,
) -> Result<Response, Refused> {
    let parameters = question.parameters(&[])?;
    let wanted = question.wanted(&parameters)?;
    let workshop = workshop_id(file.strip_suffix(EXTENSION).unwrap_or_default())?;
    let scope = question.viewer.scope();
    let query = desk.read_model.appointment(&scope, workshop);
    let answer = found(desk.ask(wanted, query).await?)?;
    let appointment = answer.value;
    let path = format!("/v1/workshops/{}", appointment.id);
    let url = desk.public_url.as_ref().map(|url| url.of(&path));
    let body = calendar(&appointment, url.as_deref()).into_bytes();
    let reply = Reply {
        position: answer.position,
        tag: Tag::of_entity(appointment.version, &body),
        audience: Audience::Shared,
        link: None,
        body,
    };
    Ok(as_file(reply.answer(&question.known), &appointment.slug))
}

/// Says that an answer is a calendar, and what to call it.
fn as_file(mut response: Response, slug: &str) -> Response {
    let name = format!("inline; filename=\"{slug}{EXTENSION}\"");
    if response.status() == StatusCode::OK
        && let Ok(name) = HeaderValue::from_str(&name)
    {
        let calendar = HeaderValue::from_static("text/calendar; charset=utf-8");
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, calendar);
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    response
}
