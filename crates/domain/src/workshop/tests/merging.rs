//! Two registrations turn out to be the same person: one ends, the other keeps the better of both.

use super::*;

fn merge(registration: u32, into: u32) -> Command {
    Command::Merge {
        registration: id(registration),
        into: id(into),
    }
}

fn merged(registration: u32, into: u32, takes_state: bool, takes_place: bool) -> Event {
    Event::Merged {
        registration: id(registration),
        into: id(into),
        takes_state,
        takes_place,
    }
}

/// Somebody who looks like 1.
fn alike(who: u32) -> Command {
    guest(who).looking_like(1).comes()
}

#[test]
fn a_seat_does_not_move_into_a_municipality_that_has_no_room_for_it() {
    let mut capped = seats(3);
    capped.municipality_caps.insert(municipality("01060"), 0);
    let moved = |who| {
        let mut guest = guest(who).looking_like(1);
        guest.0.application.municipality = municipality("01060");
        guest.comes()
    };
    let bucket = Bucket::Municipality {
        municipality: municipality("01060"),
        size: 0,
    };
    given(capped, [submit(1), moved(2)])
        .when(&merge(1, 2))
        .refused(Rejection::QuotaExhausted(Exhausted {
            bucket,
            free: Some(2),
        }));
}

#[test]
fn where_both_hold_a_seat_one_of_them_passes_on_and_the_survivor_keeps_its_own_state() {
    let story = given(seats(2), [submit(1), alike(2), submit(3)]);
    story
        .when(&merge(2, 1))
        .then([merged(2, 1, false, false), passed_to(3)]);
    let story = story.and([merge(2, 1)]);
    assert_eq!(story.taken(), 2);
    assert_eq!(
        story.registration(2).situation,
        Situation::Merged { into: id(1) }
    );
}

#[test]
fn the_earlier_place_survives_also_where_the_later_registration_does() {
    let story = given(seats(2), [submit(1), alike(2)]);
    let order = story.registration(1).order;
    story.when(&merge(1, 2)).then([merged(1, 2, false, true)]);
    assert_eq!(story.and([merge(1, 2)]).registration(2).order, order);
}

#[test]
fn a_seat_survives_if_only_the_one_that_ends_held_it() {
    let story = given(seats(1), [submit(1), alike(2), submit(3)]);
    story.when(&merge(1, 2)).then([merged(1, 2, true, true)]);
    let story = story.and([merge(1, 2)]);
    assert_eq!(story.registration(2).situation, Situation::Confirmed);
    assert_eq!((story.taken(), story.queue()), (1, vec![id(3)]));
}

#[test]
fn a_seat_survives_if_only_the_survivor_held_it() {
    let story = given(seats(1), [submit(1), alike(2), submit(3)]);
    story.when(&merge(2, 1)).then([merged(2, 1, false, false)]);
    assert_eq!(story.and([merge(2, 1)]).queue(), [3].map(id));
}

#[test]
fn of_two_who_wait_the_survivor_waits_at_the_earlier_place() {
    let story = given(seats(0), [submit(1), submit(3), alike(2)]);
    story.when(&merge(1, 2)).then([merged(1, 2, false, true)]);
    let story = story.and([merge(1, 2)]);
    assert_eq!(story.queue(), [2, 3].map(id));
    assert_eq!(story.workshop().queue.len(), 2);
}

#[test]
fn an_offered_seat_survives_with_its_instant() {
    let guests = [submit(9), submit(1), alike(2), cancel(9)];
    let story = given(offering(seats(1), 72), guests);
    story.when(&merge(1, 2)).then([merged(1, 2, true, true)]);
    let story = story.and([merge(1, 2)]);
    let expires = OPEN.hours_later(72);
    assert_eq!(story.due(), Some(expires));
    assert_eq!(story.then_at(expires).settles(), [lapsed(2, Lapse::Offer)]);
}

#[test]
fn a_seat_for_good_does_not_replace_one_that_waits_for_approval() {
    let story = given(approving(seats(9)), [submit(1), alike(2)]);
    story
        .and([Command::Approve(id(1))])
        .when(&merge(1, 2))
        .then([merged(1, 2, false, true)]);
}

#[test]
fn approval_survives_too() {
    let story = given(
        approving(seats(9)),
        [submit(1), Command::Approve(id(1)), alike(2), merge(1, 2)],
    );
    assert!(story.registration(2).approved);
}

