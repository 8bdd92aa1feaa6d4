//! What the people of a workshop wish for.

use anmeldewerk_domain::{TopicCode, WorkshopId};
use jiff::{Timestamp, civil};
use jiff_sqlx::ToSqlx;
use sqlx::postgres::PgRow;
use uuid::Uuid;

use super::{
    AsOf, OfferedTopic, ReadModel, Rows, Scope, Slice, WorkshopCursor, cut, fetched, offered, row,
    workshop::count,
};
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
    /// The topic as it is offered.
    pub offered: OfferedTopic,
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
    /// How many have it.
    pub assigned: u64,
}

impl Demand {
    fn of(ranks: u32) -> Self {
        Self {
            ranked: vec![0; usize::try_from(ranks).unwrap_or(0)],
            vetoes: 0,
            assigned: 0,
        }
    }

    fn add(&mut self, wished: Wished) {
        match wished {
            Wished::Vetoed { amount } => self.vetoes += amount,
            Wished::Assigned { amount } => self.assigned += amount,
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
    Assigned { amount: u64 },
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
            .fetch_all(&self.pool(scope).await?)
            .await
            .map_err(Fault::database("reading topics"))?;
        let found = rows.first().map(|first| topics(first, &rows)).transpose()?;
        row::as_of(&rows, found.flatten())
    }
}

/// A topic as it is offered across workshops.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CatalogueTopic {
    /// Its code.
    pub code: String,
    /// Its title in the catalogue, or else where it was offered last.
    pub title: String,
    /// What it is about; nothing where it does not stand in the catalogue.
    pub outline: Option<String>,
    /// How many workshops offer it, of those that the caller may see.
    pub workshops: u64,
    /// How many of these the demand is counted of: those in which the caller takes part.
    pub counted: u64,
    /// The demand by program.
    pub by_program: Vec<ProgramDemand>,
    /// The demand of all programs together.
    pub total: Demand,
}

/// A topic as one workshop offers it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopicOffer {
    /// The workshop.
    pub workshop: Uuid,
    /// Its title.
    pub workshop_title: String,
    /// Its first day.
    pub first_day: civil::Date,
    /// Its host.
    pub host: String,
    /// When it begins.
    pub begins: Timestamp,
    /// The topic there, with its demand.
    pub topic: TopicDemand,
}

/// A topic: what the catalogue says of it, and where it is offered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopicPage {
    /// What the catalogue says; nothing where it does not stand there.
    pub stated: Option<StatedTopic>,
    /// The workshops that offer it.
    pub offers: Rows<TopicOffer, WorkshopCursor>,
}

/// What the catalogue says of a topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatedTopic {
    /// Its title.
    pub title: String,
    /// What it is about.
    pub outline: String,
}

impl ReadModel {
    /// Lists the topics of the catalogue, and those offered in workshops which the caller may see, by their codes.
    pub async fn catalogue(
        &self,
        scope: &Scope,
        slice: Slice<&TopicCode>,
    ) -> Result<AsOf<Rows<CatalogueTopic, String>>, Fault> {
        let rows = sqlx::query(sql::CATALOGUE)
            .bind(scope.program())
            .bind(scope.sees_all())
            .bind(slice.after.map_or("", TopicCode::as_str))
            .bind(fetched(slice.limit))
            .fetch_all(&self.pool(scope).await?)
            .await
            .map_err(Fault::database("listing topics"))?;
        let mut items: Vec<CatalogueTopic> = Vec::new();
        for row in &rows {
            let Some(code) = row::get::<Option<String>>(row, "code")? else {
                continue;
            };
            if items.last().is_none_or(|last| last.code != code) {
                items.push(catalogue_topic(row, code)?);
            }
            if let Some(item) = items.last_mut() {
                wished(row, (&mut item.by_program, &mut item.total), 0)?;
            }
        }
        let more = cut(&mut items, slice.limit);
        let next = items.last().filter(|_| more).map(|last| last.code.clone());
        row::as_of(&rows, Rows { items, next })
    }

