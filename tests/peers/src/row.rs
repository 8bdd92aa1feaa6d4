//! The figures, printed as one JSON document.

use std::time::Duration;

use serde::Serialize;

use crate::{exact::Verdict, load::Outcome};

/// What is measured.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Subject<'a> {
    pub(crate) peer: &'a str,
    pub(crate) what: &'a str,
    pub(crate) clients: usize,
    pub(crate) seats: u32,
}

#[derive(Debug, Serialize)]
struct Row {
    peer: String,
    what: String,
    clients: usize,
    seats: u32,
    decided: usize,
    unanswered: usize,
    confirmed: usize,
    conflicts: usize,
    seconds: f64,
    per_second: f64,
    p50_ms: Option<f64>,
    p99_ms: Option<f64>,
    p999_ms: Option<f64>,
    /// All seats were taken.
    full: bool,
    /// What the peer did wrong; an answer that is wrong is no faster for it.
    wrong: Option<String>,
}

impl<'a> Subject<'a> {
    /// Names a replay, which has one reader and no seats to give.
    pub(crate) fn replay(peer: &'a str, what: &'a str) -> Self {
        Self {
            peer,
            what,
            clients: 1,
            seats: 0,
        }
    }
}

/// Rows as they are measured; each is told when it is there.
#[derive(Debug, Default)]
pub(crate) struct Rows(Vec<Row>);

impl Rows {
    /// Adds commands that were given under load.
    pub(crate) fn load(&mut self, subject: Subject<'_>, outcome: &Outcome, verdict: &Verdict) {
        let decided = outcome.times.len();
        let seconds = outcome.took.as_secs_f64();
        self.add(Row {
            peer: subject.peer.to_owned(),
            what: subject.what.to_owned(),
            clients: subject.clients,
            seats: subject.seats,
            decided,
            unanswered: outcome.unanswered,
            confirmed: verdict.confirmed,
            conflicts: outcome.conflicts,
            seconds,
            per_second: rate(decided, outcome.took),
            p50_ms: quantile(&outcome.times, 500),
            p99_ms: quantile(&outcome.times, 990),
            p999_ms: quantile(&outcome.times, 999),
            full: verdict.confirmed == subject.seats as usize,
            wrong: (!verdict.wrong.is_empty()).then(|| verdict.wrong.join(", ")),
        });
    }

    /// Adds events that were shown again from the first.
    pub(crate) fn replay(&mut self, subject: Subject<'_>, events: usize, took: Duration) {
        self.add(Row {
            peer: subject.peer.to_owned(),
            what: subject.what.to_owned(),
            clients: subject.clients,
            seats: subject.seats,
            decided: events,
            unanswered: 0,
            confirmed: 0,
            conflicts: 0,
            seconds: took.as_secs_f64(),
            per_second: rate(events, took),
            p50_ms: None,
            p99_ms: None,
            p999_ms: None,
            full: false,
            wrong: None,
        });
    }

    fn add(&mut self, row: Row) {
        eprintln!(
            "  {}, {}, {} clients: {:.0}/s; {} decided, {} unanswered, {} confirmed, {} conflicts in {:.1} s; \
             p50 {:.1} ms, p99 {:.1} ms, p99.9 {:.1} ms",
            row.peer,
            row.what,
            row.clients,
            row.per_second,
            row.decided,
            row.unanswered,
            row.confirmed,
            row.conflicts,
            row.seconds,
            row.p50_ms.unwrap_or_default(),
            row.p99_ms.unwrap_or_default(),
            row.p999_ms.unwrap_or_default(),
        );
        if let Some(wrong) = &row.wrong {
            eprintln!("  WRONG: {}: {wrong}", row.peer);
        }
        self.0.push(row);
    }

    /// Prints all of them.
    pub(crate) fn print(&self) -> anyhow::Result<()> {
        println!("{}", serde_json::to_string_pretty(&self.0)?);
        Ok(())
    }
}

fn rate(count: usize, took: Duration) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX)) / took.as_secs_f64().max(1e-9)
}

/// Gives the time in milliseconds that so many of a thousand did not exceed.
fn quantile(sorted: &[Duration], of_thousand: usize) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    let index = (last * of_thousand + 500) / 1_000;
    sorted.get(index).map(|time| time.as_secs_f64() * 1_000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_times_that_occurred() {
        let times: Vec<Duration> = (0..=100).map(Duration::from_millis).collect();
        assert_eq!(quantile(&times, 500), Some(50.0));
        assert_eq!(quantile(&times, 990), Some(99.0));
        assert_eq!(quantile(&times, 999), Some(100.0));
        assert_eq!(quantile(&[], 500), None);
    }
}
