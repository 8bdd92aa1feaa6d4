//! Runs that assign topics.

use anmeldewerk_contract::Position;
use anmeldewerk_domain::WorkshopId;
use sqlx::postgres::PgRow;
use uuid::Uuid;

use super::{AsOf, ReadModel, Scope, row, workshop::count};
use crate::{Fault, sql};

/// A run as it was drafted, and whether it was published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssignmentRun {
    /// Its id.
    pub id: Uuid,
    /// What it may change: `whole` or `repair`.
    pub extent: String,
    /// The rules it is solved by.
    pub algorithm: u32,
    /// What chance is drawn from.
    pub seed: Vec<u8>,
    /// How many ranks of wishes weigh.
    pub ranks: u32,
    /// SHA-256 of what it is solved on.
    pub input: Vec<u8>,
    /// How many people it is about.
    pub people: u64,
    /// How many of them would have a topic in each slot; nothing where a slot has none.
    pub placed: [Option<u64>; 2],
    /// Where its draft stands.
    pub drafted_at: Position,
    /// Where its publication stands.
    pub published_at: Option<Position>,
    /// Topics that were closed because too few would have come, in order.
    pub closed: Vec<ClosedTopic>,
}

/// A topic that was closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClosedTopic {
    /// The slot, 1 or 2.
    pub slot: u8,
    /// Its code.
    pub topic: String,
    /// How many would have come.
    pub size: u64,
    /// How many it needs.
    pub min: u64,
}

/// A topic that somebody has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssignedTopic {
    /// In which slot, 1 or 2.
    pub slot: u8,
    /// Which one.
    pub topic: String,
    /// Whether an office gave it to them by hand.
    pub pinned: bool,
}

impl ReadModel {
    /// Reads the runs of a workshop, the newest first, 500 at most; nothing where the caller does not take part.
    pub async fn assignment_runs(
        &self,
        scope: &Scope,
        workshop: WorkshopId,
    ) -> Result<AsOf<Option<Vec<AssignmentRun>>>, Fault> {
        self.runs(scope, (workshop, None)).await
    }

    /// Reads one run; nothing where the caller does not take part.
    pub async fn assignment_run(
        &self,
        scope: &Scope,
        workshop: WorkshopId,
        run: Uuid,
    ) -> Result<AsOf<Option<AssignmentRun>>, Fault> {
        let found = self.runs(scope, (workshop, Some(run))).await?;
        Ok(AsOf {
            position: found.position,
            parked_at: found.parked_at,
            value: found.value.and_then(|mut runs| runs.pop()),
        })
    }

    async fn runs(
        &self,
        scope: &Scope,
        (workshop, run): (WorkshopId, Option<Uuid>),
    ) -> Result<AsOf<Option<Vec<AssignmentRun>>>, Fault> {
        let rows = sqlx::query(sql::ASSIGNMENT_RUNS)
            .bind(scope.program())
            .bind(scope.sees_all())
            .bind(Uuid::from_u128(workshop.0))
            .bind(run)
            .fetch_all(&self.pool(scope).await?)
            .await
            .map_err(Fault::database("reading runs"))?;
        let seen: Option<Uuid> = match rows.first() {
            Some(first) => row::get(first, "seen")?,
            None => None,
        };
        let runs = rows.iter().map(one).filter_map(Result::transpose);
        let runs = runs.collect::<Result<Vec<_>, _>>()?;
        row::as_of(&rows, seen.map(|_| runs))
    }
}

fn one(row: &PgRow) -> Result<Option<AssignmentRun>, Fault> {
    let Some(id) = row::get(row, "id")? else {
        return Ok(None);
    };
    let unsigned = |value: i32| u32::try_from(value).unwrap_or(0);
    let placed = |column| row::get::<Option<i64>>(row, column).map(|amount| amount.map(count));
    let published_at: Option<i64> = row::get(row, "published_at")?;
    Ok(Some(AssignmentRun {
        id,
        extent: row::get(row, "extent")?,
        algorithm: unsigned(row::get(row, "algorithm")?),
        seed: row::get(row, "seed")?,
        ranks: unsigned(row::get(row, "ranks")?),
        input: row::get(row, "input")?,
        people: count(row::get(row, "people")?),
        placed: [placed("placed_1")?, placed("placed_2")?],
        drafted_at: row::position(row, "drafted_at")?,
        published_at: published_at.map(Position::from_i64),
        closed: closed(row::get(row, "closed")?),
    }))
}

fn closed(text: &str) -> Vec<ClosedTopic> {
    let lines = text.lines().filter_map(|line| {
        let mut words = line.split(' ');
        Some(ClosedTopic {
            slot: words.next()?.parse().ok()?,
            topic: words.next()?.to_owned(),
            size: words.next()?.parse().ok()?,
            min: words.next()?.parse().ok()?,
        })
    });
    lines.collect()
}

/// Reads the topics of a registration.
pub(super) fn topics(row: &PgRow) -> Result<Vec<AssignedTopic>, Fault> {
    let slots = [
        (1, "topic_1", "topic_1_pinned"),
        (2, "topic_2", "topic_2_pinned"),
    ];
    let topics = slots.into_iter().map(|(slot, topic, pinned)| {
        let topic: Option<String> = row::get(row, topic)?;
        let pinned = row::get(row, pinned)?;
        Ok(topic.map(|topic| AssignedTopic {
            slot,
            topic,
            pinned,
        }))
    });
    topics.filter_map(Result::transpose).collect()
}
