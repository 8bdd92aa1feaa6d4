//! `GET /v1/attendees`: the registrations of the caller's program in all workshops, in the order of their arrival.
//!
//! Auditors name the program, and see pseudonyms.

use anmeldewerk_domain::{MunicipalityKey, ProgramId, TopicCode};
use anmeldewerk_read_model::{
    RegistrationState,
    query::{AsOf, OwnFilter, Window},
};
use anmeldewerk_service::problem::Problem;
use axum::{extract::State, response::Response};

use super::page::{self, Part};
use crate::{
    answer::{List as Answers, Refused},
    ask::{self, List, Parameters, Question, Viewer, refused},
    desk::Desk,
    disclosure::Scene,
    document::roles,
    form::RegistrationBody,
};

const ROUTE: &str = "/v1/attendees";

const PARAMETERS: &[&str] = &[
    "state",
    "program",
    "municipality",
    "topic",
    "assigned",
    "limit",
    "after",
];

/// Lists the registrations of the caller's program in all workshops, in the order of their arrival.
///
/// Auditors name the program, and see pseudonyms.
#[utoipa::path(
    get,
    path = ROUTE,
    operation_id = "list_own_attendees",
    tag = "registrations",
    responses((status = 200, body = Answers<RegistrationBody>)),
    extensions(("x-roles" = json!(roles::PERSONS)), ("x-takes" = json!(PARAMETERS))),
)]
pub(super) async fn handle(
    State(desk): State<Desk>,
    question: Question,
) -> Result<Response, Refused> {
    question.viewer.require_persons()?;
    let parameters = question.parameters(PARAMETERS)?;
    let wanted = question.wanted(&parameters)?;
    let filter = filter(&parameters, &question.viewer)?;
    let scope = question.viewer.scope();
    let query = desk.read_model.own_attendees(&scope, &filter);
    let AsOf {
        position,
        parked_at,
        value,
    } = desk.ask(wanted, query).await?;
    let next = value.next;
    let part = AsOf {
        position,
        parked_at,
        value: Part {
            items: value.items,
            next: next.map(|next| ask::place_text(List::OwnAttendees, next)),
        },
    };
    let scene = Scene {
        route: ROUTE,
        workshop: None,
    };
    page::answer(&desk, &question, scene, part).await
}

fn filter(parameters: &Parameters<'_>, viewer: &Viewer) -> Result<OwnFilter, Problem> {
    let asked = parameters.get("program", ProgramId::new)?;
    let after = parameters.after(|text| ask::place(List::OwnAttendees, text))?;
    Ok(OwnFilter {
        program: viewer
            .own_program(asked)?
            .ok_or_else(|| refused("program", ["wird hier gebraucht", "is needed here"]))?,
        state: parameters.get("state", RegistrationState::parse)?,
        municipality: parameters.get("municipality", MunicipalityKey::new)?,
        topic: parameters.get("topic", TopicCode::new)?,
        assigned: parameters.get("assigned", TopicCode::new)?,
        window: Window {
            after: after.unwrap_or_default(),
            limit: parameters.limit()?,
        },
    })
}
