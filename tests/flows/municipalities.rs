//! A program's list of municipalities: stated, read back, refused, and held against who has come.

use std::collections::BTreeMap;

use reqwest::Method;
use serde_json::{Value, json};

use crate::house::{Answer, House, key, registration};

const LIST: &str = "/v1/programs/sh/municipalities";

/// Kreis, three municipalities of it of which one is no more, and one that does not exist yet.
fn list() -> Value {
    let entry = |key: &str, name: &str, kind: &str| json!({"key": key, "name": name, "kind": kind});
    let mut moelln = entry("01053090", "Mölln", "town");
    moelln["parent"] = json!("01053");
    let mut gone = entry("01053001", "Albsfelde; \"alt\"", "municipality");
    gone["parent"] = json!("01053");
    gone["valid_until"] = json!("2018-12-31");
    let mut coming = entry("01053999", "Neuland", "municipality");
    coming["valid_from"] = json!("9998-01-01");
    json!({"municipalities": [
        entry("01053", "Herzogtum Lauenburg", "district"), moelln, gone, coming,
        entry("01002000", "Kiel", "independent_city"),
    ]})
}

async fn put(house: &House, token: &str, media_type: &str, body: impl Into<Vec<u8>>) -> Answer {
    let key = key();
    put_with(house, (token, &key), media_type, body).await
}

async fn put_with(
    house: &House,
    (token, key): (&str, &str),
    media_type: &str,
    body: impl Into<Vec<u8>>,
) -> Answer {
    let bearer = format!("Bearer {token}");
    let headers = [
        ("authorization", bearer.as_str()),
        ("idempotency-key", key),
        ("content-type", media_type),
    ];
    let sent = house.send(Method::PUT, LIST, &headers, body.into()).await;
    sent.expect("the gateway answers")
}

fn counts(answer: &Answer) -> (u64, u64) {
    let count = |name: &str| answer.body[name].as_u64().expect("a count");
    (count("stated"), count("removed"))
}

