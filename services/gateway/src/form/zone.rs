//! A time zone as calendars need it (VTIMEZONE, RFC 5545, section 3.6.5).
//!
//! It lists the changes of the clock around an appointment one by one, instead of a rule: rules change over the years,
//! and a list says the same wherever it is read.

use std::fmt::Write;

use jiff::{
    Timestamp,
    tz::{Dst, Offset, TimeZone, TimeZoneTransition},
};

/// How many changes of the clock are listed at most.
const MOST: usize = 64;

/// How many changes behind an appointment are listed, so that calendars which take the zone for others are right, too.
const BEHIND: usize = 2;

/// Where a zone is said to begin that has never changed its clock.
const ALWAYS: &str = "19700101T000000";

/// Writes a zone for what happens between two instants, in lines that end as they must.
pub(super) fn write(name: &str, zone: &TimeZone, (from, to): (Timestamp, Timestamp)) -> String {
    let mut text = format!("BEGIN:VTIMEZONE\r\nTZID:{name}\r\n");
    let changes = changes(zone, from, to);
    if changes.is_empty() {
        let offset = offset(zone.to_offset(from));
        text.push_str(&observance("STANDARD", [ALWAYS, &offset, &offset]));
    }
    for change in changes {
        text.push_str(&change);
    }
    text.push_str("END:VTIMEZONE\r\n");
    text
}

/// Lists the last change before the first instant, those up to the last, and some more.
fn changes(zone: &TimeZone, from: Timestamp, to: Timestamp) -> Vec<String> {
    let written = |change: TimeZoneTransition<'_>| written(zone, &change);
    // A change at the very instant counts as one before it.
    let from = from.checked_add(NANOSECOND).unwrap_or(from);
    let mut changes: Vec<String> = zone.preceding(from).take(1).map(written).collect();
    let before = from.checked_sub(NANOSECOND).unwrap_or(from);
    let mut behind = 0;
    let following = zone.following(before).take(MOST).take_while(|change| {
        behind += usize::from(change.timestamp() > to);
        behind <= BEHIND
    });
    changes.extend(following.map(written));
    changes
}

const NANOSECOND: jiff::SignedDuration = jiff::SignedDuration::from_nanos(1);

fn written(zone: &TimeZone, change: &TimeZoneTransition<'_>) -> String {
    let kind = match change.dst() {
        Dst::Yes => "DAYLIGHT",
        Dst::No => "STANDARD",
    };
    let at = change.timestamp();
    let before = zone.to_offset(at.checked_sub(NANOSECOND).unwrap_or(at));
    let onset = before.to_datetime(at).strftime("%Y%m%dT%H%M%S").to_string();
    observance(kind, [&onset, &offset(before), &offset(change.offset())])
}

fn observance(kind: &str, [onset, from, to]: [&str; 3]) -> String {
    format!(
        "BEGIN:{kind}\r\nDTSTART:{onset}\r\nTZOFFSETFROM:{from}\r\nTZOFFSETTO:{to}\r\nEND:{kind}\r\n"
    )
}

/// Writes an offset from UTC, with seconds only where there are some.
fn offset(offset: Offset) -> String {
    let sign = if offset.is_negative() { '-' } else { '+' };
    let seconds = offset.seconds().unsigned_abs();
    let mut text = format!("{sign}{:02}{:02}", seconds / 3600, seconds / 60 % 60);
    if !seconds.is_multiple_of(60) {
        // Writing to a text cannot fail.
        let _ = write!(text, "{:02}", seconds % 60);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("an instant")
    }

    fn zone(name: &str, from: &str, to: &str) -> Vec<String> {
        let zone = TimeZone::get(name).expect("a zone");
        let text = write(name, &zone, (at(from), at(to)));
        assert!(text.ends_with("\r\n"));
        text.split_terminator("\r\n").map(str::to_owned).collect()
    }

    fn onsets(lines: &[String]) -> Vec<&str> {
        let onsets = lines
            .iter()
            .filter_map(|line| line.strip_prefix("DTSTART:"));
        onsets.collect()
    }

    #[test]
    fn a_zone_lists_the_change_before_those_in_between_and_two_more() {
        let lines = zone(
            "Europe/Berlin",
            "2019-10-22T07:30:00Z",
            "2019-10-23T14:00:00Z",
        );
        let expected = [
            "BEGIN:VTIMEZONE",
            "TZID:Europe/Berlin",
            "BEGIN:DAYLIGHT",
            "DTSTART:20190331T020000",
            "TZOFFSETFROM:+0100",
            "TZOFFSETTO:+0200",
            "END:DAYLIGHT",
            "BEGIN:STANDARD",
            "DTSTART:20191027T030000",
            "TZOFFSETFROM:+0200",
            "TZOFFSETTO:+0100",
            "END:STANDARD",
            "BEGIN:DAYLIGHT",
            "DTSTART:20200329T020000",
            "TZOFFSETFROM:+0100",
            "TZOFFSETTO:+0200",
            "END:DAYLIGHT",
            "END:VTIMEZONE",
        ];
        assert_eq!(lines, expected);
    }

    #[test]
    fn a_change_in_between_is_listed_with_two_behind_it() {
        let lines = zone(
            "Europe/Berlin",
            "2019-10-26T07:30:00Z",
            "2019-10-28T14:00:00Z",
        );
        let expected = [
            "20190331T020000",
            "20191027T030000",
            "20200329T020000",
            "20201025T030000",
        ];
        assert_eq!(onsets(&lines), expected);
    }

    #[test]
    fn what_begins_at_the_very_change_has_it_once() {
        let change = "2019-10-27T01:00:00Z";
        let lines = zone("Europe/Berlin", change, change);
        let once = onsets(&lines);
        assert_eq!(
            once.iter()
                .filter(|onset| **onset == "20191027T030000")
                .count(),
            1
        );
    }

    #[test]
    fn a_zone_without_changes_has_one_clock() {
        let lines = zone("Etc/UTC", "2019-10-22T07:30:00Z", "2019-10-23T14:00:00Z");
        assert_eq!(onsets(&lines), [ALWAYS]);
        assert!(lines.contains(&"TZOFFSETTO:+0000".to_owned()));
    }

    #[test]
    fn offsets_are_written_with_sign_and_without_seconds_that_are_none() {
        for (seconds, expected) in [
            (0, "+0000"),
            (3_600, "+0100"),
            (-12_600, "-0330"),
            (3_208, "+005328"),
        ] {
            let written = offset(Offset::from_seconds(seconds).expect("an offset"));
            assert_eq!(written, expected);
        }
    }
}
