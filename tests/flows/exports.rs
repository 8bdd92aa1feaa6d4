//! Registrations as files.

use anmeldewerk_stack::token::Role;
use reqwest::Method;
use serde_json::{Value, json};
use sqlx::{Connection, PgConnection, Row};

use crate::house::{Answer, House, registration};

const ROUTE: &str = "/v1/exports/attendees";

/// A workshop with somebody of each program, one of them waiting, and one with a nasty name.
struct Course {
    house: House,
    workshop: String,
    position: u64,
}

impl Course {
    async fn start() -> Self {
        let house = House::start().await;
        house.programs().await;
        let workshop = house.workshop(json!({"capacity": 2})).await;
        let path = format!("/v1/workshops/{workshop}/registrations");
        let mut nasty = registration("sh", 1);
        nasty["person"] = json!({
            "salutation": "Frau", "given_name": "=HYPERLINK(\"https://a.example\")",
            "family_name": "von; der \"Heide\", 🙂", "phone": "04542 803-0", "needs": "vegan\nlaktosefrei",
        });
        house
            .post(&house.office("sh"), &path, &nasty)
            .await
            .expect(201);
        let mut position = 0;
        for who in 2..4 {
            let registered = house
                .post(&house.office("mv"), &path, &registration("mv", who))
                .await;
            position = registered.expect(201).position();
        }
        Self {
            house,
            workshop,
            position,
        }
    }

    /// Exports what the workshop has, as of the last registration.
    async fn export(&self, token: &str, query: &str) -> Answer {
        let query = format!("{query}&workshop={}", self.workshop);
        self.export_all(token, &query).await
    }

    async fn export_all(&self, token: &str, query: &str) -> Answer {
        let path = format!("{ROUTE}?{query}");
        self.house.get_at(token, &path, self.position).await
    }

    fn host(&self) -> String {
        self.house.office("sh")
    }
}

