//! Every route of the house is there, behind the gateway, and asks who is asking.

use std::{collections::BTreeSet, fs, path::Path};

use reqwest::Method;
use serde_json::json;

use crate::house::{House, key, registration};

/// The routes of the house: method and template.
const ROUTES: [(&str, &str); 66] = [
    ("PUT", "/v1/programs/{program}"),
    ("PUT", "/v1/programs/{program}/municipalities"),
    ("PUT", "/v1/topics/{topic}"),
    ("POST", "/v1/workshops"),
    ("PATCH", "/v1/workshops/{workshop}"),
    ("POST", "/v1/workshops/{workshop}/assignment-runs"),
    (
        "POST",
        "/v1/workshops/{workshop}/assignment-runs/{run}/publish",
    ),
    ("PUT", "/v1/workshops/{workshop}/attendance"),
    ("POST", "/v1/workshops/{workshop}/attendance/close"),
    ("POST", "/v1/workshops/{workshop}/documents"),
    ("GET", "/v1/workshops/{workshop}/documents"),
    ("GET", "/v1/workshops/{workshop}/documents/{kind}/{number}"),
    ("POST", "/v1/workshops/{workshop}/cancel"),
    ("POST", "/v1/workshops/{workshop}/draw"),
    ("POST", "/v1/workshops/{workshop}/groups"),
    ("POST", "/v1/workshops/{workshop}/imports"),
    (
        "POST",
        "/v1/workshops/{workshop}/guarantees/{program}/release",
    ),
    ("POST", "/v1/workshops/{workshop}/postpone"),
    ("POST", "/v1/workshops/{workshop}/publish"),
    ("POST", "/v1/workshops/{workshop}/registrations"),
    ("POST", "/v1/workshops/{workshop}/registrations/bulk"),
    (
        "PUT",
        "/v1/workshops/{workshop}/registrations/by-reference/{reference}",
    ),
    (
        "POST",
        "/v1/workshops/{workshop}/registrations/by-reference/{reference}/cancel",
    ),
    (
        "PATCH",
        "/v1/workshops/{workshop}/registrations/{registration}",
    ),
    (
        "POST",
        "/v1/workshops/{workshop}/registrations/{registration}/accept",
    ),
    (
        "POST",
        "/v1/workshops/{workshop}/registrations/{registration}/approve",
    ),
    (
        "POST",
        "/v1/workshops/{workshop}/registrations/{registration}/cancel",
    ),
    (
        "POST",
        "/v1/workshops/{workshop}/registrations/{registration}/confirm-email",
    ),
    (
        "POST",
        "/v1/workshops/{workshop}/registrations/{registration}/decline",
    ),
    (
        "POST",
        "/v1/workshops/{workshop}/registrations/{registration}/decline-offer",
    ),
    (
        "POST",
        "/v1/workshops/{workshop}/registrations/{registration}/merge",
    ),
    (
        "POST",
        "/v1/workshops/{workshop}/registrations/{registration}/new-link",
    ),
    (
        "POST",
        "/v1/workshops/{workshop}/registrations/{registration}/offer",
    ),
    (
        "POST",
        "/v1/workshops/{workshop}/registrations/{registration}/promote",
    ),
    (
        "POST",
        "/v1/workshops/{workshop}/registrations/{registration}/reinstate",
    ),
    (
        "POST",
        "/v1/workshops/{workshop}/registrations/{registration}/substitute",
    ),
    (
        "POST",
        "/v1/workshops/{workshop}/registrations/{registration}/to-waitlist",
    ),
    (
        "PUT",
        "/v1/workshops/{workshop}/registrations/{registration}/attendance",
    ),
    (
        "PUT",
        "/v1/workshops/{workshop}/registrations/{registration}/topic",
    ),
    (
        "PUT",
        "/v1/workshops/{workshop}/registrations/{registration}/wishes",
    ),
    ("POST", "/v1/workshops/{workshop}/topic-swaps"),
    ("GET", "/v1/calendar/{file}"),
    ("GET", "/v1/exports/attendees"),
    ("GET", "/v1/programs"),
    ("GET", "/v1/programs/{program}"),
    ("GET", "/v1/programs/{program}/municipalities"),
    ("GET", "/v1/workshops"),
    ("GET", "/v1/workshops/{workshop}"),
    ("GET", "/v1/workshops/{workshop}/assignment-runs"),
    ("GET", "/v1/workshops/{workshop}/assignment-runs/{run}"),
    ("GET", "/v1/workshops/{workshop}/attendance"),
    ("GET", "/v1/workshops/{workshop}/attendees"),
    ("GET", "/v1/workshops/{workshop}/groups"),
    ("GET", "/v1/workshops/{workshop}/topics"),
    ("GET", "/v1/workshops/{workshop}/waitlist"),
    ("GET", "/v1/registrations/{registration}"),
    ("GET", "/v1/access-records"),
    ("GET", "/v1/attendees"),
    ("GET", "/v1/changes"),
    ("GET", "/v1/live"),
    ("GET", "/v1/registrations/{registration}/history"),
    ("GET", "/v1/reports"),
    ("GET", "/v1/reports/{report}"),
    ("GET", "/v1/reports/{report}/rows"),
    ("GET", "/v1/topics"),
    ("GET", "/v1/topics/{topic}"),
];

