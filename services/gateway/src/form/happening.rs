//! What has happened, as callers see it: decisions with their events.

use anmeldewerk_contract::Position;
use anmeldewerk_read_model::{
    RegistrationState,
    query::{Event, Happening},
};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::ask::Viewer;

/// Passing on shows to others as nothing but this: neither who left nor who asked for it.
const SEAT_PASSED: &str = "seat_passed";

/// A decision with those of its events that the caller may see.
#[derive(Serialize, ToSchema)]
#[schema(as = Happening)]
pub(crate) struct HappeningBody<'h> {
    #[schema(value_type = u64)]
    position: Position,
    decision: Uuid,
    decided_at: Timestamp,
    /// Present where the clock was a simulated one, in development.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    simulated: bool,
    /// Random id of whoever asked for it; null where it was due by itself, or is not for the caller.
    actor: Option<Uuid>,
    /// What was asked for; null where that was about somebody else.
    command: Option<&'h str>,
    workshop: Option<Uuid>,
    events: Vec<EventBody<'h>>,
}

/// An event without what is personal.
#[derive(Serialize, ToSchema)]
#[schema(as = HappeningEvent)]
pub(crate) struct EventBody<'h> {
    /// Which of the decision's events, from 0 on.
    index: u16,
    /// Its type with its version, as in the log.
    r#type: &'h str,
    program: Option<&'h str>,
    registration: Option<Uuid>,
    number: Option<&'h str>,
    /// Where the registration stands after it.
    state: Option<&'static str>,
    /// Why it has a seat.
    cause: Option<&'h str>,
    /// Who cancelled.
    by: Option<&'h str>,
    /// What has lapsed.
    lapse: Option<&'h str>,
    reason: Option<&'h str>,
    /// When an offer, or the time to confirm the address, is over.
    expires: Option<Timestamp>,
    /// The successor of a substitution, or whoever goes on after a merger.
    successor: Option<Uuid>,
}

/// How much of who asked, and for what, is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Told {
    All,
    Command,
    Nothing,
}

impl<'h> HappeningBody<'h> {
    /// Shows a decision.
    pub(crate) fn of(happening: &'h Happening, viewer: &Viewer) -> Self {
        let told = told(happening, viewer);
        let command = happening.command.as_str();
        Self {
            position: happening.position,
            decision: happening.decision,
            decided_at: happening.decided_at,
            simulated: happening.simulated,
            actor: happening.actor.filter(|_| told == Told::All),
            command: (told != Told::Nothing).then_some(command),
            workshop: happening.events.first().and_then(|event| event.workshop),
            events: happening.events.iter().map(EventBody::from).collect(),
        }
    }
}

/// The host and auditors are told everything; others what was asked for, where it was not about somebody else.
fn told(happening: &Happening, viewer: &Viewer) -> Told {
    let events = &happening.events;
    let passed_on = || {
        events
            .iter()
            .any(|event| event.cause.as_deref() == Some(SEAT_PASSED))
    };
    match viewer {
        Viewer::Auditor => Told::All,
        Viewer::Coordinator(own) if events.iter().all(|event| is_of(event, own.as_str())) => {
            Told::All
        }
        _ if passed_on() => Told::Nothing,
        Viewer::Coordinator(_) => Told::All,
        Viewer::Feeder(_)
        | Viewer::Reporter(_)
        | Viewer::Operator
        | Viewer::Participant(_)
        | Viewer::Stranger
        | Viewer::Public => Told::Command,
    }
}

/// Says whether an event is of a program's own workshop, or of the program itself.
fn is_of(event: &Event, program: &str) -> bool {
    let whose = event.host.as_deref().or(event.program.as_deref());
    whose == Some(program)
}

impl<'h> From<&'h Event> for EventBody<'h> {
    fn from(event: &'h Event) -> Self {
        Self {
            index: event.index,
            r#type: &event.kind,
            program: event.program.as_deref(),
            registration: event.registration,
            number: event.number.as_deref(),
            state: event.state.map(RegistrationState::name),
            cause: event.cause.as_deref(),
            by: event.cancelled_by.as_deref(),
            lapse: event.lapse.as_deref(),
            reason: event.reason.as_deref(),
            expires: event.expires,
            successor: event.other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::example;
    use anmeldewerk_domain::ProgramId;
    use serde_json::{Value, json};

    fn shown(happening: &Happening, viewer: &Viewer) -> Value {
        serde_json::to_value(HappeningBody::of(happening, viewer)).expect("it serializes")
    }

    fn office(slug: &str) -> Viewer {
        Viewer::Coordinator(ProgramId::new(slug).expect("a slug"))
    }

    #[test]
    fn a_decision_is_shown_with_its_events() {
        let body = shown(&example::happening(), &office("sh"));
        let expected = json!({
            "position": 48211, "decision": "00000000-0000-0000-0000-0000000000d1",
            "decided_at": "2019-08-01T09:00:00Z", "actor": "00000000-0000-0000-0000-0000000000ac",
            "command": "registration.submit", "workshop": "00000000-0000-0000-0000-000000000001",
            "events": [{
                "index": 0, "type": "registration.confirmed.v1", "program": "mv",
                "registration": "00000000-0000-0000-0000-000000000011", "number": "7F3K9-QTM4X",
                "state": "confirmed", "cause": "admitted", "by": null, "lapse": null, "reason": null,
                "expires": null, "successor": null,
            }],
        });
        assert_eq!(body, expected);
    }

    #[test]
    fn whose_seat_passed_on_is_told_to_the_host_and_to_auditors_alone() {
        let mut happening = example::happening();
        happening.events[0].cause = Some("seat_passed".to_owned());
        let asked = |viewer: &Viewer| {
            let body = shown(&happening, viewer);
            (body["actor"].is_null(), body["command"].is_null())
        };
        assert_eq!(asked(&office("sh")), (false, false));
        assert_eq!(asked(&Viewer::Auditor), (false, false));
        assert_eq!(asked(&office("mv")), (true, true));
        let feeder = Viewer::Feeder(ProgramId::new("mv").expect("a slug"));
        assert_eq!(asked(&feeder), (true, true));
    }

    #[test]
    fn who_asked_is_told_to_offices_and_auditors() {
        let happening = example::happening();
        let actor = |viewer: &Viewer| !shown(&happening, viewer)["actor"].is_null();
        assert!(actor(&office("mv")) && actor(&Viewer::Auditor));
        assert!(!actor(&Viewer::Feeder(
            ProgramId::new("mv").expect("a slug")
        )));
        assert!(!actor(&Viewer::Operator));
    }
}
