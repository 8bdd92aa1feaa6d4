//! Bodies that work; `tests/flows` sends each of them.

use serde_json::{Value, json};

/// Gives the example of a command.
pub(super) fn of(id: &str) -> Value {
    match id {
        "put_program" => json!({
            "name": "Kommunale Bildungslandschaften Schleswig-Holstein", "land": "01",
            "carrier": "Ministerium für Bildung", "contact": "programm@example.org",
        }),
        "put_municipalities" => municipalities(),
        "state_topic" => json!({
            "title": "Die eigene Rolle", "abstract": "Zwischen Amt, Politik und Einrichtungen: wofür stehe ich?",
        }),
        "put_topic" => json!({
            "slot": 1, "topic": "rolle", "reason": "organisation", "note": "Moderiert dort.",
        }),
        "take_attendance" => json!({
            "day": "2031-10-21", "slot": 1, "minutes": 360,
            "entries": [{"registration": "01990000-0000-7000-8000-000000000001", "status": "present"}],
        }),
        "put_attendance" => json!({"day": "2031-10-21", "status": "present", "minutes": 180}),
        "close_attendance" => json!({"days": ["2031-10-21"]}),
        "swap_topics" => json!({
            "slot": 1, "reason": "organisation",
            "registrations": ["01990000-0000-7000-8000-000000000001", "01990000-0000-7000-8000-000000000002"],
        }),
        "create_workshop" => workshop(),
        "amend_workshop" => json!({
            "subtitle": "für Koordinatorinnen und Koordinatoren", "capacity": 30, "program_caps": {"mv": 15},
        }),
        "cancel_workshop" | "to_waitlist" => json!({"reason": "organisation"}),
        "postpone_workshop" => json!({
            "first_day": "2031-10-28", "last_day": "2031-10-29", "start": "09:30", "end": "16:00",
        }),
        "submit_registration" | "put_by_reference" | "feed_registrations" => registration(),
        "submit_group" => group(),
        "cancel_by_reference" | "cancel_registration" | "decline_registration" => {
            json!({"reason": "illness", "note": "Meldet sich im Frühjahr wieder."})
        }
        "reinstate_registration" => json!({"reason": "mistake", "override": false}),
        "merge_registration" => json!({"into": "01990000-0000-7000-8000-000000000001"}),
        "amend_registration" => json!({
            "person": {"phone": "04542 803-1"},
            "wishes": [{"slot": 1, "ranked": ["rolle", "legitimation"], "vetoes": ["diskurs"]}],
        }),
        "put_wishes" => json!({"wishes": ["diskurs", "rolle"]}),
        "substitute_registration" => json!({
            "person": {"given_name": "Jens", "family_name": "Petersen", "email": "jens.petersen@example.org"},
            "privacy_notice": 1,
        }),
        _ => json!({}),
    }
}

/// Gives the example of a list in another form than JSON.
pub(super) fn text(form: &str) -> &'static str {
    match form {
        "office" => {
            "Anmeldungen;;;;\r\nAktenzeichen;Name, Vorname;E-Mail;AGS;1. Wunsch\r\n\
             sh-2031-118;\"Jansen, Ole\";ole.jansen@example.org;1053;rolle\r\nSumme: 1;;;;\r\n"
        }
        "answers" => {
            "{\"line\":1,\"reference\":\"sh-2031-117\",\"outcome\":\"unchanged\",\
             \"registration\":\"01990000-0000-7000-8000-000000000001\",\"number\":\"7F3K9-QTM4X\",\
             \"person\":\"01990000-0000-4000-8000-000000000002\",\"state\":\"confirmed\",\"position\":48211}\n\
             {\"summary\":{\"rows\":1,\"registered\":0,\"amended\":0,\"unchanged\":1,\"refused\":0,\"failed\":0,\
             \"position\":48211}}\n"
        }
        "text/plain" => "Hinweise zum Datenschutz\n",
        "text/csv" => {
            "Schlüssel;Name;Art;Kreis;gültig ab;gültig bis\r\n01053;Herzogtum Lauenburg;Kreis;;;\r\n\
             01053090;Mölln;Stadt;01053;;\r\n"
        }
        _ => {
            "{\"key\":\"01053\",\"name\":\"Herzogtum Lauenburg\",\"kind\":\"district\"}\n\
             {\"key\":\"01053090\",\"name\":\"Mölln\",\"kind\":\"town\",\"parent\":\"01053\"}\n"
        }
    }
}

fn municipalities() -> Value {
    json!({"municipalities": [
        {"key": "01053", "name": "Herzogtum Lauenburg", "kind": "district"},
        {"key": "01053090", "name": "Mölln", "kind": "town", "parent": "01053",
         "valid_from": "1974-03-16", "valid_until": null},
    ]})
}

fn workshop() -> Value {
    json!({
        "slug": "moelln-2031", "title": "Qualifizierungswerkstatt „Wandel gestalten“", "kind": "Werkstatt",
        "description": "Zwei Tage mit drei Themen.",
        "first_day": "2031-10-21", "last_day": "2031-10-22", "start": "09:30", "end": "16:00",
        "time_zone": "Europe/Berlin",
        "venue": {"name": "Hotel am See", "street": "Seestraße 1", "postcode": "23879", "town": "Mölln"},
        "format": "presence", "participating": ["mv", "sh"], "contact": "werkstatt@example.org",
        "registration_closes": "2031-09-30", "cancel_until": "2031-10-14T18:00",
        "capacity": 40, "program_caps": {"sh": 25},
        "guarantees": [{"program": "mv", "seats": 10, "release": "2031-09-01"}],
        "sign_up": "programs", "admission": "first_come", "waitlist": "skip_blocked",
        "ranks": 3, "vetoes": 1,
        "topics": [
            {"code": "legitimation", "title": "Legitimation"},
            {"code": "rolle", "title": "Die eigene Rolle"},
            {"code": "diskurs", "title": "Diskurs"},
        ],
    })
}

fn registration() -> Value {
    json!({
        "program": "sh", "municipality": "01053", "source_reference": "sh-2031-117",
        "person": {
            "salutation": "Frau", "title": "Dr.", "given_name": "Anke", "family_name": "von der Heide",
            "email": "bildungsbuero@example.org", "phone": "04542 803-0",
            "function": "Bildungskoordinatorin", "organisation": "Fachdienst Bildung", "needs": null,
        },
        "wishes": [{"slot": 1, "ranked": ["legitimation", "rolle", "diskurs"], "vetoes": []}],
        "privacy_notice": 1,
    })
}

fn group() -> Value {
    let member = |given: &str, family: &str| {
        json!({
            "municipality": "01053", "person": {"given_name": given, "family_name": family},
            "wishes": ["rolle"], "privacy_notice": 1,
        })
    };
    json!({
        "program": "sh", "policy": "all_or_nothing",
        "contact": {"email": "schulamt@example.org", "phone": null},
        "members": [member("Maike", "Jansen"), member("Ole", "Thomsen")],
    })
}
