//! The document describes what is there, completely and without loose ends.

use std::collections::BTreeSet;

use anmeldewerk_contract::problem::Code;
use anmeldewerk_gateway::passthrough::Limits;
use axum::{
    Router,
    body::Body,
    http::{Method, StatusCode},
};
use serde_json::Value;

use crate::door::{Door, request};

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];
const ROLES: [&str; 8] = [
    "feeder",
    "coordinator",
    "host_coordinator",
    "reporter",
    "auditor",
    "operator",
    "participant",
    "public",
];

async fn door() -> Door {
    Door::before(Router::new(), Limits::default()).await
}

async fn document() -> Value {
    let answer = door().await.get("/openapi.json", &[]).await;
    assert_eq!(answer.status, StatusCode::OK);
    answer.json()
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// Gives every operation with its method and address.
fn operations(document: &Value) -> Vec<(String, &Value)> {
    let routes = members(&document["paths"]);
    let each = routes.flat_map(|(route, item)| {
        let methods = METHODS.iter().filter(|method| item.get(**method).is_some());
        methods.map(move |method| (format!("{method} {route}"), &item[*method]))
    });
    each.collect()
}

/// Collects every value that stands under a name, at any depth.
fn all<'v>(value: &'v Value, name: &str, found: &mut Vec<&'v Value>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| all(item, name, found)),
        Value::Object(members) => {
            for (key, member) in members {
                if key == name {
                    found.push(member);
                }
                all(member, name, found);
            }
        }
        _ => {}
    }
}

#[tokio::test]
async fn the_document_is_a_page_that_is_kept() {
    let door = door().await;
    let first = door.get("/openapi.json", &[]).await;
    assert_eq!(first.header("content-type"), Some("application/json"));
    assert_eq!(first.header("cache-control"), Some("public, max-age=300"));
    assert_eq!(first.json()["openapi"], "3.1.0");
    let tag = first.header("etag").expect("a tag").to_owned();
    let again = door.get("/openapi.json", &[("if-none-match", &tag)]).await;
    assert_eq!(again.status, StatusCode::NOT_MODIFIED);
    assert!(again.body.is_empty());
}

#[tokio::test]
async fn every_operation_says_who_is_answered_and_what_is_answered() {
    let document = document().await;
    let operations = operations(&document);
    let mut ids = BTreeSet::new();
    for (name, operation) in &operations {
        let roles: Vec<&Value> = items(&operation["x-roles"]).collect();
        assert!(!roles.is_empty(), "{name} has no roles");
        for role in roles {
            assert!(
                ROLES.contains(&role.as_str().unwrap_or_default()),
                "{name}: {role}"
            );
        }
        let id = operation["operationId"].as_str().expect("an id");
        assert!(ids.insert(id), "{name} shares {id}");
        let summary = operation["summary"].as_str().unwrap_or_default();
        assert!(summary.ends_with('.'), "{name} has no summary");
        assert!(operation["security"].is_array(), "{name} has no security");
        let succeeds = members(&operation["responses"]).any(|(code, _)| code.starts_with('2'));
        assert!(succeeds, "{name} has no good answer");
        assert!(operation["responses"].get("503").is_some(), "{name}");
    }
    let extensions = document.to_string();
    for ours in ["x-takes", "x-may-be-absent"] {
        assert!(!extensions.contains(ours), "{ours} is for ourselves");
    }
}

#[tokio::test]
async fn every_parameter_is_described_and_every_part_of_an_address_is_one() {
    let document = document().await;
    for (name, operation) in operations(&document) {
        for parameter in items(&operation["parameters"]) {
            let place = parameter["in"].as_str().expect("a place");
            let described = parameter["description"]
                .as_str()
                .is_some_and(|text| !text.is_empty());
            assert!(place == "path" || described, "{name}: {parameter}");
            assert!(parameter["schema"].is_object(), "{name}: {parameter}");
        }
        let parts = name.matches('{').count();
        let declared = items(&operation["parameters"]).filter(|one| one["in"] == "path");
        assert_eq!(parts, declared.count(), "{name}");
    }
}

