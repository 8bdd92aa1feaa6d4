//! `POST /v1/workshops/{workshop}/imports`: an office sends a file, and is answered row by row.
//!
//! The file is sent as it is; what is to be said of it stands in the address. Its rows are those of a feed.

use anmeldewerk_contract::problem::Code;
use anmeldewerk_domain::{Boundary, WorkshopId, workshop::Channel};
use anmeldewerk_service::{
    auth::Role,
    body, outlet,
    problem::{self, Problem},
    query::{Parameters, pairs},
    server::Connection,
};
use axum::{
    body::{Body, Bytes},
    extract::{Path, Request, State},
    http::header,
    response::{IntoResponse, Response},
};
use futures_util::{StreamExt, stream};
use uuid::Uuid;

use super::{Office, arrival::Arrival, hosted::unreadable, put_municipalities::NDJSON};
use crate::{
    access::Asker,
    feed::{self, Feed},
    import::{self, Announced, IMPORT_BYTES, Import},
};

/// Its address.
pub(super) const ROUTE: &str = "/v1/workshops/{workshop}/imports";

/// What a file may be called; what it is is told by what is in it.
pub(super) const FORMS: [&str; 5] = [
    "text/csv",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.ms-excel",
    "application/octet-stream",
    NDJSON,
];

pub(super) async fn handle(
    State(office): State<Office>,
    Path(workshop): Path<String>,
    arrival: Arrival,
    request: Request,
) -> Result<Response, Problem> {
    let asker = arrival.asker(&[Role::Feeder, Role::Coordinator])?;
    arrival.no_condition()?;
    arrival.key_unneeded()?;
    let form = form(&request)?;
    let pairs = pairs(request.uri())?;
    let announced = Announced::of(Parameters::of(&pairs, import::is_known)?)?;
    let workshop = Uuid::try_parse(&workshop).map_err(|_| Code::NotFound)?;
    let boundary = Boundary::Workshop(WorkshopId(workshop.as_u128()));
    let entrance = office.intake.enter()?;
    let connection = request.extensions().get::<Connection>().cloned();
    let language = problem::language(request.headers());
    let bytes = body::read(request, IMPORT_BYTES).await?;
    let feed = Feed {
        boundary: boundary.clone(),
        sender: arrival.sender(&office, asker.clone()).await?,
        channel: Channel::Import,
        language,
    };
    let dry = announced.dry_run;
    let (first, rows) = if form == NDJSON {
        (None, feed::rows(Body::from(bytes)).left_stream())
    } else {
        let sender = sender(&office, &boundary, asker).await?;
        let Import { about, rows } = read(bytes, announced, sender).await?;
        (Some(about), stream::iter(rows).map(Ok).right_stream())
    };
    let (outlet, answers) = outlet::body(connection.unwrap_or_default(), feed::ANSWERS_BYTES);
    tokio::spawn(async move {
        if let Some(about) = first {
            // There is room for it, and whoever went away is noticed with the first row.
            let _ = outlet.send(feed::first(&about)).await;
        }
        if dry {
            Box::pin(entrance.rehearse(feed, rows, outlet)).await;
        } else {
            entrance.take(feed, rows, outlet).await;
        }
    });
    Ok(([(header::CONTENT_TYPE, NDJSON)], answers).into_response())
}

/// Reads what the file is called.
fn form(request: &Request) -> Result<&'static str, Problem> {
    body::refuse_encodings(request.headers())?;
    let named = request.headers().get(header::CONTENT_TYPE);
    let named = named
        .and_then(|named| named.to_str().ok())
        .unwrap_or_default();
    // An office's table may be of any alphabet, whatever is said of it.
    let named = named
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    FORMS
        .into_iter()
        .find(|form| *form == named)
        .ok_or_else(|| {
            let forms = FORMS.join(", ");
            Problem::new(Code::UnsupportedMediaType).detail(
                format!("Erwartet wird eines von {forms}, nicht komprimiert."),
                format!("One of {forms} is expected, not compressed."),
            )
        })
}

async fn sender(
    office: &Office,
    boundary: &Boundary,
    asker: Asker,
) -> Result<import::Sender, Problem> {
    let (Asker::Office(program) | Asker::Feeder(program)) = asker else {
        return Err(Code::Forbidden.into());
    };
    let seen = office.solver.seen(boundary, &program).await;
    let workshop = seen.map_err(|error| unreadable(&error))?;
    Ok(import::Sender::new(program, workshop.as_deref()))
}

/// Reads the file where it holds up nobody.
async fn read(
    bytes: Bytes,
    announced: Announced,
    sender: import::Sender,
) -> Result<Import, Problem> {
    let reading = tokio::task::spawn_blocking(move || import::read(&bytes, &announced, &sender));
    match reading.await {
        Ok(read) => read,
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}

/// Describes the parameters.
#[cfg(test)]
pub(super) fn parameters() -> Vec<serde_json::Value> {
    use anmeldewerk_sheets::Encoding;
    use serde_json::{Value, json};

    let of = |name: &str, description: &str, schema: Value| {
        json!({
            "name": name, "in": "query", "required": false, "description": description, "schema": schema,
        })
    };
    let number = json!({"type": "integer", "format": "int32", "minimum": 1, "maximum": 1_000_000});
    vec![
        of(
            "dry_run",
            "Whether nothing is written, and only what would become of each row is told.",
            json!({"type": "boolean"}),
        ),
        of(
            "encoding",
            "How letters are written, where that cannot be told.",
            json!({"type": "string", "enum": Encoding::ALL.map(Encoding::name)}),
        ),
        of(
            "delimiter",
            "What separates values, where that cannot be told.",
            json!({"type": "string", "enum": [";", ",", "|", "tab"]}),
        ),
        of(
            "sheet",
            "The sheet of a workbook, where several may be meant.",
            json!({"type": "string", "minLength": 1, "maxLength": 31}),
        ),
        of(
            "header",
            "The line of the columns' heads, where that is not the one with most heads that are known.",
            number.clone(),
        ),
        of(
            "mapping",
            "What columns hold whose heads do not say it: a JSON object from heads to fields, or to `ignore`.",
            json!({"type": "string", "contentMediaType": "application/json", "const": "{\"Wer?\": \"full_name\"}"}),
        ),
        of(
            "privacy_notice",
            "The version of the notice that was seen, of those for whom no column says so.",
            number,
        ),
    ]
}
