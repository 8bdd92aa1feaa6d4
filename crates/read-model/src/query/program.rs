//! Programs.

use anmeldewerk_contract::Position;
use anmeldewerk_domain::ProgramId;
use sqlx::postgres::PgRow;

use super::{AsOf, ReadModel, Scope, row};
use crate::{Fault, sql};

/// A state program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    /// Its slug.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its Land's two digits.
    pub land: String,
    /// The organisation behind it.
    pub carrier: Option<String>,
    /// A function mailbox.
    pub contact: Option<String>,
    /// The last decision that changed it.
    pub version: Position,
}

impl ReadModel {
    /// Lists all programs by their slugs.
    pub async fn programs(&self) -> Result<AsOf<Vec<Program>>, Fault> {
        let rows = self.program_rows(None).await?;
        let answer = row::as_of(&rows, programs(&rows)?)?;
        Ok(AsOf {
            parked_at: None,
            ..answer
        })
    }

    /// Reads one program.
    pub async fn program(&self, id: &ProgramId) -> Result<AsOf<Option<Program>>, Fault> {
        let rows = self.program_rows(Some(id)).await?;
        row::as_of(&rows, programs(&rows)?.pop())
    }

    async fn program_rows(&self, id: Option<&ProgramId>) -> Result<Vec<PgRow>, Fault> {
        sqlx::query(sql::PROGRAMS)
            .bind(id.map(ProgramId::as_str))
            .fetch_all(&self.pool(&Scope::Public).await?)
            .await
            .map_err(Fault::database("reading programs"))
    }
}

fn programs(rows: &[PgRow]) -> Result<Vec<Program>, Fault> {
    let read = rows.iter().map(program);
    read.filter_map(Result::transpose).collect()
}

fn program(row: &PgRow) -> Result<Option<Program>, Fault> {
    let Some(id) = row::get(row, "id")? else {
        return Ok(None);
    };
    Ok(Some(Program {
        id,
        name: row::get(row, "name")?,
        land: row::get(row, "land")?,
        carrier: row::get(row, "carrier")?,
        contact: row::get(row, "contact")?,
        version: row::position(row, "version")?,
    }))
}
