//! `If-Match` (RFC 9110, section 13.1.1): which version of an entity the asker has seen.
//!
//! A strong tag of the gateway begins with the version, the position of the last decision that
//! changed the entity: `"48211-…"`. The position alone is understood, too.

use anmeldewerk_contract::{Position, problem::Code};
use anmeldewerk_service::problem::Problem;
use axum::http::{HeaderMap, header};

use crate::writer::Condition;

/// Reads the condition; `*` is none, because every command is about something that is there.
pub(super) fn of(headers: &HeaderMap) -> Result<Option<Condition>, Problem> {
    let mut versions = Vec::new();
    let mut stated = false;
    for value in headers.get_all(header::IF_MATCH) {
        let text = value.to_str().map_err(|_| malformed())?.trim();
        if text == "*" {
            return Ok(None);
        }
        stated = true;
        for tag in text.split(',') {
            versions.extend(version(tag.trim())?);
        }
    }
    Ok(stated.then_some(Condition(versions)))
}

/// Gives the version in a tag; a weak one never matches.
fn version(tag: &str) -> Result<Option<Position>, Problem> {
    let strong = !tag.starts_with("W/");
    let quoted = tag.strip_prefix("W/").unwrap_or(tag);
    let opaque = quoted
        .strip_prefix('"')
        .and_then(|tag| tag.strip_suffix('"'));
    let plain = |byte: u8| byte == b'!' || (b'#'..=b'~').contains(&byte);
    let opaque = opaque.filter(|tag| tag.bytes().all(plain));
    let position = opaque.ok_or_else(malformed)?.split('-').next();
    // A tag that is none of ours names no version of ours.
    let position = position.and_then(|position| position.parse().ok());
    Ok(position.filter(|_| strong).map(Position))
}

fn malformed() -> Problem {
    Problem::new(Code::InvalidHeader).detail(
        "If-Match ist keine Liste von Entity-Tags.",
        "If-Match is no list of entity tags.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Option<Condition>, ()> {
        let mut headers = HeaderMap::new();
        headers.insert(header::IF_MATCH, text.parse().expect("a header value"));
        of(&headers).map_err(drop)
    }

    #[test]
    fn a_tag_names_the_version_it_begins_with() {
        let versions = |positions: &[u64]| {
            let positions = positions.iter().copied().map(Position);
            Ok(Some(Condition(positions.collect())))
        };
        assert_eq!(read("\"17-abc\""), versions(&[17]));
        assert_eq!(read("\"17\", \"18-x\""), versions(&[17, 18]));
        assert_eq!(read("W/\"17\""), versions(&[]), "weak tags match nothing");
        assert_eq!(read("\"other\""), versions(&[]));
        assert_eq!(read("*"), Ok(None));
        for odd in ["17", "\"1\"7\"", "\"1 7\"", "W/17", "\"17\" \"18\""] {
            assert_eq!(read(odd), Err(()), "{odd}");
        }
    }
}
