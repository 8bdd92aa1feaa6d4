//! Table `wish`.

use std::collections::BTreeMap;

use anmeldewerk_domain::{
    TopicCode,
    workshop::{Slot, Wishes},
};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{column, copy::Copy, run, run_any};
use crate::{Fault, sql, value};

/// Whose wishes are written, and what they are.
pub(super) struct Stated<'b> {
    pub(super) workshop: Uuid,
    pub(super) registration: Uuid,
    pub(super) wishes: &'b [Wishes],
}

struct Wish<'b> {
    workshop: Uuid,
    registration: Uuid,
    slot: Slot,
    vetoed: bool,
    rank: i32,
    topic: &'b TopicCode,
}

/// Writes the wishes of those who had none.
pub(super) async fn insert(
    connection: &mut PgConnection,
    stated: &[Stated<'_>],
) -> Result<u64, Fault> {
    let rows: Vec<Wish<'_>> = stated.iter().flat_map(wishes).collect();
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

/// Writes the wishes of those who had none by copying.
pub(super) async fn copy(
    connection: &mut PgConnection,
    stated: &[Stated<'_>],
) -> Result<u64, Fault> {
    let mut copy = Copy::new(6);
    for wish in stated.iter().flat_map(wishes) {
        copy.row()
            .put(wish.workshop)
            .put(wish.registration)
            .put(value::slot(wish.slot))
            .put(wish.vetoed)
            .put(wish.rank)
            .put(wish.topic.as_str());
    }
    copy.send(connection, ("wish", sql::WISH_COPY)).await
}

/// Writes wishes in the place of those that were there.
pub(super) async fn replace(
    connection: &mut PgConnection,
    stated: &[Stated<'_>],
) -> Result<u64, Fault> {
    if stated.is_empty() {
        return Ok(0);
    }
    let statement = sqlx::query(sql::WISH_DELETE)
        .bind(column(stated, |s| s.workshop))
        .bind(column(stated, |s| s.registration));
    let deleted = run_any(connection, "wish", statement).await?;
    Ok(deleted + insert(connection, stated).await?)
}

/// Numbers the wishes and the vetoes of each slot, over all lists that name the slot.
fn wishes<'b>(stated: &Stated<'b>) -> Vec<Wish<'b>> {
    let lists: &'b [Wishes] = stated.wishes;
    let mut ranks: BTreeMap<(Slot, bool), usize> = BTreeMap::new();
    let topics = lists.iter().flat_map(|list| {
        let ranked = list.ranked.iter().map(|topic| (list.slot, false, topic));
        let vetoes = list.vetoes.iter().map(|topic| (list.slot, true, topic));
        ranked.chain(vetoes)
    });
    let numbered = topics.map(|(slot, vetoed, topic)| {
        let next = ranks.entry((slot, vetoed)).or_default();
        let rank = value::ordinal(*next);
        *next += 1;
        Wish {
            workshop: stated.workshop,
            registration: stated.registration,
            slot,
            vetoed,
            rank,
            topic,
        }
    });
    numbered.collect()
}
