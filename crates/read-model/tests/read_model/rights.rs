//! What the statements need, and what the roles must not be able to do.

use anmeldewerk_read_model::STATEMENTS;
use anmeldewerk_stack::postgres::Role;
use sqlx::{Executor, SqlStr};

use crate::house::{House, pool};

#[tokio::test]
async fn every_statement_can_be_prepared() {
    let house = House::open().await;
    let mut owner = house.owner.acquire().await.expect("a connection");
    for (name, statement) in STATEMENTS {
        if statement.starts_with("COPY ") {
            // Cannot be prepared; copying nothing says as much.
            let nothing = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0\xff\xff".as_slice();
            let mut copying = owner.copy_in_raw(statement).await.expect(name);
            copying.send(nothing).await.expect(name);
            assert_eq!(copying.finish().await.expect(name), 0);
            continue;
        }
        let prepared = owner.prepare(SqlStr::from_static(statement)).await;
        assert!(prepared.is_ok(), "{name}: {:?}", prepared.err());
    }
}

#[tokio::test]
async fn migrating_and_asking_for_a_version_twice_changes_nothing() {
    let house = House::open().await;
    let before = house.registry.list().await.expect("versions");
    let owner = pool(&house.databases.read_model_url(Role::Owner)).await;
    let migrated = anmeldewerk_read_model::migrate(&owner).await;
    migrated.expect("nothing to do");
    house.registry.ensure_live().await.expect("it is there");
    let after = house.registry.list().await.expect("versions");
    assert_eq!(after, before);
}

#[tokio::test]
async fn the_gateway_reads_and_cannot_write() {
    let house = House::open().await;
    let gateway = pool(&house.databases.read_model_url(Role::Gateway)).await;
    sqlx::query("SELECT FROM registration")
        .execute(&gateway)
        .await
        .expect("reading is granted");
    for attempt in [
        "DELETE FROM registration",
        "UPDATE checkpoint SET position = 0",
        "INSERT INTO parked_subject VALUES ('x', 1, 'x')",
        "CREATE TABLE own (id int)",
    ] {
        let refused = sqlx::query(attempt).execute(&gateway).await;
        let refused = refused.expect_err(attempt);
        let code = refused
            .as_database_error()
            .and_then(sqlx::error::DatabaseError::code);
        assert_eq!(
            code.as_deref(),
            Some("42501"),
            "{attempt}: insufficient privilege"
        );
    }
}

#[tokio::test]
async fn the_registry_is_the_owners_and_only_the_projection_exchanges_versions() {
    let house = House::open().await;
    for (role, attempts) in [
        (
            Role::Projection,
            &["DROP TABLE registry.version", "DELETE FROM registry.skip"][..],
        ),
        (
            Role::Gateway,
            &[
                "UPDATE registry.version SET stage = 'retired'",
                "INSERT INTO registry.skip VALUES (1, 'x', '', 'because')",
                "CREATE SCHEMA own",
            ],
        ),
    ] {
        let pool = pool(&house.databases.read_model_url(role)).await;
        for attempt in attempts {
            let refused = sqlx::query(*attempt).execute(&pool).await;
            let refused = refused.expect_err(attempt);
            let code = refused
                .as_database_error()
                .and_then(sqlx::error::DatabaseError::code);
            assert_eq!(code.as_deref(), Some("42501"), "{attempt}");
        }
    }
}

#[tokio::test]
async fn no_column_knows_when_it_was_written() {
    let house = House::open().await;
    let defaults: Vec<String> = sqlx::query_scalar(
        "SELECT table_name || '.' || column_name FROM information_schema.columns
         WHERE table_schema IN ('rm_1', 'reporting')
           AND (column_default <> 'false' OR is_identity = 'YES')",
    )
    .fetch_all(&house.owner)
    .await
    .expect("columns");
    assert!(defaults.is_empty(), "{defaults:?}");
}
