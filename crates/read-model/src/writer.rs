//! Applying batches: one transaction for the rows and the checkpoint.

use std::collections::BTreeSet;

use anmeldewerk_contract::{Position, Subject};
use sqlx::{PgConnection, PgPool, Row, postgres::PgPoolOptions};

use crate::{
    Fault,
    batch::Batch,
    checkpoint::{self, Checkpoint, Fence},
    connect_options,
    fold::{Fold, Misfits, Parked, fold},
    misfit,
    poison::Poison,
    sql,
    table::{self, Counting},
    value,
    version::{Stage, Version},
};

/// The name of the projection, in the table of checkpoints and in the subject of its watermark.
pub const PROJECTION: &str = "attendees";

/// The most subjects that may be parked; with more the fault is general and going on would hide it.
pub const MAX_PARKED_SUBJECTS: usize = 1000;

/// The most messages that may be parked, of all subjects together.
pub const MAX_PARKED_MESSAGES: u64 = 100_000;

/// Writes the read model. Whoever holds the newest [`Fence`] is the only one who can.
///
/// It writes one version; whichever is live is none of its business.
#[derive(Clone, Debug)]
pub struct Writer {
    pool: PgPool,
    counting: Counting,
    strict: bool,
}

/// What became of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The rows are written and the checkpoint stands at the batch's end.
    Moved(Written),
    /// The batch was applied before: an answer was lost on the way.
    AlreadyThere,
    /// The checkpoint stands elsewhere: read it again.
    SomeoneAhead,
    /// Somebody took a newer fence.
    FencedOff,
}

/// What a batch has written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// How many rows.
    pub rows: u64,
    /// The subjects that were parked with this batch.
    pub newly_parked: Vec<ParkedSubject>,
    /// How many subjects are parked now.
    pub parked_subjects: usize,
    /// How many messages of them wait.
    pub parked_messages: u64,
}

/// A subject whose rows stay as they were before a position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParkedSubject {
    /// The subject.
    pub subject: Subject,
    /// The position of the message that could not be folded.
    pub since: Position,
    /// Why it could not.
    pub poison: Poison,
}

enum Attempt {
    Done(Outcome),
    /// Rows are missing, or there that should not be.
    Misfit(Misfits),
}

/// After how many milliseconds the database gives up on a writer that stands still inside a
/// transaction: its lock on the checkpoint must not outlive its lead.
const FROZEN_MS: &str = "3000";
/// How many milliseconds a lock is waited for.
const LOCK_MS: &str = "5000";

/// What stood still before a batch.
struct Standing {
    subjects: BTreeSet<String>,
    messages: u64,
}

impl From<&Parked<'_>> for ParkedSubject {
    fn from(parked: &Parked<'_>) -> Self {
        Self {
            subject: parked.subject.clone(),
            since: parked.position,
            poison: parked.poison,
        }
    }
}

impl Writer {
    /// Makes a writer of a version; it connects when it is first needed.
    pub fn connect(url: &str, version: &Version) -> Result<Self, Fault> {
        let options = connect_options(url, &version.path())?.options([
            ("idle_in_transaction_session_timeout", FROZEN_MS),
            ("lock_timeout", LOCK_MS),
        ]);
        let pool = PgPoolOptions::new()
            .max_connections(2)
            .acquire_timeout(std::time::Duration::from_secs(5))
            .connect_lazy_with(options);
        let counting = match version.stage {
            Stage::Building => Counting::AtTheEnd,
            Stage::Ready | Stage::Live | Stage::Retired => Counting::Each,
        };
        Ok(Self {
            pool,
            counting,
            strict: false,
        })
    }

    /// Has poison end a batch instead of parking its subject.
    #[must_use]
    pub fn strict(self) -> Self {
        Self {
            strict: true,
            ..self
        }
    }

    pub(crate) fn pool(&self) -> &PgPool {
        &self.pool
    }

    pub(crate) fn counting(&self) -> Counting {
        self.counting
    }

    /// Ends all connections.
    pub async fn close(&self) {
        self.pool.close().await;
    }

    /// Reads how far the read model has come.
    pub async fn checkpoint(&self) -> Result<Checkpoint, Fault> {
        let found = self.checkpoint_and_fence(sql::CHECKPOINT).await?;
        Ok(found.0)
    }

    /// Takes the right to write; whoever had it before is fenced off.
    pub async fn take_fence(&self) -> Result<(Fence, Checkpoint), Fault> {
        let (checkpoint, fence) = self.checkpoint_and_fence(sql::CHECKPOINT_FENCE).await?;
        Ok((fence, checkpoint))
    }

    async fn checkpoint_and_fence(
        &self,
        statement: &'static str,
    ) -> Result<(Checkpoint, Fence), Fault> {
        let row = sqlx::query(statement).bind(PROJECTION);
        let row = row.fetch_optional(&self.pool).await;
        let row = row.map_err(Fault::database("reading the checkpoint"))?;
        checkpoint::read(&row.ok_or(Fault::NoCheckpoint)?)
    }

