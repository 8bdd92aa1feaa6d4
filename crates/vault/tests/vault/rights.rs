use anmeldewerk_stack::postgres::Role;
use anmeldewerk_vault::AccessRecord;
use sqlx::Executor;
use uuid::Uuid;

use crate::house::{House, anke, resolve};

const DENIED: &str = "42501";
const CHECK_VIOLATED: &str = "23514";

async fn code(house: &House, role: Role, statement: &'static str) -> Option<String> {
    let mut connection = house.connection(role).await;
    match connection.execute(statement).await {
        Ok(_) => None,
        Err(error) => error
            .as_database_error()
            .and_then(sqlx::error::DatabaseError::code)
            .map(String::from),
    }
}

#[tokio::test]
async fn the_gateway_can_look_nobody_up_and_cannot_touch_its_records() {
    let house = House::build().await;
    resolve(&house.vault().await, anke(1)).await;
    let record = AccessRecord {
        issuer: "issuer".into(),
        subject: "anke".into(),
        program: None,
        route: "/v1/attendees".into(),
        workshop: None,
        purpose: Some("Prüfung 2019".into()),
        persons: vec![Uuid::nil()],
    };
    let recorded = house.opener().await.record(record).await;
    recorded.expect("the gateway may record");
    for statement in [
        "SELECT strong FROM person",
        "SELECT soft FROM person",
        "SELECT count(*) FROM person WHERE strong IS NOT NULL",
        "UPDATE person SET destroyed_at = NULL",
        "DELETE FROM person",
        "INSERT INTO person (id, program, generation) VALUES (gen_random_uuid(), 'sh', 1)",
        "SELECT wrapped FROM program_key",
        "SELECT person FROM person_registration",
        "SELECT settle_notes('{}', '{}', '{}', '{}')",
        "SELECT subject FROM actor",
        "UPDATE access_record SET subject = 'x'",
        "DELETE FROM access_record",
        "TRUNCATE access_record",
        "INSERT INTO access_record (issuer, subject, route, persons, at)
         VALUES ('i', 's', 'r', '{}', '2001-01-01')",
    ] {
        let code = code(&house, Role::Gateway, statement).await;
        assert_eq!(code.as_deref(), Some(DENIED), "{statement}");
    }
}

#[tokio::test]
async fn the_registration_service_can_neither_delete_persons_nor_see_accesses() {
    let house = House::build().await;
    for statement in [
        "DELETE FROM person",
        "UPDATE person SET destroyed_at = NULL",
        "DELETE FROM actor",
        "UPDATE program_key SET generation = 2",
        "SELECT subject FROM access_record",
        "INSERT INTO access_record (issuer, subject, route, persons) VALUES ('i', 's', 'r', '{}')",
    ] {
        let code = code(&house, Role::Registration, statement).await;
        assert_eq!(code.as_deref(), Some(DENIED), "{statement}");
    }
}

#[tokio::test]
async fn the_registration_service_changes_the_indexes_of_persons_and_nothing_else() {
    let house = House::build().await;
    let vault = house.vault().await;
    resolve(&vault, anke(1)).await;
    let allowed = "UPDATE person SET strong = NULL, soft = soft";
    assert_eq!(code(&house, Role::Registration, allowed).await, None);
    for statement in [
        "UPDATE person SET id = gen_random_uuid()",
        "UPDATE person SET program = 'mv'",
        "UPDATE person SET generation = 2",
        "UPDATE person SET contact_key = identity_key",
        "UPDATE person SET identity_key = NULL",
        "UPDATE person SET evidence_key = identity_key",
        "UPDATE person SET free_text_key = identity_key",
        "UPDATE person SET strong = NULL, destroyed_at = NULL",
        "UPDATE person_registration SET workshop = gen_random_uuid()",
        "UPDATE person_registration SET noted_at = now() - interval '1 year'",
        "UPDATE person_registration SET named = false",
        "DELETE FROM person_registration",
        "INSERT INTO person_registration (person, workshop, registration, noted_at)
         SELECT person, workshop, gen_random_uuid(), '2001-01-01' FROM person_registration",
        "INSERT INTO person_registration (person, workshop, registration, named)
         SELECT person, workshop, gen_random_uuid(), true FROM person_registration",
        "ALTER FUNCTION settle_notes RESET ALL",
        "CREATE OR REPLACE FUNCTION settle_notes(uuid[], uuid[], uuid[], boolean[])
         RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "DELETE FROM person WHERE strong IS NULL",
        "TRUNCATE person",
        "MERGE INTO person USING (SELECT 1) AS one ON true WHEN MATCHED THEN DELETE",
    ] {
        let code = code(&house, Role::Registration, statement).await;
        assert_eq!(code.as_deref(), Some(DENIED), "{statement}");
    }
    let denied = code(&house, Role::Gateway, allowed).await;
    assert_eq!(denied.as_deref(), Some(DENIED));
}

#[tokio::test]
async fn a_tombstone_gets_neither_indexes_nor_keys_again() {
    let house = House::build().await;
    let vault = house.vault().await;
    let erased = resolve(&vault, anke(1)).await;
    house.erase(erased.person).await;
    for statement in [
        "UPDATE person SET soft = sha256('anke')",
        "UPDATE person SET strong = sha256('anke'), soft = sha256('anke')",
    ] {
        let code = code(&house, Role::Registration, statement).await;
        assert_eq!(code.as_deref(), Some(CHECK_VIOLATED), "{statement}");
    }
    for statement in [
        "UPDATE person SET contact_key = decode(repeat('00', 60), 'hex')",
        "INSERT INTO person (id, program, generation, contact_key, identity_key, evidence_key, free_text_key)
         SELECT id, program, generation, k, k, k, k FROM person, decode(repeat('00', 60), 'hex') AS k
         ON CONFLICT (id) DO UPDATE SET contact_key = EXCLUDED.contact_key, destroyed_at = NULL",
    ] {
        let code = code(&house, Role::Registration, statement).await;
        assert_eq!(code.as_deref(), Some(DENIED), "{statement}");
    }
}

#[tokio::test]
async fn a_row_is_either_alive_with_all_its_keys_or_a_tombstone_with_none() {
    let house = House::build().await;
    let anke = resolve(&house.vault().await, anke(1)).await;
    for statement in [
        "UPDATE person SET contact_key = NULL",
        "UPDATE person SET destroyed_at = now()",
        "UPDATE person SET destroyed_at = now(), contact_key = NULL, identity_key = NULL,
                           evidence_key = NULL, free_text_key = NULL, strong = NULL",
        "UPDATE person SET soft = NULL",
        "UPDATE person SET identity_key = '\\x00'",
        "INSERT INTO person (id, program, generation) VALUES (gen_random_uuid(), 'sh', 1)",
    ] {
        let code = code(&house, Role::Owner, statement).await;
        assert_eq!(code.as_deref(), Some(CHECK_VIOLATED), "{statement}");
    }
    house.erase(anke.person).await;
}

#[tokio::test]
async fn migrating_twice_is_migrating_once() {
    let house = House::build().await;
    anmeldewerk_vault::migrate(&house.owner)
        .await
        .expect("there is nothing to do");
}
