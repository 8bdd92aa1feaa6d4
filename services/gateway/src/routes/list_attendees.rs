//! `GET /v1/workshops/{workshop}/attendees`: its registrations in the order of their arrival.
//!
//! The host's office sees all of them, another office its own, a program's system what it sent,
//! an auditor all of them under pseudonyms.

use anmeldewerk_domain::{MunicipalityKey, ProgramId, TopicCode};
use anmeldewerk_read_model::{
    RegistrationState,
    query::{AsOf, AttendeeFilter, Window},
};
use anmeldewerk_service::problem::Problem;
use axum::{
    extract::{Path, State},
    response::Response,
};
use jiff::Timestamp;
use uuid::Uuid;

use super::page::{self, Part};
use crate::{
    answer::{Refused, found},
    ask::{self, Parameters, Question, Viewer, arrival_text, workshop_id},
    desk::Desk,
    disclosure::Scene,
};

pub(super) const ROUTE: &str = "/v1/workshops/{workshop}/attendees";

const PARAMETERS: &[&str] = &[
    "state",
    "program",
    "municipality",
    "topic",
    "limit",
    "after",
];

pub(super) async fn handle(
    State(desk): State<Desk>,
    Path(workshop): Path<String>,
    question: Question,
) -> Result<Response, Refused> {
    question.viewer.require_persons()?;
    let parameters = question.parameters(PARAMETERS)?;
    let wanted = question.wanted(&parameters)?;
    let filter = filter(&parameters, &question.viewer, desk.clock.now().at)?;
    let workshop = workshop_id(&workshop)?;
    let scope = question.viewer.scope();
    let query = desk.read_model.attendees(&scope, workshop, &filter);
    let answer = found(desk.ask(wanted, query).await?)?;
    let scene = Scene {
        route: ROUTE,
        workshop: Uuid::from_u128(workshop.0),
    };
    let AsOf {
        position,
        parked_at,
        value,
    } = answer;
    let value = Part {
        items: value.items,
        next: value.next.map(arrival_text),
    };
    let part = AsOf {
        position,
        parked_at,
        value,
    };
    page::answer(&desk, &question, scene, part).await
}

fn filter(
    parameters: &Parameters<'_>,
    viewer: &Viewer,
    now: Timestamp,
) -> Result<AttendeeFilter, Problem> {
    let program = parameters.get("program", ProgramId::new)?;
    Ok(AttendeeFilter {
        state: parameters.get("state", RegistrationState::parse)?,
        program: viewer.narrow(program)?,
        municipality: parameters.get("municipality", MunicipalityKey::new)?,
        topic: parameters.get("topic", TopicCode::new)?,
        window: Window {
            after: parameters.after(ask::arrival)?.unwrap_or_default(),
            limit: parameters.limit()?,
        },
        now,
    })
}
