//! What the headers say by themselves.

use anmeldewerk_contract::{DecodeError, Message, SETTLED_BY, Subject, decode, due_of, header};
use anmeldewerk_domain::{Event, Instant, workshop};

use crate::decisions::{AT, decision, message, message_of};

fn published() -> Vec<Event> {
    vec![Event::Workshop(workshop::Event::Published)]
}

fn due_at(due: Option<Instant>) -> Message {
    let mut decision = decision(published());
    decision.due = due;
    message(&decision)
}

#[test]
fn what_is_due_next_is_read_from_the_headers_without_a_payload() {
    for due in [None, Some(AT.hours_later(72))] {
        let mut message = due_at(due);
        assert_eq!(decode(&message).expect("known").decision.due, due);
        message.payload.clear();
        assert_eq!(due_of(&message.headers).expect("well-formed"), due);
    }
}

#[test]
fn an_instant_due_that_cannot_be_read_is_an_error_and_not_no_instant() {
    let mut message = due_at(Some(AT));
    let (_, value) = message.headers.last_mut().expect("headers");
    "tomorrow".clone_into(value);
    let unread = due_of(&message.headers);
    assert!(matches!(unread, Err(DecodeError::Header(header::DUE))));
    let unread = decode(&message);
    assert!(matches!(unread, Err(DecodeError::Header(header::DUE))));
}

#[test]
fn a_decision_that_nobody_asked_for_reads_as_such() {
    let mut decision = decision(published());
    decision.actor = SETTLED_BY;
    let recorded = decode(&message(&decision)).expect("known");
    assert!(recorded.decision.actor.is_nil());
}

#[test]
fn a_message_without_a_needed_header_or_of_another_kind_is_an_error() {
    let whole = message_of(published());
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
    assert!(matches!(decode(&message), Err(DecodeError::Type(_))));
    message.subject = Subject::literal("aw.log.privacy.sh");
    assert!(matches!(decode(&message), Err(DecodeError::Subject(_))));
}
