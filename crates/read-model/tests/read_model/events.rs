//! What each event about a person makes of the rows.

use anmeldewerk_contract::Position;
use anmeldewerk_domain::{
    LinkHash, Number, PersonId, ReportingId,
    workshop::{
        Amended, AmendedData, Blocks, Canceller, Cause, Channel, Event, Lapse, Reason, Substituted,
    },
};
use anmeldewerk_read_model::{
    Arrival, RegistrationState as State,
    query::{self, QueuePlace, Scope},
};
use uuid::Uuid;

use crate::{
    happened::{EXPIRES, after, id, one, order},
    moelln::{NOW, WORKSHOP, all},
    story::{block, cancelled, confirmed, settings, submission, submitted, waitlisted, wished},
};

/// Gives what became of 11 by these events.
async fn becomes(events: Vec<Event>) -> query::Registration {
    let house = after(settings(), vec![vec![submitted(11, "mv", &[])], events]).await;
    one(&house, 11).await
}

fn offered(of: u128) -> Event {
    Event::Offered {
        registration: id(of),
        expires: EXPIRES,
        cause: Cause::SeatPassed,
    }
}

#[tokio::test]
async fn a_seat_is_held_until_it_is_approved() {
    let held = Event::Held {
        registration: id(11),
        cause: Cause::ByHand,
    };
    let row = becomes(vec![held.clone()]).await;
    assert_eq!(row.state, State::PendingApproval);
    assert_eq!(
        (row.cause.as_deref(), row.approved),
        (Some("by_hand"), false)
    );
    let approved = Event::Confirmed {
        registration: id(11),
        cause: Cause::Approved,
    };
    let row = becomes(vec![held, approved]).await;
    assert_eq!((row.state, row.approved), (State::Confirmed, true));
}

#[tokio::test]
async fn an_offer_says_when_it_is_over_and_keeps_it_when_it_has_lapsed() {
    let row = becomes(vec![offered(11)]).await;
    assert_eq!(row.state, State::Offered);
    let expires = row.expires.map(jiff::Timestamp::as_microsecond);
    assert_eq!(expires, Some(EXPIRES.as_micros()));
    let lapsed = Event::Lapsed {
        registration: id(11),
        lapse: Lapse::Offer,
    };
    for row in [
        becomes(vec![offered(11), lapsed.clone()]).await,
        one(
            &after(
                settings(),
                vec![
                    vec![submitted(11, "mv", &[])],
                    vec![offered(11)],
                    vec![lapsed],
                ],
            )
            .await,
            11,
        )
        .await,
    ] {
        assert_eq!(
            (row.state, row.lapse.as_deref()),
            (State::Lapsed, Some("offer"))
        );
        assert_eq!(row.expires.map(jiff::Timestamp::as_microsecond), expires);
    }
}

#[tokio::test]
async fn a_decline_gives_its_reason() {
    let reason = Reason::NotEligible;
    let registration = id(11);
    let row = becomes(vec![Event::Declined {
        registration,
        reason,
    }])
    .await;
    assert_eq!(row.state, State::Declined);
    assert_eq!(
        (row.reason.as_deref(), row.cancellation),
        (Some("not_eligible"), None)
    );
}

#[tokio::test]
async fn everybody_who_cancels_is_named() {
    let who = [
        (
            Canceller::Office(Reason::Illness),
            "office",
            Some("illness"),
        ),
        (
            Canceller::Feeder(Some(Reason::Duty)),
            "feeder",
            Some("duty"),
        ),
        (Canceller::Feeder(None), "feeder", None),
        (Canceller::Participant, "participant", None),
        (Canceller::OfferDeclined, "offer_declined", None),
    ];
    let cancelled = (11..).zip(who).map(|(of, (by, ..))| {
        let registration = id(of);
        vec![
            submitted(of, "mv", &[]),
            Event::Cancelled { registration, by },
        ]
    });
    let house = after(settings(), cancelled.collect()).await;
    for (of, (_, name, reason)) in (11..).zip(who) {
        let row = one(&house, of).await;
        let cancellation = row.cancellation.expect("a cancellation");
        let found = (cancellation.by.as_str(), cancellation.reason.as_deref());
        assert_eq!(found, (name, reason));
        assert_eq!(row.reason.as_deref(), reason);
    }
}

