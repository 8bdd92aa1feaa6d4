//! What an office decides about one registration.

use super::*;

const BY_HAND: Cause = Cause::ByHand;

fn approve(who: u32) -> Command {
    Command::Approve(id(who))
}

fn decline(who: u32) -> Command {
    Command::Decline(id(who), Reason::NotEligible)
}

fn declined(who: u32) -> Event {
    Event::Declined {
        registration: id(who),
        reason: Reason::NotEligible,
    }
}

fn offer(who: u32) -> Command {
    Command::Offer(id(who))
}

fn promote(who: u32) -> Command {
    Command::Promote(id(who))
}

fn offered_by_hand(who: u32, expires: Instant) -> Event {
    Event::Offered {
        registration: id(who),
        expires,
        cause: BY_HAND,
    }
}

fn moved(who: u32, place: u32) -> Event {
    Event::MovedToWaitlist {
        registration: id(who),
        reason: Reason::Organisation,
        place,
    }
}

fn reinstated(who: u32) -> Event {
    Event::Reinstated {
        registration: id(who),
        reason: Reason::Mistake,
        overridden: false,
    }
}

fn reinstated_over(who: u32) -> Event {
    Event::Reinstated {
        registration: id(who),
        reason: Reason::Hardship,
        overridden: true,
    }
}

fn off(settings: Settings) -> Settings {
    waiting_by(settings, WaitlistPolicy::Off)
}

/// Nothing passes on at all, so that seats are given by hand alone.
fn stopped(settings: Settings) -> Settings {
    let stop = Cutoff {
        stated: Stated::Day(day(8, 1)),
        instant: OPEN,
    };
    with(settings, |s| s.deadlines.promotion_stops = Some(stop))
}

/// Two seats are free, and these wait for them in this order.
fn two_free(settings: Settings, waiting: impl IntoIterator<Item = Command>) -> Story {
    given(stopped(settings), submit_all(101..=102))
        .and(waiting)
        .and([cancel(101), cancel(102)])
}

#[test]
fn an_approval_makes_the_seat_that_was_held_one_for_good() {
    let story = given(approving(seats(1)), submit_all(1..=2));
    story
        .when(&approve(1))
        .then([confirmed(1, Cause::Approved)]);
    assert_eq!(story.and([approve(1)]).taken(), 1);
}

#[test]
fn an_approval_finds_its_seat_even_when_the_workshop_was_made_smaller() {
    for policy in [WaitlistPolicy::Off, WaitlistPolicy::SkipBlocked] {
        let settings = waiting_by(approving(seats(2)), policy);
        let smaller = restate(waiting_by(approving(seats(0)), policy));
        given(settings, [submit(1), smaller])
            .when(&approve(1))
            .then([confirmed(1, Cause::Approved)]);
    }
}

#[test]
fn somebody_who_was_refused_approval_gives_the_seat_to_the_next_who_is_then_looked_at() {
    given(approving(seats(1)), submit_all(1..=2))
        .when(&decline(1))
        .then([declined(1), held(2, Cause::SeatPassed)]);
}

#[test]
fn who_rests_and_who_waits_is_declined_too_and_nothing_passes_on() {
    given(drawing_lots(seats(1)), [submit(1)])
        .when(&decline(1))
        .then([declined(1)]);
    given(seats(1), submit_all(1..=3))
        .when(&decline(2))
        .then([declined(2)]);
}

#[test]
fn approval_that_was_given_once_is_not_asked_again() {
    let story = given(approving(seats(1)), [submit(1), approve(1), to_waitlist(1)]);
    assert_eq!(story.settles(), [passed_to(1)]);
}

#[test]
fn whether_approval_is_needed_is_asked_anew_when_a_seat_passes_on() {
    let story = given(seats(1), submit_all(1..=2)).and([restate(approving(seats(1)))]);
    assert_eq!(story.registration(1).situation, Situation::Confirmed);
    story
        .when(&cancel(1))
        .then([gave_back(1), held(2, Cause::SeatPassed)]);
    let story = given(approving(seats(1)), submit_all(1..=2)).and([restate(seats(1))]);
    assert_eq!(story.registration(1).situation, Situation::PendingApproval);
    story.when(&cancel(1)).then([gave_back(1), passed_to(2)]);
}

