//! Personal data stands in clear nowhere: not in the log, a database, a log line or a figure.

use std::{fs, path::Path};

use serde_json::{Value, json};
use sqlx::{Connection, PgConnection, Row};

use crate::house::{House, key, registration};

/// Words that appear nowhere by chance.
const CANARIES: [&str; 9] = [
    "Zilpzalp",
    "Wiedehopf",
    "kanarienvogel@example.org",
    "04542-777-888",
    "Vogelwartin",
    "Amt fuer Singvoegel",
    "Koernerfrei",
    "AZ-Kanarie-4711",
    "Frau Prof.",
];

fn canary() -> Value {
    let mut body = registration("sh", 1);
    body["source_reference"] = json!(CANARIES[7]);
    body["person"] = json!({
        "salutation": CANARIES[8],
        "given_name": CANARIES[0],
        "family_name": CANARIES[1],
        "email": CANARIES[2],
        "phone": CANARIES[3],
        "function": CANARIES[4],
        "organisation": CANARIES[5],
        "needs": CANARIES[6],
    });
    body
}

fn found_in(haystack: &[u8]) -> Vec<&'static str> {
    let contains = |needle: &&str| {
        haystack
            .windows(needle.len())
            .any(|part| part == needle.as_bytes())
    };
    CANARIES.into_iter().filter(contains).collect()
}

/// Reads every file below a folder; gives how many bytes were read.
fn search_files(folder: &Path, found: &mut Vec<String>) -> u64 {
    let mut bytes = 0;
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            bytes += search_files(&path, found);
        } else if let Ok(content) = fs::read(&path) {
            bytes += content.len() as u64;
            found.extend(
                found_in(&content)
                    .iter()
                    .map(|canary| format!("{canary} in {}", path.display())),
            );
        }
    }
    bytes
}

/// Reads every row of every table as text; gives how many rows were read.
async fn search_database(url: &str, found: &mut Vec<String>) -> usize {
    let mut database = PgConnection::connect(url).await.expect("a database");
    let tables = sqlx::query(
        "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables \
         WHERE schemaname NOT IN ('pg_catalog', 'information_schema')",
    );
    let tables = tables.fetch_all(&mut database).await.expect("tables");
    let mut count = 0;
    for table in tables {
        let table: String = table.get(0);
        let plain = format!("SELECT t::text FROM {table} t");
        let rows = sqlx::query(sqlx::AssertSqlSafe(plain))
            .fetch_all(&mut database)
            .await
            .expect("rows");
        for row in rows {
            count += 1;
            let text: String = row.get(0);
            for canary in CANARIES {
                let in_hex = anmeldewerk_contract::hex(canary.as_bytes());
                if text.contains(canary) || text.contains(&in_hex) {
                    found.push(format!("{canary} in {table}"));
                }
            }
        }
    }
    count
}

#[tokio::test(flavor = "multi_thread")]
async fn names_and_addresses_stand_in_clear_in_no_file_database_log_line_or_figure() {
    let house = House::start().await;
    house.programs().await;
    let workshop = house.workshop(json!({})).await;
    let path = format!("/v1/workshops/{workshop}/registrations");
    let office = house.office("sh");
    let made = house.post(&office, &path, &canary()).await.expect(201);
    house
        .post(&office, &path, &canary())
        .await
        .expect_problem(409, "reference_taken");
    let mut again = canary();
    again["source_reference"] = Value::Null;
    house
        .post(&office, &path, &again)
        .await
        .expect_problem(409, "duplicate_registration");
    let mut broken = canary();
    broken["person"]["email"] = json!("kanarienvogel@example.org@");
    house
        .try_post(&office, &key(), &path, &broken)
        .await
        .expect("answered")
        .expect_problem(422, "invalid_body");
    let shown = house.attendees(&workshop, made.position()).await;
    assert_eq!(
        shown[0]["person"]["family_name"], CANARIES[1],
        "the office reads the name: {shown:?}"
    );
    assert_eq!(shown[0]["person"]["needs"], CANARIES[6]);
    assert_eq!(shown[0]["person"]["email"], CANARIES[2]);

    let mut found = Vec::new();
    let bytes = search_files(house.flow.folder(), &mut found);
    assert!(
        bytes > 10_000,
        "the log's store and the services' logs were read: {bytes}"
    );
    let (vault, read_model) = house.flow.owner_database_urls();
    for url in [vault, read_model] {
        let rows = search_database(&url, &mut found).await;
        assert!(rows > 3, "rows were read: {rows}");
    }
    let addresses = house.flow.addresses();
    let admins = [
        vec![addresses.gateway_admin, addresses.projection_admin],
        addresses.registration_admins,
    ];
    for admin in admins.concat() {
        let metrics = reqwest::get(format!("{admin}/metrics"))
            .await
            .expect("metrics");
        let metrics = metrics.bytes().await.expect("metrics");
        assert!(!metrics.is_empty());
        found.extend(
            found_in(&metrics)
                .iter()
                .map(|canary| format!("{canary} in {admin}/metrics")),
        );
    }
    assert!(
        house
            .flow
            .logs()
            .contains("/v1/workshops/{workshop}/registrations"),
        "routes are logged as templates"
    );
    assert!(!house.flow.logs().contains(&path), "and never as paths");
    assert_eq!(found, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn every_opening_of_personal_data_is_recorded_before_it_is_shown() {
    let house = House::start().await;
    house.programs().await;
    let workshop = house.workshop(json!({})).await;
    let path = format!("/v1/workshops/{workshop}/registrations");
    let made = house
        .post(&house.office("sh"), &path, &canary())
        .await
        .expect(201);
    house.attendees(&workshop, made.position()).await;
    let (vault, _) = house.flow.owner_database_urls();
    let mut vault = PgConnection::connect(&vault).await.expect("a database");
    let records =
        sqlx::query("SELECT program, route, workshop::text, persons::text FROM access_record");
    let records = records.fetch_all(&mut vault).await.expect("records");
    assert_eq!(records.len(), 1);
    let person = made.body["person"].as_str().expect("an id");
    assert_eq!(
        records[0].get::<Option<String>, _>(0).as_deref(),
        Some("sh")
    );
    assert_eq!(
        records[0].get::<String, _>(1),
        "/v1/workshops/{workshop}/attendees"
    );
    assert_eq!(
        records[0].get::<Option<String>, _>(2).as_deref(),
        Some(workshop.as_str())
    );
    assert_eq!(records[0].get::<String, _>(3), format!("{{{person}}}"));
}
