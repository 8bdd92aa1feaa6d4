//! Golden files: written once, by setting `WRITE_GOLDEN`, for a type that has none yet.

use std::{collections::BTreeSet, fs, path::PathBuf};

use anmeldewerk_contract::{ClockKind, decode, encode, event_type};
use anmeldewerk_domain::{Event, workshop};

use crate::{
    decisions::{AT, decision, message, message_of},
    events::{Sample, events, kind, samples},
};

fn golden(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("golden")
        .join(name)
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
fn every_event_is_written_as_its_golden_file_says() {
    for Sample { file, events } in samples() {
        compare(&file, &message_of(events).payload);
    }
}

#[test]
fn every_golden_file_reads_as_the_events_it_was_written_from() {
    for Sample { file, events } in samples() {
        let mut message = message_of(events.clone());
        message.payload = fs::read(golden(&file)).expect("kept");
        let recorded = decode(&message).unwrap_or_else(|error| panic!("{file}: {error:?}"));
        assert_eq!(recorded.decision, decision(events));
    }
}

#[test]
fn every_kind_of_event_has_a_type_of_its_own_that_stands_in_its_payload() {
    let events = events();
    let kinds: Vec<usize> = events.iter().map(kind).collect();
    assert_eq!(kinds, (0..35).collect::<Vec<_>>(), "one event of each kind");
    let types: BTreeSet<_> = events.iter().map(event_type).collect();
    assert_eq!(types.len(), events.len());
    for event in events {
        let payload = message_of(vec![event.clone()]).payload;
        let payload: serde_json::Value = serde_json::from_slice(&payload).expect("JSON");
        assert_eq!(payload["events"][0]["type"], event_type(&event));
    }
}

#[test]
fn no_golden_file_stands_there_without_an_event_type() {
    let headers = ["headers.txt", "headers.due.txt"].map(str::to_owned);
    let known: Vec<String> = samples()
        .into_iter()
        .map(|sample| sample.file)
        .chain(headers)
        .collect();
    for entry in fs::read_dir(golden("")).expect("the folder") {
        let name = entry.expect("an entry").file_name();
        let name = name.to_string_lossy().into_owned();
        assert!(known.contains(&name), "{name} belongs to no known type");
    }
}

#[test]
fn headers_are_written_as_their_golden_files_say() {
    let mut decision = decision(vec![Event::Workshop(workshop::Event::Published)]);
    for (file, due) in [
        ("headers.txt", None),
        ("headers.due.txt", Some(AT.hours_later(72))),
    ] {
        decision.due = due;
        let headers = message(&decision).headers.into_iter();
        let lines: Vec<String> = headers.map(|(name, value)| name + ": " + &value).collect();
        compare(file, (lines.join("\n") + "\n").as_bytes());
    }
}

#[test]
fn a_decision_under_the_real_clock_says_nothing_of_a_clock() {
    let mut decision = decision(vec![Event::Workshop(workshop::Event::Published)]);
    decision.clock = ClockKind::Real;
    let (_, payload) = encode(&decision).expect("within the bounds");
    assert!(!String::from_utf8_lossy(&payload).contains("clock"));
}
