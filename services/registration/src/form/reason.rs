//! Reasons, and the small bodies that hold little else.

use anmeldewerk_contract::problem::{Code, FieldError};
use anmeldewerk_domain::{
    Prose, RegistrationId, TopicCode,
    workshop::{AssignTopic, Reason, SwapTopics},
};
use anmeldewerk_service::problem::Problem;
use anmeldewerk_vault::FreeText;
use serde::Deserialize;
use uuid::Uuid;

#[cfg(test)]
use super::shape;
use super::{Faults, person::text, place::slot};
use crate::writer::Note;

/// The longest text about a reason, in characters.
const NOTE_CHARS: usize = 2_000;

/// Nothing is to be said.
#[derive(Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Nothing"))]
#[serde(deny_unknown_fields)]
pub(crate) struct EmptyBody {}

/// A reason's code.
#[derive(Clone, Copy, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Reason"))]
#[serde(rename_all = "snake_case")]
pub(crate) enum ReasonBody {
    Withdrawn,
    Illness,
    Duty,
    Mistake,
    NotEligible,
    Duplicate,
    Hardship,
    Organisation,
    Other,
}

/// A reason that may be missing, where it depends on who asks.
#[derive(Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "MaybeReason"))]
#[serde(deny_unknown_fields)]
pub(crate) struct MaybeReasonBody {
    pub(crate) reason: Option<ReasonBody>,
    /// What is said about it; sealed.
    #[cfg_attr(test, schemars(with = "Option<shape::Said>"))]
    note: Option<String>,
}

/// A reason that must be given.
#[derive(Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "WithReason"))]
#[serde(deny_unknown_fields)]
pub(crate) struct WithReasonBody {
    pub(crate) reason: ReasonBody,
    /// What is said about it; sealed.
    #[cfg_attr(test, schemars(with = "Option<shape::Said>"))]
    note: Option<String>,
}

/// Why a workshop does not take place; everybody may know it.
#[derive(Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "CallOff"))]
#[serde(deny_unknown_fields)]
pub(crate) struct CallOffBody {
    reason: Option<ReasonBody>,
}

impl CallOffBody {
    /// Gives the reason; where none is stated, the organisation is.
    pub(crate) fn reason(&self) -> Reason {
        self.reason.map_or(Reason::Organisation, Into::into)
    }
}

/// A body that may say more about its reason.
pub(crate) trait Noted {
    /// Gives what is said, or what is wrong with it.
    fn note(&self) -> Result<Option<Note>, Problem>;
}

impl Noted for MaybeReasonBody {
    fn note(&self) -> Result<Option<Note>, Problem> {
        note(self.note.as_deref(), self.reason.is_some())
    }
}

impl Noted for WithReasonBody {
    fn note(&self) -> Result<Option<Note>, Problem> {
        note(self.note.as_deref(), true)
    }
}

impl Noted for ReinstateBody {
    fn note(&self) -> Result<Option<Note>, Problem> {
        note(self.note.as_deref(), true)
    }
}

/// Reads what is said about a reason; without one there is nothing to be said about.
pub(super) fn note(said: Option<&str>, has_reason: bool) -> Result<Option<Note>, Problem> {
    let given = said.unwrap_or_default();
    let Some(said) = text(said) else {
        return Ok(None);
    };
    if !has_reason {
        return Err(field_error("/note", "not_allowed"));
    }
    if Prose::new(given).is_none() {
        return Err(field_error("/note", "invalid_text"));
    }
    if said.chars().count() > NOTE_CHARS {
        return Err(field_error("/note", "too_long"));
    }
    let mut free_text = FreeText::default();
    free_text.reason = Some(said);
    Ok(Some(Note(free_text)))
}

/// The body of a reinstatement.
#[derive(Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Reinstatement"))]
#[serde(deny_unknown_fields)]
pub(crate) struct ReinstateBody {
    pub(crate) reason: ReasonBody,
    /// Whether it gets a seat over the buckets.
    #[serde(default, rename = "override")]
    pub(crate) overriding: bool,
    /// What is said about the reason; sealed.
    #[cfg_attr(test, schemars(with = "Option<shape::Said>"))]
    note: Option<String>,
}

