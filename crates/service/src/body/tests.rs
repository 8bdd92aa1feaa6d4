use std::collections::BTreeMap;

use anmeldewerk_contract::problem::FieldError;
use axum::http::{HeaderMap, HeaderValue, header};
use serde::Deserialize;
use serde_json::Value;

use super::{COMMAND_BYTES, is_json, media_type, parse};

#[derive(Debug, Deserialize)]
#[allow(dead_code, reason = "read only through its errors")]
struct Submission {
    person: Person,
    #[serde(default)]
    wishes: Vec<Wish>,
    #[serde(default)]
    free: BTreeMap<String, Value>,
}

#[derive(Debug, Deserialize)]
#[allow(dead_code, reason = "read only through its errors")]
struct Person {
    given_name: String,
    kind: Option<Kind>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Office,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "read only through its errors")]
struct Wish {
    slot: u8,
}

fn errors(body: impl AsRef<[u8]>) -> Vec<(String, String)> {
    let errors = parse::<Submission, COMMAND_BYTES>(body.as_ref())
        .err()
        .expect("the body is refused");
    errors
        .into_iter()
        .map(|FieldError { pointer, code }| (pointer, code))
        .collect()
}

fn one(pointer: &str, code: &str) -> Vec<(String, String)> {
    vec![(pointer.to_owned(), code.to_owned())]
}

#[test]
fn a_body_without_doubt_is_read_and_made_canonical() {
    let body = "{ \"wishes\": [{\"slot\": 1.0e0}], \"person\": {\"kind\": null, \"given_name\": \"Anke \\u00fc\"} }";
    assert_eq!(errors(body), one("/wishes/0/slot", "wrong_type"));

    let body = "{ \"wishes\": [{\"slot\": 1}], \"person\": {\"kind\": \"office\", \"given_name\": \"Anke \\u00fc\"} }";
    let read = parse::<Submission, COMMAND_BYTES>(body.as_bytes()).expect("the body is accepted");
    assert_eq!(read.value.person.given_name, "Anke ü");
    let canonical = r#"{"person":{"given_name":"Anke ü","kind":"office"},"wishes":[{"slot":1}]}"#;
    assert_eq!(
        String::from_utf8(read.canonical).expect("canonical JSON is UTF-8"),
        canonical
    );
}

