//! Feeds: many rows in one request, answered row by row; cut anywhere and sent again they register everybody once.

use std::collections::BTreeMap;

use anmeldewerk_stack::wait;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::house::{Answer, House, PATIENCE, registration};

fn path(workshop: &str) -> String {
    format!("/v1/workshops/{workshop}/registrations/bulk")
}

fn body(rows: impl IntoIterator<Item = Value>) -> Vec<u8> {
    let rows = rows.into_iter().map(|row| format!("{row}\n"));
    rows.collect::<String>().into_bytes()
}

async fn send(house: &House, workshop: &str, body: Vec<u8>) -> Answer {
    let bearer = format!("Bearer {}", house.feeder("sh"));
    let headers = [
        ("authorization", bearer.as_str()),
        ("content-type", "application/x-ndjson"),
    ];
    let sent = house
        .send(Method::POST, &path(workshop), &headers, body)
        .await;
    sent.expect("answered")
}

/// Sends a feed until it is taken: those that were cut may be under way for a moment.
async fn insist(house: &House, workshop: &str, body: &[u8]) -> Answer {
    let taken = wait::until(PATIENCE, || async {
        let answer = send(house, workshop, body.to_vec()).await;
        match answer.status {
            200 => Ok(answer),
            429 | 503 => Err(answer.body.to_string()),
            _ => panic!("refused: {}", answer.body),
        }
    });
    taken.await.expect("taken in the end")
}

fn lines(text: &str) -> Vec<Value> {
    let lines = text.lines();
    lines
        .map(|line| serde_json::from_str(line).expect("a line of JSON"))
        .collect()
}

/// Gives the rows' lines and the last one.
fn told(text: &str) -> (Vec<Value>, Value) {
    let mut lines = lines(text);
    let last = lines.pop().expect("a last line");
    assert!(last["summary"].is_object(), "{last}");
    (lines, last)
}

