//! Groups: people who are registered together, as a whole or as many as find a seat.

use super::*;

const GROUP: GroupId = GroupId(77);

/// A group of these people.
pub(super) fn of(policy: GroupPolicy, who: impl IntoIterator<Item = u32>) -> Command {
    of_guests(policy, who.into_iter().map(guest))
}

fn of_guests(policy: GroupPolicy, guests: impl IntoIterator<Item = Guest>) -> Command {
    Command::SubmitGroup(Box::new(GroupSubmission {
        group: GROUP,
        policy,
        contact: None,
        members: guests.into_iter().map(|guest| guest.0).collect(),
    }))
}

fn group_came(policy: GroupPolicy, size: u32, refused: Vec<(u32, Bucket)>) -> Event {
    Event::GroupSubmitted(Box::new(GroupSubmitted {
        group: GROUP,
        program: program("sh"),
        policy,
        contact: None,
        size,
        refused,
    }))
}

fn member_came(who: u32, policy: GroupPolicy) -> Event {
    came_as_member(&guest(who), policy == GroupPolicy::Together, |_| ())
}

fn came_as_member(guest: &Guest, together: bool, change: impl FnOnce(&mut Submitted)) -> Event {
    guest.came_in_with(|s| {
        let group = GROUP;
        s.group = Some(Membership { group, together });
        change(s);
    })
}

fn off(settings: Settings) -> Settings {
    waiting_by(settings, WaitlistPolicy::Off)
}

fn admitted(who: u32) -> Event {
    confirmed(who, Cause::Admitted)
}

use GroupPolicy::{Partial, Together};

#[test]
fn a_group_that_finds_seats_for_all_is_seated_whatever_it_wants() {
    for policy in [Together, Partial] {
        given(seats(2), []).when(&of(policy, 1..=2)).then([
            group_came(policy, 2, vec![]),
            member_came(1, policy),
            admitted(1),
            member_came(2, policy),
            admitted(2),
        ]);
    }
}

#[test]
fn each_member_of_a_partial_group_waits_or_not_for_themselves() {
    let story = given(seats(2), [submit(1)]).and([of(Partial, 2..=4)]);
    assert_eq!(story.registration(2).situation, Situation::Confirmed);
    assert_eq!(story.queue(), [3, 4].map(id));
    story.when(&cancel(1)).then([gave_back(1), passed_to(3)]);
}

#[test]
fn members_who_wait_are_told_one_place_after_the_other() {
    for policy in [Together, Partial] {
        given(seats(0), [submit(1)]).when(&of(policy, 2..=3)).then([
            group_came(policy, 2, vec![]),
            member_came(2, policy),
            waits(2, 2),
            member_came(3, policy),
            waits(3, 3),
        ]);
    }
}

#[test]
fn a_group_that_wants_all_or_nothing_waits_until_there_are_seats_for_all() {
    let story = given(seats(3), submit_all(1..=3)).and([of(Together, 4..=5)]);
    story.when(&cancel(1)).then([gave_back(1)]);
    story
        .and([cancel(1)])
        .when(&cancel(2))
        .then([gave_back(2), passed_to(4), passed_to(5)]);
}

#[test]
fn a_group_is_passed_over_while_there_are_not_seats_for_all_of_it() {
    let story = given(seats(1), [submit(1), of(Together, 2..=3), submit(4)]);
    story.when(&cancel(1)).then([
        gave_back(1),
        passed_to(4),
        Event::PassedOver(vec![PassedOver {
            bucket: full_workshop(1),
            amount: 2,
            first_place: 1,
            last_place: 2,
        }]),
    ]);
}

#[test]
fn under_strict_head_a_group_at_the_head_is_waited_for() {
    let strict = waiting_by(seats(1), WaitlistPolicy::StrictHead);
    given(strict, [submit(1), of(Together, 2..=3), submit(4)])
        .when(&cancel(1))
        .then([gave_back(1)]);
}

#[test]
fn under_strict_head_no_member_of_a_partial_group_overtakes_one_who_waits() {
    let narrow = with(seats(9), |s| {
        s.municipality_caps.insert(municipality("01060"), 0);
    });
    let strict = waiting_by(narrow, WaitlistPolicy::StrictHead);
    let guests = [guest(1), guest(2).living_in("01060"), guest(3)];
    let story = given(strict, [of_guests(Partial, guests)]);
    assert_eq!(story.registration(1).situation, Situation::Confirmed);
    assert_eq!(story.queue(), [2, 3].map(id));
}

#[test]
fn a_group_waits_in_the_place_of_its_first_member() {
    let guests = [
        submit(1),
        submit(2),
        submit(3),
        of(Together, 4..=5),
        submit(6),
    ];
    let story = given(seats(2), guests);
    story.when(&restate(seats(5))).then([
        restated(seats(5)),
        passed_to(3),
        passed_to(4),
        passed_to(5),
    ]);
}

#[test]
fn a_group_whose_member_leaves_needs_one_seat_less() {
    given(seats(1), [submit(1), of(Together, 2..=3), cancel(1)])
        .when(&cancel(3))
        .then([gave_back(3), passed_to(2)]);
}

#[test]
fn a_group_that_gets_seats_is_offered_all_of_them_and_each_answers_alone() {
    let story = given(
        offering(seats(2), 72),
        [submit(1), submit(2), of(Together, 3..=4), cancel(1)],
    );
    let expires = OPEN.hours_later(72);
    story
        .when(&cancel(2))
        .then([gave_back(2), offered(3, expires), offered(4, expires)]);
    story
        .and([cancel(2)])
        .when(&Command::Accept(id(3)))
        .then([confirmed(3, Cause::OfferAccepted)]);
}

