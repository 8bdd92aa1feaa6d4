//! Connections, and the schema they speak to.

use std::str::FromStr;

use sqlx::{PgPool, postgres::PgConnectOptions};

use crate::{Fault, sql};

/// The schema of this version of the read model.
pub const SCHEMA: &str = "rm_1";

/// Reads an address, and has every connection made of it speak to [`SCHEMA`].
pub fn connect_options(url: &str) -> Result<PgConnectOptions, Fault> {
    let options = PgConnectOptions::from_str(url).map_err(Fault::Address)?;
    Ok(options.options([("search_path", SCHEMA)]))
}

/// Brings the schema up to date; `pool` enters as the owner of the database.
pub async fn migrate(pool: &PgPool) -> Result<(), Fault> {
    const DOING: &str = "preparing the schema";
    // A connection of its own, which ends here: its path must not stay behind in the pool.
    let pooled = pool.acquire().await.map_err(Fault::database(DOING))?;
    let mut connection = pooled.detach();
    for statement in [
        sql::MIGRATION_SCHEMA,
        sql::MIGRATION_GRANT,
        sql::MIGRATION_PATH,
    ] {
        sqlx::query(statement)
            .execute(&mut connection)
            .await
            .map_err(Fault::database(DOING))?;
    }
    sqlx::migrate!("./migrations")
        .run(&mut connection)
        .await
        .map_err(Fault::Migration)
}
