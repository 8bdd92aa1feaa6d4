//! `GET /v1/exports/attendees`: registrations as a file, all of them as of one position.
//!
//! Without `workshop` those of the caller's program in all workshops, for an auditor all there are; with it those that
//! the caller may see of it, as in the list of its attendees.

use anmeldewerk_contract::Position;
use anmeldewerk_domain::ProgramId;
use anmeldewerk_read_model::{
    RegistrationState,
    query::{AsOf, Export, ExportFilter},
};
use anmeldewerk_service::{problem::Problem, server::Connection};
use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderValue, Method, header},
    response::{IntoResponse, Response},
};
use uuid::Uuid;

use crate::{
    answer::{LOG_POSITION, Refused, found},
    ask::{Parameters, Question, Viewer, refused},
    desk::Desk,
    disclosure::{Scene, record_access},
    document::roles,
    export::{self, Dialect, Format, MOST_ROWS, Order, Stand, long_name},
};

const ROUTE: &str = "/v1/exports/attendees";

const PARAMETERS: &[&str] = &["format", "dialect", "workshop", "state", "program"];

/// Gives registrations as a file, as of one position.
#[utoipa::path(
    get,
    path = ROUTE,
    operation_id = "export_attendees",
    tag = "registrations",
    params(("format" = String, Query, description = "In which form.", pattern = "^(csv|ndjson|xlsx)$")),
    responses((status = 200, content(
        (String = "text/csv"),
        (String = "application/x-ndjson"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ))),
    extensions(("x-roles" = json!(roles::PERSONS)), ("x-takes" = json!(PARAMETERS))),
)]
pub(super) async fn handle(
    State(desk): State<Desk>,
    connection: Connection,
    method: Method,
    question: Question,
) -> Result<Response, Refused> {
    question.viewer.require_persons()?;
    let parameters = question.parameters(PARAMETERS)?;
    let wanted = question.wanted(&parameters)?;
    let format = format(&parameters)?;
    let filter = filter(&parameters, &question.viewer)?;
    let place = desk.exports.enter()?;
    let scope = question.viewer.scope();
    let query = desk.read_model.export(&scope, &filter);
    let AsOf {
        position,
        parked_at,
        value: rows,
    } = found(desk.ask(wanted, query).await?)?;
    refuse_too_many(format, &rows)?;
    let headers = headers(format, position, &rows);
    if method == Method::HEAD {
        return Ok((headers, Body::empty()).into_response());
    }
    let scene = Scene {
        route: ROUTE,
        workshop: filter.workshop.map(|id| Uuid::from_u128(id.0)),
    };
    record_access(&desk, &question, scene, &rows.extent().persons).await?;
    let stand = Stand {
        position,
        parked_at,
        decided_at: rows.extent().decided_at,
        ranks: rows.extent().ranks,
        asked: asked(&filter, &rows),
    };
    let viewer = question.viewer;
    let order = Order {
        desk,
        viewer,
        format,
        rows,
        stand,
        place,
    };
    Ok((headers, export::start(order, connection)).into_response())
}

fn format(parameters: &Parameters<'_>) -> Result<Format, Problem> {
    let dialect = parameters.get("dialect", Dialect::parse)?;
    let format = parameters.get("format", |text| match text {
        "csv" => Some(Format::Csv(dialect.unwrap_or_default())),
        "ndjson" => Some(Format::Ndjson),
        "xlsx" => Some(Format::Xlsx),
        _ => None,
    })?;
    match format {
        None => Err(refused("format", ["fehlt", "is missing"])),
        Some(Format::Ndjson | Format::Xlsx) if dialect.is_some() => {
            Err(refused("dialect", ["gilt nur für CSV", "is for CSV only"]))
        }
        Some(format) => Ok(format),
    }
}

fn filter(parameters: &Parameters<'_>, viewer: &Viewer) -> Result<ExportFilter, Problem> {
    let program = parameters.get("program", ProgramId::new)?;
    let workshop = parameters.get("workshop", |text| Uuid::try_parse(text).ok())?;
    Ok(ExportFilter {
        workshop: workshop.map(|id| anmeldewerk_domain::WorkshopId(id.as_u128())),
        state: parameters.get("state", RegistrationState::parse)?,
        program: viewer.narrow(program)?,
    })
}

fn refuse_too_many(format: Format, rows: &Export) -> Result<(), Problem> {
    if format != Format::Xlsx || rows.extent().rows <= MOST_ROWS {
        return Ok(());
    }
    let problem = refused(
        "format",
        ["fasst so viele Zeilen nicht", "does not hold so many rows"],
    );
    Err(problem.with("limit_rows", MOST_ROWS))
}

/// Words what was asked for, for whoever finds the file later.
fn asked(filter: &ExportFilter, rows: &Export) -> Vec<(&'static str, String)> {
    let all = || "alle".to_owned();
    let workshop = rows.extent().workshop.as_ref();
    let workshop = workshop.map(|workshop| workshop.title.clone());
    let state = filter.state.map(|state| export::state(state).to_owned());
    let program = filter
        .program
        .as_ref()
        .map(|program| program.as_str().to_owned());
    vec![
        ("Veranstaltung", workshop.unwrap_or_else(all)),
        ("Status", state.unwrap_or_else(all)),
        ("Programm", program.unwrap_or_else(all)),
        ("Anmeldungen", rows.extent().rows.to_string()),
    ]
}

fn headers(format: Format, position: Position, rows: &Export) -> HeaderMap {
    let workshop = rows.extent().workshop.as_ref();
    let [slug, title] = workshop.map_or(["alle", "alle Veranstaltungen"], |workshop| {
        [workshop.slug.as_str(), workshop.title.as_str()]
    });
    let extension = format.extension();
    let plain = format!("anmeldungen-{slug}-stand-{position}.{extension}");
    let long = format!("Anmeldungen {title}, Stand {position}.{extension}");
    let long = long_name(&long);
    let name = format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{long}");
    let name = HeaderValue::try_from(name).ok();
    let name = name.map(|name| (header::CONTENT_DISPOSITION, name));
    let always = [
        (LOG_POSITION, HeaderValue::from(position.0)),
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static(format.media_type()),
        ),
        (
            header::CACHE_CONTROL,
            HeaderValue::from_static("private, no-store"),
        ),
        (
            header::VARY,
            HeaderValue::from_static("Authorization, Accept-Encoding"),
        ),
    ];
    always.into_iter().chain(name).collect()
}
