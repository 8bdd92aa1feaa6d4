//! What a decision says about one registration: read from its events, so that a repeat reads the same.

use anmeldewerk_contract::{Position, instant_text};
use anmeldewerk_domain::{
    Event, Instant, RegistrationId,
    workshop::{self, Submitted},
};
use serde::Serialize;
use uuid::Uuid;

#[cfg(test)]
use crate::form::shape;

/// Where a registration stands after a decision.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Outcome {
    /// The state, where the decision says so.
    pub(super) state: Option<&'static str>,
    pub(super) place: Option<u32>,
    expires: Option<Instant>,
}

impl Outcome {
    /// Reads what the last event about a registration says.
    pub(super) fn of(events: &[Event], registration: RegistrationId) -> Self {
        let last = |event: &Event| match event {
            Event::Workshop(event) => said(event, registration),
            Event::Program(_) | Event::Catalogue(_) => None,
        };
        events.iter().rev().find_map(last).unwrap_or_default()
    }

    fn state(state: &'static str) -> Self {
        Self {
            state: Some(state),
            ..Self::default()
        }
    }
}

fn said(event: &workshop::Event, id: RegistrationId) -> Option<Outcome> {
    use workshop::Event as E;
    let (about, outcome) = match event {
        E::Submitted(submitted) => (submitted.registration, resting(submitted)),
        E::EmailConfirmed { registration } | E::Reinstated { registration, .. } => {
            (*registration, Outcome::state("submitted"))
        }
        E::Held { registration, .. } => (*registration, Outcome::state("pending_approval")),
        E::Confirmed { registration, .. } => (*registration, Outcome::state("confirmed")),
        E::Waitlisted {
            registration,
            place,
        }
        | E::MovedToWaitlist {
            registration,
            place,
            ..
        } => {
            let place = Some(*place);
            let state = Outcome::state("waitlisted");
            (*registration, Outcome { place, ..state })
        }
        E::Offered {
            registration,
            expires,
            ..
        } => {
            let expires = Some(*expires);
            let state = Outcome::state("offered");
            (*registration, Outcome { expires, ..state })
        }
        E::Declined { registration, .. } => (*registration, Outcome::state("declined")),
        E::Lapsed { registration, .. } => (*registration, Outcome::state("lapsed")),
        E::Cancelled { registration, .. } => (*registration, Outcome::state("cancelled")),
        E::Substituted(it) if it.successor == id => (id, Outcome::state("confirmed")),
        E::Substituted(it) => (it.registration, Outcome::state("transferred")),
        E::Merged { registration, .. } => (*registration, Outcome::state("merged")),
        E::Created { .. }
        | E::SettingsAmended { .. }
        | E::Published
        | E::CalledOff { .. }
        | E::Postponed { .. }
        | E::GuaranteeReleased { .. }
        | E::DrawHeld { .. }
        | E::PassedOver(_)
        | E::GroupSubmitted(_)
        | E::Amended(_)
        | E::Noted { .. }
        | E::LinkRenewed { .. }
        | E::AssignmentDrafted(_)
        | E::AssignmentPublished(_)
        | E::TopicAssigned(_)
        | E::AttendanceTaken(_)
        | E::AttendanceClosed { .. }
        | E::DocumentAdded(_) => return None,
    };
    (about == id).then_some(outcome)
}

fn resting(submitted: &Submitted) -> Outcome {
    Outcome {
        expires: submitted.confirm_until,
        ..Outcome::state("submitted")
    }
}

/// The answer about a new registration.
#[derive(Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Registered"))]
pub(super) struct NewBody {
    registration: Uuid,
    number: String,
    person: Uuid,
    #[cfg_attr(test, schemars(with = "shape::State"))]
    state: &'static str,
    waitlist_place: Option<u32>,
    /// Until when the e-mail address must be confirmed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(with = "Option<shape::At>"))]
    confirm_until: Option<String>,
    /// Live registrations that may be of the same person.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    possible_duplicate_of: Vec<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(with = "Option<u64>"))]
    position: Option<Position>,
    link_secret: Option<String>,
}

impl NewBody {
    /// Reads the answer about a submission out of what was decided.
    pub(super) fn of(
        events: &[Event],
        submitted: &Submitted,
        position: Option<Position>,
        link_secret: Option<String>,
    ) -> Self {
        let outcome = Outcome::of(events, submitted.registration);
        let alike = submitted.look_alikes.iter();
        Self {
            registration: Uuid::from_u128(submitted.registration.0),
            number: submitted.number.to_string(),
            person: Uuid::from_u128(submitted.person.0),
            state: outcome.state.unwrap_or("submitted"),
            waitlist_place: outcome.place,
            confirm_until: submitted.confirm_until.map(instant_text),
            possible_duplicate_of: alike.map(|id| Uuid::from_u128(id.0)).collect(),
            position,
            link_secret,
        }
    }

    pub(super) fn registration(&self) -> Uuid {
        self.registration
    }

    pub(super) fn stand(&self) -> (Option<&'static str>, Option<u32>) {
        (Some(self.state), self.waitlist_place)
    }

    /// Leaves out what is not for the public: who else may be the same.
    pub(super) fn for_public(self) -> Self {
        Self {
            possible_duplicate_of: Vec::new(),
            ..self
        }
    }
}

/// Gives the submissions of a decision.
pub(super) fn submissions(events: &[Event]) -> impl Iterator<Item = &Submitted> {
    events.iter().filter_map(|event| match event {
        Event::Workshop(workshop::Event::Submitted(submitted)) => Some(&**submitted),
        _ => None,
    })
}

/// The answer about a registration that was there before.
#[derive(Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "RegistrationChanged"))]
pub(super) struct StandingBody {
    pub(super) registration: Uuid,
    /// Where it stands, where the decision moved it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(with = "Option<shape::State>"))]
    pub(super) state: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) waitlist_place: Option<u32>,
    /// Until when an offer stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(with = "Option<shape::At>"))]
    expires: Option<String>,
    #[cfg_attr(test, schemars(with = "u64"))]
    pub(super) position: Position,
}

impl StandingBody {
    /// Reads the answer out of what was decided.
    pub(super) fn of(events: &[Event], registration: RegistrationId, position: Position) -> Self {
        let outcome = Outcome::of(events, registration);
        Self {
            registration: Uuid::from_u128(registration.0),
            state: outcome.state,
            waitlist_place: outcome.place,
            expires: outcome.expires.map(instant_text),
            position,
        }
    }

    /// Says how it stands where there was nothing to decide.
    pub(super) fn unchanged(
        registration: RegistrationId,
        state: Option<&'static str>,
        position: Position,
    ) -> Self {
        Self {
            registration: Uuid::from_u128(registration.0),
            state,
            waitlist_place: None,
            expires: None,
            position,
        }
    }
}
