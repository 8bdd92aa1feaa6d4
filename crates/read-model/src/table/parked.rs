//! Tables `parked_subject` and `parked`.

use sqlx::PgConnection;

use super::{column, run};
use crate::{Fault, fold::Fold, sql};

pub(super) async fn insert(connection: &mut PgConnection, fold: &Fold<'_>) -> Result<u64, Fault> {
    if fold.parked.is_empty() {
        return Ok(0);
    }
    let subjects: Vec<_> = fold.newly_parked().collect();
    let statement = sqlx::query(sql::PARKED_SUBJECT_INSERT)
        .bind(column(&subjects, |parked| parked.subject.as_str()))
        .bind(column(&subjects, |parked| parked.position.as_i64()))
        .bind(column(&subjects, |parked| parked.poison.code()));
    let written = run(connection, "parked_subject", subjects.len(), statement).await?;
    let rows = &fold.parked;
    let statement = sqlx::query(sql::PARKED_INSERT)
        .bind(column(rows, |parked| parked.subject.as_str()))
        .bind(column(rows, |parked| parked.position.as_i64()))
        .bind(column(rows, |parked| parked.hash.as_slice()))
        .bind(column(rows, |parked| parked.poison.code()));
    Ok(written + run(connection, "parked", rows.len(), statement).await?)
}
