//! What is due by itself: each message says when its workshop wants to be settled next.
//!
//! Every registration service follows the headers of the log and asks for a settlement when an
//! instant has passed. Nothing rests on it: each command settles first what is due at its time.

use std::{
    collections::{BTreeMap, BTreeSet},
    convert::Infallible,
    time::Duration,
};

use anmeldewerk_contract::{
    ClockKind, CommandId, Fingerprint, Message, Position, SETTLED_BY, due_of,
};
use anmeldewerk_domain::{Boundary, Command, Instant, workshop};
use anmeldewerk_journal::{FollowError, Follower, JetStream};
use anmeldewerk_service::{Process, clock::Clock, telemetry::chain};
use futures_util::future::join_all;

use crate::{
    access::Asker,
    fresh,
    writer::{Asked, Desk, Refusal, Wish},
};

/// How often it is looked whether something is due.
const PERIOD: Duration = Duration::from_millis(250);
/// How many headers are taken at once.
const BATCH: usize = 2_000;
/// How many workshops are settled at once.
const AT_ONCE: usize = 32;
/// After a lost connection it is followed again no sooner than this.
const PAUSE: Duration = Duration::from_secs(1);

/// When each boundary wants to be settled next.
#[derive(Default)]
struct Agenda {
    by_boundary: BTreeMap<Boundary, Instant>,
    by_instant: BTreeSet<(Instant, Boundary)>,
}

impl Agenda {
    /// Takes in what the newest message of a boundary says.
    fn note(&mut self, message: &Message) {
        let Some(boundary) = message.subject.boundary() else {
            return;
        };
        match due_of(&message.headers) {
            Ok(due) => self.set(boundary, due),
            Err(error) => tracing::error!(error = %chain(&error), "a header could not be read"),
        }
    }

    fn set(&mut self, boundary: Boundary, due: Option<Instant>) {
        if let Some(before) = self.by_boundary.remove(&boundary) {
            self.by_instant.remove(&(before, boundary.clone()));
        }
        if let Some(due) = due {
            self.by_boundary.insert(boundary.clone(), due);
            self.by_instant.insert((due, boundary));
        }
    }

    /// Gives some of what is due at `now`, the longest overdue first.
    fn due(&self, now: Instant) -> Vec<(Instant, Boundary)> {
        let passed = self.by_instant.iter().take_while(|(due, _)| *due <= now);
        passed.take(AT_ONCE).cloned().collect()
    }

    /// Strikes out what was settled, unless a newer message said something else meanwhile.
    fn done(&mut self, due: Instant, boundary: Boundary) {
        if self.by_boundary.get(&boundary) == Some(&due) {
            self.set(boundary, None);
        }
    }
}

/// Follows the headers and settles what is due, until the process is asked to stop.
pub(crate) async fn run(
    journal: JetStream,
    desk: Desk,
    process: Process,
) -> Result<(), Infallible> {
    let mut agenda = Agenda::default();
    let mut last = Position::START;
    let mut follower: Option<Follower> = None;
    let mut tick = tokio::time::interval(PERIOD);
    let mut pause = tokio::time::interval(PAUSE);
    loop {
        tokio::select! {
            () = process.shutdown.requested() => return Ok(()),
            batch = next(&mut follower) => match batch {
                Ok(messages) => {
                    last = messages.last().map_or(last, |message| message.position);
                    for message in &messages {
                        agenda.note(message);
                    }
                }
                Err(error) => {
                    tracing::warn!(error = %chain(&error), "the log's headers were lost from sight");
                    follower = None;
                }
            },
            _ = pause.tick(), if follower.is_none() => {
                follower = journal.follow_headers(last).await.ok();
            }
            _ = tick.tick() => settle_due(&mut agenda, &desk, &process.clock).await,
        }
        metrics::gauge!("timer_workshops_waiting").set(f64::from(
            u32::try_from(agenda.by_boundary.len()).unwrap_or(u32::MAX),
        ));
    }
}

/// Waits for headers; without a follower for ever.
async fn next(follower: &mut Option<Follower>) -> Result<Vec<Message>, FollowError> {
    match follower {
        Some(follower) => follower.batch(BATCH).await,
        None => std::future::pending().await,
    }
}

async fn settle_due(agenda: &mut Agenda, desk: &Desk, clock: &Clock) {
    let now = clock.now();
    let at = Instant::from_micros(now.at.as_microsecond());
    let kind = if now.simulated {
        ClockKind::Simulated
    } else {
        ClockKind::Real
    };
    let due = agenda.due(at);
    let settled = due.into_iter().map(|(due, boundary)| async move {
        let answer = desk.ask(settlement(boundary.clone(), at, kind)).await;
        (due, boundary, answer)
    });
    for (due, boundary, answer) in join_all(settled).await {
        match answer {
            Ok(_) => agenda.done(due, boundary),
            Err(Refusal::Busy { .. } | Refusal::Unavailable | Refusal::OutcomeUnknown) => {}
            Err(refusal) => {
                tracing::error!(%refusal, "a workshop could not be settled");
                agenda.done(due, boundary);
            }
        }
    }
}

fn settlement(boundary: Boundary, at: Instant, clock: ClockKind) -> Asked {
    Asked {
        boundary,
        asker: Asker::Clock,
        wish: Wish::Ready(Command::Workshop(workshop::Command::Settle)),
        condition: None,
        command: CommandId(fresh::random_bytes()),
        fingerprint: Fingerprint([0; 32]),
        received_at: at,
        clock,
        decision: fresh::ordered_id(at),
        actor: SETTLED_BY,
        traceparent: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use anmeldewerk_domain::WorkshopId;

    fn workshop(id: u128) -> Boundary {
        Boundary::Workshop(WorkshopId(id))
    }

    #[test]
    fn the_newest_message_of_a_workshop_says_when_it_is_due() {
        let at = Instant::from_micros;
        let mut agenda = Agenda::default();
        agenda.set(workshop(1), Some(at(10)));
        agenda.set(workshop(2), Some(at(20)));
        assert_eq!(agenda.due(at(9)), []);
        assert_eq!(agenda.due(at(10)), [(at(10), workshop(1))]);
        agenda.set(workshop(1), Some(at(30)));
        assert_eq!(agenda.due(at(20)), [(at(20), workshop(2))]);
        agenda.done(at(20), workshop(2));
        agenda.done(at(10), workshop(1));
        assert_eq!(
            agenda.due(at(99)),
            [(at(30), workshop(1))],
            "what is newer stays"
        );
        agenda.set(workshop(1), None);
        assert_eq!(agenda.due(at(99)), []);
    }
}
