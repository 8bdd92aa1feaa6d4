//! Reading rows by the names of their columns.

use anmeldewerk_contract::Position;
use jiff::{Timestamp, civil::Date};
use sqlx::{Decode, Postgres, Row, Type, postgres::PgRow};

use super::AsOf;
use crate::Fault;

pub(super) fn get<'r, T>(row: &'r PgRow, column: &'static str) -> Result<T, Fault>
where
    T: Decode<'r, Postgres> + Type<Postgres>,
{
    row.try_get(column).map_err(Fault::database(column))
}

/// Reads an array that is null where it would be empty.
pub(super) fn list<'r, T>(row: &'r PgRow, column: &'static str) -> Result<Vec<T>, Fault>
where
    Vec<T>: Decode<'r, Postgres> + Type<Postgres>,
{
    Ok(get::<Option<Vec<T>>>(row, column)?.unwrap_or_default())
}

pub(super) fn position(row: &PgRow, column: &'static str) -> Result<Position, Fault> {
    get(row, column).map(Position::from_i64)
}

pub(super) fn instant(row: &PgRow, column: &'static str) -> Result<Timestamp, Fault> {
    get::<jiff_sqlx::Timestamp>(row, column).map(jiff_sqlx::Timestamp::to_jiff)
}

pub(super) fn maybe_instant(row: &PgRow, column: &'static str) -> Result<Option<Timestamp>, Fault> {
    let found: Option<jiff_sqlx::Timestamp> = get(row, column)?;
    Ok(found.map(jiff_sqlx::Timestamp::to_jiff))
}

pub(super) fn maybe_date(row: &PgRow, column: &'static str) -> Result<Option<Date>, Fault> {
    let found: Option<jiff_sqlx::Date> = get(row, column)?;
    Ok(found.map(jiff_sqlx::Date::to_jiff))
}

/// Puts an answer together with what its first row says of the checkpoint.
pub(super) fn as_of<T>(rows: &[PgRow], value: T) -> Result<AsOf<T>, Fault> {
    let first = rows.first().ok_or(Fault::NoCheckpoint)?;
    let parked_at: Option<i64> = get(first, "parked_at")?;
    Ok(AsOf {
        position: position(first, "position")?,
        parked_at: parked_at.map(Position::from_i64),
        value,
    })
}
