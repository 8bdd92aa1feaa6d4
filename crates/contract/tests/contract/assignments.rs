//! Who has which topic, as it is stored.

use std::collections::BTreeMap;

use anmeldewerk_contract::{MAX_DECISION_BYTES, decode};
use anmeldewerk_domain::{
    Event, InputHash, RegistrationId, RunId, TopicCode,
    assignment::{Closed, Extent, MOST_PEOPLE},
    workshop::{
        self, AssignmentDraft, AssignmentResult, Reason, Settings, Slot, Solved, TopicAssigned,
    },
};
use data_encoding::BASE64URL_NOPAD;
use serde_json::{Value, json};

use crate::{decisions::message_of, events::REGISTRATION, workshops::code};

const OTHER: RegistrationId = RegistrationId(0x0102_0304_0506_0708_090a_0b0c_0d0e_0f10);

fn solved(extent: Extent) -> Solved {
    Solved {
        run: RunId(77),
        extent,
        algorithm: 1,
        seed: [20; 32],
        ranks: 3,
        input: InputHash([21; 32]),
        pins: vec![(OTHER, Slot::Second, code("rolle"))],
    }
}

/// Gives a run as it was drafted.
pub(crate) fn drafted() -> AssignmentDraft {
    AssignmentDraft {
        solved: solved(Extent::Whole),
        people: 40,
        placed: BTreeMap::from([(Slot::First, 39), (Slot::Second, 40)]),
    }
}

/// Gives a run as it was published.
pub(crate) fn published() -> AssignmentResult {
    let topics = |topics: &[(Slot, &str)]| {
        let topics = topics.iter().map(|(slot, topic)| (*slot, code(topic)));
        topics.collect::<BTreeMap<_, _>>()
    };
    let both = topics(&[(Slot::First, "diskurs"), (Slot::Second, "rolle")]);
    AssignmentResult {
        solved: solved(Extent::Repair),
        places: BTreeMap::from([
            (REGISTRATION, topics(&[(Slot::First, "rolle")])),
            (OTHER, both),
        ]),
        closed: vec![Closed {
            slot: Slot::Second,
            code: code("diskurs"),
            size: 3,
            min: 8,
        }],
    }
}

/// Gives a topic that was given by hand in the place of another.
pub(crate) fn topic_assigned() -> TopicAssigned {
    TopicAssigned {
        registration: REGISTRATION,
        slot: Slot::First,
        previous: Some(code("rolle")),
        topic: Some(code("diskurs")),
        reason: Reason::Organisation,
    }
}

fn event(result: AssignmentResult) -> Event {
    Event::Workshop(workshop::Event::AssignmentPublished(Box::new(result)))
}

/// Everybody whom one run may place, each with a pin in both slots.
fn largest() -> AssignmentResult {
    let topics: Vec<TopicCode> = (0..Settings::MAX_TOPICS / 2)
        .map(|n| code(&format!("{n:064}")))
        .collect();
    let mut largest = published();
    largest.places.clear();
    largest.solved.pins.clear();
    for (number, topic) in (1..).zip(topics.iter().cycle().take(MOST_PEOPLE)) {
        let registration = RegistrationId(u128::MAX - number);
        for slot in [Slot::First, Slot::Second] {
            let places = largest.places.entry(registration).or_default();
            places.insert(slot, topic.clone());
        }
    }
    for (registration, places) in &largest.places {
        for (slot, topic) in places {
            let pin = (*registration, *slot, topic.clone());
            largest.solved.pins.push(pin);
        }
    }
    largest
}

#[test]
fn everybody_whom_a_run_may_place_fits_into_one_decision_and_comes_back() {
    let largest = event(largest());
    let message = message_of(vec![largest.clone()]);
    let bytes = message.payload.len();
    assert!(bytes <= MAX_DECISION_BYTES, "{bytes}");
    let read = decode(&message).expect("what was written");
    assert_eq!(read.decision.events, [largest]);
}

#[test]
fn places_that_fit_no_topic_or_no_registration_are_refused() {
    let refused = |field: &str, value: Value| {
        let mut message = message_of(vec![event(published())]);
        let mut payload: Value = serde_json::from_slice(&message.payload).expect("JSON");
        payload["events"][0]["allocation"][field] = value;
        message.payload = serde_json::to_vec(&payload).expect("JSON");
        assert!(decode(&message).is_err(), "{field}");
    };
    let bytes = |bytes: &[u8]| json!(BASE64URL_NOPAD.encode(bytes));
    refused("places", bytes(&[9, 0, 0, 0]));
    // A topic of the second slot in the first.
    refused("places", bytes(&[3, 0, 0, 0]));
    refused("places", bytes(&[0, 0]));
    refused("places", bytes(&[0, 0, 0]));
    refused("registrations", bytes(&[0; 17]));
    refused("registrations", json!("no base64!"));
    refused("topics", json!([]));
}
