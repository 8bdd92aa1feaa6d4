//! Reports: what they count is what is listed behind it, and what the log says.

use std::collections::BTreeMap;

use anmeldewerk_stack::token::Role;
use serde_json::{Value, json};

use super::{items, named, register};
use crate::house::{House, registration};

const REPORTS: [&str; 7] = [
    "programs",
    "timeline",
    "municipalities",
    "topics",
    "waitlist",
    "cancellations",
    "data-quality",
];

/// A workshop in which everything has happened that is counted; gives its id and the last position.
async fn eventful(house: &House) -> (String, u64) {
    house.programs().await;
    let settings = json!({
        "capacity": 3, "program_caps": {"sh": 2}, "guarantees": [{"program": "mv", "seats": 1}],
    });
    let workshop = house.workshop(settings).await;
    register(house, &workshop, "mv", &["A", "B", "C", "D"]).await;
    register(house, &workshop, "sh", &["E", "F"]).await;
    let path = format!("/v1/workshops/{workshop}/registrations");
    let mut odd = named("mv", 77, "G", "Bo");
    odd["municipality"] = "01053".into();
    odd["wishes"] = json!([{"slot": 1, "ranked": ["diskurs"], "vetoes": ["rolle"]}]);
    house
        .post(&house.feeder("mv"), &path, &odd)
        .await
        .expect(201);
    let mut twin = registration("mv", 78);
    twin["person"] =
        json!({"given_name": "Anke", "family_name": "A", "email": "other@example.org"});
    let twin = house
        .post(&house.feeder("mv"), &path, &twin)
        .await
        .expect(201);
    let first = house.attendees(&workshop, twin.position()).await[0]["id"].clone();
    let cancel = format!("{path}/{}/cancel", first.as_str().expect("an id"));
    let reason = json!({"reason": "illness"});
    let last = house
        .post(&house.office("mv"), &cancel, &reason)
        .await
        .expect(200);
    (workshop, last.position())
}

