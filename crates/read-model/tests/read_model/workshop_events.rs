//! What each event about a workshop makes of the rows.

use std::collections::BTreeMap;

use anmeldewerk_contract::Position;
use anmeldewerk_domain::{
    Cutoff, GroupId, Instant, PersonId, Stated, TextLine,
    workshop::{
        Bucket, Event, GroupContact, GroupPolicy, GroupSubmitted, Guarantee, Hours, Membership,
        Reason, Release, Slot, Status,
    },
};
use anmeldewerk_read_model::{
    RegistrationState as State,
    query::{OfferedTopic, Scope, Workshop},
};
use uuid::Uuid;

use crate::{
    happened::{EXPIRES, after, id, one, order, workshop},
    moelln::{WORKSHOP, host},
    story::{
        Log, block, confirmed, created_with, day, settings, slug, submission, submitted, waitlisted,
    },
};

fn kept(seats: u32) -> Guarantee {
    let release = Some(Cutoff {
        stated: Stated::Day(day(9, 1)),
        instant: Instant::from_micros(1_567_288_800_000_000),
    });
    Guarantee { seats, release }
}

#[tokio::test]
async fn lots_order_those_who_rest_with_a_confirmed_address() {
    let mut unconfirmed = submission(14, "mv", &[]);
    unconfirmed.confirm_until = Some(EXPIRES);
    let house = after(
        settings(),
        vec![
            vec![submitted(11, "mv", &[])],
            vec![submitted(12, "mv", &[]), waitlisted(12)],
            vec![submitted(13, "mv", &[])],
            vec![Event::Submitted(Box::new(unconfirmed))],
            vec![submitted(15, "mv", &[])],
            vec![
                Event::DrawHeld {
                    seed: [1; 32],
                    places: vec![2, 0, 1],
                },
                confirmed(13),
            ],
        ],
    )
    .await;
    assert_eq!(order(&house).await, [12, 15, 11]);
    assert!(workshop(&house).await.drawn);
    assert_eq!(one(&house, 14).await.state, State::Submitted);
    assert_eq!(one(&house, 13).await.state, State::Confirmed);
}

#[tokio::test]
async fn a_workshop_that_is_called_off_cancels_whoever_is_live() {
    let mut resting = submission(13, "mv", &[]);
    resting.confirm_until = Some(EXPIRES);
    let declined = Event::Declined {
        registration: id(14),
        reason: Reason::Duplicate,
    };
    let house = after(
        settings(),
        vec![
            vec![submitted(11, "mv", &[]), confirmed(11)],
            vec![submitted(12, "mv", &[]), waitlisted(12)],
            vec![Event::Submitted(Box::new(resting))],
            vec![submitted(14, "mv", &[]), declined],
            vec![Event::CalledOff {
                reason: Reason::Illness,
            }],
        ],
    )
    .await;
    for of in [11, 12, 13] {
        let row = one(&house, of).await;
        let cancellation = row.cancellation.expect("a cancellation");
        assert_eq!(
            (cancellation.by.as_str(), cancellation.reason.as_deref()),
            ("workshop", Some("illness"))
        );
        assert_eq!(
            (row.state, row.expires, row.version),
            (State::Cancelled, None, Position(6))
        );
    }
    let before = one(&house, 14).await;
    assert_eq!(
        (before.state, before.version),
        (State::Declined, Position(5))
    );
    for scope in [Scope::Public, Scope::Operator] {
        let seen = house
            .reader
            .workshop(&scope, WORKSHOP)
            .await
            .expect("an answer");
        assert_eq!(seen.value.map(|seen| seen.status), Some(Status::Cancelled));
    }
}

#[tokio::test]
async fn settings_stated_anew_replace_all_of_them() {
    let mut before = settings();
    before.program_caps = BTreeMap::from([(slug("sh"), 1)]);
    before.guarantees = BTreeMap::from([(slug("mv"), kept(1))]);
    let mut amended = settings();
    amended.capacity = None;
    amended.guarantees = BTreeMap::from([(slug("mv"), kept(2))]);
    amended.topics.truncate(1);
    let line = |text| TextLine::new(text).expect("a line");
    let topic = &mut amended.topics[0];
    (topic.slot, topic.min, topic.max) = (Slot::Second, 8, Some(20));
    topic.program_caps = BTreeMap::from([(slug("mv"), 12), (slug("sh"), 0)]);
    topic.municipality_cap = Some(2);
    topic.room = Some(line("Saal „2“, links"));
    topic.speakers = vec![line("Anke Muster, M. A."), line("N. N.")];
    let released = Event::GuaranteeReleased {
        program: slug("mv"),
        release: Release::ByHand,
    };
    let restated = |guarantees_restated| Event::SettingsAmended {
        settings: Box::new(amended.clone()),
        guarantees_restated,
    };
    for (guarantees_restated, still_released) in [(false, true), (true, false)] {
        let decisions = vec![vec![released.clone()], vec![restated(guarantees_restated)]];
        let house = after(before.clone(), decisions).await;
        let found = workshop(&house).await;
        assert!(found.bounds.program_caps.is_empty());
        assert_eq!((found.seats.capacity, found.topics.len()), (None, 1));
        let topic = OfferedTopic {
            slot: 2,
            code: "rolle".to_owned(),
            title: "Thema rolle".to_owned(),
            min: 8,
            max: Some(20),
            program_caps: BTreeMap::from([("mv".to_owned(), 12), ("sh".to_owned(), 0)]),
            municipality_cap: Some(2),
            room: Some("Saal „2“, links".to_owned()),
            speakers: vec!["Anke Muster, M. A.".to_owned(), "N. N.".to_owned()],
        };
        assert_eq!(found.topics, std::slice::from_ref(&topic));
        let offered = house.reader.topics(&host(), WORKSHOP).await;
        let offered = offered.expect("an answer").value.expect("topics");
        assert_eq!(offered.topics[0].offered, topic);
        let guarantee = &found.bounds.guarantees["mv"];
        assert_eq!((guarantee.seats, guarantee.released), (2, still_released));
        let release = guarantee.release.as_ref().expect("a day");
        assert_eq!(release.stated, "2019-09-01");
        assert_eq!(
            (found.status, found.version),
            (Status::Published, Position(3))
        );
    }
}

