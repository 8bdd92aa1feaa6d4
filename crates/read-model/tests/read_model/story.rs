//! Decisions to fold.

use std::collections::{BTreeMap, BTreeSet};

use anmeldewerk_contract::{
    ClockKind, CommandId, Decision, Fingerprint, IssuedCommand, Message, Position, Recorded,
    Subject,
};
use anmeldewerk_domain::{
    Boundary, Cutoff, Date, Event, Instant, LandCode, LinkHash, LocalTime, MunicipalityKey, Number,
    PersonId, ProgramId, Prose, RegistrationId, ReportingId, Stated, TextLine, TopicCode,
    WorkshopId, catalogue, program,
    workshop::{
        self, Admission, Amended, Block, Blocks, Canceller, Cause, Channel, Deadlines, Format,
        Guarantee, Hours, OfferedTopic, Offers, Reason, Schedule, Settings, SignUp, Slot,
        Submitted, Substituted, Venue, WaitlistPolicy, WishPolicy, Wishes,
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

pub(crate) fn day(month: u8, day: u8) -> Date {
    Date::new(2019, month, day).expect("a day")
}

/// A log that is being written: gives each decision the next position.
#[derive(Default)]
pub(crate) struct Log {
    entries: Vec<Entry>,
}

impl Log {
    pub(crate) fn write(&mut self, boundary: Boundary, events: Vec<Event>) -> &mut Self {
        let position = self.next();
        let decision = decision(position, boundary, events);
        let recorded = Recorded { position, decision };
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

    /// Says what is other in a program's list of municipalities: what it has, and what it has no more.
    pub(crate) fn list(&mut self, id: &str, stated: &[&str], removed: &[&str]) -> &mut Self {
        let change = program::Change {
            stated: stated.iter().map(|key| municipality(key)).collect(),
            removed: removed.iter().map(|digits| key(digits)).collect(),
        };
        let listed = Event::Program(program::Event::MunicipalitiesListed(change));
        self.write(Boundary::Program(slug(id)), vec![listed])
    }

    /// Says what a topic is about.
    pub(crate) fn stated(&mut self, code: &str, title: &str) -> &mut Self {
        let stated = Event::Catalogue(catalogue::Event::TopicStated {
            code: topic(code),
            details: catalogue::Details {
                title: line(title),
                outline: Prose::new("Worum es geht.").expect("a text"),
            },
        });
        self.write(Boundary::Catalogue, vec![stated])
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
        due: None,
        events,
    }
}

pub(crate) fn key(digits: &str) -> MunicipalityKey {
    MunicipalityKey::new(digits).expect("a key")
}

/// A municipality that was there until the end of 2018 if its last digit is a nine.
pub(crate) fn municipality(digits: &str) -> program::Municipality {
    let until = digits.ends_with('9').then(|| Date::new(2018, 12, 31));
    program::Municipality {
        key: key(digits),
        name: line(&format!("Ort {digits}")),
        kind: if digits.len() == 5 {
            program::Kind::District
        } else {
            program::Kind::Town
        },
        parent: (digits.len() == 8).then(|| key(&digits[..5])),
        validity: program::Validity::new(None, until.flatten()).expect("in order"),
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
    created_with(settings())
}

pub(crate) fn created_with(settings: Settings) -> workshop::Event {
    workshop::Event::Created {
        host: slug("sh"),
        settings: Box::new(settings),
    }
}

pub(crate) fn settings() -> Settings {
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
            ..Deadlines::default()
        },
        min_participants: None,
        capacity: Some(2),
        program_caps: BTreeMap::new(),
        municipality_caps: BTreeMap::new(),
        guarantees: BTreeMap::new(),
        sign_up: SignUp::Programs,
        admission: Admission::FirstCome,
        approval: false,
        offers: Offers::Directly,
        waitlist: WaitlistPolicy::SkipBlocked,
        wishes: WishPolicy {
            ranks: 3,
            vetoes: 1,
        },
        topics: ["rolle", "diskurs", "legitimation"]
            .map(|code| OfferedTopic::new(Slot::First, topic(code), line(&format!("Thema {code}"))))
            .to_vec(),
    }
}

pub(crate) fn submitted(id: u128, program: &str, wishes: &[&str]) -> workshop::Event {
    workshop::Event::Submitted(Box::new(submission(id, program, wishes)))
}

/// Somebody who comes in, to be altered.
pub(crate) fn submission(id: u128, program: &str, wishes: &[&str]) -> Submitted {
    let fill = u8::try_from(id % 256).expect("a byte");
    Submitted {
        registration: RegistrationId(id),
        reporting: ReportingId(id + 1_000_000),
        number: Number::from_random(u64::from(fill)),
        person: PersonId(id + 2_000_000),
        program: slug(program),
        municipality: MunicipalityKey::new("01053").expect("a Kreis"),
        channel: Channel::Api,
        reference: None,
        placeholder: false,
        group: None,
        confirm_until: None,
        look_alikes: Vec::new(),
        overridden: None,
        wishes: wished(wishes),
        privacy_notice: 1,
        link: LinkHash([fill; 32]),
        blocks: Blocks {
            contact: Some(block(fill, 1)),
            identity: Some(block(fill, 2)),
            free_text: None,
        },
    }
}

pub(crate) fn wished(ranked: &[&str]) -> Vec<Wishes> {
    vec![Wishes {
        slot: Slot::First,
        ranked: ranked.iter().map(|code| topic(code)).collect(),
        vetoes: vec![topic("legitimation")],
    }]
}

pub(crate) fn block(fill: u8, class: u8) -> Block {
    Block {
        sealed: vec![fill, class, 0],
        commit: [class; 32],
    }
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
        by: Canceller::Office(Reason::Illness),
    }
}

/// Settings that bound seats, stated anew.
pub(crate) fn amended_settings(guarantees_restated: bool) -> workshop::Event {
    let mut settings = settings();
    settings.capacity = Some(5);
    settings.program_caps = BTreeMap::from([(slug("sh"), 1)]);
    let kept = Guarantee {
        seats: 2,
        release: None,
    };
    settings.guarantees = BTreeMap::from([(slug("mv"), kept)]);
    workshop::Event::SettingsAmended {
        settings: Box::new(settings),
        guarantees_restated,
    }
}

/// What is known of somebody stated anew, without what is personal.
pub(crate) fn amended(id: u128) -> workshop::Event {
    workshop::Event::Amended(Box::new(Amended {
        registration: RegistrationId(id),
        municipality: MunicipalityKey::new("13071107"),
        wishes: Some(wished(&["diskurs"])),
        privacy_notice: Some(2),
        data: None,
    }))
}

pub(crate) fn substituted(registration: u128, successor: u128) -> workshop::Event {
    let new = submission(successor, "mv", &[]);
    workshop::Event::Substituted(Box::new(Substituted {
        registration: RegistrationId(registration),
        reason: Some(Reason::Illness),
        successor: RegistrationId(successor),
        reporting: new.reporting,
        number: new.number,
        person: new.person,
        placeholder: new.placeholder,
        municipality: new.municipality,
        channel: new.channel,
        privacy_notice: new.privacy_notice,
        link: new.link,
        look_alikes: vec![RegistrationId(12)],
        blocks: new.blocks,
    }))
}
