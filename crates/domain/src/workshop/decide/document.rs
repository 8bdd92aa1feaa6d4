//! New versions of documents, and which version of the privacy notice somebody can have seen.

use super::{Case, Event, Rejection};
use crate::workshop::{Document, DocumentAdded, DocumentKind, MOST_VERSIONS, Workshop};

/// Adds a version; what is the newest one already is not added again.
pub(super) fn add(case: &Case<'_>, document: &Document) -> Result<Vec<Event>, Rejection> {
    case.takes_place()?;
    let workshop = case.workshop;
    if workshop.versions(document.kind).last() == Some(document) {
        return Ok(Vec::new());
    }
    let newest = workshop.newest(document.kind);
    if newest >= MOST_VERSIONS {
        return Err(Rejection::TooManyVersions);
    }
    Ok(vec![Event::DocumentAdded(Box::new(DocumentAdded {
        number: newest + 1,
        document: document.clone(),
    }))])
}

/// Refuses a consent to a version of the privacy notice that the workshop does not have.
pub(super) fn notice_seen(workshop: &Workshop, number: u32) -> Result<(), Rejection> {
    if workshop.has_notice(number) {
        return Ok(());
    }
    Err(Rejection::NoticeUnknown {
        newest: workshop.newest(DocumentKind::PrivacyNotice),
    })
}
