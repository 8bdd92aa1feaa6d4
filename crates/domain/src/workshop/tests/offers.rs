//! Seats that are offered: kept for somebody until they answer, or the instant comes.

use super::*;

/// One seat, which 1 has given back: it is offered to 2, and 3 waits.
fn one_offer() -> Story {
    let guests = submit_all(1..=3);
    given(offering(seats(1), 72), guests).and([cancel(1)])
}

fn expires() -> Instant {
    OPEN.hours_later(72)
}

fn accept(who: u32) -> Command {
    Command::Accept(id(who))
}

fn decline_offer(who: u32) -> Command {
    Command::DeclineOffer(id(who))
}

#[test]
fn a_seat_that_passes_on_is_offered_for_the_hours_stated() {
    given(offering(seats(1), 24), submit_all(1..=3))
        .when(&cancel(1))
        .then([gave_back(1), offered(2, OPEN.hours_later(24))]);
}

#[test]
fn a_newcomer_who_finds_room_is_asked_nothing() {
    given(offering(seats(1), 72), [])
        .when(&submit(1))
        .then([came_in(1), confirmed(1, Cause::Admitted)]);
}

#[test]
fn an_offered_seat_is_taken_until_it_expires() {
    let story = one_offer();
    assert_eq!((story.taken(), story.due()), (1, Some(expires())));
    story.when(&submit(4)).then([came_in(4), waits(4, 2)]);
}

#[test]
fn an_offer_that_is_accepted_before_its_instant_is_a_seat_for_good() {
    let story = one_offer().then_at(just_before(expires()));
    story
        .when(&accept(2))
        .then([confirmed(2, Cause::OfferAccepted)]);
    let story = story.and([accept(2)]);
    assert_eq!(story.due(), None);
    assert_eq!(story.then_at(expires()).settles(), []);
}

#[test]
fn an_offer_that_is_declined_passes_on_in_the_same_decision() {
    one_offer().hours_later(1).when(&decline_offer(2)).then([
        cancelled(2, Canceller::OfferDeclined),
        offered(3, OPEN.hours_later(73)),
    ]);
}

#[test]
fn an_offer_may_be_declined_after_the_deadline_for_cancelling() {
    given(offering(seats(1), 72), submit_all(1..=2))
        .then_at(just_before(DEADLINE))
        .and([cancel(1)])
        .then_at(DEADLINE)
        .when(&decline_offer(2))
        .then([cancelled(2, Canceller::OfferDeclined)]);
}

#[test]
fn an_offer_lapses_at_its_instant_and_the_seat_passes_on_in_the_same_decision() {
    let story = one_offer();
    assert_eq!(story.clone().then_at(just_before(expires())).settles(), []);
    assert_eq!(
        story.then_at(expires()).settles(),
        [
            lapsed(2, Lapse::Offer),
            offered(3, expires().hours_later(72))
        ]
    );
}

#[test]
fn an_offer_made_late_counts_its_hours_from_the_time_of_the_decision() {
    let story = one_offer().hours_later(100);
    assert_eq!(
        story.settles(),
        [lapsed(2, Lapse::Offer), offered(3, OPEN.hours_later(172))]
    );
}

#[test]
fn an_expired_offer_is_neither_accepted_nor_declined_but_reinstated() {
    let story = one_offer().and([cancel(3)]).hours_later(72);
    let expired = expires();
    for command in [accept(2), decline_offer(2)] {
        story
            .when(&command)
            .refused(Rejection::OfferExpired { expired });
    }
    story.when(&reinstate(2)).then([
        Event::Reinstated {
            registration: id(2),
            reason: Reason::Mistake,
            overridden: false,
        },
        confirmed(2, Cause::Admitted),
    ]);
}

#[test]
fn cancelling_an_offered_seat_passes_it_on_in_the_same_decision() {
    one_offer()
        .when(&cancel(2))
        .then([gave_back(2), offered(3, expires())]);
}

#[test]
fn only_what_was_offered_is_answered() {
    let story = one_offer();
    for (command, name) in [
        (accept(3), "registration.accept"),
        (decline_offer(3), "registration.decline_offer"),
    ] {
        story.when(&command).refused(wrong("waitlisted", name));
    }
}

#[test]
fn an_offer_made_before_the_stop_is_accepted_after_it_but_does_not_pass_on() {
    let stop = Cutoff {
        stated: minute(day(8, 2), 10, 0),
        instant: OPEN.hours_later(24),
    };
    let stopping = with(offering(seats(1), 72), |s| {
        s.deadlines.promotion_stops = Some(stop);
    });
    let story = given(stopping, submit_all(1..=3))
        .and([cancel(1)])
        .hours_later(24);
    story
        .when(&accept(2))
        .then([confirmed(2, Cause::OfferAccepted)]);
    story
        .when(&decline_offer(2))
        .then([cancelled(2, Canceller::OfferDeclined)]);
    assert_eq!(story.hours_later(48).settles(), [lapsed(2, Lapse::Offer)]);
}

#[test]
fn another_policy_of_offers_leaves_those_that_were_made() {
    let story = one_offer().and([restate(offering(seats(1), 1))]);
    assert_eq!(story.due(), Some(expires()));
    let directly = story.and([restate(seats(1))]);
    assert_eq!(directly.due(), Some(expires()));
    directly
        .when(&decline_offer(2))
        .then([cancelled(2, Canceller::OfferDeclined), passed_to(3)]);
}

#[test]
fn an_offer_counts_in_every_bucket() {
    let narrow = with(offering(seats(9), 72), |s| {
        s.program_caps.insert(program("sh"), 1);
    });
    let story = given(narrow, submit_all(1..=2)).and([cancel(1)]);
    assert_eq!(
        story.registration(2).situation,
        Situation::Offered { expires: expires() }
    );
    story.when(&submit(3)).then([came_in(3), waits(3, 1)]);
}

#[test]
fn a_seat_that_was_offered_to_a_member_of_a_partial_group_is_theirs_alone() {
    let group = groups::of(GroupPolicy::Partial, [2, 3]);
    given(offering(seats(1), 72), [submit(1), group])
        .when(&cancel(1))
        .then([gave_back(1), offered(2, expires())]);
}
