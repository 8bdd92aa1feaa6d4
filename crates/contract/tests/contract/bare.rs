//! The short form of a decision, for caches.

use anmeldewerk_contract::{
    DecodeError, Position, Recorded,
    bare::{decode, encode, strip},
};
use anmeldewerk_domain::{Boundary, Event, WorkshopId, workshop};

use crate::{
    decisions::{AT, decision},
    events::{Sample, samples},
};

fn recorded(events: Vec<Event>) -> Recorded {
    Recorded {
        position: Position(7),
        decision: decision(events),
    }
}

#[test]
fn every_event_reads_back_as_it_was_but_for_what_is_sealed() {
    for Sample { file, events } in samples() {
        let mut recorded = recorded(events);
        for due in [None, Some(AT)] {
            recorded.decision.due = due;
            let bytes = encode(recorded.clone());
            let read = decode(&recorded.decision.boundary, &bytes);
            assert_eq!(
                read.expect("it was just written"),
                strip(recorded.clone()),
                "{file}"
            );
        }
    }
}

#[test]
fn what_is_stripped_is_only_what_is_sealed() {
    for Sample { events, .. } in samples() {
        let full = recorded(events);
        let mut bare = strip(full.clone());
        assert_eq!(strip(bare.clone()), bare, "once is enough");
        bare.decision
            .traceparent
            .clone_from(&full.decision.traceparent);
        for (event, full) in bare.decision.events.iter_mut().zip(&full.decision.events) {
            give_back(event, full);
        }
        assert_eq!(bare, full);
    }
}

/// Gives an event the blocks of another one.
fn give_back(event: &mut Event, full: &Event) {
    use workshop::Event as E;
    let (Event::Workshop(event), Event::Workshop(full)) = (event, full) else {
        return;
    };
    match (event, full) {
        (E::Submitted(event), E::Submitted(full)) => event.blocks = full.blocks.clone(),
        (E::Substituted(event), E::Substituted(full)) => event.blocks = full.blocks.clone(),
        (E::Amended(event), E::Amended(full)) => {
            let data = event.data.as_mut().zip(full.data.as_ref());
            if let Some((event, full)) = data {
                event.blocks = full.blocks.clone();
            }
        }
        (E::GroupSubmitted(event), E::GroupSubmitted(full)) => {
            event.contact.clone_from(&full.contact);
        }
        (E::Noted { note, .. }, E::Noted { note: full, .. }) => *note = full.clone(),
        _ => {}
    }
}

/// Gives every text that stands in a field of one of these names.
fn texts(value: &serde_json::Value, names: &[&str]) -> Vec<String> {
    match value {
        serde_json::Value::Object(fields) => {
            let of = |(name, value): (&String, &serde_json::Value)| {
                let own = value.as_str().filter(|_| names.contains(&name.as_str()));
                let own = own.map(str::to_owned).into_iter();
                own.chain(texts(value, names)).collect::<Vec<_>>()
            };
            fields.iter().flat_map(of).collect()
        }
        serde_json::Value::Array(all) => all.iter().flat_map(|one| texts(one, names)).collect(),
        _ => Vec::new(),
    }
}

#[test]
fn nothing_that_is_sealed_is_written() {
    let mut sealed = 0;
    for Sample { file, events } in samples() {
        let message = crate::decisions::message_of(events.clone());
        let payload = serde_json::from_slice(&message.payload).expect("JSON");
        let bare = String::from_utf8(encode(recorded(events))).expect("JSON");
        for hidden in texts(&payload, &["sealed", "commit"]) {
            sealed += 1;
            assert!(!bare.contains(&hidden), "{hidden} of {file} is written");
        }
    }
    assert!(sealed > 20, "the samples hold blocks: {sealed}");
}

#[test]
fn what_is_not_of_this_form_is_an_error() {
    let boundary = Boundary::Workshop(WorkshopId(9));
    for odd in [&b""[..], b"{}", b"[]", b"{\"at\":1}"] {
        let read = decode(&boundary, odd);
        assert!(matches!(read, Err(DecodeError::Payload(_))), "{read:?}");
    }
}
