//! A house to knock at: a client, tokens, and the workshop that most tests need.

use std::time::Duration;

use anmeldewerk_stack::{flow::Flow, token::Role, wait};
use reqwest::{Client, Method, header::HeaderMap};
use serde_json::{Value, json};
use uuid::Uuid;

/// How long anything may take that is waited for.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// An answer, read to its end.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    /// What came; empty where it is no text.
    pub(crate) text: String,
    /// The same as JSON, where it is.
    pub(crate) body: Value,
    /// The same as it came.
    pub(crate) bytes: Vec<u8>,
}

impl Answer {
    pub(crate) fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or("")
    }

    pub(crate) fn position(&self) -> u64 {
        self.header("log-position").parse().expect("a position")
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or("")
    }

    /// Insists on a status, and shows the answer where it is another.
    pub(crate) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.body);
        self
    }

    /// Insists on a problem of RFC 9457 with this status and code.
    pub(crate) fn expect_problem(self, status: u16, code: &str) -> Self {
        assert_eq!((self.status, self.code()), (status, code), "{}", self.body);
        assert_eq!(self.header("content-type"), "application/problem+json");
        assert_eq!(self.body["status"], status);
        assert_eq!(self.body["type"], format!("/problems/{code}"));
        assert!(
            self.body["title"]
                .as_str()
                .is_some_and(|title| !title.is_empty())
        );
        self
    }
}

/// A new key for a command.
#[expect(clippy::disallowed_methods, reason = "here we are the client")]
pub(crate) fn key() -> String {
    Uuid::new_v4().to_string()
}

/// A whole house and a client in front of it.
pub(crate) struct House {
    pub(crate) flow: Flow,
    client: Client,
}

impl House {
    pub(crate) async fn start() -> Self {
        Self::of(Flow::start().await.expect("a house"))
    }

    pub(crate) fn of(flow: Flow) -> Self {
        let client = Client::builder()
            .timeout(PATIENCE)
            .build()
            .expect("a client");
        Self { flow, client }
    }

    pub(crate) fn office(&self, program: &str) -> String {
        self.flow.token(program, Role::Coordinator)
    }

    pub(crate) fn feeder(&self, program: &str) -> String {
        self.flow.token(program, Role::Feeder)
    }

    pub(crate) fn operator(&self) -> String {
        self.flow.token_without_program(Role::Operator)
    }

    /// Sends a request through the gateway, whatever it is made of.
    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> Result<Answer, reqwest::Error> {
        let url = format!("{}{path}", self.flow.gateway_url());
        let mut request = self.client.request(method, url).body(body);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = request.send().await?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let bytes = response.bytes().await?;
        let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        let bytes = Vec::from(bytes);
        let text = String::from_utf8(bytes.clone()).unwrap_or_default();
        Ok(Answer {
            status,
            headers,
            text,
            body,
            bytes,
        })
    }

    pub(crate) async fn try_post(
        &self,
        token: &str,
        key: &str,
        path: &str,
        body: &Value,
    ) -> Result<Answer, reqwest::Error> {
        let bearer = format!("Bearer {token}");
        let headers = [
            ("authorization", bearer.as_str()),
            ("idempotency-key", key),
            ("content-type", "application/json"),
        ];
        self.send(Method::POST, path, &headers, body.to_string().into_bytes())
            .await
    }

    pub(crate) async fn post(&self, token: &str, path: &str, body: &Value) -> Answer {
        let sent = self.try_post(token, &key(), path, body).await;
        sent.expect("the gateway answers")
    }

    pub(crate) async fn put(&self, token: &str, path: &str, body: &Value) -> Answer {
        let bearer = format!("Bearer {token}");
        let headers = [
            ("authorization", bearer.as_str()),
            ("content-type", "application/json"),
        ];
        let body = body.to_string().into_bytes();
        let sent = self.send(Method::PUT, path, &headers, body).await;
        sent.expect("the gateway answers")
    }

