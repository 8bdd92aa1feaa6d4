//! A workshop as callers see it.

use anmeldewerk_contract::{Position, problem::Code};
use anmeldewerk_domain::workshop::Status;
use anmeldewerk_read_model::query::{
    Deadline, Hours, OfferedTopic, ProgramCount, Seats, Venue, Workshop,
};
use jiff::{Timestamp, civil};
use serde::Serialize;
use std::collections::BTreeMap;
use uuid::Uuid;

use crate::ask::Viewer;

/// A workshop with its seats.
#[derive(Serialize)]
pub(crate) struct WorkshopBody<'w> {
    id: Uuid,
    slug: &'w str,
    title: &'w str,
    subtitle: Option<&'w str>,
    kind: Option<&'w str>,
    description: &'w str,
    first_day: civil::Date,
    last_day: civil::Date,
    hours: Option<HoursBody<'w>>,
    time_zone: &'w str,
    begins: Timestamp,
    ends: Timestamp,
    venue: Option<VenueBody<'w>>,
    format: &'w str,
    host: &'w str,
    participating: &'w [String],
    contact: Option<&'w str>,
    status: &'static str,
    deadlines: DeadlinesBody<'w>,
    capacity: Option<u32>,
    waitlist: &'w str,
    ranks: u32,
    vetoes: u32,
    seats: SeatsBody,
    /// Registrations by program and state; nothing for callers who do not take part.
    by_program: Option<BTreeMap<&'w str, BTreeMap<&'static str, u64>>>,
    registration: RegistrationBody<'w>,
    topics: Vec<TopicBody<'w>>,
    version: Position,
    parked_at: Option<Position>,
}

#[derive(Serialize)]
struct HoursBody<'w> {
    start: &'w str,
    end: &'w str,
}

#[derive(Serialize)]
struct VenueBody<'w> {
    name: &'w str,
    street: Option<&'w str>,
    postcode: Option<&'w str>,
    town: &'w str,
    accessibility: Option<&'w str>,
}

#[derive(Serialize)]
struct DeadlinesBody<'w> {
    registration_opens: Option<DeadlineBody<'w>>,
    registration_closes: Option<DeadlineBody<'w>>,
    cancel_until: Option<DeadlineBody<'w>>,
}

/// A limit in time: as it was stated, and the first instant behind it.
#[derive(Serialize)]
struct DeadlineBody<'w> {
    stated: &'w str,
    instant: Timestamp,
}

/// The seats; how many are taken is for those who take part.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct SeatsBody {
    capacity: Option<u32>,
    confirmed: Option<u64>,
    waitlisted: Option<u64>,
    free: Option<u64>,
    /// Whether a newcomer would be seated at once.
    available: bool,
}

/// Whether somebody could register now, by this process's clock; the registration service decides by its own.
#[derive(Serialize)]
struct RegistrationBody<'w> {
    open: bool,
    reason: Option<Code>,
    closes: DeadlineBody<'w>,
}

#[derive(Serialize)]
struct TopicBody<'w> {
    slot: u8,
    code: &'w str,
    title: &'w str,
}

impl<'w> WorkshopBody<'w> {
    /// Shows a workshop to somebody at some time.
    pub(crate) fn of(workshop: &'w Workshop, viewer: &Viewer, now: Timestamp) -> Self {
        let figures = viewer.sees_figures(&workshop.participating);
        Self {
            id: workshop.id,
            slug: &workshop.slug,
            title: &workshop.title,
            subtitle: workshop.subtitle.as_deref(),
            kind: workshop.kind.as_deref(),
            description: &workshop.description,
            first_day: workshop.first_day,
            last_day: workshop.last_day,
            hours: workshop.hours.as_ref().map(Into::into),
            time_zone: &workshop.time_zone,
            begins: workshop.begins,
            ends: workshop.ends,
            venue: workshop.venue.as_ref().map(Into::into),
            format: &workshop.format,
            host: &workshop.host,
            participating: &workshop.participating,
            contact: workshop.contact.as_deref(),
            status: workshop.status.name(),
            deadlines: DeadlinesBody::from(workshop),
            capacity: workshop.seats.capacity,
            waitlist: &workshop.waitlist,
            ranks: workshop.ranks,
            vetoes: workshop.vetoes,
            seats: if figures {
                SeatsBody::counted(workshop.seats)
            } else {
                SeatsBody::uncounted(workshop.seats)
            },
            by_program: figures.then(|| by_program(&workshop.by_program)),
            registration: RegistrationBody::of(workshop, now),
            topics: workshop.topics.iter().map(Into::into).collect(),
            version: workshop.version,
            parked_at: workshop.parked_at,
        }
    }
}

