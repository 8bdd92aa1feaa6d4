//! The demonstration: the workshop of Mölln, 2019, as it may have been, and one that registers now.
//!
//! Everything goes in over HTTP as it would from outside; only the clock is set, on the registration service's admin
//! port. Every key is derived from what it stands for, so playing it again changes nothing.

use jiff::civil::{Date, Weekday};
use jiff::{SignedDuration, Span, Timestamp, Zoned};
use serde_json::{Value, json};

use crate::error::Result;
use crate::service::Addresses;
use crate::token::Signer;

mod office;
mod people;

use office::Office;

/// The facts of the workshop this system was first asked for.
const MOELLN: &str = include_str!("../moelln.json");
const REGISTRATIONS: usize = 48;
const COMING_REGISTRATIONS: usize = 18;
/// Who gives their place back, when everybody is in.
const CANCELLED: [usize; 3] = [4, 17, 30];
const COMING_TITLE: &str = "Praxiswerkstatt „Ankommen und mitgestalten“";
const COMING_HOST: &str = "mv";

/// What the demonstration left, to be told.
#[derive(Clone, Debug)]
pub struct Story {
    /// Id of the workshop of Mölln, 2019.
    pub past: String,
    /// Id of a workshop that registers now.
    pub coming: String,
    /// Id of somebody who is registered there.
    pub registered: String,
    /// What a registration for Mölln is answered today.
    pub refusal: String,
}

/// Plays it and returns when the gateway shows all of it.
pub async fn play(addresses: &Addresses, signer: &Signer) -> Result<Story> {
    let office = Office::new(addresses, signer);
    let past = match played(&office).await? {
        Some(past) => past,
        None => play_once(&office).await?,
    };
    let coming = play_coming(&office).await?;
    let refusal = office
        .refused(&past, &people::application(REGISTRATIONS))
        .await?;
    office.wait_shown(&past).await?;
    office.wait_shown(&coming).await?;
    let attendees = office.attendees(COMING_HOST, &coming).await?;
    let registered = attendees.first().and_then(|one| one["id"].as_str());
    Ok(Story {
        past,
        registered: registered.unwrap_or_default().to_owned(),
        coming,
        refusal,
    })
}

/// Finds the past where an earlier run has played all of it: then the clock is not touched, because whoever
/// registers meanwhile would be taken for somebody of 2019.
async fn played(office: &Office<'_>) -> Result<Option<String>> {
    let facts: Value = serde_json::from_str(MOELLN).expect("the facts are JSON, a test says so");
    let workshop = &facts["workshop"];
    let is_past = |item: &Value| {
        ["slug", "host", "first_day"]
            .iter()
            .all(|field| item[field] == workshop[field])
    };
    let Some(past) = office.find(is_past).await? else {
        return Ok(None);
    };
    let attendees = office.attendees(text(&workshop["host"]), &past).await?;
    let cancelled = attendees.iter().filter(|item| item["state"] == "cancelled");
    let whole = attendees.len() >= REGISTRATIONS && cancelled.count() >= CANCELLED.len();
    Ok(whole.then_some(past))
}

async fn play_once(office: &Office<'_>) -> Result<String> {
    let past = play_past(office).await;
    // Whatever happened, time goes on as it does.
    office.real_clock().await?;
    past
}

/// Two months of 2019 in a second.
async fn play_past(office: &Office<'_>) -> Result<String> {
    let facts: Value = serde_json::from_str(MOELLN).expect("the facts are JSON, a test says so");
    office.set_clock(registered_at(0)).await?;
    for program in items(&facts["programs"]) {
        let body = json!({"name": program["name"], "land": program["land"]});
        office.put_program(text(&program["id"]), &body).await?;
    }
    let host = text(&facts["workshop"]["host"]);
    let workshop = office
        .publish(host, &past_workshop(&facts["workshop"]))
        .await?;
    let mut registrations = Vec::new();
    for index in 0..REGISTRATIONS {
        office.set_clock(registered_at(index)).await?;
        registrations.push(
            office
                .register(&workshop, &people::application(index))
                .await?,
        );
    }
    for index in CANCELLED {
        let program = people::program(index);
        office
            .cancel(program, &workshop, &registrations[index])
            .await?;
    }
    Ok(workshop)
}

/// A workshop a quarter of a year ahead; the one an earlier run made serves as long as it takes registrations.
async fn play_coming(office: &Office<'_>) -> Result<String> {
    let today = today();
    let workshop = match office.find(|item| is_coming(item, today)).await? {
        Some(workshop) => workshop,
        None => office.publish(COMING_HOST, &coming_workshop(today)).await?,
    };
    for index in 0..COMING_REGISTRATIONS {
        let application = people::application(index + REGISTRATIONS / 2);
        let application = people::without_wishes(application);
        office.register(&workshop, &application).await?;
    }
    Ok(workshop)
}

