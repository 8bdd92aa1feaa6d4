//! A log on three servers and two registration services: one of either may die in the middle of a rush.

use std::time::Duration;

use anmeldewerk_stack::{
    flow::{Flow, FlowOptions},
    wait,
};
use tokio::time::timeout;

use crate::{
    house::{House, PATIENCE},
    kills::{Rush, survives},
};

const RUSH: Rush = Rush {
    everybody: 200,
    at_once: 64,
};

/// How long a whole rush may take, with an election in it.
const BOUND: Duration = Duration::from_mins(2);

async fn flow() -> Flow {
    let options = FlowOptions::default();
    let options = options.on_three_servers().registration_services(2);
    options.start().await.expect("a house")
}

/// Kills the leader of the log, waits until another one leads, and starts it again.
async fn depose(house: &House) {
    let cluster = house.flow.nats_cluster();
    let old = cluster.leader().await.expect("a leader");
    old.kill();
    let elected = wait::until(PATIENCE, || async {
        let next = cluster.leader().await.map_err(|error| error.to_string())?;
        if next.name() == old.name() {
            return Err("the killed one still leads".to_owned());
        }
        Ok(())
    });
    elected.await.expect("the others elect one");
    old.restart().await.expect("restarted");
}

#[tokio::test(flavor = "multi_thread")]
async fn killing_the_leader_of_the_log_loses_and_doubles_nothing() {
    let rush = survives(RUSH, flow().await, depose);
    let house = timeout(BOUND, rush).await.expect("in time");
    let whole = house.flow.nats.provision().await;
    whole.expect("all three keep the log again");
}

/// How many submissions a registration service has answered.
fn answered(flow: &Flow, index: usize) -> usize {
    let log = flow.registration_at(index).log();
    let submissions = log.lines().filter(|line| {
        line.contains(r#""message":"request""#)
            && line.contains(r#""route":"/v1/workshops/{workshop}/registrations""#)
    });
    submissions.count()
}

#[tokio::test(flavor = "multi_thread")]
async fn killing_one_registration_service_lets_the_other_go_on() {
    let rush = survives(RUSH, flow().await, async |house: &House| {
        let [first, second] = [0, 1].map(|index| answered(&house.flow, index));
        let (owner, other) = if first > second { (0, 1) } else { (1, 0) };
        assert_eq!(
            answered(&house.flow, other),
            0,
            "a workshop has one service"
        );
        house.flow.registration_at(owner).kill();
    });
    let house = timeout(BOUND, rush).await.expect("in time");
    let shares = [0, 1].map(|index| answered(&house.flow, index));
    assert!(shares.iter().all(|share| *share > 0), "{shares:?}");
}
