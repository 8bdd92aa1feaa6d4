use anmeldewerk_vault::{Fault, Opening};

use crate::house::{House, anke, anke_but, kek, place, resolve, seal, sealed};

#[tokio::test]
async fn after_a_new_generation_old_persons_are_found_and_new_ones_are_under_it() {
    let house = House::build().await;
    let old = resolve(&house.vault_with(kek(&[1])).await, anke(1)).await;
    let vault = house.vault_with(kek(&[1, 2])).await;
    let found = resolve(&vault, anke(2)).await;
    assert_eq!(found.person, old.person);
    let new = resolve(
        &vault,
        anke_but(3, |query| query.name = "Bernd Holm".into()),
    )
    .await;

    let generations: Vec<i32> = sqlx::query_scalar("SELECT generation FROM person ORDER BY id")
        .fetch_all(&house.owner)
        .await
        .expect("the owner may read");
    assert_eq!(generations, [1, 2]);

    let blocks = [seal(&old, "Heide"), seal(&new, "Holm")];
    let page = [
        sealed(place(old.person), &blocks[0]),
        sealed(place(new.person), &blocks[1]),
    ];
    let opener = house.opener_with(kek(&[1, 2])).await;
    let openings = opener.open_many(&page).await.expect("the vault answers");
    assert!(openings.iter().all(|one| matches!(one, Opening::Opened(_))));
}

#[tokio::test]
async fn a_missing_generation_is_a_fault_and_not_a_damaged_page() {
    let house = House::build().await;
    let old = resolve(&house.vault_with(kek(&[1])).await, anke(1)).await;
    let block = seal(&old, "Heide");
    let opener = house.opener_with(kek(&[2])).await;
    let fault = opener
        .open_many(&[sealed(place(old.person), &block)])
        .await
        .expect_err("the generation is not there");
    assert!(matches!(fault, Fault::UnknownGeneration { generation: 1 }));
    assert!(fault.is_damage() && !fault.is_retryable());

    let fault = house.vault_with(kek(&[2])).await.known(&[old.person]).await;
    assert!(matches!(
        fault,
        Err(Fault::UnknownGeneration { generation: 1 })
    ));

    let fault = house.vault_with(kek(&[2])).await.resolve(&[anke(2)]).await;
    assert!(matches!(
        fault,
        Err(Fault::UnknownGeneration { generation: 1 })
    ));
}
