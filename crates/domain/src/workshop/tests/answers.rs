//! Giving a place back.

use super::*;

const ILLNESS: Canceller = Canceller::Office(Reason::Illness);
const WITHDRAWN: Canceller = Canceller::Feeder(Some(Reason::Withdrawn));

#[test]
fn commands_about_a_registration_that_does_not_exist_find_nothing() {
    let story = given(settings(None), [submit(1)]);
    for command in [
        cancel(2),
        Command::Approve(id(2)),
        Command::Accept(id(2)),
        substitution::instead(2, 5),
        Command::Merge {
            registration: id(1),
            into: id(2),
        },
    ] {
        story.when(&command).refused(Rejection::NotFound);
    }
}

#[test]
fn a_cancelled_registration_is_not_cancelled_again() {
    given(settings(None), [submit(1), cancel(1)])
        .when(&cancel(1))
        .refused(wrong("cancelled", "registration.cancel"));
}

#[test]
fn after_the_deadline_only_an_office_cancels() {
    let story = given(settings(None), [submit(1)]).then_at(DEADLINE);
    for by in [Canceller::Participant, Canceller::Feeder(None), WITHDRAWN] {
        story
            .when(&cancel_by(1, by))
            .refused(late(last_of_september()));
    }
    story
        .when(&cancel_by(1, ILLNESS))
        .then([cancelled(1, ILLNESS)]);
}

#[test]
fn until_just_before_the_deadline_everybody_cancels_and_the_event_says_who_and_why() {
    let story = given(settings(None), [submit(1)]).then_at(just_before(DEADLINE));
    for by in [Canceller::Participant, WITHDRAWN, ILLNESS] {
        story.when(&cancel_by(1, by)).then([cancelled(1, by)]);
    }
}

#[test]
fn without_a_deadline_a_participant_cancels_until_the_end() {
    let unbound = with(settings(None), |s| s.deadlines.cancel_until = None);
    given(unbound, [submit(1)])
        .then_at(BEGIN)
        .when(&cancel(1))
        .then([gave_back(1)]);
}

#[test]
fn who_rests_or_waits_for_approval_may_cancel_too() {
    given(drawing_lots(seats(1)), [submit(1)])
        .when(&cancel(1))
        .then([gave_back(1)]);
    given(approving(seats(1)), submit_all(1..=2))
        .when(&cancel(1))
        .then([gave_back(1), held(2, Cause::SeatPassed)]);
}

#[test]
fn a_seat_frees_its_place_in_every_bucket_and_passes_on_to_whom_it_fits() {
    let narrow = with(seats(9), |s| {
        s.program_caps.insert(program("sh"), 1);
        s.program_caps.insert(program("mv"), 1);
    });
    let of_mv = |who| guest(who).of("mv").comes();
    let guests = [submit(1), of_mv(2), of_mv(3), submit(4)];
    let story = given(narrow, guests);
    let passed = Event::PassedOver(vec![PassedOver {
        bucket: full_program("mv", 1),
        amount: 1,
        first_place: 1,
        last_place: 1,
    }]);
    story
        .when(&cancel(1))
        .then([gave_back(1), passed_to(4), passed]);
    story.when(&cancel(2)).then([gave_back(2), passed_to(3)]);
}
