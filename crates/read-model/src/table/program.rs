//! Table `program`.

use anmeldewerk_domain::TextLine;
use sqlx::PgConnection;

use super::{column, run};
use crate::{Fault, rows::Rows, sql};

pub(super) async fn write(connection: &mut PgConnection, rows: &Rows<'_>) -> Result<u64, Fault> {
    if rows.programs.is_empty() {
        return Ok(0);
    }
    let rows: Vec<_> = rows.programs.iter().collect();
    let statement = sqlx::query(sql::PROGRAM_WRITE)
        .bind(column(&rows, |(id, _)| id.as_str()))
        .bind(column(&rows, |(_, row)| row.details.name.as_str()))
        .bind(column(&rows, |(_, row)| row.details.land.to_string()))
        .bind(column(&rows, |(_, row)| {
            row.details.carrier.as_ref().map(TextLine::as_str)
        }))
        .bind(column(&rows, |(_, row)| {
            row.details.contact.as_ref().map(TextLine::as_str)
        }))
        .bind(column(&rows, |(_, row)| row.version.as_i64()));
    run(connection, "program", rows.len(), statement).await
}
