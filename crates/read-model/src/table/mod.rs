//! The tables: for each the one statement that writes many rows.

mod parked;
mod program;
mod registration;
mod workshop;

use sqlx::{PgConnection, Postgres, postgres::PgArguments, query::Query};

use crate::{Fault, fold::Fold};

pub(crate) type Statement<'q> = Query<'q, Postgres, PgArguments>;

/// Writes a fold and gives the number of rows written.
///
/// A statement that writes fewer rows than it was given is [`Fault::Rows`]: the transaction must end.
pub(crate) async fn write(connection: &mut PgConnection, fold: &Fold<'_>) -> Result<u64, Fault> {
    let mut rows = program::write(connection, fold).await?;
    rows += workshop::insert(connection, fold).await?;
    rows += workshop::update(connection, fold).await?;
    rows += registration::insert(connection, fold).await?;
    rows += registration::update(connection, fold).await?;
    rows += parked::insert(connection, fold).await?;
    Ok(rows)
}

/// Takes one column of many rows.
fn column<'r, R, V>(rows: &'r [R], get: impl Fn(&'r R) -> V) -> Vec<V> {
    rows.iter().map(get).collect()
}

/// Runs a statement that was given `expected` rows.
async fn run(
    connection: &mut PgConnection,
    table: &'static str,
    expected: usize,
    statement: Statement<'_>,
) -> Result<u64, Fault> {
    let done = statement.execute(connection).await;
    let found = done.map_err(Fault::database(table))?.rows_affected();
    if u64::try_from(expected) == Ok(found) {
        Ok(found)
    } else {
        Err(Fault::Rows {
            table,
            expected,
            found,
        })
    }
}
