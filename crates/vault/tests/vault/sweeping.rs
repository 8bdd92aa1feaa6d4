//! Persons whom no decision names go; all others stay.

use std::time::Duration;

use anmeldewerk_stack::postgres::Role;
use anmeldewerk_vault::{Fault, Found, Noted, PersonQuery, SWEEP_AFTER, Settled, Vault};
use sqlx::Executor;
use uuid::Uuid;

use crate::house::{House, anke, anke_but, change, look_up, note, reindex, resolve};

const PERSONS: &str = "SELECT count(*) FROM person";
const NOTES: &str = "SELECT count(*) FROM person_registration";

async fn unnamed(vault: &Vault) -> Vec<Noted> {
    let notes = vault.unnamed(SWEEP_AFTER, 1000).await;
    notes.expect("the vault answers")
}

async fn settle(vault: &Vault, named: &[Noted], unnamed: &[Noted]) -> Settled {
    let settled = vault.settle_notes(named, unnamed).await;
    settled.expect("the vault answers")
}

/// Resolves queries, and lets two days pass over their notes, which are returned.
async fn noted<const N: usize>(
    house: &House,
    vault: &Vault,
    queries: [PersonQuery; N],
) -> [Noted; N] {
    let resolved = vault.resolve(&queries).await.expect("the vault answers");
    house.let_days_pass(2).await;
    std::array::from_fn(|at| note(resolved[at].person, &queries[at]))
}

fn counts(marked: u64, dropped: u64, swept: u64) -> Settled {
    Settled {
        marked,
        dropped,
        swept,
    }
}

#[tokio::test]
async fn a_person_whom_nothing_names_goes_with_keys_indexes_and_notes() {
    let house = House::build().await;
    let vault = house.vault().await;
    let notes = noted(&house, &vault, [anke(1), anke(2)]).await;
    assert_eq!(unnamed(&vault).await, notes);

    assert_eq!(settle(&vault, &[], &notes).await, counts(0, 2, 1));
    assert_eq!(house.count(PERSONS).await + house.count(NOTES).await, 0);
    let known = vault.known(&[notes[0].person]).await;
    assert!(known.expect("the vault answers").is_empty());
    assert_eq!(look_up(&vault, anke(9)).await.same, None);
    assert_eq!(settle(&vault, &[], &notes).await, Settled::default());
}

#[tokio::test]
async fn the_same_human_registering_afterwards_is_a_new_person() {
    let house = House::build().await;
    let vault = house.vault().await;
    let notes = noted(&house, &vault, [anke(1)]).await;
    settle(&vault, &[], &notes).await;
    let anew = resolve(&vault, anke(2)).await;
    assert_eq!((anew.person, anew.existing), (anke(2).fresh_id, false));
    assert!(anew.look_alikes.is_empty());
}

#[tokio::test]
async fn a_person_with_a_named_and_an_unnamed_note_stays() {
    let house = House::build().await;
    let vault = house.vault().await;
    let [named, refused] = noted(&house, &vault, [anke(1), anke(2)]).await;
    assert_eq!(settle(&vault, &[named], &[refused]).await, counts(1, 1, 0));
    assert!(unnamed(&vault).await.is_empty());
    let found = vault.known(&[named.person]).await;
    let found = found.expect("the vault answers");
    assert!(matches!(found.get(&named.person), Some(Found::Live(_))));
    assert_eq!(look_up(&vault, anke(9)).await.same, Some(named.person));
}

#[tokio::test]
async fn a_person_with_a_note_that_nobody_asked_about_yet_stays() {
    let house = House::build().await;
    let vault = house.vault().await;
    let [refused] = noted(&house, &vault, [anke(1)]).await;
    resolve(&vault, anke(2)).await;
    assert_eq!(settle(&vault, &[], &[refused]).await, counts(0, 1, 0));
    assert!(resolve(&vault, anke(3)).await.existing);
}

#[tokio::test]
async fn what_was_once_named_stays_whatever_is_said_later() {
    let house = House::build().await;
    let vault = house.vault().await;
    let [both] = noted(&house, &vault, [anke(1)]).await;
    assert_eq!(settle(&vault, &[both], &[both]).await, counts(1, 0, 0));
    assert_eq!(settle(&vault, &[both], &[]).await, Settled::default());
    assert_eq!(settle(&vault, &[], &[both]).await, Settled::default());
    assert_eq!(house.count(PERSONS).await, 1);
}

#[tokio::test]
async fn a_tombstone_stays_when_its_notes_go() {
    let house = House::build().await;
    let vault = house.vault().await;
    let notes = noted(&house, &vault, [anke(1)]).await;
    house.erase(notes[0].person).await;
    assert_eq!(settle(&vault, &[], &notes).await, counts(0, 1, 0));
    let refused = vault.resolve(&[anke(1)]).await;
    assert!(matches!(refused, Err(Fault::IdTaken { .. })), "{refused:?}");
}

