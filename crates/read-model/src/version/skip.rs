//! Messages that are left out of every version.

use anmeldewerk_contract::Position;
use jiff::Timestamp;
use sqlx::{Row, postgres::PgRow};

use super::Registry;
use crate::{Fault, Skips, sql};

/// A message that is left out, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skip {
    /// Where it stands in the log.
    pub position: Position,
    /// Its subject.
    pub subject: String,
    /// Its hash: another message at this position is not left out.
    pub hash: [u8; 32],
    /// Why, in an operator's words.
    pub reason: String,
    /// When that was decided.
    pub skipped_at: Timestamp,
}

impl Registry {
    /// Lists the messages that are left out, in order.
    pub async fn skip_list(&self) -> Result<Vec<Skip>, Fault> {
        let rows = sqlx::query(sql::SKIP_LIST).fetch_all(self.pool()).await;
        let rows = rows.map_err(Fault::database("listing skips"))?;
        rows.iter().map(read).collect()
    }

    /// Gives the messages that are left out, as readers need them.
    pub async fn skips(&self) -> Result<Skips, Fault> {
        let all = self.skip_list().await?.into_iter();
        Ok(all.map(|skip| (skip.position, skip.hash)).collect())
    }

    /// Has a message left out from now on; asked twice it changes nothing.
    pub async fn skip(
        &self,
        position: Position,
        subject: &str,
        (hash, reason): ([u8; 32], &str),
    ) -> Result<(), Fault> {
        let noted = sqlx::query(sql::SKIP_INSERT)
            .bind(position.as_i64())
            .bind(subject)
            .bind(hash.as_slice())
            .bind(reason)
            .execute(self.pool())
            .await;
        noted.map(drop).map_err(Fault::database("noting a skip"))
    }
}

fn read(row: &PgRow) -> Result<Skip, Fault> {
    let position: i64 = row
        .try_get("position")
        .map_err(Fault::database("position"))?;
    let hash: Vec<u8> = row
        .try_get("message_hash")
        .map_err(Fault::database("message_hash"))?;
    let at: jiff_sqlx::Timestamp = row
        .try_get("skipped_at")
        .map_err(Fault::database("skipped_at"))?;
    Ok(Skip {
        position: Position::from_i64(position),
        subject: row.try_get("subject").map_err(Fault::database("subject"))?,
        hash: hash.try_into().map_err(|_| Fault::Value("message_hash"))?,
        reason: row.try_get("reason").map_err(Fault::database("reason"))?,
        skipped_at: at.to_jiff(),
    })
}
