//! How much of a person is shown, as it goes into tags and notices.

use jiff::{Timestamp, tz::TimeZone};
use serde::Serialize;

use crate::disclosure::Disclosed;

/// Where the days of notices are counted.
const TIME_ZONE: &str = "Europe/Berlin";

/// What of a person goes into a tag: how much is shown, and never what.
#[derive(Serialize)]
pub(super) enum Seen {
    Sealed,
    Whole,
    WithoutNeeds,
    Erased(Timestamp),
    Damaged,
}

impl From<&Disclosed> for Seen {
    fn from(disclosed: &Disclosed) -> Self {
        match disclosed {
            Disclosed::Sealed => Self::Sealed,
            Disclosed::Open(person) if person.free_text.is_some() => Self::Whole,
            Disclosed::Open(_) => Self::WithoutNeeds,
            Disclosed::Erased(at) => Self::Erased(*at),
            Disclosed::Damaged => Self::Damaged,
        }
    }
}

/// Says when a person was erased, if they were.
pub(super) fn erased_at(disclosed: &Disclosed) -> Option<Timestamp> {
    match disclosed {
        Disclosed::Erased(at) => Some(*at),
        Disclosed::Open(_) | Disclosed::Sealed | Disclosed::Damaged => None,
    }
}

/// Says why nothing is shown where something would be.
pub(crate) fn notice(disclosed: &Disclosed) -> Option<String> {
    match disclosed {
        Disclosed::Erased(at) => Some(format!("gelöscht am {}", day(*at))),
        Disclosed::Damaged => Some("nicht lesbar".to_owned()),
        Disclosed::Open(_) | Disclosed::Sealed => None,
    }
}

/// Writes a day as people in Germany read it.
fn day(at: Timestamp) -> String {
    let zone = TimeZone::get(TIME_ZONE).unwrap_or(TimeZone::UTC);
    at.to_zoned(zone).strftime("%d.%m.%Y").to_string()
}
