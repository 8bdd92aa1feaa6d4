//! What a drain has decided, on its way into the log: appended, and its ground made sure of.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

use anmeldewerk_contract::{Decision, Message, Position, Subject};
use anmeldewerk_domain::Boundary;
use anmeldewerk_journal::{AppendError, Entry, Journal};
use anmeldewerk_service::clock::Stopwatch;
use futures_util::future::join_all;
use tokio::task::JoinHandle;

use super::{
    Job,
    draft::Draft,
    plan::{Plan, Written},
};

/// How often what others have not touched goes again without what they have.
const AGAIN: usize = 3;
/// How many subjects are asked for at once.
const AT_ONCE: usize = 32;

pub(super) type Outcome = Result<Position, AppendError>;

/// What is known of the state on which something was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ground {
    /// It is durable, and nothing newer is.
    Proven,
    /// The log had moved on.
    Stale,
    /// The log did not tell.
    Unknown,
}

/// A drain whose decisions are on their way.
pub(super) struct Flight {
    pub(super) drafted: Vec<(Job, Draft)>,
    pub(super) decisions: Vec<Arc<Decision>>,
    pub(super) written: Written,
    since: Stopwatch,
    air: JoinHandle<Landed>,
}

/// What came of it.
pub(super) struct Landed {
    /// What became of each entry.
    pub(super) outcomes: Vec<Outcome>,
    /// What is known of each boundary that was only read.
    pub(super) grounds: HashMap<Boundary, Ground>,
}

impl Flight {
    /// Sends off what a drain has decided; `unproven` are the boundaries on which something rests
    /// that no append of this drain proves fresh, and where they end as far as is known.
    pub(super) fn start<J: Journal>(
        journal: &J,
        (plan, drafted): (Plan, Vec<(Job, Draft)>),
        unproven: Vec<(Boundary, Position)>,
        since: Stopwatch,
    ) -> Self {
        let (journal, entries) = (journal.clone(), plan.entries);
        let air = tokio::spawn(async move {
            let (outcomes, grounds) = tokio::join!(
                append(&journal, &entries),
                confirm_grounds(&journal, unproven)
            );
            Landed { outcomes, grounds }
        });
        Self {
            drafted,
            decisions: plan.decisions,
            written: plan.written,
            since,
            air,
        }
    }

    /// Waits until it has landed.
    pub(super) async fn landed(&mut self) -> Landed {
        match (&mut self.air).await {
            Ok(landed) => landed,
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
    }

    /// Tells how long ago its drain began.
    pub(super) fn took(&self) -> Duration {
        self.since.elapsed()
    }
}

/// Appends all; where others have written to some subjects, the rest goes again without those.
async fn append<J: Journal>(journal: &J, entries: &[Entry]) -> Vec<Outcome> {
    let took = Stopwatch::start();
    let mut outcomes = journal.append_each(entries).await;
    for _ in 0..AGAIN {
        let again = innocent(journal, entries, &outcomes).await;
        if again.is_empty() {
            break;
        }
        metrics::counter!("writer_innocent_again_total").increment(1);
        let rest: Vec<Entry> = again.iter().map(|index| entries[*index].clone()).collect();
        for (index, outcome) in again.into_iter().zip(journal.append_each(&rest).await) {
            outcomes[index] = outcome;
        }
    }
    if !entries.is_empty() {
        metrics::histogram!("writer_append_seconds").record(took.elapsed().as_secs_f64());
    }
    outcomes
}

/// Lists the entries that failed with others, although their own subjects stand where they were
/// expected: nobody else has written there, and nothing of them was stored.
async fn innocent<J: Journal>(journal: &J, entries: &[Entry], outcomes: &[Outcome]) -> Vec<usize> {
    let failed = |index: &usize| matches!(outcomes[*index], Err(AppendError::Conflict { .. }));
    let failed: Vec<usize> = (0..entries.len()).filter(failed).collect();
    let firsts = failed.iter().map(|index| &entries[*index]);
    let firsts: Vec<&Entry> = firsts.filter(|entry| entry.expected.is_some()).collect();
    if firsts.len() < 2 {
        return Vec::new();
    }
    let subjects: Vec<&Subject> = firsts.iter().map(|entry| &entry.subject).collect();
    let ends = ends(journal, &subjects).await;
    let untouched: HashSet<&Subject> = firsts
        .iter()
        .zip(ends)
        .filter(|(entry, end)| end.is_some() && *end == entry.expected)
        .map(|(entry, _)| &entry.subject)
        .collect();
    let innocent = failed.into_iter();
    innocent
        .filter(|index| untouched.contains(&entries[*index].subject))
        .collect()
}

/// Asks the leader where boundaries end.
async fn confirm_grounds<J: Journal>(
    journal: &J,
    unproven: Vec<(Boundary, Position)>,
) -> HashMap<Boundary, Ground> {
    let subjects: Vec<Subject> = unproven
        .iter()
        .map(|(boundary, _)| Subject::from(boundary))
        .collect();
    let ends = ends(journal, &subjects.iter().collect::<Vec<_>>()).await;
    let grounds = unproven
        .into_iter()
        .zip(ends)
        .map(|((boundary, tail), end)| {
            let ground = match end {
                Some(end) if end == tail => Ground::Proven,
                Some(_) => Ground::Stale,
                None => Ground::Unknown,
            };
            (boundary, ground)
        });
    grounds.collect()
}

/// Asks the leader where subjects end, some at a time; nothing where it does not tell.
async fn ends<J: Journal>(journal: &J, subjects: &[&Subject]) -> Vec<Option<Position>> {
    let mut ends = Vec::with_capacity(subjects.len());
    for some in subjects.chunks(AT_ONCE) {
        let last = some.iter().map(|subject| journal.last(subject));
        let last = join_all(last).await.into_iter();
        let end = |last: Option<Message>| last.map_or(Position::START, |m| m.position);
        ends.extend(last.map(|last| last.ok().map(end)));
    }
    ends
}
