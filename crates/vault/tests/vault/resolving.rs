use anmeldewerk_vault::{Class, Fault};
use uuid::Uuid;

use crate::house::{House, anke, anke_but, place, resolve, seal, sealed};

#[tokio::test]
async fn a_new_person_is_made_and_found_again_with_the_same_keys() {
    let house = House::build().await;
    let vault = house.vault().await;
    let first = resolve(&vault, anke(1)).await;
    assert_eq!(first.person, anke(1).fresh_id);
    assert!(!first.existing);
    assert!(first.look_alikes.is_empty());

    // Another process, another spelling.
    let other = house.vault().await;
    let query = anke_but(2, |query| query.name = "Dr. ANKE  Heide".into());
    let again = resolve(&other, query).await;
    assert_eq!(again.person, first.person);
    assert!(again.existing);
    assert!(again.look_alikes.is_empty());

    let block = seal(&first, "Heide");
    assert_eq!(block.class, Class::Identity);
    let opened = again.keys.open(&sealed(place(first.person), &block));
    assert!(opened.is_some());
}

#[tokio::test]
async fn the_same_person_twice_in_a_batch_is_one_person_with_two_notes() {
    let house = House::build().await;
    let vault = house.vault().await;
    let resolved = vault
        .resolve(&[anke(1), anke(2), anke(1)])
        .await
        .expect("the vault answers");
    assert_eq!(resolved.len(), 3);
    assert!(resolved.iter().all(|one| one.person == anke(1).fresh_id));
    assert_eq!(
        resolved.iter().map(|one| one.existing).collect::<Vec<_>>(),
        [false, true, false]
    );
    assert!(resolved.iter().all(|one| one.look_alikes.is_empty()));
    assert_eq!(house.count("SELECT count(*) FROM person").await, 1);
    let notes: Vec<(Uuid, Uuid, Uuid)> = sqlx::query_as(
        "SELECT person, workshop, registration FROM person_registration ORDER BY registration",
    )
    .fetch_all(&house.owner)
    .await
    .expect("the owner may read");
    let note = |number| {
        (
            anke(1).fresh_id,
            anke(number).workshop,
            anke(number).registration,
        )
    };
    assert_eq!(notes, [note(1), note(2)]);
}

#[tokio::test]
async fn answers_stand_in_the_order_of_the_queries() {
    let house = House::build().await;
    let vault = house.vault().await;
    let known = resolve(&vault, anke_but(50, |query| query.name = "Name 7".into())).await;
    let queries: Vec<_> = (0..40)
        .map(|number| anke_but(number, |query| query.name = format!("Name {number}")))
        .collect();
    let resolved = vault.resolve(&queries).await.expect("the vault answers");
    for (query, one) in queries.iter().zip(&resolved) {
        if query.name == "Name 7" {
            assert_eq!(one.person, known.person);
            assert!(one.existing);
        } else {
            assert_eq!(one.person, query.fresh_id);
            assert!(!one.existing);
        }
    }
    assert_eq!(
        house
            .count("SELECT count(*) FROM person_registration")
            .await,
        41
    );
}

#[tokio::test]
async fn another_address_makes_a_look_alike_in_the_same_batch_and_in_a_later_one() {
    let house = House::build().await;
    let vault = house.vault().await;
    let with = |number, email: &str| {
        let email = email.to_owned();
        anke_but(number, |query| query.email = Some(email))
    };
    let batch = vault
        .resolve(&[with(1, "a@example.org"), with(2, "b@example.org")])
        .await
        .expect("the vault answers");
    assert_eq!(batch[0].look_alikes, [batch[1].person]);
    assert_eq!(batch[1].look_alikes, [batch[0].person]);

    let later = resolve(&vault, with(3, "c@example.org")).await;
    assert_eq!(later.look_alikes, [batch[0].person, batch[1].person]);
}

#[tokio::test]
async fn without_an_address_everybody_is_new_and_a_look_alike() {
    let house = House::build().await;
    let vault = house.vault().await;
    let nameless = |number| anke_but(number, |query| query.email = None);
    let known = resolve(&vault, anke(1)).await;
    let second = resolve(&vault, nameless(2)).await;
    let third = resolve(&vault, nameless(3)).await;
    assert_eq!(second.person, nameless(2).fresh_id);
    assert_eq!(third.person, nameless(3).fresh_id);
    assert_eq!(second.look_alikes, [known.person]);
    assert_eq!(third.look_alikes, [known.person, second.person]);
}

