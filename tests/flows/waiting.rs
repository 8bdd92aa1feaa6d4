//! Read your writes: every answer says as of which position it speaks, and can wait for one.

use anmeldewerk_stack::service::Kind;
use reqwest::Method;
use serde_json::json;

use crate::house::{House, registration};

#[tokio::test(flavor = "multi_thread")]
async fn what_was_answered_is_visible_to_who_waits_for_its_position() {
    let house = House::start().await;
    house.programs().await;
    let workshop = house.workshop(json!({})).await;
    let path = format!("/v1/workshops/{workshop}/registrations");
    for who in 0..20 {
        let made = house
            .post(&house.office("sh"), &path, &registration("sh", who))
            .await
            .expect(201);
        assert_eq!(made.body["position"].as_u64(), Some(made.position()));
        let registration = made.header("location").to_owned();
        let shown = house
            .get_at(&house.office("sh"), &registration, made.position())
            .await
            .expect(200);
        assert!(shown.position() >= made.position());
        assert_eq!(shown.body["state"], "confirmed");
        assert_eq!(shown.body["number"], made.body["number"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_projection_stands_still_nobody_is_shown_the_past_as_the_present() {
    let house = House::start().await;
    house.programs().await;
    let workshop = house.workshop(json!({})).await;
    let office = house.office("sh");
    let shown = format!("/v1/workshops/{workshop}");
    house.flow.service(Kind::Projection).pause();
    let path = format!("/v1/workshops/{workshop}/registrations");
    let made = house
        .post(&office, &path, &registration("sh", 1))
        .await
        .expect(201);
    let behind = format!("{shown}?min_position={}", made.position());
    let at_once = house
        .get(&office, &behind)
        .await
        .expect_problem(503, "projection_behind");
    assert!(at_once.header("retry-after").parse::<u32>().is_ok());
    let bearer = format!("Bearer {office}");
    let headers = [("authorization", bearer.as_str()), ("prefer", "wait=1")];
    let waited = house.send(Method::GET, &behind, &headers, Vec::new()).await;
    waited
        .expect("answered")
        .expect_problem(503, "projection_behind");
    house.flow.service(Kind::Projection).resume();
    let answer = house
        .get_at(&office, &shown, made.position())
        .await
        .expect(200);
    assert_eq!(answer.body["seats"]["confirmed"], 1);
}
