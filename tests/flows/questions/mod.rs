//! Questions at the gateway: lists, searches, reports, histories, the feed, and who saw whose data.

mod feed;
mod matrix;
mod reports;

use anmeldewerk_stack::token::Role;
use reqwest::Method;
use serde_json::{Value, json};

use crate::house::{Answer, House, registration};

/// A registration of somebody with a name.
fn named(program: &str, who: usize, family: &str, given: &str) -> Value {
    let mut body = registration(program, who);
    body["person"]["family_name"] = family.into();
    body["person"]["given_name"] = given.into();
    body
}

/// Registers people with these family names, one after another; gives the last answer.
async fn register(house: &House, workshop: &str, program: &str, names: &[&str]) -> Answer {
    let path = format!("/v1/workshops/{workshop}/registrations");
    let mut last = None;
    for (who, family) in names.iter().enumerate() {
        let body = named(program, who, family, "Anke");
        let made = house.post(&house.feeder(program), &path, &body).await;
        last = Some(made.expect(201));
    }
    last.expect("at least one")
}

fn items(answer: &Answer) -> Vec<Value> {
    answer.body["items"].as_array().expect("items").clone()
}

fn family_names(answer: &Answer) -> Vec<String> {
    let items = items(answer);
    let name = |item: &Value| item["person"]["family_name"].as_str().map(str::to_owned);
    items
        .iter()
        .map(|item| name(item).expect("a name"))
        .collect()
}

