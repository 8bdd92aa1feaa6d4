//! Golden files: written once, by setting `WRITE_GOLDEN`, for a type that has none yet.

use std::{fs, path::PathBuf};

use anmeldewerk_contract::{
    ClockKind, DecodeError, EncodeError, MAX_DECISION_BYTES, MAX_DECISION_EVENTS, Message,
    Position, Subject, decode, encode, event_type,
};
use anmeldewerk_domain::{
    Event, TextLine,
    program::{Details, Event as ProgramEvent},
    workshop,
};

use crate::decisions::{decision, events};

fn golden(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("golden")
        .join(name)
}

fn message_of(events: Vec<Event>) -> Message {
    let decision = decision(events);
    let (headers, payload) = encode(&decision).expect("within the bounds");
    Message {
        position: Position(1),
        subject: Subject::from(&decision.boundary),
        headers,
        payload,
    }
}

fn compare(name: &str, bytes: &[u8]) {
    let path = golden(name);
    if !path.exists() && std::env::var_os("WRITE_GOLDEN").is_some() {
        fs::write(&path, bytes).expect("the golden file is written");
    }
    let kept = fs::read(&path).unwrap_or_else(|error| panic!("{name}: {error}"));
    assert_eq!(
        String::from_utf8_lossy(bytes),
        String::from_utf8_lossy(&kept),
        "{name} would be written otherwise than it stands in logs"
    );
}

#[test]
fn every_event_type_is_written_as_its_golden_file_says() {
    for event in events() {
        let name = format!("{}.json", event_type(&event));
        compare(&name, &message_of(vec![event]).payload);
    }
}

#[test]
fn every_golden_file_reads_as_the_event_it_was_written_from() {
    for event in events() {
        let kept = fs::read(golden(&format!("{}.json", event_type(&event)))).expect("kept");
        let mut message = message_of(vec![event.clone()]);
        message.payload = kept;
        let recorded = decode(&message).expect("a known form");
        assert_eq!(recorded.decision, decision(vec![event]));
    }
}

#[test]
fn no_golden_file_stands_there_without_an_event_type() {
    let known: Vec<String> = events()
        .iter()
        .map(|event| format!("{}.json", event_type(event)))
        .chain(["headers.txt".to_owned()])
        .collect();
    for entry in fs::read_dir(golden("")).expect("the folder") {
        let name = entry.expect("an entry").file_name();
        let name = name.to_string_lossy().into_owned();
        assert!(known.contains(&name), "{name} belongs to no known type");
    }
}

#[test]
fn headers_are_written_as_their_golden_file_says() {
    let message = message_of(vec![Event::Workshop(workshop::Event::Published)]);
    let headers = message.headers.into_iter();
    let lines: Vec<String> = headers.map(|(name, value)| name + ": " + &value).collect();
    compare("headers.txt", (lines.join("\n") + "\n").as_bytes());
}

#[test]
fn a_decision_under_the_real_clock_says_nothing_of_a_clock() {
    let mut decision = decision(vec![Event::Workshop(workshop::Event::Published)]);
    decision.clock = ClockKind::Real;
    let (_, payload) = encode(&decision).expect("within the bounds");
    assert!(!String::from_utf8_lossy(&payload).contains("clock"));
}

fn changed(change: impl Fn(&mut serde_json::Value)) -> Result<(), DecodeError> {
    let mut message = message_of(vec![events().remove(2)]);
    let mut value = serde_json::from_slice(&message.payload).expect("JSON");
    change(&mut value);
    message.payload = serde_json::to_vec(&value).expect("JSON");
    decode(&message).map(|_| ())
}

#[test]
fn an_unknown_event_type_version_or_field_is_an_error() {
    assert!(changed(|_| {}).is_ok());
    let unknown = changed(|v| v["events"][0]["type"] = "workshop.created.v2".into());
    assert!(matches!(unknown, Err(DecodeError::Payload(_))));
    let field = changed(|v| v["events"][0]["colour"] = "blue".into());
    assert!(matches!(field, Err(DecodeError::Payload(_))));
    let field = changed(|v| v["colour"] = "blue".into());
    assert!(matches!(field, Err(DecodeError::Payload(_))));
    let value = changed(|v| v["events"][0]["first_day"] = "22.10.2019".into());
    assert!(matches!(value, Err(DecodeError::Value(_))));
}

#[test]
fn a_message_without_a_needed_header_or_of_another_kind_is_an_error() {
    let whole = message_of(vec![Event::Workshop(workshop::Event::Published)]);
    assert!(decode(&whole).is_ok());
    for name in ["ce-id", "ce-type", "ce-time"] {
        let mut message = whole.clone();
        message.headers.retain(|(key, _)| key != name);
        assert!(matches!(decode(&message), Err(DecodeError::Header(n)) if n == name));
    }
    let mut message = whole.clone();
    message.subject = Subject::literal("aw.log.program.sh");
    assert!(matches!(decode(&message), Err(DecodeError::Type(_))));
    message.subject = Subject::literal("aw.log.catalogue");
    assert!(matches!(decode(&message), Err(DecodeError::Subject(_))));
}

#[test]
fn a_decision_has_at_most_500_events() {
    let published = Event::Workshop(workshop::Event::Published);
    let at_most = decision(vec![published.clone(); MAX_DECISION_EVENTS]);
    assert!(encode(&at_most).is_ok());
    let too_many = decision(vec![published; MAX_DECISION_EVENTS + 1]);
    assert!(matches!(
        encode(&too_many),
        Err(EncodeError::TooManyEvents(501))
    ));
}

#[test]
fn a_decision_has_at_most_256_kib() {
    let name = TextLine::new(&"ä".repeat(300)).expect("a line");
    let event = |land: &str| {
        Event::Program(ProgramEvent::Amended(Details {
            name: name.clone(),
            land: anmeldewerk_domain::LandCode::new(land).expect("a Land"),
            carrier: Some(name.clone()),
            contact: None,
        }))
    };
    let large = decision(vec![event("01"); 300]);
    match encode(&large) {
        Err(EncodeError::TooLarge(bytes)) => assert!(bytes > MAX_DECISION_BYTES),
        other => panic!("{other:?}"),
    }
}
