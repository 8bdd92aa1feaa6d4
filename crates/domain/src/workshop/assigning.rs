//! What a workshop remembers of who has which topic, and what a run is solved on.

use std::collections::BTreeMap;

use super::{Settings, Situation, Slot, TopicAssigned, Workshop};
use crate::{
    InputHash, RegistrationId, RunId, TopicCode,
    assignment::{Closed, Extent, Input, Person, Topic},
};

/// The topic that somebody has in a slot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assigned {
    /// Which one.
    pub topic: TopicCode,
    /// Whether an office gave it to them by hand: then no run takes it away.
    pub pinned: bool,
}

/// A run that was drafted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// What it may change.
    pub extent: Extent,
    /// What chance is drawn from.
    pub seed: [u8; 32],
    /// What it was drafted on.
    pub input: InputHash,
    /// Whether it was published.
    pub published: bool,
}

/// How a run is solved: all that is needed to solve it again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Solved {
    /// The run.
    pub run: RunId,
    /// What it may change.
    pub extent: Extent,
    /// The rules it is solved by.
    pub algorithm: u16,
    /// What chance is drawn from.
    pub seed: [u8; 32],
    /// How many ranks of wishes weigh: the most that anybody stated for a slot.
    pub ranks: u8,
    /// What it is solved on.
    pub input: InputHash,
    /// Who was given their topic by hand.
    pub pins: Vec<(RegistrationId, Slot, TopicCode)>,
}

/// A run as it was drafted, with what it would bring.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssignmentDraft {
    /// How it is solved.
    pub solved: Solved,
    /// How many people it is about.
    pub people: u32,
    /// How many would have a topic in each slot that has topics.
    pub placed: BTreeMap<Slot, u32>,
}

/// A run as it was published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssignmentResult {
    /// How it was solved.
    pub solved: Solved,
    /// Who has which topic, by slot; who is not named has none.
    pub places: BTreeMap<RegistrationId, BTreeMap<Slot, TopicCode>>,
    /// The topics that were closed because too few would have come, in the order of closing.
    pub closed: Vec<Closed>,
}

impl Workshop {
    /// Gives what an assignment is solved on now: all who are confirmed, and what is fixed of them.
    pub fn assignment_input(&self, extent: Extent) -> Input {
        let people = self.registrations.iter();
        let people = people.filter(|(_, of)| of.situation == Situation::Confirmed);
        let people = people.map(|(id, registration)| {
            let fixed = registration.topics.iter();
            let fixed = fixed.filter(|(_, of)| of.pinned || extent == Extent::Repair);
            Person {
                registration: *id,
                program: registration.program.clone(),
                municipality: registration.municipality.clone(),
                wishes: registration.wishes.clone(),
                fixed: fixed.map(|(slot, of)| (*slot, of.topic.clone())).collect(),
            }
        });
        Input {
            extent,
            topics: topics(&self.settings),
            people: people.collect(),
        }
    }

    /// Gives whose topics were given by hand.
    pub fn pins(&self) -> Vec<(RegistrationId, Slot, TopicCode)> {
        let all = self.registrations.iter().flat_map(|(id, registration)| {
            let topics = registration.topics.iter();
            let pinned = topics.filter(|(_, of)| of.pinned);
            pinned.map(|(slot, of)| (*id, *slot, of.topic.clone()))
        });
        all.collect()
    }
}

impl Workshop {
    /// Gives those who have a topic that these settings do not offer.
    pub fn losing_topics(&self, settings: &Settings) -> Vec<RegistrationId> {
        let all = self.registrations.iter();
        let confirmed = all.filter(|(_, of)| of.situation == Situation::Confirmed);
        let losing = confirmed.filter(|(_, registration)| {
            let mut topics = registration.topics.iter();
            topics.any(|(slot, assigned)| !settings.offers(*slot, &assigned.topic))
        });
        losing.map(|(id, _)| *id).collect()
    }
}

fn topics(settings: &Settings) -> Vec<Topic> {
    let topics = settings.topics.iter().map(|offered| Topic {
        slot: offered.slot,
        code: offered.code.clone(),
        min: offered.min,
        max: offered.max,
        program_caps: offered.program_caps.clone(),
        municipality_cap: offered.municipality_cap,
    });
    let mut topics: Vec<Topic> = topics.collect();
    topics.sort_by(|a, b| (a.slot, &a.code).cmp(&(b.slot, &b.code)));
    topics
}

/// Remembers a run that was drafted.
pub(super) fn note_run(workshop: &mut Workshop, draft: &AssignmentDraft) {
    let solved = &draft.solved;
    let run = Run {
        extent: solved.extent,
        seed: solved.seed,
        input: solved.input,
        published: false,
    };
    workshop.runs.insert(solved.run, run);
}

/// Gives people the topics that a run has found.
pub(super) fn assign(workshop: &mut Workshop, result: &AssignmentResult) {
    if let Some(run) = workshop.runs.get_mut(&result.solved.run) {
        run.published = true;
    }
    for (id, places) in &result.places {
        let Some(registration) = workshop.registrations.get_mut(id) else {
            continue;
        };
        for (slot, topic) in places {
            let before = registration.topics.get(slot);
            let pinned = before.is_some_and(|before| before.pinned && before.topic == *topic);
            let topic = topic.clone();
            let assigned = Assigned { topic, pinned };
            registration.topics.insert(*slot, assigned);
        }
    }
}

/// Gives somebody a topic by hand, or takes it away.
pub(super) fn assign_by_hand(workshop: &mut Workshop, assigned: &TopicAssigned) {
    let Some(registration) = workshop.registrations.get_mut(&assigned.registration) else {
        return;
    };
    match assigned.topic.clone() {
        Some(topic) => {
            let pinned = true;
            let assigned_now = Assigned { topic, pinned };
            registration.topics.insert(assigned.slot, assigned_now);
        }
        None => drop(registration.topics.remove(&assigned.slot)),
    }
}

/// Takes a topic that is not offered any more from everybody who is to have it.
pub(super) fn withdraw_topics(workshop: &mut Workshop) {
    let settings = &workshop.settings;
    let all = workshop.registrations.values_mut();
    for registration in all.filter(|of| of.situation == Situation::Confirmed) {
        registration
            .topics
            .retain(|slot, assigned| settings.offers(*slot, &assigned.topic));
    }
}
