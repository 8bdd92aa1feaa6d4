//! The read model built again from the log, beside reading, decoding and copying alone.

use std::time::Instant;

use anmeldewerk_contract::{Message, Position, Recorded, decode};
use anmeldewerk_journal::{JetStream, Journal};
use anmeldewerk_read_model::{Digest, Registry, Writer, rebuild};
use anmeldewerk_stack::{database::Databases, flow::Flow, nats::User, postgres::Role};
use sqlx::{AssertSqlSafe, PgPool, postgres::PgPoolOptions};

use crate::table::{Table, per_second};

const BATCH: usize = 2_000;
const TABLES: [&str; 3] = ["registration", "wish", "workshop"];

/// Builds the read model of the house's log again in a fresh database.
pub(crate) async fn measure(table: &mut Table, flow: &Flow) -> anyhow::Result<()> {
    let (messages, replay_s) = replay(flow).await?;
    let count = messages.len();
    let start = Instant::now();
    let recorded: Vec<Recorded> = messages.iter().map(decode).collect::<Result<_, _>>()?;
    let decode_s = start.elapsed().as_secs_f64();

    let databases = Databases::create().await?;
    let url = databases.read_model_url(Role::Projection);
    let registry = Registry::connect(&url)?;
    let version = registry.ensure_live().await?;
    let writer = Writer::connect(&url, &version)?;
    let start = Instant::now();
    let last = rebuild(&writer, recorded, BATCH).await?;
    let built = start.elapsed();
    anyhow::ensure!(last.0 == count as u64, "all decisions were folded");

    let owner = PgPoolOptions::new()
        .max_connections(2)
        .connect(&url)
        .await?;
    let schema = version.schema.as_str();
    let copy_s = copy(&owner, schema).await?;
    let bytes = Digest::take(&url, &version).await?.whole();
    table.rate(
        "limit: replay alone",
        per_second(count, std::time::Duration::from_secs_f64(replay_s)),
        None,
    );
    table.rate(
        "limit: decode alone",
        per_second(count, std::time::Duration::from_secs_f64(decode_s)),
        None,
    );
    table.rate(
        "limit: COPY of the same rows, with indexes",
        per_second(count, std::time::Duration::from_secs_f64(copy_s)),
        None,
    );
    let bound = per_second(
        count,
        std::time::Duration::from_secs_f64(replay_s + decode_s + copy_s),
    );
    let whole = per_second(
        count,
        built + std::time::Duration::from_secs_f64(replay_s + decode_s),
    );
    let what = format!("rebuild of {count} decisions (replay, decode, fold, write)");
    table.rate(&what, whole, Some(("replay + decode + COPY", bound)));
    table.add(
        "digest of the rebuilt rows",
        anmeldewerk_contract::hex(&bytes[..8]),
        String::new(),
    );
    Ok(())
}

async fn replay(flow: &Flow) -> anyhow::Result<(Vec<Message>, f64)> {
    let log = JetStream::connect(&flow.nats.url(User::Projection), "AW_LOG", &[]).await?;
    let head = log.state().await?.last;
    let start = Instant::now();
    let mut follower = log.follow(Position::START).await?;
    let mut messages: Vec<Message> = Vec::new();
    while messages.last().map_or(Position::START, |m| m.position) < head {
        messages.extend(follower.batch(BATCH).await?);
    }
    Ok((messages, start.elapsed().as_secs_f64()))
}

/// Copies the rows that were built into empty tables of the same shape.
async fn copy(owner: &PgPool, schema: &str) -> anyhow::Result<f64> {
    let mut took = 0.0;
    let mut connection = owner.acquire().await?;
    sqlx::query("CREATE SCHEMA bench")
        .execute(&mut *connection)
        .await?;
    for table in TABLES {
        let out = format!("COPY (SELECT * FROM {schema}.{table}) TO STDOUT (FORMAT binary)");
        let rows = read_all(&mut connection, &out).await?;
        let make = format!("CREATE TABLE bench.copy_{table} (LIKE {schema}.{table} INCLUDING ALL)");
        sqlx::query(AssertSqlSafe(make))
            .execute(&mut *connection)
            .await?;
        let into = format!("COPY bench.copy_{table} FROM STDIN (FORMAT binary)");
        let start = Instant::now();
        let mut writing = connection.copy_in_raw(&into).await?;
        writing.send(rows.as_slice()).await?;
        writing.finish().await?;
        took += start.elapsed().as_secs_f64();
    }
    Ok(took)
}

async fn read_all(connection: &mut sqlx::PgConnection, statement: &str) -> anyhow::Result<Vec<u8>> {
    use futures_util::TryStreamExt;
    let mut stream = connection.copy_out_raw(statement).await?;
    let mut rows = Vec::new();
    while let Some(part) = stream.try_next().await? {
        rows.extend_from_slice(&part);
    }
    Ok(rows)
}
