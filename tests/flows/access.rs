//! Who may do what, and what the others are told.

use anmeldewerk_stack::token::Role;
use reqwest::Method;
use serde_json::{Value, json};

use crate::house::{House, key, registration};

#[tokio::test(flavor = "multi_thread")]
async fn commands_are_taken_only_from_those_who_may() {
    let house = House::start().await;
    house.programs().await;
    let workshop = house.workshop(json!({})).await;
    let registrations = format!("/v1/workshops/{workshop}/registrations");
    let made = house
        .post(&house.feeder("mv"), &registrations, &registration("mv", 1))
        .await
        .expect(201);
    let cancel = format!(
        "{registrations}/{}/cancel",
        made.body["registration"].as_str().expect("an id")
    );
    let reason = json!({"reason": "other"});
    let program = json!({"name": "X", "land": "01"});

    for role in [Role::Reporter, Role::Auditor] {
        let token = house.flow.token("sh", role);
        house
            .post(&token, &registrations, &registration("sh", 2))
            .await
            .expect_problem(403, "forbidden");
        house
            .post(&token, &cancel, &reason)
            .await
            .expect_problem(403, "forbidden");
        house
            .post(&token, "/v1/workshops", &json!({}))
            .await
            .expect_problem(403, "forbidden");
        house
            .put(&token, "/v1/programs/sh", &program)
            .await
            .expect_problem(403, "forbidden");
    }
    house
        .put(&house.office("sh"), "/v1/programs/sh", &program)
        .await
        .expect_problem(403, "forbidden");
    house
        .post(&house.operator(), &registrations, &registration("sh", 2))
        .await
        .expect_problem(403, "forbidden");
    house
        .post(&house.feeder("mv"), &registrations, &registration("sh", 2))
        .await
        .expect_problem(403, "forbidden");
    house
        .post(&house.office("mv"), &registrations, &registration("sh", 2))
        .await
        .expect_problem(403, "forbidden");
    house
        .post(&house.feeder("sh"), &registrations, &registration("mv", 2))
        .await
        .expect_problem(403, "forbidden");
    house
        .post(&house.office("sh"), &registrations, &registration("mv", 3))
        .await
        .expect(201);
    house
        .post(&house.office("hh"), &registrations, &registration("hh", 4))
        .await
        .expect_problem(409, "program_not_participating");
    house
        .post(&house.feeder("mv"), &cancel, &reason)
        .await
        .expect_problem(403, "forbidden");
    house
        .post(&house.office("hh"), &cancel, &reason)
        .await
        .expect_problem(404, "not_found");
    house
        .post(&house.office("mv"), &cancel, &json!({}))
        .await
        .expect_problem(422, "invalid_body");
    house
        .post(&house.office("mv"), &cancel, &reason)
        .await
        .expect(200);
    house
        .post(&house.office("sh"), &cancel, &reason)
        .await
        .expect_problem(409, "transition_not_allowed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_exists_for_its_host_alone() {
    let house = House::start().await;
    house.programs().await;
    let draft = house.draft(json!({})).await;
    let publish = format!("/v1/workshops/{draft}/publish");
    let registrations = format!("/v1/workshops/{draft}/registrations");
    let (host, guest) = (house.office("sh"), house.office("mv"));
    house
        .post(&guest, &publish, &json!({}))
        .await
        .expect_problem(404, "not_found");
    house
        .post(&guest, &registrations, &registration("mv", 1))
        .await
        .expect_problem(404, "not_found");
    house
        .post(&host, &registrations, &registration("sh", 1))
        .await
        .expect_problem(409, "registration_not_open");
    let head = house
        .put(
            &house.operator(),
            "/v1/programs/mv",
            &json!({"name": "MV", "land": "13"}),
        )
        .await
        .expect(200)
        .position();
    let shown = format!("/v1/workshops/{draft}");
    let missing = house
        .get_at(
            &guest,
            "/v1/workshops/0197f3a0-0000-7000-8000-000000000000",
            head,
        )
        .await;
    let foreign = house.get_at(&guest, &shown, head).await;
    let but_trace = |mut body: Value| {
        body["trace_id"] = Value::Null;
        body
    };
    assert_eq!(foreign.status, 404);
    assert_eq!(
        but_trace(foreign.body),
        but_trace(missing.body),
        "foreign and missing look the same"
    );
    house.get_at(&host, &shown, head).await.expect(200);

    house.post(&host, &publish, &json!({})).await.expect(200);
    house
        .post(&guest, &publish, &json!({}))
        .await
        .expect_problem(403, "forbidden");
    let twice = house.post(&host, &publish, &json!({})).await.expect(200);
    let anonymous = house
        .send(
            Method::GET,
            &format!("{shown}?min_position={}", twice.position()),
            &[("prefer", "wait=10")],
            vec![],
        )
        .await;
    anonymous.expect("answered").expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn attendees_are_shown_to_their_own_program_and_to_the_host() {
    let house = House::start().await;
    house.programs().await;
    let workshop = house.workshop(json!({})).await;
    let path = format!("/v1/workshops/{workshop}/registrations");
    house
        .post(&house.office("sh"), &path, &registration("sh", 1))
        .await
        .expect(201);
    let last = house
        .post(&house.office("mv"), &path, &registration("mv", 2))
        .await
        .expect(201);
    let (list, at) = (
        format!("/v1/workshops/{workshop}/attendees"),
        last.position(),
    );
    let programs = async |token: String| -> Vec<String> {
        let answer = house.get_at(&token, &list, at).await.expect(200);
        let items = answer.body["items"].as_array().expect("items").clone();
        assert!(
            items
                .iter()
                .all(|item| item["person"]["family_name"] == "von der Heide"),
            "{items:?}"
        );
        items
            .iter()
            .map(|item| item["program"].as_str().expect("a program").to_owned())
            .collect()
    };
    assert_eq!(
        programs(house.office("sh")).await,
        ["sh", "mv"],
        "the host sees everybody"
    );
    assert_eq!(programs(house.office("mv")).await, ["mv"]);
    assert_eq!(programs(house.feeder("mv")).await, ["mv"]);
    house
        .get_at(&house.flow.token("sh", Role::Reporter), &list, at)
        .await
        .expect_problem(403, "forbidden");
    house
        .get_at(&house.operator(), &list, at)
        .await
        .expect_problem(403, "forbidden");
    let auditor = house
        .get_at(&house.flow.token_without_program(Role::Auditor), &list, at)
        .await
        .expect(200);
    let items = auditor.body["items"].as_array().expect("items");
    assert_eq!(items.len(), 2);
    assert!(
        items
            .iter()
            .all(|item| item["person"].is_string() || item["person"]["family_name"].is_null()),
        "{items:?}"
    );
    assert!(
        !auditor.body.to_string().contains("Heide"),
        "an auditor sees pseudonyms"
    );
    let foreign = house.office("hh");
    let answer = house.get_at(&foreign, &list, at).await;
    assert!(
        answer.status == 404 || answer.body["items"] == json!([]),
        "{}",
        answer.body
    );

    let theirs = last.header("location").to_owned();
    house
        .get_at(&house.office("mv"), &theirs, at)
        .await
        .expect(200);
    house
        .get_at(&house.office("sh"), &theirs, at)
        .await
        .expect(200);
    house
        .get_at(&foreign, &theirs, at)
        .await
        .expect_problem(404, "not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_participant_reads_and_cancels_by_their_own_secret_and_nothing_else() {
    let house = House::start().await;
    house.programs().await;
    let workshop = house.workshop(json!({})).await;
    let path = format!("/v1/workshops/{workshop}/registrations");
    let mine = house
        .post(&house.office("sh"), &path, &registration("sh", 1))
        .await
        .expect(201);
    let other = house
        .post(&house.office("sh"), &path, &registration("sh", 2))
        .await
        .expect(201);
    let secret = mine.body["link_secret"].as_str().expect("a secret");
    let participant = format!("Participant {secret}");
    let ask = async |method: Method, path: String, body: &str| {
        let key = key();
        let headers = [
            ("authorization", participant.as_str()),
            ("idempotency-key", key.as_str()),
            ("content-type", "application/json"),
            ("prefer", "wait=10"),
        ];
        house
            .send(method, &path, &headers, body.as_bytes().to_vec())
            .await
            .expect("answered")
    };
    let at = other.position();
    let shown = ask(
        Method::GET,
        format!("{}?min_position={at}", mine.header("location")),
        "",
    )
    .await
    .expect(200);
    assert_eq!(shown.body["person"]["family_name"], "von der Heide");
    ask(
        Method::GET,
        format!("{}?min_position={at}", other.header("location")),
        "",
    )
    .await
    .expect_problem(404, "not_found");
    let cancel = |answer: &crate::house::Answer| {
        format!(
            "{path}/{}/cancel",
            answer.body["registration"].as_str().expect("an id")
        )
    };
    ask(Method::POST, cancel(&other), "{}")
        .await
        .expect_problem(404, "not_found");
    ask(
        Method::POST,
        path.clone(),
        &registration("sh", 3).to_string(),
    )
    .await
    .expect_problem(403, "forbidden");
    ask(Method::POST, cancel(&mine), "{}").await.expect(200);
}
