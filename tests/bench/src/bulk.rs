//! Many rows in one request: how fast they are taken in, beside a rush of single commands in the same run.

use std::time::Instant;

use anyhow::{Context, ensure};
use serde_json::Value;

use crate::{
    house::{House, registration, show},
    table::{Table, per_second},
    usage::Meter,
};

/// The rows of an office's file, which has fewer.
const FILE_ROWS: usize = 15_000;

/// Rows that are sent to a workshop of their own.
struct Rows {
    what: &'static str,
    path: &'static str,
    form: &'static str,
    amount: usize,
    body: String,
}

/// Sends so many rows as a feed and a file of an office, each first to be registered and then once more.
pub(crate) async fn measure(table: &mut Table, house: &House, rows: usize) -> anyhow::Result<()> {
    for rows in [feed(rows), file(rows.min(FILE_ROWS))] {
        let workshop = house.publish(rows.amount).await?;
        let rush = table.noted("rush-256").map(|rate| ("the rush", rate));
        let dry = rows.path.starts_with("imports");
        let steps = [
            ("tried out", "&dry_run=true", "registered"),
            ("registered", "", "registered"),
            ("sent again", "", "unchanged"),
        ];
        for (step, query, outcome) in steps {
            if !query.is_empty() && !dry {
                continue;
            }
            let meter = Meter::start(house.processes(), &["nats-server", "PostgreSQL"]);
            let start = Instant::now();
            let last = rows.send(house, &workshop, query).await?;
            let took = start.elapsed();
            let usage = meter.stop();
            let as_told = last["summary"][outcome].as_u64();
            ensure!(as_told == Some(rows.amount as u64), "{last}");
            let what = format!("{} rows of one {}, {step}", rows.amount, rows.what);
            table.rate(&what, per_second(rows.amount, took), rush);
            show(table, &usage, rows.amount, rows.amount);
        }
    }
    Ok(())
}

fn feed(amount: usize) -> Rows {
    let rows: Vec<String> = (0..amount)
        .map(|who| registration("bulk", who).to_string())
        .collect();
    Rows {
        what: "feed",
        path: "registrations/bulk",
        form: "application/x-ndjson",
        amount,
        body: rows.join("\n"),
    }
}

/// The same people as a table.
fn file(amount: usize) -> Rows {
    let rows = (0..amount).map(|who| {
        format!(
            "file-{who};Frau;von der Heide {who};Anke file;file-{who}@example.org;04542 803-0;01053;rolle;diskurs"
        )
    });
    let heads =
        "Aktenzeichen;Anrede;Nachname;Vorname;E-Mail;Telefon;AGS;1. Wunsch;2. Wunsch".to_owned();
    let rows: Vec<String> = [heads].into_iter().chain(rows).collect();
    Rows {
        what: "file",
        path: "imports?privacy_notice=1",
        form: "text/csv",
        amount,
        body: rows.join("\r\n"),
    }
}

impl Rows {
    /// Sends them, and gives the last line of the answer.
    async fn send(&self, house: &House, workshop: &str, query: &str) -> anyhow::Result<Value> {
        let url = house.url(&format!("/v1/workshops/{workshop}/{}{query}", self.path));
        let request = house.client().post(url).bearer_auth(house.office());
        let request = request.header("content-type", self.form);
        let answer = request.body(self.body.clone()).send().await?;
        let text = answer.error_for_status()?.text().await?;
        let last = text.lines().next_back().context("a last line")?;
        Ok(serde_json::from_str(last)?)
    }
}
