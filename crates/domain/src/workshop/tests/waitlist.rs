//! The waitlist: one order, and nobody overtakes who could take the seat.

use super::*;

fn strict(settings: Settings) -> Settings {
    waiting_by(settings, WaitlistPolicy::StrictHead)
}

fn off(settings: Settings) -> Settings {
    waiting_by(settings, WaitlistPolicy::Off)
}

/// Nobody from Mecklenburg-Vorpommern gets in.
fn without_mv(settings: Settings) -> Settings {
    with(settings, |s| {
        s.program_caps.insert(program("mv"), 0);
    })
}

fn of_mv(who: u32) -> Command {
    guest(who).of("mv").living_in("13071").comes()
}

/// Nothing passes on any more from 1 September on.
fn stopping(settings: Settings) -> Settings {
    with(settings, |s| {
        s.deadlines.promotion_stops = Some(first_of_september());
    })
}

fn over_mv(amount: u32, first_place: u32, last_place: u32) -> PassedOver {
    PassedOver {
        bucket: full_program("mv", 0),
        amount,
        first_place,
        last_place,
    }
}

#[test]
fn when_all_seats_are_taken_newcomers_wait_in_the_order_they_came() {
    let story = given(seats(1), submit_all(1..=2));
    story.when(&submit(3)).then([came_in(3), waits(3, 2)]);
    assert_eq!(story.and([submit(3)]).queue(), [2, 3].map(id));
}

#[test]
fn a_freed_seat_passes_on_to_who_waits_longest_in_the_same_decision() {
    given(seats(1), submit_all(1..=3))
        .when(&cancel(1))
        .then([gave_back(1), passed_to(2)]);
}

#[test]
fn a_seat_given_back_while_nobody_waits_is_free_for_the_next_newcomer() {
    given(seats(1), [submit(1), cancel(1)])
        .when(&submit(2))
        .then([came_in(2), confirmed(2, Cause::Admitted)]);
}

#[test]
fn a_newcomer_after_a_seat_passed_on_still_waits_behind_the_others() {
    given(seats(1), submit_all(1..=3))
        .and([cancel(1)])
        .when(&submit(4))
        .then([came_in(4), waits(4, 2)]);
}

#[test]
fn somebody_who_waits_and_cancels_passes_nothing_on() {
    given(seats(1), submit_all(1..=3))
        .when(&cancel(2))
        .then([gave_back(2)]);
}

#[test]
fn the_order_is_that_of_the_log_and_not_of_the_ids() {
    let story = given(seats(0), submit_all([9, 3, 7, 1]));
    assert_eq!(story.queue(), [9, 3, 7, 1].map(id));
    story
        .when(&restate(seats(2)))
        .then([restated(seats(2)), passed_to(9), passed_to(3)]);
}

#[test]
fn who_comes_at_the_same_instant_waits_in_the_order_of_the_log() {
    let story = given(seats(1), submit_all([1, 5, 4]));
    assert_eq!(story.at, OPEN);
    assert_eq!(story.queue(), [5, 4].map(id));
}

#[test]
fn people_whose_bucket_is_full_are_passed_over_and_it_is_recorded_which_places() {
    let guests = [
        submit(1),
        of_mv(2),
        of_mv(3),
        submit(4),
        of_mv(5),
        submit(6),
    ];
    let story = given(without_mv(seats(1)), guests);
    story.when(&cancel(1)).then([
        gave_back(1),
        passed_to(4),
        Event::PassedOver(vec![over_mv(2, 1, 2)]),
    ]);
    let more = without_mv(seats(3));
    story.when(&restate(more.clone())).then([
        restated(more),
        passed_to(4),
        passed_to(6),
        Event::PassedOver(vec![over_mv(3, 1, 4)]),
    ]);
}

#[test]
fn where_people_are_passed_over_for_several_reasons_each_bucket_is_named() {
    let narrow = with(without_mv(seats(1)), |s| {
        s.municipality_caps.insert(municipality("01060"), 0);
    });
    let town = guest(3).living_in("01060").comes();
    let passed = Event::PassedOver(vec![
        over_mv(1, 1, 1),
        PassedOver {
            bucket: full_municipality("01060", 0),
            amount: 1,
            first_place: 2,
            last_place: 2,
        },
    ]);
    given(narrow, [submit(1), of_mv(2), town, submit(4)])
        .when(&cancel(1))
        .then([gave_back(1), passed_to(4), passed]);
}

#[test]
fn who_was_passed_over_keeps_the_place_and_comes_first_when_the_bucket_has_room() {
    let story = given(
        without_mv(seats(1)),
        [submit(1), of_mv(2), submit(3), submit(4), cancel(1)],
    );
    assert_eq!(story.queue(), [2, 4].map(id));
    story
        .when(&restate(seats(2)))
        .then([restated(seats(2)), passed_to(2)]);
}

#[test]
fn nobody_is_named_as_passed_over_behind_the_last_who_got_a_seat() {
    given(without_mv(seats(1)), [submit(1), submit(2), of_mv(3)])
        .when(&cancel(1))
        .then([gave_back(1), passed_to(2)]);
}

