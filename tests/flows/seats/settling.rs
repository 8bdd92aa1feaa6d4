//! What is due by itself: no answer depends on a timer, and the timer settles without being asked.

use anmeldewerk_domain::workshop::Event as WorkshopEvent;
use anmeldewerk_stack::wait;
use serde_json::json;

use super::{Course, reason};
use crate::{house::PATIENCE, replay};

#[tokio::test(flavor = "multi_thread")]
async fn an_offer_accepted_at_the_instant_it_expires_is_late_and_the_seat_is_somebody_elses() {
    let course = Course::start(json!({"capacity": 1, "offer_hours": 72})).await;
    let first = course.seat("sh", 1, "confirmed").await;
    let second = course.seat("sh", 2, "waitlisted").await;
    let third = course.seat("mv", 3, "waitlisted").await;
    let cancelled = course
        .act(&first, "cancel", reason("illness"))
        .await
        .expect(200);
    let states = course.states(&cancelled, &[&second, &third]).await;
    assert_eq!(states, ["offered", "waitlisted"]);
    let path = format!("/v1/registrations/{}", second.id);
    let shown = course.house.get(&course.house.office("sh"), &path).await;
    let expires = shown.body["offer_expires"].as_str().expect("an instant");
    course.house.set_clock(expires).await;
    let late = course.act(&second, "accept", json!({})).await;
    let late = late.expect_problem(409, "offer_expired");
    assert_eq!(late.body["expired_at"], expires);
    let accepted = course.act(&third, "accept", json!({})).await.expect(200);
    assert_eq!(accepted.body["state"], "confirmed");
    let states = course.states(&accepted, &[&second, &third]).await;
    assert_eq!(states, ["lapsed", "confirmed"]);
    course.check(&accepted).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_due_is_settled_without_being_asked_by_one_of_two_services_and_after_a_restart() {
    let course = Course::start(json!({"capacity": 1, "offer_hours": 24})).await;
    let second_service = course
        .house
        .flow
        .second_registration()
        .await
        .expect("a service");
    // Before anything can be due, both know the same time.
    let admin = second_service.admin_url();
    let opened = "2019-08-01T09:00:00Z";
    course.house.set_clock_of(admin, opened).await;
    let first = course.seat("sh", 1, "confirmed").await;
    let second = course.seat("sh", 2, "waitlisted").await;
    let third = course.seat("mv", 3, "waitlisted").await;
    let cancelled = course
        .act(&first, "cancel", reason("illness"))
        .await
        .expect(200);
    let states = course.states(&cancelled, &[&second, &third]).await;
    assert_eq!(states, ["offered", "waitlisted"]);

    course.house.set_clock("2019-08-02T10:00:00Z").await;
    course
        .house
        .set_clock_of(admin, "2019-08-02T10:00:00Z")
        .await;
    until(&course, &second.id, "lapsed").await;
    until(&course, &third.id, "offered").await;

    course.house.flow.kill_registration();
    drop(second_service);
    course
        .house
        .flow
        .restart_registration()
        .await
        .expect("restarted");
    course.house.set_clock("2019-08-03T10:00:01Z").await;
    until(&course, &third.id, "lapsed").await;

    let log = replay::log(&course.house.flow).await;
    let lapses = log.iter().flat_map(|recorded| &recorded.decision.events);
    let lapses = lapses.filter(|event| {
        let anmeldewerk_domain::Event::Workshop(event) = event else {
            return false;
        };
        matches!(event, WorkshopEvent::Lapsed { .. })
    });
    assert_eq!(lapses.count(), 2, "each offer lapsed once");
}

/// Waits until the read model shows a registration in a state.
async fn until(course: &Course, registration: &str, state: &str) {
    let token = course.house.office("sh");
    let path = format!("/v1/registrations/{registration}");
    let shown = wait::until(PATIENCE, || async {
        let answer = course.house.get(&token, &path).await;
        if answer.body["state"] == state {
            Ok(())
        } else {
            Err(format!("it should be {state}: {}", answer.body))
        }
    });
    shown.await.expect("settled in time");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guarantee_keeps_seats_until_its_day_begins_and_is_released_by_hand_before() {
    let course = Course::start(json!({
        "capacity": 3,
        "guarantees": [
            {"program": "mv", "seats": 1, "release": "2019-09-01"},
            {"program": "sh", "seats": 1},
        ],
    }))
    .await;
    let first = course.seat("sh", 1, "confirmed").await;
    let second = course.seat("sh", 2, "confirmed").await;
    let third = course.seat("sh", 3, "waitlisted").await;
    let path = course.path("");
    let token = course.house.office("mv");
    let waits = course.submit("sh", 4).await.expect(201);
    let shown = course.house.get_at(&token, &path, waits.position()).await;
    let buckets = shown.body["buckets"].as_array().expect("buckets").clone();
    let of_mv = buckets
        .iter()
        .find(|bucket| bucket["scope"] == "guarantee" && bucket["program"] == "mv");
    assert_eq!(
        of_mv.map(|bucket| bucket["kept"].clone()),
        Some(json!(1)),
        "{buckets:?}"
    );
    let waiting = course.path("/waitlist");
    let host = course.house.office("sh");
    let waiting = course.house.get_at(&host, &waiting, waits.position()).await;
    let why = &waiting.body["items"][0]["waits_for"];
    assert_eq!(why["scope"], "reserved", "{}", waiting.body);

    course.house.set_clock("2019-08-31T21:59:59Z").await;
    let early = course.submit("sh", 5).await.expect(201);
    let states = course.states(&early, &[&first, &second, &third]).await;
    assert_eq!(states, ["confirmed", "confirmed", "waitlisted"]);
    course.house.set_clock("2019-08-31T22:00:00Z").await;
    until(&course, &third.id, "confirmed").await;
    let foreign = course.house.office("mv");
    let release = course.path("/guarantees/sh/release");
    course
        .house
        .post(&foreign, &release, &json!({}))
        .await
        .expect_problem(403, "forbidden");
    let released = course
        .host("guarantees/sh/release", json!({}))
        .await
        .expect(200);
    course.check(&released).await;
    let unknown = course.host("guarantees/hh/release", json!({})).await;
    unknown.expect_problem(404, "not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn lots_are_drawn_once_after_registration_has_closed() {
    let course = Course::start(json!({"capacity": 3, "admission": "lottery"})).await;
    let mut seats = Vec::new();
    for who in 0..8 {
        seats.push(course.seat("sh", who, "submitted").await);
    }
    let early = course.host("draw", json!({})).await;
    early.expect_problem(409, "registration_still_open");
    course.house.set_clock("2019-09-30T22:00:00Z").await;
    let drawn = course.host("draw", json!({})).await.expect(200);
    let all: Vec<_> = seats.iter().collect();
    let states = course.states(&drawn, &all).await;
    let count = |state: &str| states.iter().filter(|is| *is == state).count();
    assert_eq!(
        (count("confirmed"), count("waitlisted")),
        (3, 5),
        "{states:?}"
    );
    let twice = course.host("draw", json!({})).await;
    twice.expect_problem(409, "transition_not_allowed");
    course.check(&drawn).await;
}
