//! Documents in versions: from an office's file to whoever may read it, whole or in part, and what consents point to.

use anmeldewerk_contract::hex;
use anmeldewerk_documents::Store;
use anmeldewerk_domain::workshop::{DocumentKind, MOST_DOCUMENT_BYTES};
use anmeldewerk_journal::JetStream;
use anmeldewerk_stack::nats::User;
use reqwest::Method;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::time::Duration;

use crate::{
    house::{Answer, House, key, registration},
    replay,
};

/// A PDF in its first bytes, and no two parts of it alike.
fn pdf(bytes: usize) -> Vec<u8> {
    let rest = (0_usize..).map(|at| u8::try_from((at * 31 + at / 251) % 256).expect("a byte"));
    b"%PDF-1.7\n"
        .iter()
        .copied()
        .chain(rest)
        .take(bytes)
        .collect()
}

/// An office that sends files.
struct Sender<'h> {
    house: &'h House,
    token: String,
    path: String,
    key: String,
    media_type: &'static str,
}

impl<'h> Sender<'h> {
    fn new(house: &'h House, workshop: &str) -> Self {
        Self {
            house,
            token: house.office("sh"),
            path: format!("/v1/workshops/{workshop}/documents"),
            key: key(),
            media_type: "application/pdf",
        }
    }

    async fn send(&self, query: &str, bytes: &[u8]) -> Answer {
        let bearer = format!("Bearer {}", self.token);
        let headers = [
            ("authorization", bearer.as_str()),
            ("idempotency-key", self.key.as_str()),
            ("content-type", self.media_type),
        ];
        let path = format!("{}{query}", self.path);
        let sent = self
            .house
            .send(Method::POST, &path, &headers, bytes.to_vec());
        sent.await.expect("answered")
    }
}

/// Asks for something without a token, as of a position.
async fn read(house: &House, path: &str, position: u64, headers: &[(&str, &str)]) -> Answer {
    read_by(house, Method::GET, path, (position, headers)).await
}

async fn read_by(
    house: &House,
    method: Method,
    path: &str,
    (position, headers): (u64, &[(&str, &str)]),
) -> Answer {
    let path = format!("{path}?min_position={position}");
    let headers = [&[("prefer", "wait=10")], headers].concat();
    let asked = house.send(method, &path, &headers, Vec::new()).await;
    asked.expect("answered")
}

const NOTICE: &str = "?kind=privacy_notice&title=Hinweise%20zum%20Datenschutz";

