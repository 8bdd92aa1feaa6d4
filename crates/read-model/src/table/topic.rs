//! Table `catalogue_topic`.

use sqlx::PgConnection;

use super::{column, run};
use crate::{Fault, rows::Rows, sql};

pub(super) async fn write(connection: &mut PgConnection, rows: &Rows<'_>) -> Result<u64, Fault> {
    if rows.topics.is_empty() {
        return Ok(0);
    }
    let rows: Vec<_> = rows.topics.iter().collect();
    let statement = sqlx::query(sql::CATALOGUE_TOPIC_WRITE)
        .bind(column(&rows, |(code, _)| code.as_str()))
        .bind(column(&rows, |(_, row)| row.details.title.as_str()))
        .bind(column(&rows, |(_, row)| row.details.outline.as_str()))
        .bind(column(&rows, |(_, row)| row.version.as_i64()));
    run(connection, "catalogue_topic", rows.len(), statement).await
}
