//! A version of a document as callers see it.

use std::collections::BTreeMap;

use anmeldewerk_contract::{Position, hex};
use anmeldewerk_domain::{WorkshopId, workshop::DocumentKind};
use anmeldewerk_read_model::query::Document;
use jiff::{Timestamp, civil::Date};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::document::words;

/// A version of a document; its bytes are at `href`.
#[derive(Serialize, ToSchema)]
#[schema(as = Document)]
pub(crate) struct DocumentBody<'d> {
    #[schema(schema_with = words::document_kind)]
    kind: &'static str,
    /// The how manieth version of its kind, from 1 on.
    number: u32,
    title: &'d str,
    #[schema(schema_with = words::media_type)]
    media_type: &'static str,
    /// How many bytes.
    size: u64,
    /// SHA-256 of the bytes, in hexadecimal.
    sha256: String,
    /// From which day on it holds, where that is said.
    #[schema(value_type = Option<String>, format = Date)]
    valid_from: Option<Date>,
    /// Whether it is the newest of its kind that holds today.
    current: bool,
    note: Option<&'d str>,
    #[schema(value_type = String, format = DateTime)]
    added_at: Timestamp,
    /// Where its bytes are.
    href: String,
    #[schema(value_type = u64)]
    version: Position,
}

/// Lists versions as of a day.
pub(crate) fn documents(
    workshop: WorkshopId,
    versions: &[Document],
    today: Date,
) -> Vec<DocumentBody<'_>> {
    let holds = versions
        .iter()
        .filter(|of| of.valid_from.is_none_or(|from| from <= today));
    let current: BTreeMap<DocumentKind, u32> = holds.map(|of| (of.kind, of.number)).collect();
    let bodies = versions.iter().map(|of| DocumentBody {
        kind: of.kind.name(),
        number: of.number,
        title: &of.title,
        media_type: of.media_type.name(),
        size: of.size,
        sha256: hex(&of.content.0),
        valid_from: of.valid_from,
        current: current.get(&of.kind) == Some(&of.number),
        note: of.note.as_deref(),
        added_at: of.added_at,
        href: address(workshop, of),
        version: of.version,
    });
    bodies.collect()
}

fn address(workshop: WorkshopId, document: &Document) -> String {
    let (workshop, kind) = (Uuid::from_u128(workshop.0), document.kind.name());
    format!(
        "/v1/workshops/{workshop}/documents/{kind}/{}",
        document.number
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use anmeldewerk_domain::workshop::{ContentHash, MediaType};
    use jiff::civil::date;

    fn version(kind: DocumentKind, number: u32, valid_from: Option<Date>) -> Document {
        Document {
            kind,
            number,
            content: ContentHash([7; 32]),
            media_type: MediaType::Pdf,
            size: 9,
            title: "Hinweise".to_owned(),
            valid_from,
            note: None,
            added_at: Timestamp::UNIX_EPOCH,
            version: Position(u64::from(number)),
        }
    }

    #[test]
    fn the_newest_that_holds_is_current() {
        let from = |day| Some(date(2019, 10, day));
        let versions = [
            version(DocumentKind::Agenda, 1, from(2)),
            version(DocumentKind::PrivacyNotice, 1, None),
            version(DocumentKind::PrivacyNotice, 2, from(1)),
            version(DocumentKind::PrivacyNotice, 3, from(2)),
        ];
        let current = |day| -> Vec<(&str, u32)> {
            let bodies = documents(WorkshopId(1), &versions, date(2019, 10, day));
            let current = bodies.into_iter().filter(|body| body.current);
            current.map(|body| (body.kind, body.number)).collect()
        };
        assert_eq!(current(1), [("privacy_notice", 2)]);
        assert_eq!(current(2), [("agenda", 1), ("privacy_notice", 3)]);
    }
}
