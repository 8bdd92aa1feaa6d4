//! Reindexing while somebody else erases, makes or reindexes the same persons.

use std::sync::Arc;

use anmeldewerk_vault::{PersonQuery, Reindex, Vault};
use tokio::task::{JoinHandle, JoinSet};
use uuid::Uuid;

use crate::house::{House, anke_but, change, erase_by, look_up, reindex, resolve};

fn named(number: u128, name: &str) -> PersonQuery {
    let name = name.to_owned();
    anke_but(number, |query| query.name = name)
}

fn begin(vault: &Arc<Vault>, changes: Vec<Reindex>) -> JoinHandle<()> {
    let vault = Arc::clone(vault);
    tokio::spawn(async move { reindex(&vault, &changes).await })
}

/// Makes persons `Name <from>` and on, and returns them in order.
async fn persons(vault: &Vault, from: u128, amount: u128) -> Vec<Uuid> {
    let queries: Vec<_> = (from..from + amount)
        .map(|number| named(number, &format!("Name {number}")))
        .collect();
    let resolved = vault.resolve(&queries).await.expect("the vault answers");
    resolved.into_iter().map(|one| one.person).collect()
}

#[tokio::test]
async fn a_person_erased_meanwhile_stays_erased() {
    let house = House::build().await;
    let vault = Arc::new(house.vault().await);
    let person = resolve(&vault, named(1, "Anke Heide")).await.person;
    let mut erasure = house.owner.begin().await.expect("the owner may");
    erase_by(&mut *erasure, person).await;

    let reindexing = begin(&vault, vec![change(person, named(9, "Anke Holm"))]);
    house.somebody_waits().await;
    erasure.commit().await.expect("the owner may erase");
    reindexing.await.expect("the vault answers");
    let bare = "SELECT count(*) FROM person WHERE destroyed_at IS NOT NULL AND soft IS NULL";
    assert_eq!(house.count(bare).await, 1);
}

#[tokio::test]
async fn who_takes_the_data_meanwhile_keeps_it() {
    let house = House::build().await;
    let vault = Arc::new(house.vault().await);
    let heide = resolve(&vault, named(1, "Anke Heide")).await.person;
    let holm = resolve(&vault, named(2, "Anke Holm")).await.person;
    let indexes: (Vec<u8>, Vec<u8>) =
        sqlx::query_as("SELECT strong, soft FROM person WHERE id = $1")
            .bind(heide)
            .fetch_one(&house.owner)
            .await
            .expect("the owner may read");
    reindex(&vault, &[change(heide, named(9, "Anke Kruse"))]).await;

    let mut taking = house.owner.begin().await.expect("the owner may");
    sqlx::query("UPDATE person SET strong = $2, soft = $3 WHERE id = $1")
        .bind(heide)
        .bind(indexes.0)
        .bind(indexes.1)
        .execute(&mut *taking)
        .await
        .expect("the owner may write");
    let reindexing = begin(&vault, vec![change(holm, named(9, "Anke Heide"))]);
    house.somebody_waits().await;
    taking.commit().await.expect("nobody bars the way");
    reindexing.await.expect("the vault answers");

    let likeness = look_up(&vault, named(9, "Anke Heide")).await;
    assert_eq!(likeness.same, Some(heide));
    assert_eq!(likeness.look_alikes, [holm]);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_want_the_same_at_once_one_gets_it() {
    let house = House::build().await;
    let vault = Arc::new(house.vault().await);
    let persons = persons(&vault, 0, 32).await;
    let mut tasks = JoinSet::new();
    for (number, person) in (100..).zip(persons) {
        let (one, other) = (Arc::clone(&vault), Arc::clone(&vault));
        tasks.spawn(async move {
            reindex(&one, &[change(person, named(9, "Anke Lund"))]).await;
        });
        tasks.spawn(async move { drop(resolve(&other, named(number, "Anke Lund")).await) });
    }
    tasks.join_all().await;
    let likeness = look_up(&vault, named(9, "Anke Lund")).await;
    assert!(likeness.same.is_some());
    let strong = "SELECT count(*) FROM person WHERE strong IS NOT NULL";
    assert_eq!(house.count(strong).await, 1);
    let alike = "SELECT count(DISTINCT soft) FROM person";
    assert_eq!(house.count(alike).await, 1);
}

/// Asks for the new names of a round, forwards in even batches and backwards in odd ones.
fn crossing(round: u128, batch: u128) -> Vec<PersonQuery> {
    let query = |who: u128| {
        let number = 1000 + (round * 10 + batch) * 1000 + who;
        named(number, &format!("Round {round} {who}"))
    };
    let mut queries: Vec<_> = (0..200).map(query).collect();
    if batch % 2 == 1 {
        queries.reverse();
    }
    queries
}

/// Gives each person the data of the query that stands in the same place.
fn changes(persons: &[Uuid], queries: &[PersonQuery]) -> Vec<Reindex> {
    let pairs = persons.iter().zip(queries);
    pairs
        .map(|(person, query)| change(*person, query.clone()))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn crossing_batches_reindex_the_same_persons_while_others_are_made() {
    let house = House::build().await;
    let vault = Arc::new(house.vault().await);
    let mut persons = persons(&vault, 0, 200).await;
    for round in 0..8 {
        let mut tasks = JoinSet::new();
        for batch in 0..4 {
            let queries = crossing(round, batch);
            let changes = changes(&persons, &queries);
            let (one, other) = (Arc::clone(&vault), Arc::clone(&vault));
            tasks.spawn(async move { reindex(&one, &changes).await });
            tasks.spawn(async move {
                let made = other.resolve(&queries).await;
                assert_eq!(made.expect("the vault answers").len(), 200);
            });
            persons.reverse();
        }
        tasks.join_all().await;
        let found = vault.lookup(&crossing(round, 0)).await;
        for likeness in found.expect("the vault answers") {
            assert!(likeness.same.is_some());
            assert!(likeness.look_alikes.len() <= 1, "{likeness:?}");
        }
    }
}
