//! Mistakes that others have made.

use super::*;
use GroupPolicy::{Partial, Together};

/// One seat, which is offered to 2 until three days later; 3 waits.
fn one_offer() -> Story {
    given(offering(seats(1), 72), submit_all(1..=3)).and([cancel(1)])
}

fn accept(who: u32) -> Command {
    Command::Accept(id(who))
}

fn admitted(who: u32) -> Event {
    confirmed(who, Cause::Admitted)
}

/// Three of four seats are free.
fn three_free(policy: WaitlistPolicy) -> Story {
    given(waiting_by(seats(4), policy), [submit(9)])
}

/// Gives where the five members of the group stand.
fn standing(story: &Story) -> [&'static str; 5] {
    [1, 2, 3, 4, 5].map(|who| story.registration(who).situation.name())
}

#[test]
fn an_offer_accepted_at_the_instant_it_expires_is_void_and_the_seat_is_the_next_ones() {
    let expired = OPEN.hours_later(72);
    let story = one_offer().then_at(expired);
    story
        .when(&accept(2))
        .refused(Rejection::OfferExpired { expired });
    let story = story.and([Command::Settle]);
    assert_eq!(story.registration(2).situation.name(), "lapsed");
    assert_eq!(
        story.registration(3).situation,
        Situation::Offered {
            expires: expired.hours_later(72)
        }
    );
    assert_eq!(story.taken(), 1);
}

#[test]
fn without_settling_first_an_expired_offer_is_not_accepted_either() {
    let story = one_offer();
    let expired = OPEN.hours_later(72);
    assert_eq!(
        decide(&story.state, expired, &accept(2)),
        Err(Rejection::OfferExpired { expired })
    );
}

#[test]
fn of_accepting_and_cancelling_at_once_the_first_in_the_log_counts_and_one_seat_passes_on() {
    let expires = OPEN.hours_later(72);
    let story = one_offer();
    story
        .clone()
        .and([accept(2)])
        .when(&cancel(2))
        .then([gave_back(2), offered(3, expires)]);
    let cancelled_first = story.and([cancel(2)]);
    cancelled_first
        .when(&accept(2))
        .refused(wrong("cancelled", "registration.accept"));
    assert_eq!(cancelled_first.taken(), 1);
}

#[test]
fn an_offer_that_is_accepted_twice_is_not_accepted_the_second_time() {
    one_offer()
        .and([accept(2)])
        .when(&accept(2))
        .refused(wrong("confirmed", "registration.accept"));
}

#[test]
fn cancelling_after_promotion_passes_the_seat_on_once_more() {
    let story = given(seats(1), submit_all(1..=3)).and([cancel(1)]);
    story.when(&cancel(2)).then([gave_back(2), passed_to(3)]);
    let story = story.and([cancel(2)]);
    assert_eq!((story.taken(), story.queue()), (1, vec![]));
}

#[test]
fn reducing_the_capacity_below_use_neither_evicts_nor_passes_on_nor_admits() {
    let story = given(seats(3), submit_all(1..=4)).and([restate(seats(1))]);
    assert_eq!((story.taken(), story.queue()), (3, vec![id(4)]));
    let story = story.and([cancel(1), cancel(2)]);
    assert_eq!((story.taken(), story.queue()), (1, vec![id(4)]));
    story.when(&submit(5)).then([came_in(5), waits(5, 2)]);
    story.when(&cancel(3)).then([gave_back(3), passed_to(4)]);
}

#[test]
fn releasing_a_guarantee_with_a_queue_behind_it_gives_the_seats_to_the_queue_in_order() {
    let story = given(guaranteed(seats(3), "mv", 2), submit_all(1..=5));
    let program = program("mv");
    let story = story.and([Command::Release { program }]);
    assert_eq!((story.taken(), story.queue()), (3, [4, 5].map(id).to_vec()));
    let late = guest(6).of("mv");
    story
        .when(&late.comes())
        .then([late.came_in(), waits(6, 3)]);
}

#[test]
fn a_newcomer_gets_in_while_only_people_of_a_full_program_wait() {
    let narrow = with(seats(9), |s| {
        s.program_caps.insert(program("mv"), 1);
    });
    let of_mv = |who| guest(who).of("mv").comes();
    let waiting = |policy| {
        let settings = waiting_by(narrow.clone(), policy);
        given(settings, [of_mv(1), of_mv(2)])
    };
    waiting(WaitlistPolicy::SkipBlocked)
        .when(&submit(3))
        .then([came_in(3), admitted(3)]);
    waiting(WaitlistPolicy::StrictHead)
        .when(&submit(3))
        .then([came_in(3), waits(3, 2)]);
}

