//! Lists of municipalities: what is written of them, and how large the largest becomes.

use anmeldewerk_contract::{
    DecodeError, EncodeError, MAX_DECISION_BYTES, ValueError, decode, encode,
};
use anmeldewerk_domain::{
    Date, Event, MunicipalityKey,
    program::{self, Change, Kind, Municipalities, Municipality, Validity},
};
use serde_json::{Value, json};

use crate::{
    decisions::{decision, message, message_of},
    workshops::{day, line, municipality},
};

/// Gives a change that says all that can be said.
pub(crate) fn listed() -> Change {
    Change {
        stated: vec![
            entry("01053", "Kreis Herzogtum Lauenburg", Kind::District),
            Municipality {
                parent: Some(municipality("01053")),
                validity: Validity::new(Some(day(1, 1)), Some(day(12, 31))).expect("in order"),
                ..entry("01053090", "Mölln", Kind::Town)
            },
        ],
        removed: vec![municipality("01053001")],
    }
}

/// Gives a change with every kind of municipality.
pub(crate) fn every_kind() -> Change {
    let keys = (1..).map(|low| format!("010530{low:02}"));
    let entries = Kind::ALL.into_iter().zip(keys);
    Change {
        stated: entries
            .map(|(kind, key)| entry(&key, "Musterort", kind))
            .collect(),
        removed: Vec::new(),
    }
}

fn entry(key: &str, name: &str, kind: Kind) -> Municipality {
    Municipality {
        key: municipality(key),
        name: line(name),
        kind,
        parent: None,
        validity: Validity::default(),
    }
}

/// Names as they are, the long ones too.
const NAMES: [&str; 8] = [
    "Au",
    "Kasseburg",
    "Neustadt an der Weinstraße",
    "Sankt Aldegund",
    "Groß Pampau",
    "Bad Münster am Stein-Ebernburg",
    "Zeltingen-Rachtig",
    "Oberhausen an der Nahe",
];

/// Gives a Land with the most municipalities that a list may have, all with a first and a last day.
fn a_whole_land(names: impl Iterator<Item = &'static str>) -> Change {
    let first = Date::new(1974, 3, 16).expect("a day");
    let last = Date::new(2031, 12, 31).expect("a day");
    let keys = (0..Municipalities::MAX).map(|low| format!("07{:03}{:03}", 100 + low / 60, low));
    let one = |(key, name): (String, &str)| Municipality {
        parent: MunicipalityKey::new(&key[..5]),
        validity: Validity::new(Some(first), Some(last)).expect("in order"),
        ..entry(&format!("{key:0<8}")[..8], name, Kind::Municipality)
    };
    Change {
        stated: keys.zip(names).map(one).collect(),
        removed: Vec::new(),
    }
}

fn event(change: Change) -> Event {
    Event::Program(program::Event::MunicipalitiesListed(change))
}

#[test]
fn the_largest_list_with_ordinary_names_fits() {
    let whole = a_whole_land(NAMES.into_iter().cycle());
    assert_eq!(whole.stated.len(), 3_000);
    let decision = decision(vec![event(whole)]);
    let message = message(&decision);
    assert_eq!(decode(&message).expect("known").decision, decision);
    assert!(message.payload.len() <= MAX_DECISION_BYTES);
}

#[test]
fn a_list_of_endless_names_is_too_large_like_any_decision() {
    let name =
        "Samtgemeinde mit einem Namen, den sich niemand merken kann, auch nicht in der Heide";
    let whole = decision(vec![event(a_whole_land(std::iter::repeat(name)))]);
    match encode(&whole) {
        Err(EncodeError::TooLarge(bytes)) => assert!(bytes > MAX_DECISION_BYTES),
        other => panic!("{other:?}"),
    }
}

/// Reads a list after something in it was replaced.
fn changed(pointer: &str, value: &Value) -> Result<(), DecodeError> {
    let mut message = message_of(vec![event(listed())]);
    let mut payload: Value = serde_json::from_slice(&message.payload).expect("JSON");
    let place = payload.pointer_mut(&format!("/events/0{pointer}"));
    *place.unwrap_or_else(|| panic!("nothing at {pointer}")) = value.clone();
    message.payload = serde_json::to_vec(&payload).expect("JSON");
    decode(&message).map(|_| ())
}

#[test]
fn what_is_outside_the_contract_is_named_by_its_field() {
    let cases = [
        ("/stated/0/0", json!("1053"), "stated.key"),
        ("/stated/0/1", json!(" "), "stated.name"),
        ("/stated/0/2", json!("Amt"), "stated.kind"),
        ("/stated/1/3", json!("?"), "stated.parent"),
        ("/stated/1/4", json!("1.1.2019"), "stated.validity"),
        ("/stated/1/5", json!("2018-12-31"), "stated.validity"),
        ("/removed/0", json!("105300"), "removed"),
    ];
    for (pointer, value, field) in cases {
        match changed(pointer, &value) {
            Err(DecodeError::Value(ValueError(found))) => assert_eq!(found, field),
            other => panic!("{pointer}: {other:?}"),
        }
    }
}

#[test]
fn an_entry_has_six_places_and_no_other_number() {
    let whole = json!(["01053", "Kreis", "district", null, null, null]);
    assert!(changed("/stated/0", &whole).is_ok());
    let short = json!(["01053", "Kreis", "district", null, null]);
    let long = json!(["01053", "Kreis", "district", null, null, null, null]);
    let object = json!({"key": "01053"});
    for odd in [short, long, object] {
        let read = changed("/stated/0", &odd);
        assert!(matches!(read, Err(DecodeError::Payload(_))), "{odd}");
    }
}
