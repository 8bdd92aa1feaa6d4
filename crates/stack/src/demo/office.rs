//! A coordination office at its desk: the few requests the demonstration makes.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use reqwest::{RequestBuilder, Response, StatusCode, Url, header};
use ring::digest;
use serde_json::{Value, json};
use uuid::Uuid;

use super::items;
use crate::error::{Error, Result};
use crate::http::client;
use crate::service::Addresses;
use crate::token::{Bearer, Role, Signer};

const TOKEN_LIFETIME: Duration = Duration::from_hours(1);

pub(super) struct Office<'a> {
    addresses: &'a Addresses,
    signer: &'a Signer,
    /// The last decision of all that were made.
    position: AtomicU64,
}

impl<'a> Office<'a> {
    pub(super) fn new(addresses: &'a Addresses, signer: &'a Signer) -> Self {
        Self {
            addresses,
            signer,
            position: AtomicU64::new(0),
        }
    }

    pub(super) async fn set_clock(&self, now: Timestamp) -> Result<()> {
        for clock in self.clocks() {
            let request = client().put(clock).json(&json!({"now": now}));
            answer("set the clock", request).await?;
        }
        Ok(())
    }

    pub(super) async fn real_clock(&self) -> Result<()> {
        for clock in self.clocks() {
            answer("let the clock go", client().delete(clock)).await?;
        }
        Ok(())
    }

    /// Each registration service has its own.
    fn clocks(&self) -> impl Iterator<Item = String> {
        let admins = self.addresses.registration_admins.iter();
        admins.map(|admin| format!("{admin}/clock"))
    }

    pub(super) async fn put_program(&self, program: &str, body: &Value) -> Result<()> {
        let url = self.url(&format!("/v1/programs/{program}"));
        let request = client()
            .put(url)
            .bearer_auth(self.token(None, Role::Operator))
            .json(body);
        self.decided("put a program", request).await.map(drop)
    }

    /// Makes a workshop and opens it; returns its id.
    pub(super) async fn publish(&self, host: &str, body: &Value) -> Result<String> {
        let request = self.post((host, Role::Coordinator), "/v1/workshops", body);
        let made = self.decided("make a workshop", request).await?;
        let workshop = super::text(&made["workshop"]).to_owned();
        let path = format!("/v1/workshops/{workshop}/publish");
        let request = self.post((host, Role::Coordinator), &path, &json!({}));
        self.decided("publish a workshop", request).await?;
        Ok(workshop)
    }

    /// Registers somebody; returns the registration's id.
    pub(super) async fn register(&self, workshop: &str, application: &Value) -> Result<String> {
        let made = self
            .decided("register somebody", self.submission(workshop, application))
            .await?;
        Ok(super::text(&made["registration"]).to_owned())
    }

    /// Tries to register somebody too late; returns what was said.
    pub(super) async fn refused(&self, workshop: &str, application: &Value) -> Result<String> {
        let doing = "be refused after the deadline";
        let request = self
            .submission(workshop, application)
            .header(header::ACCEPT_LANGUAGE, "de");
        let response = send(doing, request).await?;
        let status = response.status();
        let problem = json_of(doing, response).await?;
        if status == StatusCode::CONFLICT && problem["code"] == "deadline_passed" {
            return Ok(super::text(&problem["detail"]).to_owned());
        }
        Err(failed(doing, format!("{status} {problem}")))
    }

    fn submission(&self, workshop: &str, application: &Value) -> RequestBuilder {
        let program = super::text(&application["program"]);
        let path = format!("/v1/workshops/{workshop}/registrations");
        self.post((program, Role::Feeder), &path, application)
    }

    pub(super) async fn cancel(&self, program: &str, workshop: &str, id: &str) -> Result<()> {
        let path = format!("/v1/workshops/{workshop}/registrations/{id}/cancel");
        let request = self.post(
            (program, Role::Coordinator),
            &path,
            &json!({"reason": "duty"}),
        );
        self.decided("cancel a registration", request)
            .await
            .map(drop)
    }

