//! Table `document`.

use anmeldewerk_domain::TextLine;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{column, run};
use crate::{Fault, rows::Rows, sql, value};

pub(super) async fn write(connection: &mut PgConnection, rows: &Rows<'_>) -> Result<u64, Fault> {
    if rows.documents.is_empty() {
        return Ok(0);
    }
    let rows: Vec<_> = rows.documents.values().collect();
    let statement = sqlx::query(sql::DOCUMENT_WRITE)
        .bind(column(&rows, |row| Uuid::from_u128(row.workshop.0)))
        .bind(column(&rows, |row| row.document().kind.name()))
        .bind(column(&rows, |row| value::version_number(row.added.number)))
        .bind(column(&rows, |row| row.document().content.0.as_slice()))
        .bind(column(&rows, |row| row.document().media_type.name()))
        .bind(column(&rows, |row| i64::from(row.document().size)))
        .bind(column(&rows, |row| row.document().title.as_str()))
        .bind(column(&rows, |row| {
            row.document().valid_from.map(value::date)
        }))
        .bind(column(&rows, |row| {
            row.document().note.as_ref().map(TextLine::as_str)
        }))
        .bind(column(&rows, |row| value::instant(row.at)))
        .bind(column(&rows, |row| row.version.as_i64()));
    run(connection, "document", rows.len(), statement).await
}
