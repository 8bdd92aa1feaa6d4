//! A run that assigns topics as callers see it.

use anmeldewerk_contract::{Position, hex};
use anmeldewerk_read_model::query::{AssignmentRun, ClosedTopic};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// A run, without what it says of persons.
#[derive(Serialize, ToSchema)]
#[schema(as = AssignmentRunFacts)]
pub(crate) struct RunBody<'r> {
    run: Uuid,
    /// `draft` or `published`.
    state: &'static str,
    /// `whole`: everybody; `repair`: only those without a topic.
    extent: &'r str,
    /// The rules it is solved by.
    algorithm: u32,
    /// What chance is drawn from, in hexadecimal.
    seed: String,
    /// How many ranks of wishes weigh.
    ranks: u32,
    /// SHA-256 of what it is solved on, in hexadecimal.
    input: String,
    people: u64,
    placed: Vec<PlacedBody>,
    /// Topics that were closed because too few would have come, in order.
    closed: Vec<ClosedBody<'r>>,
    #[schema(value_type = u64)]
    drafted_at: Position,
    #[schema(value_type = Option<u64>)]
    published_at: Option<Position>,
}

/// How many people would have a topic in a slot, as drafted.
#[derive(Serialize, ToSchema)]
#[schema(as = AssignmentPlaced)]
struct PlacedBody {
    slot: u8,
    people: u64,
}

#[derive(Serialize, ToSchema)]
#[schema(as = AssignmentClosed)]
struct ClosedBody<'r> {
    slot: u8,
    topic: &'r str,
    /// How many would have come.
    size: u64,
    /// How many it needs.
    min: u64,
}

impl<'r> From<&'r AssignmentRun> for RunBody<'r> {
    fn from(run: &'r AssignmentRun) -> Self {
        let placed = (1..).zip(run.placed);
        let placed = placed.filter_map(|(slot, people)| {
            Some(PlacedBody {
                slot,
                people: people?,
            })
        });
        Self {
            run: run.id,
            state: match run.published_at {
                Some(_) => "published",
                None => "draft",
            },
            extent: &run.extent,
            algorithm: run.algorithm,
            seed: hex(&run.seed),
            ranks: run.ranks,
            input: hex(&run.input),
            people: run.people,
            placed: placed.collect(),
            closed: run.closed.iter().map(ClosedBody::from).collect(),
            drafted_at: run.drafted_at,
            published_at: run.published_at,
        }
    }
}

impl<'r> From<&'r ClosedTopic> for ClosedBody<'r> {
    fn from(closed: &'r ClosedTopic) -> Self {
        Self {
            slot: closed.slot,
            topic: &closed.topic,
            size: closed.size,
            min: closed.min,
        }
    }
}
