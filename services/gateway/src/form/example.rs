//! Rows for tests.

use anmeldewerk_contract::Position;
use anmeldewerk_domain::workshop::{GroupPolicy, Status};
use anmeldewerk_read_model::{
    Arrival, RegistrationState,
    query::{
        AssignedTopic, Attended, Bounds, BucketScope, BucketUse, Deadline, Event, Group,
        GroupContact, Guarantee, Happening, Member, OfferedTopic, ProgramCount, QueuePlace,
        Registration, SealedBlock, Seats, Wish, Workshop,
    },
};
use anmeldewerk_vault::{Contact, FreeText, Identity};
use jiff::{Timestamp, civil::date};
use uuid::Uuid;

use crate::disclosure::Person;

/// A registration of a person from `mv` for a workshop of `sh`; its blocks open nowhere.
pub(crate) fn registration() -> Registration {
    let block = || {
        Some(SealedBlock {
            bytes: vec![1; 80],
            commit: [2; 32],
        })
    };
    let wish = |vetoed, rank, topic: &str| Wish {
        slot: 1,
        vetoed,
        rank,
        topic: topic.to_owned(),
    };
    Registration {
        id: Uuid::from_u128(0x11),
        workshop: Uuid::from_u128(1),
        host: "sh".to_owned(),
        program: "mv".to_owned(),
        municipality: "13071107".to_owned(),
        number: "7F3K9-QTM4X".to_owned(),
        person: Uuid::from_u128(0xaa),
        channel: "office".to_owned(),
        state: RegistrationState::Confirmed,
        cause: Some("admitted".to_owned()),
        expires: None,
        lapse: None,
        successor: None,
        reason: None,
        overridden: None,
        approved: true,
        placeholder: false,
        group: None,
        look_alikes: vec![Uuid::from_u128(0x12)],
        cancellation: None,
        queued: QueuePlace {
            rank: 1,
            at: Arrival(512),
            lot: 0,
        },
        waits_for: None,
        arrival: Arrival(512),
        waitlist_place: None,
        decision: Uuid::from_u128(0xdd),
        contact: block(),
        identity: block(),
        free_text: block(),
        note: None,
        land: Some("13".to_owned()),
        privacy_notice: 1,
        reporting: Uuid::from_u128(0xff),
        submitted_at: at("2019-08-01T09:00:00Z"),
        topics: vec![AssignedTopic {
            slot: 1,
            topic: "rolle".to_owned(),
            pinned: true,
        }],
        attendance: vec![Attended {
            day: date(2019, 10, 22),
            slot: 1,
            status: "present".to_owned(),
            minutes: Some(360),
        }],
        wishes: vec![
            wish(false, 1, "rolle"),
            wish(false, 2, "diskurs"),
            wish(true, 1, "legitimation"),
        ],
        version: Position(4711),
    }
}

/// A group of three from `mv` for a workshop of `sh`, of which one was refused; its contact opens nowhere.
pub(crate) fn group() -> Group {
    let member = |id, number: &str, state, waitlist_place| Member {
        registration: Uuid::from_u128(id),
        number: number.to_owned(),
        state,
        waitlist_place,
    };
    Group {
        id: Uuid::from_u128(0x70),
        host: "sh".to_owned(),
        program: "mv".to_owned(),
        policy: GroupPolicy::Partial,
        size: 3,
        members: vec![
            member(0x11, "7F3K9-QTM4X", RegistrationState::Confirmed, None),
            member(0x12, "425QB-6222X", RegistrationState::Waitlisted, Some(4)),
        ],
        contact: Some(GroupContact {
            person: Uuid::from_u128(0xaa),
            block: SealedBlock {
                bytes: vec![1; 80],
                commit: [2; 32],
            },
        }),
        decision: Uuid::from_u128(0xdd),
        arrival: Arrival(512),
        version: Position(4711),
    }
}

/// A person as their office sees them.
pub(crate) fn person() -> Person {
    let mut identity = Identity::default();
    identity.salutation = Some("Frau".to_owned());
    identity.given_name = Some("Anke".to_owned());
    identity.family_name = Some("von der Heide".to_owned());
    identity.organisation = Some("Fachdienst Bildung".to_owned());
    let mut contact = Contact::default();
    contact.email = Some("bildungsbuero@example.org".to_owned());
    contact.source_reference = Some("mv-2019-117".to_owned());
    Person {
        identity,
        contact,
        free_text: Some(FreeText::default()),
        note: None,
    }
}

