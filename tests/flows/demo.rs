//! The main job on real input: Mölln in 2019, and what is asked of it today.

use anmeldewerk_stack::demo;
use serde_json::json;

use crate::{
    house::{House, registration},
    replay,
};

#[tokio::test(flavor = "multi_thread")]
async fn moelln_is_played_under_its_clock_and_refuses_today_in_german_with_the_deadline() {
    let house = House::start().await;
    let story = demo::play(&house.flow.addresses(), house.flow.signer())
        .await
        .expect("played");
    let log = replay::log(&house.flow).await;
    let last = log.last().expect("decisions").position.0;
    let office = house.office("sh");

    let path = format!("/v1/workshops/{}", story.past);
    let past = house.get_at(&office, &path, last).await.expect(200);
    assert_eq!(past.body["first_day"], "2019-10-22");
    assert_eq!(past.body["last_day"], "2019-10-23");
    assert_eq!(past.body["venue"]["town"], "Mölln");
    assert_eq!(past.body["seats"]["capacity"], 40);
    assert_eq!(past.body["seats"]["confirmed"], 40);
    assert!(
        past.body["seats"]["waitlisted"]
            .as_u64()
            .is_some_and(|waiting| waiting > 0)
    );

    let shown = house.attendees(&story.past, last).await;

    assert_eq!(
        replay::shown_rows(&shown),
        replay::folded_rows(&log, &story.past)
    );
    let programs: Vec<&str> = shown
        .iter()
        .filter_map(|item| item["program"].as_str())
        .collect();
    assert!(programs.contains(&"mv") && programs.contains(&"sh"));
    let topics = house
        .get_at(&office, &format!("{path}/topics"), last)
        .await
        .expect(200);
    assert_eq!(topics.body["items"].as_array().map(Vec::len), Some(6));

    let simulated = log
        .iter()
        .filter(|recorded| recorded.decision.clock == anmeldewerk_contract::ClockKind::Simulated);
    assert!(
        simulated.count() >= 48,
        "decisions under a simulated clock say so"
    );

    let path = format!("{path}/registrations");
    let refused = house.post(&office, &path, &registration("sh", 999)).await;
    let refused = refused.expect_problem(409, "deadline_passed");
    assert_eq!(refused.body["deadline"], "2019-09-30");
    assert_eq!(refused.body["deadline_at"], "2019-09-30T22:00:00Z");
    assert_eq!(
        refused.body["detail"],
        "Die Frist ist abgelaufen: 30.09.2019."
    );
    assert_eq!(refused.header("content-language"), "de");

    let coming = house
        .get_at(&office, &format!("/v1/workshops/{}", story.coming), last)
        .await
        .expect(200);
    assert_eq!(
        coming.body["registration"]["open"],
        json!(true),
        "{}",
        coming.body
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn playing_the_demonstration_again_changes_nothing() {
    let house = House::start().await;
    demo::play(&house.flow.addresses(), house.flow.signer())
        .await
        .expect("played");
    let before = replay::log(&house.flow).await;
    demo::play(&house.flow.addresses(), house.flow.signer())
        .await
        .expect("played");
    assert_eq!(replay::log(&house.flow).await, before);
}