/// The body of a topic by hand.
#[derive(Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "TopicAssignment"))]
#[serde(deny_unknown_fields)]
pub(crate) struct TopicBody {
    #[cfg_attr(test, schemars(with = "shape::Slot"))]
    slot: u8,
    /// Null takes away what they have.
    #[cfg_attr(test, schemars(with = "Option<shape::Topic>"))]
    topic: Option<String>,
    reason: ReasonBody,
    /// Whether it may be over the topic's sizes.
    #[serde(default, rename = "override")]
    overriding: bool,
    /// What is said about the reason; sealed.
    #[cfg_attr(test, schemars(with = "Option<shape::Said>"))]
    note: Option<String>,
}

impl TopicBody {
    /// Reads what somebody shall have.
    pub(crate) fn assign(&self, registration: RegistrationId) -> Result<AssignTopic, Problem> {
        let mut faults = Faults::default();
        let slot = faults.need("/slot", slot(self.slot), "invalid_slot");
        let topic = self.topic.as_deref().map(TopicCode::new);
        if topic == Some(None) {
            faults.add("/topic", "invalid_slug");
        }
        faults.finish(slot.map(|slot| AssignTopic {
            registration,
            slot,
            topic: topic.flatten(),
            reason: self.reason.into(),
            overriding: self.overriding,
        }))
    }
}

impl Noted for TopicBody {
    fn note(&self) -> Result<Option<Note>, Problem> {
        note(self.note.as_deref(), true)
    }
}

/// Two registrations whose people shall have each other's topic.
#[derive(Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "TopicSwap"))]
#[serde(deny_unknown_fields)]
pub(crate) struct SwapBody {
    #[cfg_attr(test, schemars(with = "shape::Slot"))]
    slot: u8,
    #[cfg_attr(test, schemars(with = "[Uuid; 2]"))]
    registrations: [String; 2],
    reason: ReasonBody,
}

impl SwapBody {
    /// Reads who shall have what.
    pub(crate) fn swap(&self) -> Result<SwapTopics, Problem> {
        let mut faults = Faults::default();
        let slot = faults.need("/slot", slot(self.slot), "invalid_slot");
        let mut ids = Vec::new();
        for (index, id) in self.registrations.iter().enumerate() {
            let id = Uuid::try_parse(id).ok();
            ids.extend(faults.need(&format!("/registrations/{index}"), id, "invalid_id"));
        }
        if let [one, other] = ids.as_slice()
            && one == other
        {
            faults.add("/registrations/1", "same_twice");
        }
        let both = slot.zip(ids.first().copied().zip(ids.get(1).copied()));
        faults.finish(both.map(|(slot, (one, other))| SwapTopics {
            slot,
            one: RegistrationId(one.as_u128()),
            other: RegistrationId(other.as_u128()),
            reason: self.reason.into(),
        }))
    }
}

/// The body of a merge.
#[derive(Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Merge"))]
#[serde(deny_unknown_fields)]
pub(crate) struct MergeBody {
    /// The registration that goes on.
    #[cfg_attr(test, schemars(with = "Uuid"))]
    into: String,
}

impl MergeBody {
    /// Reads which registration goes on.
    pub(crate) fn survivor(&self) -> Result<Uuid, Problem> {
        let id = Uuid::try_parse(&self.into);
        id.map_err(|_| field_error("/into", "invalid_id"))
    }
}

/// Gives the one fault of a body.
pub(crate) fn field_error(pointer: &str, code: &str) -> Problem {
    Problem::new(Code::InvalidBody).errors([FieldError::new(pointer, code)])
}

/// Says of one field that it is not the asker's to state.
pub(crate) fn not_theirs(pointer: &str) -> Problem {
    field_error(pointer, "not_allowed")
}

impl From<ReasonBody> for Reason {
    fn from(reason: ReasonBody) -> Self {
        match reason {
            ReasonBody::Withdrawn => Self::Withdrawn,
            ReasonBody::Illness => Self::Illness,
            ReasonBody::Duty => Self::Duty,
            ReasonBody::Mistake => Self::Mistake,
            ReasonBody::NotEligible => Self::NotEligible,
            ReasonBody::Duplicate => Self::Duplicate,
            ReasonBody::Hardship => Self::Hardship,
            ReasonBody::Organisation => Self::Organisation,
            ReasonBody::Other => Self::Other,
        }
    }
}
