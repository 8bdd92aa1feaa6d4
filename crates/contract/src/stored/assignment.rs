//! Stored forms of who has which topic.

use std::collections::BTreeMap;

use anmeldewerk_domain::{
    InputHash, RegistrationId, RunId, TopicCode,
    assignment::{Closed, Extent},
    workshop::{AssignmentDraft, AssignmentResult, Event, Slot, Solved, TopicAssigned},
};
use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

#[cfg(test)]
use super::form;
use super::value::{hash, id, reason, registration, slot, slot_number};
use crate::{ValueError, hex};

/// Bytes of a registration's id.
const ID_BYTES: usize = 16;
/// The slots a workshop may have.
const SLOTS: [Slot; 2] = [Slot::First, Slot::Second];

type Places = BTreeMap<RegistrationId, BTreeMap<Slot, TopicCode>>;

/// What a run may change.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
enum ExtentV1 {
    Whole,
    Repair,
}

/// A topic in a slot.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
struct TopicInSlotV1 {
    #[cfg_attr(test, schemars(with = "form::Slot"))]
    slot: u8,
    #[cfg_attr(test, schemars(with = "form::Topic"))]
    topic: String,
}

/// Who has which topic.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
struct PlacesV1 {
    /// The topics that somebody has.
    topics: Vec<TopicInSlotV1>,
    /// The ids of registrations, 16 bytes each, joined: base64 of the URL alphabet, not padded.
    #[cfg_attr(test, schemars(with = "form::Base64"))]
    registrations: String,
    /// For each of them two bytes, one for each slot: 0 for none, else the place of its topic among `topics`, from 1 on.
    #[cfg_attr(test, schemars(with = "form::Base64"))]
    places: String,
}

/// How a run is solved.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
struct SolvedV1 {
    extent: ExtentV1,
    algorithm: u16,
    #[cfg_attr(test, schemars(with = "form::Hash"))]
    seed: String,
    /// How many ranks of wishes weigh.
    ranks: u8,
    #[cfg_attr(test, schemars(with = "form::Hash"))]
    input: String,
    pins: PlacesV1,
}

/// `assignment.drafted.v1`.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct AssignmentDraftedV1 {
    run: Uuid,
    solved: SolvedV1,
    people: u32,
    placed: Vec<PlacedV1>,
}

#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
struct PlacedV1 {
    #[cfg_attr(test, schemars(with = "form::Slot"))]
    slot: u8,
    amount: u32,
}

/// `assignment.published.v1`.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct AssignmentPublishedV1 {
    run: Uuid,
    solved: SolvedV1,
    allocation: PlacesV1,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    closed: Vec<ClosedV1>,
}

#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
struct ClosedV1 {
    #[cfg_attr(test, schemars(with = "form::Slot"))]
    slot: u8,
    #[cfg_attr(test, schemars(with = "form::Topic"))]
    topic: String,
    size: u32,
    min: u32,
}

/// `registration.topic_assigned.v1`.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct TopicAssignedV1 {
    registration: Uuid,
    #[cfg_attr(test, schemars(with = "form::Slot"))]
    slot: u8,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(with = "Option<form::Topic>"))]
    previous: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(with = "Option<form::Topic>"))]
    topic: Option<String>,
    #[cfg_attr(test, schemars(with = "form::Code"))]
    reason: String,
}

impl From<Extent> for ExtentV1 {
    fn from(extent: Extent) -> Self {
        match extent {
            Extent::Whole => Self::Whole,
            Extent::Repair => Self::Repair,
        }
    }
}

impl From<ExtentV1> for Extent {
    fn from(stored: ExtentV1) -> Self {
        match stored {
            ExtentV1::Whole => Self::Whole,
            ExtentV1::Repair => Self::Repair,
        }
    }
}

fn code(text: &str, field: &'static str) -> Result<TopicCode, ValueError> {
    TopicCode::new(text).ok_or(ValueError(field))
}

