//! `GET /v1/reports/{report}/rows`: the registrations, or the events, behind figures of a report.
//!
//! Each leads to its decisions. Of a foreign program's people the host alone sees rows; who reads figures without
//! persons is given the ids of reporting.

use anmeldewerk_contract::{Position, problem::Code};
use anmeldewerk_domain::{MunicipalityKey, ProgramId, TopicCode, WorkshopId, workshop::Reason};
use anmeldewerk_read_model::{
    RegistrationState,
    query::{
        AsOf, DayFilter, DayRow, FigureRow, Grant, GrantFilter, Oddity, RowFilter, Rows, Slice,
        WishFilter,
    },
};
use anmeldewerk_service::problem::Problem;
use axum::{
    extract::{Path, State},
    response::Response,
};
use jiff::{Timestamp, civil::Date};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    answer::{Audience, List, Refused, Reply, Tag, found, json},
    ask::{self, List as Lists, Parameters, Question, Wanted, missing, refused},
    desk::Desk,
    document::{roles, words},
    report::Report,
};

const ROUTE: &str = "/v1/reports/{report}/rows";

/// What may be asked for, of whichever report.
const PARAMETERS: &[&str] = &[
    "workshop",
    "program",
    "limit",
    "after",
    "state",
    "day",
    "event",
    "municipality",
    "district",
    "land",
    "slot",
    "topic",
    "rank",
    "granted",
    "by",
    "reason",
    "oddity",
];
/// How many of them belong to every report.
const COMMON: usize = 4;

/// A registration behind a figure.
#[derive(Serialize, ToSchema)]
#[schema(as = ReportRow)]
struct RowBody<'r> {
    /// Its id in reporting.
    reporting: Uuid,
    /// Absent for who sees no persons.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    registration: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    number: Option<&'r str>,
    program: &'r str,
    municipality: &'r str,
    #[schema(schema_with = words::state)]
    state: &'static str,
    cause: Option<&'r str>,
    cancelled_by: Option<&'r str>,
    cancel_reason: Option<&'r str>,
    reason: Option<&'r str>,
    submitted_at: Timestamp,
    #[schema(value_type = u64)]
    version: Position,
    /// Where its decisions are listed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    history: Option<String>,
}

/// An event behind a figure of days.
#[derive(Serialize, ToSchema)]
#[schema(as = ReportDayRow)]
struct DayRowBody<'r> {
    reporting: Uuid,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    registration: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    number: Option<&'r str>,
    program: Option<&'r str>,
    /// The decision, and which of its events.
    #[schema(value_type = u64)]
    position: Position,
    index: u16,
    decided_at: Timestamp,
    r#type: &'r str,
    state: Option<&'static str>,
    cause: Option<&'r str>,
    reason: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    history: Option<String>,
}

/// A row of whichever report; only the document needs to know.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
#[schema(as = AnyReportRow)]
#[expect(dead_code, reason = "each report has rows of one kind")]
enum AnyRowBody<'r> {
    Registration(RowBody<'r>),
    Day(DayRowBody<'r>),
}

/// Lists the registrations, or the events, behind figures of a report.
///
/// Which parameters besides `workshop` and `program` narrow the rows depends on the report.
#[utoipa::path(
    get,
    path = ROUTE,
    operation_id = "list_report_rows",
    tag = "reports",
    params(("workshop" = Uuid, Query, description = "The workshop whose rows are listed.")),
    responses((status = 200, body = List<AnyRowBody>)),
    extensions(("x-roles" = json!(roles::FIGURES)), ("x-takes" = json!(PARAMETERS))),
)]
pub(super) async fn handle(
    State(desk): State<Desk>,
    Path(name): Path<String>,
    question: Question,
) -> Result<Response, Refused> {
    question.viewer.require_figures()?;
    let report = Report::parse(&name).ok_or_else(|| Problem::new(Code::NotFound))?;
    let parameters = question.parameters(PARAMETERS)?;
    fitting(report, &parameters)?;
    let wanted = question.wanted(&parameters)?;
    let workshop = parameters.get("workshop", |text| Uuid::try_parse(text).ok())?;
    let workshop = workshop.ok_or_else(|| missing("workshop"))?;
    let workshop = WorkshopId(workshop.as_u128());
    if report == Report::Timeline {
        days(&desk, &question, (workshop, &parameters), wanted).await
    } else {
        let filter = filter(report, &parameters)?;
        let list = (workshop, &filter, &parameters);
        registrations(&desk, &question, list, wanted).await
    }
}

