//! A workshop as callers see it.

use anmeldewerk_contract::{Position, problem::Code};
use anmeldewerk_domain::workshop::Status;
use anmeldewerk_read_model::query::{Deadline, Hours, ProgramCount, Seats, Venue, Workshop};
use jiff::{Timestamp, civil::Date};
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    bucket::{BucketBody, GuaranteeBody, guarantees},
    topic::OfferedTopicBody,
};
use crate::{ask::Viewer, document::words};

/// A workshop with its seats.
#[derive(Serialize, ToSchema)]
#[schema(as = Workshop)]
pub(crate) struct WorkshopBody<'w> {
    id: Uuid,
    slug: &'w str,
    title: &'w str,
    subtitle: Option<&'w str>,
    kind: Option<&'w str>,
    description: &'w str,
    first_day: Date,
    last_day: Date,
    hours: Option<HoursBody<'w>>,
    time_zone: &'w str,
    begins: Timestamp,
    ends: Timestamp,
    venue: Option<VenueBody<'w>>,
    #[schema(schema_with = words::format)]
    format: &'w str,
    host: &'w str,
    participating: &'w [String],
    contact: Option<&'w str>,
    #[schema(schema_with = words::status)]
    status: &'static str,
    deadlines: DeadlinesBody<'w>,
    min_participants: Option<u32>,
    capacity: Option<u32>,
    program_caps: &'w BTreeMap<String, u32>,
    municipality_caps: &'w BTreeMap<String, u32>,
    guarantees: Vec<GuaranteeBody<'w>>,
    #[schema(schema_with = words::sign_up)]
    sign_up: &'w str,
    #[schema(schema_with = words::admission)]
    admission: &'w str,
    drawn: bool,
    approval: bool,
    offer_hours: Option<u32>,
    #[schema(schema_with = words::waitlist)]
    waitlist: &'w str,
    ranks: u32,
    vetoes: u32,
    seats: SeatsBody,
    /// How the buckets are filled; nothing for callers who do not take part.
    buckets: Option<Vec<BucketBody<'w>>>,
    /// Registrations by program and state; nothing for callers who do not take part.
    by_program: Option<BTreeMap<&'w str, BTreeMap<&'static str, u64>>>,
    registration: RegistrationBody<'w>,
    topics: Vec<OfferedTopicBody<'w>>,
    #[schema(value_type = u64)]
    version: Position,
    /// The position before which its rows stand still, where they do.
    #[schema(value_type = Option<u64>)]
    parked_at: Option<Position>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = Hours)]
struct HoursBody<'w> {
    start: &'w str,
    end: &'w str,
}

#[derive(Serialize, ToSchema)]
#[schema(as = Venue)]
struct VenueBody<'w> {
    name: &'w str,
    street: Option<&'w str>,
    postcode: Option<&'w str>,
    town: &'w str,
    accessibility: Option<&'w str>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = Deadlines)]
struct DeadlinesBody<'w> {
    registration_opens: Option<DeadlineBody<'w>>,
    registration_closes: Option<DeadlineBody<'w>>,
    cancel_until: Option<DeadlineBody<'w>>,
    substitute_until: Option<DeadlineBody<'w>>,
    wishes_until: Option<DeadlineBody<'w>>,
    promotion_stops: Option<DeadlineBody<'w>>,
}

/// A limit in time: as it was stated, and the first instant behind it.
#[derive(Serialize, ToSchema)]
#[schema(as = Deadline)]
pub(super) struct DeadlineBody<'w> {
    stated: &'w str,
    instant: Timestamp,
}

/// The seats; how many are taken is for those who take part.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Seats)]
struct SeatsBody {
    capacity: Option<u32>,
    confirmed: Option<u64>,
    /// Kept for those who wait for approval or have not answered an offer.
    held: Option<u64>,
    waitlisted: Option<u64>,
    free: Option<u64>,
    /// Whether a newcomer would be seated at once.
    available: bool,
}

/// Whether somebody could register now, by this process's clock; the registration service decides by its own.
#[derive(Serialize, ToSchema)]
#[schema(as = RegistrationPeriod)]
struct RegistrationBody<'w> {
    open: bool,
    /// By which code a registration would be refused.
    #[schema(schema_with = words::maybe_code)]
    reason: Option<Code>,
    closes: DeadlineBody<'w>,
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
            min_participants: workshop.min_participants,
            capacity: workshop.seats.capacity,
            program_caps: &workshop.bounds.program_caps,
            municipality_caps: &workshop.bounds.municipality_caps,
            guarantees: guarantees(&workshop.bounds.guarantees),
            sign_up: &workshop.sign_up,
            admission: &workshop.admission,
            drawn: workshop.drawn,
            approval: workshop.approval,
            offer_hours: workshop.offer_hours,
            waitlist: &workshop.waitlist,
            ranks: workshop.ranks,
            vetoes: workshop.vetoes,
            seats: SeatsBody::of(workshop, figures),
            buckets: figures.then(|| workshop.buckets.iter().map(Into::into).collect()),
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
            substitute_until: workshop.substitute_until.as_ref().map(Into::into),
            wishes_until: workshop.wishes_until.as_ref().map(Into::into),
            promotion_stops: workshop.promotion_stops.as_ref().map(Into::into),
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
    fn of(workshop: &Workshop, figures: bool) -> Self {
        let shown = if figures {
            Self::counted(workshop.seats)
        } else {
            Self::uncounted(workshop.seats)
        };
        Self {
            available: shown.available && workshop.status != Status::Cancelled,
            ..shown
        }
    }

    fn counted(seats: Seats) -> Self {
        Self {
            confirmed: Some(seats.confirmed),
            held: Some(seats.held),
            waitlisted: Some(seats.waitlisted),
            free: seats.free(),
            ..Self::uncounted(seats)
        }
    }

    fn uncounted(seats: Seats) -> Self {
        Self {
            capacity: seats.capacity,
            confirmed: None,
            held: None,
            waitlisted: None,
            free: None,
            available: has_seat(seats),
        }
    }
}

