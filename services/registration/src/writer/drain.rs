//! The task: takes what waits, and does not answer before the log has it.

use std::{sync::Arc, time::Duration};

use anmeldewerk_journal::Journal;
use anmeldewerk_service::clock::Stopwatch;
use anmeldewerk_vault::Vault;
use tokio::sync::mpsc;

use super::{
    Desk, Job, QUEUE, Reply,
    attempt::{Attempt, Failure, Verdict},
    cells::Cells,
};
use crate::snapshot::Shelf;

/// The most decisions in one drain: the server takes 1000 messages in one batch.
const DRAIN: usize = 1_000;
/// How often a drain is decided anew, after a conflict or a lost answer.
const ATTEMPTS: u32 = 8;
/// The pause before the second attempt; it doubles, with a jitter.
const PAUSE: Duration = Duration::from_millis(20);
/// After this long no further attempt is made.
const PATIENCE: Duration = Duration::from_secs(12);

/// The log gave a position twice: it was restored, or cut off, while we were writing.
#[derive(Debug, thiserror::Error)]
#[error("log has regressed: it gave a position that it had given before")]
pub(crate) struct Regressed;

/// The writer's task and what it holds.
pub(crate) struct Writer<J> {
    journal: J,
    vault: Arc<Vault>,
    cells: Cells,
    queue: mpsc::Receiver<Job>,
}

impl<J: Journal> Writer<J> {
    /// Makes the task and the desk where commands are handed in.
    ///
    /// The task ends when the last desk is gone and everything handed in is answered.
    pub(crate) fn new(journal: J, vault: Arc<Vault>, shelf: Shelf) -> (Self, Desk) {
        let (sender, queue) = mpsc::channel(QUEUE);
        let writer = Self {
            journal,
            vault,
            cells: Cells::new(shelf),
            queue,
        };
        (writer, Desk { queue: sender })
    }

    /// Works until every desk is gone.
    ///
    /// Fails where the log has regressed: what it acknowledges then must not be believed.
    pub(crate) async fn run(mut self) -> Result<(), Regressed> {
        let mut jobs = Vec::new();
        while self.queue.recv_many(&mut jobs, DRAIN).await > 0 {
            metrics::histogram!("writer_drain_commands").record(count(jobs.len()));
            metrics::gauge!("writer_queue_depth").set(count(self.queue.len()));
            let took = Stopwatch::start();
            self.settle(std::mem::take(&mut jobs)).await?;
            metrics::histogram!("writer_drain_seconds").record(took.elapsed().as_secs_f64());
        }
        Ok(())
    }

    /// Answers every job, at the latest when patience is at its end.
    async fn settle(&mut self, jobs: Vec<Job>) -> Result<(), Regressed> {
        self.cells.begin_drain();
        let since = Stopwatch::start();
        let mut attempt = Attempt::new(jobs);
        for round in 0..ATTEMPTS {
            match attempt
                .run(&self.journal, &self.vault, &mut self.cells)
                .await
            {
                Ok(verdicts) => {
                    attempt = attempt.answer(verdicts);
                    if attempt.is_empty() {
                        return Ok(());
                    }
                }
                Err(Failure::Conflict) => metrics::counter!("writer_conflicts_total").increment(1),
                Err(Failure::Unknown) => attempt.doubt(),
                Err(Failure::Regressed) => {
                    attempt.doubt();
                    attempt.refuse_all();
                    return Err(Regressed);
                }
                Err(Failure::Unavailable) if attempt.is_in_doubt() => {}
                Err(Failure::Unavailable) => break,
            }
            if since.elapsed() > PATIENCE {
                break;
            }
            pause(round).await;
        }
        attempt.refuse_all();
        Ok(())
    }
}

/// Waits before the next attempt: two services in conflict must not stay in step.
async fn pause(round: u32) {
    let [jitter] = crate::fresh::random_bytes();
    let longest = PAUSE.saturating_mul(1 << round.min(6));
    let span = longest.mul_f64(0.5 + f64::from(jitter) / 510.0);
    #[expect(
        clippy::disallowed_methods,
        reason = "a bounded pause between attempts"
    )]
    tokio::time::sleep(span).await;
}

fn count(number: usize) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX))
}

pub(super) fn answer(job: Job, verdict: Verdict) {
    let reply: Reply = verdict.into_reply();
    // The client may have gone; what was decided stands all the same.
    drop(job.reply.send(reply));
}
