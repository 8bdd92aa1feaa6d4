//! What the gateway answers, beside the same statements without it and a service that only answers.

mod pgbench;
mod readers;

use std::time::{Duration, Instant};

use anmeldewerk_journal::Journal;
use anmeldewerk_read_model::Registry;
use anmeldewerk_stack::postgres::Role;
use anyhow::{Context, ensure};
use futures_util::TryStreamExt;
use serde_json::Value;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

use self::pgbench::Spy;
use crate::{
    house::{self, House},
    limits, load,
    table::{Table, per_second},
    usage::Meter,
};

/// How many ask at once.
const CLIENTS: usize = 16;
const READS: usize = 10_000;
const PAGES: usize = 1_000;
const PAGE: usize = 50;
/// How many pages of people are asked for whose keys are not held.
const MOST_PAGES: usize = 200;
/// How long it may take until what was written is shown.
const PATIENCE: Duration = Duration::from_mins(10);

/// How much is asked.
#[derive(Clone, Copy, Debug, clap::Args)]
pub(crate) struct Asked {
    /// How many people are in an export.
    #[arg(long, default_value_t = 100_000)]
    exported: usize,
    /// How many listen to what changes.
    #[arg(long, default_value_t = 1_000)]
    readers: usize,
}

/// What is asked, and of what.
struct Ground<'h> {
    house: &'h House,
    /// The workshop with the most people.
    workshop: String,
    /// Answers a second of a service that only answers.
    minimal: f64,
}

/// Measures all of it, on a house that has people.
pub(crate) async fn measure(table: &mut Table, house: &House, asked: Asked) -> anyhow::Result<()> {
    let mut owner = owner(house).await?;
    fill(house, &mut owner, asked.exported).await?;
    let workshop =
        "SELECT workshop::text FROM registration GROUP BY workshop ORDER BY count(*) DESC LIMIT 1";
    let ground = Ground {
        house,
        workshop: sqlx::query_scalar(workshop).fetch_one(&mut owner).await?,
        minimal: limits::get_http(table, CLIENTS).await?,
    };
    let held = ground.single(table).await?;
    ground.cold(table, held).await?;
    ground.exports(table, &mut owner).await?;
    readers::measure(table, house, asked.readers).await
}

/// Connects as one who sees everything, at the live version.
async fn owner(house: &House) -> anyhow::Result<PgConnection> {
    let url = house.flow.databases.read_model_url(Role::Owner);
    let mut owner = PgConnection::connect(&url).await?;
    let path = format!("SET search_path = {}", schema(house).await?);
    owner.execute(AssertSqlSafe(path)).await?;
    Ok(owner)
}

async fn schema(house: &House) -> anyhow::Result<String> {
    let url = house.flow.databases.read_model_url(Role::Projection);
    let live = Registry::connect(&url)?.ensure_live().await?;
    Ok(live.schema.as_str().to_owned())
}

/// Registers people until there are enough, and waits until they are shown.
async fn fill(house: &House, owner: &mut PgConnection, enough: usize) -> anyhow::Result<()> {
    let workshop = house.publish(500).await?;
    shown(house).await?;
    let count = "SELECT count(*) FROM registration";
    let count: i64 = sqlx::query_scalar(count).fetch_one(&mut *owner).await?;
    let missing = enough.saturating_sub(usize::try_from(count)?);
    house
        .submit(&workshop, ("some", missing), 4 * CLIENTS)
        .await?;
    shown(house).await?;
    // What the database does by itself within minutes.
    owner.execute("ANALYZE").await?;
    Ok(())
}

/// Waits until everything that was written is shown.
async fn shown(house: &House) -> anyhow::Result<()> {
    let last = house.log().await?.state().await?.last;
    let begun = Instant::now();
    loop {
        let url = house.url(&format!("/v1/workshops?limit=1&min_position={}", last.0));
        let asked = house.client().get(url).bearer_auth(house.office());
        let answer = asked.header("prefer", "wait=10").send().await?;
        if answer.status().is_success() {
            return Ok(());
        }
        ensure!(
            begun.elapsed() < PATIENCE,
            "{} is not shown: {}",
            last.0,
            answer.status()
        );
    }
}

fn page(workshop: &str, after: Option<&str>) -> String {
    let after = after.map_or_else(String::new, |after| format!("&after={after}"));
    format!("/v1/workshops/{workshop}/attendees?limit={PAGE}{after}")
}

async fn get(house: &House, path: &str) -> anyhow::Result<Value> {
    let asked = house
        .client()
        .get(house.url(path))
        .bearer_auth(house.office());
    Ok(asked.send().await?.error_for_status()?.json().await?)
}

/// Asks so many times, one address after another; gives how many were answered a second.
async fn ask(house: &House, paths: Vec<String>, count: usize) -> anyhow::Result<f64> {
    let urls: Vec<String> = paths.iter().map(|path| house.url(path)).collect();
    let (client, office) = (house.client().clone(), house.office().to_owned());
    let request = move |at: usize| client.get(&urls[at % urls.len()]).bearer_auth(&office);
    let done = load::run(CLIENTS, count, request).await?;
    Ok(per_second(count, done.took))
}

