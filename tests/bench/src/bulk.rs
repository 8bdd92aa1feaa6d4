//! Many rows in one request: how fast they are taken in, beside a rush of single commands in the same run.

use std::time::Instant;

use anyhow::{Context, ensure};
use serde_json::Value;

use crate::{
    house::{House, registration, show},
    table::{Table, per_second},
    usage::Meter,
};

/// Feeds so many rows into a workshop of their own, then the same once more.
pub(crate) async fn measure(table: &mut Table, house: &House, rows: usize) -> anyhow::Result<()> {
    let workshop = house.publish(rows).await?;
    let body: Vec<String> = (0..rows)
        .map(|who| registration("bulk", who).to_string())
        .collect();
    let body = body.join("\n");
    let rush = table.noted("rush-256").map(|rate| ("the rush", rate));
    for (what, outcome) in [("registered", "registered"), ("sent again", "unchanged")] {
        let meter = Meter::start(house.processes(), &["nats-server", "PostgreSQL"]);
        let start = Instant::now();
        let last = feed(house, &workshop, body.clone()).await?;
        let took = start.elapsed();
        let usage = meter.stop();
        let as_told = last["summary"][outcome].as_u64();
        ensure!(as_told == Some(rows as u64), "{last}");
        table.rate(
            &format!("{rows} rows of one feed, {what}"),
            per_second(rows, took),
            rush,
        );
        show(table, &usage, rows, rows);
    }
    Ok(())
}

/// Sends a feed, and gives the last line of its answer.
async fn feed(house: &House, workshop: &str, body: String) -> anyhow::Result<Value> {
    let url = house.url(&format!("/v1/workshops/{workshop}/registrations/bulk"));
    let request = house.client().post(url).bearer_auth(house.office());
    let request = request.header("content-type", "application/x-ndjson");
    let answer = request.body(body).send().await?.error_for_status()?;
    let text = answer.text().await?;
    let last = text.lines().next_back().context("a last line")?;
    Ok(serde_json::from_str(last)?)
}
