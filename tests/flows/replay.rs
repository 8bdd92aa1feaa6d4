//! The log read by the pure fold, as the yardstick for everything else.

use std::collections::BTreeMap;

use anmeldewerk_contract::{Position, Recorded, Subject, decode};
use anmeldewerk_domain::{
    Boundary, Event, State, WorkshopId, evolve,
    workshop::{self, Situation, Workshop},
};
use anmeldewerk_journal::{Bookmark, JetStream, Journal, resume};
use anmeldewerk_stack::{flow::Flow, nats::User};
use serde_json::Value;
use uuid::Uuid;

/// Reads the whole log and asserts that it is dense.
pub(crate) async fn log(flow: &Flow) -> Vec<Recorded> {
    let journal = JetStream::connect(&flow.nats.url(User::Projection), "AW_LOG", &[]).await;
    let journal = journal.expect("the log");
    let head = journal.state().await.expect("a state").last;
    let (mut follower, _) = resume(&journal, &Bookmark::START).await.expect("a reader");
    let mut recorded: Vec<Recorded> = Vec::new();
    while recorded
        .last()
        .map_or(Position::START, |last| last.position)
        < head
    {
        let batch = follower.batch(1_000).await.expect("messages");
        recorded.extend(
            batch
                .iter()
                .map(|message| decode(message).expect("a known form")),
        );
    }
    recorded
}

/// Folds one workshop out of the log.
pub(crate) fn workshop(log: &[Recorded], id: &str) -> Workshop {
    let id = Uuid::parse_str(id).expect("an id").as_u128();
    let boundary = Boundary::Workshop(WorkshopId(id));
    let decisions = log
        .iter()
        .filter(|recorded| recorded.decision.boundary == boundary);
    let events = decisions.flat_map(|recorded| &recorded.decision.events);
    match events.fold(boundary.unborn(), evolve) {
        State::Workshop(workshop::State::Exists(workshop)) => *workshop,
        other => panic!("no workshop in the log: {other:?}"),
    }
}

/// What both sides must agree on, for each registration in the order in which they came in.
pub(crate) fn folded_rows(
    log: &[Recorded],
    id: &str,
) -> Vec<(String, String, String, Option<u64>)> {
    let workshop = workshop(log, id);
    let places: BTreeMap<_, u64> = workshop.queue.in_order().into_values().zip(1..).collect();
    let came_in = log.iter().flat_map(|recorded| &recorded.decision.events);
    let came_in = came_in.filter_map(|event| match event {
        Event::Workshop(workshop::Event::Submitted(it)) => Some(it.registration),
        Event::Workshop(workshop::Event::Substituted(it)) => Some(it.successor),
        _ => None,
    });
    let rows = came_in.filter_map(|id| {
        let registration = workshop.registrations.get(&id)?;
        let waits = registration.situation == Situation::Waitlisted;
        Some((
            Uuid::from_u128(id.0).to_string(),
            registration.number.to_string(),
            registration.situation.name().to_owned(),
            waits.then(|| places[&id]),
        ))
    });
    rows.collect()
}

/// The same out of the gateway's answers.
pub(crate) fn shown_rows(items: &[Value]) -> Vec<(String, String, String, Option<u64>)> {
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let row = |item: &Value| {
        (
            text(&item["id"]),
            text(&item["number"]),
            text(&item["state"]),
            item["waitlist_place"].as_u64(),
        )
    };
    items.iter().map(row).collect()
}

/// Counts the messages of each subject that hold a command twice; there must be none.
pub(crate) fn assert_no_command_twice(log: &[Recorded]) {
    let mut seen: BTreeMap<_, Position> = BTreeMap::new();
    for recorded in log {
        let command = recorded.decision.command.id;
        if let Some(before) = seen.insert(command, recorded.position) {
            let subject = Subject::from(&recorded.decision.boundary);
            panic!(
                "{subject}: one command at {before} and {}",
                recorded.position
            );
        }
    }
}
