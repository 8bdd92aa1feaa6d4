//! Registration opens, and everybody is there.

use std::{collections::BTreeSet, sync::Arc};

use serde_json::json;

use crate::{
    house::{House, key, registration},
    replay,
};

const EVERYBODY: usize = 200;
const SEATS: usize = 40;

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_at_once_for_forty_seats_confirm_exactly_forty() {
    let house = Arc::new(House::start().await);
    house.programs().await;
    let workshop = house.workshop(json!({"capacity": SEATS})).await;
    let path = format!("/v1/workshops/{workshop}/registrations");

    let submissions = (0..EVERYBODY).map(|who| {
        let (house, path) = (Arc::clone(&house), path.clone());
        tokio::spawn(async move {
            let program = ["mv", "sh"][who % 2];
            let body = registration(program, who);
            let token = house.feeder(program);
            house
                .try_post(&token, &key(), &path, &body)
                .await
                .expect("answered")
                .expect(201)
        })
    });
    let mut answers = Vec::new();
    for submission in submissions.collect::<Vec<_>>() {
        answers.push(submission.await.expect("no panic"));
    }

    let confirmed = answers
        .iter()
        .filter(|a| a.body["state"] == "confirmed")
        .count();
    let waiting = answers
        .iter()
        .filter(|a| a.body["state"] == "waitlisted")
        .count();
    assert_eq!((confirmed, waiting), (SEATS, EVERYBODY - SEATS));

    answers.sort_by_key(crate::house::Answer::position);
    let places = answers
        .iter()
        .filter_map(|answer| answer.body["waitlist_place"].as_u64());
    let in_log_order: Vec<u64> = (1..=(EVERYBODY - SEATS) as u64).collect();
    assert_eq!(
        places.collect::<Vec<_>>(),
        in_log_order,
        "places follow the log"
    );

    let log = replay::log(&house.flow).await;
    let positions: BTreeSet<u64> = answers.iter().map(crate::house::Answer::position).collect();
    assert_eq!(positions.len(), EVERYBODY, "each has a position of its own");
    let known: BTreeSet<u64> = log.iter().map(|recorded| recorded.position.0).collect();
    assert!(
        positions.is_subset(&known),
        "every answer's position is in the log"
    );

    let last = *positions.last().expect("positions");
    let shown = house.attendees(&workshop, last).await;
    let folded = replay::folded_rows(&log, &workshop);
    assert_eq!(
        replay::shown_rows(&shown),
        folded,
        "the list equals the replay"
    );
    replay::assert_no_command_twice(&log);

    let topics = format!("/v1/workshops/{workshop}/topics");
    let topics = house
        .get_at(&house.office("sh"), &topics, last)
        .await
        .expect(200);
    let rolle = topics.body["items"]
        .as_array()
        .expect("items")
        .iter()
        .find(|t| t["code"] == "rolle");
    let rolle = rolle.expect("the topic");
    assert_eq!(rolle["demand"]["ranked"][0], EVERYBODY, "{topics:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_seat_given_back_passes_to_who_waits_longest_for_everybody_to_see() {
    let house = House::start().await;
    house.programs().await;
    let workshop = house.workshop(json!({"capacity": 1})).await;
    let path = format!("/v1/workshops/{workshop}/registrations");
    let mut made = Vec::new();
    for who in 0..3 {
        let answer = house
            .post(&house.office("sh"), &path, &registration("sh", who))
            .await
            .expect(201);
        made.push(
            answer.body["registration"]
                .as_str()
                .expect("an id")
                .to_owned(),
        );
    }
    let cancel = format!("{path}/{}/cancel", made[0]);
    let cancelled = house
        .post(&house.office("sh"), &cancel, &json!({"reason": "illness"}))
        .await
        .expect(200);
    let shown = house.attendees(&workshop, cancelled.position()).await;
    let states: Vec<_> = shown
        .iter()
        .map(|item| (item["state"].as_str(), item["waitlist_place"].as_u64()))
        .collect();
    assert_eq!(
        states,
        [
            (Some("cancelled"), None),
            (Some("confirmed"), None),
            (Some("waitlisted"), Some(1))
        ]
    );
    let log = replay::log(&house.flow).await;
    let folded = replay::folded_rows(&log, &workshop);
    assert_eq!(replay::shown_rows(&shown), folded);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_waitlist_the_refusal_names_the_bucket() {
    let house = House::start().await;
    house.programs().await;
    let workshop = house
        .workshop(json!({"capacity": 1, "waitlist": "off"}))
        .await;
    let path = format!("/v1/workshops/{workshop}/registrations");
    house
        .post(&house.office("sh"), &path, &registration("sh", 1))
        .await
        .expect(201);
    let refused = house
        .post(&house.office("sh"), &path, &registration("sh", 2))
        .await;
    let refused = refused.expect_problem(409, "quota_exhausted");
    assert_eq!(
        refused.body["bucket"],
        json!({"scope": "workshop", "size": 1})
    );
}