/// What anybody may read without a token.
const PUBLIC: [&str; 8] = [
    "/v1/calendar/{file}",
    "/v1/topics",
    "/v1/topics/{topic}",
    "/v1/workshops",
    "/v1/workshops/{workshop}",
    "/v1/workshops/{workshop}/documents",
    "/v1/workshops/{workshop}/documents/{kind}/{number}",
    "/v1/workshops/{workshop}/topics",
];

/// Where anybody may send something, if the workshop allows it.
const OPEN: [&str; 2] = [
    "/v1/workshops/{workshop}/groups",
    "/v1/workshops/{workshop}/registrations",
];

/// Takes the route templates out of the sources of a service's routes.
fn templates(folder: &str) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(folder);
    let files = fs::read_dir(path)
        .expect("the routes' folder")
        .filter_map(Result::ok)
        .filter(|file| file.path().is_file());
    let sources = files.map(|file| fs::read_to_string(file.path()).expect("a source"));
    let mut found = Vec::new();
    for source in sources {
        let literals = source.split('"').skip(1).step_by(2);
        let odd = |text: &str| text.contains("{*") || text.contains("{}");
        let routes = literals.filter(|text| text.starts_with("/v1/") && !odd(text));
        found.extend(routes.map(str::to_owned));
    }
    found
}

