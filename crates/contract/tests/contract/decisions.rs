//! Decisions and messages around events.

use anmeldewerk_contract::{
    ClockKind, CommandId, Decision, Fingerprint, IssuedCommand, Message, Position, Subject, encode,
};
use anmeldewerk_domain::{Boundary, Event, Instant, ProgramId, WorkshopId};
use uuid::Uuid;

pub(crate) const AT: Instant = Instant::from_micros(1_564_650_000_123_456);

/// Gives the decision that holds these events.
pub(crate) fn decision(events: Vec<Event>) -> Decision {
    Decision {
        id: Uuid::from_u128(0x0199_0000_0000_7000_8000_0000_0000_0001),
        boundary: match events.first() {
            Some(Event::Program(_)) => Boundary::Program(ProgramId::new("sh").expect("a slug")),
            Some(Event::Catalogue(_)) => Boundary::Catalogue,
            Some(Event::Workshop(_)) | None => Boundary::Workshop(WorkshopId(9)),
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
        due: None,
        events,
    }
}

/// Gives a decision as it stands in the log.
pub(crate) fn message(decision: &Decision) -> Message {
    let (headers, payload) = encode(decision).expect("within the bounds");
    Message {
        position: Position(1),
        subject: Subject::from(&decision.boundary),
        headers,
        payload,
    }
}

/// Gives the message of the decision that holds these events.
pub(crate) fn message_of(events: Vec<Event>) -> Message {
    message(&decision(events))
}
