//! Sweeping persons while somebody else finds them.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use anmeldewerk_stack::postgres::Role;
use anmeldewerk_vault::{Noted, PersonQuery, Resolved, Vault};
use sqlx::{Connection, Executor, PgConnection};
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::house::{House, anke, anke_but, note, resolve};

const SETTLE_ALL: &str = "SELECT settle_notes(array_agg(person), array_agg(workshop),
        array_agg(registration), array_agg(false)) FROM person_registration";
const ORPHANS: &str = "SELECT count(*) FROM person_registration AS note
    WHERE NOT EXISTS (SELECT FROM person WHERE person.id = note.person)";

/// Lets every note be two days old from the start.
async fn notes_are_old(house: &House) {
    let old = "ALTER TABLE person_registration
               ALTER noted_at SET DEFAULT now() - interval '2 days'";
    house.owner.execute(old).await.expect("the owner may");
}

async fn house_of_old_notes() -> (House, Arc<Vault>) {
    let house = House::build().await;
    notes_are_old(&house).await;
    let vault = Arc::new(house.vault().await);
    (house, vault)
}

#[tokio::test]
async fn who_is_found_while_they_are_swept_is_made_anew() {
    let (house, vault) = house_of_old_notes().await;
    resolve(&vault, anke(1)).await;
    let mut connection = house.connection(Role::Registration).await;
    let mut sweep = connection.begin().await.expect("the role may");
    sweep.execute(SETTLE_ALL).await.expect("the role may");

    let other = Arc::clone(&vault);
    let resolving = tokio::spawn(async move { resolve(&other, anke(2)).await });
    house.somebody_waits().await;
    sweep.commit().await.expect("the role may");
    let anew = resolving.await.expect("the vault answers");
    assert_eq!((anew.person, anew.existing), (anke(2).fresh_id, false));
    assert_eq!(house.count("SELECT count(*) FROM person").await, 1);
    assert_eq!(house.count(ORPHANS).await, 0);
}

#[tokio::test]
async fn who_is_found_before_they_are_swept_stays() {
    let (house, vault) = house_of_old_notes().await;
    let person = resolve(&vault, anke(1)).await.person;
    let mut finding = house.owner.begin().await.expect("the owner may");
    finding
        .execute("SELECT FROM person FOR KEY SHARE")
        .await
        .expect("the owner may");

    let (other, unnamed) = (Arc::clone(&vault), note(person, &anke(1)));
    let sweeping = tokio::spawn(async move { other.settle_notes(&[], &[unnamed]).await });
    house.somebody_waits().await;
    finding
        .execute(
            "INSERT INTO person_registration (person, workshop, registration)
             SELECT id, gen_random_uuid(), gen_random_uuid() FROM person",
        )
        .await
        .expect("the owner may");
    finding.commit().await.expect("the owner may");
    let settled = sweeping.await.expect("it ends").expect("the vault answers");
    assert_eq!((settled.dropped, settled.swept), (1, 0));
    assert_eq!(resolve(&vault, anke(3)).await.person, person);
}

const CROWD: u128 = 8;
const RESOLVERS: u128 = 3;

/// Asks for the crowd of a round; a registration with an even number comes to be.
fn crowd(round: u128, resolver: u128, comes_to_be: bool) -> Vec<PersonQuery> {
    let query = |who: u128| {
        let number = ((round * (RESOLVERS + 1) + resolver) * CROWD + who) * 2;
        let number = number + u128::from(!comes_to_be);
        let mut query = anke_but(number, |query| query.name = format!("Name {round} {who}"));
        // Persons lie crosswise to the order of the queries.
        query.fresh_id = Uuid::from_u128(number.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        query
    };
    let mut queries: Vec<_> = (0..CROWD).map(query).collect();
    if resolver % 2 == 1 {
        queries.reverse();
    }
    queries
}

fn notes(resolved: &[Resolved], queries: &[PersonQuery]) -> Vec<Noted> {
    let pairs = resolved.iter().zip(queries);
    pairs.map(|(one, query)| note(one.person, query)).collect()
}

/// Has the crowd of a round resolved by many while it is swept; returns the notes
/// whose registrations come to be.
async fn round(vault: &Arc<Vault>, round: u128) -> Vec<Noted> {
    let refused = crowd(round, RESOLVERS, false);
    vault.resolve(&refused).await.expect("the vault answers");
    let mut tasks = JoinSet::new();
    for resolver in 0..RESOLVERS {
        let vault = Arc::clone(vault);
        tasks.spawn(async move {
            let queries = crowd(round, resolver, true);
            let resolved = vault.resolve(&queries).await.expect("the vault answers");
            notes(&resolved, &queries)
        });
    }
    tasks.join_all().await.into_iter().flatten().collect()
}

/// Sweeps until told to stop whatever does not come to be; counts the persons.
async fn sweep(vault: Arc<Vault>, stop: Arc<AtomicBool>, swept: Arc<AtomicU64>) {
    while !stop.load(Ordering::Relaxed) {
        let notes = vault.unnamed(Duration::ZERO, 1000).await;
        let mut notes = notes.expect("the vault answers");
        notes.retain(|note| note.registration.as_u128() % 2 == 1);
        let settled = vault.settle_notes(&[], &notes).await;
        let settled = settled.expect("the vault answers");
        swept.fetch_add(settled.swept, Ordering::Relaxed);
    }
}

async fn is_there(connection: &mut PgConnection, note: Noted) -> bool {
    sqlx::query_scalar(
        "SELECT EXISTS (SELECT FROM person JOIN person_registration AS note ON person.id = note.person
                        WHERE (person, workshop, registration) = ($1, $2, $3))",
    )
    .bind(note.person)
    .bind(note.workshop)
    .bind(note.registration)
    .fetch_one(connection)
    .await
    .expect("the role may read")
}

/// Goes on until the sweep has won a good many times and lost a good many times, for
/// 20 seconds at most.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn whoever_was_resolved_for_a_registration_that_comes_to_be_outlives_every_sweep() {
    let (house, vault) = house_of_old_notes().await;
    let (stop, swept) = (
        Arc::new(AtomicBool::new(false)),
        Arc::new(AtomicU64::new(0)),
    );
    let mut sweepers = JoinSet::new();
    for _ in 0..2 {
        let vault = Arc::new(house.vault().await);
        sweepers.spawn(sweep(vault, Arc::clone(&stop), Arc::clone(&swept)));
    }
    let began = Instant::now();
    let mut kept = Vec::new();
    for number in 0..300 {
        kept.extend(round(&vault, number).await);
        if began.elapsed() > Duration::from_secs(20) {
            break;
        }
    }
    stop.store(true, Ordering::Relaxed);
    sweepers.join_all().await;

    assert_eq!(house.count(ORPHANS).await, 0);
    let mut connection = house.connection(Role::Registration).await;
    for note in &kept {
        assert!(is_there(&mut connection, *note).await, "{note:?}");
    }
    assert!(swept.load(Ordering::Relaxed) > 0, "nobody was ever swept");
}
