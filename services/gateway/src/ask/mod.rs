//! What a query says: who asks, for what, as of when, and what is known already.

mod cursor;
mod parameters;
mod prefer;
mod search;
mod viewer;
mod wanted;

use std::{borrow::Cow, time::Duration};

use anmeldewerk_contract::problem::Code;
use anmeldewerk_domain::{RegistrationId, WorkshopId};
use anmeldewerk_service::{
    auth::{Credentials, Verifier},
    problem::Problem,
    query,
};
use axum::{
    extract::{FromRef, FromRequestParts},
    http::{HeaderMap, HeaderName, request::Parts},
};
use uuid::Uuid;

pub(crate) use anmeldewerk_service::query::{missing, refused};
pub(crate) use cursor::{
    List, arrival, arrival_text, event, event_text, group, group_text, municipality,
    municipality_text, number, number_text, place, place_text, queue, queue_text, sorted,
    sorted_text, topic, topic_text, workshop, workshop_text,
};
pub(crate) use parameters::{
    CURSOR_PATTERN, DEFAULT_LIMIT, Parameters, digits, next_link, nowhere,
};
pub(crate) use search::Search;
pub(crate) use viewer::{Sight, Viewer};
pub(crate) use wanted::Wanted;

use crate::{answer::Known, desk::Desk};

/// Names the header in which a caller says what personal data is opened for.
const PURPOSE: HeaderName = HeaderName::from_static("aw-purpose");
/// The longest purpose, in characters.
pub(crate) const PURPOSE_CHARS: usize = 200;
/// What a purpose looks like: no white space around it, no control characters.
pub(crate) const PURPOSE_PATTERN: &str =
    r"^[!-~\u00a1-\uffff]([ -~\u00a0-\uffff]*[!-~\u00a1-\uffff])?$";

/// A query's circumstances.
pub(crate) struct Question {
    /// Who asks, as proven.
    pub(crate) credentials: Credentials,
    /// Who asks, as far as it matters for what they see.
    pub(crate) viewer: Viewer,
    /// What personal data is opened for, as stated.
    pub(crate) purpose: Option<String>,
    /// Which answers the caller has already.
    pub(crate) known: Known,
    pairs: Vec<(String, String)>,
    patience: Duration,
}

impl FromRequestParts<Desk> for Question {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, desk: &Desk) -> Result<Self, Problem> {
        let credentials = Credentials::of(&parts.headers, &Verifier::from_ref(desk))?;
        Ok(Self {
            viewer: Viewer::of(&credentials),
            credentials,
            purpose: purpose(&parts.headers)?,
            known: Known::of(&parts.headers),
            pairs: query::pairs(&parts.uri)?,
            patience: prefer::wait(&parts.headers),
        })
    }
}

impl Question {
    /// Gives the parameters of the query; any other than those named is refused.
    pub(crate) fn parameters(&self, named: &[&str]) -> Result<Parameters<'_>, Problem> {
        Parameters::of(&self.pairs, named)
    }

    /// Gives the position that the answer is to cover.
    pub(crate) fn wanted(&self, parameters: &Parameters<'_>) -> Result<Wanted, Problem> {
        Ok(Wanted {
            position: parameters.min_position()?,
            patience: self.patience,
        })
    }

    /// Points at the next part of a list that was asked for with these parameters.
    pub(crate) fn next_link(&self, cursor: &str) -> String {
        next_link(&self.pairs, cursor)
    }
}

/// Reads a workshop's id from a path; what is none names nothing.
pub(crate) fn workshop_id(text: &str) -> Result<WorkshopId, Problem> {
    id(text).map(WorkshopId)
}

/// Reads a registration's id from a path; what is none names nothing.
pub(crate) fn registration_id(text: &str) -> Result<RegistrationId, Problem> {
    id(text).map(RegistrationId)
}

fn id(text: &str) -> Result<u128, Problem> {
    let id = Uuid::try_parse(text).map_err(|_| Code::NotFound)?;
    Ok(id.as_u128())
}

fn purpose(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(value) = headers.get(PURPOSE) else {
        return Ok(None);
    };
    let text = decoded(value.as_bytes());
    let text = text.trim();
    let usable = !text.is_empty()
        && text.chars().count() <= PURPOSE_CHARS
        && !text.chars().any(char::is_control);
    if usable {
        Ok(Some(text.to_owned()))
    } else {
        Err(Problem::new(Code::InvalidHeader).with("header", PURPOSE.as_str()))
    }
}

/// Reads UTF-8, and what is none as ISO 8859-1, in which older clients write headers (RFC 9110, section 5.5).
fn decoded(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.into(),
        Err(_) => bytes.iter().copied().map(char::from).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn stated(bytes: &[u8]) -> Result<Option<String>, Problem> {
        let value = HeaderValue::from_bytes(bytes).expect("a header value");
        purpose(&HeaderMap::from_iter([(PURPOSE, value)]))
    }

    #[test]
    fn a_purpose_is_kept_as_it_was_stated() {
        assert_eq!(purpose(&HeaderMap::new()), Ok(None));
        assert_eq!(
            stated(" Prüfung 2019 ".as_bytes()),
            Ok(Some("Prüfung 2019".to_owned()))
        );
        assert_eq!(stated(b"Pr\xfcfung"), Ok(Some("Prüfung".to_owned())));
    }

    #[test]
    fn a_purpose_that_cannot_be_kept_is_refused() {
        for odd in [&b"  "[..], b"\x81\xff", b"a\tb", "x".repeat(201).as_bytes()] {
            let refused = stated(odd).expect_err("refused");
            assert_eq!(refused.code(), Code::InvalidHeader);
        }
    }
}