/// A decision by which the registration got its seat.
pub(crate) fn happening() -> Happening {
    let registration = registration();
    let event = Event {
        index: 0,
        kind: "registration.confirmed.v1".to_owned(),
        workshop: Some(registration.workshop),
        host: Some("sh".to_owned()),
        program: Some("mv".to_owned()),
        registration: Some(registration.id),
        number: Some(registration.number),
        other: None,
        state: Some(RegistrationState::Confirmed),
        cause: Some("admitted".to_owned()),
        cancelled_by: None,
        lapse: None,
        reason: None,
        expires: None,
    };
    Happening {
        position: Position(48_211),
        decision: Uuid::from_u128(0xd1),
        decided_at: at("2019-08-01T09:00:00Z"),
        simulated: false,
        actor: Some(Uuid::from_u128(0xac)),
        command: "registration.submit".to_owned(),
        events: vec![event],
    }
}

/// A workshop of `sh` with two seats, both taken, and one who waits.
pub(crate) fn workshop() -> Workshop {
    let deadline = |stated: &str, instant: &str| Deadline {
        stated: stated.to_owned(),
        instant: at(instant),
    };
    let count = |program: &str, state, count| ProgramCount {
        program: program.to_owned(),
        state,
        count,
    };
    Workshop {
        id: Uuid::from_u128(1),
        host: "sh".to_owned(),
        slug: "wandel".to_owned(),
        title: "Wandel".to_owned(),
        subtitle: None,
        kind: None,
        description: String::new(),
        first_day: date(2019, 10, 22),
        last_day: date(2019, 10, 23),
        hours: None,
        time_zone: "Europe/Berlin".to_owned(),
        begins: at("2019-10-21T22:00:00Z"),
        ends: at("2019-10-23T22:00:00Z"),
        venue: None,
        format: "presence".to_owned(),
        participating: vec!["mv".to_owned(), "sh".to_owned()],
        contact: None,
        opens: Some(deadline("2019-08-01", "2019-07-31T22:00:00Z")),
        closes: Some(deadline("2019-09-30", "2019-09-30T22:00:00Z")),
        cancel_until: None,
        substitute_until: Some(deadline("2019-10-15", "2019-10-15T22:00:00Z")),
        wishes_until: None,
        promotion_stops: None,
        min_participants: Some(1),
        sign_up: "public".to_owned(),
        admission: "first_come".to_owned(),
        drawn: false,
        approval: true,
        offer_hours: Some(72),
        bounds: bounds(),
        closing: deadline("2019-09-30", "2019-09-30T22:00:00Z"),
        waitlist: "skip_blocked".to_owned(),
        ranks: 3,
        vetoes: 1,
        status: Status::Published,
        version: Position(9),
        parked_at: None,
        seats: Seats {
            capacity: Some(2),
            confirmed: 1,
            held: 1,
            waitlisted: 1,
        },
        buckets: buckets(),
        by_program: vec![
            count("mv", RegistrationState::Offered, 1),
            count("mv", RegistrationState::Waitlisted, 1),
            count("sh", RegistrationState::Confirmed, 1),
        ],
        topics: vec![OfferedTopic {
            slot: 1,
            code: "rolle".to_owned(),
            title: "Rolle".to_owned(),
            room: Some("Saal 2".to_owned()),
            ..OfferedTopic::default()
        }],
    }
}

fn bounds() -> Bounds {
    let kept = Guarantee {
        seats: 2,
        release: Some(Deadline {
            stated: "2019-09-01".to_owned(),
            instant: at("2019-08-31T22:00:00Z"),
        }),
        released: false,
    };
    Bounds {
        program_caps: [("sh".to_owned(), 2)].into(),
        municipality_caps: [("01053".to_owned(), 1)].into(),
        guarantees: [("mv".to_owned(), kept)].into(),
    }
}

fn buckets() -> Vec<BucketUse> {
    let own = BucketUse {
        scope: BucketScope::Workshop,
        size: Some(2),
        used: 2,
        kept: None,
    };
    let kept = BucketUse {
        scope: BucketScope::Guarantee("mv".to_owned()),
        size: Some(2),
        used: 1,
        kept: Some(1),
    };
    vec![own, kept]
}

fn at(text: &str) -> Timestamp {
    text.parse().expect("an instant")
}
