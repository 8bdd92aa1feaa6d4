//! Entity tags (RFC 9110, section 8.8.3), and whether a client has an answer already.
//!
//! A tag is made from what is shown without what is personal: the version covers that, and a tag stands in logs.

use axum::http::{HeaderMap, HeaderValue, header};
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use anmeldewerk_contract::Position;
use anmeldewerk_domain::workshop::ContentHash;

/// How many bytes of a hash tell one answer from another.
const BYTES: usize = 12;

/// Names one state of what an address shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tag {
    strength: &'static str,
    opaque: String,
}

/// Which states a client has already, by its `If-None-Match`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Known {
    /// Any that there may be.
    Any,
    /// Those with one of these tags.
    Tags(Vec<String>),
}

impl Tag {
    /// Names the state of one entity: its version, and what else is shown.
    pub(crate) fn of_entity(version: Position, shown: &[u8]) -> Self {
        Self {
            strength: "",
            opaque: format!("{version}-{}", digest(shown)),
        }
    }

    /// Names the state of a list, weakly: the same items in the same versions.
    pub(crate) fn of_list(shown: &[u8]) -> Self {
        Self {
            strength: "W/",
            opaque: digest(shown),
        }
    }

    /// Names bytes by their hash.
    pub(crate) fn of_content(content: &ContentHash) -> Self {
        Self {
            strength: "",
            opaque: HEXLOWER.encode(&content.0),
        }
    }

    /// Names the state of a page that is the same for everybody.
    pub(crate) fn of_page(body: &[u8]) -> Self {
        Self {
            strength: "",
            opaque: digest(body),
        }
    }

    /// Writes the tag as a header.
    pub(crate) fn header(&self) -> HeaderValue {
        let text = format!("{}\"{}\"", self.strength, self.opaque);
        HeaderValue::try_from(text).expect("digits, letters and quotes are a header value")
    }
}

impl Known {
    /// Reads what a client has.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let values = headers.get_all(header::IF_NONE_MATCH).iter();
        let mut tags = Vec::new();
        for value in values.filter_map(|value| value.to_str().ok()) {
            if value.trim() == "*" {
                return Self::Any;
            }
            tags.extend(value.split(',').filter_map(opaque).map(str::to_owned));
        }
        Self::Tags(tags)
    }

    /// Says whether the client has the state with this tag; by the weak comparison.
    pub(crate) fn has(&self, tag: &Tag) -> bool {
        match self {
            Self::Any => true,
            Self::Tags(tags) => tags.contains(&tag.opaque),
        }
    }
}

/// Reads the part between the quotes; our tags hold no comma, so a split foreign one matches nothing.
fn opaque(tag: &str) -> Option<&str> {
    let tag = tag.trim();
    let tag = tag.strip_prefix("W/").unwrap_or(tag);
    tag.strip_prefix('"')?.strip_suffix('"')
}

fn digest(shown: &[u8]) -> String {
    let hash = Sha256::digest(shown);
    HEXLOWER.encode(&hash[..BYTES])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(value: &'static str) -> Known {
        let value = HeaderValue::from_static(value);
        Known::of(&HeaderMap::from_iter([(header::IF_NONE_MATCH, value)]))
    }

    #[test]
    fn the_tag_of_an_entity_is_strong_and_begins_with_its_version() {
        let tag = Tag::of_entity(Position(48_211), b"shown").header();
        let text = tag.to_str().expect("text");
        assert!(
            text.starts_with("\"48211-") && text.ends_with('"'),
            "{text}"
        );
    }

    #[test]
    fn another_sight_of_the_same_version_has_another_tag() {
        let seats = |shown: &[u8]| Tag::of_entity(Position(7), shown);
        assert_eq!(seats(b"2 free"), seats(b"2 free"));
        assert_ne!(seats(b"2 free"), seats(b"1 free"));
    }

    #[test]
    fn a_tag_is_known_among_others_whether_weak_or_strong() {
        let tag = Tag {
            strength: "W/",
            opaque: "abc".to_owned(),
        };
        assert_eq!(tag.header(), "W/\"abc\"");
        assert!(known("W/\"abc\"").has(&tag));
        assert!(known("\"x\", \"abc\"").has(&tag));
        assert!(known(" * ").has(&tag));
        for other in ["", "\"ab\"", "abc", "\"abc", "\"x,abc\""] {
            assert!(!known(other).has(&tag), "{other}");
        }
        assert!(!Known::of(&HeaderMap::new()).has(&tag));
    }
}