#[test]
fn a_key_given_twice_is_found_at_every_depth() {
    assert_eq!(
        errors(r#"{"person": {"given_name": "A"}, "person": {"given_name": "B"}}"#),
        one("/person", "duplicate_key")
    );
    assert_eq!(
        errors(r#"{"person": {"given_name": "A", "given_name": "A"}}"#),
        one("/person/given_name", "duplicate_key")
    );
    let nested = r#"{"person": {"given_name": "A"}, "free": {"x": [1, {"a/b~": 1, "a\/b~": 2}]}}"#;
    assert_eq!(errors(nested), one("/free/x/1/a~1b~0", "duplicate_key"));
}

#[test]
fn nul_characters_are_found_raw_and_escaped_in_values_and_keys() {
    assert_eq!(
        errors("{\"person\": {\"given_name\": \"A\0\"}}"),
        one("/person/given_name", "malformed_json")
    );
    assert_eq!(
        errors(r#"{"person": {"given_name": "A\u0000"}}"#),
        one("/person/given_name", "nul_character")
    );
    assert_eq!(
        errors(r#"{"person": {"given_name": "A"}, "free": {"\u0000": 1}}"#),
        one("/free/\0", "nul_character")
    );
}

#[test]
fn a_field_nobody_knows_is_named_whether_or_not_its_type_denies_it() {
    let lenient = r#"{"person": {"given_name": "A", "givenname": "B"}, "colour": "red"}"#;
    let named = [
        one("/colour", "unknown_field"),
        one("/person/givenname", "unknown_field"),
    ]
    .concat();
    assert_eq!(errors(lenient), named);
    let strict =
        r#"{"person": {"given_name": "A"}, "wishes": [{"slot": 1}, {"slot": 2, "sluot": 3}]}"#;
    assert_eq!(errors(strict), one("/wishes/1/sluot", "unknown_field"));
}

#[test]
fn what_is_missing_or_of_the_wrong_kind_is_pointed_at() {
    assert_eq!(errors("{}"), one("/person", "missing_field"));
    assert_eq!(
        errors(r#"{"person": {}}"#),
        one("/person/given_name", "missing_field")
    );
    assert_eq!(
        errors(r#"{"person": {"given_name": 7}}"#),
        one("/person/given_name", "wrong_type")
    );
    assert_eq!(
        errors(r#"{"person": {"given_name": "A", "kind": "secretvalue"}}"#),
        one("/person/kind", "unknown_value")
    );
    assert_eq!(
        errors(r#"{"person": {"given_name": "A"}, "wishes": [{"slot": 300}]}"#),
        one("/wishes/0/slot", "invalid_value")
    );
    assert_eq!(errors("7"), one("", "wrong_type"));
}

#[test]
fn an_array_is_never_taken_for_an_object() {
    assert_eq!(errors(r#"[{"given_name": "A"}]"#), one("", "wrong_type"));
    assert_eq!(errors(r#"{"person": ["A"]}"#), one("/person", "wrong_type"));
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(rename_all = "snake_case")]
enum Step {
    Stop,
    Go(u8),
    Pair(u8, u8),
    Turn { degrees: Option<f64> },
}

#[derive(Debug, Deserialize, PartialEq)]
struct Route(Vec<Step>);

#[test]
fn enums_tuples_options_and_newtypes_are_read_as_serde_json_reads_them() {
    for body in [
        r#"["stop", {"go": 3}, {"pair": [1, 2]}, {"turn": {"degrees": 4}}, {"turn": {}}, {"turn": {"degrees": null}}]"#,
        r#"[{"stop": null}]"#,
        r#"["go"]"#,
        r#"[{"pair": [1]}]"#,
        r#"[{"pair": [1, 2, 3]}]"#,
        r#"[{"go": -1}]"#,
        r#"[{"go": 1, "stop": null}]"#,
        r#"["fly"]"#,
        "[]",
        "{}",
    ] {
        let ours = parse::<Route, COMMAND_BYTES>(body.as_bytes())
            .map(|read| read.value)
            .ok();
        let theirs = serde_json::from_str::<Route>(body).ok();
        // The one difference: `{"stop": null}` is another way to say "stop", so it is refused.
        let expected = theirs.filter(|_| body != r#"[{"stop": null}]"#);
        assert_eq!(ours, expected, "{body}");
    }
    let refused = parse::<Route, COMMAND_BYTES>(br#"[{"turn": {"degrees": "x"}}]"#)
        .err()
        .expect("refused");
    assert_eq!(refused[0], FieldError::new("/0/turn/degrees", "wrong_type"));
}

#[test]
fn broken_documents_are_malformed() {
    for broken in [
        "",
        "{",
        "{} {}",
        "{\"person\": nul}",
        "\u{feff}{}",
        "{\"a\": 1e999}",
        "{\"a\": \"\\ud800\"}",
        "{'a': 1}",
    ] {
        let codes: Vec<_> = errors(broken).into_iter().map(|(_, code)| code).collect();
        assert_eq!(codes, ["malformed_json"], "{broken:?}");
    }
    assert_eq!(errors([b'{', 0xff, b'}']), one("", "invalid_utf8"));
}

#[test]
fn nesting_is_bounded_at_thirty_two() {
    let nested = |depth: usize| {
        format!(
            r#"{{"person": {{"given_name": "A"}}, "free": {{"x": {}1{}}}}}"#,
            "[".repeat(depth),
            "]".repeat(depth)
        )
    };
    assert!(parse::<Submission, COMMAND_BYTES>(nested(30).as_bytes()).is_ok());
    let refused = errors(nested(31));
    assert_eq!(refused.len(), 1);
    assert_eq!(refused[0].1, "too_deep");
    assert_eq!(errors(nested(20_000))[0].1, "too_deep");
}

#[test]
fn numbers_beyond_the_exact_range_of_a_double_are_refused() {
    for (number, accepted) in [
        ("9007199254740991", true),
        ("-9007199254740991", true),
        ("9007199254740992", false),
        ("-9007199254740992", false),
        ("99999999999999999999999", false),
        ("0.1", true),
        ("1e16", false),
    ] {
        let body = format!(r#"{{"person": {{"given_name": "A"}}, "free": {{"n": {number}}}}}"#);
        assert_eq!(
            parse::<Submission, COMMAND_BYTES>(body.as_bytes()).is_ok(),
            accepted,
            "{number}"
        );
        if !accepted {
            assert_eq!(
                errors(&body),
                one("/free/n", "number_out_of_range"),
                "{number}"
            );
        }
    }
}

#[test]
fn errors_are_bounded_and_never_repeat_a_value() {
    let many: Vec<String> = (0..100)
        .map(|n| format!(r#""k{n}": "secretvalue\u0000""#))
        .collect();
    let body = format!(
        r#"{{"person": {{"given_name": "A"}}, "free": {{{}}}}}"#,
        many.join(",")
    );
    let refused = errors(&body);
    assert_eq!(refused.len(), 16);
    assert!(!format!("{refused:?}").contains("secretvalue"));
    let unknown: Vec<String> = (0..100).map(|n| format!(r#""k{n}": 1"#)).collect();
    assert_eq!(errors(format!("{{{}}}", unknown.join(","))).len(), 16);
    let long_key = format!(
        r#"{{"person": {{"given_name": "A"}}, "{}": 1}}"#,
        "x".repeat(65)
    );
    assert_eq!(errors(&long_key), one("/…", "unknown_field"));
}

#[test]
fn only_json_in_utf_8_is_json() {
    for (media_type, expected) in [
        ("application/json", true),
        ("Application/JSON; charset=UTF-8", true),
        ("application/merge-patch+json", true),
        ("application/json; charset=\"utf-8\"", true),
        ("application/json; charset=latin1", false),
        ("text/json", false),
        ("application/jsonp", false),
        ("", false),
    ] {
        assert_eq!(is_json(media_type), expected, "{media_type}");
    }
}

fn media_type_of(value: &'static str) -> Option<String> {
    let headers = [(header::CONTENT_TYPE, HeaderValue::from_static(value))];
    media_type(&headers.into_iter().collect())
}

#[test]
fn a_media_type_is_known_whatever_its_parameters_and_only_in_utf_8() {
    assert_eq!(media_type_of("text/csv").as_deref(), Some("text/csv"));
    let other = media_type_of("Text/CSV; header=present; charset=UTF-8");
    assert_eq!(other.as_deref(), Some("text/csv"));
    let lines = media_type_of("application/x-ndjson");
    assert_eq!(lines.as_deref(), Some("application/x-ndjson"));
    assert_eq!(media_type_of("text/csv; charset=iso-8859-1"), None);
    assert_eq!(media_type(&HeaderMap::new()), None);
}