    /// Sends a merge patch with further headers.
    pub(crate) async fn patch(
        &self,
        token: &str,
        path: &str,
        body: &Value,
        more: &[(&str, &str)],
    ) -> Answer {
        let bearer = format!("Bearer {token}");
        let headers = [
            ("authorization", bearer.as_str()),
            ("content-type", "application/json"),
        ];
        let headers = [&headers[..], more].concat();
        let body = body.to_string().into_bytes();
        let sent = self.send(Method::PATCH, path, &headers, body).await;
        sent.expect("the gateway answers")
    }

    /// Sends a command with the secret of a registration.
    pub(crate) async fn as_participant(
        &self,
        method: Method,
        secret: &str,
        path: &str,
        body: &Value,
    ) -> Answer {
        let (participant, key) = (format!("Participant {secret}"), key());
        let headers = [
            ("authorization", participant.as_str()),
            ("idempotency-key", key.as_str()),
            ("content-type", "application/json"),
        ];
        let body = body.to_string().into_bytes();
        let sent = self.send(method, path, &headers, body).await;
        sent.expect("the gateway answers")
    }

    /// Sends a command without any credentials.
    pub(crate) async fn as_anybody(&self, path: &str, body: &Value) -> Answer {
        let headers = [("content-type", "application/json")];
        let body = body.to_string().into_bytes();
        let sent = self.send(Method::POST, path, &headers, body).await;
        sent.expect("the gateway answers")
    }

    /// Sets the clock of every registration service that the gateway knows.
    pub(crate) async fn set_clock(&self, now: &str) {
        for admin in self.flow.addresses().registration_admins {
            self.set_clock_of(&admin, now).await;
        }
    }

    /// Sets the clock of any service, by the address of its admin port.
    pub(crate) async fn set_clock_of(&self, admin: &str, now: &str) {
        let request = self.client.put(format!("{admin}/clock"));
        let answer = request.json(&json!({"now": now})).send().await;
        let status = answer.expect("the admin port answers").status();
        assert!(status.is_success(), "{status}");
    }

    pub(crate) async fn get(&self, token: &str, path: &str) -> Answer {
        let bearer = format!("Bearer {token}");
        let headers = [("authorization", bearer.as_str())];
        let sent = self.send(Method::GET, path, &headers, Vec::new()).await;
        sent.expect("the gateway answers")
    }

    /// Reads at or behind a position.
    pub(crate) async fn get_at(&self, token: &str, path: &str, position: u64) -> Answer {
        let joint = if path.contains('?') { '&' } else { '?' };
        let path = format!("{path}{joint}min_position={position}");
        let bearer = format!("Bearer {token}");
        let headers = [("authorization", bearer.as_str()), ("prefer", "wait=10")];
        let sent = self.send(Method::GET, &path, &headers, Vec::new()).await;
        sent.expect("the gateway answers")
    }

    /// Adds a version of a document, a PDF, as the office of Schleswig-Holstein.
    pub(crate) async fn add_document(&self, workshop: &str, kind: &str, bytes: &[u8]) -> Answer {
        let path = format!("/v1/workshops/{workshop}/documents?kind={kind}&title=Hinweise");
        let (bearer, key) = (format!("Bearer {}", self.office("sh")), key());
        let headers = [
            ("authorization", bearer.as_str()),
            ("idempotency-key", key.as_str()),
            ("content-type", "application/pdf"),
        ];
        let sent = self
            .send(Method::POST, &path, &headers, bytes.to_vec())
            .await;
        sent.expect("answered")
    }

    /// Registers both programs.
    pub(crate) async fn programs(&self) {
        for (program, name, land) in [
            ("mv", "Mecklenburg-Vorpommern", "13"),
            ("sh", "Schleswig-Holstein", "01"),
        ] {
            let body = json!({"name": name, "land": land});
            let path = format!("/v1/programs/{program}");
            self.put(&self.operator(), &path, &body).await.expect(201);
        }
    }

