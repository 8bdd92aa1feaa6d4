use anmeldewerk_vault::{Likeness, PersonQuery};
use uuid::Uuid;

use crate::house::{House, anke, anke_but, change, look_up, reindex, resolve};

/// Asks for somebody of this name, with an e-mail address.
fn named(number: u128, name: &str) -> PersonQuery {
    let name = name.to_owned();
    anke_but(number, |query| query.name = name)
}

/// Asks for somebody of this name without an e-mail address.
fn nameless(number: u128, name: &str) -> PersonQuery {
    let mut query = named(number, name);
    query.email = None;
    query
}

fn only(person: Uuid) -> Likeness {
    Likeness {
        same: Some(person),
        look_alikes: Vec::new(),
    }
}

/// Lists person and the transaction that last wrote them.
async fn writers(house: &House) -> Vec<(Uuid, String)> {
    sqlx::query_as("SELECT id, xmin::text FROM person ORDER BY id")
        .fetch_all(&house.owner)
        .await
        .expect("the owner may read")
}

#[tokio::test]
async fn an_amended_person_is_found_by_their_newest_data_and_not_by_the_old() {
    let house = House::build().await;
    let vault = house.vault().await;
    let person = resolve(&vault, named(1, "Anke Heide")).await.person;
    reindex(&vault, &[change(person, named(9, "Anke Holm"))]).await;

    assert_eq!(look_up(&vault, named(9, "Anke Holm")).await, only(person));
    let before = look_up(&vault, named(9, "Anke Heide")).await;
    assert_eq!(before, Likeness::default());
    let again = resolve(&vault, named(2, "Anke Holm")).await;
    assert_eq!((again.person, again.existing), (person, true));
    assert!(!resolve(&vault, named(3, "Anke Heide")).await.existing);
}

#[tokio::test]
async fn another_living_person_keeps_the_data_and_both_are_look_alikes() {
    let house = House::build().await;
    let vault = house.vault().await;
    let heide = resolve(&vault, named(1, "Anke Heide")).await.person;
    let holm = resolve(&vault, named(2, "Anke Holm")).await.person;
    reindex(&vault, &[change(holm, named(9, "Anke Heide"))]).await;

    let likeness = look_up(&vault, named(9, "Anke Heide")).await;
    assert_eq!(likeness.same, Some(heide));
    assert_eq!(likeness.look_alikes, [holm]);
    let left = look_up(&vault, named(9, "Anke Holm")).await;
    assert_eq!(left, Likeness::default());
}

#[tokio::test]
async fn what_an_erased_person_had_may_be_another_persons() {
    let house = House::build().await;
    let vault = house.vault().await;
    let erased = resolve(&vault, named(1, "Anke Heide")).await.person;
    let holm = resolve(&vault, named(2, "Anke Holm")).await.person;
    let changes = [change(holm, named(9, "Anke Heide"))];
    reindex(&vault, &changes).await;
    house.erase(erased).await;
    reindex(&vault, &changes).await;
    assert_eq!(look_up(&vault, named(9, "Anke Heide")).await, only(holm));
}

#[tokio::test]
async fn done_again_it_writes_nothing() {
    let house = House::build().await;
    let vault = house.vault().await;
    let heide = resolve(&vault, named(1, "Anke Heide")).await.person;
    let holm = resolve(&vault, named(2, "Anke Holm")).await.person;
    let kruse = resolve(&vault, named(3, "Anke Kruse")).await.person;
    let changes = [
        change(holm, named(9, "Anke Heide")),
        change(kruse, nameless(9, "Anke Kruse")),
        change(heide, named(9, "Anke Heide")),
    ];
    reindex(&vault, &changes).await;
    let first = writers(&house).await;
    reindex(&vault, &changes).await;
    assert_eq!(writers(&house).await, first);
}

