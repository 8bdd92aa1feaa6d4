//! `kill -9` of each process in the middle of a rush: nothing acknowledged is lost, nothing counts twice.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use anmeldewerk_stack::{flow::Flow, service::Kind, wait};
use serde_json::json;
use tokio::sync::watch;

use crate::{
    house::{Answer, House, PATIENCE, key, registration},
    replay,
};

/// The rush of these tests.
pub(crate) const RUSH: Rush = Rush {
    everybody: 120,
    at_once: 24,
};

/// How many seats there are in every rush.
pub(crate) const SEATS: usize = 40;

/// How many register, and how many of them at a time.
#[derive(Clone, Copy)]
pub(crate) struct Rush {
    pub(crate) everybody: usize,
    pub(crate) at_once: usize,
}

/// How many answers have come so far.
type Progress = watch::Sender<usize>;

/// Lets everybody register while `disturb` does its worst, once a third has been answered.
async fn run(
    rush: Rush,
    house: &Arc<House>,
    workshop: &str,
    disturb: impl AsyncFnOnce(&House),
) -> Vec<Answer> {
    let Rush { everybody, at_once } = rush;
    let progress: Arc<Progress> = Arc::new(watch::Sender::new(0));
    let path = format!("/v1/workshops/{workshop}/registrations");
    let submissions = (0..everybody).map(|who| {
        let (house, path, progress) = (Arc::clone(house), path.clone(), Arc::clone(&progress));
        tokio::spawn(async move {
            let program = ["mv", "sh"][who % 2];
            let (token, key, body) = (house.feeder(program), key(), registration(program, who));
            // Not all at the very same moment, so that the disturbance meets some on their way.
            let mut come = progress.subscribe();
            let turn = come.wait_for(|answered| answered + at_once > who);
            turn.await.expect("the sender lives");
            let answer = house.insist(&token, &key, &path, &body).await;
            progress.send_modify(|answered| *answered += 1);
            answer
        })
    });
    let submissions: Vec<_> = submissions.collect();
    let mut third = progress.subscribe();
    third
        .wait_for(|answered| *answered >= everybody / 3)
        .await
        .expect("the sender lives");
    disturb(house).await;
    let mut answers = Vec::new();
    for submission in submissions {
        answers.push(submission.await.expect("no panic"));
    }
    answers
}

/// Checks what was acknowledged against the log, and the read model against the fold of the log.
async fn check(house: &House, workshop: &str, answers: &[Answer]) {
    let log = replay::log(&house.flow).await;
    replay::assert_no_command_twice(&log);
    let folded = replay::workshop(&log, workshop);
    assert_eq!(
        folded.registrations.len(),
        answers.len(),
        "each is in the log once"
    );
    let states = answers.iter().map(|answer| &answer.body["state"]);
    let confirmed = states.filter(|state| *state == "confirmed").count();
    assert_eq!(confirmed, SEATS, "and as many were told so");
    assert_eq!(folded.taken.total as usize, SEATS);
    let rows = replay::folded_rows(&log, workshop);
    let numbers: BTreeMap<&str, &str> = rows
        .iter()
        .map(|(id, number, ..)| (id.as_str(), number.as_str()))
        .collect();
    for answer in answers {
        let id = answer.body["registration"].as_str().expect("an id");
        let number = answer.body["number"].as_str();
        assert_eq!(
            numbers.get(id).copied(),
            number,
            "what was acknowledged is in the log"
        );
    }
    let last = log.last().expect("decisions").position.0;
    let shown = wait::until(PATIENCE, || async {
        let path = format!("/v1/workshops/{workshop}");
        let answer = house.get(&house.office("sh"), &path).await;
        if answer.status == 200 && answer.position() >= last {
            Ok(house.attendees(workshop, last).await)
        } else {
            Err(answer.body.to_string())
        }
    });
    let shown = shown.await.expect("the read model comes as far as the log");
    assert_eq!(
        replay::shown_rows(&shown),
        rows,
        "the read model equals the fold"
    );
}

/// Disturbs a rush and checks that nothing was lost or doubled; gives the house as it is then.
pub(crate) async fn survives(
    rush: Rush,
    flow: Flow,
    disturb: impl AsyncFnOnce(&House),
) -> Arc<House> {
    let house = Arc::new(House::of(flow));
    house.programs().await;
    let workshop = house.workshop(json!({"capacity": SEATS})).await;
    let answers = run(rush, &house, &workshop, disturb).await;
    assert_eq!(answers.len(), rush.everybody);
    check(&house, &workshop, &answers).await;
    house
}

#[tokio::test(flavor = "multi_thread")]
async fn killing_the_registration_service_loses_and_doubles_nothing() {
    let flow = Flow::start().await.expect("a house");
    survives(RUSH, flow, async |house: &House| {
        house.flow.kill_registration();
        house.flow.restart_registration().await.expect("restarted");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killing_the_projection_service_loses_and_doubles_nothing() {
    let flow = Flow::start().await.expect("a house");
    survives(RUSH, flow, async |house: &House| {
        house.flow.kill_projection();
        house.flow.restart_projection().await.expect("restarted");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killing_the_gateway_loses_and_doubles_nothing() {
    let flow = Flow::start().await.expect("a house");
    survives(RUSH, flow, async |house: &House| {
        house.flow.kill_gateway();
        house.flow.restart_gateway().await.expect("restarted");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killing_the_nats_server_loses_and_doubles_nothing() {
    let flow = Flow::start().await.expect("a house");
    survives(RUSH, flow, async |house: &House| {
        house.flow.nats.kill();
        house.flow.nats.restart().await.expect("restarted");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killing_postgresql_loses_and_doubles_nothing() {
    let flow = Flow::start_with_own_postgres().await.expect("a house");
    survives(RUSH, flow, async |house: &House| {
        house.flow.postgres().kill();
        house.flow.postgres().restart().await.expect("restarted");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_service_stops_in_time_when_it_is_asked_to() {
    let house = House::start().await;
    for kind in Kind::ALL {
        let service = house.flow.service(kind);
        let stopped = tokio::time::timeout(Duration::from_secs(10), service.stop()).await;
        assert!(stopped.is_ok(), "{}", kind.name());
        assert!(
            service.log().contains(r#""message":"stopping""#),
            "{} ended softly: {}",
            kind.name(),
            service.log()
        );
    }
}
