//! Tables `parked_subject` and `parked`.

use std::collections::BTreeMap;

use sqlx::PgConnection;

use super::{column, run};
use crate::{
    Fault,
    fold::{Fold, Parked},
    sql,
};

/// What a subject gains.
struct Gained<'b> {
    first: &'b Parked<'b>,
    messages: i64,
}

pub(super) async fn insert(connection: &mut PgConnection, fold: &Fold<'_>) -> Result<u64, Fault> {
    if fold.parked.is_empty() {
        return Ok(0);
    }
    let subjects = subjects(fold);
    let statement = sqlx::query(sql::PARKED_SUBJECT_INSERT)
        .bind(column(&subjects, |gained| gained.first.subject.as_str()))
        .bind(column(&subjects, |gained| gained.first.position.as_i64()))
        .bind(column(&subjects, |gained| gained.first.poison.code()))
        .bind(column(&subjects, |gained| gained.messages));
    let written = run(connection, "parked_subject", subjects.len(), statement).await?;
    let rows = &fold.parked;
    let statement = sqlx::query(sql::PARKED_INSERT)
        .bind(column(rows, |parked| parked.subject.as_str()))
        .bind(column(rows, |parked| parked.position.as_i64()))
        .bind(column(rows, |parked| parked.hash.as_slice()))
        .bind(column(rows, |parked| parked.poison.code()));
    Ok(written + run(connection, "parked", rows.len(), statement).await?)
}

fn subjects<'b>(fold: &'b Fold<'_>) -> Vec<Gained<'b>> {
    let mut subjects: BTreeMap<&str, Gained<'b>> = BTreeMap::new();
    for parked in &fold.parked {
        let gained = subjects.entry(parked.subject.as_str()).or_insert(Gained {
            first: parked,
            messages: 0,
        });
        gained.messages += 1;
    }
    subjects.into_values().collect()
}