impl<'w> From<&'w Hours> for HoursBody<'w> {
    fn from(Hours { start, end }: &'w Hours) -> Self {
        Self { start, end }
    }
}

impl<'w> From<&'w Venue> for VenueBody<'w> {
    fn from(venue: &'w Venue) -> Self {
        Self {
            name: &venue.name,
            street: venue.street.as_deref(),
            postcode: venue.postcode.as_deref(),
            town: &venue.town,
            accessibility: venue.accessibility.as_deref(),
        }
    }
}

impl<'w> From<&'w Workshop> for DeadlinesBody<'w> {
    fn from(workshop: &'w Workshop) -> Self {
        Self {
            registration_opens: workshop.opens.as_ref().map(Into::into),
            registration_closes: workshop.closes.as_ref().map(Into::into),
            cancel_until: workshop.cancel_until.as_ref().map(Into::into),
        }
    }
}

impl<'w> From<&'w Deadline> for DeadlineBody<'w> {
    fn from(deadline: &'w Deadline) -> Self {
        Self {
            stated: &deadline.stated,
            instant: deadline.instant,
        }
    }
}

impl SeatsBody {
    fn counted(seats: Seats) -> Self {
        Self {
            confirmed: Some(seats.confirmed),
            waitlisted: Some(seats.waitlisted),
            free: free(seats),
            ..Self::uncounted(seats)
        }
    }

    fn uncounted(seats: Seats) -> Self {
        Self {
            capacity: seats.capacity,
            confirmed: None,
            waitlisted: None,
            free: None,
            available: has_seat(seats),
        }
    }
}

fn free(seats: Seats) -> Option<u64> {
    let capacity = u64::from(seats.capacity?);
    Some(capacity.saturating_sub(seats.confirmed))
}

/// Says whether a newcomer would be seated: there is room, and nobody waits for it.
fn has_seat(seats: Seats) -> bool {
    seats.waitlisted == 0 && free(seats) != Some(0)
}

fn by_program(counts: &[ProgramCount]) -> BTreeMap<&str, BTreeMap<&'static str, u64>> {
    let mut by_program: BTreeMap<&str, BTreeMap<_, _>> = BTreeMap::new();
    for ProgramCount {
        program,
        state,
        count,
    } in counts
    {
        let states = by_program.entry(program).or_default();
        states.insert(state.name(), *count);
    }
    by_program
}

impl<'w> RegistrationBody<'w> {
    fn of(workshop: &'w Workshop, now: Timestamp) -> Self {
        let reason = closed(workshop, now);
        Self {
            open: reason.is_none(),
            reason,
            closes: DeadlineBody::from(&workshop.closing),
        }
    }
}

/// Says by which code a registration would be refused that is right in every other respect.
fn closed(workshop: &Workshop, now: Timestamp) -> Option<Code> {
    let opens = workshop.opens.as_ref();
    if workshop.status == Status::Draft || opens.is_some_and(|opens| now < opens.instant) {
        Some(Code::RegistrationNotOpen)
    } else if now >= workshop.closing.instant {
        Some(Code::DeadlinePassed)
    } else if workshop.waitlist == "off" && !has_seat(workshop.seats) {
        Some(Code::QuotaExhausted)
    } else {
        None
    }
}

