//! Somebody comes in another's place: same seat, same wishes, same place in the order.

use super::*;

fn substitution(ends: u32, comes: u32) -> Substitution {
    let Submission { application, who } = guest(comes).0;
    Substitution {
        registration: id(ends),
        by: Substituter::Office,
        successor: application.registration,
        reporting: application.reporting,
        numbers: application.numbers,
        municipality: application.municipality,
        channel: application.channel,
        privacy_notice: application.privacy_notice,
        link: application.link,
        who,
    }
}

fn asks(change: impl FnOnce(&mut Substitution)) -> Command {
    let mut substitution = substitution(1, 5);
    change(&mut substitution);
    Command::Substitute(Box::new(substitution))
}

/// The office lets somebody come in another's place.
pub(super) fn instead(ends: u32, comes: u32) -> Command {
    Command::Substitute(Box::new(substitution(ends, comes)))
}

/// 5 came in the place of 1.
fn substituted(change: impl FnOnce(&mut Substituted)) -> Event {
    let came = substitution(1, 5);
    let mut substituted = Substituted {
        registration: id(1),
        reason: None,
        successor: came.successor,
        reporting: came.reporting,
        number: number(5, 1),
        person: came.who.person,
        placeholder: false,
        municipality: came.municipality,
        channel: came.channel,
        privacy_notice: came.privacy_notice,
        link: came.link,
        look_alikes: Vec::new(),
        blocks: came.who.blocks,
    };
    change(&mut substituted);
    Event::Substituted(Box::new(substituted))
}

fn until_september(settings: Settings) -> Settings {
    with(settings, |s| {
        s.deadlines.substitute_until = Some(first_of_september());
    })
}

fn elsewhere(substitution: &mut Substitution) {
    substitution.municipality = municipality("13071");
}

#[test]
fn one_decision_ends_the_one_and_seats_the_other() {
    let story = given(seats(1), submit_all(1..=2));
    for by in [
        Substituter::Participant,
        Substituter::Office,
        Substituter::Host(None),
    ] {
        story.when(&asks(|s| s.by = by)).then([substituted(|_| ())]);
    }
}

#[test]
fn the_successor_has_the_same_seat_wishes_and_place_and_the_old_one_points_to_them() {
    let wishes = vec![Wishes {
        slot: Slot::First,
        ranked: vec![topic("rolle")],
        vetoes: Vec::new(),
    }];
    let before = given(seats(1), [guest(1).wishing(wishes.clone()).comes()]);
    let order = before.registration(1).order;
    let story = before.and([instead(1, 5)]);
    assert_eq!(
        story.registration(1).situation,
        Situation::Transferred { to: id(5) }
    );
    let successor = story.registration(5);
    assert_eq!(successor.situation, Situation::Confirmed);
    assert_eq!((successor.order, &successor.wishes), (order, &wishes));
    assert_eq!(successor.number, number(5, 1));
    assert_eq!(story.taken(), 1);
}

#[test]
fn a_successor_who_is_moved_to_the_waitlist_stands_at_the_old_ones_place() {
    let story = given(
        seats(2),
        [
            submit(1),
            submit(2),
            instead(1, 5),
            restate(seats(0)),
            to_waitlist(2),
            to_waitlist(5),
        ],
    );
    assert_eq!(story.queue(), [5, 2].map(id));
}

#[test]
fn participant_and_own_office_substitute_until_the_deadline() {
    let story = given(until_september(seats(1)), [submit(1)]);
    let deadline = first_of_september();
    for by in [Substituter::Participant, Substituter::Office] {
        let ask = asks(|s| s.by = by);
        let story = story.clone().then_at(just_before(deadline.instant));
        story.when(&ask).then([substituted(|_| ())]);
        story
            .then_at(deadline.instant)
            .when(&ask)
            .refused(late(deadline));
    }
}

#[test]
fn participant_and_own_office_substitute_within_the_municipality_only() {
    let story = given(seats(1), [submit(1)]);
    for by in [Substituter::Participant, Substituter::Office] {
        let ask = asks(|s| {
            s.by = by;
            elsewhere(s);
        });
        story.when(&ask).refused(Rejection::HostOnly);
    }
}

