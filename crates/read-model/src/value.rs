//! Values as the tables keep them. Every conversion is total, so that a fold cannot fail on one.

use anmeldewerk_contract::jiff_timestamp;
use anmeldewerk_domain::{
    Cutoff, Date, Instant,
    workshop::{
        Admission, Canceller, Cause, Channel, Format, GroupPolicy, Lapse, Offers, Rank, SignUp,
        Slot, Status, WaitlistPolicy,
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

/// Numbers the version of a document.
pub(crate) fn version_number(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
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

pub(crate) fn sign_up(sign_up: SignUp) -> &'static str {
    match sign_up {
        SignUp::Programs => "programs",
        SignUp::Public => "public",
        SignUp::PublicConfirmed => "public_confirmed",
    }
}

pub(crate) fn admission(admission: Admission) -> &'static str {
    match admission {
        Admission::FirstCome => "first_come",
        Admission::Lottery => "lottery",
    }
}

/// Gives the hours to answer an offer; nothing where a seat passes on directly.
pub(crate) fn offer_hours(offers: Offers) -> Option<i32> {
    match offers {
        Offers::Directly => None,
        Offers::Hours(hours) => Some(i32::from(hours)),
    }
}

pub(crate) fn policy(policy: GroupPolicy) -> &'static str {
    match policy {
        GroupPolicy::Together => "together",
        GroupPolicy::Partial => "partial",
    }
}

/// Reads back what [`policy`] wrote.
pub(crate) fn read_policy(name: &str) -> Option<GroupPolicy> {
    let policies = [GroupPolicy::Together, GroupPolicy::Partial];
    policies.into_iter().find(|known| policy(*known) == name)
}

pub(crate) fn channel(channel: Channel) -> &'static str {
    match channel {
        Channel::Office => "office",
        Channel::Api => "api",
        Channel::Web => "web",
        Channel::Import => "import",
        Channel::Feed => "feed",
    }
}

pub(crate) fn cause(cause: Cause) -> &'static str {
    match cause {
        Cause::Admitted => "admitted",
        Cause::SeatPassed => "seat_passed",
        Cause::ByHand => "by_hand",
        Cause::Approved => "approved",
        Cause::OfferAccepted => "offer_accepted",
        Cause::Override => "override",
    }
}

pub(crate) fn canceller(by: Canceller) -> &'static str {
    match by {
        Canceller::Office(_) => "office",
        Canceller::Feeder(_) => "feeder",
        Canceller::Participant => "participant",
        Canceller::OfferDeclined => "offer_declined",
    }
}

pub(crate) fn lapse(lapse: Lapse) -> &'static str {
    match lapse {
        Lapse::Offer => "offer",
        Lapse::Email => "email",
    }
}

/// Gives the first part of a place in the order.
pub(crate) fn rank(rank: Rank) -> i16 {
    match rank {
        Rank::Moved => 0,
        Rank::Regular => 1,
    }
}

/// Reads back what [`Status::name`] wrote.
pub(crate) fn status(name: &str) -> Option<Status> {
    Status::ALL.into_iter().find(|status| status.name() == name)
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
    fn a_policy_reads_back_by_its_name() {
        for known in [GroupPolicy::Together, GroupPolicy::Partial] {
            assert_eq!(read_policy(policy(known)), Some(known));
        }
        assert_eq!(read_policy("all"), None);
    }

    #[test]
    fn a_status_reads_back_by_its_name() {
        for known in Status::ALL {
            assert_eq!(status(known.name()), Some(known));
        }
        assert_eq!(status("gone"), None);
    }
}