#[tokio::test]
async fn a_confirmed_address_gives_the_place() {
    let resting = |of| {
        let mut submission = submission(of, "mv", &[]);
        submission.confirm_until = Some(EXPIRES);
        Event::Submitted(Box::new(submission))
    };
    let house = after(
        settings(),
        vec![
            vec![resting(11)],
            vec![submitted(12, "mv", &[]), waitlisted(12)],
            vec![
                Event::EmailConfirmed {
                    registration: id(11),
                },
                waitlisted(11),
            ],
            vec![resting(13)],
        ],
    )
    .await;
    assert_eq!(order(&house).await, [12, 11]);
    let row = one(&house, 11).await;
    let queued = QueuePlace {
        rank: 1,
        at: Arrival::new(Position(4), 0),
        lot: 0,
    };
    assert_eq!(
        (row.queued, row.arrival),
        (queued, Arrival::new(Position(2), 0))
    );
    assert_eq!(row.expires, None);
    let rests = one(&house, 13).await;
    assert_eq!(rests.state, State::Submitted);
    assert_eq!(
        rests.expires.map(jiff::Timestamp::as_microsecond),
        Some(EXPIRES.as_micros())
    );
}

#[tokio::test]
async fn whoever_is_moved_to_the_waitlist_waits_before_all_others() {
    let moved = |of| Event::MovedToWaitlist {
        registration: id(of),
        reason: Reason::Organisation,
        place: 1,
    };
    let house = after(
        settings(),
        vec![
            vec![submitted(11, "mv", &[]), waitlisted(11)],
            vec![submitted(12, "mv", &[]), confirmed(12)],
            vec![submitted(13, "mv", &[]), confirmed(13)],
            vec![moved(13)],
            vec![moved(12)],
        ],
    )
    .await;
    assert_eq!(order(&house).await, [12, 13, 11]);
    let row = one(&house, 12).await;
    assert_eq!(
        (row.reason.as_deref(), row.queued.rank),
        (Some("organisation"), 0)
    );
}

#[tokio::test]
async fn whoever_is_reinstated_waits_at_the_end() {
    let reinstated = |overridden| Event::Reinstated {
        registration: id(11),
        reason: Reason::Mistake,
        overridden,
    };
    let house = after(
        settings(),
        vec![
            vec![submitted(11, "mv", &[]), confirmed(11)],
            vec![submitted(12, "mv", &[]), waitlisted(12)],
            vec![cancelled(11)],
            vec![reinstated(false), waitlisted(11)],
        ],
    )
    .await;
    assert_eq!(order(&house).await, [12, 11]);
    let row = one(&house, 11).await;
    assert_eq!((row.approved, row.cancellation), (true, None));
    assert_eq!(
        (row.reason.as_deref(), row.overridden),
        (Some("mistake"), None)
    );
    let row = becomes(vec![cancelled(11), reinstated(true), confirmed(11)]).await;
    assert_eq!(row.overridden.as_deref(), Some("mistake"));
}

#[tokio::test]
async fn an_amendment_replaces_what_it_states_and_keeps_the_rest() {
    let amended = |wishes: Option<&[&str]>, data| {
        Event::Amended(Box::new(Amended {
            registration: id(11),
            municipality: None,
            wishes: wishes.map(wished),
            privacy_notice: None,
            data,
        }))
    };
    let data = AmendedData {
        also: None,
        placeholder: true,
        look_alikes: vec![id(14), id(13)],
        blocks: Blocks {
            free_text: Some(block(9, 3)),
            ..Blocks::default()
        },
    };
    let mut first = submission(11, "mv", &["rolle"]);
    first.look_alikes = vec![id(13), id(12)];
    let came = vec![Event::Submitted(Box::new(first)), confirmed(11)];
    let house = after(
        settings(),
        vec![
            came.clone(),
            vec![amended(Some(&["diskurs", "rolle"]), None)],
            vec![amended(None, Some(data))],
        ],
    )
    .await;
    let row = one(&house, 11).await;
    let wishes: Vec<_> = row.wishes.iter().map(|wish| wish.topic.as_str()).collect();
    assert_eq!(wishes, ["diskurs", "rolle", "legitimation"]);
    assert_eq!(
        (row.contact, row.identity),
        (None, None),
        "an empty class is empty from now on"
    );
    assert_eq!(row.free_text.map(|block| block.bytes), Some(vec![9, 3, 0]));
    assert_eq!(row.decision, Uuid::from_u128(0xdec1 << 64 | 4));
    let alike: Vec<u128> = row.look_alikes.iter().map(Uuid::as_u128).collect();
    assert_eq!((row.placeholder, alike), (true, vec![13, 14]));
    assert_eq!(
        (row.state, row.municipality.as_str()),
        (State::Confirmed, "01053")
    );
    let house = after(settings(), vec![came, vec![amended(Some(&[]), None)]]).await;
    let row = one(&house, 11).await;
    assert_eq!(
        row.decision,
        Uuid::from_u128(0xdec1 << 64 | 2),
        "its blocks are the old ones"
    );
    assert_eq!(row.contact.map(|block| block.bytes), Some(vec![11, 1, 0]));
}

