//! Workshops in calendars.

use reqwest::Method;
use serde_json::json;

use crate::{
    house::{Answer, House},
    replay,
};

/// A calendar as it came.
struct Calendar {
    answer: Answer,
    /// Its lines, each whole again.
    lines: Vec<String>,
}

impl Calendar {
    fn value(&self, name: &str) -> &str {
        let value = |line: &'_ str| {
            line.strip_prefix(name)
                .is_some_and(|rest| rest.starts_with([':', ';']))
        };
        // Time zones come before the event and have beginnings of their own.
        let zones_end = self.lines.iter().rposition(|line| line == "END:VTIMEZONE");
        let mut lines = self.lines[zones_end.map_or(0, |at| at + 1)..].iter();
        let line = lines.find(|line| value(line));
        line.map_or("", |line| &line[name.len() + 1..])
    }
}

async fn calendar(house: &House, workshop: &str, headers: &[(&str, &str)]) -> Calendar {
    let path = format!("/v1/calendar/{workshop}.ics");
    calendar_at(house, &path, headers).await
}

async fn calendar_at(house: &House, path: &str, headers: &[(&str, &str)]) -> Calendar {
    let answer = house.send(Method::GET, path, headers, Vec::new()).await;
    let answer = answer.expect("the gateway answers");
    let lines = answer.text.replace("\r\n ", "");
    let lines = lines.split_terminator("\r\n").map(str::to_owned).collect();
    Calendar { answer, lines }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workshop_stands_in_the_calendars_of_everybody_and_moves_there() {
    let house = House::start().await;
    house.programs().await;
    let timed = json!({
        "start": "18:00", "end": "09:00",
        "first_day": "2031-10-25", "last_day": "2031-10-26", "contact": "werkstatt@example.org",
        "description": "Mit Übernachtung; bitte Hausschuhe mitbringen,\nes wird kalt.",
    });
    let workshop = house.draft(timed).await;
    let office = format!("Bearer {}", house.office("sh"));
    let waiting = [("prefer", "wait=10")];
    let office = [("authorization", office.as_str()), waiting[0]];
    let at = |position: u64| format!("/v1/calendar/{workshop}.ics?min_position={position}");
    let written = replay::log(&house.flow).await;
    let made = written.last().expect("a draft").position.0;
    let draft = calendar_at(&house, &at(made), &office).await;
    draft.answer.clone().expect(200);
    assert_eq!(draft.value("STATUS"), "TENTATIVE");
    calendar(&house, &workshop, &[])
        .await
        .answer
        .expect_problem(404, "not_found");

    let path = format!("/v1/workshops/{workshop}/publish");
    let published = house.post(&house.office("sh"), &path, &json!({})).await;
    let path = at(published.position());
    let shown = calendar_at(&house, &path, &waiting).await;
    let answer = shown.answer.clone().expect(200);
    assert_eq!(
        answer.header("content-type"),
        "text/calendar; charset=utf-8"
    );
    assert_eq!(
        answer.header("content-disposition"),
        "inline; filename=\"werkstatt.ics\""
    );
    for (name, value) in [
        ("DTSTART", "TZID=Europe/Berlin:20311025T180000"),
        ("DTEND", "TZID=Europe/Berlin:20311026T090000"),
        ("STATUS", "CONFIRMED"),
        ("SUMMARY", "Werkstatt „Wandel“"),
        ("LOCATION", r"Hotel Quellenhof\, 23879 Mölln"),
        ("ORGANIZER", "mailto:werkstatt@example.org"),
        (
            "DESCRIPTION",
            r"Mit Übernachtung\; bitte Hausschuhe mitbringen\,\nes wird kalt.",
        ),
        ("UID", workshop.as_str()),
    ] {
        assert_eq!(shown.value(name), value);
    }
    let url = format!("{}/v1/workshops/{workshop}", house.flow.gateway_url());
    assert_eq!(shown.value("URL"), url);
    let known = [("if-none-match", answer.header("etag"))];
    assert_eq!(calendar_at(&house, &path, &known).await.answer.status, 304);

    let later = json!({
        "first_day": "2031-11-03", "last_day": "2031-11-04",
        "start": "18:00", "end": "09:00",
    });
    let path = format!("/v1/workshops/{workshop}/postpone");
    let postponed = house
        .post(&house.office("sh"), &path, &later)
        .await
        .expect(200);
    let moved = calendar_at(&house, &at(postponed.position()), &waiting).await;
    assert_eq!(moved.value("UID"), shown.value("UID"));
    assert_eq!(moved.value("DTSTART"), "TZID=Europe/Berlin:20311103T180000");
    let sequence =
        |calendar: &Calendar| -> u64 { calendar.value("SEQUENCE").parse().expect("a number") };
    assert!(sequence(&moved) > sequence(&shown));
    assert_eq!(moved.value("DTSTAMP"), moved.value("LAST-MODIFIED"));

    let path = format!("/v1/workshops/{workshop}/cancel");
    let cancelled = house
        .post(&house.office("sh"), &path, &json!({}))
        .await
        .expect(200);
    let gone = calendar_at(&house, &at(cancelled.position()), &waiting).await;
    assert_eq!(gone.value("STATUS"), "CANCELLED");
    assert!(sequence(&gone) > sequence(&moved));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_calendar_is_not_found() {
    let house = House::start().await;
    house.programs().await;
    let workshop = house.workshop(json!({})).await;
    for path in [
        format!("/v1/calendar/{workshop}"),
        format!("/v1/calendar/{workshop}.ICS"),
        "/v1/calendar/.ics".to_owned(),
        "/v1/calendar/01927f3a-0000-7000-8000-000000000001.ics".to_owned(),
    ] {
        calendar_at(&house, &path, &[])
            .await
            .answer
            .expect_problem(404, "not_found");
    }
}
