use anmeldewerk_vault::{Contact, DataKeys, Found, FreeText, Identity, Opening, Place, Vault};
use uuid::Uuid;

use crate::house::{House, anke, anke_but, identity, place, resolve, seal, sealed};

async fn keys(vault: &Vault, person: Uuid) -> DataKeys {
    let mut known = vault.known(&[person]).await.expect("the vault answers");
    match known.remove(&person) {
        Some(Found::Live(keys)) => keys,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn the_living_the_erased_the_damaged_and_the_unknown_are_told_apart() {
    let house = House::build().await;
    let vault = house.vault().await;
    let queries: Vec<_> = (0..4)
        .map(|number| anke_but(number, |query| query.name = format!("Name {number}")))
        .collect();
    let resolved = vault.resolve(&queries).await.expect("the vault answers");
    let persons: Vec<Uuid> = resolved.iter().map(|one| one.person).collect();
    house.erase(persons[1]).await;
    sqlx::query("UPDATE person SET contact_key = identity_key WHERE id = $1")
        .bind(persons[2])
        .execute(&house.owner)
        .await
        .expect("the owner may swap");

    let unknown = Uuid::from_u128(7);
    let asked = [&persons[..], &[unknown], &persons[..]].concat();
    let known = vault.known(&asked).await.expect("the vault answers");
    assert_eq!(known.len(), 4);
    for at in [0, 3] {
        let block = seal(&resolved[at], "Heide");
        let Some(Found::Live(keys)) = known.get(&persons[at]) else {
            panic!("{known:?}");
        };
        let open = keys.open_part::<Identity>(&block.bytes, block.commit, place(persons[at]));
        assert_eq!(open.ok(), Some(identity("Heide")));
    }
    let Found::Erased(at) = &known[&persons[1]] else {
        panic!("{known:?}");
    };
    assert_eq!(at.to_string(), "2019-10-01T10:20:30.123456Z");
    assert!(matches!(known[&persons[2]], Found::Damaged));
    assert!(!known.contains_key(&unknown));
}

#[tokio::test]
async fn an_old_block_is_opened_amended_and_sealed_anew_for_the_same_person() {
    let house = House::build().await;
    let vault = house.vault().await;
    let anke = resolve(&vault, anke(1)).await;
    let old = seal(&anke, "Heide");

    let keys = keys(&house.vault().await, anke.person).await;
    let read = keys.open_part::<Identity>(&old.bytes, old.commit, place(anke.person));
    let mut part = read.expect("nothing moved");
    part.title = Some("Dr.".into());
    let amended = Place {
        decision: Uuid::from_u128(0xdec2),
        ..place(anke.person)
    };
    let new = keys.seal(&part, amended).expect("there is randomness");
    let new = new.expect("the part is not empty");

    let page = [sealed(place(anke.person), &old), sealed(amended, &new)];
    let openings = house.opener().await.open_many(&page).await;
    let titles: Vec<_> = openings
        .expect("the vault answers")
        .iter()
        .map(|opening| match opening {
            Opening::Opened(plain) => plain.read::<Identity>().expect("it is one").title.clone(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(titles, [None, Some("Dr.".to_owned())]);
}

#[tokio::test]
async fn the_contact_of_a_group_and_a_reason_are_sealed_like_any_part() {
    let house = House::build().await;
    let first = resolve(&house.vault().await, anke(1)).await;
    let contact = Contact {
        email: Some("gruppe@example.org".into()),
        phone: None,
        source_reference: None,
    };
    let reason = FreeText {
        needs: None,
        remark: None,
        reason: Some("Fortbildung fällt aus".into()),
    };
    let at = place(first.person);
    let contact_block = first.keys.seal(&contact, at).expect("there is randomness");
    let reason_block = first.keys.seal(&reason, at).expect("there is randomness");
    let blocks = [contact_block, reason_block].map(|block| block.expect("it is not empty"));

    let page = blocks.each_ref().map(|block| sealed(at, block));
    let openings = house.opener().await.open_many(&page).await;
    let [Opening::Opened(one), Opening::Opened(other)] = &openings.expect("the vault answers")[..]
    else {
        panic!("both open");
    };
    assert_eq!(one.read::<Contact>().ok(), Some(contact));
    assert_eq!(other.read::<FreeText>().ok(), Some(reason));
}

#[tokio::test]
async fn who_is_erased_is_erased_for_the_next_call() {
    let house = House::build().await;
    let vault = house.vault().await;
    let anke = resolve(&vault, anke(1)).await;
    keys(&vault, anke.person).await;
    house.erase(anke.person).await;
    let known = vault
        .known(&[anke.person])
        .await
        .expect("the vault answers");
    assert!(matches!(known[&anke.person], Found::Erased(_)));
}

#[tokio::test]
async fn no_person_asks_nobody() {
    let house = House::build().await;
    let vault = house.vault().await;
    vault.close().await;
    assert!(vault.known(&[]).await.expect("nobody is asked").is_empty());
    let asked = vault.known(&[Uuid::nil()]).await;
    assert!(asked.expect_err("the pool is closed").is_retryable());
}
