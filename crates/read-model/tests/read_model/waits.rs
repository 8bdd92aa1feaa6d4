//! What keeps people waiting.

use std::collections::BTreeMap;

use anmeldewerk_domain::{
    Cutoff, GroupId, Instant, Stated,
    workshop::{Bucket, Cause, Event, Guarantee, Membership, Settings},
};
use anmeldewerk_read_model::query::{Scope, WaitsFor};
use jiff::Timestamp;

use crate::{
    house::House,
    life::municipality,
    moelln::{NOW, WORKSHOP, all, waiting},
    story::{Log, confirmed, created_with, day, settings, slug, submission, submitted, waitlisted},
};

/// A workshop with these people, each with their program.
async fn with(settings: Settings, people: Vec<Vec<Event>>) -> House {
    let house = House::open().await;
    let mut log = Log::default();
    log.workshop(WORKSHOP.0, vec![created_with(settings), Event::Published]);
    for events in people {
        log.workshop(WORKSHOP.0, events);
    }
    house.apply(log.entries()).await;
    house
}

fn seated(id: u128, program: &str) -> Vec<Event> {
    vec![submitted(id, program, &[]), confirmed(id)]
}

fn waits(id: u128, program: &str) -> Vec<Event> {
    vec![submitted(id, program, &[]), waitlisted(id)]
}

/// Gives what keeps each one waiting, as all three queries say it.
async fn reasons(house: &House, now: Timestamp) -> Vec<(u128, Option<WaitsFor>)> {
    let mut filter = waiting();
    filter.now = now;
    let page = house
        .reader
        .waitlist(&Scope::Auditor, WORKSHOP, &filter)
        .await;
    let items = page.expect("an answer").value.expect("a page").items;
    let listed: Vec<_> = items
        .into_iter()
        .map(|item| (item.id.as_u128(), item.waits_for))
        .collect();
    let mut everybody = all();
    everybody.now = now;
    let page = house
        .reader
        .attendees(&Scope::Auditor, WORKSHOP, &everybody)
        .await;
    for item in page.expect("an answer").value.expect("a page").items {
        let id = anmeldewerk_domain::RegistrationId(item.id.as_u128());
        let one = house.reader.registration(&Scope::Auditor, id, now).await;
        let alone = one
            .expect("an answer")
            .value
            .expect("a registration")
            .waits_for;
        assert_eq!(alone, item.waits_for);
        let in_list = listed.iter().find(|(waiting, _)| *waiting == id.0);
        assert_eq!(
            item.waits_for,
            in_list.and_then(|(_, reason)| reason.clone())
        );
    }
    listed
}

#[tokio::test]
async fn the_bucket_that_is_full_is_named() {
    let mut rules = settings();
    rules.capacity = Some(5);
    rules.program_caps = BTreeMap::from([(slug("sh"), 1)]);
    rules.guarantees = BTreeMap::from([(
        slug("bb"),
        Guarantee {
            seats: 3,
            release: None,
        },
    )]);
    let people = vec![
        seated(1, "sh"),
        waits(2, "sh"),
        seated(3, "mv"),
        waits(4, "mv"),
    ];
    let house = with(rules.clone(), people.clone()).await;
    let own = Bucket::Program {
        program: slug("sh"),
        size: 1,
    };
    let expected = [
        (2, Some(WaitsFor::Bucket(own))),
        (4, Some(WaitsFor::Bucket(Bucket::Reserved))),
    ];
    assert_eq!(reasons(&house, NOW).await, expected);

    rules.guarantees.clear();
    rules.program_caps.clear();
    rules.municipality_caps = BTreeMap::from([(municipality(0), 2)]);
    let house = with(rules.clone(), people.clone()).await;
    let own = Bucket::Municipality {
        municipality: municipality(0),
        size: 2,
    };
    let expected = [2, 4].map(|id| (id, Some(WaitsFor::Bucket(own.clone()))));
    assert_eq!(reasons(&house, NOW).await, expected);

    rules.capacity = Some(2);
    let house = with(rules, people).await;
    let full = Bucket::Workshop { size: 2 };
    let expected = [2, 4].map(|id| (id, Some(WaitsFor::Bucket(full.clone()))));
    assert_eq!(reasons(&house, NOW).await, expected);
}

