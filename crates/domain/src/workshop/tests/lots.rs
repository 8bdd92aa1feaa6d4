//! Drawing lots: by chance and by a seed, once, after registration has closed.

use super::*;

const SEED: [u8; 32] = [7; 32];

fn draw() -> Command {
    Command::Draw { seed: SEED }
}

/// Gives the places that were drawn, and what else was decided.
fn drawn(story: &Story) -> (Vec<u32>, Vec<Event>) {
    let mut events = story.when(&draw()).0.expect("lots are drawn");
    let rest = events.split_off(1);
    match events.pop() {
        Some(Event::DrawHeld { seed, places }) => {
            assert_eq!(seed, SEED);
            (places, rest)
        }
        other => panic!("{other:?} is no draw"),
    }
}

/// Gives the guests in the order of the places drawn for them.
fn in_order(guests: impl IntoIterator<Item = u32>, places: &[u32]) -> Vec<u32> {
    let drawn: BTreeMap<u32, u32> = places.iter().copied().zip(guests).collect();
    drawn.into_values().collect()
}

fn closed(settings: Settings, guests: impl IntoIterator<Item = u32>) -> Story {
    given(drawing_lots(settings), submit_all(guests)).then_at(DEADLINE)
}

#[test]
fn before_the_draw_everybody_rests_and_holds_no_seat() {
    let story = given(drawing_lots(seats(9)), []);
    story.when(&submit(1)).then([came_in(1)]);
    assert_eq!(story.and([submit(1)]).taken(), 0);
}

#[test]
fn the_draw_orders_the_queue_and_then_seats_pass_on() {
    let story = closed(seats(2), 1..=6);
    let (places, passed) = drawn(&story);
    let order = in_order(1..=6, &places);
    assert_eq!(passed, [passed_to(order[0]), passed_to(order[1])]);
    let story = story.and([draw()]);
    let waiting: Vec<_> = order[2..].iter().map(|who| id(*who)).collect();
    assert_eq!(story.queue(), waiting);
}

#[test]
fn every_place_is_drawn_once() {
    let (places, _) = drawn(&closed(seats(0), 1..=50));
    let once: BTreeSet<u32> = places.iter().copied().collect();
    assert_eq!(places.len(), 50);
    assert!(once.into_iter().eq(0..50));
}

#[test]
fn the_same_seed_draws_the_same_and_another_one_does_not() {
    let story = closed(seats(0), 1..=50);
    let with_seed = |seed| story.when(&Command::Draw { seed }).0;
    assert_eq!(with_seed(SEED), with_seed(SEED));
    let (places, _) = drawn(&story);
    let seed = [8; 32];
    let held = Event::DrawHeld { seed, places };
    assert_ne!(with_seed(seed), Ok(vec![held]));
}

#[test]
fn whoever_came_first_has_no_better_lot() {
    let (places, _) = drawn(&closed(seats(0), 1..=50));
    assert!(!places.into_iter().eq(0..50));
}

#[test]
fn lots_are_drawn_at_the_instant_of_closing_and_not_before() {
    let story = closed(seats(1), [1]);
    let closes = last_of_september();
    story
        .clone()
        .then_at(just_before(DEADLINE))
        .when(&draw())
        .refused(Rejection::RegistrationStillOpen { closes });
    assert_eq!(drawn(&story), (vec![0], vec![passed_to(1)]));
}

#[test]
fn lots_are_drawn_once() {
    closed(seats(1), 1..=2)
        .and([draw()])
        .when(&draw())
        .refused(wrong("drawn", "workshop.draw"));
}

#[test]
fn where_people_come_first_and_first_serve_nothing_is_drawn() {
    given(seats(1), [submit(1)])
        .then_at(DEADLINE)
        .when(&draw())
        .refused(wrong("first_come", "workshop.draw"));
}