#[test]
fn a_confirmed_address_survives_and_an_unconfirmed_one_has_no_place() {
    let web = |who| guest(who).looking_like(1).by_web().comes();
    let lots = confirming(drawing_lots(seats(9)));
    given(lots, [web(1), web(2), Command::ConfirmEmail(id(2))])
        .when(&merge(2, 1))
        .then([merged(2, 1, true, true)]);
    given(confirming(seats(9)), [web(1), submit(2), web(3)])
        .when(&merge(3, 1))
        .then([merged(3, 1, false, false)]);
}

#[test]
fn when_the_head_of_a_strict_waitlist_is_merged_the_others_move_up() {
    let narrow = with(seats(1), |s| {
        s.municipality_caps.insert(municipality("01060"), 0);
    });
    let strict = waiting_by(narrow, WaitlistPolicy::StrictHead);
    let head = guest(2).looking_like(1).living_in("01060").comes();
    let story = given(strict, [submit(1), submit(9), cancel(9), head, submit(3)]);
    let story = story.and([cancel(1), reinstate(1)]);
    assert_eq!(story.queue(), [2, 3, 1].map(id));
    let strangers = story.when(&merge(2, 3));
    strangers.refused(Rejection::NotLookAlikes);
    story
        .when(&merge(2, 1))
        .then([merged(2, 1, false, true), passed_to(1)]);
}

#[test]
fn approval_survives_in_time_for_the_seat_that_the_merging_brings() {
    let narrow = with(approving(seats(1)), |s| {
        s.municipality_caps.insert(municipality("01060"), 0);
    });
    let strict = waiting_by(narrow, WaitlistPolicy::StrictHead);
    let head = guest(1).living_in("01060").comes();
    let decline = Command::Decline(id(1), Reason::Mistake);
    let story = given(strict, [head, decline, reinstate(1), alike(2)]);
    assert_eq!(story.queue(), [1, 2].map(id));
    story
        .when(&merge(1, 2))
        .then([merged(1, 2, false, true), passed_to(2)]);
}

#[test]
fn priority_that_has_led_to_a_seat_does_not_make_a_place_the_earlier_one() {
    let story = given(seats(2), [submit(1), alike(2), to_waitlist(2)]);
    let story = story.and([Command::Settle]);
    assert_eq!(story.registration(2).situation, Situation::Confirmed);
    story.when(&merge(1, 2)).then([merged(1, 2, false, true)]);
}

#[test]
fn only_look_alikes_are_merged_whichever_of_them_bears_the_mark() {
    let story = given(seats(9), [submit(1), alike(2), submit(3)]);
    for (ends, survives) in [(1, 3), (3, 1), (1, 1)] {
        story
            .when(&merge(ends, survives))
            .refused(Rejection::NotLookAlikes);
    }
    story.when(&merge(2, 1)).then([merged(2, 1, false, false)]);
    story.when(&merge(1, 2)).then([merged(1, 2, false, true)]);
}

#[test]
fn people_of_two_programs_are_never_merged() {
    let other = guest(2).looking_like(1).of("mv").comes();
    given(seats(9), [submit(1), other])
        .when(&merge(2, 1))
        .refused(Rejection::NotLookAlikes);
}

#[test]
fn a_placeholder_is_never_merged() {
    let nameless = amendment::by(Amender::Office, |a| {
        let placeholder = true;
        a.data = Some(Known {
            placeholder,
            ..known(1)
        });
    });
    let story = given(seats(9), [submit(1), alike(2), nameless]);
    for (ends, survives) in [(1, 2), (2, 1)] {
        story
            .when(&merge(ends, survives))
            .refused(Rejection::NotLookAlikes);
    }
}

#[test]
fn only_live_registrations_are_merged() {
    let story = given(seats(9), [submit(1), alike(2), cancel(1)]);
    for (ends, survives) in [(1, 2), (2, 1)] {
        story
            .when(&merge(ends, survives))
            .refused(wrong("cancelled", "registration.merge"));
    }
}

#[test]
fn a_source_reference_stays_with_the_registration_that_ended() {
    let named = guest(2).looking_like(1).with_reference(7);
    let story = given(seats(9), [submit(1), named.comes(), merge(2, 1)]);
    story
        .when(&guest(3).with_reference(7).comes())
        .refused(Rejection::ReferenceTaken {
            number: number(2, 1),
        });
}
