//! Decisions to fold.

use std::collections::BTreeSet;

use anmeldewerk_contract::{
    ClockKind, CommandId, Decision, Fingerprint, IssuedCommand, Message, Position, Recorded,
    Subject,
};
use anmeldewerk_domain::{
    Boundary, Cutoff, Date, Event, Instant, LandCode, LinkHash, LocalTime, MunicipalityKey, Number,
    PersonId, ProgramId, Prose, RegistrationId, ReportingId, Stated, TextLine, TopicCode,
    WorkshopId, program,
    workshop::{
        self, Block, Blocks, CancelReason, Canceller, Cause, Channel, Deadlines, Format, Hours,
        OfferedTopic, Schedule, Settings, Slot, Submitted, Venue, WaitlistPolicy, WishPolicy,
        Wishes,
    },
};
use anmeldewerk_read_model::Entry;
use uuid::Uuid;

pub(crate) fn slug(slug: &str) -> ProgramId {
    ProgramId::new(slug).expect("a slug")
}

pub(crate) fn topic(code: &str) -> TopicCode {
    TopicCode::new(code).expect("a code")
}

fn line(text: &str) -> TextLine {
    TextLine::new(text).expect("a line")
}

fn day(month: u8, day: u8) -> Date {
    Date::new(2019, month, day).expect("a day")
}

/// A log that is being written: gives each decision the next position.
#[derive(Default)]
pub(crate) struct Log {
    entries: Vec<Entry>,
    decisions: Vec<Recorded>,
}

impl Log {
    pub(crate) fn write(&mut self, boundary: Boundary, events: Vec<Event>) -> &mut Self {
        let position = self.next();
        let decision = decision(position, boundary, events);
        let recorded = Recorded { position, decision };
        self.decisions.push(recorded.clone());
        self.entries.push(Entry::of(recorded, hash(position)));
        self
    }

    pub(crate) fn workshop(&mut self, id: u128, events: Vec<workshop::Event>) -> &mut Self {
        let events = events.into_iter().map(Event::Workshop).collect();
        self.write(Boundary::Workshop(WorkshopId(id)), events)
    }

    pub(crate) fn program(&mut self, id: &str, name: &str) -> &mut Self {
        let registered = Event::Program(program::Event::Registered(details(name)));
        self.write(Boundary::Program(slug(id)), vec![registered])
    }

    /// Writes a message that is no decision.
    pub(crate) fn garbage(&mut self, id: u128) -> &mut Self {
        let position = self.next();
        let message = Message {
            position,
            subject: Subject::from(&Boundary::Workshop(WorkshopId(id))),
            headers: Vec::new(),
            payload: b"{}".to_vec(),
        };
        self.entries.push(Entry::read(&message, hash(position)));
        self
    }

    fn next(&self) -> Position {
        let last = u64::try_from(self.entries.len()).expect("a small number");
        Position(last).next()
    }

    pub(crate) fn entries(&self) -> Vec<Entry> {
        self.entries.clone()
    }

    /// Gives what was written, without the messages that are no decisions.
    pub(crate) fn decisions(&self) -> Vec<Recorded> {
        self.decisions.clone()
    }
}

fn hash(position: Position) -> [u8; 32] {
    let mut hash = [7; 32];
    hash[..8].copy_from_slice(&position.0.to_be_bytes());
    hash
}

pub(crate) fn decision(position: Position, boundary: Boundary, events: Vec<Event>) -> Decision {
    let at = Instant::from_micros(1_564_650_000_123_456 + position.as_i64() * 1_000_000);
    Decision {
        id: Uuid::from_u128(0xdec1 << 64 | u128::from(position.0)),
        boundary,
        decided_at: at,
        command: IssuedCommand {
            id: CommandId([1; 32]),
            fingerprint: Fingerprint([2; 32]),
            kind: "registration.submit".to_owned(),
            received_at: at,
        },
        clock: ClockKind::Real,
        actor: Uuid::from_u128(10),
        traceparent: None,
        events,
    }
}

