//! The whole house under load.

use std::{sync::Arc, time::Instant};

use anmeldewerk_stack::{flow::Flow, postgres::Role as DatabaseRole, token::Role};
use anyhow::Context;
use reqwest::{Client, RequestBuilder};
use serde_json::{Value, json};
use sqlx::{Connection, PgConnection};
use uuid::Uuid;

use crate::{
    Arguments, load,
    table::{Table, Times, per_second},
};

const LONE: usize = 300;
const READS: usize = 20_000;
const PAGES: usize = 2_000;

/// A running house with one published workshop.
pub(crate) struct House {
    pub(crate) flow: Flow,
    client: Client,
    workshop: String,
    office: Arc<str>,
}

impl House {
    pub(crate) async fn start(seats: usize) -> anyhow::Result<Self> {
        let flow = Flow::start().await?;
        let office = flow.token("sh", Role::Coordinator).into();
        let client = Client::new();
        let mut house = Self {
            flow,
            client,
            workshop: String::new(),
            office,
        };
        let operator = house.flow.token_without_program(Role::Operator);
        let program = house.url("/v1/programs/sh");
        let program = house.client.put(program).bearer_auth(operator);
        let details = json!({"name": "Schleswig-Holstein", "land": "01"});
        program.json(&details).send().await?.error_for_status()?;
        house.workshop = house.publish(seats).await?;
        Ok(house)
    }

    async fn publish(&self, seats: usize) -> anyhow::Result<String> {
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

    fn url(&self, path: &str) -> String {
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
        table.times(
            "submission, alone, through the gateway",
            &Times::new(times),
            String::new(),
        );
        Ok(())
    }

    /// Everybody at once for the seats of one workshop.
    pub(crate) async fn rush(
        &self,
        table: &mut Table,
        arguments: &Arguments,
    ) -> anyhow::Result<()> {
        let url = self.url(&self.registrations());
        let (client, office) = (self.client.clone(), Arc::clone(&self.office));
        let request = move |who| {
            let request = client
                .post(&url)
                .bearer_auth(&office)
                .header("idempotency-key", key());
            request.json(&registration("rush", who))
        };
        let confirmed = r#""state":"confirmed""#;
        let done = load::run(arguments.clients, arguments.submissions, confirmed, request).await?;
        anyhow::ensure!(
            done.marked == arguments.seats.min(arguments.submissions),
            "{} confirmed for {} seats",
            done.marked,
            arguments.seats
        );
        let what = format!(
            "submissions for {} seats, {} clients, {} confirmed",
            arguments.seats, arguments.clients, done.marked
        );
        let rate = per_second(arguments.submissions, done.took);
        let limit = table.noted("http").map(|limit| ("minimal POST", limit));
        table.rate(&what, rate, limit);
        table.times("their answers", &done.times, String::new());
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

    /// Does at once what the database does by itself within seconds.
    async fn analyse(&self) -> anyhow::Result<()> {
        let owner = self.flow.databases.read_model_url(DatabaseRole::Owner);
        let mut owner = PgConnection::connect(&owner).await?;
        sqlx::query("ANALYZE").execute(&mut owner).await?;
        Ok(())
    }

    /// One registration by its id; a page of fifty with names opened.
    pub(crate) async fn reads(&self, table: &mut Table, clients: usize) -> anyhow::Result<()> {
        self.analyse().await?;
        let page = self.url(&format!(
            "/v1/workshops/{}/attendees?limit=50",
            self.workshop
        ));
        let first = self.client.get(&page).bearer_auth(&self.office);
        let first: Value = first.send().await?.error_for_status()?.json().await?;
        let id = first["items"][0]["id"].as_str().context("an id")?;
        let one = self.url(&format!("/v1/registrations/{id}"));
        for (what, url, count) in [
            ("GET one registration, opened", one, READS),
            ("GET a page of 50, opened, keys held", page, PAGES),
        ] {
            let (client, office) = (self.client.clone(), Arc::clone(&self.office));
            let request = move |_| client.get(&url).bearer_auth(&office);
            let done = load::run(clients.min(64), count, "", request).await?;
            table.rate(what, per_second(count, done.took), None);
        }
        Ok(())
    }
}

fn registration(group: &str, who: usize) -> Value {
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
