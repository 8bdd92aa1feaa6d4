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
        let prepared = owner.prepare(SqlStr::from_static(statement)).await;
        assert!(prepared.is_ok(), "{name}: {:?}", prepared.err());
    }
}

#[tokio::test]
async fn migrating_twice_changes_nothing() {
    let house = House::open().await;
    let before = house.digest().await;
    anmeldewerk_read_model::migrate(&house.owner)
        .await
        .expect("nothing to do");
    assert_eq!(house.digest().await, before);
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
async fn the_projection_writes_rows_and_cannot_change_tables() {
    let house = House::open().await;
    let projection = pool(&house.databases.read_model_url(Role::Projection)).await;
    let refused = sqlx::query("DROP TABLE wish").execute(&projection).await;
    let refused = refused.expect_err("tables belong to the owner");
    let code = refused
        .as_database_error()
        .and_then(sqlx::error::DatabaseError::code);
    assert_eq!(code.as_deref(), Some("42501"));
}

#[tokio::test]
async fn no_column_knows_when_it_was_written() {
    let house = House::open().await;
    let defaults: Vec<String> = sqlx::query_scalar(
        "SELECT table_name || '.' || column_name FROM information_schema.columns
         WHERE table_schema = 'rm_1' AND table_name <> '_sqlx_migrations'
           AND (column_default IS NOT NULL OR is_identity = 'YES')",
    )
    .fetch_all(&house.owner)
    .await
    .expect("columns");
    assert!(defaults.is_empty(), "{defaults:?}");
}