fn maybe_code(text: Option<&str>, field: &'static str) -> Result<Option<TopicCode>, ValueError> {
    text.map(|text| code(text, field)).transpose()
}

impl From<&Places> for PlacesV1 {
    fn from(places: &Places) -> Self {
        let taken = places.values().flatten();
        let mut topics: Vec<TopicInSlotV1> = taken.map(TopicInSlotV1::from).collect();
        topics.sort_unstable();
        topics.dedup();
        let number = |slot, of: &BTreeMap<Slot, TopicCode>| {
            let topic = of.get_key_value(&slot).map(TopicInSlotV1::from);
            let at = topic.and_then(|topic| topics.binary_search(&topic).ok());
            at.map_or(0, |at| u8::try_from(at + 1).unwrap_or(0))
        };
        let ids: Vec<u8> = places.keys().flat_map(|id| id.0.to_be_bytes()).collect();
        let numbers = places
            .values()
            .flat_map(|of| SLOTS.map(|slot| number(slot, of)));
        let numbers: Vec<u8> = numbers.collect();
        Self {
            registrations: BASE64URL_NOPAD.encode(&ids),
            places: BASE64URL_NOPAD.encode(&numbers),
            topics,
        }
    }
}

impl From<(&Slot, &TopicCode)> for TopicInSlotV1 {
    fn from((slot, topic): (&Slot, &TopicCode)) -> Self {
        Self {
            slot: slot_number(*slot),
            topic: topic.as_str().to_owned(),
        }
    }
}

impl TryFrom<&TopicInSlotV1> for (Slot, TopicCode) {
    type Error = ValueError;

    fn try_from(stored: &TopicInSlotV1) -> Result<Self, ValueError> {
        Ok((slot(stored.slot)?, code(&stored.topic, "topic")?))
    }
}

impl TryFrom<PlacesV1> for Places {
    type Error = ValueError;

    fn try_from(stored: PlacesV1) -> Result<Self, ValueError> {
        let topics = stored.topics.iter().map(<(Slot, TopicCode)>::try_from);
        let topics = topics.collect::<Result<Vec<_>, _>>()?;
        let bytes = |text: &str| BASE64URL_NOPAD.decode(text.as_bytes());
        let ids = bytes(&stored.registrations).map_err(|_| ValueError("registrations"))?;
        let numbers = bytes(&stored.places).map_err(|_| ValueError("places"))?;
        let (ids, odd) = ids.as_chunks::<ID_BYTES>();
        let (numbers, rest) = numbers.as_chunks::<{ SLOTS.len() }>();
        if !odd.is_empty() || !rest.is_empty() || ids.len() != numbers.len() {
            return Err(ValueError("places"));
        }
        let mut places = Places::new();
        for (id, numbers) in ids.iter().zip(numbers) {
            let mut of = BTreeMap::new();
            for (slot, number) in SLOTS.into_iter().zip(numbers) {
                of.extend(place(&topics, slot, *number)?);
            }
            places.insert(RegistrationId(u128::from_be_bytes(*id)), of);
        }
        Ok(places)
    }
}

fn place(
    topics: &[(Slot, TopicCode)],
    slot: Slot,
    number: u8,
) -> Result<Option<(Slot, TopicCode)>, ValueError> {
    let Some(at) = usize::from(number).checked_sub(1) else {
        return Ok(None);
    };
    let topic = topics.get(at).filter(|(of, _)| *of == slot);
    topic.cloned().map(Some).ok_or(ValueError("places"))
}

impl From<&Solved> for SolvedV1 {
    fn from(solved: &Solved) -> Self {
        let mut pins = Places::new();
        for (registration, slot, topic) in &solved.pins {
            let of = pins.entry(*registration).or_default();
            of.insert(*slot, topic.clone());
        }
        Self {
            extent: solved.extent.into(),
            algorithm: solved.algorithm,
            seed: hex(&solved.seed),
            ranks: solved.ranks,
            input: hex(&solved.input.0),
            pins: (&pins).into(),
        }
    }
}

