//! E-mail addresses that must be confirmed first.

use super::*;

/// Registers by the public form.
fn by_web(who: u32) -> Command {
    guest(who).by_web().comes()
}

fn confirm(who: u32) -> Command {
    Command::ConfirmEmail(id(who))
}

fn address_confirmed(who: u32) -> Event {
    let registration = id(who);
    Event::EmailConfirmed { registration }
}

#[test]
fn who_registers_by_the_public_form_rests_for_48_hours_until_the_address_is_confirmed() {
    let story = given(confirming(seats(1)), []);
    let rests = guest(1)
        .by_web()
        .came_in_with(|s| s.confirm_until = Some(OPEN.hours_later(48)));
    story.when(&by_web(1)).then([rests]);
    let story = story.and([by_web(1)]);
    assert_eq!(story.taken(), 0);
    assert_eq!(story.due(), Some(OPEN.hours_later(48)));
}

#[test]
fn without_an_address_nobody_registers_where_it_must_be_confirmed() {
    let nameless = guest(1).by_web().with(|s| s.application.has_email = false);
    given(confirming(seats(1)), [])
        .when(&nameless.comes())
        .refused(Rejection::EmailRequired);
}

#[test]
fn people_whom_a_program_registers_need_not_confirm_an_address() {
    let reported = guest(1).with(|s| s.application.has_email = false);
    given(confirming(seats(1)), [])
        .when(&reported.comes())
        .then([reported.came_in(), confirmed(1, Cause::Admitted)]);
}

#[test]
fn where_the_workshop_does_not_ask_for_it_the_public_form_is_evaluated_at_once() {
    let public = with(seats(1), |s| s.sign_up = SignUp::Public);
    given(public, [])
        .when(&by_web(1))
        .then([guest(1).by_web().came_in(), confirmed(1, Cause::Admitted)]);
}

#[test]
fn a_confirmed_address_is_evaluated_like_a_newcomer() {
    let resting = |settings| given(confirming(settings), [by_web(1)]);
    resting(seats(1))
        .when(&confirm(1))
        .then([address_confirmed(1), confirmed(1, Cause::Admitted)]);
    resting(approving(seats(1)))
        .when(&confirm(1))
        .then([address_confirmed(1), held(1, Cause::Admitted)]);
    resting(seats(0))
        .when(&confirm(1))
        .then([address_confirmed(1), waits(1, 1)]);
}

#[test]
fn an_address_that_is_confirmed_twice_decides_nothing_the_second_time() {
    given(confirming(drawing_lots(seats(1))), [by_web(1), confirm(1)])
        .when(&confirm(1))
        .then([]);
}

#[test]
fn before_the_draw_a_confirmed_address_goes_on_resting() {
    given(confirming(drawing_lots(seats(1))), [by_web(1)])
        .when(&confirm(1))
        .then([address_confirmed(1)]);
}

#[test]
fn the_place_is_that_of_the_confirmation_not_of_the_form() {
    let story = given(
        confirming(seats(0)),
        [by_web(1), submit(2), by_web(3), confirm(3), confirm(1)],
    );
    assert_eq!(story.queue(), [2, 3, 1].map(id));
}

#[test]
fn registration_may_have_closed_when_an_address_is_confirmed_in_its_48_hours() {
    given(confirming(seats(1)), [])
        .then_at(just_before(DEADLINE))
        .and([by_web(1)])
        .hours_later(47)
        .when(&confirm(1))
        .then([address_confirmed(1), confirmed(1, Cause::Admitted)]);
}

#[test]
fn an_address_lapses_at_the_instant_its_48_hours_are_over_and_not_before() {
    let story = given(confirming(seats(1)), [by_web(1)]);
    let expires = OPEN.hours_later(48);
    assert_eq!(story.clone().then_at(just_before(expires)).settles(), []);
    assert_eq!(story.then_at(expires).settles(), [lapsed(1, Lapse::Email)]);
}

#[test]
fn a_confirmation_after_its_48_hours_comes_too_late() {
    let expired = OPEN.hours_later(48);
    given(confirming(seats(1)), [by_web(1)])
        .then_at(expired)
        .when(&confirm(1))
        .refused(Rejection::ConfirmationExpired { expired });
}

#[test]
fn a_confirmation_that_finds_no_seat_and_no_waitlist_is_refused_and_rests_until_it_lapses() {
    let full = waiting_by(confirming(seats(1)), WaitlistPolicy::Off);
    let story = given(full, [by_web(1), submit(2)]);
    story
        .when(&confirm(1))
        .refused(exhausted(full_workshop(1), Some(0)));
    story
        .clone()
        .and([cancel(2)])
        .when(&confirm(1))
        .then([address_confirmed(1), confirmed(1, Cause::Admitted)]);
    assert_eq!(story.hours_later(48).settles(), [lapsed(1, Lapse::Email)]);
}

#[test]
fn a_resting_form_keeps_the_same_person_from_registering_a_second_time() {
    given(confirming(seats(9)), [by_web(1)])
        .when(&guest(2).being(1).comes())
        .refused(Rejection::DuplicateRegistration {
            number: number(1, 1),
        });
}
