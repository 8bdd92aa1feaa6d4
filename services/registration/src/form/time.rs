//! Local dates and times, and the instants they mean.

use anmeldewerk_domain::{Cutoff, Date, Instant, LocalTime, Stated};
use jiff::{
    civil,
    tz::{AmbiguousOffset, TimeZone},
};

/// The longest name of a time zone, in characters.
pub(super) const ZONE_NAME_CHARS: usize = 64;

/// Says whether a text has the shape of an IANA name with a region.
pub(super) fn is_zone_name(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'+' | b'-');
    let mut parts = name.split('/');
    name.contains('/')
        && name.len() <= ZONE_NAME_CHARS
        && parts.all(|part| !part.is_empty() && part.bytes().all(plain))
}

/// Finds a time zone by its IANA name.
pub(super) fn zone(name: &str) -> Option<TimeZone> {
    // A name without a region, such as `localtime`, is another zone on another machine.
    name.contains('/').then(|| TimeZone::get(name).ok())?
}

/// Reads an ISO date.
pub(super) fn date(text: &str) -> Option<Date> {
    let civil: civil::Date = text.parse().ok()?;
    let plain = text.len() == 10;
    plain.then(|| to_date(civil)).flatten()
}

/// Reads a local date-time to the minute, `2019-09-30T18:00`.
pub(super) fn local_time(text: &str) -> Option<LocalTime> {
    let civil: civil::DateTime = text.parse().ok()?;
    let plain = text.len() == 16 && text.as_bytes().get(10) == Some(&b'T');
    let date = plain.then(|| to_date(civil.date())).flatten()?;
    let (hour, minute) = (civil.hour(), civil.minute());
    LocalTime::new(date, u8::try_from(hour).ok()?, u8::try_from(minute).ok()?)
}

/// Reads a date or a local date-time.
pub(super) fn stated(text: &str) -> Option<Stated> {
    date(text)
        .map(Stated::Day)
        .or_else(|| local_time(text).map(Stated::Minute))
}

fn to_date(civil: civil::Date) -> Option<Date> {
    Date::new(
        u16::try_from(civil.year()).ok()?,
        u8::try_from(civil.month()).ok()?,
        u8::try_from(civil.day()).ok()?,
    )
}

fn to_civil(date: Date) -> Option<civil::Date> {
    civil::Date::new(
        i16::try_from(date.year()).ok()?,
        i8::try_from(date.month()).ok()?,
        i8::try_from(date.day()).ok()?,
    )
    .ok()
}

/// Gives the instant at which a day begins.
pub(super) fn start_of(date: Date, zone: &TimeZone) -> Option<Instant> {
    Some(instant(&to_civil(date)?.to_zoned(zone.clone()).ok()?))
}

/// Gives the instant at which the day after begins.
pub(super) fn end_of(date: Date, zone: &TimeZone) -> Option<Instant> {
    let next = to_civil(date)?.tomorrow().ok()?;
    Some(instant(&next.to_zoned(zone.clone()).ok()?))
}

/// Gives the instant of a local minute: nothing in the gap of the clock change, the earlier in its fold.
pub(super) fn minute(time: LocalTime, zone: &TimeZone) -> Option<Instant> {
    let hour = i8::try_from(time.hour()).ok()?;
    let minute = i8::try_from(time.minute()).ok()?;
    let local = to_civil(time.date())?.at(hour, minute, 0, 0);
    let ambiguous = zone.to_ambiguous_zoned(local);
    match ambiguous.offset() {
        AmbiguousOffset::Gap { .. } => None,
        AmbiguousOffset::Unambiguous { .. } | AmbiguousOffset::Fold { .. } => {
            Some(instant(&ambiguous.earlier().ok()?))
        }
    }
}

/// Gives a deadline: a day is included, a minute is itself late.
pub(super) fn deadline(stated: Stated, zone: &TimeZone) -> Option<Cutoff> {
    let instant = match stated {
        Stated::Day(date) => end_of(date, zone),
        Stated::Minute(time) => minute(time, zone),
    };
    instant.map(|instant| Cutoff { stated, instant })
}

/// Gives an opening: a day opens with its start.
pub(super) fn opening(stated: Stated, zone: &TimeZone) -> Option<Cutoff> {
    let instant = match stated {
        Stated::Day(date) => start_of(date, zone),
        Stated::Minute(time) => minute(time, zone),
    };
    instant.map(|instant| Cutoff { stated, instant })
}

fn instant(zoned: &jiff::Zoned) -> Instant {
    Instant::from_micros(zoned.timestamp().as_microsecond())
}

#[cfg(test)]
mod tests {
    use super::*;
    use anmeldewerk_contract::instant_text;

    fn berlin() -> TimeZone {
        zone("Europe/Berlin").expect("the zone is known")
    }

    fn deadline_of(text: &str) -> Option<String> {
        let cutoff = deadline(stated(text)?, &berlin())?;
        Some(instant_text(cutoff.instant))
    }

    #[test]
    fn a_deadline_day_is_included_and_closes_at_the_start_of_the_next() {
        assert_eq!(
            deadline_of("2019-09-30").as_deref(),
            Some("2019-09-30T22:00:00Z")
        );
        assert_eq!(
            deadline_of("2019-12-31").as_deref(),
            Some("2019-12-31T23:00:00Z")
        );
    }

    #[test]
    fn on_the_night_of_the_clock_change_the_last_day_has_25_hours() {
        assert_eq!(
            deadline_of("2019-10-27").as_deref(),
            Some("2019-10-27T23:00:00Z")
        );
    }

    #[test]
    fn local_times_in_the_gap_are_refused_and_in_the_fold_the_earlier_is_meant() {
        assert_eq!(deadline_of("2019-03-31T02:30"), None);
        assert_eq!(
            deadline_of("2019-10-27T02:30").as_deref(),
            Some("2019-10-27T00:30:00Z")
        );
        assert_eq!(
            deadline_of("2019-09-30T18:00").as_deref(),
            Some("2019-09-30T16:00:00Z")
        );
    }

    #[test]
    fn an_opening_day_opens_with_its_start() {
        let opens = opening(stated("2019-08-01").expect("a day"), &berlin()).expect("an instant");
        assert_eq!(instant_text(opens.instant), "2019-07-31T22:00:00Z");
    }

    #[test]
    fn other_forms_of_dates_are_refused() {
        for odd in [
            "30.09.2019",
            "2019-9-30",
            "20190930",
            "2019-09-30T18:00:01",
            "2019-09-30 18:00",
            "2019-09-30T18:00Z",
            "-002019-09-30",
            "",
        ] {
            assert_eq!(stated(odd), None, "{odd}");
        }
        assert!(zone("Europe/Mölln").is_none());
    }
}
