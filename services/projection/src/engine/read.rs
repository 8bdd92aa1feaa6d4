//! Reading and decoding the log beside the writing: on two cores both run at once.

use anmeldewerk_contract::Position;
use anmeldewerk_domain::Instant;
use anmeldewerk_journal::{Bookmark, FollowError, JetStream, message_hash, resume};
use anmeldewerk_read_model::{Batch, Entry, Skips};
use tokio::{sync::mpsc, task::JoinHandle};

use super::Failed;

/// How many decisions are written at once; large enough that a transaction costs nothing beside its rows.
pub(super) const BATCH: usize = 4_000;

/// How many batches wait to be written: one more than is needed to keep both sides busy.
const WAITING: usize = 2;

/// Batches of a part of the log, read ahead; reading ends with this value.
#[derive(Debug)]
pub(super) struct Reader {
    batches: mpsc::Receiver<Result<Batch, FollowError>>,
    task: JoinHandle<()>,
}

/// Which part of the log.
pub(super) struct Part {
    pub(super) from: Bookmark,
    pub(super) to: Position,
    /// Where a decision is later than this, it and all behind it are not read.
    pub(super) not_after: Option<Instant>,
}

impl Reader {
    /// Begins to read a part of the log behind a bookmark, once it is proven to be the log that was read before.
    pub(super) async fn open(log: &JetStream, part: Part, skips: Skips) -> Result<Self, Failed> {
        let (mut follower, created) = resume(log, &part.from).await?;
        let (sender, batches) = mpsc::channel(WAITING);
        let task = tokio::spawn(async move {
            let mut position = part.from.position;
            while position < part.to {
                let left = usize::try_from(part.to.0 - position.0).unwrap_or(usize::MAX);
                let read = follower.exactly(left.min(BATCH)).await;
                let batch = read.map(|messages| {
                    let entries = messages.iter().map(|message| {
                        Entry::read_unless_skipped(message, message_hash(message), &skips)
                    });
                    let in_time = |entry: &Entry| !is_late(entry, part.not_after);
                    let entries: Vec<Entry> = entries.take_while(in_time).collect();
                    let ended = entries.len() < messages.len();
                    (Batch::new(position, created, entries), ended)
                });
                let (batch, ended) = match batch {
                    Ok((batch, ended)) => (Ok(batch), ended),
                    Err(error) => (Err(error), true),
                };
                if let Ok(batch) = &batch {
                    position = batch.to();
                }
                if sender.send(batch).await.is_err() || ended {
                    return;
                }
            }
        });
        Ok(Self { batches, task })
    }

    /// Gives the next batch; nothing where the part has ended.
    pub(super) async fn next(&mut self) -> Result<Option<Batch>, Failed> {
        match self.batches.recv().await {
            None => Ok(None),
            Some(Ok(batch)) => Ok(Some(batch)),
            Some(Err(error)) => Err(error.into()),
        }
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Says whether a decision was made too late; what is no decision has no time.
fn is_late(entry: &Entry, not_after: Option<Instant>) -> bool {
    match (entry.decided_at(), not_after) {
        (Some(decided), Some(limit)) => decided > limit,
        (None, _) | (_, None) => false,
    }
}
