//! The parameters of a query: only those that are known, each once, each readable.

use std::ops::{Deref, RangeInclusive};

use anmeldewerk_contract::{Position, problem::Code};
use anmeldewerk_read_model::query::MAX_LIMIT;
use anmeldewerk_service::{problem::Problem, query};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// How many items a list gives where nobody says how many.
pub(crate) const DEFAULT_LIMIT: u32 = 50;
/// What every cursor looks like; what looks otherwise cannot be read, and what looks so may lead nowhere.
pub(crate) const CURSOR_PATTERN: &str = "^[A-Za-z0-9_-]{11,96}$";
const CURSOR_CHARS: RangeInclusive<usize> = 11..=96;
/// What is escaped in a value of an address (RFC 3986, section 2.3).
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');
const MIN_POSITION: &str = "min_position";
const LIMIT: &str = "limit";
const AFTER: &str = "after";

/// The parameters of a query, of which every name is known.
pub(crate) struct Parameters<'q>(query::Parameters<'q>);

impl<'q> Deref for Parameters<'q> {
    type Target = query::Parameters<'q>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl<'q> Parameters<'q> {
    /// Takes the pairs, if every name is `min_position` or among those `named`, and none stands twice.
    pub(super) fn of(pairs: &'q [(String, String)], named: &[&str]) -> Result<Self, Problem> {
        let known = |name: &str| name == MIN_POSITION || named.contains(&name);
        query::Parameters::of(pairs, known).map(Self)
    }

    /// Reads how many items are wanted, 1 to [`MAX_LIMIT`].
    pub(crate) fn limit(&self) -> Result<u32, Problem> {
        let limit = self.get(LIMIT, |text| {
            let limit = digits(text)?;
            u32::try_from(limit)
                .ok()
                .filter(|limit| (1..=MAX_LIMIT).contains(limit))
        })?;
        Ok(limit.unwrap_or(DEFAULT_LIMIT))
    }

    /// Reads where a list goes on; what looks like a cursor and is none of this list leads nowhere.
    pub(crate) fn after<T>(
        &self,
        read: impl FnOnce(&'q str) -> Option<T>,
    ) -> Result<Option<T>, Problem> {
        let cursor = self.get(AFTER, |text| is_cursor(text).then_some(text))?;
        let place = |text| read(text).ok_or_else(nowhere);
        cursor.map(place).transpose()
    }

    /// Reads which position the answer is to cover.
    pub(super) fn min_position(&self) -> Result<Option<Position>, Problem> {
        let position = |text: &str| digits(text).map(Position);
        self.get(MIN_POSITION, |text| {
            position(text).filter(|position| *position <= Position::MAX)
        })
    }
}

/// Words the reference to the next part of a list (RFC 8288), relative to what was asked for.
///
pub(crate) fn next_link(pairs: &[(String, String)], cursor: &str) -> String {
    let kept = pairs.iter().filter(|(name, _)| name != AFTER);
    let mut query = String::new();
    for (name, value) in kept {
        query.extend([name.as_str(), "="]);
        query.extend(utf8_percent_encode(value, ESCAPED));
        query.push('&');
    }
    query.push_str(AFTER);
    format!("<?{query}={cursor}>; rel=\"next\"")
}

/// Reads a number in plain digits.
pub(crate) fn digits(text: &str) -> Option<u64> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

fn is_cursor(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    CURSOR_CHARS.contains(&text.len()) && text.bytes().all(plain)
}

/// Words that a cursor leads nowhere.
pub(crate) fn nowhere() -> Problem {
    Problem::new(Code::InvalidQuery)
        .detail(
            "Diese Stelle gibt es in der Liste nicht; bitte von vorn beginnen.",
            "There is no such place in the list; please begin anew.",
        )
        .with("parameter", AFTER)
}

#[cfg(test)]
mod tests {
    use super::*;
    use query::{refused, unreadable};

    fn split(query: &str) -> Vec<(String, String)> {
        let uri = format!("/v1/workshops?{query}")
            .parse()
            .expect("an address");
        query::pairs(&uri).expect("pairs")
    }

    fn limit(query: &str) -> Result<u32, Problem> {
        Parameters::of(&split(query), &["limit"])?.limit()
    }

    #[test]
    fn an_unknown_parameter_is_named() {
        let unknown = limit("limit=5&sort=name").expect_err("refused");
        let expected = refused("sort", ["ist unbekannt", "is unknown"]);
        assert_eq!(unknown, expected);
        assert_eq!(unknown.code(), Code::InvalidQuery);
    }

    #[test]
    fn a_parameter_given_twice_is_refused() {
        let twice = limit("limit=5&limit=6").expect_err("refused");
        assert_eq!(
            twice,
            refused("limit", ["steht zweimal da", "stands there twice"])
        );
    }

    #[test]
    fn a_limit_is_between_one_and_the_longest_list() {
        assert_eq!(limit(""), Ok(50));
        assert_eq!(limit("limit=1"), Ok(1));
        assert_eq!(limit("limit=500"), Ok(500));
        for odd in [
            "limit=0",
            "limit=501",
            "limit=",
            "limit=+5",
            "limit=5%00",
            "limit=99999999999999999999",
        ] {
            assert_eq!(limit(odd), Err(unreadable("limit")), "{odd}");
        }
    }

    #[test]
    fn a_cursor_that_leads_nowhere_is_told_from_one_that_cannot_be_read() {
        let after = |query: &str| {
            let pairs = split(query);
            let parameters = Parameters::of(&pairs, &["after"]).expect("parameters");
            parameters.after(|text| (text == "known-known-known").then_some(7))
        };
        assert_eq!(after("after=known-known-known"), Ok(Some(7)));
        assert_eq!(after("after=other-other-other"), Err(nowhere()));
        for odd in ["after=", "after=short", "after=not%20a%20cursor%20at%20all"] {
            assert_eq!(after(odd), Err(unreadable("after")), "{odd}");
        }
    }

    #[test]
    fn a_position_beyond_every_log_is_refused() {
        let position = |text: &str| {
            let pairs = split(&format!("min_position={text}"));
            let parameters = Parameters::of(&pairs, &[]).expect("parameters");
            parameters.min_position()
        };
        assert_eq!(position("9223372036854775807"), Ok(Some(Position::MAX)));
        assert_eq!(
            position("9223372036854775808"),
            Err(unreadable("min_position"))
        );
    }

    #[test]
    fn every_query_takes_a_position() {
        let pairs = split("min_position=48211");
        let parameters = Parameters::of(&pairs, &[]).expect("parameters");
        assert_eq!(parameters.min_position(), Ok(Some(Position(48_211))));
    }

    #[test]
    fn the_next_part_is_asked_for_like_this_one() {
        let pairs = split("state=confirmed&after=abc&limit=2");
        assert_eq!(
            next_link(&pairs, "xyz"),
            "<?state=confirmed&limit=2&after=xyz>; rel=\"next\""
        );
        assert_eq!(next_link(&[], "xyz"), "<?after=xyz>; rel=\"next\"");
        let pairs = split("q=M%C3%BCller%3E%22");
        let link = next_link(&pairs, "xyz");
        assert_eq!(link, "<?q=M%C3%BCller%3E%22&after=xyz>; rel=\"next\"");
    }
}
