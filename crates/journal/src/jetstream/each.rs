//! Appending as fast as it goes: by single publishes or by one atomic batch, whichever was faster.

use std::collections::HashMap;

use anmeldewerk_contract::{Position, Subject};
use futures_util::future::join_all;
use tokio::time::Instant;

use super::{
    JetStream, append,
    pace::{Load, Way},
};
use crate::{AppendError, Entry};

/// The most messages that the server takes in one batch.
pub(super) const MOST: usize = 1_000;

type Outcome = Result<Position, AppendError>;

/// The entries of one subject, in order, each with its place among all.
type Chain<'e> = Vec<(usize, &'e Entry)>;

pub(super) async fn append(log: &JetStream, entries: &[Entry]) -> Vec<Outcome> {
    let chains = chains(entries);
    let load = Load {
        messages: entries.len(),
        longest: chains.iter().map(Vec::len).max().unwrap_or(0),
    };
    let way = log.pace.choose(load);
    let start = Instant::now();
    let outcomes = match way {
        Way::Batch => batched(log, entries).await,
        Way::Plain => plain(log, chains, entries.len()).await,
    };
    if !outcomes.is_empty() && outcomes.iter().all(Result::is_ok) {
        log.pace.learn(way, load, start.elapsed());
    }
    outcomes
}

async fn batched(log: &JetStream, entries: &[Entry]) -> Vec<Outcome> {
    match append::whole(log, entries).await {
        Ok(positions) => positions.into_iter().map(Ok).collect(),
        Err(error) => vec![Err(error); entries.len()],
    }
}

/// Publishes all subjects at once; of each at most one message is under way.
async fn plain(log: &JetStream, chains: Vec<Chain<'_>>, count: usize) -> Vec<Outcome> {
    let published = join_all(chains.into_iter().map(|chain| publish(log, chain))).await;
    let mut outcomes: Vec<(usize, Outcome)> = published.into_iter().flatten().collect();
    outcomes.sort_unstable_by_key(|(index, _)| *index);
    debug_assert_eq!(outcomes.len(), count, "each entry has one outcome");
    outcomes.into_iter().map(|(_, outcome)| outcome).collect()
}

/// Publishes one behind the other; the first that fails ends it, and none behind it was stored.
async fn publish(log: &JetStream, chain: Chain<'_>) -> Vec<(usize, Outcome)> {
    let mut outcomes: Vec<(usize, Outcome)> = Vec::with_capacity(chain.len());
    for (index, entry) in chain {
        let outcome = match outcomes.last() {
            None => append::one(log, entry, entry.expected).await,
            Some((_, Ok(before))) => append::one(log, entry, Some(*before)).await,
            Some((_, Err(error))) => Err(error.clone()),
        };
        outcomes.push((index, outcome));
    }
    outcomes
}

fn chains(entries: &[Entry]) -> Vec<Chain<'_>> {
    let mut by_subject: HashMap<&Subject, usize> = HashMap::with_capacity(entries.len());
    let mut chains: Vec<Chain<'_>> = Vec::new();
    for (index, entry) in entries.iter().enumerate() {
        let next = chains.len();
        let chain = *by_subject.entry(&entry.subject).or_insert(next);
        if chain == next {
            chains.push(Vec::new());
        }
        chains[chain].push((index, entry));
    }
    chains
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(name: &str) -> Entry {
        Entry {
            subject: Subject::literal(format!("aw.log.program.{name}")),
            expected: Some(Position::START),
            headers: Vec::new(),
            payload: bytes::Bytes::new(),
        }
    }

    #[test]
    fn entries_of_one_subject_are_a_chain_in_their_order() {
        let entries = ["a", "b", "a", "c", "b", "a"].map(entry);
        let chains = chains(&entries);
        let places: Vec<Vec<usize>> = chains
            .iter()
            .map(|chain| chain.iter().map(|(index, _)| *index).collect())
            .collect();
        assert_eq!(places, [vec![0, 2, 5], vec![1, 4], vec![3]]);
    }
}
