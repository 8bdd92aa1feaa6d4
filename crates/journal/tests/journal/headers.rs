//! Following the headers alone, as the writer's own user may.

use anmeldewerk_contract::{Message, Position, Subject};
use anmeldewerk_journal::{Entry, Journal};

use crate::server::Single;

fn entry(name: &str) -> Entry {
    Entry {
        subject: Subject::literal(format!("aw.log.program.{name}")),
        expected: Some(Position::START),
        headers: vec![("Aw-Due".to_owned(), format!("due-{name}"))],
        payload: b"{\"large\":true}".to_vec().into(),
    }
}

#[tokio::test]
async fn headers_are_followed_without_their_payloads_from_any_position_on() {
    let single = Single::start().await;
    let log = single.log().await;
    let entries = ["aa", "bb", "cc"].map(entry).to_vec();
    log.append(entries).await.expect("stored");
    let mut follower = log
        .writer
        .follow_headers(Position(1))
        .await
        .expect("a follower");
    let mut seen: Vec<Message> = Vec::new();
    while seen.len() < 2 {
        seen.extend(follower.batch(10).await.expect("headers"));
    }
    log.append(vec![entry("dd")]).await.expect("stored");
    seen.extend(follower.batch(10).await.expect("headers"));
    let positions: Vec<u64> = seen.iter().map(|message| message.position.0).collect();
    assert_eq!(positions, [2, 3, 4]);
    let due: Vec<Option<&str>> = seen.iter().map(|it| it.header("Aw-Due")).collect();
    assert_eq!(due, [Some("due-bb"), Some("due-cc"), Some("due-dd")]);
    assert!(seen.iter().all(|message| message.payload.is_empty()));
}