#[tokio::test]
async fn a_postponed_workshop_closes_at_the_earlier_of_deadline_and_beginning() {
    let mut schedule = settings().schedule;
    schedule.first_day = day(9, 20);
    schedule.hours = Hours::AllDay;
    schedule.begins = Instant::from_micros(1_568_930_400_000_000);
    let earlier = Event::Postponed {
        schedule: Box::new(schedule),
    };
    let house = after(settings(), vec![vec![earlier.clone()]]).await;
    let found = workshop(&house).await;
    assert_eq!(
        (found.closing.stated.as_str(), found.hours),
        ("2019-09-20", None)
    );
    assert_eq!(found.first_day.to_string(), "2019-09-20");
    let back = Event::Postponed {
        schedule: Box::new(settings().schedule),
    };
    let found = workshop(&after(settings(), vec![vec![earlier], vec![back]]).await).await;
    assert_eq!(found.closing.stated, "2019-09-30");
}

#[tokio::test]
async fn a_guarantee_that_is_released_keeps_nothing() {
    let mut rules = settings();
    rules.guarantees = BTreeMap::from([(slug("mv"), kept(2))]);
    let people = vec![submitted(11, "mv", &[]), confirmed(11)];
    let kept_of = |found: &Workshop| found.buckets.last().expect("a bucket").kept;
    let house = after(rules.clone(), vec![people.clone()]).await;
    assert_eq!(kept_of(&workshop(&house).await), Some(1));
    let released = Event::GuaranteeReleased {
        program: slug("mv"),
        release: Release::Due,
    };
    let house = after(rules, vec![people, vec![released]]).await;
    assert_eq!(kept_of(&workshop(&house).await), Some(0));
}

#[tokio::test]
async fn who_was_passed_over_is_told_nowhere_but_as_an_event_without_names() {
    let passed = Event::PassedOver(Vec::new());
    let house = after(
        settings(),
        vec![vec![submitted(11, "mv", &[]), confirmed(11)]],
    )
    .await;
    let before = house.digests().await;
    let mut log = Log::default();
    log.workshop(WORKSHOP.0, vec![created_with(settings()), Event::Published])
        .workshop(WORKSHOP.0, vec![submitted(11, "mv", &[]), confirmed(11)])
        .workshop(WORKSHOP.0, vec![passed]);
    house.apply(log.entries()[2..].to_vec()).await;
    assert_eq!(house.digests().await.differences(&before), ["history"]);
    let named: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM history WHERE kind = 'waitlist.passed_over.v1' AND num_nulls(registration, other) = 2",
    )
    .fetch_one(&house.owner)
    .await
    .expect("a count");
    assert_eq!(named, 1);
}

#[tokio::test]
async fn a_group_is_kept_with_the_person_who_opens_its_contact() {
    let group = GroupId(70);
    let mut member = submission(11, "mv", &[]);
    member.group = Some(Membership {
        group,
        together: false,
    });
    let came = Event::GroupSubmitted(Box::new(GroupSubmitted {
        group,
        program: slug("mv"),
        policy: GroupPolicy::Partial,
        contact: Some(GroupContact {
            person: PersonId(42),
            block: block(7, 1),
        }),
        size: 3,
        refused: vec![(0, Bucket::Reserved), (2, Bucket::Reserved)],
    }));
    let events = vec![came, Event::Submitted(Box::new(member)), confirmed(11)];
    let house = after(settings(), vec![events.clone()]).await;
    let row = one(&house, 11).await.group.expect("a group");
    assert_eq!((row.id.as_u128(), row.together), (70, false));
    let kept: (String, String, i64, Vec<u8>, Uuid, Uuid, i64) = sqlx::query_as(
        "SELECT host, policy, size, contact, person, decision, version FROM group_registration",
    )
    .fetch_one(&house.owner)
    .await
    .expect("a row");
    let refused_first = Uuid::from_u128(42);
    let decision = Uuid::from_u128(0xdec1 << 64 | 2);
    let expected = (
        "sh".to_owned(),
        "partial".to_owned(),
        3,
        vec![7, 1, 0],
        refused_first,
        decision,
        2,
    );
    assert_eq!(kept, expected);
}
