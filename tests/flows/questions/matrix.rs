//! Who may ask what: every route of the document × every role × own, host's, foreign and missing things.
//!
//! The roles of each operation stand in the document itself (`x-roles`), which is made from the code; here they are
//! held against what the house does.

use std::collections::BTreeSet;

use anmeldewerk_stack::token::{Bearer, Role};
use reqwest::Method;
use serde_json::{Value, json};

use crate::house::{Answer, House, key, registration};

/// Somebody who asks.
struct Asker {
    /// What the document calls those who are like them.
    roles: &'static [&'static str],
    name: &'static str,
    authorization: Option<String>,
}

/// What there is to ask for.
struct Things {
    workshop: String,
    draft: String,
    /// A registration of `mv` at the workshop of `sh`, and one of `sh`.
    own: String,
    foreign: String,
    secret: String,
    position: u64,
}

const MISSING: &str = "0199a0f0-0000-7000-8000-000000000000";

async fn things(house: &House) -> Things {
    house.programs().await;
    let workshop = house.workshop(json!({})).await;
    let draft = house.draft(json!({"slug": "entwurf"})).await;
    let path = format!("/v1/workshops/{workshop}/registrations");
    let own = house
        .post(&house.feeder("mv"), &path, &registration("mv", 1))
        .await
        .expect(201);
    let foreign = house
        .post(&house.feeder("sh"), &path, &registration("sh", 2))
        .await
        .expect(201);
    let text = |answer: &Answer, name: &str| answer.body[name].as_str().expect(name).to_owned();
    Things {
        workshop,
        draft,
        own: text(&own, "registration"),
        foreign: text(&foreign, "registration"),
        secret: text(&own, "link_secret"),
        position: foreign.position(),
    }
}

fn askers(house: &House, things: &Things) -> Vec<Asker> {
    let bearer = |token: String| Some(format!("Bearer {token}"));
    let stranger = house.flow.bearer(&Bearer {
        program: Some("mv"),
        roles: &[],
        subject: "stranger",
    });
    let asker = |roles, name, authorization| Asker {
        roles,
        name,
        authorization,
    };
    vec![
        asker(
            &["coordinator"],
            "the program's office",
            bearer(house.office("mv")),
        ),
        asker(
            &["coordinator", "host_coordinator"],
            "the host's office",
            bearer(house.office("sh")),
        ),
        asker(
            &["coordinator"],
            "a foreign office",
            bearer(house.office("hh")),
        ),
        asker(
            &["feeder"],
            "the program's system",
            bearer(house.feeder("mv")),
        ),
        asker(
            &["reporter"],
            "a reporter",
            bearer(house.flow.token("mv", Role::Reporter)),
        ),
        asker(
            &["auditor"],
            "an auditor",
            bearer(house.flow.token_without_program(Role::Auditor)),
        ),
        asker(&["operator"], "an operator", bearer(house.operator())),
        asker(
            &["participant"],
            "the participant",
            Some(format!("Participant {}", things.secret)),
        ),
        asker(&["public"], "anybody", None),
        asker(&[], "a token without a role", bearer(stranger)),
    ]
}

/// One operation of the document.
struct Operation {
    method: Method,
    path: String,
    roles: BTreeSet<String>,
}

async fn operations(house: &House) -> Vec<Operation> {
    let document = house
        .send(Method::GET, "/openapi.json", &[], Vec::new())
        .await;
    let document = document.expect("an answer").expect(200).body;
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        if !path.starts_with("/v1/") {
            continue;
        }
        for (method, operation) in item.as_object().expect("operations") {
            let Ok(method) = method.to_uppercase().parse() else {
                continue;
            };
            let roles = operation["x-roles"].as_array();
            let roles = roles.unwrap_or_else(|| panic!("{method} {path} names no roles"));
            let roles = roles
                .iter()
                .map(|role| role.as_str().expect("a role").to_owned());
            operations.push(Operation {
                method,
                path: path.clone(),
                roles: roles.collect(),
            });
        }
    }
    operations
}

/// What a path needs besides, so that nothing but who asks is at fault.
fn query(path: &str, things: &Things, asker: &Asker) -> String {
    match path {
        // Who belongs to a program means their own.
        "/v1/attendees" if asker.roles.contains(&"auditor") => "?program=mv".to_owned(),
        "/v1/reports/{report}/rows" => format!("?workshop={}", things.workshop),
        _ => String::new(),
    }
}

