//! Many clients at once, bounded in number and in time.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::Context;
use tokio::task::JoinSet;

/// The longest pause after a first conflict; it doubles with each further one.
const FIRST_PAUSE: Duration = Duration::from_millis(2);
const LONGEST_PAUSE: Duration = Duration::from_millis(128);

/// How large a load is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    pub(crate) clients: usize,
    /// Commands, at most.
    pub(crate) commands: usize,
    /// After it, nothing is tried any more.
    pub(crate) time: Duration,
}

/// Which command is tried.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ticket {
    /// Differs from command to command.
    pub(crate) number: usize,
    pub(crate) client: usize,
    /// How many commands this client had before.
    pub(crate) turn: usize,
}

/// What came of one attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Attempt {
    Decided,
    /// Somebody else was faster; the command is tried again.
    Conflict,
}

/// What came of a load.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    /// From the first attempt to the answer, for each command that was decided.
    pub(crate) times: Vec<Duration>,
    pub(crate) conflicts: usize,
    /// Commands that were begun and had no answer when time was up.
    pub(crate) unanswered: usize,
    pub(crate) took: Duration,
}

/// Lets the clients give commands as fast as they are decided.
///
/// A command that met a conflict is tried again after a random pause, until time is up; an attempt that was begun is
/// waited for. Any other failure ends the load.
pub(crate) async fn run<F, A>(bounds: Bounds, attempt: F) -> anyhow::Result<Outcome>
where
    F: Fn(Ticket) -> A + Send + Sync + 'static,
    A: Future<Output = anyhow::Result<Attempt>> + Send,
{
    let (next, attempt) = (Arc::new(AtomicUsize::new(0)), Arc::new(attempt));
    let start = Instant::now();
    let mut set = JoinSet::new();
    for client in 0..bounds.clients {
        let (next, attempt) = (Arc::clone(&next), Arc::clone(&attempt));
        set.spawn(async move {
            let mut mine = Outcome::default();
            for turn in 0.. {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= bounds.commands || start.elapsed() >= bounds.time {
                    break;
                }
                let ticket = Ticket {
                    number,
                    client,
                    turn,
                };
                let until = start + bounds.time;
                give(&mut mine, until, || attempt(ticket)).await?;
            }
            anyhow::Ok(mine)
        });
    }
    let mut all = Outcome::default();
    while let Some(done) = set.join_next().await {
        all.add(done.context("a client panicked")??);
    }
    all.took = start.elapsed();
    all.times.sort_unstable();
    Ok(all)
}

/// Tries one command until it is decided or time is up.
async fn give<A>(
    outcome: &mut Outcome,
    until: Instant,
    attempt: impl Fn() -> A,
) -> anyhow::Result<()>
where
    A: Future<Output = anyhow::Result<Attempt>>,
{
    let begun = Instant::now();
    let mut longest = FIRST_PAUSE;
    loop {
        match attempt().await? {
            Attempt::Decided => {
                outcome.times.push(begun.elapsed());
                return Ok(());
            }
            Attempt::Conflict => outcome.conflicts += 1,
        }
        if Instant::now() >= until {
            outcome.unanswered += 1;
            return Ok(());
        }
        pause(longest).await;
        longest = LONGEST_PAUSE.min(2 * longest);
    }
}

/// Lets the others go on; without it, all of them decide less.
#[expect(
    clippy::disallowed_methods,
    reason = "there is nothing to wait for but time"
)]
async fn pause(longest: Duration) {
    tokio::time::sleep(longest.mul_f64(fastrand::f64())).await;
}

impl Outcome {
    fn add(&mut self, other: Self) {
        self.times.extend(other.times);
        self.conflicts += other.conflicts;
        self.unanswered += other.unanswered;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn every_command_is_decided_once_and_tried_again_after_a_conflict() {
        let bounds = Bounds {
            clients: 3,
            commands: 10,
            time: Duration::from_mins(1),
        };
        let tries = AtomicUsize::new(0);
        let outcome = run(bounds, move |_| {
            let odd = tries.fetch_add(1, Ordering::Relaxed) % 2 == 1;
            async move {
                Ok(if odd {
                    Attempt::Decided
                } else {
                    Attempt::Conflict
                })
            }
        });
        let outcome = outcome.await.expect("nothing fails");
        assert_eq!(outcome.times.len(), 10);
        assert_eq!(outcome.conflicts, 10);
        assert_eq!(outcome.unanswered, 0);
    }

    #[tokio::test]
    async fn what_has_no_answer_when_time_is_up_is_counted() {
        let bounds = Bounds {
            clients: 2,
            commands: 10,
            time: Duration::from_millis(5),
        };
        let outcome = run(bounds, |_| async {
            tokio::task::yield_now().await;
            Ok(Attempt::Conflict)
        });
        let outcome = outcome.await.expect("nothing fails");
        assert!(outcome.times.is_empty());
        assert!(outcome.unanswered >= 1, "{outcome:?}");
    }
}
