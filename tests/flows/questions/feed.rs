//! The feed of changes and the live one: nothing is missed, nothing is shown that is not the caller's.

use anmeldewerk_stack::{service::Kind, token::Role};
use reqwest::{Client, Response};
use serde_json::{Value, json};
use tokio::time::timeout;

use super::{as_participant, items, register};
use crate::house::{House, PATIENCE, registration};

/// Reads the whole feed behind a position.
async fn whole(house: &House, token: &str, mut after: u64) -> Vec<Value> {
    let mut read = Vec::new();
    loop {
        let part = house
            .get(token, &format!("/v1/changes?after={after}&limit=3"))
            .await
            .expect(200);
        let next = part.body["next"].as_u64().expect("a position");
        read.extend(items(&part));
        if next == after {
            return read;
        }
        after = next;
    }
}

fn registrations(items: &[Value]) -> Vec<&Value> {
    let events = items
        .iter()
        .flat_map(|item| item["events"].as_array().expect("events"));
    let registrations = events.map(|event| &event["registration"]);
    registrations
        .filter(|registration| !registration.is_null())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feed_is_cut_down_to_what_the_caller_may_see() {
    let house = House::start().await;
    house.programs().await;
    let workshop = house.workshop(json!({})).await;
    register(&house, &workshop, "mv", &["A", "B"]).await;
    let last = register(&house, &workshop, "sh", &["C"]).await.position();
    house
        .get_at(&house.office("sh"), "/v1/changes", last)
        .await
        .expect(200);
    let host = whole(&house, &house.office("sh"), 0).await;
    let positions: Vec<_> = host.iter().map(|item| item["position"].as_u64()).collect();
    assert!(positions.is_sorted(), "{positions:?}");
    assert!(host.iter().all(|item| !item["actor"].is_null()));
    let seen = async |token: String| registrations(&whole(&house, &token, 0).await).len();
    assert_eq!(seen(house.office("sh")).await, 6);
    assert_eq!(seen(house.office("mv")).await, 4);
    assert_eq!(seen(house.feeder("sh")).await, 2);
    assert_eq!(
        seen(house.flow.token_without_program(Role::Auditor)).await,
        6
    );
    assert_eq!(seen(house.office("hh")).await, 0);
    assert_eq!(seen(house.flow.token("mv", Role::Reporter)).await, 0);
    assert_eq!(seen(house.operator()).await, 0);
    // Behind everything there is nothing, and nobody is sent back.
    for after in [last + 1_000, u64::MAX >> 1] {
        let path = format!("/v1/changes?after={after}");
        let nothing = house.get(&house.office("sh"), &path).await.expect(200);
        assert_eq!(items(&nothing), Vec::<Value>::new());
        assert_eq!(nothing.body["next"], after);
    }
    for odd in ["after=x", "after=-1", "limit=0", "since=1"] {
        let refused = house
            .get(&house.office("sh"), &format!("/v1/changes?{odd}"))
            .await;
        refused.expect_problem(400, "invalid_query");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_waits_is_told_as_soon_as_there_is_something() {
    let house = House::start().await;
    house.programs().await;
    let workshop = house.workshop(json!({})).await;
    let path = format!("/v1/workshops/{workshop}/registrations");
    let before = register(&house, &workshop, "mv", &["A"]).await.position();
    house
        .get_at(&house.office("mv"), "/v1/changes", before)
        .await
        .expect(200);
    let bearer = format!("Bearer {}", house.office("mv"));
    let headers = [("authorization", bearer.as_str()), ("prefer", "wait=10")];
    let waiting = format!("/v1/changes?after={before}");
    let waits = house.send(reqwest::Method::GET, &waiting, &headers, Vec::new());
    let acts = async {
        // What is not for them does not end the waiting.
        house
            .post(&house.feeder("sh"), &path, &registration("sh", 8))
            .await
            .expect(201);
        house
            .post(&house.feeder("mv"), &path, &registration("mv", 9))
            .await
            .expect(201)
    };
    let (told, made) = tokio::join!(waits, acts);
    let told = told.expect("an answer").expect(200);
    assert_eq!(items(&told)[0]["position"], made.position());
    assert_eq!(
        registrations(&items(&told)),
        [&made.body["registration"]; 2]
    );
}

/// A live feed as a client reads it.
struct Live {
    response: Response,
    text: String,
}

impl Live {
    async fn open(house: &House, token: &str, last: Option<u64>) -> Self {
        let url = format!("{}/v1/live", house.flow.gateway_url());
        let mut request = Client::new().get(url).bearer_auth(token);
        if let Some(last) = last {
            request = request.header("last-event-id", last.to_string());
        }
        let response = request.send().await.expect("an answer");
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self {
            response,
            text: String::new(),
        }
    }

    /// Reads the next event that shows something: its id and what it says.
    async fn next(&mut self) -> (u64, Value) {
        loop {
            while let Some((event, rest)) = self.text.split_once("\n\n") {
                let field = |name: &str| event.lines().find_map(|line| line.strip_prefix(name));
                let id = field("id: ").and_then(|id| id.parse().ok()).expect("an id");
                let data = field("data: ").map(|data| serde_json::from_str(data).expect("JSON"));
                self.text = rest.into();
                if let Some(data) = data {
                    return (id, data);
                }
            }
            let chunk = timeout(PATIENCE, self.response.chunk())
                .await
                .expect("in time");
            let chunk = chunk.expect("it goes on").expect("it does not end");
            self.text
                .push_str(std::str::from_utf8(&chunk).expect("text"));
        }
    }

    async fn ends(mut self) {
        let end = async { while let Ok(Some(_)) = self.response.chunk().await {} };
        timeout(PATIENCE, end).await.expect("it ends");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_live_feed_goes_on_where_it_was_and_ends_with_the_house() {
    let house = House::start().await;
    house.programs().await;
    let workshop = house.workshop(json!({})).await;
    let first = register(&house, &workshop, "mv", &["A", "B", "C"])
        .await
        .position();
    house
        .get_at(&house.office("mv"), "/v1/changes", first)
        .await
        .expect(200);
    let mut live = Live::open(&house, &house.office("mv"), None).await;
    let path = format!("/v1/workshops/{workshop}/registrations");
    house
        .post(&house.feeder("sh"), &path, &registration("sh", 8))
        .await
        .expect(201);
    let made = house
        .post(&house.feeder("mv"), &path, &registration("mv", 9))
        .await
        .expect(201);
    let (id, told) = live.next().await;
    assert_eq!(
        (id, &told["position"]),
        (made.position(), &json!(made.position()))
    );
    drop(live);
    // Whoever was away is told everything, as the feed of changes tells it.
    let mut again = Live::open(&house, &house.office("mv"), Some(0)).await;
    let expected = whole(&house, &house.office("mv"), 0).await;
    for item in &expected {
        let (id, told) = again.next().await;
        assert_eq!((Some(id), &told), (item["position"].as_u64(), item));
    }
    house.flow.service(Kind::Gateway).stop().await;
    again.ends().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registration_has_a_history_for_those_who_may_see_it() {
    let house = House::start().await;
    house.programs().await;
    let workshop = house.workshop(json!({})).await;
    let path = format!("/v1/workshops/{workshop}/registrations");
    let made = house
        .post(&house.feeder("mv"), &path, &registration("mv", 1))
        .await
        .expect(201);
    let id = made.body["registration"]
        .as_str()
        .expect("an id")
        .to_owned();
    let secret = made.body["link_secret"]
        .as_str()
        .expect("a secret")
        .to_owned();
    let cancel = format!("{path}/{id}/cancel");
    let cancelled = house
        .post(&house.office("mv"), &cancel, &json!({"reason": "duty"}))
        .await
        .expect(200);
    let history = format!("/v1/registrations/{id}/history");
    for token in [house.office("mv"), house.office("sh"), house.feeder("mv")] {
        let answer = house
            .get_at(&token, &history, cancelled.position())
            .await
            .expect(200);
        let positions: Vec<_> = items(&answer)
            .iter()
            .map(|item| item["position"].clone())
            .collect();
        assert_eq!(positions, [made.position(), cancelled.position()]);
        let last = &items(&answer)[1]["events"][0];
        assert_eq!(
            (&last["state"], &last["reason"], &last["by"]),
            (&json!("cancelled"), &json!("duty"), &json!("office"))
        );
    }
    let own = as_participant(&house, &secret, &history).await.expect(200);
    assert!(items(&own).iter().all(|item| item["actor"].is_null()));
    let missing = house
        .get(
            &house.office("hh"),
            "/v1/registrations/00000000-0000-0000-0000-000000000001/history",
        )
        .await;
    let foreign = house.get(&house.office("hh"), &history).await;
    assert_eq!(
        (foreign.status, &foreign.body["code"]),
        (404, &json!("not_found"))
    );
    let bare = |mut body: Value| {
        body["trace_id"] = Value::Null;
        body
    };
    assert_eq!(
        bare(foreign.body),
        bare(missing.body),
        "a foreign thing is answered like none"
    );
    house
        .get(&house.flow.token("mv", Role::Reporter), &history)
        .await
        .expect_problem(403, "forbidden");
}