#[test]
fn a_seat_is_offered_by_hand_for_the_hours_stated_or_for_three_days() {
    two_free(seats(2), [submit(1)])
        .when(&offer(1))
        .then([offered_by_hand(1, OPEN.hours_later(72))]);
    two_free(offering(seats(2), 24), [submit(1)])
        .when(&offer(1))
        .then([offered_by_hand(1, OPEN.hours_later(24))]);
}

#[test]
fn a_seat_is_given_by_hand_past_the_promotion_stop() {
    for settings in [seats(2), offering(seats(2), 72)] {
        two_free(settings, [submit(1)])
            .when(&promote(1))
            .then([confirmed(1, BY_HAND)]);
    }
}

#[test]
fn a_seat_that_is_given_or_offered_by_hand_is_no_approval() {
    let story = two_free(approving(seats(2)), [submit(1)]);
    for command in [offer(1), promote(1)] {
        story.when(&command).then([held(1, BY_HAND)]);
    }
}

#[test]
fn by_hand_there_must_be_room_in_every_bucket_and_the_refusal_names_it() {
    let narrow = with(seats(3), |s| {
        s.municipality_caps.insert(municipality("01060"), 0);
    });
    let town = guest(1).living_in("01060").comes();
    let story = given(narrow, [town, submit(2)]);
    for command in [offer(1), promote(1)] {
        story
            .when(&command)
            .refused(exhausted(full_municipality("01060", 0), Some(2)));
    }
    let reserved = given(guaranteed(seats(1), "mv", 1), [submit(1)]);
    reserved
        .when(&promote(1))
        .refused(exhausted(Bucket::Reserved, Some(1)));
}

#[test]
fn by_hand_nobody_is_put_before_somebody_who_could_take_the_seat() {
    let story = two_free(seats(2), submit_all(1..=2));
    for command in [offer(2), promote(2)] {
        story
            .when(&command)
            .refused(Rejection::Queue { free: Some(2) });
    }
    story
        .and([promote(1)])
        .when(&promote(2))
        .then([confirmed(2, BY_HAND)]);
}

#[test]
fn by_hand_somebody_comes_before_those_whose_bucket_is_full_even_under_strict_head() {
    let narrow = with(seats(2), |s| {
        s.program_caps.insert(program("mv"), 0);
    });
    let strict = waiting_by(narrow, WaitlistPolicy::StrictHead);
    let of_mv = guest(1).of("mv").comes();
    let story = given(strict, [of_mv, submit(2)]);
    assert_eq!(story.settles(), []);
    story.when(&promote(2)).then([confirmed(2, BY_HAND)]);
}

#[test]
fn the_seat_of_somebody_moved_to_the_waitlist_passes_on_to_somebody_else() {
    given(seats(1), submit_all(1..=3))
        .when(&to_waitlist(1))
        .then([moved(1, 1), passed_to(2)]);
}

#[test]
fn who_was_moved_waits_before_all_others_and_by_the_original_place_among_the_moved() {
    let story = given(seats(2), submit_all(1..=6)).and([to_waitlist(2)]);
    assert_eq!(story.queue(), [2, 4, 5, 6].map(id));
    story
        .when(&to_waitlist(1))
        .then([moved(1, 1), passed_to(2)]);
    let story = given(seats(2), submit_all(1..=6)).and([restate(seats(0))]);
    let story = story.and([to_waitlist(2)]);
    story.when(&to_waitlist(1)).then([moved(1, 1)]);
    let story = story.and([to_waitlist(1)]);
    assert_eq!(story.queue(), [1, 2, 3, 4, 5, 6].map(id));
}

#[test]
fn who_was_moved_is_the_first_to_come_back() {
    given(seats(1), submit_all(1..=3))
        .and([to_waitlist(1)])
        .when(&cancel(2))
        .then([gave_back(2), passed_to(1)]);
}