#[test]
fn of_a_group_of_five_when_three_seats_are_free_three_are_seated_and_two_wait() {
    let story = three_free(WaitlistPolicy::SkipBlocked).and([groups::of(Partial, 1..=5)]);
    let (seat, wait) = ("confirmed", "waitlisted");
    assert_eq!(standing(&story), [seat, seat, seat, wait, wait]);
    story.when(&cancel(9)).then([gave_back(9), passed_to(4)]);
}

#[test]
fn of_a_group_of_five_when_three_seats_are_free_and_nobody_may_wait_two_are_named_as_refused() {
    let story = three_free(WaitlistPolicy::Off);
    let decided = story.when(&groups::of(Partial, 1..=5)).0.expect("accepted");
    let Some(Event::GroupSubmitted(came)) = decided.first() else {
        panic!("{decided:?}")
    };
    let refused = vec![(3, full_workshop(4)), (4, full_workshop(4))];
    assert_eq!((came.size, &came.refused), (5, &refused));
    let story = story.and([groups::of(Partial, 1..=5)]);
    let seated = [1, 2, 3].map(|who| story.registration(who).situation);
    assert_eq!(seated, [Situation::Confirmed; 3]);
    assert_eq!((story.taken(), story.queue()), (4, vec![]));
}

#[test]
fn a_group_of_five_that_wants_all_or_nothing_waits_while_three_seats_are_free() {
    let story = three_free(WaitlistPolicy::SkipBlocked).and([groups::of(Together, 1..=5)]);
    assert_eq!(standing(&story), ["waitlisted"; 5]);
    assert_eq!(story.settles(), []);
    let story = story.and([restate(seats(6))]);
    assert_eq!(standing(&story), ["confirmed"; 5]);
}

#[test]
fn a_group_of_five_that_wants_all_or_nothing_and_may_not_wait_is_refused_at_its_fourth() {
    let story = three_free(WaitlistPolicy::Off);
    story
        .when(&groups::of(Together, 1..=5))
        .refused(Rejection::Member {
            index: 3,
            rejection: Box::new(exhausted(full_workshop(4), Some(0))),
        });
    assert_eq!(story.taken(), 1);
}

#[test]
fn somebody_who_was_never_approved_is_held_for_approval_when_a_seat_passes_on() {
    for settings in [seats(1), offering(seats(1), 72)] {
        let story = given(approving(settings), submit_all(1..=2));
        story
            .when(&cancel(1))
            .then([gave_back(1), held(2, Cause::SeatPassed)]);
        story
            .and([cancel(1)])
            .when(&accept(2))
            .refused(wrong("pending_approval", "registration.accept"));
    }
}

#[test]
fn raising_the_capacity_with_approvals_open_approves_of_nobody() {
    let story = given(approving(seats(1)), submit_all(1..=3));
    let more = approving(seats(2));
    story
        .when(&restate(more.clone()))
        .then([restated(more.clone()), held(2, Cause::SeatPassed)]);
    let story = story.and([restate(more)]);
    let standing = [1, 2, 3].map(|who| story.registration(who).situation.name());
    assert_eq!(
        standing,
        ["pending_approval", "pending_approval", "waitlisted"]
    );
}

#[test]
fn between_a_seat_given_back_and_the_next_newcomer_nobody_slips_in() {
    let story = given(seats(1), submit_all(1..=2)).and([cancel(1)]);
    story.when(&submit(3)).then([came_in(3), waits(3, 1)]);
    assert_eq!(story.taken(), 1);
}

#[test]
fn a_capacity_of_zero_is_not_unlimited_and_unlimited_is_not_zero() {
    let closed = waiting_by(seats(0), WaitlistPolicy::Off);
    given(closed, [])
        .when(&submit(1))
        .refused(exhausted(full_workshop(0), Some(0)));
    let unlimited = waiting_by(settings(None), WaitlistPolicy::Off);
    given(unlimited, submit_all(1..=100))
        .when(&submit(101))
        .then([came_in(101), admitted(101)]);
}
