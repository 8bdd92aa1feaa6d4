//! Programs, and workshops beside their registrations.

use std::collections::{BTreeMap, BTreeSet};

use anmeldewerk_domain::{
    Cutoff, Date, GroupId, Instant, LandCode, LocalTime, MunicipalityKey, PersonId, ProgramId,
    Prose, Stated, TextLine, TopicCode, program,
    workshop::{
        Admission, Bucket, Deadlines, Format, GroupContact, GroupPolicy, GroupSubmitted, Guarantee,
        Hours, OfferedTopic, Offers, PassedOver, Schedule, Settings, SignUp, Slot, Venue,
        WaitlistPolicy, WishPolicy,
    },
};

use crate::{decisions::AT, registrations::block};

pub(crate) fn line(text: &str) -> TextLine {
    TextLine::new(text).expect("a line")
}

pub(crate) fn program(slug: &str) -> ProgramId {
    ProgramId::new(slug).expect("a slug")
}

pub(crate) fn municipality(key: &str) -> MunicipalityKey {
    MunicipalityKey::new(key).expect("a key")
}

pub(crate) fn code(code: &str) -> TopicCode {
    TopicCode::new(code).expect("a code")
}

pub(crate) fn day(month: u8, day: u8) -> Date {
    Date::new(2019, month, day).expect("a day")
}

fn minute(date: Date, hour: u8, minute: u8) -> LocalTime {
    LocalTime::new(date, hour, minute).expect("a minute")
}

fn cutoff(stated: Stated, hours: u16) -> Cutoff {
    let instant = AT.hours_later(hours);
    Cutoff { stated, instant }
}

pub(crate) fn details() -> program::Details {
    program::Details {
        name: line("Schleswig-Holstein"),
        land: LandCode::new("01").expect("a Land"),
        carrier: Some(line("Landeskoordination")),
        contact: Some(line("koordination@example.org")),
    }
}

pub(crate) fn schedule() -> Schedule {
    Schedule {
        first_day: day(10, 22),
        last_day: day(10, 23),
        hours: Hours::Clock {
            start: minute(day(10, 22), 9, 30),
            end: minute(day(10, 23), 16, 0),
        },
        time_zone: line("Europe/Berlin"),
        begins: Instant::from_micros(1_571_729_400_000_000),
        ends: Instant::from_micros(1_571_839_200_000_000),
    }
}

/// Gives settings as they could be stated first: what came later says what its absence says.
pub(crate) fn settings() -> Settings {
    Settings {
        slug: code("moelln-2019"),
        title: line("Qualifizierungswerkstatt „Wandel“"),
        subtitle: Some(line("für Koordinatorinnen und Koordinatoren")),
        kind: Some(line("Werkstatt")),
        description: Prose::new("Zwei Tage.\nMit Programm.").expect("a text"),
        schedule: schedule(),
        venue: Some(Venue {
            name: line("Hotel Quellenhof"),
            street: Some(line("Hindenburgstraße 16")),
            postcode: Some(line("23879")),
            town: line("Mölln"),
            accessibility: Some(line("stufenlos")),
        }),
        format: Format::Hybrid,
        participating: BTreeSet::from([program("mv"), program("sh")]),
        contact: Some(line("werkstatt@example.org")),
        deadlines: Deadlines {
            opens: Some(cutoff(Stated::Day(day(8, 1)), 1)),
            closes: Some(cutoff(Stated::Day(day(9, 30)), 2)),
            cancel_until: Some(cutoff(Stated::Minute(minute(day(10, 1), 12, 0)), 3)),
            ..Deadlines::default()
        },
        min_participants: None,
        capacity: Some(40),
        program_caps: BTreeMap::new(),
        municipality_caps: BTreeMap::new(),
        guarantees: BTreeMap::new(),
        sign_up: SignUp::Programs,
        admission: Admission::FirstCome,
        approval: false,
        waitlist: WaitlistPolicy::StrictHead,
        offers: Offers::Directly,
        wishes: WishPolicy {
            ranks: 3,
            vetoes: 1,
        },
        topics: vec![OfferedTopic::new(
            Slot::Second,
            code("rolle"),
            line("Die eigene Rolle"),
        )],
    }
}

/// Gives settings that say something with every field.
pub(crate) fn full_settings() -> Settings {
    Settings {
        deadlines: Deadlines {
            substitute_until: Some(cutoff(Stated::Day(day(10, 20)), 4)),
            wishes_until: Some(cutoff(Stated::Day(day(10, 10)), 5)),
            promotion_stops: Some(cutoff(Stated::Minute(minute(day(10, 21), 18, 0)), 6)),
            ..settings().deadlines
        },
        min_participants: Some(12),
        program_caps: BTreeMap::from([(program("mv"), 25), (program("sh"), 0)]),
        municipality_caps: BTreeMap::from([
            (municipality("01053"), 2),
            (municipality("13071107"), 3),
        ]),
        guarantees: BTreeMap::from([
            (program("mv"), guarantee(10, None)),
            (
                program("sh"),
                guarantee(15, Some(cutoff(Stated::Day(day(9, 15)), 7))),
            ),
        ]),
        sign_up: SignUp::PublicConfirmed,
        admission: Admission::Lottery,
        approval: true,
        offers: Offers::Hours(72),
        ..settings()
    }
}

/// Gives a topic that says something with every field.
pub(crate) fn full_topic() -> OfferedTopic {
    OfferedTopic {
        min: 8,
        max: Some(20),
        program_caps: BTreeMap::from([(program("mv"), 12)]),
        municipality_cap: Some(2),
        room: Some(line("Kaminzimmer")),
        speakers: vec![line("Prof. Dr. Anke Muster"), line("N. N.")],
        ..OfferedTopic::new(Slot::First, code("rolle"), line("Die eigene Rolle"))
    }
}

fn guarantee(seats: u32, release: Option<Cutoff>) -> Guarantee {
    Guarantee { seats, release }
}

/// Gives one bucket of each scope.
pub(crate) fn buckets() -> [Bucket; 5] {
    let (program, municipality) = (program("sh"), municipality("01053"));
    [
        Bucket::Workshop { size: 40 },
        Bucket::Reserved,
        Bucket::Queue,
        Bucket::Program { program, size: 25 },
        Bucket::Municipality {
            municipality,
            size: 2,
        },
    ]
}

/// Gives who was passed over because of each bucket.
pub(crate) fn passed_over() -> Vec<PassedOver> {
    let places = (1..).zip(buckets());
    places
        .map(|(first_place, bucket)| PassedOver {
            bucket,
            amount: 3,
            first_place,
            last_place: first_place + 7,
        })
        .collect()
}

pub(crate) fn group() -> GroupSubmitted {
    GroupSubmitted {
        group: GroupId(11),
        program: program("mv"),
        policy: GroupPolicy::Partial,
        contact: Some(GroupContact {
            person: PersonId(9),
            block: block(9),
        }),
        size: 7,
        refused: (2..).zip(buckets()).collect(),
    }
}