#[tokio::test]
async fn every_reference_leads_somewhere_and_every_component_is_used() {
    let document = document().await;
    let mut found = Vec::new();
    all(&document, "$ref", &mut found);
    let found: BTreeSet<&str> = found.iter().filter_map(|found| found.as_str()).collect();
    for reference in &found {
        let pointer = reference
            .strip_prefix('#')
            .expect("a place in the document");
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
    for (name, _) in members(&document["components"]["schemas"]) {
        let reference = format!("#/components/schemas/{name}");
        assert!(found.contains(reference.as_str()), "{name} is not used");
    }
}

#[tokio::test]
async fn queries_share_what_all_of_them_take_and_answer() {
    let document = document().await;
    let attendees = &document["paths"]["/v1/workshops/{workshop}/attendees"]["get"];
    let names: BTreeSet<&str> = items(&attendees["parameters"])
        .filter_map(|parameter| parameter["name"].as_str())
        .collect();
    for name in [
        "workshop",
        "state",
        "after",
        "limit",
        "min_position",
        "Prefer",
        "If-None-Match",
    ] {
        assert!(names.contains(name), "{name}");
    }
    let responses = &attendees["responses"];
    for status in [
        "200", "304", "400", "401", "403", "404", "429", "500", "503",
    ] {
        assert!(responses.get(status).is_some(), "{status}");
    }
    assert!(responses["200"]["headers"]["Link"].is_object());
    let program = &document["paths"]["/v1/programs/{program}"]["get"];
    assert!(program["responses"]["200"]["headers"].get("Link").is_none());
}

#[tokio::test]
async fn what_is_always_there_is_required_and_what_is_absent_is_never_null() {
    let document = document().await;
    let schemas = &document["components"]["schemas"];
    let period = &schemas["RegistrationPeriod"];
    let required = |schema: &Value, name: &str| items(&schema["required"]).any(|one| one == name);
    assert!(required(period, "reason"), "{period}");
    let facts = &schemas["RegistrationFacts"]["properties"];
    assert_eq!(facts["version"]["format"], "int64");
    assert_eq!(facts["version"]["minimum"], 0);
    assert_eq!(facts["submitted_at"]["format"], "date-time");
    assert_eq!(facts["id"]["format"], "uuid");
    assert!(items(&facts["state"]["enum"]).any(|state| state == "waitlisted"));
    let member = &schemas["Bucket"]["allOf"][1];
    assert!(
        !required(member, "kept") && required(member, "free"),
        "{member}"
    );
    assert_eq!(member["properties"]["kept"]["type"], "integer");
    assert!(!required(&schemas["Needs"], "needs"));
}

#[tokio::test]
async fn what_messages_name_as_their_schema_is_there() {
    let door = door().await;
    for known in anmeldewerk_contract::schema::ALL {
        let path = format!("/schemas/{}/{}", known.kind, known.version);
        let answer = door.get(&path, &[]).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        assert_eq!(
            answer.header("content-type"),
            Some("application/schema+json")
        );
        assert_eq!(answer.json()["$id"], path);
        let tag = answer.header("etag").expect("a tag").to_owned();
        let again = door.get(&path, &[("if-none-match", &tag)]).await;
        assert_eq!(again.status, StatusCode::NOT_MODIFIED);
    }
    for unknown in ["/schemas/workshop.decided/2", "/schemas/workshop/1"] {
        assert_eq!(door.get(unknown, &[]).await.problem(), Code::NotFound);
    }
}

#[tokio::test]
async fn the_reader_loads_nothing_from_anywhere_else() {
    let door = door().await;
    let moved = door.get("/docs", &[]).await;
    assert_eq!(moved.header("location"), Some("/docs/"));
    let page = door.get("/docs/", &[]).await;
    assert_eq!(page.status, StatusCode::OK);
    let policy = page.header("content-security-policy").expect("a policy");
    for rule in [
        "default-src 'none'",
        "script-src 'self'",
        "connect-src 'self'",
    ] {
        assert!(policy.split("; ").any(|found| found == rule), "{policy}");
    }
    let text = String::from_utf8(page.body.to_vec()).expect("a text");
    assert!(!text.contains("<script>"), "an inline script would not run");
    let parts = ["src=\"", "href=\""]
        .into_iter()
        .flat_map(|name| text.split(name).skip(1));
    let files: Vec<&str> = parts.filter_map(|rest| rest.split('"').next()).collect();
    assert!(files.len() > 4, "{files:?}");
    for file in files {
        assert!(!file.contains("//"), "{file} is of another host");
        let path = format!("/docs/{}", file.trim_start_matches("./"));
        assert_eq!(door.get(&path, &[]).await.status, StatusCode::OK, "{path}");
    }
    let start = door.get("/docs/swagger-initializer.js", &[]).await;
    let start = String::from_utf8(start.body.to_vec()).expect("a text");
    assert!(start.contains("\"/openapi.json\""), "{start}");
    assert!(start.contains("\"validatorUrl\": \"none\""), "{start}");
    assert!(!start.contains("http"), "{start}");
    assert_eq!(
        door.get("/docs/none.js", &[]).await.problem(),
        Code::NotFound
    );
}

#[tokio::test]
async fn a_type_of_problem_leads_to_a_page_for_people() {
    let door = door().await;
    let accept = ("accept", "text/html,*/*;q=0.8");
    let page = door
        .get(
            "/problems/deadline_passed",
            &[accept, ("accept-language", "en")],
        )
        .await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(
        page.header("content-type"),
        Some("text/html; charset=utf-8")
    );
    assert_eq!(page.header("content-language"), Some("en"));
    assert_eq!(page.header("vary"), Some("Accept, Accept-Language"));
    let text = String::from_utf8(page.body.to_vec()).expect("a text");
    assert!(text.contains("<h1>The deadline has passed</h1>"), "{text}");
    assert!(
        text.contains("HTTP 409") && !text.contains("<script"),
        "{text}"
    );
    let policy = page.header("content-security-policy").expect("a policy");
    assert!(
        policy.starts_with("default-src 'none'; style-src 'sha256-"),
        "{policy}"
    );
    let german = door.get("/problems/deadline_passed", &[accept]).await;
    let text = String::from_utf8(german.body.to_vec()).expect("a text");
    assert!(text.contains("<h1>Die Frist ist abgelaufen</h1>"), "{text}");
    let unknown = door.get("/problems/unheard_of", &[accept]).await;
    assert_eq!(unknown.problem(), Code::NotFound);
}

#[tokio::test]
async fn every_code_is_listed_and_explained() {
    let door = door().await;
    let list = door.get("/problems", &[]).await.json();
    let codes: Vec<&str> = items(&list["items"])
        .filter_map(|one| one["code"].as_str())
        .collect();
    let expected: Vec<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
    assert_eq!(codes, expected);
    let one = door.get("/problems/quota_exhausted", &[]).await.json();
    assert!(items(&list["items"]).any(|other| *other == one));
    assert_eq!(one["status"], 409);
    assert_eq!(one["title"]["de"], "Das Kontingent ist erschöpft");
    let page = door.get("/problems", &[("accept", "text/html")]).await;
    let text = String::from_utf8(page.body.to_vec()).expect("a text");
    assert!(
        text.contains("<a href=\"/problems/quota_exhausted\">"),
        "{text}"
    );
}

#[tokio::test]
async fn an_address_allows_exactly_what_is_documented() {
    let door = door().await;
    let document = door.get("/openapi.json", &[]).await.json();
    for (route, item) in members(&document["paths"]) {
        let mut documented: BTreeSet<String> = members(item)
            .map(|(method, _)| method.to_uppercase())
            .collect();
        if documented.contains("GET") {
            documented.insert("HEAD".to_owned());
        }
        let path = route.replace(['{', '}'], "");
        let sent = request((Method::TRACE, &path), &[], Body::empty());
        let answer = door.send(sent).await;
        assert_eq!(answer.problem(), Code::MethodNotAllowed, "{route}");
        let allowed = answer.header("allow").expect("what is allowed").split(',');
        let allowed: BTreeSet<String> = allowed.map(|method| method.trim().to_owned()).collect();
        assert_eq!(allowed, documented, "{route}");
    }
}