pub(crate) fn details(name: &str) -> program::Details {
    program::Details {
        name: line(name),
        land: LandCode::new("01").expect("a Land"),
        carrier: Some(line("Landeskoordination, (\"Nord\") \\ {1}")),
        contact: None,
    }
}

pub(crate) fn created() -> workshop::Event {
    workshop::Event::Created {
        host: slug("sh"),
        settings: Box::new(settings()),
    }
}

fn settings() -> Settings {
    Settings {
        slug: topic("moelln-2019"),
        title: line("Qualifizierungswerkstatt „Wandel“"),
        subtitle: None,
        kind: Some(line("Werkstatt")),
        description: Prose::new("Zwei Tage.\nMit \"Programm\", und mehr.").expect("a text"),
        schedule: Schedule {
            first_day: day(10, 22),
            last_day: day(10, 23),
            hours: Hours::Clock {
                start: LocalTime::new(day(10, 22), 9, 30).expect("a minute"),
                end: LocalTime::new(day(10, 23), 16, 0).expect("a minute"),
            },
            time_zone: line("Europe/Berlin"),
            begins: Instant::from_micros(1_571_729_400_000_000),
            ends: Instant::from_micros(1_571_839_200_000_000),
        },
        venue: Some(Venue {
            name: line("Hotel Quellenhof"),
            street: None,
            postcode: Some(line("23879")),
            town: line("Mölln"),
            accessibility: None,
        }),
        format: Format::Presence,
        participating: BTreeSet::from([slug("mv"), slug("sh")]),
        contact: None,
        deadlines: Deadlines {
            opens: None,
            closes: Some(Cutoff {
                stated: Stated::Day(day(9, 30)),
                instant: Instant::from_micros(1_569_880_800_000_000),
            }),
            cancel_until: None,
        },
        capacity: Some(2),
        waitlist: WaitlistPolicy::SkipBlocked,
        wishes: WishPolicy {
            ranks: 3,
            vetoes: 1,
        },
        topics: ["rolle", "diskurs", "legitimation"]
            .map(|code| OfferedTopic {
                code: topic(code),
                title: line(&format!("Thema {code}")),
                slot: Slot::First,
            })
            .to_vec(),
    }
}

pub(crate) fn submitted(id: u128, program: &str, wishes: &[&str]) -> workshop::Event {
    let fill = u8::try_from(id % 256).expect("a byte");
    let block = |class: u8| Block {
        sealed: vec![fill, class, 0],
        commit: [class; 32],
    };
    workshop::Event::Submitted(Box::new(Submitted {
        registration: RegistrationId(id),
        reporting: ReportingId(id + 1_000_000),
        number: Number::from_random(u64::from(fill)),
        person: PersonId(id + 2_000_000),
        program: slug(program),
        municipality: MunicipalityKey::new("01053").expect("a Kreis"),
        channel: Channel::Api,
        reference: None,
        wishes: vec![Wishes {
            slot: Slot::First,
            ranked: wishes.iter().map(|code| topic(code)).collect(),
            vetoes: vec![topic("legitimation")],
        }],
        privacy_notice: 1,
        link: LinkHash([fill; 32]),
        blocks: Blocks {
            contact: Some(block(1)),
            identity: Some(block(2)),
            free_text: None,
        },
    }))
}

pub(crate) fn confirmed(id: u128) -> workshop::Event {
    workshop::Event::Confirmed {
        registration: RegistrationId(id),
        cause: Cause::Admitted,
    }
}

pub(crate) fn seat_passed(id: u128) -> workshop::Event {
    workshop::Event::Confirmed {
        registration: RegistrationId(id),
        cause: Cause::SeatPassed,
    }
}

pub(crate) fn waitlisted(id: u128) -> workshop::Event {
    workshop::Event::Waitlisted {
        registration: RegistrationId(id),
        place: 1,
    }
}

pub(crate) fn cancelled(id: u128) -> workshop::Event {
    workshop::Event::Cancelled {
        registration: RegistrationId(id),
        by: Canceller::Office(CancelReason::Illness),
    }
}
