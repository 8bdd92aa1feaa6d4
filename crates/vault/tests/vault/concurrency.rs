use std::{collections::BTreeSet, sync::Arc};

use anmeldewerk_vault::{PersonQuery, Resolved, Vault};
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::house::{House, anke, anke_but};

async fn resolve_all(vaults: &[Arc<Vault>], batches: Vec<Vec<PersonQuery>>) -> Vec<Resolved> {
    let mut tasks = JoinSet::new();
    for (batch, vault) in batches.into_iter().zip(vaults.iter().cycle()) {
        let vault = Arc::clone(vault);
        tasks.spawn(async move { vault.resolve(&batch).await.expect("the vault answers") });
    }
    tasks.join_all().await.into_iter().flatten().collect()
}

async fn two_vaults(house: &House) -> [Arc<Vault>; 2] {
    [Arc::new(house.vault().await), Arc::new(house.vault().await)]
}

#[tokio::test(flavor = "multi_thread")]
async fn sixty_four_at_once_make_one_person() {
    let house = House::build().await;
    let vaults = two_vaults(&house).await;
    let batches = (0..64).map(|number| vec![anke(number)]).collect();
    let resolved = resolve_all(&vaults, batches).await;
    let persons: BTreeSet<Uuid> = resolved.iter().map(|one| one.person).collect();
    assert_eq!(persons.len(), 1);
    assert_eq!(resolved.iter().filter(|one| !one.existing).count(), 1);
    assert_eq!(house.count("SELECT count(*) FROM person").await, 1);
    assert_eq!(house.count("SELECT count(*) FROM program_key").await, 1);
    assert_eq!(
        house
            .count("SELECT count(*) FROM person_registration")
            .await,
        64
    );
}

/// Asks for the 500 people of a round, forwards in even batches and backwards in odd ones.
fn crossing(round: u128, batch: u128) -> Vec<PersonQuery> {
    let query = |who: u128| {
        let number = (round * 10 + batch) * 1000 + who;
        anke_but(number, |query| query.name = format!("Name {round} {who}"))
    };
    let mut queries: Vec<_> = (0..500).map(query).collect();
    if batch % 2 == 1 {
        queries.reverse();
    }
    queries
}

#[tokio::test(flavor = "multi_thread")]
async fn crossing_batches_agree_and_never_wait_in_a_circle() {
    let house = House::build().await;
    let vaults = two_vaults(&house).await;
    for round in 0..8 {
        let batches = (0..4).map(|batch| crossing(round, batch)).collect();
        let resolved = resolve_all(&vaults, batches).await;
        assert_eq!(resolved.len(), 4 * 500);
        let persons: BTreeSet<Uuid> = resolved.iter().map(|one| one.person).collect();
        assert_eq!(persons.len(), 500);
        assert_eq!(resolved.iter().filter(|one| !one.existing).count(), 500);
    }
    assert_eq!(house.count("SELECT count(*) FROM person").await, 8 * 500);
}

#[tokio::test(flavor = "multi_thread")]
async fn sixty_four_at_once_make_one_actor() {
    let house = House::build().await;
    let vaults = two_vaults(&house).await;
    let mut tasks = JoinSet::new();
    for vault in vaults.iter().cycle().take(64) {
        let vault = Arc::clone(vault);
        tasks.spawn(async move { vault.actor("issuer", "anke").await });
    }
    let ids: BTreeSet<Uuid> = tasks
        .join_all()
        .await
        .into_iter()
        .map(|id| id.expect("the vault answers"))
        .collect();
    assert_eq!(ids.len(), 1);
}
