//! A decision without what is sealed, for a service's own cache of a boundary's history.
//!
//! It is not the log's form and no promise: whoever keeps such bytes throws them away where this
//! crate has changed. What they hold is enough to fold a state and to know a command again; to
//! answer with a decision, or to open what is sealed in it, the log is read.

use anmeldewerk_domain::{
    Boundary, Event,
    workshop::{self, Block, Blocks},
};

use crate::{DecodeError, Recorded, stored::BareDecision};

/// Gives a decision without its blocks and without the trace of the request.
///
/// Folding it gives the same state: the fold looks at no block.
pub fn strip(mut recorded: Recorded) -> Recorded {
    recorded.decision.traceparent = None;
    for event in &mut recorded.decision.events {
        match event {
            Event::Program(_) | Event::Catalogue(_) => {}
            Event::Workshop(event) => strip_event(event),
        }
    }
    recorded
}

fn strip_event(event: &mut workshop::Event) {
    use workshop::Event as E;
    match event {
        E::Submitted(submitted) => submitted.blocks = Blocks::default(),
        E::Substituted(substituted) => substituted.blocks = Blocks::default(),
        E::Amended(amended) => {
            if let Some(data) = &mut amended.data {
                data.blocks = Blocks::default();
            }
        }
        E::GroupSubmitted(group) => group.contact = None,
        E::Noted { note, .. } => {
            *note = Block {
                sealed: Vec::new(),
                commit: [0; 32],
            };
        }
        E::Created { .. }
        | E::SettingsAmended { .. }
        | E::Published
        | E::CalledOff { .. }
        | E::Postponed { .. }
        | E::GuaranteeReleased { .. }
        | E::DrawHeld { .. }
        | E::PassedOver(_)
        | E::EmailConfirmed { .. }
        | E::Held { .. }
        | E::Confirmed { .. }
        | E::Waitlisted { .. }
        | E::Offered { .. }
        | E::Declined { .. }
        | E::Lapsed { .. }
        | E::Cancelled { .. }
        | E::Merged { .. }
        | E::Reinstated { .. }
        | E::MovedToWaitlist { .. }
        | E::LinkRenewed { .. }
        | E::AssignmentDrafted(_)
        | E::AssignmentPublished(_)
        | E::TopicAssigned(_)
        | E::AttendanceTaken(_)
        | E::AttendanceClosed { .. }
        | E::DocumentAdded(_) => {}
    }
}

/// Writes a decision, stripped, as one line of JSON without its end.
///
/// Its boundary is not written; whoever keeps the bytes knows it.
pub fn encode(recorded: Recorded) -> Vec<u8> {
    serde_json::to_vec(&BareDecision::from(&strip(recorded)))
        .expect("a stored form has string keys and finite numbers only")
}

/// Reads a decision of a boundary as [`encode`] wrote it.
pub fn decode(boundary: &Boundary, bytes: &[u8]) -> Result<Recorded, DecodeError> {
    let stored: BareDecision = serde_json::from_slice(bytes).map_err(DecodeError::Payload)?;
    Ok(stored.into_recorded(boundary.clone())?)
}
