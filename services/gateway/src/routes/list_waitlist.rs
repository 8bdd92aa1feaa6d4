//! `GET /v1/workshops/{workshop}/waitlist`: those who wait for a seat, the first first.
//!
//! Who sees whom is as in the list of attendees; a place is counted among all who wait.

use anmeldewerk_domain::workshop::Situation;
use anmeldewerk_read_model::query::AttendeeFilter;
use axum::{
    extract::{Path, State},
    response::Response,
};
use uuid::Uuid;

use super::{list_attendees::window, page};
use crate::{
    answer::{Refused, found},
    ask::{Question, workshop_id},
    desk::Desk,
    disclosure::Scene,
};

pub(super) const ROUTE: &str = "/v1/workshops/{workshop}/waitlist";

pub(super) async fn handle(
    State(desk): State<Desk>,
    Path(workshop): Path<String>,
    question: Question,
) -> Result<Response, Refused> {
    question.viewer.require_persons()?;
    let parameters = question.parameters(&["limit", "after"])?;
    let wanted = question.wanted(&parameters)?;
    let waiting = AttendeeFilter {
        state: Some(Situation::Waitlisted),
        program: question.viewer.narrow(None)?,
        window: window(&parameters)?,
        ..AttendeeFilter::default()
    };
    let workshop = workshop_id(&workshop)?;
    let scope = question.viewer.scope();
    let query = desk.read_model.attendees(&scope, workshop, &waiting);
    let answer = found(desk.ask(wanted, query).await?)?;
    let scene = Scene {
        route: ROUTE,
        workshop: Uuid::from_u128(workshop.0),
    };
    page::answer(&desk, &question, scene, answer).await
}
