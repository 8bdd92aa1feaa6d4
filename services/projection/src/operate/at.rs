//! As of when: a position, an instant or a day.

use std::str::FromStr;

use anmeldewerk_contract::Position;
use anmeldewerk_read_model::AsOf;
use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};

/// As of when a version is to stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct At(pub(crate) AsOf);

/// Whose days are meant.
const ZONE: &str = "Europe/Berlin";

impl FromStr for At {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.bytes().all(|byte| byte.is_ascii_digit()) {
            let position = text.parse().map_err(|_| "is no position".to_owned())?;
            return Ok(Self(AsOf::Position(Position(position))));
        }
        if let Ok(time) = text.parse::<Timestamp>() {
            return Ok(Self(AsOf::Time(time)));
        }
        match text.parse::<Date>() {
            Ok(day) => end_of(day).map(AsOf::Time).map(Self),
            Err(_) => Err(
                "is neither a position nor an instant (2019-10-23T12:00:00Z) nor a day (2019-12-31)"
                    .to_owned(),
            ),
        }
    }
}

/// Gives the last microsecond of a day.
fn end_of(day: Date) -> Result<Timestamp, String> {
    let zone = TimeZone::get(ZONE).map_err(|error| error.to_string())?;
    let next = day.tomorrow().map_err(|error| error.to_string())?;
    let begins = next.to_zoned(zone).map_err(|error| error.to_string())?;
    let last = begins.timestamp().checked_sub(1.microsecond());
    last.map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_instants_and_days_are_told_apart() {
        let at = |text: &str| text.parse::<At>().expect(text).0;
        assert_eq!(at("48211"), AsOf::Position(Position(48_211)));
        let noon: Timestamp = "2019-10-23T12:00:00Z".parse().expect("an instant");
        assert_eq!(at("2019-10-23T14:00:00+02:00"), AsOf::Time(noon));
        let end: Timestamp = "2019-12-31T22:59:59.999999Z".parse().expect("an instant");
        assert_eq!(
            at("2019-12-31"),
            AsOf::Time(end),
            "the whole day, in winter"
        );
        let end: Timestamp = "2019-06-30T21:59:59.999999Z".parse().expect("an instant");
        assert_eq!(at("2019-06-30"), AsOf::Time(end), "and in summer");
        for odd in [
            "",
            "yesterday",
            "-1",
            "99999999999999999999",
            "2019-02-30",
            "12:00",
        ] {
            assert!(odd.parse::<At>().is_err() || odd.is_empty(), "{odd}");
        }
    }
}
