//! Who comes in, and what keeps somebody out.

use super::*;

fn closed(settings: Settings) -> Settings {
    waiting_by(settings, WaitlistPolicy::Off)
}

#[test]
fn a_newcomer_gets_a_free_seat() {
    given(seats(1), [])
        .when(&submit(1))
        .then([came_in(1), confirmed(1, Cause::Admitted)]);
}

#[test]
fn where_approval_is_needed_a_newcomer_holds_the_seat_until_an_office_has_looked() {
    let story = given(approving(seats(1)), []);
    story
        .when(&submit(1))
        .then([came_in(1), held(1, Cause::Admitted)]);
    story
        .and([submit(1)])
        .when(&submit(2))
        .then([came_in(2), waits(2, 1)]);
}

#[test]
fn without_a_waitlist_a_full_workshop_refuses_and_names_its_size() {
    given(closed(seats(1)), [submit(1)])
        .when(&submit(2))
        .refused(exhausted(full_workshop(1), Some(0)));
}

#[test]
fn capacity_zero_is_closed_and_no_capacity_is_unlimited() {
    given(seats(0), [])
        .when(&submit(1))
        .then([came_in(1), waits(1, 1)]);
    given(settings(None), submit_all(1..=3))
        .when(&submit(4))
        .then([came_in(4), confirmed(4, Cause::Admitted)]);
}

#[test]
fn a_draft_takes_no_registrations() {
    draft(settings(None))
        .when(&submit(1))
        .refused(Rejection::RegistrationNotOpen { opens: None });
}

#[test]
fn a_workshop_that_was_called_off_takes_no_registrations() {
    let reason = Reason::Organisation;
    given(settings(None), [Command::CallOff { reason }])
        .when(&submit(1))
        .refused(wrong("cancelled", "registration.submit"));
}

#[test]
fn before_the_opening_nobody_is_registered_and_from_its_instant_on_everybody() {
    let opens = first_of_september();
    let later = with(settings(None), |s| s.deadlines.opens = Some(opens));
    let story = given(later, []).then_at(just_before(opens.instant));
    story
        .when(&submit(1))
        .refused(Rejection::RegistrationNotOpen {
            opens: Some(opens.stated),
        });
    story
        .then_at(opens.instant)
        .when(&submit(1))
        .then([came_in(1), confirmed(1, Cause::Admitted)]);
}

#[test]
fn a_command_at_exactly_the_deadline_is_late() {
    let story = given(settings(None), []).then_at(just_before(DEADLINE));
    story
        .when(&submit(1))
        .then([came_in(1), confirmed(1, Cause::Admitted)]);
    story
        .then_at(DEADLINE)
        .when(&submit(1))
        .refused(late(last_of_september()));
}

#[test]
fn registration_closes_at_the_latest_when_the_workshop_begins() {
    let december = Cutoff {
        stated: Stated::Day(day(12, 31)),
        instant: END.hours_later(1_000),
    };
    for closes in [None, Some(december)] {
        let settings = with(settings(None), |s| s.deadlines.closes = closes);
        given(settings, [])
            .then_at(BEGIN)
            .when(&submit(1))
            .refused(late(Cutoff {
                stated: Stated::Day(day(10, 22)),
                instant: BEGIN,
            }));
    }
}

#[test]
fn people_of_a_program_that_does_not_take_part_are_refused() {
    given(settings(None), [])
        .when(&guest(1).of("hh").comes())
        .refused(Rejection::ProgramDoesNotTakePart);
}

#[test]
fn the_first_free_candidate_becomes_the_number() {
    let (taken, free) = (number(1, 1), number(99, 1));
    let story = given(settings(None), [submit(1)]);
    let numbered = |numbers| guest(2).with(|s| s.application.numbers = numbers);
    let second = numbered([taken, free, taken]);
    story.when(&second.comes()).then([
        second.came_in_with(|s| s.number = free),
        confirmed(2, Cause::Admitted),
    ]);
    story
        .when(&numbered([taken; 3]).comes())
        .refused(Rejection::NumbersTaken);
}

fn wish(ranked: &[&str], vetoes: &[&str]) -> Wishes {
    Wishes {
        slot: Slot::First,
        ranked: ranked.iter().map(|code| topic(code)).collect(),
        vetoes: vetoes.iter().map(|code| topic(code)).collect(),
    }
}

#[test]
fn wishes_that_fit_what_the_workshop_offers_stand_in_the_submission() {
    let wishing = guest(1).wishing(vec![wish(&["rolle"], &["diskurs"])]);
    given(settings(None), [])
        .when(&wishing.comes())
        .then([wishing.came_in(), confirmed(1, Cause::Admitted)]);
}

