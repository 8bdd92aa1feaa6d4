//! A workshop as an entry of a calendar (iCalendar, RFC 5545).

use anmeldewerk_domain::workshop::Status;
use anmeldewerk_read_model::query::{Appointment, Hours, Venue};
use icalendar::{Component, Event, EventStatus, Property};
use jiff::{Timestamp, ToSpan, civil, tz::TimeZone};

use super::zone;

const BEGIN: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Anmeldewerk//Anmeldewerk//DE\r\nCALSCALE:GREGORIAN\r\n";
const END: &str = "END:VCALENDAR\r\n";

/// Writes a calendar with one entry; the same for the same version of the workshop.
pub(crate) fn calendar(appointment: &Appointment, url: Option<&str>) -> String {
    let when = When::of(appointment);
    let mut event = Event::with_uid(&appointment.id.to_string());
    let changed_at = utc(appointment.changed_at);
    event
        .add_property("DTSTAMP", changed_at.as_str())
        .add_property("LAST-MODIFIED", changed_at)
        .sequence(sequence(appointment))
        .status(status(appointment.status))
        .summary(&text(&appointment.title));
    when.note(&mut event);
    if let Some(venue) = &appointment.venue {
        event.add_property("LOCATION", text(&location(venue)));
    }
    if let Some(description) = description(appointment) {
        event.description(&text(&description));
    }
    if let Some(contact) = &appointment.contact {
        event.append_property(whom_to_ask(contact));
    }
    if let Some(url) = url {
        event.url(url);
    }
    let event = event
        .try_into_string()
        .expect("writing to a text cannot fail");
    [BEGIN, &when.zone(appointment), &event, END].concat()
}

/// When a workshop takes place, as a calendar says it.
enum When<'a> {
    /// On whole days.
    Days(civil::Date, civil::Date),
    /// At local times of a zone that is known.
    Local([civil::DateTime; 2], &'a str, TimeZone),
    /// At instants, where the zone is not known here.
    Instants(Timestamp, Timestamp),
}

impl<'a> When<'a> {
    fn of(appointment: &'a Appointment) -> Self {
        let Some(hours) = &appointment.hours else {
            return Self::Days(appointment.first_day, appointment.last_day);
        };
        let zone = TimeZone::get(&appointment.time_zone).ok();
        match stated(hours).zip(zone) {
            Some((times, zone)) => Self::Local(times, &appointment.time_zone, zone),
            None => Self::Instants(appointment.begins, appointment.ends),
        }
    }

    /// Notes beginning and end; the end is the first day, or instant, that does not belong to it any more.
    fn note(&self, event: &mut Event) {
        let (start, end) = match self {
            Self::Days(first, last) => {
                let behind = last.checked_add(1.day()).unwrap_or(*last);
                (day("DTSTART", *first), day("DTEND", behind))
            }
            Self::Local([start, end], zone, _) => {
                (local("DTSTART", *start, zone), local("DTEND", *end, zone))
            }
            Self::Instants(begins, ends) => (
                Property::new("DTSTART", utc(*begins)),
                Property::new("DTEND", utc(*ends)),
            ),
        };
        event.append_property(start).append_property(end);
    }

    fn zone(&self, appointment: &Appointment) -> String {
        match self {
            Self::Local(_, name, zone) => {
                zone::write(name, zone, (appointment.begins, appointment.ends))
            }
            Self::Days(..) | Self::Instants(..) => String::new(),
        }
    }
}

fn day(key: &str, day: civil::Date) -> Property {
    let day = day.strftime("%Y%m%d").to_string();
    Property::new(key, day)
        .add_parameter("VALUE", "DATE")
        .done()
}

/// Reads local times as they were stated, such as `2019-10-22T09:30`.
fn stated(hours: &Hours) -> Option<[civil::DateTime; 2]> {
    Some([hours.start.parse().ok()?, hours.end.parse().ok()?])
}

fn local(key: &str, time: civil::DateTime, zone: &str) -> Property {
    let time = time.strftime("%Y%m%dT%H%M%S").to_string();
    Property::new(key, time).add_parameter("TZID", zone).done()
}

fn utc(instant: Timestamp) -> String {
    instant.strftime("%Y%m%dT%H%M%SZ").to_string()
}