impl<'w> From<&'w OfferedTopic> for TopicBody<'w> {
    fn from(topic: &'w OfferedTopic) -> Self {
        Self {
            slot: topic.slot,
            code: &topic.code,
            title: &topic.title,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::example;
    use anmeldewerk_domain::ProgramId;
    use serde_json::{Value, json};

    fn at(text: &str) -> Timestamp {
        text.parse().expect("an instant")
    }

    fn shown(viewer: &Viewer) -> Value {
        let workshop = example::workshop();
        let body = WorkshopBody::of(&workshop, viewer, at("2019-08-15T10:00:00Z"));
        serde_json::to_value(body).expect("a body serializes")
    }

    #[test]
    fn who_takes_part_sees_seats_by_program() {
        let body = shown(&Viewer::Reporter(ProgramId::new("mv").expect("a slug")));
        let seats =
            json!({"capacity": 2, "confirmed": 2, "waitlisted": 1, "free": 0, "available": false});
        assert_eq!(body["seats"], seats);
        let by_program = json!({"mv": {"confirmed": 1, "waitlisted": 1}, "sh": {"confirmed": 1}});
        assert_eq!(body["by_program"], by_program);
    }

    #[test]
    fn anybody_else_sees_whether_there_is_a_seat_and_no_figures() {
        let body = shown(&Viewer::Public);
        let seats = json!({"capacity": 2, "confirmed": null, "waitlisted": null, "free": null, "available": false});
        assert_eq!(body["seats"], seats);
        assert_eq!(body["by_program"], Value::Null);
        let closes = json!({"stated": "2019-09-30", "instant": "2019-09-30T22:00:00Z"});
        assert_eq!(
            body["registration"],
            json!({"open": true, "reason": null, "closes": closes})
        );
        assert_eq!(body["deadlines"]["registration_closes"], closes);
        assert_eq!(
            body["topics"][0],
            json!({"slot": 1, "code": "rolle", "title": "Rolle"})
        );
    }

    #[test]
    fn registration_is_open_from_the_opening_to_the_closing() {
        let mut workshop = example::workshop();
        assert_eq!(
            closed(&workshop, at("2019-07-31T21:59:59Z")),
            Some(Code::RegistrationNotOpen)
        );
        assert_eq!(closed(&workshop, at("2019-07-31T22:00:00Z")), None);
        assert_eq!(closed(&workshop, at("2019-09-30T21:59:59Z")), None);
        assert_eq!(
            closed(&workshop, at("2019-09-30T22:00:00Z")),
            Some(Code::DeadlinePassed)
        );
        workshop.status = Status::Draft;
        assert_eq!(
            closed(&workshop, at("2019-08-15T10:00:00Z")),
            Some(Code::RegistrationNotOpen)
        );
    }

    #[test]
    fn without_a_waitlist_a_full_workshop_is_closed() {
        let mut workshop = example::workshop();
        let now = at("2019-08-15T10:00:00Z");
        workshop.waitlist = "off".to_owned();
        assert_eq!(closed(&workshop, now), Some(Code::QuotaExhausted));
        workshop.seats.waitlisted = 0;
        workshop.seats.capacity = Some(3);
        assert_eq!(closed(&workshop, now), None);
    }

    #[test]
    fn a_seat_is_for_a_newcomer_only_if_nobody_waits() {
        let seats = |capacity, confirmed, waitlisted| Seats {
            capacity,
            confirmed,
            waitlisted,
        };
        assert!(has_seat(seats(None, 900, 0)));
        assert!(has_seat(seats(Some(2), 1, 0)));
        assert!(!has_seat(seats(Some(2), 1, 1)));
        assert!(!has_seat(seats(Some(2), 2, 0)));
        assert!(!has_seat(seats(Some(0), 0, 0)));
        assert_eq!(free(seats(Some(2), 5, 0)), Some(0));
    }
}