fn outcomes(rows: &[Value]) -> Vec<(u64, &str, &str)> {
    let said = rows.iter().map(|row| {
        (
            row["line"].as_u64().expect("a line"),
            row["outcome"].as_str().expect("an outcome"),
            row["problem"]["code"].as_str().unwrap_or(""),
        )
    });
    said.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_row_is_answered_with_its_line_and_good_ones_are_kept() {
    let house = House::start().await;
    house.programs().await;
    let workshop = house.workshop(json!({"capacity": 3})).await;
    let mut changed = registration("sh", 1);
    changed["person"]["phone"] = json!("0431 1234");
    let mut nameless = registration("sh", 5);
    nameless["source_reference"] = Value::Null;
    let mut duplicate = registration("sh", 1);
    duplicate["source_reference"] = json!("sh-other");
    let mut nowhere = registration("sh", 6);
    nowhere["municipality"] = json!("Mölln");
    let mut long = registration("sh", 7);
    long["person"]["needs"] = json!("x".repeat(70_000));
    let text = |row: Value| format!("{row}\n").into_bytes();
    let sent = [
        text(registration("sh", 1)),
        b"\n \t\r\n".to_vec(),
        text(registration("sh", 2)),
        text(changed),
        text(nameless),
        text(duplicate),
        text(registration("mv", 3)),
        text(nowhere),
        text(long),
        b"{\"program\": \"sh\", \"program\": \"mv\"}\n".to_vec(),
        b"\xff\xfe\x00\n".to_vec(),
        text(registration("sh", 8)),
        // The last line has no end.
        registration("sh", 9).to_string().into_bytes(),
    ];
    let sent = sent.concat();
    let answer = send(&house, &workshop, sent.clone()).await.expect(200);
    assert_eq!(answer.header("content-type"), "application/x-ndjson");
    let (rows, last) = told(&answer.text);
    let expected = [
        (1, "registered", ""),
        (4, "registered", ""),
        (5, "amended", ""),
        (6, "refused", "invalid_body"),
        (7, "refused", "duplicate_registration"),
        (8, "refused", "forbidden"),
        (9, "refused", "invalid_body"),
        (10, "refused", "body_too_large"),
        (11, "refused", "invalid_body"),
        (12, "refused", "invalid_body"),
        (13, "registered", ""),
        (14, "registered", ""),
    ];
    assert_eq!(outcomes(&rows), expected);
    assert_eq!(rows[0]["reference"], "sh-1");
    assert_eq!(rows[0]["state"], "confirmed");
    assert!(rows[0]["link_secret"].is_string());
    assert_eq!(
        rows[3]["problem"]["errors"][0]["pointer"],
        "/source_reference"
    );
    assert_eq!(
        rows[6]["problem"]["errors"][0]["code"],
        "invalid_municipality"
    );
    assert_eq!(rows[11]["state"], "waitlisted");
    assert_eq!(rows[11]["waitlist_place"], 1);
    // What is amended is decided behind what came with it.
    let position = rows[2]["position"].as_u64().expect("a position");
    let summary = json!({
        "rows": 12, "registered": 4, "amended": 1, "unchanged": 0, "refused": 7, "failed": 0, "position": position,
    });
    assert_eq!(last, json!({"summary": summary}));

    let again = send(&house, &workshop, sent).await.expect(200);
    let (rows, last) = told(&again.text);
    // The first row says what was so before the third one; all others are as they were.
    assert_eq!(
        (&rows[0]["outcome"], &rows[2]["outcome"]),
        (&json!("amended"), &json!("amended"))
    );
    assert_eq!(last["summary"]["unchanged"], 3);
    assert_eq!(last["summary"]["registered"], 0);
    assert_eq!(
        house
            .attendees(
                &workshop,
                last["summary"]["position"].as_u64().expect("one")
            )
            .await
            .len(),
        4
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feed_is_refused_whole_where_nothing_of_it_can_be_taken() {
    let house = House::start().await;
    house.programs().await;
    let workshop = house.workshop(json!({})).await;
    let rows = body([registration("sh", 1)]);
    let sent = async |token: &str, path: &str, form: &str, more: &[(&str, &str)]| {
        let bearer = format!("Bearer {token}");
        let headers = [("authorization", bearer.as_str()), ("content-type", form)];
        let headers = [&headers[..], more].concat();
        let sent = house.send(Method::POST, path, &headers, rows.clone()).await;
        sent.expect("answered")
    };
    let (feeder, at, form) = (house.feeder("sh"), path(&workshop), "application/x-ndjson");
    let reader = house
        .flow
        .token("sh", anmeldewerk_stack::token::Role::Reporter);
    sent(&reader, &at, form, &[])
        .await
        .expect_problem(403, "forbidden");
    sent(&feeder, &at, "application/json", &[])
        .await
        .expect_problem(415, "unsupported_media_type");
    sent(&feeder, &at, "application/x-ndjson; charset=latin1", &[])
        .await
        .expect_problem(415, "unsupported_media_type");
    let packed = [("content-encoding", "gzip")];
    sent(&feeder, &at, form, &packed)
        .await
        .expect_problem(415, "unsupported_media_type");
    let conditional = [("if-match", "\"1\"")];
    sent(&feeder, &at, form, &conditional)
        .await
        .expect_problem(400, "invalid_header");
    let odd = [("idempotency-key", "x")];
    sent(&feeder, &at, form, &odd)
        .await
        .expect_problem(400, "idempotency_key_invalid");
    sent(&feeder, &path("x"), form, &[])
        .await
        .expect_problem(404, "not_found");

    let unknown = "01990000-0000-7000-8000-000000000000";
    let answer = sent(&feeder, &path(unknown), form, &[]).await.expect(200);
    let (rows, _) = told(&answer.text);
    assert_eq!(outcomes(&rows), [(1, "refused", "not_found")]);
    let nothing = send(&house, &workshop, b"\n\n".to_vec()).await.expect(200);
    assert_eq!(told(&nothing.text).1["summary"]["rows"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_more_rows_than_one_feed_has_the_rest_is_said_to_be_left() {
    let house = House::start().await;
    house.programs().await;
    let workshop = house.workshop(json!({})).await;
    let answer = send(&house, &workshop, b"1\n".repeat(100_001))
        .await
        .expect(200);
    let (rows, last) = told(&answer.text);
    assert_eq!(rows.len(), 100_000);
    assert!(
        rows.iter()
            .all(|row| row["problem"]["code"] == "invalid_body")
    );
    assert_eq!(last["summary"]["refused"], 100_000);
    assert_eq!(last["resume_from"], 100_001);
    assert_eq!(last["problem"]["code"], "body_too_large");
    assert_eq!(last["problem"]["limit_rows"], 100_000);
}

/// A feed on a bare connection, to be cut at will; by HTTP/1.0, so that lines come as they are.
struct Wire(TcpStream);

impl Wire {
    async fn open(house: &House, workshop: &str, length: usize) -> Self {
        let address = house.flow.gateway_url();
        let address = address.strip_prefix("http://").expect("plain HTTP");
        let mut stream = TcpStream::connect(address).await.expect("a connection");
        let head = format!(
            "POST {} HTTP/1.0\r\nhost: {address}\r\nauthorization: Bearer {}\r\n\
             content-type: application/x-ndjson\r\ncontent-length: {length}\r\n\r\n",
            path(workshop),
            house.feeder("sh"),
        );
        stream.write_all(head.as_bytes()).await.expect("sent");
        Self(stream)
    }

    async fn write(&mut self, bytes: &[u8]) {
        self.0.write_all(bytes).await.expect("sent");
    }

    /// Reads all that comes, and gives the lines that are whole.
    async fn read(mut self) -> Vec<Value> {
        let mut read = Vec::new();
        // It may be cut in between: what came before counts.
        let _ = self.0.read_to_end(&mut read).await;
        let text = String::from_utf8_lossy(&read).into_owned();
        let lines = text
            .lines()
            .filter_map(|line| serde_json::from_str(line).ok());
        lines.filter(Value::is_object).collect()
    }
}

fn people(amount: usize) -> Vec<Value> {
    (0..amount).map(|who| registration("sh", who)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feed_that_is_cut_anywhere_and_sent_again_registers_everybody_once() {
    const PEOPLE: usize = 240;
    let house = House::start().await;
    house.programs().await;
    let workshop = house.workshop(json!({"capacity": 100})).await;
    let whole = body(people(PEOPLE));
    // Some of these are within a row, one is in front of all and one behind.
    for part in [0, 7, 31, 50, 77, 99, 100] {
        let mut wire = Wire::open(&house, &workshop, whole.len()).await;
        wire.write(&whole[..whole.len() * part / 100]).await;
        drop(wire);
    }
    let answer = insist(&house, &workshop, &whole).await;
    let (rows, last) = told(&answer.text);
    assert_eq!(rows.len(), PEOPLE);
    let summary = &last["summary"];
    assert_eq!(summary["refused"], 0);
    assert_eq!(summary["failed"], 0);
    let position = summary["position"].as_u64().expect("a position");
    let shown = house.attendees(&workshop, position).await;
    assert_eq!(shown.len(), PEOPLE, "each is there once");
    let told: BTreeMap<&str, &str> = rows
        .iter()
        .map(|row| {
            let text = |name: &str| row[name].as_str().expect("a text");
            (text("registration"), text("number"))
        })
        .collect();
    assert_eq!(told.len(), PEOPLE);
    for row in &shown {
        let (id, number) = (row["id"].as_str(), row["number"].as_str());
        assert_eq!(told.get(id.expect("an id")).copied(), number);
    }
    let again = send(&house, &workshop, whole).await.expect(200);
    assert_eq!(
        crate::feeds::told(&again.text).1["summary"]["unchanged"],
        PEOPLE
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_reads_only_in_the_end_gets_every_answer() {
    const PEOPLE: usize = 12_000;
    let house = House::start().await;
    house.programs().await;
    let workshop = house.workshop(json!({"capacity": 10})).await;
    let whole = body(people(PEOPLE));
    let mut wire = Wire::open(&house, &workshop, whole.len()).await;
    wire.write(&whole).await;
    let mut lines = wire.read().await;
    let last = lines.pop().expect("a last line");
    assert_eq!(last["summary"]["registered"], PEOPLE, "{last}");
    assert_eq!(lines.len(), PEOPLE);
    let numbers = lines
        .iter()
        .map(|line| line["line"].as_u64().expect("a line"));
    assert!(numbers.eq(1..=PEOPLE as u64), "in their order");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_before_a_kill_is_found_when_the_feed_is_sent_again() {
    const PEOPLE: usize = 4_000;
    let house = House::start().await;
    house.programs().await;
    let workshop = house.workshop(json!({"capacity": 100})).await;
    let whole = body(people(PEOPLE));
    let mut wire = Wire::open(&house, &workshop, whole.len()).await;
    wire.write(&whole[..whole.len() / 4]).await;
    let (kill, rest) = (whole.len() / 4, whole.len() / 2);
    let reading = async {
        wire.write(&whole[kill..rest]).await;
        wire.read().await
    };
    let killing = async {
        let at = format!("/v1/workshops/{workshop}");
        let some = wait::until(PATIENCE, || async {
            let seen = house.get(&house.office("sh"), &at).await;
            let taken = seen.body["seats"]["confirmed"].as_u64().unwrap_or(0);
            if taken > 0 {
                Ok(())
            } else {
                Err(seen.body.to_string())
            }
        });
        some.await.expect("some are registered");
        house.flow.kill_registration();
    };
    let (before, ()) = tokio::join!(reading, killing);
    house.flow.restart_registration().await.expect("a service");
    let acknowledged: Vec<&Value> = before
        .iter()
        .filter(|row| row["outcome"] == "registered")
        .collect();
    assert!(!acknowledged.is_empty(), "the kill came in the middle");
    assert!(acknowledged.len() < PEOPLE / 2, "and not behind it");
    let again = insist(&house, &workshop, &whole).await;
    let (rows, last) = told(&again.text);
    assert_eq!(last.get("problem"), None, "{last}");
    let of: BTreeMap<&str, &Value> = rows
        .iter()
        .map(|row| (row["reference"].as_str().expect("a reference"), row))
        .collect();
    assert_eq!(of.len(), PEOPLE);
    for row in acknowledged {
        let now = of[row["reference"].as_str().expect("a reference")];
        assert_eq!(now["outcome"], "unchanged");
        assert_eq!(now["number"], row["number"]);
    }
    let position = last["summary"]["position"].as_u64().expect("a position");
    let shown = house.attendees(&workshop, position).await;
    assert_eq!(shown.len(), PEOPLE, "each is there once");
}
