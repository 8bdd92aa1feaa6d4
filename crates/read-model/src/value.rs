//! Values as the tables keep them. Every conversion is total, so that a fold cannot fail on one.

use anmeldewerk_contract::jiff_timestamp;
use anmeldewerk_domain::{
    Cutoff, Date, Instant,
    workshop::{
        CancelReason, Canceller, Cause, Channel, Format, Situation, Slot, Status, WaitlistPolicy,
    },
};
use jiff::{Timestamp, civil};
use jiff_sqlx::ToSqlx;

/// Gives an instant as Postgres takes it; one outside the years 1 to 9999 is the edge of them.
///
/// Every date of the domain lies inside, so only an instant that no edge of ours makes is cut.
pub(crate) fn instant(instant: Instant) -> jiff_sqlx::Timestamp {
    const YEAR_1: Timestamp = Timestamp::constant(-62_135_596_800, 0);
    jiff_timestamp(instant).max(YEAR_1).to_sqlx()
}

pub(crate) fn cutoff_instant(cutoff: Option<Cutoff>) -> Option<jiff_sqlx::Timestamp> {
    cutoff.map(|cutoff| instant(cutoff.instant))
}

pub(crate) fn date(date: Date) -> jiff_sqlx::Date {
    let year = i16::try_from(date.year()).expect("a year of the domain is at most 9999");
    let month = i8::try_from(date.month()).expect("a month is at most 12");
    let day = i8::try_from(date.day()).expect("a day is at most 31");
    civil::Date::new(year, month, day)
        .expect("a date of the domain is a real one")
        .to_sqlx()
}

pub(crate) fn slot(slot: Slot) -> i16 {
    match slot {
        Slot::First => 1,
        Slot::Second => 2,
    }
}

/// Numbers a row within its parent, from 1 on.
pub(crate) fn ordinal(index: usize) -> i32 {
    i32::try_from(index).map_or(i32::MAX, |index| index.saturating_add(1))
}

pub(crate) fn format(format: Format) -> &'static str {
    match format {
        Format::Presence => "presence",
        Format::Online => "online",
        Format::Hybrid => "hybrid",
    }
}

pub(crate) fn waitlist(policy: WaitlistPolicy) -> &'static str {
    match policy {
        WaitlistPolicy::Off => "off",
        WaitlistPolicy::SkipBlocked => "skip_blocked",
        WaitlistPolicy::StrictHead => "strict_head",
    }
}

pub(crate) fn channel(channel: Channel) -> &'static str {
    match channel {
        Channel::Office => "office",
        Channel::Api => "api",
    }
}

pub(crate) fn cause(cause: Cause) -> &'static str {
    match cause {
        Cause::Admitted => "admitted",
        Cause::SeatPassed => "seat_passed",
    }
}

pub(crate) fn canceller(by: Canceller) -> &'static str {
    match by {
        Canceller::Office(_) => "office",
        Canceller::Participant => "participant",
    }
}

pub(crate) fn cancel_reason(by: Canceller) -> Option<&'static str> {
    match by {
        Canceller::Participant => None,
        Canceller::Office(reason) => Some(match reason {
            CancelReason::Withdrawn => "withdrawn",
            CancelReason::Illness => "illness",
            CancelReason::Duty => "duty",
            CancelReason::Mistake => "mistake",
            CancelReason::Other => "other",
        }),
    }
}

/// Reads back what [`Situation::name`] wrote.
pub(crate) fn situation(name: &str) -> Option<Situation> {
    [
        Situation::Submitted,
        Situation::Confirmed,
        Situation::Waitlisted,
        Situation::Cancelled,
    ]
    .into_iter()
    .find(|situation| situation.name() == name)
}

/// Reads back what [`Status::name`] wrote.
pub(crate) fn status(name: &str) -> Option<Status> {
    [Status::Draft, Status::Published]
        .into_iter()
        .find(|status| status.name() == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff_sqlx::ToSqlx;

    #[test]
    fn instants_outside_the_calendar_are_cut_and_those_inside_are_kept() {
        let inside = Instant::from_micros(1_564_650_000_123_456);
        assert_eq!(
            instant(inside).to_jiff().as_microsecond(),
            inside.as_micros()
        );
        let first: Timestamp = "0001-01-01T00:00:00Z".parse().expect("an instant");
        assert_eq!(instant(Instant::from_micros(i64::MIN)).to_jiff(), first);
        assert_eq!(
            instant(Instant::from_micros(i64::MAX)).to_jiff(),
            Timestamp::MAX.to_sqlx().to_jiff()
        );
    }

    #[test]
    fn states_read_back_by_their_names() {
        for state in [
            Situation::Submitted,
            Situation::Confirmed,
            Situation::Waitlisted,
            Situation::Cancelled,
        ] {
            assert_eq!(situation(state.name()), Some(state));
        }
        assert_eq!(situation("attended"), None);
        assert_eq!(status(Status::Published.name()), Some(Status::Published));
        assert_eq!(status("gone"), None);
    }
}