/// Says whether a newcomer would be seated: there is room, and nobody waits for it.
fn has_seat(seats: Seats) -> bool {
    seats.waitlisted == 0 && seats.free() != Some(0)
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
    if workshop.status == Status::Cancelled {
        Some(Code::TransitionNotAllowed)
    } else if workshop.status == Status::Draft || opens.is_some_and(|opens| now < opens.instant) {
        Some(Code::RegistrationNotOpen)
    } else if now >= workshop.closing.instant {
        Some(Code::DeadlinePassed)
    } else if workshop.waitlist == "off"
        && !awaits_lots(workshop)
        && workshop.seats.free() == Some(0)
    {
        Some(Code::QuotaExhausted)
    } else {
        None
    }
}

/// Says whether newcomers rest until lots are drawn, whether there are seats or not.
fn awaits_lots(workshop: &Workshop) -> bool {
    workshop.admission == "lottery" && !workshop.drawn
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
        let seats = json!({"capacity": 2, "confirmed": 1, "held": 1, "waitlisted": 1, "free": 0, "available": false});
        assert_eq!(body["seats"], seats);
        let by_program = json!({"mv": {"offered": 1, "waitlisted": 1}, "sh": {"confirmed": 1}});
        assert_eq!(body["by_program"], by_program);
        let buckets = json!([
            {"scope": "workshop", "size": 2, "used": 2, "free": 0},
            {"scope": "guarantee", "program": "mv", "size": 2, "used": 1, "free": 1, "kept": 1},
        ]);
        assert_eq!(body["buckets"], buckets);
    }

    #[test]
    fn anybody_else_sees_whether_there_is_a_seat_and_no_figures() {
        let body = shown(&Viewer::Public);
        let seats = json!({"capacity": 2, "confirmed": null, "held": null, "waitlisted": null, "free": null, "available": false});
        assert_eq!(body["seats"], seats);
        assert_eq!(body["by_program"], Value::Null);
        assert_eq!(body["buckets"], Value::Null);
        let closes = json!({"stated": "2019-09-30", "instant": "2019-09-30T22:00:00Z"});
        assert_eq!(
            body["registration"],
            json!({"open": true, "reason": null, "closes": closes})
        );
        assert_eq!(body["deadlines"]["registration_closes"], closes);
        assert_eq!(
            body["topics"][0],
            json!({
                "slot": 1, "code": "rolle", "title": "Rolle", "min": 0, "max": null, "program_caps": {},
                "municipality_cap": null, "room": "Saal 2", "speakers": [],
            })
        );
    }

    #[test]
    fn everybody_sees_the_settings_under_the_names_by_which_they_are_stated() {
        let body = shown(&Viewer::Public);
        let release = json!({"stated": "2019-09-01", "instant": "2019-08-31T22:00:00Z"});
        let expected = json!({
            "min_participants": 1, "program_caps": {"sh": 2}, "municipality_caps": {"01053": 1},
            "guarantees": [{"program": "mv", "seats": 2, "release": release, "released": false}],
            "sign_up": "public", "admission": "first_come", "drawn": false, "approval": true, "offer_hours": 72,
        });
        for (name, value) in expected.as_object().expect("an object") {
            assert_eq!(body[name], *value, "{name}");
        }
        let until = json!({"stated": "2019-10-15", "instant": "2019-10-15T22:00:00Z"});
        assert_eq!(body["deadlines"]["substitute_until"], until);
        assert_eq!(body["deadlines"]["wishes_until"], Value::Null);
        assert_eq!(body["deadlines"]["promotion_stops"], Value::Null);
    }

    #[test]
    fn a_workshop_that_was_called_off_is_closed_for_good() {
        let mut workshop = example::workshop();
        workshop.status = Status::Cancelled;
        for now in ["2019-07-01T10:00:00Z", "2019-08-15T10:00:00Z"] {
            assert_eq!(closed(&workshop, at(now)), Some(Code::TransitionNotAllowed));
        }
        let body = WorkshopBody::of(&workshop, &Viewer::Public, at("2019-08-15T10:00:00Z"));
        let body = serde_json::to_value(body).expect("a body serializes");
        assert_eq!(body["status"], "cancelled");
    }

    #[test]
    fn before_lots_are_drawn_no_workshop_is_full() {
        let mut workshop = example::workshop();
        let now = at("2019-08-15T10:00:00Z");
        workshop.waitlist = "off".to_owned();
        workshop.admission = "lottery".to_owned();
        assert_eq!(closed(&workshop, now), None);
        workshop.drawn = true;
        assert_eq!(closed(&workshop, now), Some(Code::QuotaExhausted));
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
            held: 1,
            waitlisted,
        };
        assert!(has_seat(seats(None, 900, 0)));
        assert!(has_seat(seats(Some(3), 1, 0)));
        assert!(!has_seat(seats(Some(3), 1, 1)));
        assert!(!has_seat(seats(Some(2), 1, 0)));
        assert!(!has_seat(seats(Some(0), 0, 0)));
        assert_eq!(seats(Some(2), 5, 0).free(), Some(0));
    }
}
