//! The table of states: what it does not list is refused, and the refusal names state and command.

use super::*;

/// Gives a story in which registration 1 is in the state of this name, and 9 is live.
fn in_state(name: &str) -> Story {
    let offers = |size| offering(seats(size), 72);
    let offered = || given(offers(0), [submit(1)]).and([restate(offers(1))]);
    let story = match name {
        "submitted" => given(drawing_lots(seats(9)), [submit(1)]),
        "pending_approval" => given(approving(seats(9)), [submit(1)]),
        "confirmed" => given(seats(9), [submit(1)]),
        "waitlisted" => given(seats(0), [submit(1)]),
        "offered" => offered(),
        "declined" => given(
            seats(0),
            [submit(1), Command::Decline(id(1), Reason::NotEligible)],
        ),
        "lapsed" => offered().hours_later(72).and([Command::Settle]),
        "cancelled" => given(seats(9), [submit(1), cancel(1)]),
        "transferred" => given(seats(9), [submit(1), substitution::instead(1, 5)]),
        "merged" => {
            given(seats(9), [submit(1), guest(2).looking_like(1).comes()]).and([Command::Merge {
                registration: id(1),
                into: id(2),
            }])
        }
        "attended" => return attendance::closed(&[22, 23]),
        "partially_attended" => return attendance::closed(&[22]),
        "no_show" => return attendance::closed(&[]),
        other => panic!("{other} is no state"),
    };
    let story = story.and([submit(9)]);
    assert_eq!(story.registration(1).situation.name(), name);
    story
}

const LIVE: &[&str] = &[
    "submitted",
    "pending_approval",
    "confirmed",
    "waitlisted",
    "offered",
];

/// Says that `command` is refused for its state in all states but these.
fn only_from(states: &[&str], command: &Command) {
    for state in Situation::NAMES {
        let answer = in_state(state).when(command).0;
        let refused = Err(wrong(state, command.kind()));
        if states.contains(&state) {
            assert_ne!(answer, refused);
        } else {
            assert_eq!(answer, refused);
        }
    }
}

#[test]
fn only_what_was_submitted_confirms_an_address() {
    only_from(&["submitted"], &Command::ConfirmEmail(id(1)));
}

#[test]
fn only_what_is_pending_is_approved() {
    only_from(&["pending_approval"], &Command::Approve(id(1)));
}

#[test]
fn only_who_has_no_seat_for_good_is_declined() {
    let decline = Command::Decline(id(1), Reason::NotEligible);
    only_from(&["submitted", "pending_approval", "waitlisted"], &decline);
}

#[test]
fn only_who_waits_is_offered_or_given_a_seat() {
    only_from(&["waitlisted"], &Command::Offer(id(1)));
    only_from(&["waitlisted"], &Command::Promote(id(1)));
}

#[test]
fn only_an_offer_is_accepted_or_declined_and_a_lapsed_one_says_so() {
    only_from(&["offered", "lapsed"], &Command::Accept(id(1)));
    only_from(&["offered", "lapsed"], &Command::DeclineOffer(id(1)));
    let expired = OPEN.hours_later(72);
    in_state("lapsed")
        .when(&Command::Accept(id(1)))
        .refused(Rejection::OfferExpired { expired });
}

#[test]
fn only_what_is_live_is_cancelled_amended_and_merged() {
    only_from(LIVE, &cancel(1));
    let merge = |registration, into| Command::Merge { registration, into };
    only_from(LIVE, &merge(id(1), id(9)));
    only_from(LIVE, &merge(id(9), id(1)));
    let notice = amendment::by(Amender::Office, |a| a.privacy_notice = Some(2));
    only_from(LIVE, &notice);
}

#[test]
fn only_who_is_confirmed_is_substituted_or_moved_to_the_waitlist() {
    only_from(&["confirmed"], &substitution::instead(1, 6));
    only_from(&["confirmed"], &to_waitlist(1));
}

#[test]
fn only_who_cancelled_was_declined_or_lapsed_is_reinstated() {
    let ended = ["cancelled", "declined", "lapsed"];
    only_from(&ended, &reinstate(1));
    only_from(&ended, &reinstate_over(1));
}

#[test]
fn who_is_pending_confirmed_offered_or_closed_holds_a_seat_and_nobody_else() {
    let holding = Situation::NAMES.map(|name| {
        let situation = in_state(name).registration(1).situation;
        (name, situation.holds_seat())
    });
    let seats = holding.into_iter().filter(|(_, holds)| *holds);
    let seats: Vec<&str> = seats.map(|(name, _)| name).collect();
    let closed = ["attended", "partially_attended", "no_show"];
    let expected = [["pending_approval", "confirmed", "offered"], closed].concat();
    assert_eq!(seats, expected);
}

#[test]
fn submitted_pending_confirmed_waitlisted_and_offered_are_live() {
    let live = Situation::NAMES
        .into_iter()
        .filter(|name| in_state(name).registration(1).situation.is_live());
    assert_eq!(live.collect::<Vec<_>>(), LIVE);
}

#[test]
fn the_workshops_count_of_seats_is_that_of_the_registrations_which_hold_one() {
    for name in Situation::NAMES {
        let story = in_state(name);
        let all = story.workshop().registrations.values();
        let holding = all.filter(|registration| registration.situation.holds_seat());
        assert_eq!(u32::try_from(holding.count()), Ok(story.taken()), "{name}");
    }
}
