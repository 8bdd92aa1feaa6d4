//! What the people of a workshop wish for.

use anmeldewerk_domain::WorkshopId;
use sqlx::postgres::PgRow;
use uuid::Uuid;

use super::{AsOf, ReadModel, Scope, row, workshop::count};
use crate::{Fault, sql};

/// The topics of a workshop with the demand for them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkshopTopics {
    /// The most ranked wishes per slot.
    pub ranks: u32,
    /// The topics in the order in which they are offered.
    pub topics: Vec<TopicDemand>,
}

/// A topic with the demand for it, over the live registrations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopicDemand {
    /// The slot in which it is offered, 1 or 2.
    pub slot: u8,
    /// Its code.
    pub code: String,
    /// Its title.
    pub title: String,
    /// The demand by program; empty for callers who do not take part.
    pub by_program: Vec<ProgramDemand>,
    /// The demand of all programs together; nothing is counted for callers who do not take part.
    pub total: Demand,
}

/// The demand of one program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProgramDemand {
    /// The program.
    pub program: String,
    /// Its demand.
    pub demand: Demand,
}

/// How many wish for a topic.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Demand {
    /// As their first wish, their second, and so on.
    pub ranked: Vec<u64>,
    /// How many do not want it at all.
    pub vetoes: u64,
}

impl Demand {
    fn of(ranks: u32) -> Self {
        Self {
            ranked: vec![0; usize::try_from(ranks).unwrap_or(0)],
            vetoes: 0,
        }
    }

    fn add(&mut self, wished: Wished) {
        match wished {
            Wished::Vetoed { amount } => self.vetoes += amount,
            Wished::Ranked { rank, amount } => {
                let index = usize::try_from(rank).unwrap_or(1).saturating_sub(1);
                let ranks = self.ranked.len().max(index + 1);
                self.ranked.resize(ranks, 0);
                self.ranked[index] += amount;
            }
        }
    }
}

#[derive(Clone, Copy)]
enum Wished {
    Vetoed { amount: u64 },
    Ranked { rank: i32, amount: u64 },
}

impl ReadModel {
    /// Reads the topics of a workshop with their demand; nothing where the caller may not see it.
    pub async fn topics(
        &self,
        scope: &Scope,
        workshop: WorkshopId,
    ) -> Result<AsOf<Option<WorkshopTopics>>, Fault> {
        let rows = sqlx::query(sql::TOPICS)
            .bind(scope.program())
            .bind(scope.sees_all())
            .bind(Uuid::from_u128(workshop.0))
            .fetch_all(&self.pool().await?)
            .await
            .map_err(Fault::database("reading topics"))?;
        let found = rows.first().map(|first| topics(first, &rows)).transpose()?;
        row::as_of(&rows, found.flatten())
    }
}

fn topics(first: &PgRow, rows: &[PgRow]) -> Result<Option<WorkshopTopics>, Fault> {
    if row::get::<Option<Uuid>>(first, "seen")?.is_none() {
        return Ok(None);
    }
    let ranks: i32 = row::get(first, "ranks")?;
    let ranks = u32::try_from(ranks).unwrap_or(0);
    let mut topics: Vec<(i32, TopicDemand)> = Vec::new();
    for row in rows {
        let Some(ordinal) = row::get::<Option<i32>>(row, "ordinal")? else {
            continue;
        };
        if topics.last().is_none_or(|(last, _)| *last != ordinal) {
            topics.push((ordinal, topic(row, ranks)?));
        }
        if let Some((_, topic)) = topics.last_mut() {
            add(topic, row, ranks)?;
        }
    }
    let topics = topics.into_iter().map(|(_, topic)| topic).collect();
    Ok(Some(WorkshopTopics { ranks, topics }))
}

fn topic(row: &PgRow, ranks: u32) -> Result<TopicDemand, Fault> {
    let slot: i16 = row::get(row, "slot")?;
    Ok(TopicDemand {
        slot: u8::try_from(slot).unwrap_or(0),
        code: row::get(row, "code")?,
        title: row::get(row, "title")?,
        by_program: Vec::new(),
        total: Demand::of(ranks),
    })
}

fn add(topic: &mut TopicDemand, row: &PgRow, ranks: u32) -> Result<(), Fault> {
    let Some(program) = row::get::<Option<String>>(row, "program")? else {
        return Ok(());
    };
    let amount = count(row::get(row, "amount")?);
    let wished = if row::get(row, "vetoed")? {
        Wished::Vetoed { amount }
    } else {
        let rank = row::get(row, "rank")?;
        Wished::Ranked { rank, amount }
    };
    if topic
        .by_program
        .last()
        .is_none_or(|last| last.program != program)
    {
        let demand = Demand::of(ranks);
        topic.by_program.push(ProgramDemand { program, demand });
    }
    if let Some(last) = topic.by_program.last_mut() {
        last.demand.add(wished);
    }
    topic.total.add(wished);
    Ok(())
}