#[test]
fn neither_for_a_draft_nor_for_a_workshop_called_off_are_lots_drawn() {
    draft(drawing_lots(seats(1)))
        .then_at(DEADLINE)
        .when(&draw())
        .refused(wrong("draft", "workshop.draw"));
    let reason = Reason::Organisation;
    closed(seats(1), [1])
        .and([Command::CallOff { reason }])
        .when(&draw())
        .refused(wrong("cancelled", "workshop.draw"));
}

#[test]
fn lots_are_drawn_for_those_alone_whose_address_is_confirmed_and_who_still_rest() {
    let web = |who| guest(who).by_web().comes();
    let story = given(confirming(drawing_lots(seats(9))), [])
        .then_at(just_before(DEADLINE))
        .and([
            web(1),
            web(2),
            Command::ConfirmEmail(id(2)),
            submit(3),
            cancel(3),
        ])
        .then_at(DEADLINE);
    assert_eq!(drawn(&story), (vec![0], vec![passed_to(2)]));
    story
        .and([draw()])
        .when(&Command::ConfirmEmail(id(1)))
        .then([
            Event::EmailConfirmed {
                registration: id(1),
            },
            confirmed(1, Cause::Admitted),
        ]);
}

#[test]
fn who_comes_after_the_draw_is_a_newcomer_behind_all_who_were_drawn() {
    let story = closed(seats(1), 1..=3).and([cancel_by(1, OFFICE), draw(), reinstate(1)]);
    let last = story.queue().pop();
    assert_eq!(last, Some(id(1)));
}

const OFFICE: Canceller = Canceller::Office(Reason::Other);

#[test]
fn where_approval_is_needed_the_drawn_hold_their_seats_for_it() {
    let story = closed(approving(seats(1)), [1]);
    assert_eq!(drawn(&story), (vec![0], vec![held(1, Cause::SeatPassed)]));
}

#[test]
fn where_seats_are_offered_the_drawn_are_asked() {
    let story = closed(offering(seats(1), 72), [1]);
    let expires = DEADLINE.hours_later(72);
    assert_eq!(drawn(&story), (vec![0], vec![offered(1, expires)]));
}

#[test]
fn the_drawn_are_bounded_by_their_buckets() {
    let narrow = with(seats(9), |s| {
        s.program_caps.insert(program("sh"), 1);
    });
    let story = closed(narrow, 1..=3);
    let (places, passed) = drawn(&story);
    let order = in_order(1..=3, &places);
    assert_eq!(passed, [passed_to(order[0])]);
}

#[test]
fn a_group_that_wants_all_or_nothing_is_drawn_in_the_place_of_its_first() {
    let group = groups::of(GroupPolicy::Together, 1..=2);
    let story = given(drawing_lots(seats(2)), [group])
        .and(submit_all(3..=5))
        .then_at(DEADLINE);
    let mut together = BTreeSet::new();
    for byte in 0..20 {
        let seed = [byte; 32];
        let story = story.clone().and([Command::Draw { seed }]);
        let first = story.workshop().registrations.iter();
        let first = first.min_by_key(|(_, registration)| registration.order);
        let is_first = first.is_some_and(|(who, _)| *who <= id(2));
        let situation = if is_first {
            Situation::Confirmed
        } else {
            Situation::Waitlisted
        };
        let both = [1, 2].map(|who| story.registration(who).situation);
        assert_eq!((both, story.taken()), ([situation; 2], 2));
        together.insert(is_first);
    }
    assert_eq!(
        together.len(),
        2,
        "both was drawn: first, and behind others"
    );
}

#[test]
fn after_the_draw_the_way_of_admission_does_not_change() {
    let fault = SettingsFault::AdmissionAfterDraw;
    closed(seats(1), [1])
        .and([draw()])
        .when(&restate(seats(1)))
        .refused(Rejection::Settings(fault));
}

#[test]
fn nobody_rests_and_the_draw_is_held_all_the_same() {
    assert_eq!(drawn(&closed(seats(1), [])), (vec![], vec![]));
}
