//! What is told of a run that assigns topics: how well it fulfils wishes, and who has what.

use std::collections::{BTreeMap, BTreeSet};

use anmeldewerk_contract::{Position, hex, problem::Code};
use anmeldewerk_domain::{
    Boundary, Event, ProgramId, RegistrationId, RunId, TopicCode,
    assignment::{Closed, Extent, Granted, Input, Obstacle, Person, Tally},
    workshop::{self, Slot, Solved, Workshop},
};
use anmeldewerk_service::problem::Problem;
use serde::Serialize;
use uuid::Uuid;

use super::{Office, hosted::unreadable, reply::Accepted};
#[cfg(test)]
use crate::form::shape;
use crate::{
    assigning::{self, Question, Solution},
    form::slot_number,
    writer::{Answer, before},
};

/// A run, solved.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "AssignmentRun"))]
pub(super) struct RunBody {
    workshop: Uuid,
    run: Uuid,
    state: &'static str,
    extent: &'static str,
    algorithm: u16,
    /// What chance is drawn from, 32 bytes in hexadecimal.
    seed: String,
    /// SHA-256 of what it is solved on, in hexadecimal.
    input: String,
    people: usize,
    slots: Vec<SlotBody>,
    /// Topics that were closed because too few would have come, in order.
    closed: Vec<ClosedBody>,
    /// Topics with fewer people than they need that stay open all the same.
    undersized: Vec<TopicBody>,
    unplaced: Vec<UnplacedBody>,
    allocation: Vec<PlaceBody>,
    #[cfg_attr(test, schemars(with = "u64"))]
    position: Position,
}

/// How well the wishes for one slot are fulfilled.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "AssignmentSlot"))]
struct SlotBody {
    #[cfg_attr(test, schemars(with = "shape::Slot"))]
    slot: u8,
    granted: GrantedBody,
    by_program: BTreeMap<String, GrantedBody>,
    by_municipality: BTreeMap<String, GrantedBody>,
}

/// How many got what.
#[derive(Default, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Granted"))]
struct GrantedBody {
    /// Their first wish, their second, and so on.
    wishes: Vec<usize>,
    /// A topic that was not among their wishes.
    fallback: usize,
    /// A topic, without having stated wishes.
    without_wishes: usize,
    /// What they had before.
    fixed: usize,
    /// None.
    unplaced: usize,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "ClosedTopic"))]
struct ClosedBody {
    #[cfg_attr(test, schemars(with = "shape::Slot"))]
    slot: u8,
    topic: String,
    /// How many would have come.
    size: u32,
    /// How many it needs.
    min: u32,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "TopicInSlot"))]
struct TopicBody {
    #[cfg_attr(test, schemars(with = "shape::Slot"))]
    slot: u8,
    topic: String,
}

