//! One contract suite for every implementation, and the faults of a real server.

mod contract;
mod faults;
mod headers;
mod requirements;
mod server;

use anmeldewerk_contract::{Position, Subject};
use anmeldewerk_journal::{Entry, Memory};

pub(crate) fn subject(name: &str) -> Subject {
    Subject::literal(format!("aw.log.program.{name}"))
}

pub(crate) fn entry(name: &str, expected: Option<u64>, payload: &str) -> Entry {
    Entry {
        subject: subject(name),
        expected: expected.map(Position),
        headers: vec![
            ("ce-id".to_owned(), "ä \"1\"".to_owned()),
            ("ce-type".to_owned(), "test".to_owned()),
        ],
        payload: payload.as_bytes().to_vec().into(),
    }
}

#[tokio::test]
async fn the_log_in_memory_keeps_the_contract() {
    contract::suite(Memory::default).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_on_jetstream_keeps_the_contract() {
    let server = server::Single::start().await;
    let log = server.log().await;
    contract::suite(|| log.clone()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_on_three_servers_keeps_the_contract() {
    let cluster = server::Three::start().await;
    let log = cluster.log().await;
    contract::suite(|| log.clone()).await;
}