/// One registration every 28 hours from the first of August on; the last one comes six days before the deadline.
fn registered_at(index: usize) -> Timestamp {
    let hours = i64::try_from(index).unwrap_or_default() * 28;
    let first: Timestamp = "2019-08-01T09:00:00Z".parse().expect("it is a time");
    first + SignedDuration::from_hours(hours)
}

/// The settings as the announcement has them.
fn past_workshop(facts: &Value) -> Value {
    json!({
        "slug": facts["slug"],
        "title": facts["title"],
        "subtitle": facts["subtitle"],
        "first_day": facts["first_day"],
        "last_day": facts["last_day"],
        "time_zone": facts["time_zone"],
        "venue": facts["venue"],
        "format": facts["format"],
        "participating": facts["participating"],
        "registration_closes": facts["registration_closes"],
        "capacity": facts["capacity"],
        "guarantees": facts["guarantees"],
        "topics": facts["topics"],
    })
}

fn coming_workshop(today: Date) -> Value {
    let first_day = first_day(today);
    let closes = first_day.saturating_sub(Span::new().days(21));
    let release = first_day.saturating_sub(Span::new().days(35));
    let last_day = first_day.tomorrow().unwrap_or(first_day);
    json!({
        "slug": format!("praxiswerkstatt-{first_day}"),
        "title": COMING_TITLE,
        "subtitle": "für kommunale Koordinatorinnen und Koordinatoren",
        "first_day": first_day,
        "last_day": last_day,
        "venue": {"name": "Haus am Inselsee", "street": "Seeweg 4", "postcode": "18273", "town": "Güstrow"},
        "format": "presence",
        "participating": ["mv", "sh"],
        "registration_closes": closes,
        "cancel_until": closes,
        "substitute_until": last_day,
        "capacity": 24,
        "guarantees": [
            {"program": "mv", "seats": 8, "release": release},
            {"program": "sh", "seats": 8, "release": release},
        ],
        "topics": [
            {"code": "ehrenamt", "title": "Ehrenamt gewinnen und halten"},
            {"code": "sprache", "title": "Sprachangebote im ländlichen Raum"},
            {"code": "wohnen", "title": "Wohnen und Nachbarschaft"},
        ],
    })
}

/// The first Tuesday thirteen weeks ahead.
fn first_day(today: Date) -> Date {
    let about = today.saturating_add(Span::new().weeks(13));
    about.nth_weekday(1, Weekday::Tuesday).unwrap_or(about)
}

/// True for our workshop if it takes registrations for two more weeks at least.
fn is_coming(item: &Value, today: Date) -> bool {
    let first_day = item["first_day"]
        .as_str()
        .and_then(|day| day.parse::<Date>().ok());
    let earliest = today.saturating_add(Span::new().days(35));
    let ours = item["title"] == COMING_TITLE && item["host"] == COMING_HOST;
    ours && first_day.is_some_and(|day| day >= earliest)
}

#[expect(
    clippy::disallowed_methods,
    reason = "a workshop that registers now lies ahead of the real today"
)]
fn today() -> Date {
    Zoned::now().date()
}

fn items(list: &Value) -> &[Value] {
    list.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Date {
        text.parse().expect("it is a date")
    }

    #[test]
    fn the_facts_of_moelln_are_complete() {
        let facts: Value = serde_json::from_str(MOELLN).expect("they are JSON");
        assert_eq!(items(&facts["programs"]).len(), 2);
        let workshop = past_workshop(&facts["workshop"]);
        let fields = workshop.as_object().expect("it is an object");
        for (field, value) in fields {
            assert!(!value.is_null(), "{field}");
        }
        assert_eq!(items(&workshop["topics"]).len(), 6);
    }

    #[test]
    fn more_people_register_in_time_than_there_are_seats() {
        let facts: Value = serde_json::from_str(MOELLN).expect("they are JSON");
        let capacity = facts["workshop"]["capacity"]
            .as_u64()
            .expect("it is a number");
        assert!(REGISTRATIONS as u64 > capacity + CANCELLED.len() as u64);
        let last = registered_at(REGISTRATIONS - 1).to_string();
        assert!(
            last.as_str() < text(&facts["workshop"]["registration_closes"]),
            "{last}"
        );
    }

    #[test]
    fn the_coming_workshop_lies_a_quarter_ahead_and_serves_until_shortly_before_it_closes() {
        let today = date("2026-11-23");
        let mut workshop = coming_workshop(today);
        workshop["host"] = json!(COMING_HOST);
        assert_eq!(workshop["first_day"], "2027-02-23");
        assert_eq!(workshop["last_day"], "2027-02-24");
        assert_eq!(workshop["registration_closes"], "2027-02-02");
        assert!(is_coming(&workshop, today));
        assert!(is_coming(&workshop, date("2027-01-19")));
        assert!(!is_coming(&workshop, date("2027-01-20")));
    }
}