fn status(status: Status) -> EventStatus {
    match status {
        Status::Draft => EventStatus::Tentative,
        Status::Published => EventStatus::Confirmed,
        Status::Cancelled => EventStatus::Cancelled,
    }
}

/// Counts the versions as calendars do: a later one is larger, and there are 31 bits.
fn sequence(appointment: &Appointment) -> u32 {
    let most = u32::try_from(i32::MAX).unwrap_or(u32::MAX);
    u32::try_from(appointment.version.0).map_or(most, |version| version.min(most))
}

fn location(venue: &Venue) -> String {
    let town = [venue.postcode.as_deref(), Some(&*venue.town)];
    let town: Vec<&str> = town.into_iter().flatten().collect();
    let town = town.join(" ");
    let parts = [Some(&*venue.name), venue.street.as_deref(), Some(&*town)];
    let parts: Vec<&str> = parts.into_iter().flatten().collect();
    parts.join(", ")
}

/// Puts together what is said about a workshop.
fn description(appointment: &Appointment) -> Option<String> {
    let accessibility = appointment
        .venue
        .as_ref()
        .and_then(|venue| venue.accessibility.as_deref())
        .map(|accessibility| format!("Barrierefreiheit: {accessibility}"));
    let parts = [
        appointment.subtitle.as_deref(),
        Some(&*appointment.description),
        accessibility.as_deref(),
    ];
    let parts: Vec<&str> = parts
        .into_iter()
        .flatten()
        .filter(|part| !part.is_empty())
        .collect();
    (!parts.is_empty()).then(|| parts.join("\n\n"))
}

/// Names the organiser where there is an address, else whatever the contact says.
fn whom_to_ask(contact: &str) -> Property {
    if is_plain_address(contact) {
        Property::new("ORGANIZER", format!("mailto:{contact}"))
    } else {
        Property::new("CONTACT", text(contact))
    }
}

/// Says whether a text is an e-mail address that stands in a reference as it is.
fn is_plain_address(contact: &str) -> bool {
    let plain = |part: &str, others: &[u8]| {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || others.contains(&byte);
        !part.is_empty() && part.bytes().all(fits)
    };
    contact.split_once('@').is_some_and(|(name, host)| {
        plain(name, b".+-_") && plain(host, b".-") && host.contains('.')
    })
}

