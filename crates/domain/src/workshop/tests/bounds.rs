//! What touches many people is one event, or comes in parts that a decision can hold.

use super::*;

/// The event with which 100,000 people are registered one by one, and get seats as long as there are any.
fn come_to(mut story: Story, guests: std::ops::RangeInclusive<u32>) -> Story {
    for who in guests {
        let standing = if who <= 500 {
            confirmed(who, Cause::Admitted)
        } else {
            waits(who, who - 500)
        };
        story.fold(&[came_in(who), standing]);
    }
    story
}

/// Settles part by part, and gives the parts.
fn parts(mut story: Story) -> (Vec<Vec<Event>>, Story) {
    let mut parts = Vec::new();
    loop {
        let due = story.settles();
        if due.is_empty() {
            assert_ne!(story.due(), Some(story.at), "nothing more is due now");
            return (parts, story);
        }
        assert_eq!(story.due(), Some(story.at), "the rest is due at once");
        story.fold(&due);
        parts.push(due);
    }
}

fn passed_to_all(who: impl Iterator<Item = u32>) -> Vec<Event> {
    who.map(passed_to).collect()
}

/// 5,000 wait for no seat at all.
fn five_thousand_wait() -> Story {
    given(seats(0), submit_all(1..=5_000))
}

#[test]
fn a_workshop_of_100_000_registrations_is_called_off_by_one_event() {
    let story = come_to(given(seats(500), []), 1..=100_000);
    assert_eq!((story.taken(), story.queue().len()), (500, 99_500));
    let reason = Reason::Organisation;
    let call_off = Command::CallOff { reason };
    story.when(&call_off).then([Event::CalledOff { reason }]);
    let story = story.and([call_off]);
    assert_eq!((story.taken(), story.queue().len()), (0, 0));
    let mut all = story.workshop().registrations.values();
    assert!(all.all(|registration| registration.situation == Situation::Cancelled));
}

#[test]
fn raising_the_capacity_by_5000_passes_on_200_at_once_and_the_rest_in_parts_in_order() {
    let mut story = five_thousand_wait();
    let decided = story.play(&restate(seats(5_000)));
    assert_eq!(decided[0], restated(seats(5_000)));
    assert_eq!(decided[1..], passed_to_all(1..=200));
    let (parts, story) = parts(story);
    let expected: Vec<Vec<Event>> = (1..25)
        .map(|part| passed_to_all(part * 200 + 1..=part * 200 + 200))
        .collect();
    assert_eq!(parts, expected);
    assert_eq!((story.taken(), story.due()), (5_000, None));
}

#[test]
fn seats_that_are_still_due_are_not_a_newcomers() {
    let story = five_thousand_wait().and([restate(seats(5_000))]);
    story
        .when(&submit(5_001))
        .then([came_in(5_001), waits(5_001, 1)]);
    let decided = decide(&story.state, OPEN, &submit(5_001));
    assert_eq!(decided, Ok(vec![came_in(5_001), waits(5_001, 4_801)]));
}

#[test]
fn one_free_seat_more_than_people_wait_is_a_newcomers() {
    let story = five_thousand_wait().and([restate(seats(5_001))]);
    let decided = decide(&story.state, OPEN, &submit(5_001));
    let seated = confirmed(5_001, Cause::Admitted);
    assert_eq!(decided, Ok(vec![came_in(5_001), seated]));
}

#[test]
fn a_thousand_offers_that_expire_at_one_instant_lapse_in_parts_before_anything_passes_on() {
    let settings = offering(seats(0), 72);
    let story = given(settings, submit_all(1..=1_500))
        .and([restate(offering(seats(1_000), 72)), Command::Settle])
        .hours_later(72);
    assert_eq!(story.taken(), 1_000);
    let (parts, story) = parts(story);
    let lapses = |part: u32| -> Vec<Event> {
        let who = part * 200 + 1..=part * 200 + 200;
        who.map(|who| lapsed(who, Lapse::Offer)).collect()
    };
    assert_eq!(parts[..5], [0, 1, 2, 3, 4].map(lapses));
    let expires = story.at.hours_later(72);
    let passed: Vec<Event> = parts[5..].concat();
    let expected: Vec<Event> = (1_001..=1_500).map(|who| offered(who, expires)).collect();
    assert_eq!(passed, expected);
    let sizes: Vec<usize> = parts[5..].iter().map(Vec::len).collect();
    assert_eq!(sizes, [200, 200, 100]);
    assert_eq!(story.taken(), 500);
}

#[test]
fn a_group_is_never_cut_in_two_by_the_bound_of_a_decision() {
    let group = groups::of(GroupPolicy::Together, 200..=210);
    let mut story = given(seats(0), submit_all(1..=199)).and([group]);
    let decided = story.play(&restate(seats(300)));
    assert_eq!(decided[1..], passed_to_all(1..=199));
    assert_eq!(story.settles(), passed_to_all(200..=210));
}

#[test]
fn of_20_000_submissions_for_500_seats_exactly_500_are_confirmed_and_the_first_of_them() {
    let story = given(seats(500), submit_all(1..=20_000));
    assert_eq!(story.taken(), 500);
    let all = story.workshop().registrations.iter();
    let confirmed = all.filter(|(_, r)| r.situation == Situation::Confirmed);
    let confirmed: Vec<RegistrationId> = confirmed.map(|(who, _)| *who).collect();
    assert_eq!(confirmed, (1..=500).map(id).collect::<Vec<_>>());
    assert_eq!(story.queue().len(), 19_500);
}

#[test]
fn lots_for_more_than_40_000_people_are_refused() {
    let mut story = given(drawing_lots(seats(1)), []);
    for who in 1..=40_001 {
        story.fold(&[came_in(who)]);
    }
    let draw = Command::Draw { seed: [7; 32] };
    let story = story.then_at(DEADLINE);
    story
        .when(&draw)
        .refused(Rejection::TooManyToDraw { resting: 40_001 });
    let office = Canceller::Office(Reason::Other);
    let mut story = story.and([cancel_by(1, office)]);
    let decided = story.play(&draw);
    assert_eq!(decided.len(), 2);
    assert_eq!(story.queue().len(), 39_999);
}

#[test]
fn lots_for_5000_people_and_seats_pass_on_200_and_the_rest_in_parts() {
    let mut story = given(drawing_lots(seats(5_000)), submit_all(1..=5_000)).then_at(DEADLINE);
    let seed = [7; 32];
    let decided = story.play(&Command::Draw { seed });
    assert_eq!(decided.len(), 201);
    let order = story.queue();
    let (parts, story) = parts(story);
    let passed: Vec<Event> = order
        .into_iter()
        .map(|registration| Event::Confirmed {
            registration,
            cause: Cause::SeatPassed,
        })
        .collect();
    assert_eq!(parts.concat(), passed);
    assert!(parts.iter().all(|part| part.len() == 200));
    assert_eq!(story.taken(), 5_000);
}

#[test]
fn behind_thousands_who_wait_only_for_the_stop_a_newcomer_is_decided_as_fast_as_ever() {
    let stop = Some(first_of_september());
    let stopped = |size| with(seats(size), |s| s.deadlines.promotion_stops = stop);
    let story = given(stopped(0), submit_all(1..=20_000))
        .then_at(first_of_september().instant)
        .and([restate(stopped(20_000))]);
    assert_eq!(story.taken(), 0);
    story
        .and(submit_all(20_001..=20_050))
        .when(&submit(20_051))
        .then([came_in(20_051), waits(20_051, 20_051)]);
}
