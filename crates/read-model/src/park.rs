//! Subjects that stand still: what they wait for, and going on with them.

use std::collections::BTreeSet;

use anmeldewerk_contract::{Position, Subject};
use sqlx::{PgConnection, Postgres, Row, Transaction, postgres::PgRow};

use crate::{
    Fault, PROJECTION, ParkedSubject, Writer,
    batch::{Batch, Entry},
    fold::{Misfits, fold},
    misfit, sql, table,
};

/// A subject whose rows stand still.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The subject.
    pub subject: String,
    /// The position of the message that could not be folded.
    pub since: Position,
    /// Why it could not.
    pub code: String,
    /// How many messages wait, with that one.
    pub messages: u64,
}

/// A message that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pointer {
    /// Where it stands in the log.
    pub position: Position,
    /// Its hash when it was parked.
    pub hash: [u8; 32],
    /// Why it waits.
    pub code: String,
}

/// What became of messages that waited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replayed {
    /// How many are folded now, or left out.
    pub folded: usize,
    /// What still stands in the way; nothing where the subject flows again.
    pub still: Option<ParkedSubject>,
}

enum Attempt {
    Done(Replayed),
    Misfit(Misfits),
}

impl Writer {
    /// Lists the subjects that stand still.
    pub async fn standing(&self) -> Result<Vec<Standing>, Fault> {
        let rows = sqlx::query(sql::PARKED_SUBJECTS)
            .fetch_all(self.pool())
            .await
            .map_err(Fault::database("listing parked subjects"))?;
        rows.iter().map(standing).collect()
    }

    /// Lists the messages of a subject that wait, in order.
    pub async fn waiting(&self, subject: &str) -> Result<Vec<Pointer>, Fault> {
        let rows = sqlx::query(sql::PARKED_MESSAGES)
            .bind(subject)
            .fetch_all(self.pool())
            .await
            .map_err(Fault::database("listing parked messages"))?;
        rows.iter().map(pointer).collect()
    }

    /// Folds the messages that wait for a subject, in one transaction; what cannot be folded yet goes on waiting.
    ///
    /// `entries` are exactly the messages that wait, as they stand in the log: else nothing happens and it is
    /// [`Fault::NotAlone`], because somebody has parked more or has replayed them already.
    pub async fn replay(&self, subject: &Subject, entries: Vec<Entry>) -> Result<Replayed, Fault> {
        let batch = Batch::scattered(entries);
        let mut misfits = Misfits::new();
        loop {
            match self.try_replay(subject, &batch, &misfits).await? {
                Attempt::Done(replayed) => return Ok(replayed),
                Attempt::Misfit(found) => misfits.extend(found),
            }
        }
    }

    async fn try_replay(
        &self,
        subject: &Subject,
        batch: &Batch,
        misfits: &Misfits,
    ) -> Result<Attempt, Fault> {
        let begun = self.pool().begin().await;
        let mut transaction = begun.map_err(Fault::database("beginning a transaction"))?;
        let waits = hold(&mut transaction, subject).await?;
        let given = batch.entries.iter();
        if !given.map(|entry| (entry.position, entry.hash)).eq(waits) {
            return Err(Fault::NotAlone);
        }
        let fold = fold(batch, &BTreeSet::new(), misfits);
        match table::write(&mut transaction, &fold, self.counting()).await {
            Ok(_) => {
                commit(transaction).await?;
                let folded = batch.len() - fold.parked.len();
                let still = fold.newly_parked().next().map(ParkedSubject::from);
                Ok(Attempt::Done(Replayed { folded, still }))
            }
            Err(rows @ Fault::Rows { .. }) => {
                let rolled_back = transaction.rollback().await;
                rolled_back.map_err(Fault::database("rolling back"))?;
                let misfits = misfit::look(self.pool(), &fold).await?;
                if misfits.is_empty() {
                    return Err(rows);
                }
                Ok(Attempt::Misfit(misfits))
            }
            Err(fault) => Err(fault),
        }
    }
}

/// Keeps everybody else from writing, and takes what waits for a subject away.
async fn hold(
    connection: &mut PgConnection,
    subject: &Subject,
) -> Result<Vec<(Position, [u8; 32])>, Fault> {
    const DOING: &str = "taking parked messages";
    sqlx::query(sql::CHECKPOINT_HOLD)
        .bind(PROJECTION)
        .execute(&mut *connection)
        .await
        .map_err(Fault::database(DOING))?;
    let rows = sqlx::query(sql::PARKED_MESSAGES)
        .bind(subject.as_str())
        .fetch_all(&mut *connection)
        .await
        .map_err(Fault::database(DOING))?;
    sqlx::query(sql::PARKED_DELETE)
        .bind(subject.as_str())
        .execute(&mut *connection)
        .await
        .map_err(Fault::database(DOING))?;
    let pointers = rows.iter().map(pointer);
    pointers
        .map(|pointer| pointer.map(|pointer| (pointer.position, pointer.hash)))
        .collect()
}

async fn commit(transaction: Transaction<'_, Postgres>) -> Result<(), Fault> {
    let committed = transaction.commit().await;
    committed.map_err(Fault::database("committing"))
}

fn standing(row: &PgRow) -> Result<Standing, Fault> {
    let since: i64 = row.try_get("since").map_err(Fault::database("since"))?;
    let messages: i64 = row
        .try_get("messages")
        .map_err(Fault::database("messages"))?;
    Ok(Standing {
        subject: row.try_get("subject").map_err(Fault::database("subject"))?,
        since: Position::from_i64(since),
        code: row
            .try_get("error_code")
            .map_err(Fault::database("error_code"))?,
        messages: u64::try_from(messages).map_err(|_| Fault::Value("messages"))?,
    })
}

fn pointer(row: &PgRow) -> Result<Pointer, Fault> {
    let position: i64 = row
        .try_get("position")
        .map_err(Fault::database("position"))?;
    let hash: Vec<u8> = row
        .try_get("message_hash")
        .map_err(Fault::database("message_hash"))?;
    Ok(Pointer {
        position: Position::from_i64(position),
        hash: hash.try_into().map_err(|_| Fault::Value("message_hash"))?,
        code: row
            .try_get("error_code")
            .map_err(Fault::database("error_code"))?,
    })
}
