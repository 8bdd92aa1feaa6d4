use anmeldewerk_stack::postgres::Role;
use anmeldewerk_vault::{AccessRecord, Fault, Vault};
use sqlx::Executor;
use uuid::Uuid;

use crate::house::{House, kek};

#[tokio::test]
async fn an_actor_keeps_their_id_across_processes() {
    let house = House::build().await;
    let vault = house.vault().await;
    let anke = vault
        .actor("issuer", "anke")
        .await
        .expect("the vault answers");
    let again = house.vault().await.actor("issuer", "anke").await;
    assert_eq!(again.expect("the vault answers"), anke);

    for (issuer, subject) in [("issuer", "bernd"), ("other", "anke"), ("issue", "ranke")] {
        let other = vault
            .actor(issuer, subject)
            .await
            .expect("the vault answers");
        assert_ne!(other, anke);
    }
}

#[tokio::test]
async fn a_known_actor_is_named_without_asking() {
    let house = House::build().await;
    let vault = house.vault().await;
    let anke = vault
        .actor("issuer", "anke")
        .await
        .expect("the vault answers");
    vault.close().await;
    let again = vault.actor("issuer", "anke").await;
    assert_eq!(again.expect("nobody was asked"), anke);
    let other = vault.actor("issuer", "bernd").await;
    assert!(other.is_err_and(|fault| fault.is_retryable()));
}

type Stored = (
    String,
    String,
    Option<String>,
    String,
    Option<Uuid>,
    Option<String>,
    Vec<Uuid>,
    bool,
);

#[tokio::test]
async fn an_access_is_recorded_with_each_person_once_and_the_time_of_the_database() {
    let house = House::build().await;
    let opener = house.opener().await;
    let [one, two, workshop] = [1, 2, 3].map(Uuid::from_u128);
    let record = AccessRecord {
        issuer: "issuer".into(),
        subject: "anke".into(),
        program: Some("sh".into()),
        route: "/v1/workshops/{w}/attendees".into(),
        workshop: Some(workshop),
        purpose: None,
        persons: vec![two, one, two],
    };
    opener
        .record(record.clone())
        .await
        .expect("the vault answers");
    let stored: Stored = sqlx::query_as(
        "SELECT issuer, subject, program, route, workshop, purpose, persons,
                at BETWEEN now() - interval '1 minute' AND now()
         FROM access_record",
    )
    .fetch_one(&house.owner)
    .await
    .expect("there is one record");
    let expected = (
        record.issuer.clone(),
        record.subject.clone(),
        record.program.clone(),
        record.route.clone(),
        record.workshop,
        None,
        vec![one, two],
        true,
    );
    assert_eq!(stored, expected);
    assert!(!format!("{record:?}").contains("anke"));
}

#[tokio::test]
async fn a_database_that_acknowledges_too_early_is_refused() {
    let house = House::build().await;
    house
        .owner
        .execute(
            "DO $$ BEGIN EXECUTE format(
                 'ALTER DATABASE %I SET synchronous_commit = off', current_database());
             END $$",
        )
        .await
        .expect("the owner may set this");
    let refused = Vault::connect(&house.url(Role::Registration), 1, kek(&[1])).await;
    assert!(
        matches!(&refused, Err(Fault::NotDurable { setting }) if setting == "off"),
        "{refused:?}"
    );
}

#[tokio::test]
async fn an_unreachable_database_may_be_tried_again_and_its_address_is_not_repeated() {
    let nobody = "postgres://aw_registration:geheim@127.0.0.1:1/vault";
    let fault = Vault::connect(nobody, 1, kek(&[1]))
        .await
        .expect_err("nobody listens there");
    assert!(fault.is_retryable(), "{fault:?}");
    assert!(!format!("{fault:?}").contains("geheim"));

    let fault = Vault::connect("geheim", 1, kek(&[1]))
        .await
        .expect_err("that is no address");
    assert!(matches!(fault, Fault::Address));
}
