//! The database, with a schema of its own for each measurement.

use std::str::FromStr;

use anyhow::Context;
use sqlx::{
    PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};

/// What must be on, so that what was answered is on the disk.
const DURABLE: [&str; 3] = ["fsync", "synchronous_commit", "full_page_writes"];

/// A database whose answers are durable.
pub(crate) struct Database {
    options: PgConnectOptions,
    connections: u32,
}

impl Database {
    /// Connects and makes sure that a commit waits for the disk.
    pub(crate) async fn open(url: &str, connections: u32) -> anyhow::Result<Self> {
        let options = PgConnectOptions::from_str(url).context("read the database's address")?;
        let pool = pool(options.clone(), 1).await?;
        for setting in DURABLE {
            let value: String = sqlx::query_scalar(&format!("SHOW {setting}"))
                .fetch_one(&pool)
                .await?;
            eprintln!("  {setting} = {value}");
            anyhow::ensure!(value == "on", "{setting} is {value}");
        }
        pool.close().await;
        Ok(Self {
            options,
            connections,
        })
    }

    /// Makes an empty schema, and a pool whose statements find their tables there.
    pub(crate) async fn schema(&self, name: &str) -> anyhow::Result<PgPool> {
        let options = self.options.clone().options([("search_path", name)]);
        let pool = pool(options, self.connections).await?;
        sqlx::query(&format!("CREATE SCHEMA {name}"))
            .execute(&pool)
            .await
            .context("the database is not empty")?;
        Ok(pool)
    }
}

async fn pool(options: PgConnectOptions, connections: u32) -> anyhow::Result<PgPool> {
    let pool = PgPoolOptions::new().max_connections(connections);
    pool.connect_with(options)
        .await
        .context("connect to the database")
}

/// Carries out several statements.
pub(crate) async fn make(pool: &PgPool, statements: &str) -> anyhow::Result<()> {
    sqlx::raw_sql(statements).execute(pool).await?;
    Ok(())
}
