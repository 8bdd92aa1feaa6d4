//! What is not known is an error that names the field and never its content.

use anmeldewerk_contract::{DecodeError, ValueError, decode};
use anmeldewerk_domain::{
    Event,
    workshop::{self, Canceller, Reason},
};
use serde_json::{Value, json};

use crate::{
    decisions::message_of,
    events::{REGISTRATION, Sample, created, samples},
    registrations::{amended, full_submitted},
    workshops::{full_settings, group, passed_over, settings},
};

/// Reads a payload after it was changed.
fn changed(event: Event, change: impl Fn(&mut Value)) -> Result<(), DecodeError> {
    let mut message = message_of(vec![event]);
    let mut value = serde_json::from_slice(&message.payload).expect("JSON");
    change(&mut value);
    message.payload = serde_json::to_vec(&value).expect("JSON");
    decode(&message).map(|_| ())
}

/// Gives the field that is at fault after something at `pointer` was replaced.
fn fault(event: workshop::Event, pointer: &str, value: &Value) -> Option<&'static str> {
    let replace = |payload: &mut Value| {
        let place = payload.pointer_mut(&format!("/events/0{pointer}"));
        *place.unwrap_or_else(|| panic!("nothing at {pointer}")) = value.clone();
    };
    match changed(Event::Workshop(event), replace) {
        Err(DecodeError::Value(ValueError(field))) => Some(field),
        Ok(()) | Err(_) => None,
    }
}

fn refuses_unknown_fields(event: &Event, file: &str, pointer: &str) {
    let add = |payload: &mut Value| {
        let place = payload.pointer_mut(&format!("/events/0{pointer}"));
        let place = place.and_then(Value::as_object_mut);
        let object = place.unwrap_or_else(|| panic!("no object at {pointer} of {file}"));
        object.insert("colour".to_owned(), json!("blue"));
    };
    let unknown = changed(event.clone(), add);
    assert!(
        matches!(unknown, Err(DecodeError::Payload(_))),
        "{pointer} of {file}"
    );
}

#[test]
fn an_unknown_type_version_or_field_is_an_error() {
    let event = || Event::Workshop(created(settings()));
    assert!(changed(event(), |_| {}).is_ok());
    let unknown = changed(event(), |v| {
        v["events"][0]["type"] = "workshop.created.v2".into();
    });
    assert!(matches!(unknown, Err(DecodeError::Payload(_))));
    let field = changed(event(), |v| v["colour"] = "blue".into());
    assert!(matches!(field, Err(DecodeError::Payload(_))));
}

#[test]
fn an_unknown_field_of_any_event_is_an_error() {
    for Sample { file, events } in samples() {
        for event in events {
            refuses_unknown_fields(&event, &file, "");
        }
    }
}

#[test]
fn an_unknown_field_inside_of_a_field_is_an_error() {
    let whole = [
        (
            created(full_settings()),
            [
                "/hours",
                "/venue",
                "/cancel_until",
                "/guarantees/sh",
                "/guarantees/sh/release",
                "/topics/0",
            ]
            .as_slice(),
        ),
        (
            workshop::Event::PassedOver(passed_over()),
            &[
                "/passed_over/0",
                "/passed_over/0/bucket",
                "/passed_over/1/bucket",
                "/passed_over/2/bucket",
                "/passed_over/3/bucket",
                "/passed_over/4/bucket",
            ],
        ),
        (
            workshop::Event::GroupSubmitted(Box::new(group())),
            &["/contact", "/refused/0", "/refused/1/bucket"],
        ),
        (
            workshop::Event::Submitted(Box::new(full_submitted())),
            &["/group", "/wishes/0", "/identity"],
        ),
        (
            workshop::Event::Amended(Box::new(amended())),
            &["/data", "/data/free_text"],
        ),
    ];
    for (event, pointers) in whole {
        for pointer in pointers {
            let event = Event::Workshop(event.clone());
            refuses_unknown_fields(&event, "inside", pointer);
        }
    }
}