/// Counts what is listed behind an address, page by page.
async fn listed(house: &House, token: &str, address: &str) -> u64 {
    let mut amount = 0;
    let mut path = format!("{address}&limit=2");
    loop {
        let part = house.get(token, &path).await.expect(200);
        amount += u64::try_from(items(&part).len()).expect("few");
        let Some(next) = part.body["next"].as_str() else {
            return amount;
        };
        path = format!("{address}&limit=2&after={next}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_figure_is_as_many_as_are_listed_behind_it() {
    let house = House::start().await;
    let (_, last) = eventful(&house).await;
    let office = house.office("sh");
    let mut figures = 0;
    for name in REPORTS {
        let report = house
            .get_at(&office, &format!("/v1/reports/{name}"), last)
            .await
            .expect(200);
        assert_eq!(report.body["position"], last);
        assert!(report.body["as_of"].is_string() && report.body["definition"].is_string());
        let rows = report.body["rows"].as_array().expect("rows").clone();
        assert!(!rows.is_empty(), "{name}");
        for row in &rows {
            for (figure, amount) in row["figures"].as_object().expect("figures") {
                let address = row["rows"][figure].as_str().expect("an address");
                let behind = listed(&house, &office, address).await;
                assert_eq!(Some(behind), amount.as_u64(), "{name} {figure}: {address}");
                figures += 1;
            }
        }
    }
    assert!(figures > 30, "{figures}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_says_what_has_happened() {
    let house = House::start().await;
    let (workshop, last) = eventful(&house).await;
    let office = house.office("sh");
    let report = async |path: &str| {
        let report = house
            .get_at(&office, &format!("/v1/reports/{path}"), last)
            .await;
        report.expect(200).body
    };
    let programs = report(&format!("programs?workshop={workshop}")).await;
    let by_program: BTreeMap<String, Value> = programs["rows"]
        .as_array()
        .expect("rows")
        .iter()
        .map(|row| (row["program"].to_string(), row.clone()))
        .collect();
    let (mv, sh) = (&by_program["\"mv\""], &by_program["\"sh\""]);
    assert_eq!((&mv["of"], &sh["of"]), (&json!(6), &json!(2)));
    assert_eq!(mv["figures"]["cancelled"], 1);
    assert_eq!(sh["seats"]["cap"], 2);
    assert_eq!(mv["seats"]["guarantee"], 1);
    let seats = |row: &Value| row["seats"]["used"].as_u64().expect("seats");
    assert_eq!(seats(mv) + seats(sh), 3, "every seat is taken");
    assert_eq!(programs["totals"]["of"], 8);

    let cancelled = report("cancellations").await;
    let rows = cancelled["rows"].as_array().expect("rows");
    let of_mv = rows
        .iter()
        .find(|row| row["program"] == "mv")
        .expect("a row");
    assert_eq!(
        (&of_mv["by"], &of_mv["reason"]),
        (&json!("office"), &json!("illness"))
    );
    assert_eq!(
        (&of_mv["figures"]["cancelled"], &of_mv["of"]),
        (&json!(1), &json!(6))
    );
    let quality = report("data-quality?program=mv").await;
    let row = &quality["rows"][0];
    assert_eq!(row["figures"]["municipality_outside_land"], 1);
    assert_eq!(row["figures"]["possible_duplicate"], 1);
    let topics = report("topics").await;
    let vetoes = |row: &Value| row["figures"]["vetoes"].as_u64();
    let vetoed: Vec<_> = topics["rows"]
        .as_array()
        .expect("rows")
        .iter()
        .filter_map(vetoes)
        .collect();
    assert_eq!(vetoed, [1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_are_for_those_who_take_part_and_rows_for_those_whose_people_they_are() {
    let house = House::start().await;
    let (workshop, last) = eventful(&house).await;
    let programs = format!("/v1/reports/programs?workshop={workshop}");
    for token in [
        house.office("mv"),
        house.feeder("mv"),
        house.flow.token("mv", Role::Reporter),
        house.flow.token_without_program(Role::Auditor),
    ] {
        let report = house.get_at(&token, &programs, last).await.expect(200);
        assert_eq!(report.body["rows"].as_array().map(Vec::len), Some(2));
    }
    let foreign = house.get(&house.office("hh"), &programs).await.expect(200);
    assert_eq!(foreign.body["rows"], json!([]));
    house
        .get(&house.operator(), &programs)
        .await
        .expect_problem(403, "forbidden");
    let anonymous = house
        .send(reqwest::Method::GET, &programs, &[], Vec::new())
        .await;
    anonymous
        .expect("an answer")
        .expect_problem(401, "token_missing");

    let rows = format!("/v1/reports/programs/rows?workshop={workshop}");
    assert_eq!(listed(&house, &house.office("mv"), &rows).await, 6);
    assert_eq!(listed(&house, &house.office("sh"), &rows).await, 8);
    assert_eq!(listed(&house, &house.feeder("sh"), &rows).await, 2);
    let reporter = house.flow.token("mv", Role::Reporter);
    let without = house.get(&reporter, &rows).await.expect(200);
    for row in items(&without) {
        assert!(row["reporting"].is_string());
        for personal in ["registration", "number", "history"] {
            assert!(row.get(personal).is_none(), "{personal}");
        }
    }
    let (draft, made_at) = house.draft_at(json!({"slug": "entwurf"})).await;
    let hidden = format!("/v1/reports/programs/rows?workshop={draft}");
    house
        .get_at(&house.office("mv"), &hidden, made_at)
        .await
        .expect_problem(404, "not_found");
    house
        .get(&reporter, "/v1/reports/programs/rows")
        .await
        .expect_problem(400, "invalid_query");
    house
        .get(&reporter, "/v1/reports/nothing")
        .await
        .expect_problem(404, "not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn small_figures_are_masked_for_the_public() {
    let house = House::start().await;
    let (_, last) = eventful(&house).await;
    let office = house.office("sh");
    for name in REPORTS {
        let path = format!("/v1/reports/{name}?audience=public");
        let report = house.get_at(&office, &path, last).await.expect(200);
        for row in report.body["rows"].as_array().expect("rows") {
            let figures = row["figures"].as_object().expect("figures");
            let small = figures
                .values()
                .any(|amount| matches!(amount.as_u64(), Some(1 | 2)));
            assert!(
                !small && !matches!(row["of"].as_u64(), Some(1 | 2)),
                "{name}: {row}"
            );
            assert!(
                !matches!(row["cumulated"].as_u64(), Some(1 | 2)),
                "{name}: {row}"
            );
        }
    }
}
