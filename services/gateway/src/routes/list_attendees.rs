//! `GET /v1/workshops/{workshop}/attendees`: its registrations in the order of their arrival, of names or of places.
//!
//! The host's office sees all of them, another office its own, a program's system what it sent,
//! an auditor all of them under pseudonyms.

use anmeldewerk_contract::problem::Code;
use anmeldewerk_domain::{MunicipalityKey, ProgramId, TopicCode, WorkshopId};
use anmeldewerk_read_model::{
    RegistrationState,
    query::{AsOf, AttendeeFilter, MAX_NAMES, Window},
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
    answer::{List, Refused, found},
    ask::{self, Parameters, Question, Search, Viewer, Wanted, arrival_text, nowhere, workshop_id},
    desk::Desk,
    disclosure::{Scene, identities},
    document::roles,
    form::RegistrationBody,
    order::{self, By, Chosen, Cut},
};

const ROUTE: &str = "/v1/workshops/{workshop}/attendees";

const PARAMETERS: &[&str] = &[
    "state",
    "program",
    "municipality",
    "topic",
    "assigned",
    "q",
    "sort",
    "limit",
    "after",
];

/// A list that is put in order here.
struct Sorted {
    by: By,
    search: Option<Search>,
    after: Option<Uuid>,
}

/// Lists the registrations of a workshop in the order of their arrival, of names or of places.
///
/// The host's office sees all of them, another office its own, a program's system what it sent,
/// an auditor all of them under pseudonyms.
#[utoipa::path(
    get,
    path = ROUTE,
    operation_id = "list_attendees",
    tag = "registrations",
    responses(
        (status = 200, body = List<RegistrationBody>),
        (status = 422, description = "Too many to sort."),
    ),
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
    let sorted = sorted(&parameters, &question.viewer)?;
    let filter = filter(
        &parameters,
        (&question.viewer, sorted.is_some()),
        desk.clock.now().at,
    )?;
    let workshop = workshop_id(&workshop)?;
    let part = match sorted {
        None => by_arrival(&desk, &question, (workshop, &filter), wanted).await?,
        Some(sorted) => {
            let list = (workshop, &filter, &sorted);
            in_order(&desk, &question, list, wanted).await?
        }
    };
    let scene = Scene {
        route: ROUTE,
        workshop: Some(Uuid::from_u128(workshop.0)),
    };
    page::answer(&desk, &question, scene, part).await
}

async fn by_arrival(
    desk: &Desk,
    question: &Question,
    (workshop, filter): (WorkshopId, &AttendeeFilter),
    wanted: Wanted,
) -> Result<AsOf<Part>, Refused> {
    let scope = question.viewer.scope();
    let query = desk.read_model.attendees(&scope, workshop, filter);
    let AsOf {
        position,
        parked_at,
        value,
    } = found(desk.ask(wanted, query).await?)?;
    let value = Part {
        items: value.items,
        next: value.next.map(arrival_text),
    };
    Ok(AsOf {
        position,
        parked_at,
        value,
    })
}

/// Puts all names in order, then reads those who are to be shown.
async fn in_order(
    desk: &Desk,
    question: &Question,
    (workshop, filter, sorted): (WorkshopId, &AttendeeFilter, &Sorted),
    wanted: Wanted,
) -> Result<AsOf<Part>, Refused> {
    let scope = question.viewer.scope();
    let query = desk.read_model.names(&scope, workshop, filter);
    let AsOf {
        position,
        parked_at,
        value,
    } = found(desk.ask(wanted, query).await?)?;
    let names = value.ok_or_else(too_many)?;
    let identities = match (sorted.by, &sorted.search) {
        (By::Place, None) => Vec::new(),
        _ => identities(desk, question, &names).await?,
    };
    let cut = Cut {
        search: sorted.search.as_ref(),
        after: sorted.after,
        limit: usize::try_from(filter.window.limit).unwrap_or(usize::MAX),
    };
    let chosen = order::choose(&names, &identities, sorted.by, cut);
    let Chosen { ids, more } = chosen.ok_or_else(nowhere)?;
    let query = desk.read_model.chosen(&scope, (workshop, &ids), filter.now);
    let mut items = found(query.await?)?.value;
    let place = |id: Uuid| ids.iter().position(|other| *other == id);
    items.sort_by_key(|item| place(item.id));
    let last = ids.last().filter(|_| more);
    let next = last.map(|last| ask::sorted_text(*last));
    Ok(AsOf {
        position,
        parked_at,
        value: Part { items, next },
    })
}

fn too_many() -> Problem {
    Problem::new(Code::TooManyToSort).with("limit", MAX_NAMES)
}

/// Reads whether a list is to be put in order, and how; a search alone is given in the order of names.
fn sorted(parameters: &Parameters<'_>, viewer: &Viewer) -> Result<Option<Sorted>, Problem> {
    let search = parameters.get("q", Search::of)?;
    let by = parameters.get("sort", |text| match text {
        "name" => Some(Some(By::Name)),
        "place" => Some(Some(By::Place)),
        "position" => Some(None),
        _ => None,
    })?;
    let by = match (by.flatten(), &search) {
        (None, None) => return Ok(None),
        (by, _) => by.unwrap_or(By::Name),
    };
    // Pseudonyms have no order, and nobody looks for them by name.
    if *viewer == Viewer::Auditor && (by == By::Name || search.is_some()) {
        return Err(Code::Forbidden.into());
    }
    Ok(Some(Sorted {
        by,
        search,
        after: parameters.after(ask::sorted)?,
    }))
}

fn filter(
    parameters: &Parameters<'_>,
    (viewer, sorted): (&Viewer, bool),
    now: Timestamp,
) -> Result<AttendeeFilter, Problem> {
    let after = if sorted {
        None
    } else {
        parameters.after(ask::arrival)?
    };
    let program = parameters.get("program", ProgramId::new)?;
    Ok(AttendeeFilter {
        state: parameters.get("state", RegistrationState::parse)?,
        program: viewer.narrow(program)?,
        municipality: parameters.get("municipality", MunicipalityKey::new)?,
        topic: parameters.get("topic", TopicCode::new)?,
        assigned: parameters.get("assigned", TopicCode::new)?,
        window: Window {
            after: after.unwrap_or_default(),
            limit: parameters.limit()?,
        },
        now,
    })
}