async fn as_participant(house: &House, secret: &str, path: &str) -> Answer {
    house
        .as_participant(Method::GET, secret, path, &json!({}))
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn people_are_found_by_name_and_stand_in_german_order() {
    let house = House::start().await;
    house.programs().await;
    let workshop = house.workshop(json!({})).await;
    let names = [
        "Zabel",
        "Müller",
        "Mutter",
        "Ärmel",
        "von der Heide",
        "Mueller",
    ];
    let last = register(&house, &workshop, "mv", &names).await.position();
    let list = format!("/v1/workshops/{workshop}/attendees");
    let office = house.office("mv");
    let sorted = house
        .get_at(&office, &format!("{list}?sort=name"), last)
        .await
        .expect(200);
    let expected = [
        "Ärmel",
        "Mueller",
        "Müller",
        "Mutter",
        "von der Heide",
        "Zabel",
    ];
    assert_eq!(family_names(&sorted), expected);
    // Page by page it is the same list.
    let mut paged = Vec::new();
    let mut path = format!("{list}?sort=name&limit=2");
    loop {
        let part = house.get(&office, &path).await.expect(200);
        paged.extend(family_names(&part));
        let Some(next) = part.body["next"].as_str() else {
            break;
        };
        assert!(part.header("link").contains(next));
        path = format!("{list}?sort=name&limit=2&after={next}");
    }
    assert_eq!(paged, expected);
    for (search, found) in [
        ("mueller", vec!["Mueller", "Müller"]),
        ("M%C3%BCller", vec!["Mueller", "Müller"]),
        ("HEIDE%20anke", vec!["von der Heide"]),
        ("nobody", vec![]),
    ] {
        let answer = house
            .get(&office, &format!("{list}?q={search}"))
            .await
            .expect(200);
        assert_eq!(family_names(&answer), found, "{search}");
    }
    // Foreign people are not found, and pseudonyms are not looked for by name.
    let stranger = house
        .get(&house.office("hh"), &format!("{list}?q=mueller"))
        .await
        .expect(200);
    assert!(items(&stranger).is_empty());
    let auditor = house.flow.token_without_program(Role::Auditor);
    house
        .get(&auditor, &format!("{list}?q=mueller"))
        .await
        .expect_problem(403, "forbidden");
    house
        .get(&auditor, &format!("{list}?sort=place"))
        .await
        .expect(200);
    for odd in ["q=", "q=%00", "sort=age", "sort=name&after=x"] {
        let refused = house.get(&office, &format!("{list}?{odd}")).await;
        refused.expect_problem(400, "invalid_query");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_reads_its_people_in_all_workshops_and_topics_across_them() {
    let house = House::start().await;
    house.programs().await;
    let one = house.workshop(json!({})).await;
    let other = house.workshop(json!({"slug": "zweite"})).await;
    register(&house, &one, "mv", &["A", "B"]).await;
    register(&house, &one, "sh", &["C"]).await;
    let last = register(&house, &other, "mv", &["D"]).await.position();
    let office = house.office("mv");
    let all = house
        .get_at(&office, "/v1/attendees", last)
        .await
        .expect(200);
    assert_eq!(family_names(&all), ["A", "B", "D"]);
    let host = house
        .get(&house.office("sh"), "/v1/attendees")
        .await
        .expect(200);
    assert_eq!(
        family_names(&host),
        ["C"],
        "its own, not those of its workshops"
    );
    house
        .get(&office, "/v1/attendees?program=sh")
        .await
        .expect_problem(403, "forbidden");
    let auditor = house.flow.token_without_program(Role::Auditor);
    house
        .get(&auditor, "/v1/attendees")
        .await
        .expect_problem(400, "invalid_query");
    let pseudonyms = house
        .get(&auditor, "/v1/attendees?program=mv")
        .await
        .expect(200);
    assert_eq!(items(&pseudonyms).len(), 3);
    assert!(
        items(&pseudonyms)
            .iter()
            .all(|item| item["person"].is_null())
    );

    let topics = house.get(&office, "/v1/topics").await.expect(200);
    let codes: Vec<_> = items(&topics)
        .iter()
        .map(|topic| topic["code"].clone())
        .collect();
    assert_eq!(codes, ["angebote", "diskurs", "rolle"]);
    let role = &items(&topics)[2];
    assert_eq!(
        (&role["workshops"], &role["demand"]["ranked"][0]),
        (&json!(2), &json!(4))
    );
    let offers = house.get(&office, "/v1/topics/rolle").await.expect(200);
    assert_eq!(items(&offers).len(), 2);
    let stranger = house
        .get(&house.office("hh"), "/v1/topics/rolle")
        .await
        .expect(200);
    assert!(
        items(&stranger)
            .iter()
            .all(|offer| offer["demand"].is_null())
    );
    house
        .get(&office, "/v1/topics/nothing")
        .await
        .expect_problem(404, "not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn those_concerned_read_who_saw_their_data() {
    let house = House::start().await;
    house.programs().await;
    let workshop = house.workshop(json!({})).await;
    let path = format!("/v1/workshops/{workshop}/registrations");
    let made = house
        .post(&house.feeder("mv"), &path, &registration("mv", 1))
        .await
        .expect(201);
    let secret = made.body["link_secret"]
        .as_str()
        .expect("a secret")
        .to_owned();
    let own = format!(
        "/v1/registrations/{}",
        made.body["registration"].as_str().expect("an id")
    );
    register(&house, &workshop, "sh", &["Petersen"]).await;
    let last = made.position();
    house
        .get_at(&house.office("sh"), &own, last)
        .await
        .expect(200);
    as_participant(&house, &secret, &own).await.expect(200);
    house.attendees(&workshop, last).await;

    let office = house
        .get(&house.office("mv"), "/v1/access-records")
        .await
        .expect(200);
    let person = &made.body["person"];
    let records = items(&office);
    assert_eq!(records.len(), 3);
    assert!(
        records
            .iter()
            .all(|record| record["persons"] == json!([person])),
        "{records:?}"
    );
    let readers: Vec<_> = records
        .iter()
        .map(|record| record["reader"].clone())
        .collect();
    assert_eq!(readers, ["staff", "participant", "staff"]);
    assert_eq!(records[2]["program"], "sh");
    let themselves = as_participant(&house, &secret, "/v1/access-records")
        .await
        .expect(200);
    let records = items(&themselves);
    assert_eq!(records.len(), 3);
    assert!(records.iter().all(|record| record.get("subject").is_none()));
    let auditor = house.flow.token_without_program(Role::Auditor);
    let all = house
        .get(&auditor, "/v1/access-records?limit=2")
        .await
        .expect(200);
    assert_eq!(items(&all).len(), 2);
    assert_eq!(items(&all)[0]["persons"].as_array().map(Vec::len), Some(2));
    let next = all.body["next"].as_str().expect("there are more");
    let rest = house
        .get(
            &auditor,
            &format!("/v1/access-records?limit=2&after={next}"),
        )
        .await;
    assert_eq!(items(&rest.expect(200)).len(), 1);
    let stranger = house
        .get(&house.office("hh"), "/v1/access-records")
        .await
        .expect(200);
    assert!(items(&stranger).is_empty());
    let person = person.as_str().expect("an id");
    let foreign = house
        .get(
            &house.office("hh"),
            &format!("/v1/access-records?person={person}"),
        )
        .await;
    assert!(items(&foreign.expect(200)).is_empty());
    house
        .get(&house.feeder("mv"), "/v1/access-records")
        .await
        .expect_problem(403, "forbidden");
}
