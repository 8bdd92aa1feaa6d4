//! Lists in their three forms, good ones and bad ones.

use anmeldewerk_contract::problem::Code;
use anmeldewerk_service::body;

use super::*;

const KREIS: &str = r#"{"key":"01053","name":"Herzogtum Lauenburg","kind":"district"}"#;
const MOELLN: &str = r#"{"key":"01053090","name":"Mölln","kind":"town","parent":"01053","valid_from":"1974-03-16","valid_until":null}"#;

fn json(entries: &[&str]) -> Result<Municipalities, Problem> {
    let text = format!(r#"{{"municipalities":[{}]}}"#, entries.join(","));
    let read = body::parse::<ListBody, LIST_BYTES>(text.as_bytes());
    let body = read.expect("well formed").value;
    Sheet::from(body).list()
}

fn csv(text: &str) -> Result<Municipalities, Problem> {
    table(text.as_bytes()).list()
}

fn faults(read: Result<Municipalities, Problem>) -> Vec<(String, String)> {
    let problem = read.expect_err("refused");
    assert_eq!(problem.code(), Code::InvalidBody);
    let errors = problem.field_errors().iter();
    errors
        .map(|error| (error.pointer.clone(), error.code.clone()))
        .collect()
}

fn one(read: Result<Municipalities, Problem>) -> (String, String) {
    let mut faults = faults(read);
    assert_eq!(faults.len(), 1, "{faults:?}");
    faults.remove(0)
}

fn named(pointer: &str, code: &str) -> (String, String) {
    (pointer.to_owned(), code.to_owned())
}

#[test]
fn one_list_in_three_forms_is_the_same_list() {
    let whole = json(&[KREIS, MOELLN]).expect("a list");
    assert_eq!(whole.len(), 2);
    let text = format!("{MOELLN}\r\n\n{KREIS}\n");
    assert_eq!(lines(text.as_bytes()).list().expect("a list"), whole);
    let plain = "key,name,kind,parent,valid_from,valid_until\n\
        01053,Herzogtum Lauenburg,district,,,\n01053090,Mölln,town,01053,1974-03-16,\n";
    let german = "\u{feff}Schlüssel;Name;Art;Kreis;gültig ab;gültig bis\r\n\
        \"01053\";Herzogtum Lauenburg;Landkreis;;;\r\n01053090; Mölln ;Stadt;01053;1974-03-16;\r\n";
    let tabs = "AGS\tArt\tNAME\tU\u{308}bergeordnet\tGültig ab\n\
        01053090\tStadt\tMölln\t01053\t1974-03-16\n01053\tKreis\tHerzogtum Lauenburg\t\t";
    for table in [plain, german, tabs] {
        let list = csv(table).expect("a list");
        assert_eq!(list, whole, "{table}");
        assert_eq!(canonical(&list), canonical(&whole));
    }
}

#[test]
fn a_key_that_has_lost_its_zero_is_refused_by_a_code_of_its_own() {
    let table = "key,name,kind,parent\n1053,Kreis,district,\n1053090,Mölln,town,1053\n\
        1.05E+07,Mölln,town,\n,Mölln,town,\n";
    let expected = [
        named("/lines/2/key", "key_without_zero"),
        named("/lines/3/key", "key_without_zero"),
        named("/lines/3/parent", "key_without_zero"),
        named("/lines/4/key", "invalid_key"),
        named("/lines/5/key", "missing_field"),
    ];
    assert_eq!(faults(csv(table)), expected);
}

#[test]
fn every_fault_of_every_line_is_named() {
    let text = format!(
        "{KREIS}\n{{\"key\":\"01053001\",\"name\":\"\",\"kind\":\"Amt\",\"valid_from\":\"1.1.2019\"}}\n\
         {{\"key\":1053,\"name\":\"A\",\"kind\":\"town\"}}\nnonsense\n\
         {{\"key\":\"01053002\",\"name\":\"B\",\"kind\":\"town\",\"colour\":1}}\n\
         {{\"key\":\"01053003\",\"name\":\"C\",\"kind\":\"town\",\"valid_from\":\"2019-01-02\",\"valid_until\":\"2019-01-01\"}}"
    );
    let mut found = faults(lines(text.as_bytes()).list());
    found.sort();
    let expected = [
        named("/lines/2/kind", "unknown_value"),
        named("/lines/2/name", "invalid_text"),
        named("/lines/2/valid_from", "no_such_time"),
        named("/lines/3/key", "wrong_type"),
        named("/lines/4", "malformed_json"),
        named("/lines/5/colour", "unknown_field"),
        named("/lines/6/valid_until", "ends_before_it_begins"),
    ];
    assert_eq!(found, expected);
}

#[test]
fn what_does_not_hold_together_is_named_by_its_entry() {
    let entry = |key: &str, parent: &str| {
        format!(r#"{{"key":"{key}","name":"A","kind":"town","parent":{parent}}}"#)
    };
    let entries = [
        entry("01053001", r#""01053002""#),
        entry("01053002", r#""01053001""#),
        entry("01053003", r#""01053003""#),
        entry("01053004", r#""99999999""#),
        entry("01053005", "null"),
        entry("01053005", "null"),
    ];
    let entries: Vec<&str> = entries.iter().map(String::as_str).collect();
    let expected = [
        named("/municipalities/0/parent", "circle"),
        named("/municipalities/1/parent", "circle"),
        named("/municipalities/2/parent", "own_parent"),
        named("/municipalities/3/parent", "unknown_parent"),
        named("/municipalities/5/key", "key_twice"),
    ];
    assert_eq!(faults(json(&entries)), expected);
}

#[test]
fn a_table_that_leaves_room_for_doubt_is_refused_at_its_line() {
    let head = "key,name,kind\n";
    let of = |rest: &str| one(csv(&format!("{head}{rest}")));
    let (two, three) = ("/lines/2", "/lines/3");
    let good = "01053001,A,town\n";
    assert_eq!(
        of("01053001,\"A,town\n01053002,B,town\n"),
        named(two, "unclosed_quote")
    );
    assert_eq!(
        of(&format!("{good}01053002,\"B\" C,town")),
        named(three, "stray_quote")
    );
    assert_eq!(of("01053001,B \"C\",town"), named(two, "stray_quote"));
    assert_eq!(
        of(&format!("{good}\n01053002,B")),
        named("/lines/4", "wrong_number_of_values")
    );
    let empty = faults(csv(&format!("{head},,\n")));
    assert_eq!(
        empty[0],
        named("/lines/2/key", "missing_field"),
        "an empty row is none"
    );
    let broken = [
        head.as_bytes(),
        good.as_bytes(),
        b"01053002,M\xf6lln,town\n",
    ]
    .concat();
    assert_eq!(one(table(&broken).list()), named(three, "invalid_utf8"));
    assert_eq!(one(csv("")), named("/lines/1", "missing_header"));
}

#[test]
fn an_apostrophe_before_a_formula_is_ours_and_any_other_the_names() {
    let names = ["'=1", "''=1", "'Mölln", "M'ölln"];
    let rows: Vec<String> = (1..)
        .zip(names)
        .map(|(low, name)| format!("0105300{low},{name},town\n"))
        .collect();
    let rows = rows.concat();
    let list = csv(&format!("key,name,kind\n{rows}")).expect("a list");
    let found: Vec<&str> = list.entries().map(|entry| entry.name.as_str()).collect();
    assert_eq!(found, ["=1", "'=1", "'Mölln", "M'ölln"]);
}

#[test]
fn columns_are_known_by_their_names_and_stand_once() {
    assert_eq!(
        one(csv("key,name\n")),
        named("/lines/1/kind", "missing_column")
    );
    assert_eq!(
        one(csv("key,name,kind,colour\n")),
        named("/lines/1/3", "unknown_column")
    );
    assert_eq!(
        one(csv("key,AGS,name,kind\n")),
        named("/lines/1/key", "column_twice")
    );
    assert_eq!(csv("Kind;Name;Key\n").expect("an empty list").len(), 0);
}

#[test]
fn a_hundred_faults_are_named_and_all_are_counted() {
    let rows = "1053,A,town\n".repeat(150);
    let problem = csv(&format!("key,name,kind\n{rows}")).expect_err("refused");
    assert_eq!(problem.field_errors().len(), 100);
    assert_eq!(problem, problem.clone().with("error_count", 150));
}

#[test]
fn a_list_has_at_most_3_000() {
    let rows = |count: u32| -> Vec<String> {
        (0..count).map(|low| format!("{low:08},A,town\n")).collect()
    };
    assert_eq!(
        csv(&format!("key,name,kind\n{}", rows(3_000).concat()))
            .expect("a list")
            .len(),
        3_000
    );
    let more = csv(&format!("key,name,kind\n{}", rows(3_001).concat()));
    assert_eq!(one(more), named("/lines/3002", "too_many"));
}
