use std::sync::Arc;

use anmeldewerk_vault::{AccessFilter, AccessRecord, Concerned, Fault};
use jiff::Timestamp;
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::house::{House, anke, anke_but, resolve};

fn record(subject: &str, persons: &[Uuid]) -> AccessRecord {
    AccessRecord {
        issuer: "issuer".into(),
        subject: subject.into(),
        route: "/v1/attendees".into(),
        persons: persons.to_vec(),
        ..AccessRecord::default()
    }
}

/// Records at once, and gives the answers by subject.
async fn at_once(house: &House, records: Vec<AccessRecord>) -> Vec<(String, Result<(), Fault>)> {
    let opener = Arc::new(house.opener().await);
    let mut set = JoinSet::new();
    for record in records {
        let opener = Arc::clone(&opener);
        set.spawn(async move { (record.subject.clone(), opener.record(record).await) });
    }
    set.join_all().await
}

async fn read(house: &House, concerned: Concerned) -> Vec<AccessRecord> {
    let filter = AccessFilter {
        concerned,
        from: Timestamp::UNIX_EPOCH,
        to: Timestamp::from_second(32_503_680_000).expect("the year 3000"),
        workshop: None,
        before: None,
        limit: 1_000,
    };
    let read = house.opener().await.records(&filter).await;
    let read = read.expect("the gateway may read");
    read.into_iter().map(|recorded| recorded.record).collect()
}

#[tokio::test]
async fn who_records_at_once_shares_commits_and_each_record_is_stored_once_as_it_was() {
    let house = House::build().await;
    let vault = house.vault().await;
    let (first, second) = (
        resolve(&vault, anke(1)).await,
        anke_but(2, |query| {
            query.name = "Somebody else".into();
            query.email = None;
        }),
    );
    let second = resolve(&vault, second).await;
    assert_ne!(first.person, second.person);
    let records = (0..300).map(|number| {
        // Some twice, some unknown to the vault, in any order.
        let persons = match number % 3 {
            0 => vec![second.person, first.person, second.person],
            1 => vec![Uuid::from_u128(number)],
            _ => Vec::new(),
        };
        let mut record = record(&format!("office-{number:03}"), &persons);
        record.purpose = (number % 2 == 0).then(|| format!("purpose {number}"));
        record.workshop = (number % 5 == 0).then(|| Uuid::from_u128(number));
        record
    });
    let records: Vec<AccessRecord> = records.collect();
    for (subject, answer) in at_once(&house, records.clone()).await {
        answer.unwrap_or_else(|fault| panic!("{subject}: {fault}"));
    }
    let mut stored = read(&house, Concerned::Everybody).await;
    stored.sort_by(|one, other| one.subject.cmp(&other.subject));
    let expected = records.into_iter().map(|mut record| {
        record.persons.sort_unstable();
        record.persons.dedup();
        record
    });
    assert!(stored == expected.collect::<Vec<_>>());
    let program = Concerned::Program("sh".into());
    assert_eq!(read(&house, program).await.len(), 100);
    let commits = "SELECT count(DISTINCT xmin::text) FROM access_record";
    let commits = house.count(commits).await;
    assert!((1..100).contains(&commits), "{commits} commits");
}

#[tokio::test]
async fn what_the_database_refuses_is_refused_to_nobody_else() {
    let house = House::build().await;
    let records = (0..20).map(|number| {
        let mut record = record(&format!("office-{number}"), &[]);
        record.purpose = (number == 7).then(|| "no text has \0".to_owned());
        record
    });
    for (subject, answer) in at_once(&house, records.collect()).await {
        match answer {
            Ok(()) => assert_ne!(subject, "office-7"),
            Err(fault) => {
                assert_eq!(subject, "office-7", "{fault}");
                assert!(!fault.is_retryable());
            }
        }
    }
    assert_eq!(read(&house, Concerned::Everybody).await.len(), 19);
}

#[tokio::test]
async fn a_record_of_more_persons_than_others_wait_for_is_stored_too() {
    let house = House::build().await;
    let persons: Vec<Uuid> = (1..=30_000).map(Uuid::from_u128).collect();
    let large = record("auditor", &persons);
    house
        .opener()
        .await
        .record(large.clone())
        .await
        .expect("stored");
    assert!(read(&house, Concerned::Everybody).await == [large]);
}

#[tokio::test]
async fn where_the_database_is_away_all_who_wait_are_told_so() {
    let house = House::build().await;
    let opener = house.opener().await;
    // Nobody who is told that it is stored is told wrongly.
    let closing = opener.close();
    let (first, ()) = tokio::join!(opener.record(record("first", &[])), closing);
    let stored = first.is_ok();
    let after = opener.record(record("after", &[])).await;
    assert!(after.expect_err("no connection").is_retryable());
    let found = read(&house, Concerned::Everybody).await.len();
    assert!(found >= usize::from(stored) && found <= 1, "{found}");
}
