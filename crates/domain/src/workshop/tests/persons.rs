//! Persons who are known, who look alike, who are nobody; and source references.

use super::*;

fn duplicate_of(who: u32) -> Rejection {
    let number = number(who, 1);
    Rejection::DuplicateRegistration { number }
}

fn reference_of(who: u32) -> Rejection {
    let number = number(who, 1);
    Rejection::ReferenceTaken { number }
}

#[test]
fn the_same_person_is_not_registered_twice_but_may_come_back_after_cancelling() {
    let again = guest(2).being(1);
    let story = given(settings(None), [submit(1)]);
    story.when(&again.comes()).refused(duplicate_of(1));
    story
        .and([cancel(1)])
        .when(&again.comes())
        .then([again.came_in(), confirmed(2, Cause::Admitted)]);
}

#[test]
fn the_same_person_is_a_duplicate_in_every_live_state() {
    let stories = [
        given(drawing_lots(seats(1)), [submit(1)]),
        given(approving(seats(1)), [submit(1)]),
        given(seats(1), [submit(1)]),
        given(seats(0), [submit(1)]),
        given(offering(seats(0), 72), [submit(1)]).and([restate(offering(seats(1), 72))]),
    ];
    for story in stories {
        let again = guest(2).being(1).comes();
        story.when(&again).refused(duplicate_of(1));
    }
}

#[test]
fn a_look_alike_is_accepted_and_marked_on_the_newcomer() {
    let alike = guest(2).looking_like(1);
    given(settings(None), [submit(1)])
        .when(&alike.comes())
        .then([
            alike.came_in_with(|s| s.look_alikes = vec![id(1)]),
            confirmed(2, Cause::Admitted),
        ]);
}

#[test]
fn only_live_registrations_are_compared_for_look_alikes() {
    let alike = guest(2).looking_like(1);
    given(settings(None), [submit(1), cancel(1)])
        .when(&alike.comes())
        .then([alike.came_in(), confirmed(2, Cause::Admitted)]);
}

#[test]
fn a_placeholder_is_never_a_duplicate_and_looks_like_nobody() {
    let another = guest(2).being(1).nobody().looking_like(3);
    given(settings(None), [guest(1).nobody().comes(), submit(3)])
        .when(&another.comes())
        .then([another.came_in(), confirmed(2, Cause::Admitted)]);
}

#[test]
fn a_placeholder_takes_a_seat_like_everybody() {
    let story = given(seats(1), [guest(1).nobody().comes()]);
    assert_eq!(story.taken(), 1);
    story.when(&submit(2)).then([came_in(2), waits(2, 1)]);
}

#[test]
fn a_source_reference_names_one_registration_even_after_it_was_cancelled() {
    let second = guest(2).with_reference(7).comes();
    let story = given(settings(None), [guest(1).with_reference(7).comes()]);
    story.when(&second).refused(reference_of(1));
    story
        .and([cancel(1)])
        .when(&second)
        .refused(reference_of(1));
}

#[test]
fn a_source_reference_stays_with_the_registration_it_named_after_substituting() {
    let story = given(
        settings(None),
        [
            guest(1).with_reference(7).comes(),
            substitution::instead(1, 5),
        ],
    );
    story
        .when(&guest(2).with_reference(7).comes())
        .refused(reference_of(1));
    assert_eq!(
        story.workshop().references,
        BTreeMap::from([(ReferenceHash([7; 32]), id(1))])
    );
}

#[test]
fn two_registrations_without_a_source_reference_do_not_share_one() {
    given(settings(None), [submit(1)])
        .when(&submit(2))
        .then([came_in(2), confirmed(2, Cause::Admitted)]);
}

#[test]
fn a_source_reference_put_again_with_the_same_content_changes_nothing() {
    let named = guest(1).with_reference(7);
    let story = given(settings(None), [named.comes()]);
    let same = amendment::by(Amender::Feeder, |a| {
        a.municipality = Some(municipality("01053"));
        a.wishes = Some(Vec::new());
        a.privacy_notice = Some(1);
    });
    story.when(&same).then([]);
    story.and([cancel(1)]).when(&same).then([]);
}

#[test]
fn a_source_reference_put_with_other_content_amends_who_is_live_and_nobody_else() {
    let story = given(settings(None), [guest(1).with_reference(7).comes()]);
    let other = amendment::by(Amender::Feeder, |a| a.privacy_notice = Some(2));
    story
        .when(&other)
        .then([amendment::amended(|a| a.privacy_notice = Some(2))]);
    story
        .and([cancel(1)])
        .when(&other)
        .refused(wrong("cancelled", "registration.amend"));
}

#[test]
fn the_participants_new_secret_replaces_the_old_one() {
    let renew = Command::RenewLink {
        registration: id(1),
        link: link(9),
    };
    let story = given(settings(None), [submit(1)]);
    story.when(&renew).then([Event::LinkRenewed {
        registration: id(1),
        link: link(9),
    }]);
    assert_eq!(story.and([renew]).registration(1).link, link(9));
}
