//! The whole house under load.

use std::{collections::BTreeMap, sync::Arc, time::Instant};

use anmeldewerk_journal::JetStream;
use anmeldewerk_stack::{
    flow::{Flow, FlowOptions},
    nats::{Nats, User},
    postgres::Role as DatabaseRole,
    service::Kind,
    token::Role,
};
use anyhow::Context;
use futures_util::{StreamExt, TryStreamExt, stream};
use reqwest::{Client, RequestBuilder};
use serde_json::{Value, json};
use sqlx::{Connection, PgConnection};
use uuid::Uuid;

use crate::{
    load,
    rush::{self, Crowd},
    table::{Table, Times, per_second},
    usage::{Meter, Named, Usage},
};

const LONE: usize = 300;

/// A running house with one published workshop.
pub(crate) struct House {
    pub(crate) flow: Flow,
    client: Client,
    /// The one that is looked at afterwards.
    pub(crate) workshop: String,
    office: Arc<str>,
    registrations: usize,
}

/// What is killed in the middle of a rush.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub(crate) enum Victim {
    /// The registration service, of several the first.
    Registration,
    /// The projection service.
    Projection,
    /// The gateway.
    Gateway,
    /// The log's server, of three the leader.
    Nats,
    /// Vault and read model.
    Postgres,
}

/// Of what the house is made.
#[derive(Clone, Copy, Debug, clap::Args)]
pub(crate) struct Made {
    /// How many servers keep the log: 1 or 3.
    #[arg(long, default_value_t = 1)]
    nats_nodes: usize,
    /// How many registration services write it.
    #[arg(long, default_value_t = 1)]
    registration_services: usize,
}

impl House {
    pub(crate) async fn start(seats: usize, made: Made) -> anyhow::Result<Self> {
        let options = FlowOptions::default().own_postgres();
        let options = options.registration_services(made.registration_services);
        let options = match made.nats_nodes {
            1 => options,
            3 => options.on_three_servers(),
            other => anyhow::bail!("{other} servers keep no log: 1 or 3"),
        };
        let flow = options.start().await?;
        let office = flow.token("sh", Role::Coordinator).into();
        let client = Client::new();
        let mut house = Self {
            flow,
            client,
            workshop: String::new(),
            office,
            registrations: made.registration_services,
        };
        let operator = house.flow.token_without_program(Role::Operator);
        let program = house.url("/v1/programs/sh");
        let program = house.client.put(program).bearer_auth(operator);
        let details = json!({"name": "Schleswig-Holstein", "land": "01"});
        program.json(&details).send().await?.error_for_status()?;
        house.workshop = house.publish(seats).await?;
        Ok(house)
    }

    /// Opens the log as one who writes it, which may read it, too.
    pub(crate) async fn log(&self) -> anyhow::Result<JetStream> {
        let url = self.flow.nats.url(User::Registration);
        Ok(JetStream::connect(&url, "AW_LOG", &[]).await?)
    }

