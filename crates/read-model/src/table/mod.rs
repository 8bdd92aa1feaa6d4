//! The tables: for each the statements that write many rows at once.

mod assignment;
mod attendance;
mod bucket;
mod copy;
mod count;
mod document;
mod group;
mod history;
mod municipality;
mod note;
mod parked;
mod program;
mod registration;
mod sweep;
mod topic;
mod wish;
mod workshop;

use std::collections::BTreeSet;

use anmeldewerk_domain::RegistrationId;
use sqlx::{PgConnection, Postgres, postgres::PgArguments, query::Query};
use uuid::Uuid;

use crate::{Fault, fold::Fold, rows::Rows};

pub(crate) use count::{Counting, count_all};

pub(crate) type Statement<'q> = Query<'q, Postgres, PgArguments>;

/// Writes a fold, stage by stage, and gives the number of rows written.
///
/// A statement that writes fewer rows than it was given is [`Fault::Rows`]: the transaction must end.
pub(crate) async fn write(
    connection: &mut PgConnection,
    fold: &Fold<'_>,
    counting: Counting,
) -> Result<u64, Fault> {
    let counted = match counting {
        Counting::Each => Some(count::Counted::of(fold)),
        Counting::AtTheEnd => None,
    };
    let mut written = 0;
    if let Some(counted) = &counted {
        written += counted.take_out(connection).await?;
    }
    for stage in &fold.stages {
        written += write_rows(connection, &stage.rows, counting).await?;
        if let Some(sweep) = &stage.sweep {
            written += sweep::write(connection, sweep).await?;
        }
    }
    written += match counting {
        Counting::Each => history::insert(connection, &fold.history).await?,
        Counting::AtTheEnd => history::copy(connection, &fold.history).await?,
    };
    if let Some(counted) = &counted {
        written += counted.take_in(connection, &fold.history).await?;
    }
    Ok(written + parked::insert(connection, fold).await?)
}

async fn write_rows(
    connection: &mut PgConnection,
    rows: &Rows<'_>,
    counting: Counting,
) -> Result<u64, Fault> {
    let mut written = program::write(connection, rows).await?;
    written += municipality::write(connection, rows).await?;
    written += topic::write(connection, rows).await?;
    written += workshop::insert(connection, rows).await?;
    written += workshop::update(connection, rows).await?;
    written += document::write(connection, rows).await?;
    written += group::insert(connection, rows).await?;
    written += match counting {
        Counting::Each => registration::insert(connection, rows).await?,
        Counting::AtTheEnd => registration::copy(connection, rows).await?,
    };
    written += registration::update(connection, rows).await?;
    written += note::insert(connection, rows).await?;
    Ok(written)
}

/// Takes one column of many rows.
fn column<'r, R, V>(rows: &'r [R], get: impl Fn(&'r R) -> V) -> Vec<V> {
    rows.iter().map(get).collect()
}

/// Joins ids: a column of lists cannot be unnested.
fn joined(ids: &BTreeSet<RegistrationId>) -> String {
    let ids: Vec<String> = ids
        .iter()
        .map(|id| Uuid::from_u128(id.0).to_string())
        .collect();
    ids.join(",")
}

/// Runs a statement that was given `expected` rows.
async fn run(
    connection: &mut PgConnection,
    table: &'static str,
    expected: usize,
    statement: Statement<'_>,
) -> Result<u64, Fault> {
    let found = run_any(connection, table, statement).await?;
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

/// Runs a statement that finds its rows itself.
async fn run_any(
    connection: &mut PgConnection,
    table: &'static str,
    statement: Statement<'_>,
) -> Result<u64, Fault> {
    let done = statement.execute(connection).await;
    Ok(done.map_err(Fault::database(table))?.rows_affected())
}