impl SolvedV1 {
    fn of(self, run: Uuid) -> Result<Solved, ValueError> {
        let pins: Places = self.pins.try_into()?;
        let pins = pins.into_iter().flat_map(|(registration, of)| {
            let of = of.into_iter();
            of.map(move |(slot, topic)| (registration, slot, topic))
        });
        Ok(Solved {
            run: RunId(run.as_u128()),
            extent: self.extent.into(),
            algorithm: self.algorithm,
            seed: hash(&self.seed, "seed")?,
            ranks: self.ranks,
            input: InputHash(hash(&self.input, "input")?),
            pins: pins.collect(),
        })
    }
}

impl From<&AssignmentDraft> for AssignmentDraftedV1 {
    fn from(draft: &AssignmentDraft) -> Self {
        let placed = draft.placed.iter().map(|(slot, amount)| PlacedV1 {
            slot: slot_number(*slot),
            amount: *amount,
        });
        Self {
            run: Uuid::from_u128(draft.solved.run.0),
            solved: (&draft.solved).into(),
            people: draft.people,
            placed: placed.collect(),
        }
    }
}

impl AssignmentDraftedV1 {
    pub(super) fn into_event(self) -> Result<Event, ValueError> {
        let placed = self.placed.iter();
        let placed = placed.map(|placed| Ok((slot(placed.slot)?, placed.amount)));
        Ok(Event::AssignmentDrafted(Box::new(AssignmentDraft {
            solved: self.solved.of(self.run)?,
            people: self.people,
            placed: placed.collect::<Result<_, ValueError>>()?,
        })))
    }
}

impl From<&AssignmentResult> for AssignmentPublishedV1 {
    fn from(result: &AssignmentResult) -> Self {
        Self {
            run: Uuid::from_u128(result.solved.run.0),
            solved: (&result.solved).into(),
            allocation: (&result.places).into(),
            closed: result.closed.iter().map(ClosedV1::from).collect(),
        }
    }
}

impl AssignmentPublishedV1 {
    pub(super) fn into_event(self) -> Result<Event, ValueError> {
        let closed = self.closed.iter().map(Closed::try_from);
        Ok(Event::AssignmentPublished(Box::new(AssignmentResult {
            solved: self.solved.of(self.run)?,
            places: self.allocation.try_into()?,
            closed: closed.collect::<Result<_, _>>()?,
        })))
    }
}

impl From<&Closed> for ClosedV1 {
    fn from(closed: &Closed) -> Self {
        Self {
            slot: slot_number(closed.slot),
            topic: closed.code.as_str().to_owned(),
            size: closed.size,
            min: closed.min,
        }
    }
}

impl TryFrom<&ClosedV1> for Closed {
    type Error = ValueError;

    fn try_from(stored: &ClosedV1) -> Result<Self, ValueError> {
        Ok(Self {
            slot: slot(stored.slot)?,
            code: code(&stored.topic, "closed.topic")?,
            size: stored.size,
            min: stored.min,
        })
    }
}

impl From<&TopicAssigned> for TopicAssignedV1 {
    fn from(assigned: &TopicAssigned) -> Self {
        let text = |topic: &Option<TopicCode>| topic.as_ref().map(|code| code.as_str().to_owned());
        Self {
            registration: id(assigned.registration),
            slot: slot_number(assigned.slot),
            previous: text(&assigned.previous),
            topic: text(&assigned.topic),
            reason: assigned.reason.name().to_owned(),
        }
    }
}

impl TopicAssignedV1 {
    pub(super) fn into_event(self) -> Result<Event, ValueError> {
        Ok(Event::TopicAssigned(TopicAssigned {
            registration: registration(self.registration),
            slot: slot(self.slot)?,
            previous: maybe_code(self.previous.as_deref(), "previous")?,
            topic: maybe_code(self.topic.as_deref(), "topic")?,
            reason: reason(&self.reason, "reason")?,
        }))
    }
}