#[test]
fn the_list_of_routes_is_whole() {
    let mut found: BTreeSet<String> = BTreeSet::new();
    found.extend(templates("services/registration/src/routes"));
    found.extend(templates("services/gateway/src/routes"));
    let listed: BTreeSet<String> = ROUTES
        .iter()
        .map(|(_, template)| (*template).to_owned())
        .collect();
    assert!(
        listed.is_subset(&found),
        "{:?}",
        listed.difference(&found).collect::<Vec<_>>()
    );
    let missing: Vec<_> = found.difference(&listed).collect();
    assert_eq!(missing, Vec::<&String>::new(), "a route that no test knows");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_answers_behind_the_gateway_and_refuses_strangers() {
    let house = House::start().await;
    house.programs().await;
    let kept = json!({"guarantees": [{"program": "sh", "seats": 1}]});
    let workshop = house.workshop(kept).await;
    let path = format!("/v1/workshops/{workshop}/registrations");
    let made = house
        .post(&house.office("sh"), &path, &registration("sh", 1))
        .await
        .expect(201);
    let id = made.body["registration"].as_str().expect("an id");
    let runs = format!("/v1/workshops/{workshop}/assignment-runs");
    let drafted = house.post(&house.office("sh"), &runs, &json!({})).await;
    let drafted = drafted.expect(201);
    let run = drafted.body["run"].as_str().expect("an id");
    let added = house.add_document(&workshop, "agenda", b"%PDF-1.7").await;
    let at = added.expect(201).position();
    for (method, template) in ROUTES {
        let path = template
            .replace("{program}", "sh")
            .replace("{workshop}", &workshop)
            .replace("{file}", &format!("{workshop}.ics"))
            .replace("{registration}", id)
            .replace("{run}", run)
            .replace("{report}", "programs")
            .replace("{kind}", "agenda")
            .replace("{number}", "1")
            .replace("{topic}", "rolle")
            .replace("{reference}", "sh-1");
        let (method, key) = (
            Method::from_bytes(method.as_bytes()).expect("a method"),
            key(),
        );
        let asking = [
            ("idempotency-key", key.as_str()),
            ("content-type", "application/json"),
            ("prefer", "wait=10"),
        ];
        let body = if method == Method::GET {
            Vec::new()
        } else {
            b"{}".to_vec()
        };
        let query = if template == "/v1/live" {
            // A stream does not end; who may listen is told what is wrong instead.
            "?after=x".to_owned()
        } else if method == Method::GET {
            format!("?min_position={at}")
        } else {
            String::new()
        };
        let path = format!("{path}{query}");
        let stranger = house
            .send(method.clone(), &path, &asking, body.clone())
            .await
            .expect("answered");
        if method == Method::GET && PUBLIC.contains(&template) {
            stranger.expect(200);
        } else if method != Method::GET && OPEN.contains(&template) {
            // Anybody may ask; what they say is looked at first.
            stranger.expect_problem(422, "invalid_body");
        } else {
            stranger.expect_problem(401, "token_missing");
        }
        let bearer = format!("Bearer {}", house.office("sh"));
        let known = [&asking[..], &[("authorization", bearer.as_str())]].concat();
        let known = house
            .send(method.clone(), &path, &known, body)
            .await
            .expect("answered");
        assert!(
            ![404, 405].contains(&known.status),
            "{method} {template}: {}",
            known.body
        );
    }
    let logs = house.flow.logs();
    for (_, template) in ROUTES {
        assert!(
            logs.contains(&format!(r#""route":"{template}""#)),
            "{template} was asked"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_are_read_page_by_page_and_the_waitlist_in_its_order() {
    let house = House::start().await;
    house.programs().await;
    let workshop = house.workshop(json!({"capacity": 2})).await;
    let path = format!("/v1/workshops/{workshop}/registrations");
    let mut last = 0;
    for who in 0..7 {
        last = house
            .post(&house.office("sh"), &path, &registration("sh", who))
            .await
            .expect(201)
            .position();
    }
    let waiting = format!("/v1/workshops/{workshop}/waitlist?limit=2");
    let mut places = Vec::new();
    let mut next = waiting.clone();
    loop {
        let page = house
            .get_at(&house.office("sh"), &next, last)
            .await
            .expect(200);
        let items = page.body["items"].as_array().expect("items");
        assert!(items.len() <= 2);
        places.extend(
            items
                .iter()
                .filter_map(|item| item["waitlist_place"].as_u64()),
        );
        let Some(after) = page.body["next"].as_str() else {
            break;
        };
        next = format!("{waiting}&after={after}");
    }
    assert_eq!(places, [1, 2, 3, 4, 5]);
    house
        .get(&house.office("sh"), &format!("{waiting}&after=nonsense"))
        .await
        .expect_problem(400, "invalid_query");
    let unchanged = house
        .get_at(&house.office("sh"), &waiting, last)
        .await
        .expect(200);
    let bearer = format!("Bearer {}", house.office("sh"));
    let conditional = [
        ("authorization", bearer.as_str()),
        ("if-none-match", unchanged.header("etag")),
    ];
    let again = house
        .send(Method::GET, &waiting, &conditional, Vec::new())
        .await
        .expect("answered");
    assert_eq!(again.status, 304);
}
