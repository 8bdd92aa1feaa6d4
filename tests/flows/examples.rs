//! The examples of the served document work: each is sent as it stands there, and answered as it is documented.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};

use crate::house::{Answer, House, key, registration};

/// A house, its document, and what has been tried of it.
struct Tour {
    house: House,
    document: Value,
    tried: BTreeSet<String>,
    workshop: String,
}

/// Who sends an example, about what, and what in it cannot be known beforehand.
struct Sending<'a> {
    token: String,
    registration: &'a str,
    program: &'a str,
    reference: &'a str,
    run: &'a str,
    query: &'a str,
    change: Value,
}

impl Sending<'_> {
    fn of(token: String) -> Self {
        Self {
            token,
            registration: "",
            program: "sh",
            reference: "",
            run: "",
            query: "",
            change: json!({}),
        }
    }
}

impl Tour {
    async fn start() -> Self {
        let house = House::start().await;
        let document = house.get("", "/openapi.json").await.expect(200).body;
        Self {
            house,
            document,
            tried: BTreeSet::new(),
            workshop: String::new(),
        }
    }

    /// Finds a command by its id: its address, method and description.
    fn command(&self, id: &str) -> (String, Method, Value) {
        for (route, item) in self.document["paths"].as_object().expect("paths") {
            for (method, operation) in item.as_object().expect("methods") {
                if operation["operationId"] == id {
                    let method = method.to_uppercase();
                    let method = Method::from_bytes(method.as_bytes()).expect("a method");
                    return (route.clone(), method, operation.clone());
                }
            }
        }
        panic!("{id} is not documented");
    }

    /// Sends an example; insists on an answer that is documented and good.
    async fn send(&mut self, id: &str, sending: Sending<'_>) -> Answer {
        let (route, method, operation) = self.command(id);
        self.tried.insert(id.to_owned());
        let path = route
            .replace("{workshop}", &self.workshop)
            .replace("{registration}", sending.registration)
            .replace("{program}", sending.program)
            .replace("{reference}", sending.reference)
            .replace("{run}", sending.run)
            .replace("{topic}", "rolle");
        let path = format!("{path}{}", sending.query);
        let content = operation["requestBody"]["content"].as_object();
        let (media_type, content) = content
            .and_then(|all| all.iter().next_back())
            .expect("a body");
        let mut body = content["example"].clone();
        for (name, value) in sending.change.as_object().into_iter().flatten() {
            body[name] = value.clone();
        }
        let (bearer, key) = (format!("Bearer {}", sending.token), key());
        let headers = [
            ("authorization", bearer.as_str()),
            ("idempotency-key", key.as_str()),
            ("content-type", media_type.as_str()),
        ];
        let body = match body {
            Value::String(text) => text.into_bytes(),
            body => body.to_string().into_bytes(),
        };
        let answer = self.house.send(method, &path, &headers, body).await;
        let answer = answer.expect("answered");
        let documented = &operation["responses"][answer.status.to_string()];
        assert!(
            answer.status < 300 && documented.is_object(),
            "{id}: {} {}",
            answer.status,
            answer.body
        );
        answer
    }

    async fn host(&mut self, id: &str) -> Answer {
        let token = self.house.office("sh");
        self.send(id, Sending::of(token)).await
    }

    async fn about(&mut self, id: &str, registration: &str) -> Answer {
        let sending = Sending {
            registration,
            ..Sending::of(self.house.office("sh"))
        };
        self.send(id, sending).await
    }

    /// Makes and publishes the workshop of the example, with other settings.
    async fn workshop(&mut self, change: Value) {
        let sending = Sending {
            change,
            ..Sending::of(self.house.office("sh"))
        };
        let made = self.send("create_workshop", sending).await;
        self.workshop = text(&made, "workshop");
        self.host("publish_workshop").await;
    }

    /// Registers somebody, who is not of an example; gives their id.
    async fn seat(&self, who: usize, state: &str) -> String {
        let path = format!("/v1/workshops/{}/registrations", self.workshop);
        let office = self.house.office("sh");
        let mut body = registration("sh", who);
        body["wishes"] = json!([]);
        let made = self.house.post(&office, &path, &body).await.expect(201);
        assert_eq!(made.body["state"], state, "{}", made.body);
        text(&made, "registration")
    }
}

