//! A workshop's history with everything in it that is sealed.

use std::ops::Range;

use anmeldewerk_contract::{
    ClockKind, CommandId, Decision, Fingerprint, IssuedCommand, Message, Position, Subject, decode,
    encode, header,
};
use anmeldewerk_domain::{
    Boundary, Event, GroupId, Instant, LinkHash, MunicipalityKey, Number, PersonId, ProgramId,
    RegistrationId, ReportingId, WorkshopId,
    workshop::{
        self, Amended, AmendedData, Block, Blocks, Channel, GroupContact, GroupPolicy,
        GroupSubmitted, Submitted,
    },
};
use anmeldewerk_journal::Entry;
use uuid::Uuid;

/// What every sealed block here consists of.
pub(crate) const SEALED: [u8; 6] = *b"SEALED";
/// What every commitment here consists of.
pub(crate) const COMMIT: u8 = 0xc3;

const AT: i64 = 1_564_650_000_000_000;

pub(crate) fn boundary() -> Boundary {
    Boundary::Workshop(WorkshopId(9))
}

fn block() -> Block {
    Block {
        sealed: SEALED.repeat(50),
        commit: [COMMIT; 32],
    }
}

fn blocks() -> Blocks {
    Blocks {
        contact: Some(block()),
        identity: Some(block()),
        free_text: None,
    }
}

/// Gives the decisions by which these people come; the first of all comes after the workshop.
pub(crate) fn entries(people: Range<u32>) -> Vec<Entry> {
    let first = people.start == 0;
    let made = first.then(|| entry(u32::MAX, vec![created(), workshop::Event::Published]));
    let come = people.map(|person| entry(person, events(person)));
    made.into_iter().chain(come).collect()
}

/// Gives the first event of any workshop, as the golden file has it.
fn created() -> workshop::Event {
    let payload = include_bytes!("../../../../../crates/contract/golden/workshop.created.v1.json");
    let message = Message {
        position: Position(1),
        subject: Subject::from(&boundary()),
        headers: headers(),
        payload: payload.to_vec(),
    };
    let events = decode(&message).expect("a golden file").decision.events;
    match events.into_iter().next() {
        Some(Event::Workshop(created)) => created,
        other => panic!("no workshop is created by {other:?}"),
    }
}

fn headers() -> Vec<(String, String)> {
    let id = Uuid::nil().to_string();
    let headers = [
        (header::ID, id.as_str()),
        (header::TYPE, "de.anmeldewerk.workshop.decided.v1"),
        (header::TIME, "2019-08-01T09:00:00Z"),
    ];
    let owned = headers.map(|(name, value)| (name.to_owned(), value.to_owned()));
    owned.into()
}

fn id(person: u32) -> RegistrationId {
    RegistrationId(spread(person))
}

/// Makes of a small number one as ids are: far from its neighbours.
fn spread(number: u32) -> u128 {
    let half = u64::from(number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (u128::from(half) << 64) | u128::from(number)
}

fn events(person: u32) -> Vec<workshop::Event> {
    use workshop::Event as E;
    let came = E::Submitted(Box::new(submitted(person)));
    let registration = id(person);
    let waits = E::Waitlisted {
        registration,
        place: person,
    };
    let note = block();
    let more = match person % 8 {
        3 => Some(E::Amended(Box::new(amended(person)))),
        4 => Some(E::Noted { registration, note }),
        5 => Some(E::GroupSubmitted(Box::new(group(person)))),
        _ => None,
    };
    [came, waits].into_iter().chain(more).collect()
}

fn submitted(person: u32) -> Submitted {
    Submitted {
        registration: id(person),
        reporting: ReportingId(spread(person)),
        number: Number::from_random(u64::from(person)),
        person: PersonId(spread(person)),
        placeholder: false,
        program: program(),
        municipality: municipality(),
        channel: Channel::Office,
        reference: None,
        group: None,
        wishes: Vec::new(),
        privacy_notice: 1,
        link: LinkHash([5; 32]),
        confirm_until: None,
        look_alikes: Vec::new(),
        overridden: None,
        blocks: blocks(),
    }
}

fn program() -> ProgramId {
    ProgramId::new("sh").expect("a slug")
}

fn municipality() -> MunicipalityKey {
    MunicipalityKey::new("01053").expect("a key")
}

fn amended(person: u32) -> Amended {
    Amended {
        registration: id(person),
        municipality: None,
        wishes: None,
        privacy_notice: Some(2),
        data: Some(AmendedData {
            placeholder: false,
            also: None,
            look_alikes: Vec::new(),
            blocks: blocks(),
        }),
    }
}

fn group(person: u32) -> GroupSubmitted {
    GroupSubmitted {
        group: GroupId(spread(person)),
        program: program(),
        policy: GroupPolicy::Partial,
        contact: Some(GroupContact {
            person: PersonId(spread(person)),
            block: block(),
        }),
        size: 1,
        refused: Vec::new(),
    }
}

pub(crate) fn entry(number: u32, events: Vec<workshop::Event>) -> Entry {
    let at = Instant::from_micros(AT.saturating_add(i64::from(number)));
    let decision = Decision {
        id: Uuid::from_u128(spread(number)),
        boundary: boundary(),
        decided_at: at,
        command: IssuedCommand {
            id: CommandId(std::array::from_fn(|place| number.to_be_bytes()[place % 4])),
            fingerprint: Fingerprint([2; 32]),
            kind: "registration.submit".to_owned(),
            received_at: at,
        },
        clock: ClockKind::Real,
        actor: Uuid::from_u128(10),
        traceparent: Some("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".to_owned()),
        due: number.is_multiple_of(2).then(|| at.hours_later(1)),
        events: events.into_iter().map(Event::Workshop).collect(),
    };
    let (headers, payload) = encode(&decision).expect("within the bounds");
    Entry {
        subject: Subject::from(&boundary()),
        expected: None,
        headers,
        payload: payload.into(),
    }
}
