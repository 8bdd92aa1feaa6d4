//! `GET /v1/access-records`: who was shown whose data, the last ones first.
//!
//! A program's office reads of its own people, a participant of themselves, an auditor of all, with pseudonyms for
//! persons. A participant is told which program looked, on which route and what for, and not which of its employees.

use anmeldewerk_contract::problem::Code;
use anmeldewerk_domain::LinkHash;
use anmeldewerk_service::problem::Problem;
use anmeldewerk_vault::{AccessFilter, Concerned, Recorded};
use axum::{extract::State, response::Response};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    answer::{Audience, List, Refused, Reply, Tag, json, unavailable},
    ask::{self, List as Lists, Parameters, Question, Viewer, Wanted},
    desk::Desk,
    disclosure::PARTICIPANT,
    document::roles,
};

const ROUTE: &str = "/v1/access-records";

const PARAMETERS: &[&str] = &["from", "to", "workshop", "person", "limit", "after"];

/// That somebody was shown data.
#[derive(Serialize, ToSchema)]
#[schema(as = AccessRecord)]
struct RecordBody<'r> {
    at: Timestamp,
    /// `staff` with a token of a program, or `participant`.
    reader: &'static str,
    /// The program of whoever looked.
    program: Option<&'r str>,
    /// Who looked, as their token calls them; absent for participants.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    subject: Option<&'r str>,
    route: &'r str,
    workshop: Option<Uuid>,
    purpose: Option<&'r str>,
    /// Whose data it was, of those who concern the caller.
    persons: &'r [Uuid],
}

/// Lists who was shown whose data, the last ones first.
///
/// A program's office reads of its own people, a participant of themselves, an auditor of all.
#[utoipa::path(
    get,
    path = ROUTE,
    operation_id = "list_access_records",
    tag = "registrations",
    params(
        ("from" = Option<Timestamp>, Query, description = "Not before this instant."),
        ("to" = Option<Timestamp>, Query, description = "Before this instant."),
    ),
    responses((status = 200, body = List<RecordBody>)),
    extensions(("x-roles" = json!(roles::CONCERNED)), ("x-takes" = json!(PARAMETERS))),
)]
pub(super) async fn handle(
    State(desk): State<Desk>,
    question: Question,
) -> Result<Response, Refused> {
    require(&question.viewer)?;
    let parameters = question.parameters(PARAMETERS)?;
    let wanted = question.wanted(&parameters)?;
    let person = parameters.get("person", |text| Uuid::try_parse(text).ok())?;
    let mut filter = filter(&parameters)?;
    let answer = desk.ask(wanted, desk.read_model.standing()).await?;
    filter.concerned = match &question.viewer {
        Viewer::Participant(link) => own(&desk, link, wanted).await?,
        Viewer::Coordinator(program) => match person {
            Some(person) => Concerned::PersonOf(person, program.to_string()),
            None => Concerned::Program(program.to_string()),
        },
        _ => person.map_or(Concerned::Everybody, Concerned::Person),
    };
    let opener = desk.vault.opener().ok_or_else(unavailable)?;
    let mut records = opener.records(&filter).await?;
    let wanted = usize::try_from(filter.limit - 1).unwrap_or(usize::MAX);
    let more = records.len() > wanted;
    records.truncate(wanted);
    let last = records.last().filter(|_| more);
    let next = last.map(|last| ask::number_text(Lists::AccessRecords, last.id));
    let link = next.as_deref().map(|next| question.next_link(next));
    let participant = matches!(question.viewer, Viewer::Participant(_));
    let body = json(&List {
        items: records
            .iter()
            .map(|record| RecordBody::of(record, participant))
            .collect(),
        next,
        parked_at: None,
    });
    let reply = Reply {
        position: answer.position,
        tag: Tag::of_list(&body),
        audience: Audience::Alone,
        link,
        body,
    };
    Ok(reply.answer(&question.known))
}

fn require(viewer: &Viewer) -> Result<(), Problem> {
    match viewer {
        Viewer::Coordinator(_) | Viewer::Participant(_) | Viewer::Auditor => Ok(()),
        Viewer::Feeder(_) | Viewer::Reporter(_) | Viewer::Operator | Viewer::Stranger => {
            Err(Code::Forbidden.into())
        }
        Viewer::Public => Err(Code::TokenMissing.into()),
    }
}

/// Reads the filter; one more is asked for than wanted, to know whether there are more.
fn filter(parameters: &Parameters<'_>) -> Result<AccessFilter, Problem> {
    let instant = |text: &str| text.parse::<Timestamp>().ok();
    Ok(AccessFilter {
        concerned: Concerned::Everybody,
        from: parameters
            .get("from", instant)?
            .unwrap_or(Timestamp::UNIX_EPOCH),
        to: parameters.get("to", instant)?.unwrap_or(END),
        workshop: parameters.get("workshop", |text| Uuid::try_parse(text).ok())?,
        before: parameters.after(|text| ask::number(Lists::AccessRecords, text))?,
        limit: parameters.limit()? + 1,
    })
}

/// A time behind all records, which a database can still hold.
const END: Timestamp = Timestamp::constant(253_402_207_200, 0);

/// Finds the person of the registration that a participant bears the secret of.
async fn own(desk: &Desk, link: &LinkHash, wanted: Wanted) -> Result<Concerned, Refused> {
    let now = desk.clock.now().at;
    let query = desk.read_model.registration_by_link(link, now);
    let registration = desk.ask(wanted, query).await?.value;
    // A secret that opens nothing has no person, and nobody was shown them.
    let registration = registration.ok_or_else(|| Problem::new(Code::NotFound))?;
    Ok(Concerned::Person(registration.person))
}

impl<'r> RecordBody<'r> {
    fn of(recorded: &'r Recorded, to_participant: bool) -> Self {
        let record = &recorded.record;
        let by_participant = record.issuer == PARTICIPANT;
        let subject = (!to_participant && !by_participant).then_some(record.subject.as_str());
        Self {
            at: recorded.at,
            reader: if by_participant {
                "participant"
            } else {
                "staff"
            },
            program: record.program.as_deref(),
            subject,
            route: &record.route,
            workshop: record.workshop,
            purpose: record.purpose.as_deref(),
            persons: &record.persons,
        }
    }
}