fn text(answer: &Answer, name: &str) -> String {
    answer.body[name].as_str().expect("a text").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_example_of_the_document_works_as_it_stands_there() {
    let mut tour = Tour::start().await;
    let operator = tour.house.operator();
    for program in ["sh", "mv"] {
        let sending = Sending {
            program,
            ..Sending::of(operator.clone())
        };
        tour.send("put_program", sending).await;
    }
    tour.host("put_municipalities").await;
    tour.host("state_topic").await;
    of_one_workshop(&mut tour).await;
    of_approvals_and_addresses(&mut tour).await;
    of_a_waitlist(&mut tour).await;
    of_look_alikes(&mut tour).await;
    of_topics(&mut tour).await;
    tour.workshop(json!({})).await;
    let there = tour.seat(1, "confirmed").await;
    let attended = tour.workshop.clone();
    of_lots(&mut tour).await;
    tour.workshop = attended;
    of_attendance(&mut tour, &there).await;

    let commands = tour.document["paths"].as_object().expect("paths").values();
    let operations = commands.flat_map(|item| item.as_object().expect("methods").values());
    let with_body = operations.filter(|operation| operation.get("requestBody").is_some());
    let all: BTreeSet<String> = with_body
        .filter_map(|operation| operation["operationId"].as_str().map(str::to_owned))
        .collect();
    assert_eq!(tour.tried, all);
}

async fn of_one_workshop(tour: &mut Tour) {
    let made = tour.host("create_workshop").await;
    tour.workshop = text(&made, "workshop");
    tour.host("amend_workshop").await;
    tour.host("publish_workshop").await;
    let said = Sending {
        query: "?kind=invitation&title=Einladung",
        ..Sending::of(tour.house.office("sh"))
    };
    tour.send("add_document", said).await;
    let somebody = tour.host("submit_registration").await;
    let somebody = text(&somebody, "registration");
    for command in ["amend_registration", "put_wishes", "renew_link"] {
        tour.about(command, &somebody).await;
    }
    let successor = tour.about("substitute_registration", &somebody).await;
    let successor = text(&successor, "registration");
    tour.about("cancel_registration", &successor).await;
    tour.about("reinstate_registration", &successor).await;
    tour.host("submit_group").await;
    let kept = Sending {
        program: "mv",
        ..Sending::of(tour.house.office("sh"))
    };
    tour.send("release_guarantee", kept).await;
    tour.host("postpone_workshop").await;
    tour.host("cancel_workshop").await;

    tour.workshop(json!({})).await;
    for command in [
        "put_by_reference",
        "feed_registrations",
        "import_registrations",
        "cancel_by_reference",
    ] {
        let sending = Sending {
            reference: "sh-2031-117",
            ..Sending::of(tour.house.office("sh"))
        };
        tour.send(command, sending).await;
    }
}

async fn of_approvals_and_addresses(tour: &mut Tour) {
    tour.workshop(json!({"approval": true})).await;
    let first = tour.seat(1, "pending_approval").await;
    let second = tour.seat(2, "pending_approval").await;
    tour.about("approve_registration", &first).await;
    tour.about("decline_registration", &second).await;

    tour.workshop(json!({"sign_up": "public_confirmed"})).await;
    let path = format!("/v1/workshops/{}/registrations", tour.workshop);
    let mut body = registration("sh", 3);
    body["source_reference"] = Value::Null;
    body["wishes"] = json!([]);
    let resting = tour.house.as_anybody(&path, &body).await.expect(201);
    let resting = text(&resting, "registration");
    tour.about("confirm_email", &resting).await;
}

async fn of_a_waitlist(tour: &mut Tour) {
    let full = json!({"capacity": 1, "program_caps": {}, "guarantees": [], "offer_hours": 48});
    tour.workshop(full).await;
    let first = tour.seat(1, "confirmed").await;
    let mut waiting = Vec::new();
    for who in 2..5 {
        waiting.push(tour.seat(who, "waitlisted").await);
    }
    // The seat passes on as an offer; declined, to the one who was moved and stands before all others.
    tour.about("to_waitlist", &first).await;
    tour.about("decline_offer", &waiting[0]).await;
    tour.about("accept_offer", &first).await;
    let stopped = json!({"capacity": 3, "promotion_stops": "2020-01-01"});
    let path = format!("/v1/workshops/{}", tour.workshop);
    let office = tour.house.office("sh");
    let patched = tour.house.patch(&office, &path, &stopped, &[]).await;
    patched.expect(200);
    tour.about("promote_registration", &waiting[1]).await;
    tour.about("offer_seat", &waiting[2]).await;
}

async fn of_look_alikes(tour: &mut Tour) {
    tour.workshop(json!({})).await;
    let first = tour.seat(1, "confirmed").await;
    let path = format!("/v1/workshops/{}/registrations", tour.workshop);
    let office = tour.house.office("sh");
    let mut alike = registration("sh", 1);
    alike["person"]["email"] = json!("other@example.org");
    alike["source_reference"] = json!("sh-1b");
    alike["wishes"] = json!([]);
    let second = tour.house.post(&office, &path, &alike).await.expect(201);
    let sending = Sending {
        registration: &first,
        change: json!({"into": second.body["registration"]}),
        ..Sending::of(office)
    };
    tour.send("merge_registration", sending).await;
}

async fn of_lots(tour: &mut Tour) {
    tour.workshop(json!({"admission": "lottery", "guarantees": []}))
        .await;
    tour.seat(1, "submitted").await;
    tour.house.set_clock("2031-09-30T22:00:01Z").await;
    tour.host("draw_lots").await;
}

async fn of_topics(tour: &mut Tour) {
    tour.workshop(json!({})).await;
    let first = tour.seat(1, "confirmed").await;
    let second = tour.seat(2, "confirmed").await;
    let draft = tour.host("draft_assignment").await;
    let run = text(&draft, "run");
    let sending = Sending {
        run: &run,
        ..Sending::of(tour.house.office("sh"))
    };
    tour.send("publish_assignment", sending).await;
    for (registration, topic) in [(&first, "rolle"), (&second, "diskurs")] {
        let sending = Sending {
            registration,
            change: json!({"topic": topic}),
            ..Sending::of(tour.house.office("sh"))
        };
        tour.send("put_topic", sending).await;
    }
    let sending = Sending {
        change: json!({"registrations": [first, second]}),
        ..Sending::of(tour.house.office("sh"))
    };
    tour.send("swap_topics", sending).await;
}

async fn of_attendance(tour: &mut Tour, there: &str) {
    tour.house.set_clock("2031-10-21T08:00:00Z").await;
    let sending = Sending {
        change: json!({"entries": [{"registration": there, "status": "present"}]}),
        ..Sending::of(tour.house.office("sh"))
    };
    tour.send("take_attendance", sending).await;
    tour.about("put_attendance", there).await;
    tour.house.set_clock("2031-10-24T08:00:00Z").await;
    tour.host("close_attendance").await;
}
