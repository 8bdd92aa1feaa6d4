//! Tables `registration` and `wish`.

use std::collections::BTreeMap;

use anmeldewerk_domain::{
    RegistrationId, TopicCode,
    workshop::{Block, Blocks, Slot, Submitted},
};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Statement, column, run};
use crate::{
    Fault,
    change::{Arrived, Step},
    fold::Fold,
    sql, value,
};

struct Row<'b> {
    id: Uuid,
    workshop: Uuid,
    arrived: Arrived<'b>,
    step: Step,
}

pub(super) async fn insert(connection: &mut PgConnection, fold: &Fold<'_>) -> Result<u64, Fault> {
    let rows: Vec<Row<'_>> = arrived(fold).collect();
    if rows.is_empty() {
        return Ok(0);
    }
    let written = run(connection, "registration", rows.len(), statement(&rows)).await?;
    Ok(written + insert_wishes(connection, &rows).await?)
}

fn arrived<'b>(fold: &Fold<'b>) -> impl Iterator<Item = Row<'b>> {
    fold.registrations.iter().filter_map(|(id, row)| {
        Some(Row {
            id: uuid(*id),
            workshop: Uuid::from_u128(row.workshop.0),
            arrived: row.arrived?,
            step: row.step,
        })
    })
}

fn statement<'q>(rows: &'q [Row<'q>]) -> Statement<'q> {
    let submitted = |r: &Row<'q>| r.arrived.submitted;
    let statement = sqlx::query(sql::REGISTRATION_INSERT)
        .bind(column(rows, |r| r.id))
        .bind(column(rows, |r| r.workshop))
        .bind(column(rows, |r| submitted(r).program.as_str()))
        .bind(column(rows, |r| submitted(r).municipality.as_str()))
        .bind(column(rows, |r| submitted(r).number.to_string()))
        .bind(column(rows, |r| Uuid::from_u128(submitted(r).person.0)))
        .bind(column(rows, |r| value::channel(submitted(r).channel)))
        .bind(column(rows, |r| r.step.situation.name()))
        .bind(column(rows, |r| r.step.cause.map(value::cause)))
        .bind(column(rows, |r| r.step.cancelled.map(value::canceller)))
        .bind(column(rows, |r| {
            r.step.cancelled.and_then(value::cancel_reason)
        }))
        .bind(column(rows, |r| r.arrived.arrival.0))
        .bind(column(rows, |r| submitted(r).link.0.as_slice()))
        .bind(column(rows, |r| r.arrived.decision));
    let statement = bind_block(statement, rows, |blocks| blocks.contact.as_ref());
    let statement = bind_block(statement, rows, |blocks| blocks.identity.as_ref());
    let statement = bind_block(statement, rows, |blocks| blocks.free_text.as_ref());
    statement
        .bind(column(rows, |r| i64::from(submitted(r).privacy_notice)))
        .bind(column(rows, |r| Uuid::from_u128(submitted(r).reporting.0)))
        .bind(column(rows, |r| value::instant(r.arrived.at)))
        .bind(column(rows, |r| r.step.version.as_i64()))
}

fn bind_block<'q>(
    statement: Statement<'q>,
    rows: &'q [Row<'q>],
    get: fn(&Blocks) -> Option<&Block>,
) -> Statement<'q> {
    let block = |r: &Row<'q>| get(&r.arrived.submitted.blocks);
    statement
        .bind(column(rows, |r| {
            block(r).map(|block| block.sealed.as_slice())
        }))
        .bind(column(rows, |r| {
            block(r).map(|block| block.commit.as_slice())
        }))
}

struct Wish<'b> {
    workshop: Uuid,
    registration: Uuid,
    slot: Slot,
    vetoed: bool,
    rank: i32,
    topic: &'b TopicCode,
}

async fn insert_wishes(connection: &mut PgConnection, arrived: &[Row<'_>]) -> Result<u64, Fault> {
    let rows: Vec<Wish<'_>> = arrived.iter().flat_map(wishes).collect();
    if rows.is_empty() {
        return Ok(0);
    }
    let statement = sqlx::query(sql::WISH_INSERT)
        .bind(column(&rows, |w| w.workshop))
        .bind(column(&rows, |w| w.registration))
        .bind(column(&rows, |w| value::slot(w.slot)))
        .bind(column(&rows, |w| w.vetoed))
        .bind(column(&rows, |w| w.rank))
        .bind(column(&rows, |w| w.topic.as_str()));
    run(connection, "wish", rows.len(), statement).await
}

/// Numbers the wishes and the vetoes of each slot, over all lists that name the slot.
fn wishes<'b>(row: &Row<'b>) -> Vec<Wish<'b>> {
    let submitted: &'b Submitted = row.arrived.submitted;
    let mut ranks: BTreeMap<(Slot, bool), usize> = BTreeMap::new();
    let stated = submitted.wishes.iter().flat_map(|list| {
        let ranked = list.ranked.iter().map(|topic| (list.slot, false, topic));
        let vetoes = list.vetoes.iter().map(|topic| (list.slot, true, topic));
        ranked.chain(vetoes)
    });
    let numbered = stated.map(|(slot, vetoed, topic)| {
        let next = ranks.entry((slot, vetoed)).or_default();
        let rank = value::ordinal(*next);
        *next += 1;
        Wish {
            workshop: row.workshop,
            registration: row.id,
            slot,
            vetoed,
            rank,
            topic,
        }
    });
    numbered.collect()
}

pub(super) async fn update(connection: &mut PgConnection, fold: &Fold<'_>) -> Result<u64, Fault> {
    let there = fold
        .registrations
        .iter()
        .filter(|(_, row)| row.arrived.is_none());
    let rows: Vec<_> = there.collect();
    if rows.is_empty() {
        return Ok(0);
    }
    let statement = sqlx::query(sql::REGISTRATION_UPDATE)
        .bind(column(&rows, |(id, _)| uuid(**id)))
        .bind(column(&rows, |(_, row)| Uuid::from_u128(row.workshop.0)))
        .bind(column(&rows, |(_, row)| row.step.situation.name()))
        .bind(column(&rows, |(_, row)| row.step.cause.map(value::cause)))
        .bind(column(&rows, |(_, row)| {
            row.step.cancelled.map(value::canceller)
        }))
        .bind(column(&rows, |(_, row)| {
            row.step.cancelled.and_then(value::cancel_reason)
        }))
        .bind(column(&rows, |(_, row)| row.step.version.as_i64()));
    run(connection, "registration", rows.len(), statement).await
}

fn uuid(id: RegistrationId) -> Uuid {
    Uuid::from_u128(id.0)
}
