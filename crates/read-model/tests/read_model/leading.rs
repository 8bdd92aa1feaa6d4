//! One works, the others stand by.

use anmeldewerk_read_model::{Lead, Writer, connect_options};
use anmeldewerk_stack::postgres::Role;
use sqlx::{Connection, PgConnection};

use crate::house::{House, PATH};

#[tokio::test]
async fn one_at_a_time_has_the_lead() {
    let house = House::open().await;
    let url = house.databases.read_model_url(Role::Projection);
    let mut first = Lead::try_take(&url, "live")
        .await
        .expect("an answer")
        .expect("the lead");
    let second = Lead::try_take(&url, "live").await.expect("an answer");
    assert!(second.is_none(), "somebody has it");
    first.keep().await.expect("still held");
    first.give_back().await.expect("given back");
    let second = Lead::try_take(&url, "live").await.expect("an answer");
    assert!(second.is_some(), "nobody has it any more");
}

#[tokio::test]
async fn a_silent_holder_loses_the_lead() {
    let house = House::open().await;
    let url = house.databases.read_model_url(Role::Projection);
    let mut silent = Lead::try_take(&url, "live")
        .await
        .expect("an answer")
        .expect("the lead");
    let patience = std::time::Duration::from_secs(10);
    let taken = tokio::time::timeout(patience, async {
        let mut pause = tokio::time::interval(std::time::Duration::from_millis(100));
        loop {
            pause.tick().await;
            if let Some(lead) = Lead::try_take(&url, "live").await.expect("an answer") {
                return lead;
            }
        }
    });
    let mut taken = taken
        .await
        .expect("the database ends a silent connection in time");
    taken.keep().await.expect("held by the other one");
    assert!(silent.keep().await.is_err(), "the silent one has lost it");
}

#[tokio::test]
async fn a_successor_does_not_wait_for_ever_for_one_who_froze_in_a_transaction() {
    let house = House::open().await;
    let url = house.databases.read_model_url(Role::Projection);
    let mut frozen = PgConnection::connect_with(&connect_options(&url, PATH).expect("an address"))
        .await
        .expect("a connection");
    let begin = "BEGIN; UPDATE checkpoint SET fence = fence";
    sqlx::raw_sql(begin)
        .execute(&mut frozen)
        .await
        .expect("the lock");
    let successor = Writer::connect(&url, &house.version).expect("an address");
    let patience = std::time::Duration::from_secs(15);
    let taken = tokio::time::timeout(patience, successor.take_fence()).await;
    assert!(
        taken.expect("an answer in time").is_err(),
        "the lock is held"
    );
    sqlx::raw_sql("ROLLBACK")
        .execute(&mut frozen)
        .await
        .expect("the lock is free");
    assert!(successor.take_fence().await.is_ok());
}
