//! Bad input gets a clear problem, and nothing of it reaches the log.

use anmeldewerk_stack::token::Role;
use reqwest::Method;
use serde_json::json;

use crate::{
    house::{Answer, House, key, registration},
    replay,
};

/// A header's name and value.
type Header<'a> = (&'a str, &'a str);

struct Nasty {
    house: House,
    path: String,
    token: String,
}

impl Nasty {
    async fn start() -> Self {
        let house = House::start().await;
        house.programs().await;
        let workshop = house.workshop(json!({})).await;
        let path = format!("/v1/workshops/{workshop}/registrations");
        let token = format!("Bearer {}", house.office("sh"));
        Self { house, path, token }
    }

    async fn raw(&self, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        let sent = self
            .house
            .send(Method::POST, &self.path, headers, body.to_vec())
            .await;
        sent.expect("answered")
    }

    async fn body(&self, body: &[u8]) -> Answer {
        let key = key();
        let headers = [
            ("authorization", self.token.as_str()),
            ("idempotency-key", key.as_str()),
            ("content-type", "application/json"),
        ];
        self.raw(&headers, body).await
    }

    async fn text(&self, body: &str) -> Answer {
        self.body(body.as_bytes()).await
    }

    async fn head(&self) -> usize {
        replay::log(&self.house.flow).await.len()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_that_leave_room_for_doubt_are_refused_and_nothing_is_logged() {
    let nasty = Nasty::start().await;
    let before = nasty.head().await;
    let good = registration("sh", 1).to_string();
    let with = |from: &str, to: &str| {
        let changed = good.replacen(from, to, 1);
        assert_ne!(changed, good, "{from} stands in the body");
        changed
    };
    let bodies = [
        ("broken", "{\"program\": ".to_owned()),
        ("empty", String::new()),
        ("an array", format!("[{good}]")),
        (
            "unknown field",
            with("\"program\"", "\"colour\":\"blue\",\"program\""),
        ),
        (
            "unknown field inside",
            with("\"given_name\"", "\"nickname\":\"x\",\"given_name\""),
        ),
        (
            "duplicate key",
            with("\"program\"", "\"program\":\"mv\",\"program\""),
        ),
        (
            "duplicate key inside",
            with("\"given_name\"", "\"given_name\":\"B\",\"given_name\""),
        ),
        ("NUL", with("Anke1", "An\\u0000ke")),
        ("line break in a name", with("Anke1", "An\\nke")),
        (
            "wrong type",
            with("\"privacy_notice\":1", "\"privacy_notice\":\"1\""),
        ),
        (
            "notice 0",
            with("\"privacy_notice\":1", "\"privacy_notice\":0"),
        ),
        ("no family name", with("von der Heide", " ")),
        ("municipality", with("01053", "1053")),
        ("e-mail", with("person1@example.org", "person1")),
        ("unknown slot", with("\"slot\":1", "\"slot\":3")),
        ("deep", format!("{}{}", "[".repeat(200), "]".repeat(200))),
    ];
    for (name, body) in &bodies {
        let answer = nasty.text(body).await;
        assert_eq!(
            (answer.status, answer.code()),
            (422, "invalid_body"),
            "{name}: {}",
            answer.body
        );
        let errors = answer.body["errors"].as_array().expect("errors");
        assert!(!errors.is_empty(), "{name} says where");
        assert!(
            !answer.body.to_string().contains("Anke"),
            "{name} repeats no values"
        );
    }
    for (name, body) in [
        ("unknown topic", with("\"rolle\"", "\"kochen\"")),
        ("topic twice", with("\"diskurs\"", "\"rolle\"")),
        ("empty slot", with("\"slot\":1", "\"slot\":2")),
    ] {
        let answer = nasty.text(&body).await;
        assert_eq!(
            (answer.status, answer.code()),
            (422, "invalid_body"),
            "{name}: {}",
            answer.body
        );
    }
    nasty
        .body(b"{\"program\": \"\xff\xfe\"}")
        .await
        .expect_problem(422, "invalid_body");
    nasty
        .body(b"{\"program\": \"a\0b\"}")
        .await
        .expect_problem(422, "invalid_body");
    nasty
        .body(&vec![b' '; 10 * 1024 * 1024])
        .await
        .expect_problem(413, "body_too_large");
    assert_eq!(nasty.head().await, before, "nothing of it is in the log");
    nasty.text(&good).await.expect(201);
    assert_eq!(nasty.head().await, before + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_that_are_not_made_as_they_must_be_are_refused_by_name() {
    let nasty = Nasty::start().await;
    let before = nasty.head().await;
    let good = registration("sh", 1).to_string();
    let (token, key) = (nasty.token.as_str(), key());
    let (auth, json) = (
        ("authorization", token),
        ("content-type", "application/json"),
    );
    let idempotent = ("idempotency-key", key.as_str());
    let cases: [(&[Header], u16, &str); 8] = [
        (&[json, idempotent], 401, "token_missing"),
        (
            &[("authorization", "Bearer x.y.z"), json, idempotent],
            401,
            "token_invalid",
        ),
        (
            &[("authorization", "Basic Zm9vOmJhcg=="), json, idempotent],
            401,
            "token_invalid",
        ),
        (&[auth, json], 400, "idempotency_key_missing"),
        (
            &[auth, json, ("idempotency-key", "17")],
            400,
            "idempotency_key_invalid",
        ),
        (&[auth, idempotent], 415, "unsupported_media_type"),
        (
            &[auth, idempotent, ("content-type", "text/plain")],
            415,
            "unsupported_media_type",
        ),
        (
            &[auth, json, idempotent, ("content-encoding", "gzip")],
            415,
            "unsupported_media_type",
        ),
    ];
    for (headers, status, code) in cases {
        nasty
            .raw(headers, good.as_bytes())
            .await
            .expect_problem(status, code);
    }
    // Who may not ask is told so, whatever else is wrong.
    let cancel = nasty.path.replace("registrations", "cancel");
    let odd = [json, ("idempotency-key", "17"), ("if-match", "")];
    let cancel = nasty
        .house
        .send(Method::POST, &cancel, &odd, b"{}".to_vec());
    let cancel = cancel.await.expect("answered");
    cancel.expect_problem(401, "token_missing");
    assert_eq!(nasty.head().await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_early_refusal_arrives_however_much_is_still_coming() {
    let nasty = Nasty::start().await;
    let large = vec![b' '; 10 * 1024 * 1024];
    let json = ("content-type", "application/json");
    let unknown = ("authorization", "Bearer x.y.z");
    for _ in 0..10 {
        nasty
            .raw(&[json, unknown], &large)
            .await
            .expect_problem(401, "token_invalid");
        nasty
            .body(&large)
            .await
            .expect_problem(413, "body_too_large");
    }
    let reporter = format!("Bearer {}", nasty.house.flow.token("sh", Role::Reporter));
    let asking = [json, ("authorization", reporter.as_str())];
    nasty
        .raw(&asking, &large)
        .await
        .expect_problem(403, "forbidden");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_exist_is_not_found_and_what_cannot_be_done_is_not_allowed() {
    let nasty = Nasty::start().await;
    let (house, before) = (&nasty.house, nasty.head().await);
    let office = house.office("sh");
    let nowhere = "/v1/workshops/0197f3a0-0000-7000-8000-000000000000";
    let body = registration("sh", 1);
    house
        .post(&office, &format!("{nowhere}/registrations"), &body)
        .await
        .expect_problem(404, "not_found");
    house
        .post(&office, &format!("{nowhere}/publish"), &json!({}))
        .await
        .expect_problem(404, "not_found");
    house
        .post(&office, "/v1/workshops/x/registrations", &body)
        .await
        .expect_problem(404, "not_found");
    house
        .post(&office, "/v1/nothing", &body)
        .await
        .expect_problem(404, "not_found");
    house
        .get(&office, nowhere)
        .await
        .expect_problem(404, "not_found");
    house
        .get(&office, "/v1/workshops/x")
        .await
        .expect_problem(404, "not_found");
    house
        .get(&office, "/nothing")
        .await
        .expect_problem(404, "not_found");
    house
        .put(&office, "/v1/workshops", &body)
        .await
        .expect_problem(405, "method_not_allowed");
    house
        .get(&office, "/v1/workshops?colour=blue")
        .await
        .expect_problem(400, "invalid_query");
    assert_eq!(nasty.head().await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workshop_whose_settings_contradict_themselves_is_refused_with_every_fault_named() {
    let house = House::start().await;
    let office = house.office("sh");
    let body = json!({
        "slug": "Groß", "title": "", "first_day": "2027-10-23", "last_day": "22.10.2027",
        "time_zone": "Europe/Mölln", "format": "presence", "participating": ["S H"],
        "registration_closes": "2027-02-30", "topics": [{"code": "x", "title": "X", "slot": 3}],
    });
    let refused = house
        .post(&office, "/v1/workshops", &body)
        .await
        .expect_problem(422, "invalid_body");
    let pointers: Vec<&str> = refused.body["errors"]
        .as_array()
        .expect("errors")
        .iter()
        .filter_map(|error| error["pointer"].as_str())
        .collect();
    for pointer in [
        "/slug",
        "/title",
        "/time_zone",
        "/participating/0",
        "/topics/0/code",
        "/topics/0/slot",
    ] {
        assert!(pointers.contains(&pointer), "{pointer} in {pointers:?}");
    }
    let turned = json!({
        "slug": "werkstatt", "title": "Werkstatt", "first_day": "2027-10-23", "last_day": "2027-10-22",
        "format": "presence", "participating": ["sh"],
    });
    let refused = house
        .post(&office, "/v1/workshops", &turned)
        .await
        .expect_problem(422, "invalid_body");
    assert_eq!(
        refused.body["errors"],
        json!([{"pointer": "/last_day", "code": "ends_before_it_begins"}])
    );
    let gap = json!({
        "slug": "werkstatt", "title": "Werkstatt", "first_day": "2027-10-22", "last_day": "2027-10-22",
        "format": "presence", "participating": ["sh"], "registration_closes": "2027-03-28T02:30",
    });
    let refused = house
        .post(&office, "/v1/workshops", &gap)
        .await
        .expect_problem(422, "invalid_body");
    assert_eq!(
        refused.body["errors"],
        json!([{"pointer": "/registration_closes", "code": "no_such_time"}])
    );
    assert_eq!(replay::log(&house.flow).await.len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn problems_are_worded_in_the_language_that_was_asked_for() {
    let house = House::start().await;
    let ask = async |language: &str| {
        let headers = [("accept-language", language)];
        let sent = house
            .send(Method::GET, "/v1/nothing", &headers, Vec::new())
            .await;
        let answer = sent.expect("answered").expect_problem(404, "not_found");
        (
            answer.header("content-language").to_owned(),
            answer.body["title"].clone(),
        )
    };
    assert_eq!(ask("en").await, ("en".to_owned(), json!("Not found")));
    assert_eq!(
        ask("de-DE,en;q=0.5").await,
        ("de".to_owned(), json!("Nicht gefunden"))
    );
    assert_eq!(ask("fr").await, ("de".to_owned(), json!("Nicht gefunden")));
}
