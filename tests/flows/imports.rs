//! Imports: an office's file, answered row by row; tried out first, sent twice, and with one row changed.

use reqwest::Method;
use rust_xlsxwriter::Workbook;
use serde_json::{Value, json};

use crate::house::{Answer, House};

struct Office {
    house: House,
    workshop: String,
}

/// What a file was answered: as what it was read, its rows, and the last line.
struct Told {
    file: Value,
    rows: Vec<Value>,
    last: Value,
}

impl Told {
    fn of(answer: &Answer) -> Self {
        let lines = answer.text.lines();
        let mut lines: Vec<Value> = lines
            .map(|line| serde_json::from_str(line).expect("a line of JSON"))
            .collect();
        let last = lines.pop().expect("a last line");
        let file = lines.remove(0);
        Self {
            file: file["file"].clone(),
            rows: lines,
            last,
        }
    }

    /// Gives each row's line, what became of it, and why not.
    fn outcomes(&self) -> Vec<(u64, &str, &str)> {
        let rows = self.rows.iter().map(|row| {
            let problem = &row["problem"];
            let why = problem["errors"][0]["code"].as_str();
            let why = why.or(problem["code"].as_str()).or(row["reason"].as_str());
            (
                row["line"].as_u64().expect("a line"),
                row["outcome"].as_str().expect("an outcome"),
                why.unwrap_or(""),
            )
        });
        rows.collect()
    }
}

const CSV: &str = "text/csv";
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

impl Office {
    async fn open(settings: Value) -> Self {
        let house = House::start().await;
        house.programs().await;
        let workshop = house.workshop(settings).await;
        Self { house, workshop }
    }

    async fn send(&self, query: &str, form: &str, file: &[u8]) -> Answer {
        let bearer = format!("Bearer {}", self.house.office("sh"));
        let headers = [("authorization", bearer.as_str()), ("content-type", form)];
        let path = format!("/v1/workshops/{}/imports{query}", self.workshop);
        let sent = self
            .house
            .send(Method::POST, &path, &headers, file.to_vec());
        sent.await.expect("answered")
    }

    async fn import(&self, query: &str, form: &str, file: &[u8]) -> Told {
        Told::of(&self.send(query, form, file).await.expect(200))
    }

    /// Gives how far the log is, as a draft of a new workshop tells.
    async fn position(&self) -> u64 {
        self.house.draft_at(json!({})).await.1
    }
}

/// A list as an office keeps it: a title, a head with a comma, a shared mailbox, somebody twice, sums, and odd rows.
const LIST: &str = "Anmeldungen zur Werkstatt;;;;;;\r\n\r\n\
    Aktenzeichen;Name, Vorname;E-Mail;AGS;Telefon;1. Wunsch;Bemerkung\r\n\
    SH-1;von der Heide, Anke;anke@example.org;1053;04542 803-0;Die eigene Rolle;\r\n\
    SH-2;\"Jansen, Ole\";ole@example.org;01053090;;diskurs;\"kommt\r\nspäter\"\r\n\
    SH-3;Petersen, Jens;jens@example.org;1,05309E+06;;;\r\n\
    SH-4;Maike Thomsen;maike@example.org;01053;;;\r\n\
    SH-5;N.N.;;01053;;;\r\n\
    Zwischensumme: 5;;;;;;\r\n\
    Aktenzeichen;Name, Vorname;E-Mail;AGS;Telefon;1. Wunsch;Bemerkung\r\n\
    SH-6;Lorenz, Eva;eva@example.org;01053;;kein Thema;\r\n\
    SH-7;Anders, Anke;anke@example.org;01053;;;\r\n\
    ;Ohne, Zeichen;ohne@example.org;01053;;;\r\n\
    SH-8;von der Heide, Anke;Anke@Example.org;01053;;;\r\n\
    Summe;;8;;;;\r\n";