#[test]
fn under_strict_head_all_wait_for_the_first_even_while_seats_are_free() {
    let guests = [submit(1), of_mv(2), submit(3)];
    let story = given(without_mv(strict(seats(1))), guests);
    story.when(&cancel(1)).then([gave_back(1)]);
    let story = story.and([cancel(1)]);
    assert_eq!(story.taken(), 0);
    story.when(&submit(4)).then([came_in(4), waits(4, 3)]);
}

#[test]
fn under_strict_head_the_leaving_of_the_first_lets_the_others_move_up() {
    let guests = [submit(1), of_mv(2), submit(3), submit(4), cancel(1)];
    let story = given(without_mv(strict(seats(1))), guests);
    story.when(&cancel(2)).then([gave_back(2), passed_to(3)]);
    story
        .when(&Command::Decline(id(2), Reason::NotEligible))
        .then([
            Event::Declined {
                registration: id(2),
                reason: Reason::NotEligible,
            },
            passed_to(3),
        ]);
}

#[test]
fn under_strict_head_without_a_queue_newcomers_get_the_free_seats() {
    given(strict(seats(2)), [submit(1)])
        .when(&submit(2))
        .then([came_in(2), confirmed(2, Cause::Admitted)]);
}

#[test]
fn another_policy_passes_on_what_it_allows_in_the_same_decision() {
    let guests = [submit(1), of_mv(2), submit(3), cancel(1)];
    let skipping = without_mv(seats(1));
    given(without_mv(strict(seats(1))), guests)
        .when(&restate(skipping.clone()))
        .then([
            restated(skipping),
            passed_to(3),
            Event::PassedOver(vec![over_mv(1, 1, 1)]),
        ]);
}

#[test]
fn a_waitlist_that_is_switched_off_takes_nobody_new_and_serves_those_who_wait() {
    let story = given(seats(1), submit_all(1..=2)).and([restate(off(seats(1)))]);
    assert_eq!(story.queue(), [2].map(id));
    story
        .when(&submit(3))
        .refused(exhausted(full_workshop(1), Some(0)));
    story.when(&cancel(1)).then([gave_back(1), passed_to(2)]);
}

#[test]
fn without_a_waitlist_a_newcomer_is_told_that_the_free_seats_are_for_those_who_still_wait() {
    let both = |s| off(stopping(s));
    given(seats(1), submit_all(1..=2))
        .and([restate(both(seats(1)))])
        .then_at(first_of_september().instant)
        .and([cancel(1)])
        .when(&submit(3))
        .refused(Rejection::Queue { free: Some(1) });
}

#[test]
fn from_the_start_of_its_day_the_promotion_stop_lets_nothing_pass_on() {
    let story = given(stopping(seats(1)), submit_all(1..=2));
    let stop = first_of_september().instant;
    story
        .clone()
        .then_at(just_before(stop))
        .when(&cancel(1))
        .then([gave_back(1), passed_to(2)]);
    let story = story.then_at(stop);
    story.when(&cancel(1)).then([gave_back(1)]);
    let story = story.and([cancel(1)]);
    assert_eq!((story.settles(), story.due()), (vec![], None));
}

#[test]
fn who_could_take_a_seat_but_for_the_stop_still_keeps_newcomers_out() {
    let story = given(stopping(seats(2)), submit_all(1..=3))
        .then_at(first_of_september().instant)
        .and([cancel(1), cancel(2)]);
    story
        .when(&submit(4))
        .then([came_in(4), confirmed(4, Cause::Admitted)]);
    story
        .and([submit(4)])
        .when(&submit(5))
        .then([came_in(5), waits(5, 2)]);
}

#[test]
fn a_later_promotion_stop_passes_on_in_the_same_decision() {
    let later = seats(1);
    given(stopping(seats(1)), submit_all(1..=2))
        .then_at(first_of_september().instant)
        .and([cancel(1)])
        .when(&restate(later.clone()))
        .then([restated(later), passed_to(2)]);
}

#[test]
fn reducing_the_capacity_below_use_evicts_nobody_and_stops_passing_on() {
    let story = given(seats(3), submit_all(1..=4));
    story.when(&restate(seats(2))).then([restated(seats(2))]);
    let story = story.and([restate(seats(2))]);
    assert_eq!(story.taken(), 3);
    story.when(&cancel(1)).then([gave_back(1)]);
    story
        .and([cancel(1)])
        .when(&cancel(2))
        .then([gave_back(2), passed_to(4)]);
}

#[test]
fn a_reduced_bucket_stops_passing_on_for_those_who_need_it_and_for_nobody_else() {
    let narrow = |size| {
        with(seats(size), |s| {
            s.program_caps.insert(program("sh"), 1);
        })
    };
    let guests = [submit(1), submit(2), submit(3), of_mv(4)];
    let passed = Event::PassedOver(vec![PassedOver {
        bucket: full_program("sh", 1),
        amount: 1,
        first_place: 1,
        last_place: 1,
    }]);
    given(seats(2), guests)
        .and([restate(narrow(2))])
        .when(&cancel(1))
        .then([gave_back(1), passed_to(4), passed]);
}

#[test]
fn the_place_in_the_event_is_that_among_those_who_wait_at_that_moment() {
    given(seats(1), submit_all(1..=4))
        .and([cancel(2), cancel(3)])
        .when(&submit(5))
        .then([came_in(5), waits(5, 2)]);
}