/// Refuses parameters of another report's rows.
fn fitting(report: Report, parameters: &Parameters<'_>) -> Result<(), Problem> {
    let others = PARAMETERS[COMMON..].iter();
    let mut others = others.filter(|name| !particular(report).contains(name));
    match others.find(|name| parameters.has(name)) {
        None => Ok(()),
        Some(name) => {
            let words = [
                "gehört zu einem anderen Bericht",
                "belongs to another report",
            ];
            Err(refused(name, words))
        }
    }
}

/// Names the parameters of one report's rows.
fn particular(report: Report) -> &'static [&'static str] {
    match report {
        Report::Programs | Report::Waitlist | Report::Attendance => &["state"],
        Report::Timeline => &["day", "event"],
        Report::Municipalities => &["municipality", "district", "land", "state"],
        Report::Topics => &["slot", "topic", "rank", "granted"],
        Report::Cancellations => &["by", "reason"],
        Report::DataQuality => &["oddity"],
        Report::ParticipantHours => &[],
    }
}

fn filter(report: Report, parameters: &Parameters<'_>) -> Result<RowFilter, Problem> {
    let state = parameters.get("state", RegistrationState::parse)?;
    let states = match report {
        Report::Programs | Report::Municipalities => state.into_iter().collect(),
        Report::Waitlist => vec![state.unwrap_or(RegistrationState::Waitlisted)],
        Report::Cancellations => vec![RegistrationState::Cancelled],
        Report::Attendance => state.map_or(RegistrationState::CLOSED.to_vec(), |state| vec![state]),
        // Who has a topic keeps it when they have attended.
        Report::Topics if parameters.has("granted") => Vec::new(),
        Report::Topics => RegistrationState::STANDING.to_vec(),
        Report::DataQuality => RegistrationState::LIVE.to_vec(),
        Report::Timeline | Report::ParticipantHours => Vec::new(),
    };
    let (wish, granted) = topic(parameters)?;
    Ok(RowFilter {
        program: parameters.get("program", ProgramId::new)?,
        states,
        municipality: parameters.get("municipality", MunicipalityKey::new)?,
        within: within(parameters)?,
        cancelled_by: parameters.get("by", canceller)?,
        cancel_reason: parameters.get("reason", reason)?,
        oddity: parameters.get("oddity", |text| {
            Oddity::ALL.into_iter().find(|oddity| oddity.name() == text)
        })?,
        wish,
        granted,
        was_there: report == Report::ParticipantHours,
    })
}

/// Reads how keys of municipalities begin: with that of a Kreis, or with the digits of a Land.
fn within(parameters: &Parameters<'_>) -> Result<Option<String>, Problem> {
    let district = parameters.get("district", |text| digits(text, 5))?;
    let land = parameters.get("land", |text| digits(text, 2))?;
    if district.is_some() && land.is_some() {
        let words = ["passt nicht zu district", "does not go with district"];
        return Err(refused("land", words));
    }
    Ok(district.or(land))
}

fn digits(text: &str, count: usize) -> Option<String> {
    let fits = text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    fits.then(|| text.to_owned())
}

fn canceller(text: &str) -> Option<String> {
    words::CANCELLERS.contains(&text).then(|| text.to_owned())
}

/// Reads a reason; `none` is without one.
fn reason(text: &str) -> Option<String> {
    if text == "none" {
        return Some(String::new());
    }
    Reason::parse(text).map(|reason| reason.name().to_owned())
}

/// Reads which topic somebody wishes for, or has.
fn topic(
    parameters: &Parameters<'_>,
) -> Result<(Option<WishFilter>, Option<GrantFilter>), Problem> {
    let topic = parameters.get("topic", TopicCode::new)?;
    let slot = parameters.get("slot", |text| {
        text.parse().ok().filter(|slot| (1..=2).contains(slot))
    })?;
    let rank = parameters.get("rank", |text| text.parse().ok().filter(|rank| *rank <= 20))?;
    let grant = parameters.get("granted", grant)?;
    if rank.is_some() && grant.is_some() {
        let words = ["passt nicht zu rank", "does not go with rank"];
        return Err(refused("granted", words));
    }
    match (topic, grant) {
        (Some(topic), Some(_)) => Ok((None, Some(GrantFilter { topic, slot, grant }))),
        (Some(topic), None) => Ok((Some(WishFilter { topic, slot, rank }), None)),
        (None, None) if slot.is_none() && rank.is_none() => Ok((None, None)),
        (None, _) => {
            let words = [
                "wird zu slot, rank und granted gebraucht",
                "is needed with slot, rank and granted",
            ];
            Err(refused("topic", words))
        }
    }
}

