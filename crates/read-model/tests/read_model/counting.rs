//! What is counted, and what has happened.

use std::collections::BTreeMap;

use anmeldewerk_domain::workshop::{Event, Reason};
use sqlx::Row;
use uuid::Uuid;

use crate::{
    contract::assert_no_orphans,
    happened::after,
    house::{House, assert_counts},
    story::{
        Log, amended, cancelled, confirmed, created, created_with, settings, slug, submitted,
        waitlisted,
    },
};

/// Reads the timeline, by day, program and event.
async fn timeline(house: &House) -> BTreeMap<(String, String, String), i64> {
    let rows = sqlx::query("SELECT day::text, program, event, amount FROM timeline")
        .fetch_all(&house.owner)
        .await
        .expect("rows");
    let rows = rows
        .iter()
        .map(|row| ((row.get(0), row.get(1), row.get(2)), row.get(3)));
    rows.collect()
}

#[tokio::test]
async fn a_day_counts_what_has_happened_to_each_program_also_to_everybody_at_once() {
    let house = after(
        settings(),
        vec![
            vec![submitted(11, "mv", &["rolle"]), confirmed(11)],
            vec![submitted(12, "sh", &["rolle"]), waitlisted(12)],
            vec![submitted(13, "mv", &[]), confirmed(13)],
            vec![cancelled(13), confirmed(12)],
            vec![amended(11)],
            vec![Event::CalledOff {
                reason: Reason::Organisation,
            }],
        ],
    )
    .await;
    assert_counts(&house).await;
    let found = timeline(&house).await;
    let days: std::collections::BTreeSet<&String> = found.keys().map(|(day, ..)| day).collect();
    assert_eq!(days.len(), 1, "{found:?}");
    let amount = |program: &str, event: &str| {
        let found = found.iter();
        let mut found = found.filter(|((_, p, e), _)| p == program && e == event);
        found.next().map_or(0, |(_, amount)| *amount)
    };
    assert_eq!(amount("mv", "submitted"), 2);
    assert_eq!(amount("mv", "confirmed"), 2);
    assert_eq!(
        amount("mv", "cancelled"),
        2,
        "one by hand, one with the workshop"
    );
    assert_eq!(amount("sh", "submitted"), 1);
    assert_eq!(amount("sh", "waitlisted"), 1);
    assert_eq!(amount("sh", "confirmed"), 1);
    assert_eq!(amount("sh", "cancelled"), 1);
    assert_eq!(found.values().sum::<i64>(), 10, "{found:?}");
}

#[tokio::test]
async fn the_history_of_a_registration_is_its_events_in_order() {
    let house = after(
        settings(),
        vec![
            vec![submitted(11, "mv", &[]), waitlisted(11)],
            vec![confirmed(11)],
            vec![amended(11)],
            vec![cancelled(11)],
        ],
    )
    .await;
    let rows = sqlx::query(
        "SELECT kind, state, position FROM history WHERE registration = $1 ORDER BY position, ordinal",
    )
    .bind(Uuid::from_u128(11))
    .fetch_all(&house.owner)
    .await
    .expect("rows");
    let found: Vec<(String, Option<String>)> =
        rows.iter().map(|row| (row.get(0), row.get(1))).collect();
    let found: Vec<(&str, Option<&str>)> = found
        .iter()
        .map(|(kind, state)| (kind.as_str(), state.as_deref()))
        .collect();
    assert_eq!(
        found,
        [
            ("registration.submitted.v1", Some("submitted")),
            ("registration.waitlisted.v1", Some("waitlisted")),
            ("registration.confirmed.v1", Some("confirmed")),
            ("registration.amended.v1", None),
            ("registration.cancelled.v1", Some("cancelled")),
        ]
    );
    let positions: Vec<i64> = rows.iter().map(|row| row.get(2)).collect();
    assert!(positions.is_sorted());
}

async fn texts(house: &House, statement: &'static str) -> Vec<String> {
    let found = sqlx::query_scalar(statement).fetch_all(&house.owner);
    found.await.expect("rows")
}

#[tokio::test]
async fn dashboards_forget_what_nothing_refers_to_any_more() {
    const MUNICIPALITIES: &str = "SELECT municipality FROM municipalities ORDER BY 1";
    const PROGRAMS: &str = "SELECT program FROM programs ORDER BY 1";
    const TOPICS: &str = "SELECT topic FROM topics WHERE NOT offered ORDER BY 1";
    let house = House::open().await;
    let mut bounded = settings();
    let kreis = anmeldewerk_domain::MunicipalityKey::new("13072").expect("a Kreis");
    bounded.municipality_caps = BTreeMap::from([(kreis, 3)]);
    bounded.program_caps = BTreeMap::from([(slug("he"), 1)]);
    bounded.participating.insert(slug("bb"));
    let mut bare = settings();
    bare.topics = Vec::new();
    let mut log = Log::default();
    let mut done = 0;
    let mut apply = async |log: &Log| {
        house.apply(log.entries()[done..].to_vec()).await;
        done = log.entries().len();
        assert_counts(&house).await;
        assert_no_orphans(&house).await;
    };

    log.workshop(1, vec![created_with(bounded)])
        .workshop(1, vec![submitted(11, "sh", &["rolle"]), confirmed(11)]);
    apply(&log).await;
    assert_eq!(texts(&house, MUNICIPALITIES).await, ["01053", "13072"]);
    assert_eq!(texts(&house, PROGRAMS).await, ["bb", "he", "mv", "sh"]);
    assert!(texts(&house, TOPICS).await.is_empty());

    log.workshop(
        1,
        vec![Event::SettingsAmended {
            settings: Box::new(bare),
            guarantees_restated: false,
        }],
    );
    apply(&log).await;
    assert_eq!(texts(&house, MUNICIPALITIES).await, ["01053"]);
    assert_eq!(texts(&house, PROGRAMS).await, ["mv", "sh"]);
    assert_eq!(texts(&house, TOPICS).await, ["legitimation", "rolle"]);

    log.workshop(1, vec![amended(11)]);
    apply(&log).await;
    assert_eq!(texts(&house, MUNICIPALITIES).await, ["13071107"]);
    assert_eq!(texts(&house, TOPICS).await, ["diskurs", "legitimation"]);

    log.workshop(1, vec![cancelled(11)]);
    apply(&log).await;
    assert!(texts(&house, TOPICS).await.is_empty());

    // Whoever is stated anew at a workshop that is called off in the same batch.
    log.workshop(2, vec![created()])
        .workshop(2, vec![submitted(21, "sh", &["rolle"]), confirmed(21)]);
    apply(&log).await;
    assert_eq!(texts(&house, MUNICIPALITIES).await, ["01053", "13071107"]);
    let reason = Reason::Organisation;
    log.workshop(2, vec![amended(21)])
        .workshop(2, vec![Event::CalledOff { reason }]);
    apply(&log).await;
    assert_eq!(texts(&house, MUNICIPALITIES).await, ["13071107"]);
}
