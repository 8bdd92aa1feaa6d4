//! `GET /v1/registrations/{registration}/history`: the decisions by which it became what it is.
//!
//! For whoever may see the registration, its participant included.

use anmeldewerk_contract::Position;
use anmeldewerk_domain::ProgramId;
use anmeldewerk_read_model::query::{AsOf, HistoryWindow, RegistrationHistory};
use anmeldewerk_service::problem::Problem;
use axum::{
    extract::{Path, State},
    response::Response,
};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    answer::{Audience, Refused, Reply, Tag, found, json},
    ask::{self, List, Parameters, Question, Viewer, registration_id},
    desk::Desk,
    document::roles,
    form::HappeningBody,
};

const ROUTE: &str = "/v1/registrations/{registration}/history";

const PARAMETERS: &[&str] = &["limit", "after"];

#[derive(Serialize, ToSchema)]
#[schema(as = History)]
struct Body<'h> {
    registration: Uuid,
    items: Vec<HappeningBody<'h>>,
    next: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<u64>, nullable = false)]
    parked_at: Option<Position>,
}

/// Lists the decisions by which a registration became what it is.
#[utoipa::path(
    get,
    path = ROUTE,
    operation_id = "get_registration_history",
    tag = "registrations",
    responses((status = 200, body = Body)),
    extensions(("x-roles" = json!(roles::PERSONS_AND_PARTICIPANT)), ("x-takes" = json!(PARAMETERS))),
)]
pub(super) async fn handle(
    State(desk): State<Desk>,
    Path(registration): Path<String>,
    question: Question,
) -> Result<Response, Refused> {
    let viewer = &question.viewer;
    if !matches!(viewer, Viewer::Participant(_)) {
        viewer.require_persons()?;
    }
    let parameters = question.parameters(PARAMETERS)?;
    let wanted = question.wanted(&parameters)?;
    let window = window(&parameters)?;
    let id = registration_id(&registration)?;
    let answer = if let Viewer::Participant(link) = viewer {
        let query = desk.read_model.history_by_link(link, window);
        let own = |history: &RegistrationHistory| history.registration == Uuid::from_u128(id.0);
        only(desk.ask(wanted, query).await?, own)
    } else {
        let scope = viewer.scope();
        let query = desk.read_model.history(&scope, id, window);
        only(desk.ask(wanted, query).await?, |history| {
            may_see(viewer, history)
        })
    };
    Ok(show(&question, &found(answer)?))
}

fn window(parameters: &Parameters<'_>) -> Result<HistoryWindow, Problem> {
    Ok(HistoryWindow {
        after: parameters.after(|text| ask::event(List::History, text))?,
        limit: parameters.limit()?,
    })
}

/// Keeps an answer that is for the caller; of any other nothing is left, not even that its rows stand still.
fn only(
    mut answer: AsOf<Option<RegistrationHistory>>,
    theirs: impl FnOnce(&RegistrationHistory) -> bool,
) -> AsOf<Option<RegistrationHistory>> {
    answer.value = answer.value.filter(theirs);
    answer.parked_at = answer.parked_at.filter(|_| answer.value.is_some());
    answer
}

/// A program's own system sees what it sent, even where the program is the host.
fn may_see(viewer: &Viewer, history: &RegistrationHistory) -> bool {
    let sent_by = |program: &ProgramId| history.program == program.as_str();
    match viewer {
        Viewer::Feeder(program) => sent_by(program),
        _ => true,
    }
}

fn show(question: &Question, answer: &AsOf<RegistrationHistory>) -> Response {
    let RegistrationHistory {
        registration,
        items,
        next,
        ..
    } = &answer.value;
    let next = next.map(|next| ask::event_text(List::History, next));
    let link = next.as_deref().map(|next| question.next_link(next));
    let shown = items.iter();
    let body = json(&Body {
        registration: *registration,
        items: shown
            .map(|item| HappeningBody::of(item, &question.viewer))
            .collect(),
        next,
        parked_at: answer.parked_at,
    });
    let reply = Reply {
        position: answer.position,
        tag: Tag::of_list(&body),
        audience: Audience::Shared,
        link,
        body,
    };
    reply.answer(&question.known)
}