    /// Makes and publishes a workshop of Schleswig-Holstein; gives its id.
    pub(crate) async fn workshop(&self, settings: Value) -> String {
        let id = self.draft(settings).await;
        let path = format!("/v1/workshops/{id}/publish");
        self.post(&self.office("sh"), &path, &json!({}))
            .await
            .expect(200);
        id
    }

    /// Makes a workshop that is not published.
    pub(crate) async fn draft(&self, settings: Value) -> String {
        self.draft_at(settings).await.0
    }

    /// Makes a workshop that is not published; gives its id and the position it was made at.
    pub(crate) async fn draft_at(&self, settings: Value) -> (String, u64) {
        let mut body = settings_body();
        for (name, value) in settings.as_object().cloned().unwrap_or_default() {
            body[name] = value;
        }
        let made = self
            .post(&self.office("sh"), "/v1/workshops", &body)
            .await
            .expect(201);
        let id = made.body["workshop"].as_str().expect("an id");
        (id.to_owned(), made.position())
    }

    /// Reads all attendees, page by page, as the host sees them at or behind a position.
    pub(crate) async fn attendees(&self, workshop: &str, position: u64) -> Vec<Value> {
        let mut items = Vec::new();
        let mut path = format!("/v1/workshops/{workshop}/attendees?limit=70");
        loop {
            let page = self.read(&path, position).await;
            items.extend(
                page.body["items"]
                    .as_array()
                    .expect("items")
                    .iter()
                    .cloned(),
            );
            let Some(next) = page.body["next"].as_str() else {
                return items;
            };
            path = format!("/v1/workshops/{workshop}/attendees?limit=70&after={next}");
        }
    }

    /// Reads as the host's office; where a database has just come back, once more.
    async fn read(&self, path: &str, position: u64) -> Answer {
        let read = wait::until(PATIENCE, || async {
            let page = self.get_at(&self.office("sh"), path, position).await;
            match page.status {
                503 => Err(page.body.to_string()),
                _ => Ok(page.expect(200)),
            }
        });
        read.await.expect("answered in the end")
    }

    /// Sends a command again and again with its key until it is accepted, whatever fails meanwhile.
    pub(crate) async fn insist(&self, token: &str, key: &str, path: &str, body: &Value) -> Answer {
        wait::until(PATIENCE, || async {
            match self.try_post(token, key, path, body).await {
                Ok(answer) if answer.status < 300 => Ok(answer),
                Ok(answer) if [502, 503, 504].contains(&answer.status) => {
                    Err(answer.body.to_string())
                }
                Ok(answer) => panic!("refused: {}", answer.body),
                Err(error) => Err(error.to_string()),
            }
        })
        .await
        .expect("accepted in the end")
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a workshop in the future, whenever this runs"
)]
fn this_year() -> i16 {
    jiff::Zoned::now().year()
}

fn settings_body() -> Value {
    let year = this_year() + 1;
    json!({
        "slug": "werkstatt",
        "title": "Werkstatt „Wandel“",
        "first_day": format!("{year}-10-22"),
        "last_day": format!("{year}-10-23"),
        "format": "presence",
        "venue": {"name": "Hotel Quellenhof", "town": "Mölln", "postcode": "23879"},
        "participating": ["mv", "sh"],
        "capacity": 40,
        "topics": [
            {"code": "rolle", "title": "Die eigene Rolle"},
            {"code": "diskurs", "title": "Diskurse"},
            {"code": "angebote", "title": "Angebote ordnen"},
        ],
    })
}

/// A registration of the person with this number, for a program.
pub(crate) fn registration(program: &str, who: usize) -> Value {
    let municipality = if program == "mv" { "13071107" } else { "01053" };
    json!({
        "program": program,
        "municipality": municipality,
        "source_reference": format!("{program}-{who}"),
        "person": {
            "given_name": format!("Anke{who}"),
            "family_name": "von der Heide",
            "email": format!("person{who}@example.org"),
            "function": "Bildungskoordinatorin",
        },
        "wishes": [{"slot": 1, "ranked": ["rolle", "diskurs"], "vetoes": []}],
        "privacy_notice": 1,
    })
}
