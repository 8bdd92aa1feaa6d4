//! One decision for each event type, with every field filled.

use std::collections::BTreeSet;

use anmeldewerk_contract::{ClockKind, CommandId, Decision, Fingerprint, IssuedCommand};
use anmeldewerk_domain::{
    Boundary, Cutoff, Date, Event, Instant, LandCode, LinkHash, LocalTime, MunicipalityKey, Number,
    PersonId, ProgramId, Prose, ReferenceHash, RegistrationId, ReportingId, Stated, TextLine,
    TopicCode, WorkshopId, program,
    workshop::{
        self, Block, Blocks, CancelReason, Canceller, Cause, Channel, Deadlines, Format, Hours,
        OfferedTopic, Schedule, Settings, Slot, Submitted, Venue, WaitlistPolicy, WishPolicy,
        Wishes,
    },
};
use uuid::Uuid;

const AT: Instant = Instant::from_micros(1_564_650_000_123_456);

fn line(text: &str) -> TextLine {
    TextLine::new(text).expect("a line")
}

fn day(month: u8, day: u8) -> Date {
    Date::new(2019, month, day).expect("a day")
}

fn cutoff(stated: Stated, hours: i64) -> Cutoff {
    Cutoff {
        stated,
        instant: Instant::from_micros(AT.as_micros() + hours * 3_600_000_000),
    }
}

fn block(fill: u8) -> Block {
    Block {
        sealed: vec![fill; 9],
        commit: [fill; 32],
    }
}

fn details() -> program::Details {
    program::Details {
        name: line("Schleswig-Holstein"),
        land: LandCode::new("01").expect("a Land"),
        carrier: Some(line("Landeskoordination")),
        contact: Some(line("koordination@example.org")),
    }
}

fn schedule() -> Schedule {
    Schedule {
        first_day: day(10, 22),
        last_day: day(10, 23),
        hours: Hours::Clock {
            start: LocalTime::new(day(10, 22), 9, 30).expect("a minute"),
            end: LocalTime::new(day(10, 23), 16, 0).expect("a minute"),
        },
        time_zone: line("Europe/Berlin"),
        begins: Instant::from_micros(1_571_729_400_000_000),
        ends: Instant::from_micros(1_571_839_200_000_000),
    }
}

fn settings() -> Settings {
    let program = |slug| ProgramId::new(slug).expect("a slug");
    let code = |code| TopicCode::new(code).expect("a code");
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
            cancel_until: Some(cutoff(
                Stated::Minute(LocalTime::new(day(10, 1), 12, 0).expect("a minute")),
                3,
            )),
        },
        capacity: Some(40),
        waitlist: WaitlistPolicy::StrictHead,
        wishes: WishPolicy {
            ranks: 3,
            vetoes: 1,
        },
        topics: vec![OfferedTopic {
            code: code("rolle"),
            title: line("Die eigene Rolle"),
            slot: Slot::Second,
        }],
    }
}

fn submitted() -> Submitted {
    let code = |code| TopicCode::new(code).expect("a code");
    Submitted {
        registration: RegistrationId(1),
        reporting: ReportingId(2),
        number: Number::from_random(123_456_789),
        person: PersonId(3),
        program: ProgramId::new("mv").expect("a slug"),
        municipality: MunicipalityKey::new("13071107").expect("a key"),
        channel: Channel::Office,
        reference: Some(ReferenceHash([4; 32])),
        wishes: vec![Wishes {
            slot: Slot::First,
            ranked: vec![code("rolle"), code("diskurs")],
            vetoes: vec![code("angebote")],
        }],
        privacy_notice: 2,
        link: LinkHash([5; 32]),
        blocks: Blocks {
            contact: Some(block(6)),
            identity: Some(block(7)),
            free_text: Some(block(8)),
        },
    }
}

/// Gives one event of each kind, each with all its optional fields present.
pub(crate) fn events() -> Vec<Event> {
    let registration = RegistrationId(1);
    let by = Canceller::Office(CancelReason::Illness);
    let cause = Cause::SeatPassed;
    let place = 7;
    let workshop = [
        workshop::Event::Created {
            host: ProgramId::new("sh").expect("a slug"),
            settings: Box::new(settings()),
        },
        workshop::Event::Published,
        workshop::Event::Submitted(Box::new(submitted())),
        workshop::Event::Confirmed {
            registration,
            cause,
        },
        workshop::Event::Waitlisted {
            registration,
            place,
        },
        workshop::Event::Cancelled { registration, by },
    ];
    let program = [
        program::Event::Registered(details()),
        program::Event::Amended(details()),
    ];
    let workshop = workshop.into_iter().map(Event::Workshop);
    program
        .into_iter()
        .map(Event::Program)
        .chain(workshop)
        .collect()
}

/// Gives the decision that holds these events.
pub(crate) fn decision(events: Vec<Event>) -> Decision {
    let of_program = matches!(events.first(), Some(Event::Program(_)));
    Decision {
        id: Uuid::from_u128(0x0199_0000_0000_7000_8000_0000_0000_0001),
        boundary: if of_program {
            Boundary::Program(ProgramId::new("sh").expect("a slug"))
        } else {
            Boundary::Workshop(WorkshopId(9))
        },
        decided_at: AT,
        command: IssuedCommand {
            id: CommandId([1; 32]),
            fingerprint: Fingerprint([2; 32]),
            kind: "registration.submit".to_owned(),
            received_at: AT,
        },
        clock: ClockKind::Simulated,
        actor: Uuid::from_u128(10),
        traceparent: Some("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".to_owned()),
        events,
    }
}
