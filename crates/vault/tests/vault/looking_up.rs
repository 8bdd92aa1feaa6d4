use anmeldewerk_vault::Likeness;

use crate::house::{House, anke, anke_but, look_up, resolve};

#[tokio::test]
async fn the_same_person_and_the_look_alikes_are_told_apart() {
    let house = House::build().await;
    let vault = house.vault().await;
    let same = resolve(&vault, anke(1)).await;
    let without = resolve(&vault, anke_but(2, |query| query.email = None)).await;
    let other = anke_but(3, |query| query.email = Some("other@example.org".into()));
    let other = resolve(&vault, other).await;

    let spelt = anke_but(9, |query| query.name = "Dr. ANKE  Heide".into());
    let likeness = look_up(&vault, spelt).await;
    assert_eq!(likeness.same, Some(same.person));
    assert_eq!(likeness.look_alikes, [without.person, other.person]);

    let likeness = look_up(&vault, anke_but(9, |query| query.email = None)).await;
    assert_eq!(likeness.same, None);
    assert_eq!(
        likeness.look_alikes,
        [same.person, without.person, other.person]
    );
}

#[tokio::test]
async fn looking_up_makes_and_notes_nobody() {
    let house = House::build().await;
    let vault = house.vault().await;
    assert_eq!(look_up(&vault, anke(1)).await, Likeness::default());
    assert_eq!(house.count("SELECT count(*) FROM person").await, 0);
    let notes = "SELECT count(*) FROM person_registration";
    assert_eq!(house.count(notes).await, 0);
}

#[tokio::test]
async fn likenesses_stand_in_the_order_of_the_queries() {
    let house = House::build().await;
    let vault = house.vault().await;
    let named = |number: u128| anke_but(number, |query| query.name = format!("Name {number}"));
    let known: Vec<_> = (0..40).map(named).collect();
    vault.resolve(&known).await.expect("the vault answers");

    let asked: Vec<_> = (0..80).rev().map(named).collect();
    let likenesses = vault.lookup(&asked).await.expect("the vault answers");
    assert_eq!(likenesses.len(), 80);
    for (number, likeness) in (0..80).rev().zip(likenesses) {
        let known = (number < 40).then(|| named(number).fresh_id);
        assert_eq!(likeness.same, known, "{number}");
        assert!(likeness.look_alikes.is_empty());
    }
}

#[tokio::test]
async fn the_erased_the_nobodies_and_other_programs_are_not_found() {
    let house = House::build().await;
    let vault = house.vault().await;
    let erased = resolve(&vault, anke(1)).await;
    house.erase(erased.person).await;
    resolve(&vault, anke_but(2, |query| query.program = "mv".into())).await;
    resolve(&vault, anke_but(3, |query| query.placeholder = true)).await;

    let nobody = anke_but(9, |query| query.placeholder = true);
    let likenesses = vault.lookup(&[anke(8), nobody]).await;
    let likenesses = likenesses.expect("the vault answers");
    assert_eq!(likenesses, [Likeness::default(), Likeness::default()]);
}

#[tokio::test]
async fn likenesses_are_bounded_and_the_same_takes_no_room() {
    let house = House::build().await;
    let vault = house.vault().await;
    let same = resolve(&vault, anke(999)).await;
    let queries: Vec<_> = (0..150)
        .map(|number| anke_but(number, |query| query.email = None))
        .collect();
    vault.resolve(&queries).await.expect("the vault answers");
    let likeness = look_up(&vault, anke(1000)).await;
    assert_eq!(likeness.same, Some(same.person));
    assert_eq!(likeness.look_alikes.len(), 100);
    assert!(likeness.look_alikes.is_sorted());
    assert!(!likeness.look_alikes.contains(&same.person));
}

#[tokio::test]
async fn no_query_asks_nobody() {
    let house = House::build().await;
    let vault = house.vault().await;
    vault.close().await;
    let likenesses = vault.lookup(&[]).await.expect("nobody is asked");
    assert!(likenesses.is_empty());
}