#[test]
fn wishes_must_fit_what_the_workshop_offers() {
    let story = given(settings(None), []);
    let refused = |wishes: Vec<Wishes>, fault| {
        let command = guest(1).wishing(wishes).comes();
        story.when(&command).refused(Rejection::Wishes(fault));
    };
    refused(
        vec![wish(&["rolle"], &[]), wish(&["rolle"], &[])],
        WishFault::SlotTwice(1),
    );
    refused(
        vec![wish(&["rolle", "rolle"], &[])],
        WishFault::TopicTwice(0),
    );
    refused(vec![wish(&["rolle"], &["rolle"])], WishFault::TopicTwice(0));
    refused(vec![wish(&["kochen"], &[])], WishFault::UnknownTopic(0));
    refused(vec![wish(&["rolle"; 4], &[])], WishFault::TooManyRanked(0));
    refused(vec![wish(&[], &["rolle"; 2])], WishFault::TooManyVetoes(0));
    let second = Wishes {
        slot: Slot::Second,
        ..wish(&["rolle"], &[])
    };
    // The topic is offered in the first slot only.
    refused(vec![second], WishFault::UnknownTopic(0));
}

#[test]
fn what_can_be_known_without_the_person_is_refused_without_one() {
    let story = given(seats(1), [submit(1)]);
    let asked = |at| admits(&story.state, at, &guest(2).0.application);
    assert_eq!(asked(OPEN), Ok(()));
    assert_eq!(asked(DEADLINE), Err(late(last_of_september())));
    assert_eq!(
        admits(&State::Unborn, OPEN, &guest(2).0.application),
        Err(Rejection::NotFound)
    );
}

#[test]
fn of_several_faults_the_first_in_the_order_of_refusals_is_named() {
    let taken = guest(1).with_reference(7);
    let all_wrong = guest(2).being(1).with_reference(7).of("hh");
    let unknown = || vec![wish(&["kochen"], &[])];
    let story = given(closed(seats(1)), [taken.comes()]).then_at(DEADLINE);
    let asked = |guest: Guest| story.when(&guest.comes());
    asked(all_wrong.clone().wishing(unknown())).refused(Rejection::ProgramDoesNotTakePart);
    let own = all_wrong.of("sh");
    asked(own.clone().wishing(unknown())).refused(Rejection::Wishes(WishFault::UnknownTopic(0)));
    asked(own.clone()).refused(late(last_of_september()));
    let in_time = story.clone().then_at(OPEN);
    in_time
        .when(&own.comes())
        .refused(Rejection::ReferenceTaken {
            number: number(1, 1),
        });
    in_time
        .when(&guest(2).being(1).comes())
        .refused(Rejection::DuplicateRegistration {
            number: number(1, 1),
        });
    in_time
        .when(&submit(2))
        .refused(exhausted(full_workshop(1), Some(0)));
}

#[test]
fn the_host_lets_somebody_in_before_the_opening_after_the_closing_and_over_a_bucket() {
    let opens = Some(first_of_september());
    let narrow = with(closed(seats(0)), |s| s.deadlines.opens = opens);
    let exception = guest(1).let_in_for(Reason::Hardship);
    for at in [OPEN, DEADLINE, BEGIN] {
        given(narrow.clone(), [])
            .then_at(at)
            .when(&exception.comes())
            .then([exception.came_in(), confirmed(1, Cause::Override)]);
    }
}

#[test]
fn an_override_needs_neither_lots_nor_approval_nor_a_confirmed_address() {
    let strict = confirming(drawing_lots(approving(seats(0))));
    let exception = guest(1).by_web().let_in_for(Reason::Hardship);
    given(strict, [])
        .when(&exception.comes())
        .then([exception.came_in(), confirmed(1, Cause::Override)]);
}

#[test]
fn an_override_is_not_asked_for_approval_when_a_seat_comes_back_to_them() {
    let exception = guest(1).let_in_for(Reason::Hardship);
    let story = given(approving(seats(1)), [exception.comes(), to_waitlist(1)]);
    assert_eq!(story.settles(), [passed_to(1)]);
}

#[test]
fn an_override_goes_past_neither_draft_nor_reference_nor_duplicate() {
    let exception = guest(2).let_in_for(Reason::Hardship);
    draft(seats(1))
        .when(&exception.comes())
        .refused(Rejection::RegistrationNotOpen { opens: None });
    let story = given(seats(1), [guest(1).with_reference(7).comes()]);
    let number = number(1, 1);
    story
        .when(&exception.clone().with_reference(7).comes())
        .refused(Rejection::ReferenceTaken { number });
    story
        .when(&exception.being(1).comes())
        .refused(Rejection::DuplicateRegistration { number });
}

#[test]
fn people_let_in_over_the_bucket_count_and_the_next_seat_given_back_is_not_passed_on() {
    let exception = guest(2).let_in_for(Reason::Hardship);
    let story = given(seats(1), [submit(1), exception.comes(), submit(3)]);
    assert_eq!(story.taken(), 2);
    story.when(&cancel(1)).then([gave_back(1)]);
    story
        .and([cancel(1)])
        .when(&cancel(2))
        .then([gave_back(2), passed_to(3)]);
}