fn faults(answer: &Answer) -> Vec<(String, String)> {
    let errors = answer.body["errors"].as_array().expect("errors");
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let each = errors.iter();
    each.map(|error| (text(&error["pointer"]), text(&error["code"])))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_stated_read_back_and_stated_again_in_every_form() {
    let house = House::start().await;
    house.programs().await;
    let office = house.office("sh");
    let same = key();
    let first = put_with(
        &house,
        (&office, &same),
        "application/json",
        list().to_string(),
    );
    let first = first.await.expect(200);
    assert_eq!(counts(&first), (5, 0));
    let at = first.position();

    let listed = house
        .get_at(&house.feeder("mv"), LIST, at)
        .await
        .expect(200);
    let items = listed.body["items"].as_array().expect("items");
    let keys: Vec<&str> = items
        .iter()
        .filter_map(|item| item["key"].as_str())
        .collect();
    let expected = ["01002000", "01053", "01053001", "01053090", "01053999"];
    assert_eq!(keys, expected);
    assert_eq!(items[2]["valid_until"], "2018-12-31");
    assert!(items.iter().all(|item| item["version"] == at));
    assert!(!listed.header("etag").is_empty());

    // Part by part.
    let mut found = Vec::new();
    let mut path = format!("{LIST}?limit=2");
    loop {
        let part = house.get_at(&office, &path, at).await.expect(200);
        found.extend(part.body["items"].as_array().expect("items").clone());
        let Some(next) = part.body["next"].as_str() else {
            break;
        };
        assert!(part.header("link").contains(next));
        path = format!("{LIST}?limit=2&after={next}");
    }
    assert_eq!(&found, items);

    // What is given as a whole is read back as the same list.
    for (format, media_type) in [("csv", "text/csv"), ("ndjson", "application/x-ndjson")] {
        let whole = house
            .get_at(&office, &format!("{LIST}?format={format}"), at)
            .await;
        let whole = whole.expect(200);
        assert!(whole.header("content-type").starts_with(media_type));
        assert_eq!(whole.header("log-position").parse::<u64>().ok(), Some(at));
        let again = put(&house, &office, media_type, whole.text.clone()).await;
        let again = again.expect(200);
        assert_eq!((counts(&again), again.position()), ((0, 0), at), "{format}");
        // The first command in another form is the first command.
        let replay = put_with(&house, (&office, &same), media_type, whole.text).await;
        let replay = replay.expect(200);
        assert_eq!(replay.header("idempotency-replayed"), "true", "{format}");
        assert_eq!((counts(&replay), replay.position()), ((5, 0), at));
    }
    let other = put_with(&house, (&office, &same), "text/csv", "key,name,kind\n").await;
    other.expect_problem(422, "idempotency_key_reused");

    // A list in German, with one entry less and one that says something else.
    let german = "\u{feff}Schlüssel;Name;Art;Kreis;gültig ab;gültig bis\r\n\
        01053;Herzogtum Lauenburg;Landkreis;;;\r\n01053090;Mölln an den Seen;Stadt;01053;;\r\n\
        01053001;\"Albsfelde; \"\"alt\"\"\";Gemeinde;01053;;2018-12-31\r\n\
        01002000;Kiel;kreisfreie Stadt;;;\r\n";
    let next = put(&house, &office, "text/csv; charset=utf-8", german).await;
    let next = next.expect(200);
    assert_eq!(counts(&next), (1, 1));
    let listed = house
        .get_at(&office, LIST, next.position())
        .await
        .expect(200);
    let items = listed.body["items"].as_array().expect("items");
    let names: Vec<&str> = items
        .iter()
        .filter_map(|item| item["name"].as_str())
        .collect();
    let expected = [
        "Kiel",
        "Herzogtum Lauenburg",
        "Albsfelde; \"alt\"",
        "Mölln an den Seen",
    ];
    assert_eq!(names, expected);
    let program = house
        .get_at(&office, "/v1/programs/sh", next.position())
        .await;
    assert_eq!(program.expect(200).body["name"], "Schleswig-Holstein");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_is_wrong_changes_nothing_and_says_where() {
    let house = House::start().await;
    house.programs().await;
    let office = house.office("sh");
    let at = put(&house, &office, "application/json", list().to_string()).await;
    let at = at.expect(200).position();
    let csv = async |rows: &str| {
        let table = format!("key,name,kind,parent\n{rows}");
        let answer = put(&house, &office, "text/csv", table).await;
        faults(&answer.expect_problem(422, "invalid_body"))
    };
    let named = |pointer: &str, code: &str| (pointer.to_owned(), code.to_owned());
    let zero = csv("1053,Kreis,district,\n01053001,A,Amt,\n1053002,B,town,1053\n").await;
    let expected = [
        named("/lines/2/key", "key_without_zero"),
        named("/lines/3/kind", "unknown_value"),
        named("/lines/4/key", "key_without_zero"),
        named("/lines/4/parent", "key_without_zero"),
    ];
    assert_eq!(zero, expected);
    let twice = csv("01053,A,district,\n01053,A,district,\n").await;
    assert_eq!(twice, [named("/lines/3/key", "key_twice")]);
    let circle = csv("01053001,A,town,01053002\n01053002,B,town,01053001\n").await;
    let expected = ["/lines/2/parent", "/lines/3/parent"].map(|place| named(place, "circle"));
    assert_eq!(circle, expected);
    let unclosed = csv("01053001,\"A,town,\n01053002,B,town,\n").await;
    assert_eq!(unclosed, [named("/lines/2", "unclosed_quote")]);
    let rows: Vec<String> = (0..3_001)
        .map(|low| format!("{low:08},A,town,\n"))
        .collect();
    assert_eq!(
        csv(&rows.concat()).await,
        [named("/lines/3002", "too_many")]
    );
    let long =
        "Samtgemeinde mit einem Namen, den sich niemand merken kann, auch nicht in der Heide";
    let rows: Vec<String> = (0..3_000)
        .map(|low| format!("{low:08},\"{long}\",town,\n"))
        .collect();
    assert_eq!(csv(&rows.concat()).await, [named("", "too_large")]);

    let broken = put(
        &house,
        &office,
        "text/csv",
        b"key,name,kind\n01053,M\xf6lln,town\n",
    )
    .await;
    let broken = broken.expect_problem(422, "invalid_body");
    assert_eq!(faults(&broken), [named("/lines/2", "invalid_utf8")]);
    let large = put(&house, &office, "text/csv", vec![b'a'; 4 * 1024 * 1024 + 1]).await;
    let large = large.expect_problem(413, "body_too_large");
    assert_eq!(large.body["limit_bytes"], 4 * 1024 * 1024);
    let odd = put(&house, &office, "text/plain", "key").await;
    odd.expect_problem(415, "unsupported_media_type");
    let latin = put(&house, &office, "text/csv; charset=iso-8859-1", "key").await;
    latin.expect_problem(415, "unsupported_media_type");

    // A foreign list is as one that does not exist, and a program's system keeps none.
    let stranger = put(&house, &house.office("mv"), "text/csv", "key,name,kind\n").await;
    let stranger = stranger.expect_problem(404, "not_found");
    let path = "/v1/programs/nobody/municipalities";
    let missing = house.put(&house.office("mv"), path, &list()).await;
    let missing = missing.expect_problem(404, "not_found");
    assert_eq!(stranger.body["title"], missing.body["title"]);
    let feeder = put(&house, &house.feeder("sh"), "text/csv", "key,name,kind\n").await;
    feeder.expect_problem(403, "forbidden");
    house
        .get(&office, path)
        .await
        .expect_problem(404, "not_found");

    let listed = house.get_at(&office, LIST, at).await.expect(200);
    assert_eq!(listed.position(), at, "nothing was decided");
    assert_eq!(listed.body["items"].as_array().map(Vec::len), Some(5));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_names_municipalities_and_tells_from_where_nobody_comes() {
    let house = House::start().await;
    house.programs().await;
    let office = house.office("sh");
    let listed = put(&house, &office, "application/json", list().to_string()).await;
    listed.expect(200);
    let workshop = house.workshop(json!({})).await;
    let path = format!("/v1/workshops/{workshop}/registrations");
    let mut last = 0;
    for (who, municipality) in ["01053", "01053001", "01053777"].into_iter().enumerate() {
        let mut body = registration("sh", who);
        body["municipality"] = json!(municipality);
        let made = house.post(&house.feeder("sh"), &path, &body).await;
        last = made.expect(201).position();
    }
    let foreign = registration("mv", 9);
    let made = house.post(&house.feeder("mv"), &path, &foreign).await;
    last = last.max(made.expect(201).position());

    let asked = format!("/v1/reports/municipalities?workshop={workshop}");
    let report = house.get_at(&office, &asked, last).await.expect(200).body;
    let rows = report["rows"].as_array().expect("rows");
    let told: BTreeMap<&str, (&Value, &Value, &Value)> = rows
        .iter()
        .map(|row| {
            let said = [
                "municipality_status",
                "municipality_name",
                "municipality_kind",
            ];
            let [status, name, kind] = said.map(|name| &row[name]);
            (
                row["municipality"].as_str().expect("a key"),
                (status, name, kind),
            )
        })
        .collect();
    let null = Value::Null;
    let expected = [
        (
            "01053",
            json!("known"),
            json!("Herzogtum Lauenburg"),
            json!("district"),
        ),
        (
            "01053001",
            json!("abolished"),
            json!("Albsfelde; \"alt\""),
            json!("municipality"),
        ),
        ("01053777", json!("unknown"), null.clone(), null.clone()),
        ("13071107", json!("unknown"), null.clone(), null.clone()),
    ];
    for (key, status, name, kind) in &expected {
        assert_eq!(told[key], (status, name, kind), "{key}");
    }
    assert_eq!(told.len(), expected.len());

    let places = &report["places"];
    let sums = |part: &str, name: &str| -> Vec<(Value, Value, Value)> {
        let entries = places[part].as_array().expect("entries");
        let each = entries.iter();
        each.map(|one| {
            (
                one[name].clone(),
                one["figures"]["confirmed"].clone(),
                one["of"].clone(),
            )
        })
        .collect()
    };
    let expected = [
        (null.clone(), json!(1), json!(1)),
        (json!("Herzogtum Lauenburg"), json!(3), json!(3)),
    ];
    assert_eq!(sums("districts", "district_name"), expected);
    let expected = [
        (json!("Mecklenburg-Vorpommern"), json!(1), json!(1)),
        (json!("Schleswig-Holstein"), json!(3), json!(3)),
    ];
    assert_eq!(sums("lands", "land_name"), expected);

    // Valid on the workshop's first day are Kiel, Mölln and the Kreis, from which somebody comes.
    let spots = &places["white_spots"];
    let year = report["rows"][0]["first_day"].as_str().expect("a day");
    assert_eq!(spots["day"], year);
    assert_eq!(
        spots["programs"],
        json!([{"program": "sh", "white": 2, "of": 3}])
    );
    let items = spots["items"].as_array().expect("items");
    let keys: Vec<&str> = items
        .iter()
        .filter_map(|item| item["municipality"].as_str())
        .collect();
    assert_eq!(keys, ["01002000", "01053090"]);
    assert_eq!(items[1]["name"], "Mölln");
    assert_eq!(items[1]["district_name"], "Herzogtum Lauenburg");
    assert_eq!(items[1]["land_name"], "Schleswig-Holstein");

    // Every sum opens, and lists as many as it says.
    for part in ["districts", "lands"] {
        for one in places[part].as_array().expect("entries") {
            let address = one["rows"]["confirmed"].as_str().expect("an address");
            let behind = house.get_at(&office, address, last).await.expect(200);
            let count = behind.body["items"].as_array().map(Vec::len);
            assert_eq!(
                count.map(|count| json!(count)).as_ref(),
                Some(&one["figures"]["confirmed"])
            );
        }
    }
    // Without a workshop the day is that of the last decision; a foreign program sees nothing of it.
    let all = house
        .get_at(&office, "/v1/reports/municipalities", last)
        .await
        .expect(200);
    assert!(all.body["places"]["white_spots"]["day"].is_string());
    let others = house
        .get_at(&house.office("hh"), "/v1/reports/municipalities", last)
        .await;
    let others = others.expect(200);
    assert_eq!(others.body["places"]["white_spots"]["items"], json!([]));
    assert_eq!(others.body["rows"], json!([]));
}