/// Somebody without a topic, and what stands between them and each.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Unplaced"))]
struct UnplacedBody {
    registration: Uuid,
    number: String,
    #[cfg_attr(test, schemars(with = "shape::Slot"))]
    slot: u8,
    obstacles: Vec<ObstacleBody>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Obstacle"))]
struct ObstacleBody {
    topic: String,
    obstacle: &'static str,
}

/// Somebody with a topic.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Placed"))]
struct PlaceBody {
    registration: Uuid,
    number: String,
    #[cfg_attr(test, schemars(with = "shape::Slot"))]
    slot: u8,
    topic: String,
    /// The rank of the wish it fulfils.
    #[serde(skip_serializing_if = "Option::is_none")]
    rank: Option<usize>,
    /// What they had before.
    fixed: bool,
}

impl RunBody {
    /// Tells of a run that was solved on a workshop as it was.
    pub(super) fn of(
        (id, workshop): (Uuid, &Workshop),
        solution: &Solution,
        (state, position): (&'static str, Position),
    ) -> Self {
        let Solution {
            input,
            solved,
            allocation,
        } = solution;
        let number = |registration| {
            let registration = workshop.registrations.get(&registration);
            registration.map_or_else(String::new, |registration| registration.number.to_string())
        };
        let slots: BTreeSet<Slot> = input.topics.iter().map(|topic| topic.slot).collect();
        let unplaced = allocation.unplaced.iter().map(|unplaced| UnplacedBody {
            registration: Uuid::from_u128(unplaced.registration.0),
            number: number(unplaced.registration),
            slot: slot_number(unplaced.slot),
            obstacles: unplaced.obstacles.iter().map(ObstacleBody::from).collect(),
        });
        let undersized = allocation.undersized.iter();
        Self {
            workshop: id,
            run: Uuid::from_u128(solved.run.0),
            state,
            extent: extent(solved.extent),
            algorithm: solved.algorithm,
            seed: hex(&solved.seed),
            input: hex(&solved.input.0),
            people: input.people.len(),
            slots: slots
                .into_iter()
                .map(|slot| SlotBody::of(slot, solution))
                .collect(),
            closed: allocation.closed.iter().map(ClosedBody::from).collect(),
            undersized: undersized.map(TopicBody::from).collect(),
            unplaced: unplaced.collect(),
            allocation: places(solution, number),
            position,
        }
    }
}

impl RunBody {
    /// Gives where the run is found.
    pub(super) fn address(&self) -> String {
        format!(
            "/v1/workshops/{}/assignment-runs/{}",
            self.workshop, self.run
        )
    }
}

fn places(solution: &Solution, number: impl Fn(RegistrationId) -> String) -> Vec<PlaceBody> {
    let mut bodies = Vec::new();
    for person in &solution.input.people {
        let places = solution.allocation.places.get(&person.registration);
        for (slot, topic) in places.into_iter().flatten() {
            let granted = solution.allocation.granted(person, *slot);
            bodies.push(PlaceBody {
                registration: Uuid::from_u128(person.registration.0),
                number: number(person.registration),
                slot: slot_number(*slot),
                topic: topic.as_str().to_owned(),
                rank: match granted {
                    Granted::Wish(rank) => Some(rank),
                    _ => None,
                },
                fixed: granted == Granted::Fixed,
            });
        }
    }
    bodies
}

/// Gives the word for what a run may change.
fn extent(extent: Extent) -> &'static str {
    match extent {
        Extent::Whole => "whole",
        Extent::Repair => "repair",
    }
}

impl SlotBody {
    fn of(slot: Slot, solution: &Solution) -> Self {
        let input = &solution.input;
        let all = |counts: &dyn Fn(&Person) -> bool| {
            let tally = solution.allocation.tally(input, slot, counts);
            GrantedBody::of(&tally, input)
        };
        let programs: BTreeSet<&ProgramId> = input.people.iter().map(|p| &p.program).collect();
        let municipalities: BTreeSet<_> = input.people.iter().map(|p| &p.municipality).collect();
        Self {
            slot: slot_number(slot),
            granted: all(&|_| true),
            by_program: programs
                .into_iter()
                .map(|id| (id.to_string(), all(&|person| person.program == *id)))
                .collect(),
            by_municipality: municipalities
                .into_iter()
                .map(|key| {
                    let granted = all(&|person| person.municipality == *key);
                    (key.as_str().to_owned(), granted)
                })
                .collect(),
        }
    }
}

impl GrantedBody {
    fn of(tally: &Tally, input: &Input) -> Self {
        let mut body = Self {
            wishes: vec![0; input.longest()],
            ..Self::default()
        };
        for (granted, amount) in tally {
            match granted {
                Granted::Wish(rank) => {
                    if let Some(count) = body.wishes.get_mut(rank.saturating_sub(1)) {
                        *count = *amount;
                    }
                }
                Granted::Fallback => body.fallback = *amount,
                Granted::WithoutWishes => body.without_wishes = *amount,
                Granted::Fixed => body.fixed = *amount,
                Granted::Nothing => body.unplaced = *amount,
            }
        }
        body
    }
}

impl From<&Closed> for ClosedBody {
    fn from(closed: &Closed) -> Self {
        Self {
            slot: slot_number(closed.slot),
            topic: closed.code.as_str().to_owned(),
            size: closed.size,
            min: closed.min,
        }
    }
}

impl From<&(Slot, TopicCode)> for TopicBody {
    fn from((slot, topic): &(Slot, TopicCode)) -> Self {
        Self {
            slot: slot_number(*slot),
            topic: topic.as_str().to_owned(),
        }
    }
}

impl From<&(TopicCode, Obstacle)> for ObstacleBody {
    fn from((topic, obstacle): &(TopicCode, Obstacle)) -> Self {
        Self {
            topic: topic.as_str().to_owned(),
            obstacle: obstacle.name(),
        }
    }
}

/// An answer about a run that is to be told.
pub(super) struct Told<'t> {
    pub(super) office: &'t Office,
    pub(super) boundary: &'t Boundary,
    pub(super) answer: Answer,
}

impl Told<'_> {
    /// Tells of the run that was just solved; of one that was decided before it is solved once more.
    pub(super) async fn of(
        self,
        (id, hosted, solution): (Uuid, Option<Box<Workshop>>, Solution),
        state: &'static str,
    ) -> Result<Accepted<RunBody>, Problem> {
        let Answer::Decided {
            position,
            replayed,
            decision,
        } = &self.answer
        else {
            // Both commands are news, or refused.
            return Err(Code::Internal.into());
        };
        let mine = !replayed && run_of(&decision.events) == Some(solution.solved.run);
        let (workshop, solution) = match hosted.filter(|_| mine) {
            Some(workshop) => (workshop, solution),
            None => self.again(&decision.events, *position).await?,
        };
        Ok(Accepted {
            position: *position,
            replayed: *replayed,
            location: None,
            body: RunBody::of((id, &workshop), &solution, (state, *position)),
        })
    }

    /// Solves once more what a decision says, on what was there before it.
    async fn again(
        &self,
        events: &[Event],
        position: Position,
    ) -> Result<(Box<Workshop>, Solution), Problem> {
        let told = events.iter().find_map(solved).ok_or(Code::Internal)?;
        let solver = &self.office.solver;
        let state = before(solver.journal(), self.boundary, position).await;
        let state = state.map_err(|error| unreadable(&error))?;
        let workshop = assigning::existing(state).ok_or(Code::Internal)?;
        let question = Question {
            run: told.run,
            extent: told.extent,
            seed: told.seed,
        };
        let solution = solver.solve(&workshop, question).await;
        Ok((workshop, solution))
    }
}

/// Gives the run that a decision is about.
fn run_of(events: &[Event]) -> Option<RunId> {
    events.iter().find_map(solved).map(|solved| solved.run)
}

fn solved(event: &Event) -> Option<&Solved> {
    match event {
        Event::Workshop(workshop::Event::AssignmentDrafted(draft)) => Some(&draft.solved),
        Event::Workshop(workshop::Event::AssignmentPublished(result)) => Some(&result.solved),
        _ => None,
    }
}
