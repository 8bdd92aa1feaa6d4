use anmeldewerk_vault::{Class, Identity, Opening, Place, Resolved, Sealed, Vault};
use uuid::Uuid;

use crate::house::{DECISION, House, anke, anke_but, identity, place, resolve, seal, sealed};

fn family_name(opening: &Opening) -> Option<String> {
    match opening {
        Opening::Opened(plain) => plain
            .read::<Identity>()
            .expect("the part is an identity")
            .family_name
            .clone(),
        Opening::Erased(_) | Opening::Damaged => None,
    }
}

async fn two_persons(vault: &Vault) -> [Resolved; 2] {
    let bernd = anke_but(2, |query| query.name = "Bernd Holm".into());
    [resolve(vault, anke(1)).await, resolve(vault, bernd).await]
}

#[tokio::test]
async fn a_page_is_opened_in_order() {
    let house = House::build().await;
    let [anke, bernd] = two_persons(&house.vault().await).await;
    let blocks = [
        seal(&anke, "Heide"),
        seal(&bernd, "Holm"),
        seal(&anke, "Voß"),
    ];
    let page = [
        sealed(place(anke.person), &blocks[0]),
        sealed(place(bernd.person), &blocks[1]),
        sealed(place(anke.person), &blocks[2]),
    ];
    let openings = house
        .opener()
        .await
        .open_many(&page)
        .await
        .expect("the vault answers");
    let names: Vec<_> = openings.iter().map(family_name).collect();
    let expected = ["Heide", "Holm", "Voß"].map(|name| Some(name.to_owned()));
    assert_eq!(names, expected);
}

#[tokio::test]
async fn a_block_that_was_moved_or_changed_is_damaged_and_spoils_no_other() {
    let house = House::build().await;
    let [anke, bernd] = two_persons(&house.vault().await).await;
    let block = seal(&anke, "Heide");
    let home = sealed(place(anke.person), &block);
    let mut flipped = block.bytes.clone();
    flipped[60] ^= 1;
    let page = [
        Sealed {
            place: place(bernd.person),
            ..home
        },
        Sealed {
            place: Place {
                program: "mv",
                ..home.place
            },
            ..home
        },
        Sealed {
            place: Place {
                decision: Uuid::nil(),
                ..home.place
            },
            ..home
        },
        Sealed {
            class: Class::Contact,
            ..home
        },
        Sealed {
            commit: [0; 32],
            ..home
        },
        Sealed {
            bytes: &flipped,
            ..home
        },
        Sealed { bytes: &[], ..home },
        Sealed {
            place: place(Uuid::from_u128(0xbad)),
            ..home
        },
        home,
    ];
    let openings = house
        .opener()
        .await
        .open_many(&page)
        .await
        .expect("the vault answers");
    for (at, opening) in openings[..8].iter().enumerate() {
        assert_eq!(*opening, Opening::Damaged, "{at}");
    }
    assert_eq!(family_name(&openings[8]).as_deref(), Some("Heide"));
}

#[tokio::test]
async fn an_erased_person_shows_when_their_keys_were_destroyed() {
    let house = House::build().await;
    let [anke, bernd] = two_persons(&house.vault().await).await;
    let blocks = [seal(&anke, "Heide"), seal(&bernd, "Holm")];
    house.erase(anke.person).await;
    let page = [
        sealed(place(anke.person), &blocks[0]),
        sealed(place(bernd.person), &blocks[1]),
    ];
    let opener = house.opener().await;
    let openings = opener.open_many(&page).await.expect("the vault answers");
    let at = "2019-10-01T10:20:30.123456Z"
        .parse()
        .expect("this is a time");
    assert_eq!(openings[0], Opening::Erased(at));
    assert_eq!(family_name(&openings[1]).as_deref(), Some("Holm"));
}

#[tokio::test]
async fn keys_are_held_until_they_are_forgotten() {
    let house = House::build().await;
    let anke = resolve(&house.vault().await, anke(1)).await;
    let block = seal(&anke, "Heide");
    let page = [sealed(place(anke.person), &block)];
    let opener = house.opener().await;
    opener.open_many(&page).await.expect("the vault answers");
    house.erase(anke.person).await;

    let held = opener.open_many(&page).await.expect("the vault answers");
    assert_eq!(family_name(&held[0]).as_deref(), Some("Heide"));
    opener.forget(&[anke.person]);
    let told = opener.open_many(&page).await.expect("the vault answers");
    assert!(matches!(told[0], Opening::Erased(_)));
}

#[tokio::test]
async fn the_vault_is_asked_only_for_keys_that_are_not_held() {
    let house = House::build().await;
    let [anke, bernd] = two_persons(&house.vault().await).await;
    let blocks = [seal(&anke, "Heide"), seal(&bernd, "Holm")];
    let opener = house.opener().await;
    let known = [sealed(place(anke.person), &blocks[0])];
    opener.open_many(&known).await.expect("the vault answers");
    opener.close().await;

    let held = opener.open_many(&known).await.expect("nobody is asked");
    assert_eq!(family_name(&held[0]).as_deref(), Some("Heide"));
    let unknown = [sealed(place(bernd.person), &blocks[1])];
    let fault = opener
        .open_many(&unknown)
        .await
        .expect_err("nobody answers");
    assert!(fault.is_retryable(), "{fault:?}");
}

#[tokio::test]
async fn keys_that_were_swapped_in_the_database_open_nothing() {
    let house = House::build().await;
    let [anke, bernd] = two_persons(&house.vault().await).await;
    let block = anke
        .keys
        .seal(
            &identity("Heide"),
            Place {
                decision: DECISION,
                ..place(anke.person)
            },
        )
        .expect("there is randomness")
        .expect("the part is not empty");
    sqlx::query(
        "UPDATE person SET identity_key = (SELECT identity_key FROM person WHERE id = $2)
         WHERE id = $1",
    )
    .bind(anke.person)
    .bind(bernd.person)
    .execute(&house.owner)
    .await
    .expect("the owner may do so");
    let bernds = seal(&bernd, "Holm");
    let page = [
        sealed(place(anke.person), &block),
        sealed(place(bernd.person), &bernds),
    ];
    let opener = house.opener().await;
    let openings = opener.open_many(&page).await.expect("the vault answers");
    assert_eq!(openings[0], Opening::Damaged);
    assert_eq!(family_name(&openings[1]).as_deref(), Some("Holm"));
}

#[tokio::test]
async fn an_empty_page_asks_nobody() {
    let house = House::build().await;
    let opener = house.opener().await;
    opener.close().await;
    let openings = opener.open_many(&[]).await.expect("nobody is asked");
    assert!(openings.is_empty());
}
