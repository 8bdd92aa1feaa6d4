//! Whoever was refused leaves nothing behind.

use anmeldewerk_stack::wait;
use serde_json::json;
use sqlx::{Connection, PgConnection};

use crate::house::{House, PATIENCE, registration};

async fn count(vault: &mut PgConnection, table: &'static str) -> i64 {
    let count = match table {
        "person" => "SELECT count(*) FROM person",
        _ => "SELECT count(*) FROM person_registration WHERE named",
    };
    sqlx::query_scalar(count)
        .fetch_one(vault)
        .await
        .expect("a number")
}

/// Lets two days pass for the vault, and the registration service look what is to be swept.
async fn two_days_later(house: &House, vault: &mut PgConnection) {
    sqlx::query("UPDATE person_registration SET noted_at = now() - interval '2 days'")
        .execute(vault)
        .await
        .expect("two days later");
    house.flow.kill_registration();
    house.flow.restart_registration().await.expect("restarted");
}

#[tokio::test(flavor = "multi_thread")]
async fn whose_keys_seal_whom_to_ask_about_a_group_stays_though_refused() {
    let house = House::start().await;
    house.programs().await;
    let settings = json!({"capacity": 5, "waitlist": "off", "municipality_caps": {"01001": 0}});
    let workshop = house.workshop(settings).await;
    let path = format!("/v1/workshops/{workshop}/groups");
    let office = house.office("sh");
    let mut members = [1, 2].map(|who| registration("sh", who));
    members[0]["municipality"] = json!("01001");
    for member in &mut members {
        member.as_object_mut().expect("an object").remove("program");
    }
    let group = json!({"program": "sh", "policy": "partial", "members": members,
        "contact": {"email": "sammel@example.org"}});
    let made = house.post(&office, &path, &group).await.expect(201);
    let (vault, _) = house.flow.owner_database_urls();
    let mut vault = PgConnection::connect(&vault).await.expect("the owner");
    two_days_later(&house, &mut vault).await;
    let settled = wait::until(PATIENCE, async || {
        let vault = house.flow.owner_database_urls().0;
        let mut vault = PgConnection::connect(&vault)
            .await
            .map_err(|e| e.to_string())?;
        match count(&mut vault, "named").await {
            2 => Ok(()),
            count => Err(format!("{count} notes are known to be named")),
        }
    });
    settled.await.expect("both are named by the decision");
    assert_eq!(count(&mut vault, "person").await, 2);
    let groups = house
        .get_at(&office, &path, made.position())
        .await
        .expect(200);
    let contact = &groups.body["items"][0]["contact"];
    assert_eq!(contact["email"], "sammel@example.org", "{}", groups.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_person_of_a_refused_submission_is_swept_and_the_others_stay() {
    let house = House::start().await;
    house.programs().await;
    let workshop = house
        .workshop(json!({"capacity": 1, "waitlist": "off"}))
        .await;
    let path = format!("/v1/workshops/{workshop}/registrations");
    let office = house.office("sh");
    let made = house
        .post(&office, &path, &registration("sh", 1))
        .await
        .expect(201);
    house
        .post(&office, &path, &registration("sh", 2))
        .await
        .expect_problem(409, "quota_exhausted");
    let (vault, _) = house.flow.owner_database_urls();
    let mut vault = PgConnection::connect(&vault).await.expect("the owner");
    assert_eq!(count(&mut vault, "person").await, 2, "both were looked for");

    two_days_later(&house, &mut vault).await;
    let swept = wait::until(PATIENCE, async || {
        match sqlx::query_scalar("SELECT count(*) FROM person")
            .fetch_one(
                &mut PgConnection::connect(&house.flow.owner_database_urls().0)
                    .await
                    .map_err(|e| e.to_string())?,
            )
            .await
        {
            Ok(1_i64) => Ok(()),
            Ok(count) => Err(format!("{count} persons")),
            Err(error) => Err(error.to_string()),
        }
    });
    swept.await.expect("the one whom no decision names goes");
    assert_eq!(count(&mut vault, "named").await, 1);

    let id = made.body["registration"].as_str().expect("an id");
    let shown = house.get(&office, &format!("/v1/registrations/{id}")).await;
    let shown = shown.expect(200);
    assert!(
        shown.body["person"]["family_name"].is_string(),
        "who was let in is there: {}",
        shown.body
    );
    house
        .post(&office, &path, &registration("sh", 2))
        .await
        .expect_problem(409, "quota_exhausted");
}
