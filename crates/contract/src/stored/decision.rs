//! The payload of a message.

use anmeldewerk_domain::{Boundary, Instant};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::event::StoredEvent;
#[cfg(test)]
use super::form;
use crate::{
    ClockKind, CommandId, Decision, Fingerprint, IssuedCommand, ValueError, hex, instant_from_text,
    instant_text, parse_hex32,
};

/// A decision's payload, version 1.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct StoredDecision {
    pub(super) command: StoredCommand,
    pub(super) actor: Uuid,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) clock: Option<StoredClock>,
    pub(super) events: Vec<StoredEvent>,
}

#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct StoredCommand {
    #[cfg_attr(test, schemars(with = "form::Hash"))]
    id: String,
    #[cfg_attr(test, schemars(with = "form::Hash"))]
    fingerprint: String,
    kind: String,
    #[cfg_attr(test, schemars(with = "form::At"))]
    received_at: String,
}

/// Stands in a decision only where the clock was not the real one.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub(super) enum StoredClock {
    Simulated,
}

/// What the headers and the subject say of a decision.
#[derive(Debug)]
pub(crate) struct Envelope {
    pub(crate) id: Uuid,
    pub(crate) boundary: Boundary,
    pub(crate) decided_at: Instant,
    pub(crate) traceparent: Option<String>,
    pub(crate) due: Option<Instant>,
}

impl From<&Decision> for StoredDecision {
    fn from(decision: &Decision) -> Self {
        let command = &decision.command;
        Self {
            command: StoredCommand {
                id: hex(&command.id.0),
                fingerprint: hex(&command.fingerprint.0),
                kind: command.kind.clone(),
                received_at: instant_text(command.received_at),
            },
            actor: decision.actor,
            clock: match decision.clock {
                ClockKind::Real => None,
                ClockKind::Simulated => Some(StoredClock::Simulated),
            },
            events: decision.events.iter().map(StoredEvent::from).collect(),
        }
    }
}

impl StoredDecision {
    /// Reads the payload together with what stood around it.
    pub(crate) fn into_decision(self, envelope: Envelope) -> Result<Decision, ValueError> {
        let events = self.events.into_iter().map(TryInto::try_into);
        Ok(Decision {
            id: envelope.id,
            boundary: envelope.boundary,
            decided_at: envelope.decided_at,
            command: self.command.into_issued()?,
            clock: match self.clock {
                None => ClockKind::Real,
                Some(StoredClock::Simulated) => ClockKind::Simulated,
            },
            actor: self.actor,
            traceparent: envelope.traceparent,
            due: envelope.due,
            events: events.collect::<Result<_, _>>()?,
        })
    }
}

impl StoredCommand {
    fn into_issued(self) -> Result<IssuedCommand, ValueError> {
        Ok(IssuedCommand {
            id: parse_hex32(&self.id)
                .map(CommandId)
                .ok_or(ValueError("command.id"))?,
            fingerprint: parse_hex32(&self.fingerprint)
                .map(Fingerprint)
                .ok_or(ValueError("command.fingerprint"))?,
            kind: self.kind,
            received_at: instant_from_text(&self.received_at)
                .ok_or(ValueError("command.received_at"))?,
        })
    }
}
