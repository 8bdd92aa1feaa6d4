//! Text forms of values: instants, days, hexadecimal.

use anmeldewerk_domain::{Date, Instant, LocalTime, Stated};
use data_encoding::HEXLOWER;
use jiff::Timestamp;

/// A stored value that no version of the contract allows. It names the field, never its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("field {0} holds a value outside the contract")]
pub struct ValueError(pub &'static str);

/// Writes an instant as RFC 3339 in UTC.
pub fn instant_text(instant: Instant) -> String {
    jiff_timestamp(instant).to_string()
}

/// Reads an instant from RFC 3339.
pub fn instant_from_text(text: &str) -> Option<Instant> {
    let timestamp: Timestamp = text.parse().ok()?;
    Some(Instant::from_micros(timestamp.as_microsecond()))
}

/// Gives an instant as the calendar library's; one outside its range (years ±9999) is its edge.
pub fn jiff_timestamp(instant: Instant) -> Timestamp {
    let edge = if instant.as_micros() < 0 {
        Timestamp::MIN
    } else {
        Timestamp::MAX
    };
    Timestamp::from_microsecond(instant.as_micros()).unwrap_or(edge)
}

/// Writes bytes in lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    HEXLOWER.encode(bytes)
}

/// Reads 32 bytes in lower-case hexadecimal.
pub fn parse_hex32(text: &str) -> Option<[u8; 32]> {
    HEXLOWER.decode(text.as_bytes()).ok()?.try_into().ok()
}

/// Writes a stated limit: `2019-09-30`, or `2019-09-30T18:00`.
pub fn stated_text(stated: Stated) -> String {
    stated.to_string()
}

pub(crate) fn date(text: &str) -> Option<Date> {
    let mut parts = text.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let shaped = parts.next().is_none() && [year.len(), month.len(), day.len()] == [4, 2, 2];
    let digits = text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    if !(shaped && digits) {
        return None;
    }
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}

pub(crate) fn local_time(text: &str) -> Option<LocalTime> {
    let (day, clock) = text.split_once('T')?;
    let (hour, minute) = clock.split_once(':')?;
    let shaped = [hour.len(), minute.len()] == [2, 2];
    let digits = clock.bytes().all(|b| b.is_ascii_digit() || b == b':');
    if !(shaped && digits) {
        return None;
    }
    LocalTime::new(date(day)?, hour.parse().ok()?, minute.parse().ok()?)
}

/// Reads a stated limit.
pub(crate) fn stated(text: &str) -> Option<Stated> {
    date(text)
        .map(Stated::Day)
        .or_else(|| local_time(text).map(Stated::Minute))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_keep_their_microseconds() {
        let instant = Instant::from_micros(1_564_650_000_123_456);
        assert_eq!(instant_text(instant), "2019-08-01T09:00:00.123456Z");
        assert_eq!(instant_from_text(&instant_text(instant)), Some(instant));
    }

    #[test]
    fn days_and_minutes_read_back_and_odd_forms_do_not_read() {
        for text in ["2019-09-30", "2019-09-30T18:05"] {
            assert_eq!(stated(text).map(stated_text).as_deref(), Some(text));
        }
        for odd in [
            "2019-9-30",
            "2019-09-31",
            "30.09.2019",
            "2019-09-30T24:00",
            "2019-09-30T1:00",
            "+019-09-30",
        ] {
            assert_eq!(stated(odd), None, "{odd}");
        }
    }
}
