//! Stored form of documents' versions.

use anmeldewerk_domain::workshop::{
    ContentHash, Document, DocumentAdded, DocumentKind, Event, MOST_DOCUMENT_BYTES, MOST_VERSIONS,
    MediaType,
};
use serde::{Deserialize, Serialize};

#[cfg(test)]
use super::form;
use super::value::{hash, line, maybe_line, owned};
use crate::{ValueError, hex, text};

/// `document.added.v1`.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct DocumentAddedV1 {
    #[cfg_attr(test, schemars(with = "form::DocumentKind"))]
    kind: String,
    /// The how manieth of its kind, from 1 on.
    #[cfg_attr(test, schemars(with = "form::DocumentNumber"))]
    number: u32,
    /// SHA-256 of the bytes, which the object store keeps.
    #[cfg_attr(test, schemars(with = "form::Hash"))]
    sha256: String,
    #[cfg_attr(test, schemars(with = "form::MediaType"))]
    media_type: String,
    /// How many bytes.
    #[cfg_attr(test, schemars(with = "form::DocumentSize"))]
    size: u32,
    #[cfg_attr(test, schemars(with = "form::Line"))]
    title: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(with = "Option<form::Day>"))]
    valid_from: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(with = "Option<form::Line>"))]
    note: Option<String>,
}

impl From<&DocumentAdded> for DocumentAddedV1 {
    fn from(added: &DocumentAdded) -> Self {
        let document = &added.document;
        Self {
            kind: document.kind.name().to_owned(),
            number: added.number,
            sha256: hex(&document.content.0),
            media_type: document.media_type.name().to_owned(),
            size: document.size,
            title: document.title.as_str().to_owned(),
            valid_from: document.valid_from.map(|day| day.to_string()),
            note: owned(document.note.as_ref()),
        }
    }
}

impl DocumentAddedV1 {
    pub(super) fn into_event(self) -> Result<Event, ValueError> {
        if !(1..=MOST_VERSIONS).contains(&self.number) {
            return Err(ValueError("number"));
        }
        if !(1..=MOST_DOCUMENT_BYTES).contains(&self.size) {
            return Err(ValueError("size"));
        }
        let valid_from = self.valid_from.as_deref();
        let valid_from = valid_from.map(|day| text::date(day).ok_or(ValueError("valid_from")));
        Ok(Event::DocumentAdded(Box::new(DocumentAdded {
            number: self.number,
            document: Document {
                kind: DocumentKind::parse(&self.kind).ok_or(ValueError("kind"))?,
                content: ContentHash(hash(&self.sha256, "sha256")?),
                media_type: MediaType::parse(&self.media_type).ok_or(ValueError("media_type"))?,
                size: self.size,
                title: line(&self.title, "title")?,
                valid_from: valid_from.transpose()?,
                note: maybe_line(self.note.as_deref(), "note")?,
            },
        })))
    }
}