fn lines(answer: &Answer) -> Vec<Value> {
    let lines = answer.text.lines();
    lines
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn separated_values_hold_everybody_as_of_one_position_and_calculate_nothing() {
    let course = Course::start().await;
    let answer = course
        .export(&course.host(), "format=csv")
        .await
        .expect(200);
    let position = answer.position();
    assert!(position >= course.position);
    assert_eq!(
        answer.header("content-type"),
        "text/csv; charset=utf-8; header=present"
    );
    assert_eq!(answer.header("cache-control"), "private, no-store");
    let name = format!(
        "attachment; filename=\"anmeldungen-werkstatt-stand-{position}.csv\"; \
         filename*=UTF-8''Anmeldungen%20Werkstatt%20%E2%80%9EWandel%E2%80%9C%2C%20Stand%20{position}.csv"
    );
    assert_eq!(answer.header("content-disposition"), name);
    let mut rows = answer.text.split("\r\n");
    let heads = "Nummer,Veranstaltung,Programm,Gemeindeschlüssel,Status,Warteplatz,Anrede,Titel,Vorname,Nachname,\
                 Funktion,Organisation,E-Mail,Telefon,Bedarfe,Aktenzeichen,Wunsch 1,Wunsch 2,Thema,Thema (2. Durchgang),Anwesend,Minuten,Eingegangen,Person,\
                 Registrierung,Position";
    assert_eq!(rows.next(), Some(heads));
    let first = rows.next().expect("a row");
    let stated = "Werkstatt „Wandel“,sh,01053,bestätigt,,Frau,,\"'=HYPERLINK(\"\"https://a.example\"\")\",\
                  \"von; der \"\"Heide\"\", 🙂\",,,,04542 803-0,\"vegan\nlaktosefrei\",sh-1,rolle,diskurs,";
    assert!(first.contains(stated), "{first}");
    assert!(first.ends_with(&format!(",{position}")), "{first}");
    let second = rows.next().expect("a row");
    assert!(second.contains(",mv,13071107,bestätigt,,"), "{second}");
    let third = rows.next().expect("a row");
    assert!(third.contains(",mv,13071107,Warteliste,1,"), "{third}");
    assert_eq!((rows.next(), rows.next()), (Some(""), None));

    let excel = course
        .export(&course.host(), "format=csv&dialect=excel-de")
        .await
        .expect(200);
    assert!(
        excel.text.starts_with("\u{feff}Nummer;Veranstaltung;"),
        "{}",
        excel.text
    );
    assert_eq!(excel.text.matches("\r\n").count(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_sees_in_a_file_what_they_see_in_a_list() {
    let course = Course::start().await;
    let (host, other) = (course.host(), course.house.office("mv"));
    let listed = format!("/v1/workshops/{}/attendees", course.workshop);
    for token in [&host, &other] {
        let exported = course.export(token, "format=ndjson").await.expect(200);
        let position = exported.position();
        let list = course
            .house
            .get_at(token, &listed, course.position)
            .await
            .expect(200);
        let mut items = list.body["items"].as_array().expect("items").clone();
        for item in &mut items {
            item["position"] = position.into();
            // What keeps people waiting is said in lists alone.
            item["waits_for"] = Value::Null;
        }
        assert_eq!(lines(&exported), items);
    }

    let feeder = course.house.feeder("mv");
    let fed = lines(&course.export(&feeder, "format=ndjson").await.expect(200));
    assert_eq!(fed.len(), 2);
    assert!(fed.iter().all(|line| line["person"].get("needs").is_none()));
    course
        .export(&feeder, "format=ndjson&program=sh")
        .await
        .expect_problem(403, "forbidden");

    let auditor = course.house.flow.token_without_program(Role::Auditor);
    let audited = course.export(&auditor, "format=csv").await.expect(200);
    for personal in [
        "Frau",
        "Heide",
        "Anke",
        "803-0",
        "vegan",
        "sh-1",
        "@example.org",
    ] {
        assert!(!audited.text.contains(personal), "{personal}");
    }
    assert_eq!(audited.text.matches("bestätigt").count(), 2);

    for (query, expected) in [
        ("state=waitlisted", 1),
        ("program=mv", 2),
        ("state=cancelled", 0),
    ] {
        let query = format!("format=ndjson&{query}");
        let exported = course.export(&host, &query).await.expect(200);
        assert_eq!(lines(&exported).len(), expected, "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_workshop_a_program_has_its_own_people_everywhere() {
    let mut course = Course::start().await;
    let host = course.host();
    let second = course.house.workshop(json!({"title": "Zweite"})).await;
    let path = format!("/v1/workshops/{second}/registrations");
    for program in ["sh", "mv"] {
        let office = course.house.office(program);
        let registered = course
            .house
            .post(&office, &path, &registration(program, 9))
            .await;
        course.position = registered.expect(201).position();
    }
    for (token, expected) in [(host, 2), (course.house.office("mv"), 3)] {
        let answer = course.export_all(&token, "format=csv").await.expect(200);
        assert_eq!(answer.text.matches("\r\n").count(), 1 + expected);
        assert_eq!(answer.text.matches(",Zweite,").count(), 1);
        let name = answer.header("content-disposition").to_owned();
        assert!(name.contains("anmeldungen-alle-stand-"), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_see_no_persons_gets_no_file() {
    let course = Course::start().await;
    let reporter = course.house.flow.token("sh", Role::Reporter);
    course
        .export(&reporter, "format=csv")
        .await
        .expect_problem(403, "forbidden");
    course
        .export(&course.house.operator(), "format=csv")
        .await
        .expect_problem(403, "forbidden");
    let stranger = course.house.send(Method::GET, ROUTE, &[], Vec::new()).await;
    stranger
        .expect("answered")
        .expect_problem(401, "token_missing");
    let (draft, made_at) = course.house.draft_at(json!({})).await;
    let path = format!("{ROUTE}?format=csv&workshop={draft}");
    let own = course.house.get_at(&course.host(), &path, made_at).await;
    own.expect(200);
    let guest = course.house.office("mv");
    let foreign = course.house.get_at(&guest, &path, made_at).await;
    foreign.expect_problem(404, "not_found");
    for query in [
        "",
        "format=pdf",
        "format=csv&dialect=excel",
        "format=xlsx&dialect=excel-de",
        "format=csv&state=there",
        "format=csv&limit=5",
    ] {
        course
            .export_all(&course.host(), query)
            .await
            .expect_problem(400, "invalid_query");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_look_is_recorded_for_a_whole_file_and_none_for_its_head() {
    let course = Course::start().await;
    let bearer = format!("Bearer {}", course.host());
    let headers = [
        ("authorization", bearer.as_str()),
        ("aw-purpose", "Namensschilder"),
    ];
    let path = format!(
        "{ROUTE}?format=xlsx&workshop={}&min_position={}",
        course.workshop, course.position
    );
    let waiting = [&headers[..], &[("prefer", "wait=10")]].concat();
    let head = course
        .house
        .send(Method::HEAD, &path, &waiting, Vec::new())
        .await;
    head.expect("answered").expect(200);
    let book = course
        .house
        .send(Method::GET, &path, &waiting, Vec::new())
        .await;
    book.expect("answered").expect(200);
    let auditor = course.house.flow.token_without_program(Role::Auditor);
    course.export(&auditor, "format=csv").await.expect(200);

    let (vault, _) = course.house.flow.owner_database_urls();
    let mut vault = PgConnection::connect(&vault).await.expect("a database");
    let records =
        "SELECT route, purpose, workshop::text, cardinality(persons) AS persons FROM access_record";
    let records = sqlx::query(records)
        .fetch_all(&mut vault)
        .await
        .expect("records");
    assert_eq!(records.len(), 1);
    let text = |column: &str| records[0].get::<String, _>(column);
    assert_eq!(text("route"), ROUTE);
    assert_eq!(text("purpose"), "Namensschilder");
    assert_eq!(text("workshop"), course.workshop);
    assert_eq!(records[0].get::<i32, _>("persons"), 3);
}

/// Asks for a file as the host, as of the last registration.
async fn file(course: &Course, format: &str, (name, value): (&str, &str)) -> reqwest::Response {
    let path = format!("{ROUTE}?format={format}&workshop={}", course.workshop);
    let path = format!("{path}&min_position={}", course.position);
    let url = format!("{}{path}", course.house.flow.gateway_url());
    let client = reqwest::Client::new();
    let asked = client.get(url).bearer_auth(course.host());
    let asked = asked.header("prefer", "wait=10").header(name, value);
    let answer = asked.send().await.expect("an answer");
    assert_eq!(answer.status(), 200);
    answer
}

#[tokio::test(flavor = "multi_thread")]
async fn a_packed_file_is_whole_too() {
    let course = Course::start().await;
    for format in ["csv", "ndjson"] {
        let plain = file(&course, format, ("accept-encoding", "identity")).await;
        let plain = plain.bytes().await.expect("a whole answer");
        let packed = file(&course, format, ("accept-encoding", "gzip")).await;
        assert_eq!(packed.headers()["content-encoding"], "gzip");
        let packed = packed.bytes().await.expect("a whole answer");
        // A packed file ends with the length of what is in it (RFC 1952, section 2.3.1).
        let length = packed.last_chunk().map(|end| u32::from_le_bytes(*end));
        assert_eq!(length, u32::try_from(plain.len()).ok(), "{format}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workbook_is_one() {
    let course = Course::start().await;
    let answer = file(&course, "xlsx", ("accept", "*/*")).await;
    let media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    assert_eq!(answer.headers()["content-type"], media_type);
    let book = answer.bytes().await.expect("a whole answer");
    assert!(book.starts_with(b"PK\x03\x04"));
    for part in [
        "xl/worksheets/sheet1.xml",
        "xl/worksheets/sheet2.xml",
        "docProps/custom.xml",
    ] {
        assert!(
            book.windows(part.len())
                .any(|bytes| bytes == part.as_bytes()),
            "{part}"
        );
    }
}
