//! The projection service on a real log and a real `PostgreSQL`.

#![allow(clippy::too_many_lines, reason = "a test reads from top to bottom")]

mod house;
mod parking;

use std::time::Duration;

use anmeldewerk_contract::{Position, watermark};
use anmeldewerk_journal::Journal;
use anmeldewerk_read_model::{Batch, Entry, PROJECTION};
use anmeldewerk_stack::nats::User;
use futures_util::StreamExt;

use house::{House, PATIENCE, decision};

#[tokio::test]
async fn what_is_decided_appears_and_is_announced() {
    let house = House::open().await;
    let listener = house.nats.connect(User::Gateway).await;
    let listener = listener.expect("a connection");
    let mut watermarks = listener
        .subscribe(watermark(PROJECTION))
        .await
        .expect("a subscription");
    listener.flush().await.expect("subscribed");
    let service = house.start().await;
    service.becomes_ready().await;

    house.append(&["mv", "sh", "bb"]).await;
    house.reaches(3).await;
    let found = house.reader.programs().await.expect("an answer");
    assert_eq!((found.position, found.value.len()), (Position(3), 3));
    let announced = tokio::time::timeout(PATIENCE, async {
        while let Some(message) = watermarks.next().await {
            if message.payload.as_ref() == b"3 rm_1" {
                return;
            }
        }
        panic!("the subscription has ended");
    });
    announced.await.expect("the last position is announced");
    service.stop().await;
}

#[tokio::test]
async fn it_goes_on_where_it_stopped() {
    let house = House::open().await;
    let service = house.start().await;
    house.append(&["mv"]).await;
    house.reaches(1).await;
    service.stop().await;

    house.append(&["sh", "bb"]).await;
    let service = house.start().await;
    house.reaches(3).await;
    let checkpoint = house.writer.checkpoint().await.expect("a checkpoint");
    let state = house.log.state().await.expect("a state");
    assert_eq!(checkpoint.stream_created, Some(state.created));
    let last = house.log.at(Position(3)).await.expect("an answer");
    let last = last.expect("a message");
    assert_eq!(
        checkpoint.message_hash,
        Some(anmeldewerk_journal::message_hash(&last))
    );
    service.stop().await;
}

#[tokio::test]
async fn a_second_one_stands_by_and_takes_over() {
    let house = House::open().await;
    let first = house.start().await;
    house.append(&["mv"]).await;
    house.reaches(1).await;
    let second = house.start().await;
    second.becomes_ready().await;

    first.stop().await;
    house.append(&["sh"]).await;
    house.reaches(2).await;
    second.stop().await;
}

#[tokio::test]
async fn whoever_takes_the_fence_ends_the_one_who_works_and_it_comes_back() {
    let house = House::open().await;
    let service = house.start().await;
    house.append(&["mv"]).await;
    house.reaches(1).await;
    house.writer.take_fence().await.expect("a fence");
    house.append(&["sh"]).await;
    house.reaches(2).await;
    service.stop().await;
}

#[tokio::test]
async fn it_survives_the_loss_of_the_log_and_of_the_database() {
    let house = House::open().await;
    let service = house.start().await;
    house.append(&["mv"]).await;
    house.reaches(1).await;

    house.nats.kill();
    service.becomes_unready("log").await;
    house.nats.restart().await.expect("a restarted server");
    house.append(&["sh"]).await;
    house.reaches(2).await;
    service.becomes_ready().await;

    house.end_connections("aw_projection").await;
    house.append(&["bb"]).await;
    house.reaches(3).await;
    service.becomes_ready().await;
    service.stop().await;
}

#[tokio::test]
async fn another_log_is_not_followed_and_the_process_stays_to_say_so() {
    let house = House::open().await;
    house.append(&["mv", "sh"]).await;
    let created = house.log.state().await.expect("a state").created;
    let (fence, _) = house.writer.take_fence().await.expect("a fence");
    let forged = Entry::of(decision(Position(1), "mv"), [9; 32]);
    let batch = Batch::new(Position::START, created, vec![forged]);
    house.writer.apply(fence, &batch).await.expect("an outcome");

    let service = house.start().await;
    service.becomes_unready("log").await;
    let reason = service.reason("log").expect("a reason");
    assert!(
        reason.contains("not the one that was read before"),
        "{reason}"
    );
    let metrics = service.metrics();
    assert!(metrics.contains("projection_log_regressed 1"), "{metrics}");
    let still = house.writer.checkpoint().await.expect("a checkpoint");
    assert_eq!(still.position, Position(1), "nothing was built on sand");

    // An operator has looked: this log is the right one.
    let (succeeded, _, said) = parking::operate(&house, &["rebuild"]).await;
    assert!(!succeeded, "not without being told: {said}");
    parking::operated(&house, &["rebuild", "--accept", "log"]).await;
    service.becomes_ready().await;
    house.append(&["bb"]).await;
    house.reaches(3).await;
    assert!(service.metrics().contains("projection_log_regressed 0"));
    service.stop().await;
}

#[tokio::test]
async fn a_process_that_stops_ends_in_time() {
    let house = House::open().await;
    let service = house.start().await;
    service.becomes_ready().await;
    let stopped = tokio::time::timeout(Duration::from_secs(2), service.stop()).await;
    stopped.expect("stopped in time");
}