    /// Lists the workshops that offer a topic, the earliest first, with its demand in each.
    ///
    /// One that is offered in both slots stands there twice, and counts as one of `limit`.
    pub async fn topic(
        &self,
        scope: &Scope,
        code: &TopicCode,
        slice: Slice<WorkshopCursor>,
    ) -> Result<AsOf<TopicPage>, Fault> {
        let rows = sqlx::query(sql::TOPIC)
            .bind(scope.program())
            .bind(scope.sees_all())
            .bind(code.as_str())
            .bind(slice.after.map(|after| after.begins.to_sqlx()))
            .bind(slice.after.map(|after| after.id))
            .bind(fetched(slice.limit))
            .fetch_all(&self.pool(scope).await?)
            .await
            .map_err(Fault::database("reading a topic"))?;
        let mut items: Vec<TopicOffer> = Vec::new();
        for row in &rows {
            let Some(workshop) = row::get::<Option<Uuid>>(row, "workshop")? else {
                continue;
            };
            let slot: i16 = row::get(row, "slot")?;
            let slot = u8::try_from(slot).unwrap_or(0);
            let same =
                |last: &TopicOffer| (last.workshop, last.topic.offered.slot) == (workshop, slot);
            if !items.last().is_some_and(same) {
                items.push(offer(row, workshop)?);
            }
            if let Some(item) = items.last_mut() {
                let topic = &mut item.topic;
                wished(row, (&mut topic.by_program, &mut topic.total), 0)?;
            }
        }
        let next = cut_offers(&mut items, slice.limit);
        let stated = rows.first().map(stated).transpose()?.flatten();
        let offers = Rows { items, next };
        row::as_of(&rows, TopicPage { stated, offers })
    }
}

fn stated(row: &PgRow) -> Result<Option<StatedTopic>, Fault> {
    let title: Option<String> = row::get(row, "stated_title")?;
    let outline: Option<String> = row::get(row, "abstract")?;
    let both = title.zip(outline);
    Ok(both.map(|(title, outline)| StatedTopic { title, outline }))
}

/// Cuts what was fetched to so many workshops, and says behind which one the next part begins, if there is one.
fn cut_offers(items: &mut Vec<TopicOffer>, limit: u32) -> Option<WorkshopCursor> {
    let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
    let mut workshops = 0;
    let mut last = None;
    let end = items.iter().position(|item| {
        if last != Some(item.workshop) {
            last = Some(item.workshop);
            workshops += 1;
        }
        workshops > wanted
    })?;
    items.truncate(end);
    let last = items.last()?;
    Some(WorkshopCursor {
        begins: last.begins,
        id: last.workshop,
    })
}

fn catalogue_topic(row: &PgRow, code: String) -> Result<CatalogueTopic, Fault> {
    Ok(CatalogueTopic {
        code,
        title: row::get(row, "title")?,
        outline: row::get(row, "abstract")?,
        workshops: count(row::get(row, "workshops")?),
        counted: count(row::get(row, "counted")?),
        by_program: Vec::new(),
        total: Demand::default(),
    })
}

fn offer(row: &PgRow, workshop: Uuid) -> Result<TopicOffer, Fault> {
    let ranks: i32 = row::get(row, "ranks")?;
    Ok(TopicOffer {
        workshop,
        workshop_title: row::get(row, "workshop_title")?,
        first_day: row::get::<jiff_sqlx::Date>(row, "first_day")?.to_jiff(),
        host: row::get(row, "host")?,
        begins: row::instant(row, "begins")?,
        topic: topic(row, u32::try_from(ranks).unwrap_or(0))?,
    })
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
            wished(row, (&mut topic.by_program, &mut topic.total), ranks)?;
        }
    }
    let topics = topics.into_iter().map(|(_, topic)| topic).collect();
    Ok(Some(WorkshopTopics { ranks, topics }))
}

fn topic(row: &PgRow, ranks: u32) -> Result<TopicDemand, Fault> {
    Ok(TopicDemand {
        offered: offered::one(row)?,
        by_program: Vec::new(),
        total: Demand::of(ranks),
    })
}

/// Adds what a row says of a program's wishes, which stand one behind the other.
fn wished(
    row: &PgRow,
    (by_program, total): (&mut Vec<ProgramDemand>, &mut Demand),
    ranks: u32,
) -> Result<(), Fault> {
    let Some(program) = row::get::<Option<String>>(row, "program")? else {
        return Ok(());
    };
    let amount = count(row::get(row, "amount")?);
    let assigned: Option<bool> = row::get(row, "assigned")?;
    let wished = if assigned == Some(true) {
        Wished::Assigned { amount }
    } else if row::get(row, "vetoed")? {
        Wished::Vetoed { amount }
    } else {
        let rank = row::get(row, "rank")?;
        Wished::Ranked { rank, amount }
    };
    if by_program.last().is_none_or(|last| last.program != program) {
        let demand = Demand::of(ranks);
        by_program.push(ProgramDemand { program, demand });
    }
    if let Some(last) = by_program.last_mut() {
        last.demand.add(wished);
    }
    total.add(wished);
    Ok(())
}