#[test]
fn a_value_outside_the_contract_is_named_by_its_field() {
    let created = || created(full_settings());
    let submitted = || workshop::Event::Submitted(Box::new(full_submitted()));
    let passed = || workshop::Event::PassedOver(passed_over());
    let group = || workshop::Event::GroupSubmitted(Box::new(group()));
    let cases = [
        (created(), "/first_day", json!("22.10.2019"), "first_day"),
        (created(), "/host", json!("S H"), "host"),
        (created(), "/host", Value::Null, "host"),
        (created(), "/program_caps", json!({"?": 1}), "program_caps"),
        (
            created(),
            "/municipality_caps",
            json!({"1053": 1}),
            "municipality_caps",
        ),
        (
            created(),
            "/guarantees",
            json!({"?": {"seats": 1}}),
            "guarantees",
        ),
        (
            created(),
            "/guarantees/sh/release/instant",
            json!("soon"),
            "instant",
        ),
        (submitted(), "/overridden", json!("mood"), "overridden"),
        (
            submitted(),
            "/confirm_until",
            json!("soon"),
            "confirm_until",
        ),
        (submitted(), "/link_hash", json!("05"), "link_hash"),
        (submitted(), "/number", json!("425QB-6222X"), "number"),
        (
            passed(),
            "/passed_over/3/bucket/program",
            json!("?"),
            "bucket.program",
        ),
        (
            passed(),
            "/passed_over/4/bucket/municipality",
            json!("?"),
            "bucket.municipality",
        ),
        (group(), "/contact/sealed", json!("="), "sealed"),
    ];
    for (event, pointer, value, field) in cases {
        assert_eq!(fault(event, pointer, &value), Some(field), "{pointer}");
    }
}

#[test]
fn what_belongs_to_created_alone_is_not_read_in_amended_and_the_other_way_round() {
    let amended = || workshop::Event::SettingsAmended {
        settings: Box::new(settings()),
        guarantees_restated: true,
    };
    let add = |name: &'static str, value: Value| {
        move |payload: &mut Value| payload["events"][0][name] = value.clone()
    };
    let host = changed(Event::Workshop(amended()), add("host", json!("sh")));
    assert!(matches!(host, Err(DecodeError::Value(ValueError("host")))));
    let created = Event::Workshop(created(settings()));
    let restated = changed(created, add("guarantees_restated", json!(true)));
    assert!(matches!(
        restated,
        Err(DecodeError::Value(ValueError("guarantees_restated")))
    ));
}

#[test]
fn the_contact_of_a_group_says_whose_keys_open_it() {
    let came = || workshop::Event::GroupSubmitted(Box::new(group()));
    assert_eq!(fault(came(), "/contact", &Value::Null), None);
    let nobody = changed(Event::Workshop(came()), |payload| {
        let contact = payload.pointer_mut("/events/0/contact");
        let contact = contact.and_then(Value::as_object_mut).expect("a contact");
        contact.remove("person").expect("a person");
    });
    assert!(matches!(nobody, Err(DecodeError::Payload(_))), "{nobody:?}");
}

#[test]
fn places_of_a_draw_that_are_not_whole_are_an_error() {
    let held = || workshop::Event::DrawHeld {
        seed: [1; 32],
        places: vec![1, 0],
    };
    assert_eq!(fault(held(), "/places", &json!("AAAAAQ")), None);
    for odd in ["AAAA", "AAAAAQA", "AAAAAQ=="] {
        assert_eq!(fault(held(), "/places", &json!(odd)), Some("places"));
    }
    assert_eq!(fault(held(), "/seed", &json!("01")), Some("seed"));
}

#[test]
fn an_office_gives_a_reason_and_a_participant_gives_none() {
    let registration = REGISTRATION;
    let cancelled = |by| workshop::Event::Cancelled { registration, by };
    let office = || cancelled(Canceller::Office(Reason::Duty));
    assert_eq!(fault(office(), "/reason", &Value::Null), Some("reason"));
    for by in ["participant", "offer_declined"] {
        assert_eq!(fault(office(), "/by", &json!(by)), Some("reason"), "{by}");
    }
    assert_eq!(fault(office(), "/by", &json!("feeder")), None);
    assert_eq!(fault(office(), "/reason", &json!("mood")), Some("reason"));
}
