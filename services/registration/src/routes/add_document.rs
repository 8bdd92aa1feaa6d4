//! `POST /v1/workshops/{workshop}/documents`: the host's office adds a version of a document.
//!
//! The bytes are kept before the decision that names them is appended; what is not named in the end is swept.

use anmeldewerk_contract::{Position, hex, problem::Code};
use anmeldewerk_documents::Key;
use anmeldewerk_domain::{
    Boundary, Event, WorkshopId,
    workshop::{self, Document, DocumentAdded},
};
use anmeldewerk_service::{
    auth::Role,
    body,
    problem::Problem,
    query::{Parameters, pairs},
};
use axum::extract::{Path, Request, State};
use serde::Serialize;
use uuid::Uuid;

use super::{
    Office,
    arrival::Arrival,
    at_workshop::{Ask, Reading},
    hosted::hosted,
    reply::Accepted,
};
use crate::{
    access::Asker,
    form::document::{Announced, DOCUMENT_BYTES, canonical, is_known},
    writer::Answer,
};

/// Its address.
pub(super) const ROUTE: &str = "/v1/workshops/{workshop}/documents";

/// The answer.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "DocumentAdded"))]
pub(super) struct Added {
    workshop: Uuid,
    kind: &'static str,
    /// The how manieth version of its kind, from 1 on.
    number: u32,
    /// SHA-256 of the bytes, in hexadecimal.
    sha256: String,
    /// How many bytes.
    size: u32,
    #[cfg_attr(test, schemars(with = "u64"))]
    position: Position,
}

pub(super) async fn handle(
    State(office): State<Office>,
    Path(workshop): Path<String>,
    arrival: Arrival,
    request: Request,
) -> Result<Accepted<Added>, Problem> {
    let asker = arrival.asker(&[Role::Coordinator])?;
    arrival.key_required()?;
    arrival.no_condition()?;
    let pairs = pairs(request.uri())?;
    let announced = Announced::of(Parameters::of(&pairs, is_known)?, request.headers())?;
    let id = Uuid::try_parse(&workshop).map_err(|_| Code::NotFound)?;
    let place = office.archive.enter()?;
    let bytes = body::read(request, DOCUMENT_BYTES).await?;
    let document = announced.with(&bytes)?;
    let at = At {
        office: &office,
        workshop: WorkshopId(id.as_u128()),
        document: &document,
    };
    at.keep(&asker, &bytes).await?;
    drop((bytes, place));
    let add = workshop::Command::AddDocument(Box::new(document.clone()));
    let reading = Reading::new(asker.clone(), id, canonical(&document));
    let answer = reading.ask(&office, &arrival, Ask::ready(add)).await?;
    at.told(&asker, answer).await
}

/// Which version of which workshop.
struct At<'a> {
    office: &'a Office,
    workshop: WorkshopId,
    document: &'a Document,
}

impl At<'_> {
    fn boundary(&self) -> Boundary {
        Boundary::Workshop(self.workshop)
    }

    /// Keeps the bytes, unless the workshop's versions name them already; whoever is not the host has nothing kept.
    async fn keep(&self, asker: &Asker, bytes: &[u8]) -> Result<(), Problem> {
        let content = self.document.content;
        let workshop = hosted(self.office, &self.boundary(), asker).await?;
        if workshop.is_none_or(|workshop| workshop.keeps(content)) {
            return Ok(());
        }
        let key = Key {
            workshop: self.workshop,
            content,
        };
        self.office.archive.keep(key, bytes).await
    }

    async fn told(&self, asker: &Asker, answer: Answer) -> Result<Accepted<Added>, Problem> {
        let (position, replayed, number, made) = match answer {
            Answer::Decided {
                position,
                replayed,
                decision,
            } => {
                let added = decision
                    .events
                    .iter()
                    .find_map(added)
                    .ok_or(Code::Internal)?;
                (position, replayed, added.number, true)
            }
            Answer::Unchanged { position, .. } => {
                (position, false, self.number(asker).await?, false)
            }
        };
        let (id, kind) = (Uuid::from_u128(self.workshop.0), self.document.kind.name());
        Ok(Accepted {
            position,
            replayed,
            location: made.then(|| format!("{}/{kind}/{number}", address(id))),
            body: Added {
                workshop: id,
                kind,
                number,
                sha256: hex(&self.document.content.0),
                size: self.document.size,
                position,
            },
        })
    }

    /// Gives the number of the newest version that is this one.
    async fn number(&self, asker: &Asker) -> Result<u32, Problem> {
        let workshop = hosted(self.office, &self.boundary(), asker).await?;
        let workshop = workshop.ok_or(Code::Internal)?;
        let versions = (1..).zip(workshop.versions(self.document.kind));
        let same = versions.filter(|(_, version)| *version == self.document);
        let (number, _) = same.last().ok_or(Code::Internal)?;
        Ok(number)
    }
}

fn address(workshop: Uuid) -> String {
    ROUTE.replace("{workshop}", &workshop.to_string())
}

fn added(event: &Event) -> Option<&DocumentAdded> {
    match event {
        Event::Workshop(workshop::Event::DocumentAdded(added)) => Some(added),
        Event::Workshop(_) | Event::Program(_) | Event::Catalogue(_) => None,
    }
}

/// Describes the parameters.
#[cfg(test)]
pub(super) fn parameters() -> Vec<serde_json::Value> {
    use crate::form::shape;
    use anmeldewerk_domain::workshop::DocumentKind;
    use serde_json::json;

    let mut schemas = schemars::SchemaGenerator::default();
    let line = <shape::Line as schemars::JsonSchema>::json_schema(&mut schemas).to_value();
    let of = |name, required, description, schema| {
        json!({
            "name": name, "in": "query", "required": required, "description": description, "schema": schema,
        })
    };
    let kinds = DocumentKind::ALL.map(DocumentKind::name);
    vec![
        of(
            "kind",
            true,
            "What it is.",
            json!({"type": "string", "enum": kinds}),
        ),
        of("title", true, "What it is called.", line.clone()),
        of(
            "valid_from",
            false,
            "From which day on it holds; where nothing is said, from now on.",
            json!({"type": "string", "format": "date"}),
        ),
        of("note", false, "What else is said about this version.", line),
    ]
}