#[test]
fn the_host_substitutes_later_and_across_with_a_reason() {
    let story = given(until_september(seats(1)), [submit(1)]).then_at(DEADLINE);
    let host = |reason| {
        asks(|s| {
            s.by = Substituter::Host(reason);
            elsewhere(s);
        })
    };
    story.when(&host(None)).refused(Rejection::ReasonRequired);
    story
        .when(&host(Some(Reason::Illness)))
        .then([substituted(|s| {
            s.reason = Some(Reason::Illness);
            s.municipality = municipality("13071");
        })]);
}

#[test]
fn the_host_needs_a_reason_when_it_is_late_even_within_the_municipality() {
    given(until_september(seats(1)), [submit(1)])
        .then_at(first_of_september().instant)
        .when(&asks(|s| s.by = Substituter::Host(None)))
        .refused(Rejection::ReasonRequired);
}

#[test]
fn only_a_confirmed_registration_has_a_successor() {
    for (settings, state) in [
        (seats(0), "waitlisted"),
        (approving(seats(1)), "pending_approval"),
        (drawing_lots(seats(1)), "submitted"),
    ] {
        given(settings, [submit(1)])
            .when(&instead(1, 5))
            .refused(wrong(state, "registration.substitute"));
    }
}

#[test]
fn whose_act_it_is_and_the_reason_are_asked_before_state_and_deadline() {
    let story = given(until_september(seats(0)), [submit(1)]).then_at(DEADLINE);
    let across = |by| {
        asks(|s| {
            s.by = by;
            elsewhere(s);
        })
    };
    story
        .when(&across(Substituter::Office))
        .refused(Rejection::HostOnly);
    story
        .when(&across(Substituter::Host(None)))
        .refused(Rejection::ReasonRequired);
    story
        .when(&instead(1, 5))
        .refused(wrong("waitlisted", "registration.substitute"));
}

#[test]
fn nobody_comes_in_anothers_place_who_is_registered_already() {
    let story = given(seats(2), submit_all(1..=2));
    for (who, bearer) in [(2, 2), (1, 1)] {
        story
            .when(&asks(|s| s.who = known(who)))
            .refused(Rejection::DuplicateRegistration {
                number: number(bearer, 1),
            });
    }
}

#[test]
fn the_new_municipality_needs_room() {
    let settings = with(seats(9), |s| {
        s.municipality_caps.insert(municipality("13071"), 0);
    });
    let ask = asks(|s| {
        s.by = Substituter::Host(Some(Reason::Duty));
        elsewhere(s);
    });
    given(settings, [submit(1)])
        .when(&ask)
        .refused(exhausted(full_municipality("13071", 0), Some(8)));
}

#[test]
fn the_seat_given_up_in_the_old_municipality_passes_on_in_the_same_decision() {
    let settings = with(seats(9), |s| {
        s.municipality_caps.insert(municipality("01053"), 1);
    });
    let ask = asks(|s| {
        s.by = Substituter::Host(Some(Reason::Duty));
        elsewhere(s);
    });
    given(settings, submit_all(1..=2)).when(&ask).then([
        substituted(|s| {
            s.reason = Some(Reason::Duty);
            s.municipality = municipality("13071");
        }),
        passed_to(2),
    ]);
}

#[test]
fn look_alikes_of_the_successor_are_marked_but_not_whom_they_replace() {
    let ask = asks(|s| s.who.look_alikes = vec![person(1), person(2)]);
    given(seats(2), submit_all(1..=2))
        .when(&ask)
        .then([substituted(|s| s.look_alikes = vec![id(2)])]);
}

#[test]
fn after_the_substitution_the_old_person_may_register_again_and_the_new_one_not() {
    let story = given(seats(9), [submit(1), instead(1, 5)]);
    let back = guest(2).being(1);
    story
        .when(&back.comes())
        .then([back.came_in(), confirmed(2, Cause::Admitted)]);
    story
        .when(&guest(3).being(5).comes())
        .refused(Rejection::DuplicateRegistration {
            number: number(5, 1),
        });
}