#[tokio::test(flavor = "multi_thread")]
async fn a_document_is_added_in_versions_listed_and_read() {
    let house = House::start().await;
    house.programs().await;
    let workshop = house.workshop(json!({})).await;
    let sender = Sender::new(&house, &workshop);
    let first = pdf(300_000);
    let added = sender.send(NOTICE, &first).await.expect(201);
    assert_eq!(added.body["number"], 1);
    assert_eq!(added.body["size"], 300_000);
    assert_eq!(added.body["sha256"], hex(&Sha256::digest(&first)[..]));
    let href = added.header("location").to_owned();
    assert!(href.ends_with("/documents/privacy_notice/1"), "{href}");
    // The same request again is answered as it was; the same bytes under another key change nothing.
    let again = sender.send(NOTICE, &first).await.expect(201);
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!(again.body, added.body);
    let same = Sender::new(&house, &workshop);
    let same = same.send(NOTICE, &first).await.expect(200);
    assert_eq!(
        (&same.body["number"], same.header("location")),
        (&json!(1), "")
    );
    let other = sender.send(NOTICE, &pdf(9)).await;
    other.expect_problem(422, "idempotency_key_reused");

    let text = Sender {
        media_type: "text/plain; charset=utf-8",
        ..Sender::new(&house, &workshop)
    };
    let later = format!("{NOTICE}&valid_from=2031-12-01&note=Neue%20Anschrift");
    let second = text.send(&later, "Mölln".as_bytes()).await.expect(201);
    assert_eq!(second.body["number"], 2);
    let at = second.position();
    let listed = read(&house, &sender.path, at, &[]).await.expect(200);
    let items = listed.body["items"].as_array().expect("items");
    assert_eq!(items.len(), 2);
    assert_eq!(items[0]["href"], href);
    assert_eq!(items[0]["title"], "Hinweise zum Datenschutz");
    assert_eq!(items[0]["current"], true, "the second one holds later");
    assert_eq!(items[1]["current"], false);
    assert_eq!(items[1]["valid_from"], "2031-12-01");
    assert_eq!(items[1]["note"], "Neue Anschrift");
    assert_eq!(items[1]["media_type"], "text/plain");

    let whole = read(&house, &href, at, &[]).await.expect(200);
    assert!(whole.bytes == first, "byte for byte");
    assert_eq!(whole.header("content-type"), "application/pdf");
    assert_eq!(whole.header("content-length"), "300000");
    assert_eq!(whole.header("x-content-type-options"), "nosniff");
    let name = whole.header("content-disposition");
    assert!(
        name.starts_with("inline; filename=\"") && name.contains("datenschutzhinweis-1.pdf"),
        "{name}"
    );
    let text = items[1]["href"].as_str().expect("an address");
    let text = read(&house, text, at, &[]).await.expect(200);
    assert_eq!(text.text, "Mölln");
    assert_eq!(text.header("content-type"), "text/plain; charset=utf-8");
    for missing in [
        "privacy_notice/3",
        "privacy_notice/0",
        "agenda/1",
        "notice/1",
        "agenda/x",
    ] {
        let path = format!("{}/{missing}", sender.path);
        read(&house, &path, at, &[])
            .await
            .expect_problem(404, "not_found");
    }
    let log = replay::log(&house.flow).await;
    let folded = replay::workshop(&log, &workshop);
    assert_eq!(folded.newest(DocumentKind::PrivacyNotice), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_is_read_in_parts_and_not_again() {
    let house = House::start().await;
    house.programs().await;
    let workshop = house.workshop(json!({})).await;
    let bytes = pdf(300_000);
    let added = house.add_document(&workshop, "agenda", &bytes).await;
    let at = added.expect(201).position();
    let path = format!("/v1/workshops/{workshop}/documents/agenda/1");
    let whole = read(&house, &path, at, &[]).await.expect(200);
    assert_eq!(whole.header("accept-ranges"), "bytes");
    let tag = whole.header("etag").to_owned();
    // In its first chunk, across two, to the end, the last ones, a single byte.
    for (asked, from, to) in [
        ("bytes=0-99", 0, 100),
        ("bytes=131000-132000", 131_000, 132_001),
        ("bytes=262144-", 262_144, 300_000),
        ("bytes=-1", 299_999, 300_000),
        ("bytes=131071-131072", 131_071, 131_073),
        ("bytes=299999-400000", 299_999, 300_000),
    ] {
        let part = read(&house, &path, at, &[("range", asked)])
            .await
            .expect(206);
        assert!(part.bytes == bytes[from..to], "{asked}");
        let said = format!("bytes {from}-{}/300000", to - 1);
        assert_eq!(part.header("content-range"), said);
        assert_eq!(part.header("content-length"), (to - from).to_string());
        assert_eq!(part.header("etag"), tag);
    }
    for odd in ["bytes=0-1,5-6", "lines=1-2", "bytes=x"] {
        let part = read(&house, &path, at, &[("range", odd)]).await.expect(200);
        assert_eq!(part.bytes.len(), bytes.len(), "{odd}");
    }
    let behind = read(&house, &path, at, &[("range", "bytes=300000-")]).await;
    let behind = behind.expect_problem(416, "range_not_satisfiable");
    assert_eq!(behind.header("content-range"), "bytes */300000");
    let range = ("range", "bytes=0-9");
    let same = read(&house, &path, at, &[range, ("if-range", &tag)]).await;
    assert_eq!(same.expect(206).bytes.len(), 10);
    let other = read(&house, &path, at, &[range, ("if-range", "\"other\"")]).await;
    assert_eq!(other.expect(200).bytes.len(), bytes.len());
    let known = read(&house, &path, at, &[("if-none-match", &tag)])
        .await
        .expect(304);
    assert!(known.bytes.is_empty());
    let head = read_by(&house, Method::HEAD, &path, (at, &[]))
        .await
        .expect(200);
    assert_eq!(head.header("content-length"), "300000");
    assert!(head.bytes.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_document_is_refused_and_nothing_of_it_kept() {
    let house = House::start().await;
    house.programs().await;
    let workshop = house.workshop(json!({})).await;
    let sender = Sender::new(&house, &workshop);
    let large = pdf(usize::try_from(MOST_DOCUMENT_BYTES).expect("a size") + 1);
    sender
        .send(NOTICE, &large)
        .await
        .expect_problem(413, "body_too_large");
    for (query, parameter) in [
        ("", "kind"),
        ("?kind=privacy_notice", "title"),
        ("?kind=menu&title=x", "kind"),
        ("?kind=agenda&title=%00", "title"),
        ("?kind=agenda&title=x&valid_from=bald", "valid_from"),
        ("?kind=agenda&title=x&author=me", "author"),
    ] {
        let refused = sender.send(query, &pdf(9)).await;
        let refused = refused.expect_problem(400, "invalid_query");
        assert_eq!(refused.body["parameter"], parameter, "{query}");
    }
    for (bytes, code) in [(&b""[..], "empty"), (b"<html>", "other_form")] {
        let refused = sender.send(NOTICE, bytes).await;
        let refused = refused.expect_problem(422, "invalid_body");
        assert_eq!(refused.body["errors"][0]["code"], code);
    }
    for media_type in ["text/html", "application/zip", "application/json"] {
        let other = Sender {
            media_type,
            ..Sender::new(&house, &workshop)
        };
        let refused = other.send(NOTICE, b"<html>").await;
        refused.expect_problem(415, "unsupported_media_type");
    }
    // Another program's office, though it takes part; its system; nobody.
    let foreign = Sender {
        token: house.office("mv"),
        ..Sender::new(&house, &workshop)
    };
    foreign
        .send(NOTICE, &pdf(9))
        .await
        .expect_problem(403, "forbidden");
    let system = Sender {
        token: house.feeder("sh"),
        ..Sender::new(&house, &workshop)
    };
    system
        .send(NOTICE, &pdf(9))
        .await
        .expect_problem(403, "forbidden");
    let nowhere = Sender::new(&house, "0199a0f0-0000-7000-8000-000000000000");
    nowhere
        .send(NOTICE, &pdf(9))
        .await
        .expect_problem(404, "not_found");
    assert_eq!(kept(&house).await, 0);
    sender.send(NOTICE, &pdf(9)).await.expect(201);
    assert_eq!(kept(&house).await, 1);
}

/// Counts what the object store keeps.
async fn kept(house: &House) -> usize {
    let url = house.flow.nats.url(User::Registration);
    let journal = JetStream::connect(&url, "AW_LOG", &[]).await;
    let store = Store::new(journal.expect("the log").client());
    store.stale(Duration::ZERO).await.expect("a list").len()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_drafts_documents_are_its_hosts_alone() {
    let house = House::start().await;
    house.programs().await;
    let draft = house.draft(json!({})).await;
    let added = house.add_document(&draft, "invitation", &pdf(9)).await;
    let at = added.expect(201).position();
    let list = format!("/v1/workshops/{draft}/documents");
    for path in [list.clone(), format!("{list}/invitation/1")] {
        read(&house, &path, at, &[])
            .await
            .expect_problem(404, "not_found");
        let foreign = house.get_at(&house.office("mv"), &path, at).await;
        foreign.expect_problem(404, "not_found");
        house
            .get_at(&house.office("sh"), &path, at)
            .await
            .expect(200);
    }
    let path = format!("/v1/workshops/{draft}/publish");
    let published = house.post(&house.office("sh"), &path, &json!({})).await;
    let at = published.expect(200).position();
    let seen = read(&house, &format!("{list}/invitation/1"), at, &[]).await;
    assert_eq!(seen.expect(200).bytes, pdf(9));
}

/// What is refused because of the privacy notice that it names.
fn refused(answer: Answer, pointer: &str) {
    let refused = answer.expect_problem(422, "invalid_body");
    assert_eq!(refused.body["errors"][0]["pointer"], pointer);
    assert_eq!(refused.body["errors"][0]["code"], "unknown_version");
}

fn consenting(who: usize, notice: u32) -> Value {
    let mut body = registration("sh", who);
    body["privacy_notice"] = json!(notice);
    body
}

#[tokio::test(flavor = "multi_thread")]
async fn a_consent_points_to_the_version_that_was_seen() {
    let house = House::start().await;
    house.programs().await;
    let workshop = house.workshop(json!({})).await;
    let office = house.office("sh");
    let path = format!("/v1/workshops/{workshop}/registrations");
    // Until the workshop has a notice of its own, the number is the program's.
    let early = house
        .post(&office, &path, &consenting(1, 7))
        .await
        .expect(201);
    for bytes in [9, 10] {
        let added = house
            .add_document(&workshop, "privacy_notice", &pdf(bytes))
            .await;
        added.expect(201);
    }
    let late = house.post(&office, &path, &consenting(2, 3)).await;
    assert_eq!(late.body["newest_version"], 2);
    refused(late, "/privacy_notice");
    let seen = house
        .post(&office, &path, &consenting(2, 1))
        .await
        .expect(201);
    let by_reference = format!("{path}/by-reference/sh-9");
    let mut put = consenting(9, 3);
    put.as_object_mut()
        .expect("an object")
        .remove("source_reference");
    refused(
        house.put(&office, &by_reference, &put).await,
        "/privacy_notice",
    );
    let members = [4, 5].map(|who| {
        let mut member = consenting(who, if who == 5 { 3 } else { 2 });
        member.as_object_mut().expect("an object").remove("program");
        member
    });
    let group = json!({"program": "sh", "policy": "partial", "members": members});
    let group = house
        .post(&office, &format!("/v1/workshops/{workshop}/groups"), &group)
        .await;
    refused(group, "/members/1/privacy_notice");
    let id = seen.body["registration"].as_str().expect("an id");
    let at = format!("{path}/{id}");
    let patch = |notice: u32| json!({"privacy_notice": notice});
    refused(
        house.patch(&office, &at, &patch(3), &[]).await,
        "/privacy_notice",
    );
    house.patch(&office, &at, &patch(2), &[]).await.expect(200);
    let mut successor = json!({"person": registration("sh", 6)["person"], "privacy_notice": 3});
    let follows = format!("{at}/substitute");
    refused(
        house.post(&office, &follows, &successor).await,
        "/privacy_notice",
    );
    successor["privacy_notice"] = json!(1);
    let last = house.post(&office, &follows, &successor).await.expect(201);

    // Each row points to the version that whoever it is about has seen.
    let attendees = house.attendees(&workshop, last.position()).await;
    let notice_of = |id: &Value| {
        let found = attendees.iter().find(|row| row["id"] == *id);
        found.expect("a row")["privacy_notice"].clone()
    };
    assert_eq!(notice_of(&early.body["registration"]), 7);
    assert_eq!(notice_of(&last.body["registration"]), 1);
    let path = format!("/v1/workshops/{workshop}/documents/privacy_notice/1");
    let notice = read(&house, &path, last.position(), &[]).await.expect(200);
    assert_eq!(notice.bytes, pdf(9));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_is_read_after_everything_was_killed() {
    let house = House::start().await;
    house.programs().await;
    let workshop = house.workshop(json!({})).await;
    let bytes = pdf(1_000_000);
    let added = house
        .add_document(&workshop, "agenda", &bytes)
        .await
        .expect(201);
    house.flow.kill_registration();
    house.flow.kill_gateway();
    house.flow.nats.kill();
    house.flow.nats.restart().await.expect("restarted");
    house.flow.restart_registration().await.expect("restarted");
    house.flow.restart_gateway().await.expect("restarted");
    let path = format!("/v1/workshops/{workshop}/documents/agenda/1");
    let read = read(&house, &path, added.position(), &[]).await.expect(200);
    assert!(read.bytes == bytes);
    // What was kept for a command whose sender was never answered is kept once, and the command can be sent again.
    let again = house
        .add_document(&workshop, "agenda", &bytes)
        .await
        .expect(200);
    assert_eq!(again.body["number"], 1);
    assert_eq!(kept(&house).await, 1);
}
