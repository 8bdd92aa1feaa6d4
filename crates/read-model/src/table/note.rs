//! Table `note`.

use sqlx::PgConnection;
use uuid::Uuid;

use super::{column, run};
use crate::{Fault, rows::Rows, sql};

pub(super) async fn insert(connection: &mut PgConnection, rows: &Rows<'_>) -> Result<u64, Fault> {
    if rows.notes.is_empty() {
        return Ok(0);
    }
    let notes = &rows.notes;
    let statement = sqlx::query(sql::NOTE_INSERT)
        .bind(column(notes, |n| Uuid::from_u128(n.registration.0)))
        .bind(column(notes, |n| n.at.0))
        .bind(column(notes, |n| Uuid::from_u128(n.workshop.0)))
        .bind(column(notes, |n| n.note.sealed.as_slice()))
        .bind(column(notes, |n| n.note.commit.as_slice()))
        .bind(column(notes, |n| n.decision));
    run(connection, "note", notes.len(), statement).await
}
