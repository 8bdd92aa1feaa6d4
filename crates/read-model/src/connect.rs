//! Connections, and the schema they speak to.

use std::str::FromStr;

use sqlx::{Connection, PgPool, postgres::PgConnectOptions};

use crate::Fault;

/// Reads an address, and has every connection made of it speak to these schemas.
pub fn connect_options(url: &str, path: &str) -> Result<PgConnectOptions, Fault> {
    let options = PgConnectOptions::from_str(url).map_err(Fault::Address)?;
    Ok(options.options([("search_path", path)]))
}

/// Makes the registry of versions, or brings it up to date; `pool` enters as the owner of the database.
///
/// Versions themselves are made by the projection: see [`Registry`](crate::Registry).
pub async fn migrate(pool: &PgPool) -> Result<(), Fault> {
    const DOING: &str = "preparing the registry";
    // A connection of its own, which ends here: its path must not stay behind in the pool.
    let pooled = pool.acquire().await.map_err(Fault::database(DOING))?;
    let mut connection = pooled.detach();
    sqlx::raw_sql("CREATE SCHEMA IF NOT EXISTS registry; SET search_path = registry")
        .execute(&mut connection)
        .await
        .map_err(Fault::database(DOING))?;
    sqlx::migrate!("./registry")
        .run(&mut connection)
        .await
        .map_err(Fault::Migration)?;
    connection.close().await.map_err(Fault::database(DOING))
}
