//! What the machine could do, with nothing of ours in the way.

use std::{future::IntoFuture, time::Instant};

use anmeldewerk_contract::{Position, Subject};
use anmeldewerk_journal::{Entry, JetStream, Journal};
use anmeldewerk_stack::{
    folder::Folder,
    nats::{Nats, User},
};
use axum::{
    Router,
    routing::{get, post},
};
use tokio::task::JoinSet;

use crate::{
    load,
    table::{Table, Times, per_second},
};

/// About the size of one decision with its blocks.
const PAYLOAD: usize = 2_000;
const LONE: usize = 1_000;
const IN_FLIGHT: usize = 256;
const PIPELINED: usize = 8_192;
const BATCH: usize = 1_000;
const BATCHES: usize = 20;
const REQUESTS: usize = 50_000;

fn entry(subject: &str, expected: u64) -> Entry {
    Entry {
        subject: Subject::literal(format!("aw.log.program.{subject}")),
        expected: Some(Position(expected)),
        headers: vec![("ce-id".to_owned(), subject.to_owned())],
        payload: vec![b'x'; PAYLOAD].into(),
    }
}

/// Measures a server that does nothing but store messages of the size of a decision.
pub(crate) async fn log(table: &mut Table) -> anyhow::Result<()> {
    let folder = Folder::new("bench")?;
    let nats = Nats::start(&folder.join("nats")).await?;
    nats.provision().await?;
    let log = JetStream::connect(&nats.url(User::Registration), "AW_LOG", &[]).await?;
    lone(table, &log).await?;
    in_flight(table, &log).await?;
    batches(table, &log).await
}

async fn lone(table: &mut Table, log: &JetStream) -> anyhow::Result<()> {
    let mut times = Vec::new();
    for index in 0..LONE {
        let start = Instant::now();
        log.append(vec![entry(&format!("lone-{index}"), 0)]).await?;
        times.push(start.elapsed());
    }
    let times = Times::new(times);
    table.times("limit: one publish, fsync", &times, String::new());
    table.note("publish", times.quantile(0.5).as_secs_f64());
    Ok(())
}

async fn in_flight(table: &mut Table, log: &JetStream) -> anyhow::Result<()> {
    let start = Instant::now();
    let mut set = JoinSet::new();
    for client in 0..IN_FLIGHT {
        let log = log.clone();
        set.spawn(async move {
            for index in 0..PIPELINED / IN_FLIGHT {
                log.append(vec![entry(&format!("flight-{client}-{index}"), 0)])
                    .await?;
            }
            anyhow::Ok(())
        });
    }
    while let Some(done) = set.join_next().await {
        done??;
    }
    let rate = per_second(PIPELINED, start.elapsed());
    table.rate("limit: publishes, fsync, 256 in flight", rate, None);
    Ok(())
}

async fn batches(table: &mut Table, log: &JetStream) -> anyhow::Result<()> {
    let start = Instant::now();
    for batch in 0..BATCHES {
        let entries = (0..BATCH).map(|index| entry(&format!("batch-{batch}-{index}"), 0));
        log.append(entries.collect()).await?;
    }
    let rate = per_second(BATCHES * BATCH, start.elapsed());
    table.rate("limit: atomic batches of 1000, fsync", rate, None);
    table.note("batches", rate);
    Ok(())
}

/// Measures a service that does nothing but answer.
pub(crate) async fn http(table: &mut Table, clients: usize) -> anyhow::Result<()> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}/", listener.local_addr()?);
    let router = Router::new().route("/", post(async |body: String| body.len().to_string()));
    let server = tokio::spawn(axum::serve(listener, router).into_future());
    let client = reqwest::Client::new();
    let body = "x".repeat(600);
    let request = move |_| client.post(&url).body(body.clone());
    let done = load::run(clients, REQUESTS, request).await?;
    server.abort();
    let rate = per_second(REQUESTS, done.took);
    table.rate("limit: POST to a minimal service", rate, None);
    table.note("http", rate);
    Ok(())
}

/// Measures a service that does nothing but answer a question.
pub(crate) async fn get_http(table: &mut Table, clients: usize) -> anyhow::Result<f64> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}/", listener.local_addr()?);
    let router = Router::new().route("/", get(async || "x".repeat(600)));
    let server = tokio::spawn(axum::serve(listener, router).into_future());
    let client = reqwest::Client::new();
    let done = load::run(clients, REQUESTS, move |_| client.get(&url)).await?;
    server.abort();
    let rate = per_second(REQUESTS, done.took);
    table.rate("limit: GET of a minimal service", rate, None);
    Ok(rate)
}