#[tokio::test]
async fn the_erased_the_unknown_and_other_programs_are_passed_over() {
    let house = House::build().await;
    let vault = house.vault().await;
    let erased = resolve(&vault, named(1, "Anke Heide")).await.person;
    let foreign = anke_but(2, |query| query.program = "mv".into());
    let foreign = resolve(&vault, foreign).await.person;
    let living = resolve(&vault, named(3, "Bernd Holm")).await.person;
    house.erase(erased).await;
    let before = writers(&house).await;

    let new = || named(9, "Anke Kruse");
    let changes = [
        change(erased, new()),
        change(Uuid::from_u128(7), new()),
        change(foreign, new()),
        change(living, new()),
    ];
    reindex(&vault, &changes).await;
    assert_eq!(look_up(&vault, new()).await, only(living));
    let touched: Vec<_> = before
        .into_iter()
        .zip(writers(&house).await)
        .filter_map(|(before, after)| (before != after).then_some(before.0))
        .collect();
    assert_eq!(touched, [living]);
}

#[tokio::test]
async fn the_last_change_of_a_person_counts() {
    let house = House::build().await;
    let vault = house.vault().await;
    let person = resolve(&vault, named(1, "Anke Heide")).await.person;
    let changes = ["Anke Holm", "Anke Kruse"].map(|name| change(person, named(9, name)));
    reindex(&vault, &changes).await;
    assert_eq!(look_up(&vault, named(9, "Anke Kruse")).await, only(person));
    let between = look_up(&vault, named(9, "Anke Holm")).await;
    assert_eq!(between, Likeness::default());
}

#[tokio::test]
async fn the_first_of_a_batch_gets_what_several_want() {
    let house = House::build().await;
    let vault = house.vault().await;
    let mut persons = Vec::new();
    for (number, name) in (1..).zip(["Anke Heide", "Anke Holm", "Anke Kruse"]) {
        persons.push(resolve(&vault, named(number, name)).await.person);
    }
    let [heide, holm, kruse] = persons[..] else {
        panic!("there are three");
    };
    let changes = [holm, heide, kruse].map(|person| change(person, named(9, "Anke Lund")));
    reindex(&vault, &changes).await;
    let likeness = look_up(&vault, named(9, "Anke Lund")).await;
    assert_eq!(likeness.same, Some(holm));
    assert_eq!(likeness.look_alikes, [heide, kruse]);
}

#[tokio::test]
async fn what_one_gives_up_another_of_the_batch_may_take_in_any_order() {
    let house = House::build().await;
    let vault = house.vault().await;
    let heide = resolve(&vault, named(1, "Anke Heide")).await.person;
    let holm = resolve(&vault, named(2, "Anke Holm")).await.person;
    let swapped = [
        change(holm, named(9, "Anke Heide")),
        change(heide, named(9, "Anke Holm")),
    ];
    reindex(&vault, &swapped).await;
    assert_eq!(look_up(&vault, named(9, "Anke Heide")).await, only(holm));
    assert_eq!(look_up(&vault, named(9, "Anke Holm")).await, only(heide));
}

#[tokio::test]
async fn without_an_address_only_the_likeness_stays_and_a_placeholder_keeps_nothing() {
    let house = House::build().await;
    let vault = house.vault().await;
    let heide = resolve(&vault, named(1, "Anke Heide")).await.person;
    let holm = resolve(&vault, named(2, "Anke Holm")).await.person;
    let nobody = anke_but(9, |query| query.placeholder = true);
    let changes = [
        change(heide, nameless(9, "Anke Heide")),
        change(holm, nobody),
    ];
    reindex(&vault, &changes).await;
    let likeness = look_up(&vault, anke(9)).await;
    assert_eq!(likeness.same, None);
    assert_eq!(likeness.look_alikes, [heide]);
    let bare = "SELECT count(*) FROM person WHERE strong IS NULL AND soft IS NULL";
    assert_eq!(house.count(bare).await, 1);
}

#[tokio::test]
async fn no_change_asks_nobody() {
    let house = House::build().await;
    let vault = house.vault().await;
    vault.close().await;
    vault.reindex(&[]).await.expect("nobody is asked");
}
