//! What is due by itself, and when it is.

use super::*;

fn by_web(who: u32) -> Command {
    guest(who).by_web().comes()
}

#[test]
fn what_is_due_at_once_comes_in_order_all_lapses_then_all_releases_then_one_passing_on() {
    let late = first_of_september().instant;
    let settings = confirming(guaranteed(guaranteed(seats(4), "mv", 1), "ni", 1));
    let settings = offering(settings, 72);
    let story = given(settings, submit_all(1..=6))
        .and([cancel(1), by_web(9)])
        .then_at(late);
    let expires = late.hours_later(72);
    assert_eq!(
        story.settles(),
        [
            lapsed(9, Lapse::Email),
            lapsed(3, Lapse::Offer),
            released("mv", Release::Due),
            released("ni", Release::Due),
            offered(4, expires),
            offered(5, expires),
            offered(6, expires),
        ]
    );
}

#[test]
fn what_was_due_first_lapses_first() {
    let story = given(confirming(seats(9)), [by_web(2)])
        .hours_later(1)
        .and([by_web(1)])
        .hours_later(100);
    assert_eq!(
        story.settles(),
        [lapsed(2, Lapse::Email), lapsed(1, Lapse::Email)]
    );
}

#[test]
fn settling_twice_changes_nothing_the_second_time() {
    let story = given(offering(seats(1), 72), submit_all(1..=3))
        .and([cancel(1)])
        .hours_later(72)
        .and([Command::Settle]);
    assert_eq!(story.settles(), []);
    story.when(&Command::Settle).then([]);
}

#[test]
fn no_answer_depends_on_whether_somebody_has_settled_before() {
    let story = given(offering(seats(1), 72), submit_all(1..=3))
        .and([cancel(1)])
        .hours_later(72);
    let answer = |story: &Story| story.when(&cancel(3)).0;
    assert_eq!(
        answer(&story),
        answer(&story.clone().and([Command::Settle]))
    );
    story.when(&cancel(3)).then([gave_back(3)]);
}

#[test]
fn the_next_instant_is_that_of_the_first_that_is_due() {
    let settings = offering(confirming(guaranteed(seats(2), "mv", 1)), 12);
    let story = given(settings, []);
    assert_eq!(story.due(), Some(first_of_september().instant));
    let story = story.and([by_web(1)]);
    assert_eq!(story.due(), Some(OPEN.hours_later(48)));
    let story = story.and([submit(2), submit(3), cancel(2)]);
    assert_eq!(story.due(), Some(OPEN.hours_later(12)));
    let story = story.and([Command::Accept(id(3)), Command::ConfirmEmail(id(1))]);
    assert_eq!(story.due(), Some(first_of_september().instant));
    let program = program("mv");
    let story = story.and([cancel(1), Command::Release { program }]);
    assert_eq!(story.due(), None);
}

#[test]
fn a_draft_has_nothing_due() {
    let story = draft(guaranteed(seats(1), "mv", 1));
    assert_eq!(story.due(), None);
    assert_eq!(story.then_at(first_of_september().instant).settles(), []);
}

#[test]
fn a_guarantee_whose_day_has_passed_is_released_as_soon_as_the_workshop_is_published() {
    let story = draft(guaranteed(seats(1), "mv", 1))
        .then_at(DEADLINE)
        .and([Command::Publish]);
    assert_eq!(story.due(), Some(DEADLINE));
    assert_eq!(story.settles(), [released("mv", Release::Due)]);
}

#[test]
fn a_guarantee_that_is_stated_anew_after_its_day_is_released_again_at_once() {
    let settings = guaranteed(seats(1), "mv", 1);
    let again = Command::AmendSettings {
        settings: Box::new(settings.clone()),
        guarantees_restated: true,
    };
    let story = given(settings, [])
        .then_at(first_of_september().instant)
        .and([again]);
    assert_eq!(story.settles(), [released("mv", Release::Due)]);
}

#[test]
fn a_lapsed_address_frees_no_seat_because_it_held_none() {
    let story = given(confirming(seats(1)), [by_web(1), submit(2), submit(3)]);
    assert_eq!(story.hours_later(48).settles(), [lapsed(1, Lapse::Email)]);
}
