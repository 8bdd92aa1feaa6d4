//! Two projection services: one works, the other takes over from one that was killed or stopped.

use std::time::{Duration, Instant};

use anmeldewerk_stack::{flow::Flow, service::Kind, wait};
use serde_json::json;

use crate::{
    house::{House, PATIENCE, registration},
    versions::{operated, shows_the_fold},
};

/// Registers somebody and waits until they are seen.
async fn seen(house: &House, workshop: &str, who: usize) -> Duration {
    let path = format!("/v1/workshops/{workshop}/registrations");
    let made = house
        .post(&house.feeder("sh"), &path, &registration("sh", who))
        .await
        .expect(201);
    let started = Instant::now();
    let one = format!(
        "/v1/registrations/{}",
        made.body["registration"].as_str().expect("an id")
    );
    let seen = wait::until(PATIENCE, || async {
        let found = house
            .get_at(&house.office("sh"), &one, made.position())
            .await;
        if found.status == 200 {
            Ok(())
        } else {
            Err(found.body.to_string())
        }
    });
    seen.await.expect("it is seen in the end");
    started.elapsed()
}

async fn leading(url: &str) -> bool {
    let metrics = reqwest::get(format!("{url}/metrics"))
        .await
        .expect("metrics");
    let metrics = metrics.text().await.expect("metrics");
    metrics.contains("projection_leading 1")
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_stands_by_takes_over_from_one_that_was_stopped_and_one_that_was_killed() {
    let flow = Flow::start().await.expect("a house");
    let house = House::of(flow);
    house.programs().await;
    let workshop = house.workshop(json!({"capacity": 3})).await;
    seen(&house, &workshop, 1).await;
    let second = house.flow.second_projection().await.expect("it stands by");
    let first = house.flow.service(Kind::Projection);
    assert!(leading(first.admin_url()).await && !leading(second.admin_url()).await);

    first.pause();
    let stopped = seen(&house, &workshop, 2).await;
    assert!(leading(second.admin_url()).await, "the other one works");
    let before = operated(&house.flow, &["digest"]).await;
    first.resume();
    // The one that wakes up finds out; nothing that it does changes a row.
    let idle = wait::until(PATIENCE, || async {
        if leading(first.admin_url()).await {
            Err("it still thinks that it works".to_owned())
        } else {
            Ok(())
        }
    });
    idle.await.expect("it stands by");
    assert!(leading(second.admin_url()).await, "and takes nothing back");
    let after = operated(&house.flow, &["digest"]).await;
    assert_eq!(after, before);
    seen(&house, &workshop, 3).await;

    second.kill();
    let killed = seen(&house, &workshop, 4).await;
    assert!(leading(first.admin_url()).await);
    shows_the_fold(&house, &workshop).await;
    println!("taken over after {stopped:?} (stopped) and {killed:?} (killed)");
}