    /// Looks through all published workshops.
    pub(super) async fn find(&self, wanted: impl Fn(&Value) -> bool) -> Result<Option<String>> {
        let mut after: Option<String> = None;
        loop {
            let mut query = vec![("limit", "500")];
            query.extend(after.as_deref().map(|after| ("after", after)));
            let request = client().get(self.query_url("/v1/workshops", &query));
            let page = answer("list the workshops", request).await?;
            if let Some(found) = items(&page["items"]).iter().find(|item| wanted(item)) {
                return Ok(found["id"].as_str().map(str::to_owned));
            }
            after = page["next"].as_str().map(str::to_owned);
            if after.is_none() {
                return Ok(None);
            }
        }
    }

    /// Reads the first 500 attendees as the host's office.
    pub(super) async fn attendees(&self, host: &str, workshop: &str) -> Result<Vec<Value>> {
        let path = format!("/v1/workshops/{workshop}/attendees");
        let request = client().get(self.query_url(&path, &[("limit", "500")]));
        let request = request.bearer_auth(self.token(Some(host), Role::Coordinator));
        let page = answer("list the attendees", request).await?;
        Ok(items(&page["items"]).to_vec())
    }

    /// Waits until the gateway shows everything that was decided so far.
    pub(super) async fn wait_shown(&self, workshop: &str) -> Result<()> {
        let position = self.position.load(Ordering::Relaxed).to_string();
        let path = format!("/v1/workshops/{workshop}");
        let url = self.query_url(&path, &[("min_position", &position)]);
        let request = client().get(url).header("prefer", "wait=10");
        answer("see the demonstration", request).await.map(drop)
    }

    fn post(&self, (program, role): (&str, Role), path: &str, body: &Value) -> RequestBuilder {
        client()
            .post(self.url(path))
            .bearer_auth(self.token(Some(program), role))
            .header("idempotency-key", key(program, path, body).to_string())
            .json(body)
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.addresses.gateway)
    }

    fn query_url(&self, path: &str, query: &[(&str, &str)]) -> Url {
        Url::parse_with_params(&self.url(path), query).expect("our own address is one")
    }

    fn token(&self, program: Option<&str>, role: Role) -> String {
        let bearer = Bearer {
            program,
            roles: &[role],
            subject: "demonstration",
        };
        self.signer.token(&bearer, TOKEN_LIFETIME)
    }

    async fn decided(&self, doing: &str, request: RequestBuilder) -> Result<Value> {
        let answer = answer(doing, request).await?;
        let position = answer["position"].as_u64().unwrap_or_default();
        self.position.fetch_max(position, Ordering::Relaxed);
        Ok(answer)
    }
}

/// Derives a key from what it stands for, as a name-based UUID does (RFC 9562, version 8).
fn key(program: &str, path: &str, body: &Value) -> Uuid {
    let content = format!("anmeldewerk-demonstration\n{program}\n{path}\n{body}");
    let hash = digest::digest(&digest::SHA256, content.as_bytes());
    let (bytes, _) = hash
        .as_ref()
        .split_first_chunk()
        .expect("a hash has 32 bytes");
    uuid::Builder::from_custom_bytes(*bytes).into_uuid()
}

async fn send(doing: &str, request: RequestBuilder) -> Result<Response> {
    let sent = request.send().await;
    sent.map_err(|error| failed(doing, error.without_url().to_string()))
}

async fn answer(doing: &str, request: RequestBuilder) -> Result<Value> {
    let response = send(doing, request).await?;
    let status = response.status();
    let body = json_of(doing, response).await?;
    if status.is_success() {
        return Ok(body);
    }
    Err(failed(doing, format!("{status} {body}")))
}

async fn json_of(doing: &str, response: Response) -> Result<Value> {
    let body = response.json().await;
    body.map_err(|error| failed(doing, error.without_url().to_string()))
}

fn failed(doing: &str, said: String) -> Error {
    Error::Http {
        doing: doing.to_owned(),
        said,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_request_has_the_same_key_and_another_one_another() {
        let body = json!({"a": 1});
        assert_eq!(
            key("sh", "/v1/workshops", &body),
            key("sh", "/v1/workshops", &body)
        );
        assert_ne!(
            key("sh", "/v1/workshops", &body),
            key("mv", "/v1/workshops", &body)
        );
        assert_ne!(
            key("sh", "/v1/workshops", &body),
            key("sh", "/v1/workshops", &json!({"a": 2}))
        );
    }
}
