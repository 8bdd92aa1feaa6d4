//! Municipalities that programs have listed.

use anmeldewerk_contract::Position;
use anmeldewerk_domain::{MunicipalityKey, ProgramId, program::Kind};
use jiff::civil;
use sqlx::postgres::PgRow;

use super::{AsOf, ReadModel, Rows, Scope, Slice, cut, fetched, row};
use crate::{Fault, sql};

/// A municipality as a program has listed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Municipality {
    /// Its official key, or that of a Kreis.
    pub key: MunicipalityKey,
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// Key of what it belongs to.
    pub parent: Option<String>,
    /// First day on which it exists.
    pub valid_from: Option<civil::Date>,
    /// Last day on which it exists.
    pub valid_until: Option<civil::Date>,
    /// The last decision that stated it.
    pub version: Position,
}

impl ReadModel {
    /// Lists the municipalities of a program by their keys; nothing where there is no such program.
    ///
    /// The limit may be larger than elsewhere: a list is bounded by itself.
    pub async fn municipalities(
        &self,
        program: &ProgramId,
        slice: Slice<MunicipalityKey>,
    ) -> Result<AsOf<Option<Rows<Municipality, MunicipalityKey>>>, Fault> {
        let after = slice.after.as_ref();
        let rows = sqlx::query(sql::MUNICIPALITIES)
            .bind(program.as_str())
            .bind(after.map_or("", MunicipalityKey::as_str))
            .bind(fetched(slice.limit))
            .fetch_all(&self.pool(&Scope::Public).await?)
            .await
            .map_err(Fault::database("reading municipalities"))?;
        let first = rows.first().ok_or(Fault::NoCheckpoint)?;
        if row::get::<Option<String>>(first, "program")?.is_none() {
            return row::as_of(&rows, None);
        }
        let items = rows.iter().map(municipality).filter_map(Result::transpose);
        let mut items = items.collect::<Result<Vec<_>, _>>()?;
        let more = cut(&mut items, slice.limit);
        let next = items.last().filter(|_| more).map(|last| last.key.clone());
        row::as_of(&rows, Some(Rows { items, next }))
    }
}

fn municipality(row: &PgRow) -> Result<Option<Municipality>, Fault> {
    let Some(key) = row::get::<Option<&str>>(row, "key")? else {
        return Ok(None);
    };
    Ok(Some(Municipality {
        key: MunicipalityKey::new(key).ok_or(Fault::Value("key"))?,
        name: row::get(row, "name")?,
        kind: kind(row::get(row, "kind")?)?,
        parent: row::get(row, "parent")?,
        valid_from: row::maybe_date(row, "valid_from")?,
        valid_until: row::maybe_date(row, "valid_until")?,
        version: row::position(row, "version")?,
    }))
}

pub(super) fn kind(text: &str) -> Result<Kind, Fault> {
    Kind::parse(text).ok_or(Fault::Value("kind"))
}