fn expected(new: &str) -> Vec<(u64, &str, &str)> {
    vec![
        (1, "passed_over", "before_header"),
        (4, new, ""),
        (5, new, ""),
        (7, "refused", "rounded_number"),
        (8, "refused", "name_unclear"),
        (9, new, ""),
        (10, "passed_over", "summary_row"),
        (11, "passed_over", "header_again"),
        (12, "refused", "unknown_topic"),
        (13, new, ""),
        (14, "refused", "missing_field"),
        (15, "refused", "duplicate_registration"),
        (16, "passed_over", "summary_row"),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_tried_out_taken_and_changes_nothing_when_it_is_sent_again() {
    let office = Office::open(json!({"capacity": 3})).await;
    let before = office.position().await;
    let tried = office
        .import("?privacy_notice=1&dry_run=true", CSV, LIST.as_bytes())
        .await;
    assert_eq!(tried.outcomes(), expected("registered"));
    let states = |told: &Told| -> Vec<Value> {
        let rows = told.rows.iter().filter(|row| row["state"].is_string());
        rows.map(|row| json!([row["state"], row["waitlist_place"]]))
            .collect()
    };
    let seats = [
        json!(["confirmed", null]),
        json!(["confirmed", null]),
        json!(["confirmed", null]),
        json!(["waitlisted", 1]),
    ];
    assert_eq!(states(&tried), seats, "each on what those before have left");
    assert_eq!(tried.last["summary"]["position"], Value::Null);
    assert_eq!(office.position().await, before + 1, "nothing was written");

    let taken = office
        .import("?privacy_notice=1", CSV, LIST.as_bytes())
        .await;
    assert_eq!(taken.outcomes(), expected("registered"));
    assert_eq!(states(&taken), seats, "it came as it was said");
    assert_eq!(taken.file, tried.file);
    assert_eq!(taken.file["format"], "csv");
    assert_eq!(taken.file["encoding"], "utf-8");
    assert_eq!(taken.file["delimiter"], ";");
    assert_eq!(taken.file["header"], 3);
    let fields = taken.file["columns"].as_array().expect("columns");
    let fields: Vec<&Value> = fields.iter().map(|column| &column["field"]).collect();
    let known = json!([
        "reference",
        "full_name",
        "email",
        "municipality",
        "phone",
        "wish_1",
        null
    ]);
    assert_eq!(json!(fields), known);
    let position = taken.last["summary"]["position"]
        .as_u64()
        .expect("a position");
    let shown = office.house.attendees(&office.workshop, position).await;
    assert_eq!(shown.len(), 4);
    let anke = shown
        .iter()
        .filter(|row| row["person"]["email"] == "anke@example.org");
    let anke: Vec<[&Value; 2]> = anke
        .map(|row| [&row["person"]["family_name"], &row["municipality"]])
        .collect();
    assert_eq!(anke.len(), 2, "two who share a mailbox are two");
    assert!(
        anke.contains(&[&json!("von der Heide"), &json!("01053")]),
        "{anke:?}"
    );

    for query in ["?privacy_notice=1&dry_run=true", "?privacy_notice=1"] {
        let again = office.import(query, CSV, LIST.as_bytes()).await;
        assert_eq!(again.outcomes(), expected("unchanged"), "{query}");
    }
    let changed = LIST.replace("04542 803-0", "04542 803-1");
    for query in ["?privacy_notice=1&dry_run=true", "?privacy_notice=1"] {
        let amended = office.import(query, CSV, changed.as_bytes()).await;
        let mut one = expected("unchanged");
        one[1] = (4, "amended", "");
        assert_eq!(amended.outcomes(), one, "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_list_in_any_form_is_the_same_list() {
    let office = Office::open(json!({})).await;
    let rows = [
        ["Aktenzeichen", "Nachname", "Vorname", "E-Mail", "AGS"],
        ["SH-1", "Grüßer", "Jörg", "joerg@example.org", "01053090"],
        ["SH-2", "Öhring", "Änne", "aenne@example.org", "01053"],
    ];
    let text = |between: &str| rows.map(|row| row.join(between)).join("\r\n");
    let utf16: Vec<u8> = format!("\u{feff}{}", text(";"))
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let windows: Vec<u8> = text(",")
        .chars()
        .map(|letter| u8::try_from(u32::from(letter)).expect("of one byte"))
        .collect();
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (line, row) in (4..).zip(rows) {
        for (column, value) in (0..).zip(row) {
            // A program for tables has taken the key for a number.
            match value {
                "01053090" => sheet.write(line, column, 1_053_090),
                value => sheet.write(line, column, value),
            }
            .expect("a cell");
        }
    }
    let book = book.save_to_buffer().expect("a workbook");
    let forms = [
        (CSV, text(";").into_bytes()),
        ("application/vnd.ms-excel", text("\t").into_bytes()),
        ("text/csv; charset=iso-8859-1", windows),
        ("application/octet-stream", utf16),
        (XLSX, book.clone()),
        ("application/octet-stream", book),
    ];
    for (index, (form, file)) in forms.iter().enumerate() {
        let told = office.import("?privacy_notice=1", form, file).await;
        let new = if index == 0 {
            "registered"
        } else {
            "unchanged"
        };
        let outcomes: Vec<&str> = told
            .outcomes()
            .into_iter()
            .map(|(_, what, _)| what)
            .collect();
        assert_eq!(outcomes, [new, new], "{form}, the {index}. form");
    }
    let lines = json!({
        "program": "sh", "municipality": "01053", "source_reference": "SH-2", "privacy_notice": 1,
        "person": {"family_name": "Öhring", "given_name": "Änne", "email": "aenne@example.org"},
    });
    let lines = format!("{lines}\n");
    let answer = office
        .send("", "application/x-ndjson", lines.as_bytes())
        .await
        .expect(200);
    assert!(
        answer
            .text
            .starts_with(r#"{"line":1,"reference":"SH-2","outcome":"unchanged""#)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_file_does_not_say_is_said_with_it_and_files_that_cannot_be_read_are_refused_whole()
{
    let office = Office::open(json!({})).await;
    let odd = "Wer?;Zeichen;Gebiet;Post\nHeide, Anke;SH-1;01053;anke@example.org\n";
    let refused = office.send("?privacy_notice=1", CSV, odd.as_bytes()).await;
    let refused = refused.expect_problem(422, "invalid_body");
    assert_eq!(refused.body["errors"][0]["code"], "missing_header");
    let mapping =
        r#"{"Wer?":"full_name","Zeichen":"reference","Gebiet":"municipality","Post":"email"}"#;
    let mapping: Vec<String> = mapping.bytes().map(|byte| format!("%{byte:02x}")).collect();
    let mapping = mapping.concat();
    let query = format!("?privacy_notice=1&mapping={mapping}");
    let told = office.import(&query, CSV, odd.as_bytes()).await;
    assert_eq!(told.outcomes(), [(2, "registered", "")]);
    // Which notice was seen is never guessed.
    let unseen = office
        .import(&format!("?mapping={mapping}"), CSV, odd.as_bytes())
        .await;
    assert_eq!(unseen.outcomes(), [(2, "refused", "missing_field")]);

    let codes: [(&[u8], &str); 6] = [
        (b"", "empty_file"),
        (b"<html><table>", "html"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old_workbook"),
        (b"PK\x03\x04", "damaged_workbook"),
        (b"Name;Vorname,E-Mail\nHeide;Anke,x\n", "delimiter_unclear"),
        (
            b"Nachname;Vorname;E-Mail;Mail\nHeide;Anke;a@example.org;b@example.org\n",
            "column_twice",
        ),
    ];
    for (file, code) in codes {
        let refused = office.send("?privacy_notice=1", XLSX, file).await;
        let refused = refused.expect_problem(422, "invalid_body");
        assert_eq!(refused.body["errors"][0]["code"], code);
    }
    for odd in [
        "?dry_run=perhaps",
        "?encoding=latin",
        "?delimiter=x",
        "?header=0",
        "?mapping=x",
        "?other=1",
    ] {
        let refused = office.send(odd, CSV, LIST.as_bytes()).await;
        refused.expect_problem(400, "invalid_query");
    }
    let refused = office.send("", "application/pdf", LIST.as_bytes()).await;
    refused.expect_problem(415, "unsupported_media_type");
    let large = vec![b'x'; 10 * 1024 * 1024 + 1];
    let refused = office.send("", CSV, &large).await;
    refused.expect_problem(413, "body_too_large");
}