/// Reads by which wish somebody has a topic: `rank_1`, `other` or `unwished`.
fn grant(text: &str) -> Option<Grant> {
    match text {
        "other" => Some(Grant::Other),
        "unwished" => Some(Grant::Unwished),
        _ => {
            let rank = text.strip_prefix("rank_")?.parse().ok();
            rank.filter(|rank| (1..=20).contains(rank)).map(Grant::Wish)
        }
    }
}

async fn registrations(
    desk: &Desk,
    question: &Question,
    (workshop, filter, parameters): (WorkshopId, &RowFilter, &Parameters<'_>),
    wanted: Wanted,
) -> Result<Response, Refused> {
    let slice = Slice {
        after: parameters.after(|text| ask::place(Lists::FigureRows, text))?,
        limit: parameters.limit()?,
    };
    let scope = question.viewer.scope();
    let query = desk
        .read_model
        .figure_rows(&scope, (workshop, filter), slice);
    let answer = found(desk.ask(wanted, query).await?)?;
    let Rows { items, next } = &answer.value;
    let next = next.map(|next| ask::place_text(Lists::FigureRows, next));
    let persons = question.viewer.sees_persons();
    let items = items.iter().map(|row| RowBody::of(row, persons)).collect();
    Ok(show(question, &answer, items, next))
}

async fn days(
    desk: &Desk,
    question: &Question,
    (workshop, parameters): (WorkshopId, &Parameters<'_>),
    wanted: Wanted,
) -> Result<Response, Refused> {
    let filter = DayFilter {
        program: parameters.get("program", ProgramId::new)?,
        day: parameters.get("day", |text| text.parse::<Date>().ok())?,
        event: parameters.get("event", event)?,
    };
    let slice = Slice {
        after: parameters.after(|text| ask::event(Lists::DayRows, text))?,
        limit: parameters.limit()?,
    };
    let scope = question.viewer.scope();
    let query = desk.read_model.day_rows(&scope, (workshop, &filter), slice);
    let answer = found(desk.ask(wanted, query).await?)?;
    let Rows { items, next } = &answer.value;
    let next = next.map(|next| ask::event_text(Lists::DayRows, next));
    let persons = question.viewer.sees_persons();
    let items = items.iter().filter_map(|row| DayRowBody::of(row, persons));
    Ok(show(question, &answer, items.collect(), next))
}

/// Reads what happened, as a code: small letters and `_`.
fn event(text: &str) -> Option<String> {
    let is_code = |byte: u8| byte.is_ascii_lowercase() || byte == b'_';
    let fits = (1..=40).contains(&text.len()) && text.bytes().all(is_code);
    fits.then(|| text.to_owned())
}

fn show<V, B: Serialize>(
    question: &Question,
    answer: &AsOf<V>,
    items: Vec<B>,
    next: Option<String>,
) -> Response {
    let link = next.as_deref().map(|next| question.next_link(next));
    let body = json(&List {
        items,
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

fn history(registration: Uuid) -> String {
    format!("/v1/registrations/{registration}/history")
}

impl<'r> RowBody<'r> {
    fn of(row: &'r FigureRow, persons: bool) -> Self {
        Self {
            reporting: row.reporting,
            registration: persons.then_some(row.id),
            number: persons.then_some(row.number.as_str()),
            program: &row.program,
            municipality: &row.municipality,
            state: row.state.name(),
            cause: row.cause.as_deref(),
            cancelled_by: row.cancelled_by.as_deref(),
            cancel_reason: row.cancel_reason.as_deref(),
            reason: row.reason.as_deref(),
            submitted_at: row.submitted_at,
            version: row.version,
            history: persons.then(|| history(row.id)),
        }
    }
}

impl<'r> DayRowBody<'r> {
    fn of(row: &'r DayRow, persons: bool) -> Option<Self> {
        let happening = &row.happening;
        let event = happening.events.first()?;
        let registration = event.registration.filter(|_| persons);
        Some(Self {
            reporting: row.reporting,
            registration,
            number: event.number.as_deref().filter(|_| persons),
            program: event.program.as_deref(),
            position: happening.position,
            index: event.index,
            decided_at: happening.decided_at,
            r#type: &event.kind,
            state: event.state.map(RegistrationState::name),
            cause: event.cause.as_deref(),
            reason: event.reason.as_deref(),
            history: registration.map(history),
        })
    }
}