fn filled(path: &str, workshop: &str, registration: &str) -> String {
    let mut filled = path.to_owned();
    for (name, value) in [
        ("workshop", workshop),
        ("registration", registration),
        ("program", "mv"),
        ("report", "programs"),
        ("topic", "rolle"),
        ("reference", "mv-1"),
        ("run", MISSING),
        ("kind", "agenda"),
        ("number", "1"),
        ("file", &format!("{workshop}.ics")),
    ] {
        filled = filled.replace(&format!("{{{name}}}"), value);
    }
    assert!(
        !filled.contains('{'),
        "{path} has a parameter that is not known here"
    );
    filled
}

async fn ask(house: &House, asker: &Asker, method: &Method, path: &str) -> Answer {
    let key = key();
    let mut headers = vec![
        ("idempotency-key", key.as_str()),
        ("content-type", "application/json"),
    ];
    if let Some(authorization) = &asker.authorization {
        headers.push(("authorization", authorization));
    }
    let body = if *method == Method::GET {
        Vec::new()
    } else {
        b"{}".to_vec()
    };
    let answer = house.send(method.clone(), path, &headers, body).await;
    answer.expect("an answer")
}

/// Anybody may read what is public; whoever sends a command with a token does so in a role.
fn may(operation: &Operation, asker: &Asker) -> bool {
    let as_anybody = operation.method == Method::GET || asker.authorization.is_none();
    as_anybody && operation.roles.contains("public")
        || asker
            .roles
            .iter()
            .any(|role| operation.roles.contains(*role))
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_may_what_the_document_says_and_nothing_else() {
    let house = House::start().await;
    let things = things(&house).await;
    house
        .get_at(&house.office("sh"), "/v1/workshops", things.position)
        .await
        .expect(200);
    let operations = operations(&house).await;
    assert!(operations.len() > 40, "{}", operations.len());
    let mut allowed = 0;
    for operation in &operations {
        // A stream does not end; its roles are those of the feed of changes.
        if operation.path == "/v1/live" {
            continue;
        }
        let path = filled(&operation.path, &things.workshop, &things.own);
        for asker in askers(&house, &things) {
            let path = format!("{path}{}", query(&operation.path, &things, &asker));
            let answer = ask(&house, &asker, &operation.method, &path).await;
            let told = format!(
                "{} {path} by {}: {} {}",
                operation.method, asker.name, answer.status, answer.body
            );
            let refused = matches!(answer.status, 401 | 403);
            if may(operation, &asker) {
                let foreign_host = !operation.roles.contains("coordinator")
                    && !asker.roles.contains(&"host_coordinator");
                assert!(
                    !refused || foreign_host || asker.name == "a foreign office",
                    "{told}"
                );
                allowed += usize::from(answer.status == 200);
            } else if operation.roles.contains("host_coordinator")
                && asker.roles.contains(&"coordinator")
            {
                // Of a foreign workshop not even this is told.
                assert!(answer.status >= 400, "{told}");
            } else {
                let expected = if asker.authorization.is_none() {
                    401
                } else {
                    403
                };
                assert!(answer.status == expected || answer.status == 404, "{told}");
            }
            assert!(answer.status < 500, "{told}");
        }
    }
    assert!(allowed > 80, "{allowed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_foreign_thing_is_answered_like_one_that_does_not_exist() {
    let house = House::start().await;
    let things = things(&house).await;
    house
        .get_at(&house.office("sh"), "/v1/workshops", things.position)
        .await
        .expect(200);
    let mut compared = 0;
    for operation in operations(&house).await {
        let names_workshop =
            operation.path.contains("{workshop}") || operation.path.contains("{file}");
        let names_registration = operation.path.contains("{registration}");
        if !names_workshop && !names_registration {
            continue;
        }
        for asker in askers(&house, &things) {
            let sees_draft = ["the host's office", "an auditor"].contains(&asker.name);
            let sees_foreign = sees_draft;
            let mut pairs = Vec::new();
            if names_workshop && !sees_draft {
                pairs.push((
                    filled(&operation.path, &things.draft, MISSING),
                    filled(&operation.path, MISSING, MISSING),
                ));
            }
            if names_registration && !sees_foreign {
                let at = |registration| filled(&operation.path, &things.workshop, registration);
                pairs.push((at(&things.foreign), at(MISSING)));
            }
            for (foreign, missing) in pairs {
                let foreign = ask(&house, &asker, &operation.method, &foreign).await;
                let missing = ask(&house, &asker, &operation.method, &missing).await;
                let told = format!("{} {} by {}", operation.method, operation.path, asker.name);
                assert_eq!(
                    (foreign.status, bare(foreign.body)),
                    (missing.status, bare(missing.body)),
                    "{told}"
                );
                compared += 1;
            }
        }
    }
    assert!(compared > 200, "{compared}");
}

/// Leaves out what differs from request to request.
fn bare(mut body: Value) -> Value {
    body["trace_id"] = Value::Null;
    body
}
