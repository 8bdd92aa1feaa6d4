//! `GET /v1/workshops/{workshop}/attendees`: its registrations in the order of their arrival.
//!
//! The host's office sees all of them, another office its own, a program's system what it sent,
//! an auditor all of them under pseudonyms.

use anmeldewerk_domain::{MunicipalityKey, ProgramId, TopicCode, workshop::Situation};
use anmeldewerk_read_model::query::{AttendeeFilter, Window};
use anmeldewerk_service::problem::Problem;
use axum::{
    extract::{Path, State},
    response::Response,
};
use uuid::Uuid;

use super::page;
use crate::{
    answer::{Refused, found},
    ask::{self, Parameters, Question, Viewer, workshop_id},
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
    let filter = filter(&parameters, &question.viewer)?;
    let workshop = workshop_id(&workshop)?;
    let scope = question.viewer.scope();
    let query = desk.read_model.attendees(&scope, workshop, &filter);
    let answer = found(desk.ask(wanted, query).await?)?;
    let scene = Scene {
        route: ROUTE,
        workshop: Uuid::from_u128(workshop.0),
    };
    page::answer(&desk, &question, scene, answer).await
}

fn filter(parameters: &Parameters<'_>, viewer: &Viewer) -> Result<AttendeeFilter, Problem> {
    let program = parameters.get("program", ProgramId::new)?;
    Ok(AttendeeFilter {
        state: parameters.get("state", situation)?,
        program: viewer.narrow(program)?,
        municipality: parameters.get("municipality", MunicipalityKey::new)?,
        topic: parameters.get("topic", TopicCode::new)?,
        window: window(parameters)?,
    })
}

/// Reads which part of a list of registrations is asked for.
pub(super) fn window(parameters: &Parameters<'_>) -> Result<Window, Problem> {
    Ok(Window {
        after: parameters.after(ask::arrival)?.unwrap_or_default(),
        limit: parameters.limit()?,
    })
}

fn situation(name: &str) -> Option<Situation> {
    let situations = [
        Situation::Submitted,
        Situation::Confirmed,
        Situation::Waitlisted,
        Situation::Cancelled,
    ];
    situations
        .into_iter()
        .find(|situation| situation.name() == name)
}