    pub(crate) async fn publish(&self, seats: usize) -> anyhow::Result<String> {
        let body = json!({
            "slug": "rush", "title": "Werkstatt", "first_day": "2099-05-04", "last_day": "2099-05-04",
            "format": "presence", "participating": ["sh"], "capacity": seats,
            "topics": [{"code": "rolle", "title": "Rolle"}, {"code": "diskurs", "title": "Diskurs"}],
        });
        let made: Value = self
            .post("/v1/workshops", &body)
            .send()
            .await?
            .error_for_status()?
            .json()
            .await?;
        let workshop = made["workshop"].as_str().context("an id")?.to_owned();
        let publish = format!("/v1/workshops/{workshop}/publish");
        self.post(&publish, &json!({}))
            .send()
            .await?
            .error_for_status()?;
        Ok(workshop)
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.flow.gateway_url())
    }

    fn post(&self, path: &str, body: &Value) -> RequestBuilder {
        let request = self.client.post(self.url(path)).bearer_auth(&self.office);
        request.header("idempotency-key", key()).json(body)
    }

    fn registrations(&self) -> String {
        format!("/v1/workshops/{}/registrations", self.workshop)
    }

    /// One command after another on an idle house, in a workshop of their own.
    pub(crate) async fn lone_command(&self, table: &mut Table) -> anyhow::Result<()> {
        let workshop = self.publish(LONE).await?;
        let path = format!("/v1/workshops/{workshop}/registrations");
        let mut times = Vec::new();
        for who in 0..LONE {
            let request = self.post(&path, &registration("lone", who));
            let start = Instant::now();
            request.send().await?.error_for_status()?.bytes().await?;
            times.push(start.elapsed());
        }
        let insert = self.lone_insert(table).await?;
        let times = Times::new(times);
        let floor = insert + table.noted("publish").unwrap_or(0.0);
        let beside = times.quantile(0.5).as_secs_f64() / floor.max(1e-9);
        table.times(
            "submission, alone, through the gateway",
            &times,
            format!("p50 {beside:.1} × (publish + insert)"),
        );
        Ok(())
    }

    /// One row after another into a table of one column, each on the disk before the next; the median in seconds.
    async fn lone_insert(&self, table: &mut Table) -> anyhow::Result<f64> {
        let owner = self.flow.databases.vault_url(DatabaseRole::Owner);
        let mut owner = PgConnection::connect(&owner).await?;
        sqlx::query("CREATE TABLE bench_row (id uuid PRIMARY KEY)")
            .execute(&mut owner)
            .await?;
        let mut times = Vec::new();
        for who in 0..LONE {
            let start = Instant::now();
            sqlx::query("INSERT INTO bench_row VALUES ($1)")
                .bind(Uuid::from_u128(who as u128))
                .execute(&mut owner)
                .await?;
            times.push(start.elapsed());
        }
        sqlx::query("DROP TABLE bench_row")
            .execute(&mut owner)
            .await?;
        let times = Times::new(times);
        table.times("limit: one insert, fsync", &times, String::new());
        Ok(times.quantile(0.5).as_secs_f64())
    }

    /// Everybody at once for the seats of one workshop, a tenth of them twice; checked against the log.
    pub(crate) async fn rush(
        &self,
        table: &mut Table,
        (crowd, workshop, victim): (Crowd, &str, Option<Victim>),
    ) -> anyhow::Result<()> {
        let meter = Meter::start(self.processes(), &["nats-server", "PostgreSQL"]);
        let outcome = rush::run(
            crowd,
            self.submission(workshop),
            Box::pin(self.disturb(victim)),
        )
        .await?;
        let usage = meter.stop();
        self.check(&outcome, crowd, workshop).await?;
        let requests = crowd.submissions + crowd.repeats;
        let what = format!(
            "submissions for {} seats, {} clients, {} repeats{}; exact, checked",
            crowd.seats,
            crowd.clients,
            crowd.repeats,
            victim.map_or_else(String::new, |victim| format!(", {victim:?} killed"))
        );
        let rate = per_second(requests, outcome.took);
        let limit = table.noted("http").map(|limit| ("minimal POST", limit));
        table.rate(&what, rate, limit);
        table.note(format!("rush-{}", crowd.clients), rate);
        let retries = format!("{} tries again", outcome.retries);
        table.times("their answers", &outcome.times, retries);
        show(table, &usage, requests, crowd.submissions);
        self.learnt(table).await
    }

    /// Tells from how many messages on a batch pays, as the registration service has learnt.
    async fn learnt(&self, table: &mut Table) -> anyhow::Result<()> {
        let [admin, ..] = &self.flow.addresses().registration_admins[..] else {
            return Ok(());
        };
        let metrics = self.client.get(format!("{admin}/metrics")).send().await?;
        let metrics = metrics.error_for_status()?.text().await?;
        let learnt = metrics
            .lines()
            .find_map(|line| line.strip_prefix("log_batch_break_even "));
        table.add(
            "… learnt: a batch pays from",
            format!("{} messages on, of as many subjects", learnt.unwrap_or("?")),
            String::new(),
        );
        Ok(())
    }

    /// Checks the answers of a rush against each other and against the log.
    pub(crate) async fn check(
        &self,
        outcome: &rush::Outcome,
        crowd: Crowd,
        workshop: &str,
    ) -> anyhow::Result<()> {
        let log = self.flow.nats.url(User::Projection);
        let log = JetStream::connect(&log, "AW_LOG", &[]).await?;
        rush::check(outcome, crowd, (&log, workshop)).await
    }

    /// Makes the request of each submission: whoever asks again sends the same.
    pub(crate) fn submission(&self, workshop: &str) -> rush::Request {
        let url = self.url(&format!("/v1/workshops/{workshop}/registrations"));
        let (client, office) = (self.client.clone(), Arc::clone(&self.office));
        let group = workshop.to_owned();
        Arc::new(move |who| {
            let request = client.post(&url).bearer_auth(&office);
            let key = Uuid::from_u128(0x0400_0000_0000_0000_0000 << 32 | who as u128);
            let request = request.header("idempotency-key", key.to_string());
            request.json(&registration(&group, who))
        })
    }

    /// Everybody at once for many workshops, some of which most people want (Zipf, exponent 1).
    pub(crate) async fn many(
        &self,
        table: &mut Table,
        (workshops, clients, count): (usize, usize, usize),
    ) -> anyhow::Result<()> {
        let mut urls = Vec::with_capacity(workshops);
        for _ in 0..workshops {
            let workshop = self.publish(500).await?;
            urls.push(self.url(&format!("/v1/workshops/{workshop}/registrations")));
        }
        let (client, office) = (self.client.clone(), Arc::clone(&self.office));
        let zipf = Zipf::of(workshops);
        let request = move |who: usize| {
            let url = &urls[zipf.pick(who)];
            let request = client.post(url).bearer_auth(&office);
            let request = request.header("idempotency-key", key());
            request.json(&registration("many", who))
        };
        let meter = Meter::start(self.processes(), &["nats-server", "PostgreSQL"]);
        let done = load::run(clients, count, request).await?;
        let usage = meter.stop();
        let what = format!("submissions over {workshops} workshops (Zipf), {clients} clients");
        let limit = table.noted("http").map(|limit| ("minimal POST", limit));
        table.rate(&what, per_second(count, done.took), limit);
        table.times("their answers", &done.times, String::new());
        show(table, &usage, count, count);
        self.learnt(table).await
    }

    pub(crate) fn processes(&self) -> Vec<Named> {
        let registrations = (0..self.registrations).map(|at| self.flow.registration_at(at).pid());
        let nodes = self.flow.nats.nodes().iter().map(Nats::pid);
        let named = [
            ("registration", registrations.collect()),
            ("gateway", vec![self.flow.service(Kind::Gateway).pid()]),
            (
                "projection",
                vec![self.flow.service(Kind::Projection).pid()],
            ),
            ("nats-server", nodes.collect()),
            ("PostgreSQL", vec![self.flow.postgres().pid()]),
            ("load generator", vec![std::process::id()]),
        ];
        named.map(|(name, pids)| Named { name, pids }).into()
    }

    /// Ends one part in the middle of a rush, as `kill -9` does, and starts it again.
    async fn disturb(&self, victim: Option<Victim>) -> anyhow::Result<()> {
        match victim {
            None => {}
            Some(Victim::Registration) => {
                self.flow.kill_registration();
                self.flow.restart_registration().await?;
            }
            Some(Victim::Projection) => {
                self.flow.kill_projection();
                self.flow.restart_projection().await?;
            }
            Some(Victim::Gateway) => {
                self.flow.kill_gateway();
                self.flow.restart_gateway().await?;
            }
            Some(Victim::Postgres) => {
                self.flow.postgres().kill();
                self.flow.postgres().restart().await?;
            }
            Some(Victim::Nats) => {
                let node = match self.flow.nats.nodes() {
                    [one] => one,
                    _ => self.flow.nats_cluster().leader().await?,
                };
                node.kill();
                node.restart().await?;
            }
        }
        Ok(())
    }

    /// From the answer to the moment at which it is shown.
    pub(crate) async fn visible(&self, table: &mut Table) -> anyhow::Result<()> {
        let mut times = Vec::new();
        for who in 0..LONE / 3 {
            let made: Value = self
                .post(&self.registrations(), &registration("visible", who))
                .send()
                .await?
                .error_for_status()?
                .json()
                .await?;
            let start = Instant::now();
            let id = made["registration"].as_str().context("an id")?;
            let shown = self.url(&format!(
                "/v1/registrations/{id}?min_position={}",
                made["position"]
            ));
            let shown = self
                .client
                .get(shown)
                .bearer_auth(&self.office)
                .header("prefer", "wait=10");
            shown.send().await?.error_for_status()?.bytes().await?;
            times.push(start.elapsed());
        }
        table.times(
            "answered to visible, idle",
            &Times::new(times),
            String::new(),
        );
        Ok(())
    }

    /// Submits so many of a group, by so many clients; gives when each was answered, by its position.
    pub(crate) async fn submit(
        &self,
        workshop: &str,
        (group, count): (&str, usize),
        clients: usize,
    ) -> anyhow::Result<BTreeMap<u64, Instant>> {
        let path = format!("/v1/workshops/{workshop}/registrations");
        let submissions = (0..count).map(|who| {
            let request = self.post(&path, &registration(group, who));
            async {
                let made: Value = request.send().await?.error_for_status()?.json().await?;
                let position = made["position"].as_u64().context("a position")?;
                anyhow::Ok((position, Instant::now()))
            }
        });
        let answered = stream::iter(submissions).buffer_unordered(clients);
        answered.try_collect().await
    }

    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    /// Gives the token of the office that holds all workshops.
    pub(crate) fn office(&self) -> &str {
        &self.office
    }
}