#[tokio::test]
async fn a_new_secret_opens_and_the_old_one_does_not() {
    let renewed = Event::LinkRenewed {
        registration: id(11),
        link: LinkHash([99; 32]),
    };
    let house = after(
        settings(),
        vec![vec![submitted(11, "mv", &[])], vec![renewed]],
    )
    .await;
    for (link, opens) in [([11; 32], false), ([99; 32], true)] {
        let found = house
            .reader
            .registration_by_link(&LinkHash(link), NOW)
            .await;
        assert_eq!(found.expect("an answer").value.is_some(), opens);
    }
}

fn substituted(successor: u128) -> Event {
    Event::Substituted(Box::new(Substituted {
        registration: id(11),
        reason: Some(Reason::Illness),
        successor: id(successor),
        reporting: ReportingId(5),
        number: Number::from_random(77),
        person: PersonId(66),
        placeholder: false,
        municipality: crate::life::municipality(1),
        channel: Channel::Office,
        privacy_notice: 4,
        link: LinkHash([33; 32]),
        look_alikes: vec![id(12)],
        blocks: Blocks {
            contact: Some(block(8, 1)),
            ..Blocks::default()
        },
    }))
}

#[tokio::test]
async fn a_successor_has_the_seat_and_the_wishes_and_nothing_personal_of_who_left() {
    let house = after(
        settings(),
        vec![
            vec![submitted(11, "mv", &["rolle"]), confirmed(11)],
            vec![substituted(20)],
        ],
    )
    .await;
    let (old, new) = (one(&house, 11).await, one(&house, 20).await);
    assert_eq!(
        (old.state, old.successor),
        (State::Transferred, Some(Uuid::from_u128(20)))
    );
    assert_eq!(old.reason.as_deref(), Some("illness"));
    assert_eq!(
        (new.state, new.cause.as_deref()),
        (State::Confirmed, Some("admitted"))
    );
    assert_eq!((new.queued, new.wishes), (old.queued, old.wishes));
    assert_eq!(
        (new.arrival, new.version),
        (Arrival::new(Position(3), 0), Position(3))
    );
    assert_eq!(
        (new.municipality.as_str(), new.program.as_str()),
        ("13071107", "mv")
    );
    assert_eq!(new.decision, Uuid::from_u128(0xdec1 << 64 | 3));
    assert_eq!(new.contact.map(|block| block.bytes), Some(vec![8, 1, 0]));
    assert_eq!((new.identity, new.privacy_notice), (None, 4));
    assert_eq!(new.submitted_at.to_string(), "2019-08-01T09:00:03.123456Z");
}

#[tokio::test]
async fn a_merger_gives_the_better_of_both_to_whoever_goes_on() {
    let merged = |takes_state, takes_place| Event::Merged {
        registration: id(12),
        into: id(13),
        takes_state,
        takes_place,
    };
    let moved = Event::MovedToWaitlist {
        registration: id(12),
        reason: Reason::Duplicate,
        place: 1,
    };
    let people = [
        vec![submitted(11, "mv", &[]), waitlisted(11)],
        vec![submitted(12, "mv", &[]), confirmed(12)],
        vec![submitted(13, "mv", &[]), waitlisted(13)],
    ];
    let with = |last: Vec<Event>| people.iter().cloned().chain([last]).collect();
    let house = after(settings(), with(vec![merged(true, false)])).await;
    let (ended, kept) = (one(&house, 12).await, one(&house, 13).await);
    assert_eq!(
        (ended.state, ended.successor),
        (State::Merged, Some(Uuid::from_u128(13)))
    );
    assert_eq!(
        (kept.state, kept.cause.as_deref()),
        (State::Confirmed, Some("admitted"))
    );
    assert_eq!(kept.queued.at, kept.arrival);
    let house = after(settings(), with(vec![moved, merged(false, true)])).await;
    assert_eq!(
        order(&house).await,
        [13, 11],
        "it has the place of who was moved"
    );
    let all = house
        .reader
        .attendees(&Scope::Auditor, WORKSHOP, &all())
        .await;
    let items = all.expect("an answer").value.expect("a page").items;
    let arrived: Vec<u128> = items.iter().map(|item| item.id.as_u128()).collect();
    assert_eq!(
        arrived,
        [11, 12, 13],
        "the list of attendees is in the order of arrival"
    );
}
