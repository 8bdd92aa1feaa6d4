//! `GET /v1/reports/{report}`: figures with their definition, position and time.
//!
//! Figures of a workshop are for the programs that take part, and for auditors; about cancellations and oddities a
//! program learns its own, and the host all. With `audience=public` small figures are masked.

use anmeldewerk_contract::problem::Code;
use anmeldewerk_domain::{ProgramId, WorkshopId};
use anmeldewerk_read_model::{
    Fault, ReadModel,
    query::{AsOf, Counted, FigureFilter, Figures, MAX_FIGURES, MunicipalityFigures, Scope},
};
use anmeldewerk_service::problem::{Problem, language};
use axum::{
    extract::{Path, State},
    http::HeaderMap,
    response::Response,
};
use jiff::{Timestamp, civil::Date};
use uuid::Uuid;

use crate::{
    answer::{Audience, Refused, Reply, Tag, json},
    ask::{Parameters, Question},
    desk::Desk,
    document::roles,
    report::{self, Asked, Entry, Envelope, Places, Report, mask, totals},
};

const ROUTE: &str = "/v1/reports/{report}";

const PARAMETERS: &[&str] = &["workshop", "from", "to", "program", "audience"];

/// Rows as they were counted; nothing where there are too many.
type Counts = AsOf<Option<Sheet>>;

/// What was counted.
struct Sheet {
    /// The time of the last decision.
    as_of: Option<Timestamp>,
    rows: Vec<Entry>,
    /// What programs say of their municipalities, where the report is about those.
    municipalities: Option<MunicipalityFigures>,
}

/// Gives figures with their definition, position and time.
///
/// With `audience=public` small figures are masked.
#[utoipa::path(
    get,
    path = ROUTE,
    operation_id = "get_report",
    tag = "reports",
    responses((status = 200, body = Envelope)),
    extensions(("x-roles" = json!(roles::FIGURES)), ("x-takes" = json!(PARAMETERS))),
)]
pub(super) async fn handle(
    State(desk): State<Desk>,
    Path(name): Path<String>,
    headers: HeaderMap,
    question: Question,
) -> Result<Response, Refused> {
    question.viewer.require_figures()?;
    let report = Report::parse(&name).ok_or_else(|| Problem::new(Code::NotFound))?;
    let parameters = question.parameters(PARAMETERS)?;
    let wanted = question.wanted(&parameters)?;
    let asked = asked(&parameters)?;
    let scope = question.viewer.scope();
    let filter = filter(&asked);
    let query = counts(&desk.read_model, report, &scope, &filter);
    let answer = desk.ask(wanted, query).await?;
    let Sheet {
        as_of,
        mut rows,
        municipalities,
    } = answer.value.ok_or_else(too_many)?;
    if asked.audience == PUBLIC {
        mask(&mut rows);
    }
    let envelope = Envelope {
        description: report.describe(language(&headers)),
        parameters: asked,
        position: answer.position,
        as_of,
        totals: totals(&rows),
        places: municipalities.map(|figures| Places::of(&rows, &figures)),
        rows,
    };
    // The position moves with every decision of anybody; the same figures are the same report.
    let shown = json(&(
        &envelope.description,
        &envelope.parameters,
        &envelope.rows,
        &envelope.places,
    ));
    let reply = Reply {
        position: answer.position,
        tag: Tag::of_list(&shown),
        audience: Audience::Shared,
        link: None,
        body: json(&envelope),
    };
    Ok(reply.answer(&question.known))
}

const PUBLIC: &str = "public";
const INTERNAL: &str = "internal";

fn asked(parameters: &Parameters<'_>) -> Result<Asked, Problem> {
    let day = |text: &str| text.parse::<Date>().ok();
    let audience = parameters.get("audience", |text| {
        [PUBLIC, INTERNAL].into_iter().find(|known| *known == text)
    })?;
    Ok(Asked {
        workshop: parameters.get("workshop", |text| Uuid::try_parse(text).ok())?,
        from: parameters.get("from", day)?,
        to: parameters.get("to", day)?,
        program: parameters.get("program", |text| {
            ProgramId::new(text).map(|_| text.to_owned())
        })?,
        audience: audience.unwrap_or(INTERNAL),
    })
}

fn filter(asked: &Asked) -> FigureFilter {
    FigureFilter {
        workshop: asked.workshop.map(|id| WorkshopId(id.as_u128())),
        from: asked.from.unwrap_or(Date::constant(1, 1, 1)),
        to: asked.to.unwrap_or(Date::constant(9999, 12, 31)),
        program: asked.program.as_deref().and_then(ProgramId::new),
    }
}

fn too_many() -> Problem {
    Problem::new(Code::InvalidQuery)
        .detail(
            "Der Bericht hätte zu viele Zeilen; bitte mit from, to, workshop oder program eingrenzen.",
            "The report would have too many rows; narrow it with from, to, workshop or program.",
        )
        .with("limit", MAX_FIGURES)
}

async fn counts(
    read_model: &ReadModel,
    report: Report,
    scope: &Scope,
    filter: &FigureFilter,
) -> Result<Counts, Fault> {
    match report {
        Report::Programs => {
            let counted = read_model.program_figures(scope, filter).await;
            rows(counted, |figures| report::programs(&figures.rows))
        }
        Report::Timeline => {
            let counted = read_model.day_figures(scope, filter).await;
            rows(counted, |figures| report::timeline(&figures.rows))
        }
        Report::Municipalities => {
            let counted = read_model.municipality_figures(scope, filter).await?;
            Ok(AsOf {
                position: counted.position,
                parked_at: counted.parked_at,
                value: counted.value.map(of_municipalities),
            })
        }
        Report::Topics => {
            let counted = read_model.topic_figures(scope, filter).await;
            rows(counted, |figures| report::topics(&figures.rows))
        }
        Report::Waitlist => {
            let counted = read_model.waitlist_figures(scope, filter).await;
            rows(counted, |figures| report::waitlist(&figures.rows))
        }
        Report::Cancellations => {
            let counted = read_model.cancellation_figures(scope, filter).await;
            rows(counted, |figures| report::cancellations(&figures.rows))
        }
        Report::DataQuality => {
            let counted = read_model.quality_figures(scope, filter).await;
            rows(counted, |figures| report::data_quality(&figures.rows))
        }
        Report::Attendance => {
            let counted = read_model.attendance_figures(scope, filter).await;
            rows(counted, |figures| report::attendance(&figures.rows))
        }
        Report::ParticipantHours => {
            let counted = read_model.hours_figures(scope, filter).await;
            rows(counted, |figures| report::hours(&figures.rows))
        }
    }
}

fn rows<R>(
    counted: Counted<R>,
    show: impl FnOnce(&Figures<R>) -> Vec<Entry>,
) -> Result<Counts, Fault> {
    let AsOf {
        position,
        parked_at,
        value,
    } = counted?;
    Ok(AsOf {
        position,
        parked_at,
        value: value.map(|figures| Sheet {
            as_of: figures.decided_at,
            rows: show(&figures),
            municipalities: None,
        }),
    })
}

fn of_municipalities(figures: MunicipalityFigures) -> Sheet {
    Sheet {
        as_of: figures.counted.decided_at,
        rows: report::municipalities(&figures.counted.rows),
        municipalities: Some(figures),
    }
}
