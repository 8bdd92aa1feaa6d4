//! One number for the whole content of the read model.

use futures_util::TryStreamExt;
use sha2::{Digest, Sha256};
use sqlx::{Connection, PgConnection, PgPool, Row};

use crate::{Fault, sql};

/// The tables with the statement that gives their rows as text in the order of their keys.
const TABLES: [(&str, &str); 10] = [
    ("program", sql::DIGEST_PROGRAM),
    ("workshop", sql::DIGEST_WORKSHOP),
    ("offered_topic", sql::DIGEST_OFFERED_TOPIC),
    ("bucket", sql::DIGEST_BUCKET),
    ("group_registration", sql::DIGEST_GROUP_REGISTRATION),
    ("registration", sql::DIGEST_REGISTRATION),
    ("wish", sql::DIGEST_WISH),
    ("note", sql::DIGEST_NOTE),
    ("parked_subject", sql::DIGEST_PARKED_SUBJECT),
    ("parked", sql::DIGEST_PARKED),
];

/// Digests all rows: SHA-256 over each table's name and its rows in primary-key order.
///
/// A row's text is Postgres's own for composite values, with times in UTC and bytes in hexadecimal; every text is
/// preceded by its length (8 bytes, big endian). The checkpoint is left out: whoever folded the same decisions has
/// the same digest. All tables are read in one snapshot.
pub async fn digest(pool: &PgPool) -> Result<[u8; 32], Fault> {
    const DOING: &str = "digesting";
    let mut connection = pool.acquire().await.map_err(Fault::database(DOING))?;
    let begun = connection
        .begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        .await;
    let mut transaction = begun.map_err(Fault::database(DOING))?;
    sqlx::query(sql::DIGEST_SETTINGS)
        .execute(&mut *transaction)
        .await
        .map_err(Fault::database(DOING))?;
    let mut hasher = Sha256::new();
    for (table, statement) in TABLES {
        add(&mut hasher, table);
        let added = add_rows(&mut hasher, &mut transaction, statement).await;
        added.map_err(Fault::database(table))?;
    }
    transaction
        .rollback()
        .await
        .map_err(Fault::database(DOING))?;
    Ok(hasher.finalize().into())
}

async fn add_rows(
    hasher: &mut Sha256,
    connection: &mut PgConnection,
    statement: &'static str,
) -> Result<(), sqlx::Error> {
    let mut rows = sqlx::query(statement).fetch(connection);
    while let Some(row) = rows.try_next().await? {
        add(hasher, row.try_get::<&str, _>(0)?);
    }
    Ok(())
}

fn add(hasher: &mut Sha256, text: &str) {
    let length = u64::try_from(text.len()).unwrap_or(u64::MAX);
    hasher.update(length.to_be_bytes());
    hasher.update(text.as_bytes());
}