    /// Applies a batch: rows and checkpoint in one transaction, so each decision counts exactly once.
    ///
    /// A message that cannot be folded parks its subject; all others flow.
    pub async fn apply(&self, fence: Fence, batch: &Batch) -> Result<Outcome, Fault> {
        let mut misfits = Misfits::new();
        loop {
            match self.attempt(fence, batch, &misfits).await? {
                Attempt::Done(outcome) => return Ok(outcome),
                Attempt::Misfit(found) => misfits.extend(found),
            }
        }
    }

    async fn attempt(
        &self,
        fence: Fence,
        batch: &Batch,
        misfits: &Misfits,
    ) -> Result<Attempt, Fault> {
        let begun = self.pool.begin().await;
        let mut transaction = begun.map_err(Fault::database("beginning a transaction"))?;
        let Some(parked) = move_checkpoint(&mut transaction, fence, batch).await? else {
            drop(transaction);
            return Ok(Attempt::Done(self.why_not(fence, batch).await?));
        };
        let fold = fold(batch, &parked.subjects, misfits);
        if self.strict {
            whole(&fold)?;
        }
        let written = written(&fold, &parked)?;
        match table::write(&mut transaction, &fold, self.counting).await {
            Ok(rows) => {
                let committed = transaction.commit().await;
                committed.map_err(Fault::database("committing"))?;
                Ok(Attempt::Done(Outcome::Moved(Written { rows, ..written })))
            }
            Err(rows @ Fault::Rows { .. }) => {
                let rolled_back = transaction.rollback().await;
                rolled_back.map_err(Fault::database("rolling back"))?;
                self.explain(&fold, rows).await
            }
            Err(fault) => Err(fault),
        }
    }

    /// Says why the checkpoint could not be moved.
    async fn why_not(&self, fence: Fence, batch: &Batch) -> Result<Outcome, Fault> {
        let (checkpoint, current) = self.checkpoint_and_fence(sql::CHECKPOINT).await?;
        Ok(if current != fence {
            Outcome::FencedOff
        } else if checkpoint.position == batch.to() {
            Outcome::AlreadyThere
        } else {
            Outcome::SomeoneAhead
        })
    }

    /// Finds the entries that do not fit the rows; where all of them fit, the fault stands.
    async fn explain(&self, fold: &Fold<'_>, fault: Fault) -> Result<Attempt, Fault> {
        let misfits = misfit::look(&self.pool, fold).await?;
        if misfits.is_empty() {
            Err(fault)
        } else {
            Ok(Attempt::Misfit(misfits))
        }
    }
}

/// Moves the checkpoint over a batch and gives the parked subjects; nothing where it stands elsewhere.
async fn move_checkpoint(
    connection: &mut PgConnection,
    fence: Fence,
    batch: &Batch,
) -> Result<Option<Standing>, Fault> {
    const DOING: &str = "moving the checkpoint";
    let hash = batch.hash();
    let row = sqlx::query(sql::CHECKPOINT_MOVE)
        .bind(PROJECTION)
        .bind(batch.from.as_i64())
        .bind(fence.0)
        .bind(batch.to().as_i64())
        .bind(hash.as_ref().map(<[u8; 32]>::as_slice))
        .bind(value::instant(batch.stream_created))
        .fetch_one(connection)
        .await
        .map_err(Fault::database(DOING))?;
    let moved: bool = row.try_get("moved").map_err(Fault::database(DOING))?;
    let parked: Option<Vec<String>> = row.try_get("parked").map_err(Fault::database(DOING))?;
    let messages: i64 = row.try_get("messages").map_err(Fault::database(DOING))?;
    Ok(moved.then(|| Standing {
        subjects: parked.unwrap_or_default().into_iter().collect(),
        messages: u64::try_from(messages).unwrap_or(0),
    }))
}

/// Insists that nothing is parked.
fn whole(fold: &Fold<'_>) -> Result<(), Fault> {
    match fold.parked.first() {
        None => Ok(()),
        Some(first) => Err(Fault::Poison {
            position: first.position,
            code: first.poison.code(),
        }),
    }
}

fn written(fold: &Fold<'_>, before: &Standing) -> Result<Written, Fault> {
    let newly_parked: Vec<ParkedSubject> = fold.newly_parked().map(ParkedSubject::from).collect();
    let parked_subjects = before.subjects.len() + newly_parked.len();
    let parked_now = u64::try_from(fold.parked.len()).unwrap_or(u64::MAX);
    let parked_messages = before.messages.saturating_add(parked_now);
    let too_many = parked_subjects > MAX_PARKED_SUBJECTS || parked_messages > MAX_PARKED_MESSAGES;
    if too_many && parked_now > 0 {
        return Err(Fault::TooManyParked(parked_subjects));
    }
    Ok(Written {
        rows: 0,
        newly_parked,
        parked_subjects,
        parked_messages,
    })
}