#[tokio::test]
async fn a_placeholder_is_nobody() {
    let house = House::build().await;
    let vault = house.vault().await;
    let nobody = |number| {
        anke_but(number, |query| {
            query.name = "N.N.".into();
            query.placeholder = true;
        })
    };
    let batch = vault
        .resolve(&[nobody(1), nobody(2)])
        .await
        .expect("the vault answers");
    let later = resolve(&vault, nobody(3)).await;
    for (number, one) in (1..).zip(batch.iter().chain([&later])) {
        assert_eq!(one.person, nobody(number).fresh_id);
        assert!(!one.existing);
        assert!(one.look_alikes.is_empty());
    }
}

#[tokio::test]
async fn a_program_knows_nobody_of_another_program() {
    let house = House::build().await;
    let vault = house.vault().await;
    let here = resolve(&vault, anke(1)).await;
    let there = resolve(&vault, anke_but(2, |query| query.program = "mv".into())).await;
    assert_ne!(here.person, there.person);
    assert!(there.look_alikes.is_empty());
    let strong: i64 = house
        .count("SELECT count(DISTINCT strong) + count(DISTINCT soft) FROM person")
        .await;
    assert_eq!(strong, 4);
}

#[tokio::test]
async fn asked_again_with_the_same_fresh_ids_it_names_the_same_persons() {
    let house = House::build().await;
    let vault = house.vault().await;
    let queries = [
        anke(1),
        anke_but(2, |query| query.email = None),
        anke_but(3, |query| query.placeholder = true),
    ];
    let first = vault.resolve(&queries).await.expect("the vault answers");
    let again = vault.resolve(&queries).await.expect("the vault answers");
    for (one, other) in first.iter().zip(&again) {
        assert_eq!(one.person, other.person);
        assert!(other.existing);
    }
    assert_eq!(house.count("SELECT count(*) FROM person").await, 3);
    assert_eq!(
        house
            .count("SELECT count(*) FROM person_registration")
            .await,
        3
    );
}

#[tokio::test]
async fn a_fresh_id_that_is_somebody_elses_is_refused() {
    let house = House::build().await;
    let vault = house.vault().await;
    let known = resolve(&vault, anke(1)).await;
    for stranger in [
        anke_but(1, |query| query.name = "Bernd Holm".into()),
        anke_but(1, |query| query.email = None),
        anke_but(1, |query| query.program = "mv".into()),
    ] {
        let refused = vault.resolve(&[stranger]).await;
        assert!(
            matches!(refused, Err(Fault::IdTaken { person }) if person == known.person),
            "{refused:?}"
        );
    }
}

#[tokio::test]
async fn an_erased_person_is_not_found_and_their_id_never_used_again() {
    let house = House::build().await;
    let vault = house.vault().await;
    let erased = resolve(&vault, anke(1)).await;
    house.erase(erased.person).await;

    let refused = vault.resolve(&[anke(1)]).await;
    assert!(matches!(refused, Err(Fault::IdTaken { .. })), "{refused:?}");

    let anew = resolve(&vault, anke(2)).await;
    assert_eq!(anew.person, anke(2).fresh_id);
    assert!(!anew.existing);
    assert!(anew.look_alikes.is_empty());
}

#[tokio::test]
async fn an_empty_batch_has_no_answers() {
    let house = House::build().await;
    let vault = house.vault().await;
    let resolved = vault.resolve(&[]).await.expect("there is nothing to do");
    assert!(resolved.is_empty());
}

#[tokio::test]
async fn look_alikes_are_bounded() {
    let house = House::build().await;
    let vault = house.vault().await;
    let queries: Vec<_> = (0..150)
        .map(|number| anke_but(number, |query| query.email = None))
        .collect();
    vault.resolve(&queries).await.expect("the vault answers");
    let one = resolve(&vault, anke(150)).await;
    assert_eq!(one.look_alikes.len(), 100);
    assert!(one.look_alikes.is_sorted());
}

#[tokio::test]
async fn a_refusal_names_the_constraint_and_repeats_no_value() {
    let house = House::build().await;
    let vault = house.vault().await;
    let fault = vault
        .resolve(&[anke_but(1, |query| query.program.clear())])
        .await
        .expect_err("a program has a name");
    assert!(matches!(fault, Fault::Refused { .. }), "{fault:?}");
    let shown = format!("{fault:?}");
    assert!(shown.contains("program_key_program_check"), "{shown}");
    assert!(!shown.contains("Failing row"), "{shown}");
    assert!(!format!("{:?}", anke(1)).contains("Heide"));
}