#[tokio::test]
async fn a_young_note_is_not_listed_and_not_deleted_either() {
    let house = House::build().await;
    let vault = house.vault().await;
    let person = resolve(&vault, anke(1)).await.person;
    let young = note(person, &anke(1));
    assert!(unnamed(&vault).await.is_empty());
    let forever = vault.unnamed(Duration::MAX, 10).await;
    assert!(forever.expect("the vault answers").is_empty());
    let at_once = vault.unnamed(Duration::ZERO, 10).await;
    assert_eq!(at_once.expect("the vault answers"), [young]);
    assert_eq!(settle(&vault, &[], &[young]).await, Settled::default());
    assert_eq!(house.count(PERSONS).await + house.count(NOTES).await, 2);
}

#[tokio::test]
async fn the_oldest_are_listed_first_and_those_of_a_workshop_together() {
    let house = House::build().await;
    let vault = house.vault().await;
    let at = |number: u128, workshop: u128| {
        anke_but(number, |query| query.workshop = Uuid::from_u128(workshop))
    };
    noted(&house, &vault, [at(1, 2), at(2, 1)]).await;
    noted(&house, &vault, [at(3, 2), at(4, 1)]).await;
    noted(&house, &vault, [at(5, 1)]).await;
    let numbers = |notes: Vec<Noted>| -> Vec<u128> {
        let registrations = notes.iter().map(|note| note.registration.as_u128());
        registrations.map(|id| id - 0xc000_0000).collect()
    };
    let four = vault.unnamed(SWEEP_AFTER, 4).await;
    assert_eq!(numbers(four.expect("the vault answers")), [2, 4, 1, 3]);
    assert_eq!(numbers(unnamed(&vault).await), [2, 4, 5, 1, 3]);
    let some = vault.unnamed(Duration::from_hours(24 * 5), 1000).await;
    assert_eq!(numbers(some.expect("the vault answers")), [2, 1]);
}

#[tokio::test]
async fn who_has_the_data_an_amendment_names_stays_as_long_as_the_amended_registration() {
    let house = House::build().await;
    let vault = house.vault().await;
    let holm = anke_but(2, |query| query.name = "Anke Holm".into());
    let [refused, amended] = noted(&house, &vault, [anke(1), holm]).await;
    let newest = anke_but(2, |query| query.name = "ANKE HEIDE".into());
    let changes = [change(amended.person, newest)];
    reindex(&vault, &changes).await;
    reindex(&vault, &changes).await;

    assert_eq!(
        settle(&vault, &[amended], &[refused]).await,
        counts(1, 1, 0)
    );
    house.let_days_pass(2).await;
    let also = Noted {
        person: refused.person,
        ..amended
    };
    assert_eq!(unnamed(&vault).await, [also]);
    assert_eq!(settle(&vault, &[also], &[]).await, counts(1, 0, 0));
    assert_eq!(look_up(&vault, anke(9)).await.same, Some(refused.person));
}

#[tokio::test]
async fn whom_nothing_was_noted_of_is_left_alone() {
    let house = House::build().await;
    let vault = house.vault().await;
    let notes = noted(&house, &vault, [anke(1)]).await;
    let delete = "DELETE FROM person_registration";
    house.owner.execute(delete).await.expect("the owner may");
    assert_eq!(settle(&vault, &[], &notes).await, Settled::default());
    assert_eq!(house.count(PERSONS).await, 1);
}

#[tokio::test]
async fn no_note_asks_nobody() {
    let house = House::build().await;
    let vault = house.vault().await;
    vault.close().await;
    assert_eq!(settle(&vault, &[], &[]).await, Settled::default());
}

#[tokio::test]
async fn the_role_deletes_what_the_function_allows_and_nothing_else() {
    let house = House::build().await;
    let vault = house.vault().await;
    let named = |number: u128| anke_but(number, |query| query.name = format!("Name {number}"));
    let [kept, erased, _refused] = noted(&house, &vault, [1, 2, 3].map(named)).await;
    resolve(&vault, named(4)).await;
    settle(&vault, &[kept], &[]).await;
    house.erase(erased.person).await;

    let everything = "SELECT settle_notes(array_agg(person), array_agg(workshop),
            array_agg(registration), array_agg(false)) FROM person_registration";
    let mut connection = house.connection(Role::Registration).await;
    connection.execute(everything).await.expect("it may");
    let left: Vec<Uuid> = sqlx::query_scalar("SELECT id FROM person ORDER BY id")
        .fetch_all(&house.owner)
        .await
        .expect("the owner may read");
    assert_eq!(left, [1, 2, 4].map(|number| named(number).fresh_id));
}
