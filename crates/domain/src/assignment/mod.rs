//! Who takes which topic ("Thema zuweisen"): the best allocation of people to topics, by their wishes.
//!
//! Slot by slot a min-cost flow (person → municipality × topic → program × topic → topic) with
//! integer costs and a lexicographic objective: most people placed; then fewest with a topic they did
//! not wish for; then fewest with their last wish, and so on up to the second; then balanced sizes (the
//! least sum of their squares); then chance by a seed. Who stated no wishes comes in a second pass and
//! displaces nobody. A topic with fewer people than its least size is closed, one at a time. The
//! same input and seed give the same allocation, byte for byte.

mod canonical;
mod cost;
mod network;
mod solve;
mod summary;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use crate::{
    MunicipalityKey, ProgramId, RegistrationId, TopicCode,
    workshop::{Slot, Wishes},
};

pub use summary::{Granted, Tally};

/// The rules by which topics are assigned, counted up when they change.
pub const ALGORITHM: u16 = 1;
/// The most people to whom topics are assigned in one run: all of it is one decision.
pub const MOST_PEOPLE: usize = 5_000;

/// Everything an allocation depends on, beside the seed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// What may change.
    pub extent: Extent,
    /// The topics offered, sorted by slot and code.
    pub topics: Vec<Topic>,
    /// The people, sorted by registration.
    pub people: Vec<Person>,
}

/// What a run may change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// Everything but what is pinned.
    Whole,
    /// Nothing that is assigned: only people without a topic get one, and no topic is closed.
    Repair,
}

/// A topic as it may be taken in one slot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Topic {
    /// The slot.
    pub slot: Slot,
    /// Its code.
    pub code: TopicCode,
    /// How many it needs to take place.
    pub min: u32,
    /// How many it takes; nothing means any number.
    pub max: Option<u32>,
    /// How many it takes of a program; who is not named has no limit.
    pub program_caps: BTreeMap<ProgramId, u32>,
    /// How many it takes of one municipality of one program.
    pub municipality_cap: Option<u32>,
}

/// Somebody who is to have a topic in each slot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Their registration.
    pub registration: RegistrationId,
    /// Their program.
    pub program: ProgramId,
    /// Their municipality.
    pub municipality: MunicipalityKey,
    /// Their wishes, at most one for a slot.
    pub wishes: Vec<Wishes>,
    /// The topics they have already and keep.
    pub fixed: BTreeMap<Slot, TopicCode>,
}

impl Person {
    fn wishes(&self, slot: Slot) -> Option<&Wishes> {
        self.wishes.iter().find(|wishes| wishes.slot == slot)
    }

    /// Gives the topics wanted in a slot, the dearest first.
    pub fn ranked(&self, slot: Slot) -> &[TopicCode] {
        self.wishes(slot).map_or(&[], |wishes| &wishes.ranked)
    }

    fn vetoes(&self, slot: Slot, topic: &TopicCode) -> bool {
        self.wishes(slot)
            .is_some_and(|wishes| wishes.vetoes.contains(topic))
    }

    /// Gives the rank of a topic among the wishes for a slot, from 1 on.
    pub fn rank(&self, slot: Slot, topic: &TopicCode) -> Option<usize> {
        let ranked = self.ranked(slot).iter();
        Some(ranked.take_while(|code| *code != topic).count() + 1)
            .filter(|rank| *rank <= self.ranked(slot).len())
    }
}

/// Who has which topic, and what was decided on the way.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Allocation {
    /// The topics of everybody who has one, by slot; what was fixed is among them.
    pub places: BTreeMap<RegistrationId, BTreeMap<Slot, TopicCode>>,
    /// The topics that were closed because too few would have come, in the order of closing.
    pub closed: Vec<Closed>,
    /// The topics with fewer people than they need that were not closed: somebody is fixed there, or no other is open.
    pub undersized: Vec<(Slot, TopicCode)>,
    /// Who has no topic in a slot, and what stands between them and each topic.
    pub unplaced: Vec<Unplaced>,
}

impl Allocation {
    /// Gives the topic of somebody in a slot.
    pub fn topic(&self, registration: RegistrationId, slot: Slot) -> Option<&TopicCode> {
        self.places.get(&registration)?.get(&slot)
    }
}

/// A topic that was closed because too few would have come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closed {
    /// The slot.
    pub slot: Slot,
    /// Its code.
    pub code: TopicCode,
    /// How many would have come.
    pub size: u32,
    /// How many it needs.
    pub min: u32,
}

/// Somebody for whom a slot has no topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unplaced {
    /// Their registration.
    pub registration: RegistrationId,
    /// The slot.
    pub slot: Slot,
    /// What keeps them from each topic of the slot, in the topics' order.
    pub obstacles: Vec<(TopicCode, Obstacle)>,
}

/// What keeps somebody from a topic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Obstacle {
    /// They said that they do not want it.
    Vetoed,
    /// They have it in the other slot.
    OtherSlot,
    /// It was closed because too few would have come.
    Closed,
    /// It is full.
    Full,
    /// It is full for their program.
    ProgramFull,
    /// It is full for their municipality.
    MunicipalityFull,
}

impl Obstacle {
    /// Gives the name used in answers.
    pub fn name(self) -> &'static str {
        match self {
            Self::Vetoed => "vetoed",
            Self::OtherSlot => "other_slot",
            Self::Closed => "closed",
            Self::Full => "full",
            Self::ProgramFull => "program_full",
            Self::MunicipalityFull => "municipality_full",
        }
    }
}

/// Finds the best allocation.
#[must_use]
pub fn solve(input: &Input, seed: &[u8; 32]) -> Allocation {
    // Costs are as wide as the longest list of wishes needs, and no wider.
    match input.longest() {
        0..=4 => solve::solve::<2>(input, seed),
        _ => solve::solve::<{ cost::WIDEST }>(input, seed),
    }
}
