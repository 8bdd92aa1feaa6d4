//! `kill -9` in the middle of everything an office does: nothing acknowledged is lost, nothing counts twice.

use std::{collections::BTreeSet, sync::Arc};

use anmeldewerk_contract::Position;
use anmeldewerk_domain::workshop::Situation;
use anmeldewerk_stack::wait;
use serde_json::{Value, json};

use super::{Course, Seat, reason};
use crate::{
    house::{PATIENCE, key},
    replay,
};

const PEOPLE: usize = 30;
const SEATS: u32 = 10;

/// What is done to the registration with this number, one after another.
fn deeds(who: usize) -> Vec<(&'static str, Value)> {
    let over = json!({"reason": "hardship"});
    let substitute = json!({
        "person": {"given_name": format!("Neu{who}"), "family_name": "Vertretung"},
        "privacy_notice": 1,
    });
    match who % 4 {
        0 => vec![("cancel", reason("illness")), ("reinstate", over)],
        1 => vec![("to-waitlist", reason("organisation"))],
        2 => vec![("substitute", substitute)],
        _ => vec![("cancel", reason("duty"))],
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_an_office_does_while_the_service_is_killed_stands_once() {
    let course = Arc::new(Course::coming(json!({"capacity": SEATS})).await);
    let mut seats = Vec::new();
    for who in 0..PEOPLE {
        let answer = course.submit("sh", who).await.expect(201);
        seats.push(Seat::of(&answer.body));
    }
    let acts = seats.into_iter().enumerate().map(|(who, seat)| {
        let course = Arc::clone(&course);
        tokio::spawn(async move { act(&course, who, &seat).await })
    });
    let acts: Vec<_> = acts.collect();
    for _ in 0..3 {
        course.house.flow.kill_registration();
        course
            .house
            .flow
            .restart_registration()
            .await
            .expect("restarted");
    }
    let mut positions = BTreeSet::new();
    for act in acts {
        positions.extend(act.await.expect("no panic"));
    }
    let last = course.submit("mv", 99).await.expect(201);
    course.check(&last).await;
    let log = replay::log(&course.house.flow).await;
    let known: BTreeSet<Position> = log.iter().map(|recorded| recorded.position).collect();
    assert!(
        positions.is_subset(&known),
        "what was acknowledged is in the log"
    );
    let workshop = replay::workshop(&log, &course.id);
    assert_eq!(
        workshop.taken.total, SEATS,
        "every seat has somebody, and nobody sits twice"
    );
    let held = workshop.registrations.values();
    let held = held.filter(|registration| registration.situation == Situation::Confirmed);
    assert_eq!(held.count(), 10);
}

/// Does what is to be done, again and again with the same key until there is a true answer; gives the positions of
/// what was accepted.
async fn act(course: &Course, who: usize, seat: &Seat) -> Vec<Position> {
    let token = course.house.office("sh");
    let mut accepted = Vec::new();
    for (verb, body) in deeds(who) {
        let path = course.path(&format!("/registrations/{}/{verb}", seat.id));
        let key = key();
        let answer = wait::until(PATIENCE, || async {
            match course.house.try_post(&token, &key, &path, &body).await {
                Ok(answer) if answer.status != 503 => Ok(answer),
                Ok(answer) => Err(answer.body.to_string()),
                Err(error) => Err(error.to_string()),
            }
        });
        let answer = answer.await.expect("answered in the end");
        if answer.status < 300 {
            accepted.push(Position(answer.position()));
        } else {
            assert_eq!(answer.code(), "transition_not_allowed", "{}", answer.body);
        }
    }
    accepted
}
