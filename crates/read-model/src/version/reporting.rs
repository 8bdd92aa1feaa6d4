//! The schema that dashboards read: of each version one, and the live version's is called `reporting`.

use sqlx::PgConnection;

use super::{SchemaName, registry::script, schema::REPORTING, shape};
use crate::{Fault, sql};

/// Makes the tables for dashboards; the connection speaks to another schema afterwards.
///
/// What may be read of them is granted here, and nobody may enter the schema before the version is live.
pub(super) async fn make(connection: &mut PgConnection, version: &SchemaName) -> Result<(), Fault> {
    let schema = version.reporting();
    let tables = shape::reporting();
    let statements = format!(
        "CREATE SCHEMA IF NOT EXISTS {schema};
         SET LOCAL search_path = {schema};
         {tables}"
    );
    script(connection, "making the tables for dashboards", statements).await
}

/// Has dashboards read `to` in the place of `from`, when the transaction is committed.
pub(super) async fn exchange(
    connection: &mut PgConnection,
    from: Option<&SchemaName>,
    to: &SchemaName,
) -> Result<(), Fault> {
    const DOING: &str = "exchanging the tables for dashboards";
    // A version of an older shape may have none.
    if let Some(from) = from
        && is_there(connection, REPORTING).await?
    {
        let retired = from.reporting();
        let statements = format!(
            "ALTER SCHEMA {REPORTING} RENAME TO {retired};
             REVOKE USAGE ON SCHEMA {retired} FROM aw_reporting;"
        );
        script(connection, DOING, statements).await?;
    }
    let next = to.reporting();
    if is_there(connection, &next).await? {
        let statements = format!(
            "ALTER SCHEMA {next} RENAME TO {REPORTING};
             GRANT USAGE ON SCHEMA {REPORTING} TO aw_reporting;"
        );
        script(connection, DOING, statements).await?;
    }
    Ok(())
}

async fn is_there(connection: &mut PgConnection, schema: &str) -> Result<bool, Fault> {
    sqlx::query_scalar(sql::REPORTING_THERE)
        .bind(schema)
        .fetch_one(connection)
        .await
        .map_err(Fault::database("looking for the tables for dashboards"))
}
