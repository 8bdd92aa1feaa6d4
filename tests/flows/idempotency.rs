//! The same key, the same answer: at once, after a restart, from another service.

use std::sync::Arc;

use anmeldewerk_stack::{fault::Mode, flow::Flow};
use serde_json::{Value, json};

use crate::{
    house::{Answer, House, key, registration},
    replay,
};

/// Gives an answer without the secret that is shown once.
fn remembered(answer: &Answer) -> Value {
    let mut body = answer.body.clone();
    body["link_secret"] = Value::Null;
    body
}

fn assert_repeats(first: &Answer, repeat: &Answer) {
    assert_eq!(repeat.status, first.status);
    assert_eq!(repeat.header("idempotency-replayed"), "true");
    assert_eq!(
        repeat.body["link_secret"],
        Value::Null,
        "the secret is shown once"
    );
    assert_eq!(remembered(repeat), remembered(first));
    assert_eq!(repeat.header("location"), first.header("location"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeat_gets_the_first_answer_even_after_a_restart_and_when_things_have_changed() {
    let house = House::start().await;
    house.programs().await;
    let workshop = house.workshop(json!({"capacity": 1})).await;
    let path = format!("/v1/workshops/{workshop}/registrations");
    let (token, first_key) = (house.office("sh"), key());
    let body = registration("sh", 1);
    let first = house
        .try_post(&token, &first_key, &path, &body)
        .await
        .expect("answered")
        .expect(201);
    assert_eq!(first.header("idempotency-replayed"), "");
    assert!(first.body["link_secret"].is_string());

    let again = house
        .try_post(&token, &first_key, &path, &body)
        .await
        .expect("answered");
    assert_repeats(&first, &again);

    let cancel = format!(
        "{path}/{}/cancel",
        first.body["registration"].as_str().expect("an id")
    );
    house
        .post(&token, &cancel, &json!({"reason": "other"}))
        .await
        .expect(200);
    house.flow.kill_registration();
    house.flow.restart_registration().await.expect("restarted");
    let later = house
        .try_post(&token, &first_key, &path, &body)
        .await
        .expect("answered");
    assert_repeats(&first, &later);
    replay::assert_no_command_twice(&replay::log(&house.flow).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_used_for_another_body_route_or_registration_is_refused() {
    let house = House::start().await;
    house.programs().await;
    let workshop = house.workshop(json!({})).await;
    let path = format!("/v1/workshops/{workshop}/registrations");
    let (token, used) = (house.office("sh"), key());
    let first = house
        .try_post(&token, &used, &path, &registration("sh", 1))
        .await
        .expect("answered")
        .expect(201);
    let other = house
        .post(&token, &path, &registration("sh", 2))
        .await
        .expect(201);

    let refused = house
        .try_post(&token, &used, &path, &registration("sh", 3))
        .await
        .expect("answered");
    refused.expect_problem(422, "idempotency_key_reused");
    let reason = json!({"reason": "other"});
    let cancel = |answer: &Answer| {
        format!(
            "{path}/{}/cancel",
            answer.body["registration"].as_str().expect("an id")
        )
    };
    let refused = house
        .try_post(&token, &used, &cancel(&first), &reason)
        .await
        .expect("answered");
    refused.expect_problem(422, "idempotency_key_reused");

    let cancel_key = key();
    house
        .try_post(&token, &cancel_key, &cancel(&first), &reason)
        .await
        .expect("answered")
        .expect(200);
    let refused = house
        .try_post(&token, &cancel_key, &cancel(&other), &reason)
        .await
        .expect("answered");
    refused.expect_problem(422, "idempotency_key_reused");

    let mine = house
        .try_post(&house.feeder("mv"), &used, &path, &registration("mv", 4))
        .await;
    mine.expect("answered").expect(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_command_sent_many_times_at_once_is_decided_once() {
    let house = Arc::new(House::start().await);
    house.programs().await;
    let workshop = house.workshop(json!({})).await;
    let path = format!("/v1/workshops/{workshop}/registrations");
    let (token, one_key) = (house.office("sh"), key());
    let sending = (0..32).map(|_| {
        let (house, path, token, key) = (
            Arc::clone(&house),
            path.clone(),
            token.clone(),
            one_key.clone(),
        );
        tokio::spawn(async move {
            let body = registration("sh", 1);
            house
                .try_post(&token, &key, &path, &body)
                .await
                .expect("answered")
                .expect(201)
        })
    });
    let mut answers = Vec::new();
    for sent in sending.collect::<Vec<_>>() {
        answers.push(sent.await.expect("no panic"));
    }
    let secrets = answers
        .iter()
        .filter(|answer| answer.body["link_secret"].is_string());
    assert_eq!(secrets.count(), 1, "one of them is the first");
    assert!(
        answers
            .iter()
            .all(|answer| remembered(answer) == remembered(&answers[0]))
    );
    let log = replay::log(&house.flow).await;
    assert_eq!(replay::workshop(&log, &workshop).registrations.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn when_the_log_does_not_answer_the_outcome_is_unknown_and_a_repeat_tells_it() {
    let flow = Flow::start_behind_fault_proxy().await.expect("a house");
    let house = House::of(flow);
    house.programs().await;
    let workshop = house.workshop(json!({})).await;
    let path = format!("/v1/workshops/{workshop}/registrations");
    let (token, key, body) = (house.office("sh"), key(), registration("sh", 1));

    house.flow.fault().set(Mode::HoldReplies);
    let lost = house
        .try_post(&token, &key, &path, &body)
        .await
        .expect("answered");
    let lost = lost.expect_problem(503, "outcome_unknown");
    assert!(lost.header("retry-after").parse::<u32>().is_ok());
    house.flow.fault().set(Mode::Pass);

    let told = house.insist(&token, &key, &path, &body).await;
    assert_eq!(told.body["state"], "confirmed");
    let log = replay::log(&house.flow).await;
    replay::assert_no_command_twice(&log);
    assert_eq!(replay::workshop(&log, &workshop).registrations.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_registration_services_on_one_log_never_give_a_seat_twice() {
    let house = Arc::new(House::start().await);
    house.programs().await;
    let workshop = house
        .workshop(json!({"capacity": 20, "waitlist": "off"}))
        .await;
    let second = house
        .flow
        .second_registration()
        .await
        .expect("a second service");
    let path = format!("/v1/workshops/{workshop}/registrations");
    let direct = format!("{}{path}", second.url());
    let client = reqwest::Client::new();
    let submissions = (0..60).map(|who| {
        let (house, path) = (Arc::clone(&house), path.clone());
        let (client, direct) = (client.clone(), direct.clone());
        tokio::spawn(async move {
            let (token, body) = (house.office("sh"), registration("sh", who));
            if who % 2 == 0 {
                return house
                    .try_post(&token, &key(), &path, &body)
                    .await
                    .expect("answered")
                    .status;
            }
            let request = client
                .post(direct)
                .bearer_auth(token)
                .header("idempotency-key", key());
            request
                .json(&body)
                .send()
                .await
                .expect("answered")
                .status()
                .as_u16()
        })
    });
    let mut statuses = Vec::new();
    for submission in submissions.collect::<Vec<_>>() {
        statuses.push(submission.await.expect("no panic"));
    }
    let count = |status: u16| statuses.iter().filter(|s| **s == status).count();
    assert_eq!((count(201), count(409)), (20, 40), "{statuses:?}");
    let log = replay::log(&house.flow).await;
    assert_eq!(replay::workshop(&log, &workshop).taken.total, 20);
    replay::assert_no_command_twice(&log);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_service_gives_the_same_answer_to_the_same_key_also_at_the_same_instant() {
    let house = Arc::new(House::start().await);
    house.programs().await;
    let workshop = house.workshop(json!({"capacity": 5})).await;
    let second = house.flow.second_registration().await;
    let second = second.expect("a second service");
    let path = format!("/v1/workshops/{workshop}/registrations");
    let direct = format!("{}{path}", second.url());
    let (client, token) = (reqwest::Client::new(), house.office("sh"));
    let elsewhere = |key: &str, body: &Value| {
        let request = client.post(&direct).bearer_auth(&token);
        let request = request.header("idempotency-key", key).json(body);
        async move {
            let answer = request.send().await.expect("answered");
            let status = answer.status().as_u16();
            (status, answer.json::<Value>().await.expect("a body"))
        }
    };
    for who in 0..8 {
        let (key, body) = (key(), registration("sh", who));
        let (here, (status, there)) = tokio::join!(
            house.try_post(&token, &key, &path, &body),
            elsewhere(&key, &body)
        );
        let here = here.expect("answered").expect(201);
        assert_eq!(status, 201, "{there}");
        for member in ["registration", "number", "position", "state"] {
            assert_eq!(here.body[member], there[member], "{member}");
        }
        let (status, later) = elsewhere(&key, &body).await;
        assert_eq!(status, 201, "{later}");
        assert_eq!(later["registration"], there["registration"]);
        let (status, other) = elsewhere(&key, &registration("sh", who + 100)).await;
        assert_eq!(status, 422, "{other}");
        assert_eq!(other["code"], "idempotency_key_reused");
    }
    let log = replay::log(&house.flow).await;
    replay::assert_no_command_twice(&log);
    assert_eq!(replay::workshop(&log, &workshop).registrations.len(), 8);
}