#[test]
fn a_newcomer_takes_the_seat_that_is_too_few_for_a_waiting_group() {
    given(seats(1), [of(Together, 1..=2)])
        .when(&submit(3))
        .then([came_in(3), admitted(3)]);
}

#[test]
fn a_newcomer_does_not_take_a_seat_of_those_that_suffice_for_a_waiting_group() {
    let stop = Some(first_of_september());
    let stopped = with(seats(2), |s| s.deadlines.promotion_stops = stop);
    given(stopped, [submit(1), of(Together, 2..=3)])
        .then_at(first_of_september().instant)
        .and([cancel(1)])
        .when(&submit(4))
        .then([came_in(4), waits(4, 3)]);
}

#[test]
fn members_are_bounded_by_their_own_municipalities() {
    let narrow = with(seats(9), |s| {
        s.municipality_caps.insert(municipality("01060"), 0);
    });
    let guests = || [guest(1), guest(2).living_in("01060")];
    let story = given(narrow.clone(), [of_guests(Partial, guests())]);
    assert_eq!(story.registration(1).situation, Situation::Confirmed);
    assert_eq!(story.queue(), [2].map(id));
    given(off(narrow), [])
        .when(&of_guests(Together, guests()))
        .refused(Rejection::Member {
            index: 1,
            rejection: Box::new(exhausted(full_municipality("01060", 0), Some(8))),
        });
}

#[test]
fn where_approval_is_needed_each_member_holds_a_seat_for_it() {
    given(approving(seats(1)), [])
        .when(&of(Together, [1]))
        .then([
            group_came(Together, 1, vec![]),
            member_came(1, Together),
            held(1, Cause::Admitted),
        ]);
}

#[test]
fn members_rest_until_lots_are_drawn() {
    given(drawing_lots(seats(9)), [])
        .when(&of(Partial, 1..=2))
        .then([
            group_came(Partial, 2, vec![]),
            member_came(1, Partial),
            member_came(2, Partial),
        ]);
}

#[test]
fn where_each_must_confirm_an_address_all_or_nothing_is_given_up() {
    let public = |who| guest(who).by_web();
    let until = Some(OPEN.hours_later(48));
    let rests = |who| came_as_member(&public(who), false, |s| s.confirm_until = until);
    let story = given(confirming(seats(1)), []);
    let group = of_guests(Together, [public(1), public(2)]);
    story
        .when(&group)
        .then([group_came(Together, 2, vec![]), rests(1), rests(2)]);
    let story = story.and([group, Command::ConfirmEmail(id(1))]);
    assert_eq!(story.registration(1).situation, Situation::Confirmed);
}

#[test]
fn without_a_waitlist_those_who_find_no_seat_are_named_by_their_number_in_the_list() {
    given(off(seats(1)), []).when(&of(Partial, 1..=3)).then([
        group_came(
            Partial,
            3,
            vec![(1, full_workshop(1)), (2, full_workshop(1))],
        ),
        member_came(1, Partial),
        admitted(1),
    ]);
}

#[test]
fn a_group_of_whom_nobody_finds_a_seat_is_refused() {
    given(off(seats(0)), [])
        .when(&of(Partial, 1..=2))
        .refused(exhausted(full_workshop(0), Some(0)));
}

#[test]
fn one_member_who_may_not_come_in_refuses_the_group_and_is_named() {
    let story = given(seats(9), [guest(9).with_reference(7).comes()]);
    let refused = |guest: Guest, rejection| {
        let group = of_guests(Partial, [guest_of_one(), guest]);
        let rejection = Box::new(rejection);
        let index = 1;
        story
            .when(&group)
            .refused(Rejection::Member { index, rejection });
    };
    let duplicate = |who| Rejection::DuplicateRegistration {
        number: number(who, 1),
    };
    let taken = |who| Rejection::ReferenceTaken {
        number: number(who, 1),
    };
    refused(guest(2).of("hh"), Rejection::ProgramDoesNotTakePart);
    refused(guest(2).being(9), duplicate(9));
    refused(guest(2).with_reference(7), taken(9));
    let twice = |same| Rejection::TwiceInGroup { first: 0, same };
    refused(guest(2).being(1), twice(Same::Person));
    refused(guest(2).with_reference(1), twice(Same::Reference));
}

fn guest_of_one() -> Guest {
    guest(1).with_reference(1)
}

#[test]
fn look_alikes_within_the_group_are_marked_on_the_later_member() {
    let alike = guest(2).looking_like(1);
    let group = of_guests(Partial, [guest(1), alike.clone()]);
    given(seats(9), []).when(&group).then([
        group_came(Partial, 2, vec![]),
        member_came(1, Partial),
        admitted(1),
        came_as_member(&alike, false, |s| s.look_alikes = vec![id(1)]),
        admitted(2),
    ]);
}

#[test]
fn two_placeholders_of_one_group_are_two_people() {
    let guests = [1, 2].map(|who| guest(who).being(1).nobody());
    let story = given(seats(9), [of_guests(Together, guests)]);
    assert_eq!(story.taken(), 2);
}

#[test]
fn members_never_share_a_number() {
    let numbered = |who| guest(who).with(|s| s.application.numbers[0] = number(1, 1));
    let story = given(seats(9), [of_guests(Partial, [numbered(1), numbered(2)])]);
    let numbers = [1, 2].map(|who| story.registration(who).number);
    assert_eq!(numbers, [number(1, 1), number(2, 2)]);
}
