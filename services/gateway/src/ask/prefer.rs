//! How long a caller would wait: `Prefer: wait=<seconds>` (RFC 7240, section 4.3).

use std::time::Duration;

use axum::http::{HeaderMap, HeaderName};

const PREFER: HeaderName = HeaderName::from_static("prefer");

/// The longest anybody waits.
pub(super) const MAX_WAIT_S: u64 = 10;

/// Reads how long the caller would wait; not at all where they do not say so readably.
///
/// A preference is no demand: a longer one is cut, one that cannot be read is passed over.
pub(super) fn wait(headers: &HeaderMap) -> Duration {
    let values = headers.get_all(PREFER).iter();
    let mut preferences = values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','));
    let seconds = preferences.find_map(wait_seconds).unwrap_or(0);
    Duration::from_secs(seconds.min(MAX_WAIT_S))
}

fn wait_seconds(preference: &str) -> Option<u64> {
    let (preference, _) = preference.split_once(';').unwrap_or((preference, ""));
    let (name, value) = preference.split_once('=')?;
    if !name.trim().eq_ignore_ascii_case("wait") {
        return None;
    }
    let value = value.trim();
    let unquoted = value
        .strip_prefix('"')
        .and_then(|value| value.strip_suffix('"'));
    unquoted.unwrap_or(value).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn waits(values: &[&'static str]) -> u64 {
        let values = values
            .iter()
            .map(|value| (PREFER, HeaderValue::from_static(value)));
        wait(&values.collect()).as_secs()
    }

    #[test]
    fn a_wait_is_found_among_other_preferences() {
        assert_eq!(waits(&["wait=5"]), 5);
        assert_eq!(waits(&["respond-async, WAIT = \"7\"; foo=bar"]), 7);
        assert_eq!(waits(&["return=minimal", "wait=3"]), 3);
    }

    #[test]
    fn a_wait_is_cut_to_what_is_allowed() {
        assert_eq!(waits(&["wait=3600"]), MAX_WAIT_S);
    }

    #[test]
    fn without_a_readable_wait_nobody_waits() {
        assert_eq!(waits(&[]), 0);
        for odd in [
            "wait", "wait=", "wait=-1", "wait=1.5", "waits=5", "wait=\"5",
        ] {
            assert_eq!(waits(&[odd]), 0, "{odd}");
        }
    }
}
