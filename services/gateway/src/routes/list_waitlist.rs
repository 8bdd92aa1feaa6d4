//! `GET /v1/workshops/{workshop}/waitlist`: those who wait, in the order in which seats pass on.
//!
//! Who sees whom is as in the list of attendees; a place is counted among all who wait.

use anmeldewerk_read_model::query::{AsOf, QueuePlace, WaitlistFilter};
use axum::{
    extract::{Path, State},
    response::Response,
};
use uuid::Uuid;

use super::page::{self, Part};
use crate::{
    answer::{List, Refused, found},
    ask::{self, Question, queue_text, workshop_id},
    desk::Desk,
    disclosure::Scene,
    document::roles,
    form::RegistrationBody,
};

const ROUTE: &str = "/v1/workshops/{workshop}/waitlist";

const PARAMETERS: &[&str] = &["limit", "after"];

/// Lists those who wait, in the order in which seats pass on.
///
/// Who sees whom is as in the list of attendees; a place is counted among all who wait.
#[utoipa::path(
    get,
    path = ROUTE,
    operation_id = "list_waitlist",
    tag = "registrations",
    responses((status = 200, body = List<RegistrationBody>)),
    extensions(("x-roles" = json!(roles::PERSONS)), ("x-takes" = json!(PARAMETERS))),
)]
pub(super) async fn handle(
    State(desk): State<Desk>,
    Path(workshop): Path<String>,
    question: Question,
) -> Result<Response, Refused> {
    question.viewer.require_persons()?;
    let parameters = question.parameters(PARAMETERS)?;
    let wanted = question.wanted(&parameters)?;
    let waiting = WaitlistFilter {
        program: question.viewer.narrow(None)?,
        now: desk.clock.now().at,
        after: parameters.after(ask::queue)?.unwrap_or(QueuePlace::START),
        limit: parameters.limit()?,
    };
    let workshop = workshop_id(&workshop)?;
    let scope = question.viewer.scope();
    let query = desk.read_model.waitlist(&scope, workshop, &waiting);
    let answer = found(desk.ask(wanted, query).await?)?;
    let scene = Scene {
        route: ROUTE,
        workshop: Some(Uuid::from_u128(workshop.0)),
    };
    let AsOf {
        position,
        parked_at,
        value,
    } = answer;
    let value = Part {
        items: value.items,
        next: value.next.map(queue_text),
    };
    let part = AsOf {
        position,
        parked_at,
        value,
    };
    page::answer(&desk, &question, scene, part).await
}