pub(crate) fn registration(group: &str, who: usize) -> Value {
    json!({
        "program": "sh",
        "municipality": "01053",
        "source_reference": format!("{group}-{who}"),
        "person": {
            "salutation": "Frau",
            "given_name": format!("Anke {group}"),
            "family_name": format!("von der Heide {who}"),
            "email": format!("{group}-{who}@example.org"),
            "phone": "04542 803-0",
            "function": "Bildungskoordinatorin",
            "organisation": "Fachdienst Bildung",
        },
        "wishes": [{"slot": 1, "ranked": ["rolle", "diskurs"], "vetoes": []}],
        "privacy_notice": 1,
    })
}

/// Makes a key for a command, as a client does.
#[expect(clippy::disallowed_methods, reason = "here we are the client")]
fn key() -> String {
    Uuid::new_v4().to_string()
}

/// Tells what each process took of the processor for one request, its peak memory, and its forced writes.
pub(crate) fn show(table: &mut Table, usage: &[Usage], requests: usize, decisions: usize) {
    let per = |amount: f64, by: usize| amount / f64::from(u32::try_from(by).unwrap_or(u32::MAX));
    for of_one in usage {
        let micros = per(of_one.cpu.as_secs_f64() * 1e6, requests);
        let syncs = of_one.syncs.map(|syncs| {
            let syncs = f64::from(u32::try_from(syncs).unwrap_or(u32::MAX));
            format!("{:.4} forced writes a decision", per(syncs, decisions))
        });
        table.add(
            &format!("… {}", of_one.name),
            format!(
                "{micros:.0} µs of processor a request, peak {} MiB",
                of_one.peak_mib
            ),
            syncs.unwrap_or_default(),
        );
    }
}

/// Picks workshops so that the n-th is wanted by 1/n as many as the first.
struct Zipf {
    sums: Vec<f64>,
}

impl Zipf {
    fn of(count: usize) -> Self {
        let shares = (1..=count).map(|n| 1.0 / f64::from(u32::try_from(n).unwrap_or(u32::MAX)));
        let sums = shares.scan(0.0, |sum, share| {
            *sum += share;
            Some(*sum)
        });
        Self {
            sums: sums.collect(),
        }
    }

    /// The same number always picks the same.
    fn pick(&self, number: usize) -> usize {
        let mixed = (number as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
        let share = f64::from(u32::try_from(mixed).unwrap_or(0)) / 4_294_967_296.0;
        let total = self.sums.last().copied().unwrap_or(0.0);
        let found = self.sums.partition_point(|sum| *sum <= share * total);
        found.min(self.sums.len().saturating_sub(1))
    }
}