#[tokio::test]
async fn a_seat_in_approval_or_on_offer_fills_a_bucket_like_a_confirmed_one() {
    let registration = anmeldewerk_domain::RegistrationId(1);
    let held = Event::Held {
        registration,
        cause: Cause::Admitted,
    };
    let offered = Event::Offered {
        registration,
        expires: Instant::from_micros(i64::MAX),
        cause: Cause::SeatPassed,
    };
    let mut rules = settings();
    rules.capacity = Some(1);
    for seat in [held, offered] {
        let holder = vec![submitted(1, "sh", &[]), seat];
        let house = with(rules.clone(), vec![holder, waits(2, "mv")]).await;
        let full = Bucket::Workshop { size: 1 };
        let expected = [(2, Some(WaitsFor::Bucket(full)))];
        assert_eq!(reasons(&house, NOW).await, expected);
    }
}

#[tokio::test]
async fn where_nothing_is_full_the_first_waits_for_nothing_and_others_for_those_ahead() {
    let mut rules = settings();
    rules.capacity = None;
    let house = with(rules, vec![waits(1, "sh"), waits(2, "mv")]).await;
    let expected = [(1, None), (2, Some(WaitsFor::Bucket(Bucket::Queue)))];
    assert_eq!(reasons(&house, NOW).await, expected);
}

#[tokio::test]
async fn a_released_guarantee_keeps_nobody_waiting() {
    let mut rules = settings();
    rules.guarantees = BTreeMap::from([(
        slug("mv"),
        Guarantee {
            seats: 2,
            release: None,
        },
    )]);
    let released = Event::GuaranteeReleased {
        program: slug("mv"),
        release: anmeldewerk_domain::workshop::Release::ByHand,
    };
    let house = with(rules.clone(), vec![waits(1, "sh")]).await;
    let reserved = Some(WaitsFor::Bucket(Bucket::Reserved));
    assert_eq!(reasons(&house, NOW).await, [(1, reserved)]);
    let house = with(rules, vec![waits(1, "sh"), vec![released]]).await;
    assert_eq!(reasons(&house, NOW).await, [(1, None)]);
}

#[tokio::test]
async fn after_the_stop_everybody_waits_for_nothing_to_come() {
    let mut rules = settings();
    let instant = Instant::from_micros(NOW.as_microsecond());
    rules.deadlines.promotion_stops = Some(Cutoff {
        stated: Stated::Day(day(8, 17)),
        instant,
    });
    let house = with(rules, vec![seated(1, "sh"), waits(2, "sh")]).await;
    assert_eq!(
        reasons(&house, NOW).await,
        [(2, Some(WaitsFor::PromotionStopped))]
    );
    let before = NOW - jiff::SignedDuration::from_micros(1);
    assert_eq!(reasons(&house, before).await, [(2, None)]);
}

#[tokio::test]
async fn a_group_that_comes_as_a_whole_waits_for_seats_for_all() {
    let member = |id, together| {
        let mut submission = submission(id, "mv", &[]);
        submission.group = Some(Membership {
            group: GroupId(7),
            together,
        });
        Event::Submitted(Box::new(submission))
    };
    let group = |together| {
        vec![
            member(2, together),
            waitlisted(2),
            member(3, together),
            waitlisted(3),
        ]
    };
    let house = with(settings(), vec![seated(1, "sh"), group(true)]).await;
    let expected = [2, 3].map(|id| (id, Some(WaitsFor::Group)));
    assert_eq!(reasons(&house, NOW).await, expected);
    let house = with(settings(), vec![seated(1, "sh"), group(false)]).await;
    let expected = [(2, None), (3, Some(WaitsFor::Bucket(Bucket::Queue)))];
    assert_eq!(reasons(&house, NOW).await, expected);
}