#[test]
fn moved_with_nobody_behind_one_gets_the_seat_back_in_the_next_settlement() {
    let story = given(seats(1), [submit(1)]);
    story.when(&to_waitlist(1)).then([moved(1, 1)]);
    let story = story.and([to_waitlist(1)]);
    assert_eq!(story.due(), Some(OPEN));
    assert_eq!(story.settles(), [passed_to(1)]);
}

#[test]
fn priority_ends_with_the_seat_it_led_to() {
    let story = given(seats(1), submit_all(1..=3)).and([
        to_waitlist(1),
        cancel(2),
        cancel(1),
        reinstate(1),
    ]);
    assert_eq!(story.queue(), [1].map(id));
    assert_eq!(story.registration(1).order.rank, Rank::Regular);
    assert_eq!(story.registration(3).situation, Situation::Confirmed);
}

#[test]
fn without_a_waitlist_nobody_is_moved_to_it() {
    given(off(seats(1)), [submit(1)])
        .when(&to_waitlist(1))
        .refused(wrong("no_waitlist", "registration.to_waitlist"));
}

#[test]
fn who_cancelled_was_declined_or_lapsed_is_reinstated_as_a_newcomer() {
    let ended = [
        given(seats(1), [submit(1), cancel(1)]),
        given(seats(0), [submit(1), decline(1), restate(seats(1))]),
        given(confirming(seats(1)), [guest(1).by_web().comes()]).hours_later(48),
    ];
    for story in ended {
        story
            .when(&reinstate(1))
            .then([reinstated(1), confirmed(1, Cause::Admitted)]);
    }
}

#[test]
fn a_reinstated_registration_waits_at_the_end_because_its_old_place_is_gone() {
    let story = given(seats(1), submit_all(1..=3)).and([cancel(2)]);
    story.when(&reinstate(2)).then([reinstated(2), waits(2, 2)]);
    assert_eq!(story.and([reinstate(2)]).queue(), [3, 2].map(id));
}

#[test]
fn reinstating_is_the_offices_act_and_counts_as_approval() {
    let story = given(approving(seats(1)), [submit(1), decline(1)]);
    story
        .when(&reinstate(1))
        .then([reinstated(1), confirmed(1, Cause::Admitted)]);
    let waiting = story.and([submit(2), reinstate(1)]);
    waiting.when(&cancel(2)).then([gave_back(2), passed_to(1)]);
}

#[test]
fn reinstating_is_not_bound_by_the_closing_of_registration() {
    given(seats(1), [submit(1), cancel(1)])
        .then_at(BEGIN)
        .when(&reinstate(1))
        .then([reinstated(1), confirmed(1, Cause::Admitted)]);
}

#[test]
fn the_host_reinstates_over_a_bucket() {
    given(off(seats(1)), [submit(1), cancel(1), submit(2)])
        .when(&reinstate_over(1))
        .then([reinstated_over(1), confirmed(1, Cause::Override)]);
}

#[test]
fn without_a_seat_and_a_waitlist_nobody_is_reinstated() {
    given(off(seats(1)), [submit(1), cancel(1), submit(2)])
        .when(&reinstate(1))
        .refused(exhausted(full_workshop(1), Some(0)));
}

#[test]
fn nobody_is_reinstated_who_is_registered_anew() {
    let story = given(seats(9), [submit(1), cancel(1), guest(2).being(1).comes()]);
    for command in [reinstate(1), reinstate_over(1)] {
        story
            .when(&command)
            .refused(Rejection::DuplicateRegistration {
                number: number(2, 1),
            });
    }
}

#[test]
fn reinstated_before_the_draw_one_rests_for_it_again() {
    let story = given(drawing_lots(seats(1)), [submit(1), cancel(1)]);
    story.when(&reinstate(1)).then([reinstated(1)]);
    let resting = Situation::Submitted { confirm_by: None };
    let story = story.and([reinstate(1)]);
    assert_eq!(story.registration(1).situation, resting);
}

#[test]
fn in_a_workshop_that_was_called_off_nobody_is_reinstated() {
    let reason = Reason::Organisation;
    given(seats(1), [submit(1), Command::CallOff { reason }])
        .when(&reinstate(1))
        .refused(wrong("cancelled", "registration.reinstate"));
}