/// Takes out what no text of a calendar may hold (section 3.3.11); breaks of lines are escaped where it is written.
fn text(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    let kept = |char: &char| matches!(char, '\n' | '\t') || !char.is_control();
    text.chars().filter(kept).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use anmeldewerk_contract::Position;
    use uuid::Uuid;

    fn whole_days() -> Appointment {
        Appointment {
            id: Uuid::from_u128(1),
            slug: "moelln-2019".to_owned(),
            title: "Kommunale Koordinierung".to_owned(),
            subtitle: None,
            description: String::new(),
            first_day: civil::date(2019, 10, 22),
            last_day: civil::date(2019, 10, 23),
            hours: None,
            time_zone: "Europe/Berlin".to_owned(),
            begins: at("2019-10-21T22:00:00Z"),
            ends: at("2019-10-23T22:00:00Z"),
            venue: None,
            contact: None,
            status: Status::Published,
            version: Position(4711),
            changed_at: at("2019-08-01T09:00:00.123456Z"),
        }
    }

    fn timed() -> Appointment {
        Appointment {
            hours: Some(Hours {
                start: "2019-10-22T09:30".to_owned(),
                end: "2019-10-23T16:00".to_owned(),
            }),
            begins: at("2019-10-22T07:30:00Z"),
            ends: at("2019-10-23T14:00:00Z"),
            ..whole_days()
        }
    }

    fn at(text: &str) -> Timestamp {
        text.parse().expect("an instant")
    }

    /// Writes a calendar and reads its lines as whole ones again.
    fn lines(appointment: &Appointment) -> Vec<String> {
        let text = calendar(appointment, Some("https://a.example/v1/workshops/1"));
        let is_short = |line: &str| line.len() <= 75;
        assert!(text.split("\r\n").all(is_short), "{text}");
        assert_eq!(text.replace("\r\n", "").find(['\r', '\n']), None);
        let whole = text.replace("\r\n ", "");
        whole.split_terminator("\r\n").map(str::to_owned).collect()
    }

    fn has(appointment: &Appointment, line: &str) -> bool {
        lines(appointment).iter().any(|other| other == line)
    }

    #[test]
    fn whole_days_end_before_the_day_behind_them() {
        let expected = [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//Anmeldewerk//Anmeldewerk//DE",
            "CALSCALE:GREGORIAN",
            "BEGIN:VEVENT",
            "DTEND;VALUE=DATE:20191024",
            "DTSTAMP:20190801T090000Z",
            "DTSTART;VALUE=DATE:20191022",
            "LAST-MODIFIED:20190801T090000Z",
            "SEQUENCE:4711",
            "STATUS:CONFIRMED",
            "SUMMARY:Kommunale Koordinierung",
            "UID:00000000-0000-0000-0000-000000000001",
            "URL:https://a.example/v1/workshops/1",
            "END:VEVENT",
            "END:VCALENDAR",
        ];
        assert_eq!(lines(&whole_days()), expected);
    }

    #[test]
    fn hours_are_local_times_of_a_zone_that_is_explained() {
        let lines = lines(&timed());
        for line in [
            "DTSTART;TZID=Europe/Berlin:20191022T093000",
            "DTEND;TZID=Europe/Berlin:20191023T160000",
            "TZID:Europe/Berlin",
        ] {
            assert!(lines.iter().any(|other| other == line), "{line}");
        }
    }

    #[test]
    fn hours_of_a_zone_that_is_not_known_are_instants() {
        let elsewhere = Appointment {
            time_zone: "Europe/Moelln".to_owned(),
            ..timed()
        };
        assert!(has(&elsewhere, "DTSTART:20191022T073000Z"));
        assert!(has(&elsewhere, "DTEND:20191023T140000Z"));
        assert!(!has(&elsewhere, "BEGIN:VTIMEZONE"));
    }

    #[test]
    fn texts_are_escaped_and_folded_and_hold_nothing_else() {
        let talkative = Appointment {
            title: "Wer, wie; was\\wozu\u{7}\r\nBEGIN:VEVENT".to_owned(),
            subtitle: Some("ä".repeat(100)),
            description: "1\n2".to_owned(),
            ..whole_days()
        };
        assert!(has(
            &talkative,
            r"SUMMARY:Wer\, wie\; was\\wozu\nBEGIN:VEVENT"
        ));
        let description = format!(r"DESCRIPTION:{}\n\n1\n2", "ä".repeat(100));
        assert!(has(&talkative, &description));
    }

    #[test]
    fn the_venue_is_one_line_and_what_it_lacks_is_left_out() {
        let venue = Venue {
            name: "Robert-Koch-Park".to_owned(),
            street: Some("Hindenburgstr. 1".to_owned()),
            postcode: Some("23879".to_owned()),
            town: "Mölln".to_owned(),
            accessibility: Some("Aufzug".to_owned()),
        };
        let somewhere = Appointment {
            venue: Some(venue.clone()),
            ..whole_days()
        };
        let line = r"LOCATION:Robert-Koch-Park\, Hindenburgstr. 1\, 23879 Mölln";
        assert!(has(&somewhere, line));
        assert!(has(&somewhere, "DESCRIPTION:Barrierefreiheit: Aufzug"));
        let bare = Venue {
            street: None,
            postcode: None,
            ..venue
        };
        assert_eq!(location(&bare), "Robert-Koch-Park, Mölln");
    }

    #[test]
    fn who_can_be_written_to_is_the_organiser() {
        let contact = |contact: &str| Appointment {
            contact: Some(contact.to_owned()),
            ..whole_days()
        };
        let mailbox = contact("werkstatt+sh@example.org");
        assert!(has(&mailbox, "ORGANIZER:mailto:werkstatt+sh@example.org"));
        for other in [
            "04542 803-0",
            "a b@example.org",
            "a@b",
            "x?cc=y@example.org",
            "@example.org",
        ] {
            let line = format!("CONTACT:{other}");
            assert!(has(&contact(other), &line), "{other}");
        }
    }

    #[test]
    fn the_state_is_told_and_versions_grow_within_their_bits() {
        let of = |status, version| Appointment {
            status,
            version: Position(version),
            ..whole_days()
        };
        assert!(has(&of(Status::Cancelled, 1), "STATUS:CANCELLED"));
        assert!(has(&of(Status::Draft, 1), "STATUS:TENTATIVE"));
        assert!(has(&of(Status::Draft, u64::MAX), "SEQUENCE:2147483647"));
    }
}