impl Ground<'_> {
    /// Single questions; gives how often a second pgbench got a page.
    async fn single(&self, table: &mut Table) -> anyhow::Result<f64> {
        let schema = schema(self.house).await?;
        let settings = [
            ("search_path", schema.as_str()),
            ("app.scope", "program"),
            ("app.program", "sh"),
        ];
        let url = pgbench::url(&self.house.flow.databases);
        let mut spy = Spy::new(self.house.flow.postgres(), url, &settings).await?;
        let first = get(self.house, &page(&self.workshop, None)).await?;
        let id = first["items"][0]["id"].as_str().context("an id")?;
        let one = format!("/v1/registrations/{id}");
        self.beside(table, &mut spy, ("one registration, opened", &one, READS))
            .await?;
        let report = format!("/v1/reports/programs?workshop={}", self.workshop);
        self.beside(
            table,
            &mut spy,
            ("a report of one workshop", &report, PAGES),
        )
        .await?;
        let page = page(&self.workshop, None);
        self.beside(
            table,
            &mut spy,
            ("a page of 50, opened, keys held", &page, PAGES),
        )
        .await
    }

    /// One question through the gateway, beside its statement under pgbench; gives the latter's rate.
    async fn beside(
        &self,
        table: &mut Table,
        spy: &mut Spy<'_>,
        (what, path, count): (&str, &str, usize),
    ) -> anyhow::Result<f64> {
        // Asked before, so that the connections are there and the statement is prepared.
        get(self.house, path).await?;
        let heard = spy
            .overhear(async { get(self.house, path).await.map(drop) })
            .await?;
        let again = spy.again(&heard, CLIENTS).await?;
        table.rate(
            &format!("limit: the statement of {what}, under pgbench"),
            again,
            None,
        );
        let meter = Meter::start(self.house.processes(), &[]);
        let rate = ask(self.house, vec![path.to_owned()], count).await?;
        let usage = meter.stop();
        let (sql, http) = (100.0 * rate / again, 100.0 * rate / self.minimal);
        let figure = format!("{rate:.0}/s, {CLIENTS} clients");
        table.add(
            &format!("GET {what}"),
            figure,
            format!("{sql:.1} % of pgbench, {http:.1} % of a minimal GET"),
        );
        house::show(table, &usage, count, count);
        Ok(again)
    }

    /// Pages of people whose keys nobody holds, since the gateway has just started.
    async fn cold(&self, table: &mut Table, held: f64) -> anyhow::Result<()> {
        let mut pages = vec![page(&self.workshop, None)];
        while pages.len() < MOST_PAGES {
            let shown = get(self.house, &pages[pages.len() - 1]).await?;
            let Some(next) = shown["next"].as_str() else {
                break;
            };
            pages.push(page(&self.workshop, Some(next)));
        }
        self.house.flow.kill_gateway();
        self.house.flow.restart_gateway().await?;
        let count = pages.len();
        let rate = ask(self.house, pages, count).await?;
        table.add(
            "GET a page of 50, opened, keys cold",
            format!("{rate:.0}/s, {CLIENTS} clients, {count} pages"),
            format!("{:.1} % of pgbench (the first page)", 100.0 * rate / held),
        );
        Ok(())
    }

    /// All of a program's people as files, beside the same rows as the database gives them away.
    async fn exports(&self, table: &mut Table, owner: &mut PgConnection) -> anyhow::Result<()> {
        let start = Instant::now();
        let copy = "COPY (SELECT * FROM registration WHERE program = 'sh') TO STDOUT";
        let mut copied = 0;
        let mut rows = owner.copy_out_raw(copy).await?;
        while let Some(row) = rows.try_next().await? {
            copied += lines(&row);
        }
        drop(rows);
        let limit = per_second(copied, start.elapsed());
        table.rate("limit: rows of registrations by COPY", limit, None);
        for format in ["csv", "ndjson", "xlsx"] {
            let url = self
                .house
                .url(&format!("/v1/exports/attendees?format={format}"));
            let meter = Meter::start(self.house.processes(), &[]);
            let start = Instant::now();
            let asked = self
                .house
                .client()
                .get(url)
                .bearer_auth(self.house.office());
            let mut answer = asked.send().await?.error_for_status()?;
            let (mut first, mut bytes, mut ends) = (None, 0, 0);
            while let Some(chunk) = answer.chunk().await? {
                first.get_or_insert_with(|| start.elapsed());
                bytes += chunk.len();
                ends += lines(&chunk);
            }
            let took = start.elapsed();
            ensure!(
                format == "xlsx" || ends >= copied,
                "{ends} lines of {copied} people"
            );
            let rate = per_second(copied, took);
            let first = first.unwrap_or_default().as_millis();
            table.rate(
                &format!(
                    "export of {copied} people as {format}, {} KiB, first byte after {first} ms",
                    bytes / 1_024
                ),
                rate,
                Some(("COPY", limit)),
            );
            house::show(table, &meter.stop(), copied, copied);
        }
        Ok(())
    }
}

fn lines(text: &[u8]) -> usize {
    text.split(|byte| *byte == b'\n').count() - 1
}

pub(super) async fn pause(span: Duration) {
    #[expect(clippy::disallowed_methods, reason = "here we are the client")]
    tokio::time::sleep(span).await;
}
