//! Documents' versions, as golden files hold them.

use anmeldewerk_domain::{
    Date,
    workshop::{
        ContentHash, Document, DocumentAdded, DocumentKind, Event, MOST_DOCUMENT_BYTES,
        MOST_VERSIONS, MediaType,
    },
};

use crate::workshops::{day, line};

/// A version of which everything is said.
pub(crate) fn document_added() -> Event {
    added(2, Some(day(10, 1)), |_| {})
}

/// Every kind and every form, with nothing more said, and the largest numbers.
pub(crate) fn every_document() -> Vec<Event> {
    let kinds = DocumentKind::ALL.map(|kind| added(1, None, |it| it.kind = kind));
    let forms = MediaType::ALL.map(|form| added(1, None, |it| it.media_type = form));
    let most = added(MOST_VERSIONS, None, |it| it.size = MOST_DOCUMENT_BYTES);
    kinds.into_iter().chain(forms).chain([most]).collect()
}

fn added(number: u32, valid_from: Option<Date>, change: impl FnOnce(&mut Document)) -> Event {
    let mut document = Document {
        kind: DocumentKind::PrivacyNotice,
        content: ContentHash([21; 32]),
        media_type: MediaType::Pdf,
        size: 48_211,
        title: line("Hinweise zum Datenschutz"),
        valid_from,
        note: valid_from.map(|_| line("Neue Anschrift")),
    };
    change(&mut document);
    Event::DocumentAdded(Box::new(DocumentAdded { number, document }))
}
