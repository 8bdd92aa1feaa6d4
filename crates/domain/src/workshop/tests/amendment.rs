//! Stating anew what is known: person, number and place stay.

use super::*;

/// Amends registration 1.
pub(super) fn by(by: Amender, change: impl FnOnce(&mut Amendment)) -> Command {
    let mut amendment = Amendment {
        registration: id(1),
        by,
        municipality: None,
        wishes: None,
        privacy_notice: None,
        data: None,
    };
    change(&mut amendment);
    Command::Amend(Box::new(amendment))
}

/// Registration 1 was amended.
pub(super) fn amended(change: impl FnOnce(&mut Amended)) -> Event {
    let mut amended = Amended {
        registration: id(1),
        municipality: None,
        wishes: None,
        privacy_notice: None,
        data: None,
    };
    change(&mut amended);
    Event::Amended(Box::new(amended))
}

fn moves_to(key: &str) -> Command {
    by(Amender::Office, |a| {
        a.municipality = Some(municipality(key));
    })
}

fn moved_to(key: &str) -> Event {
    amended(|a| a.municipality = Some(municipality(key)))
}

fn rolle() -> Vec<Wishes> {
    vec![Wishes {
        slot: Slot::First,
        ranked: vec![topic("rolle")],
        vetoes: Vec::new(),
    }]
}

/// Wishes for the topic of their own role.
fn wishes(who: Amender) -> Command {
    by(who, |a| a.wishes = Some(rolle()))
}

fn new_contact(who: Amender) -> Command {
    by(who, |a| a.data = Some(data(1)))
}

/// Personal data by which the vault knows this person.
fn data(who: u32) -> Known {
    let contact = Some(Block {
        sealed: vec![1, 2, 3],
        commit: [9; 32],
    });
    Known {
        blocks: Blocks {
            contact,
            ..Blocks::default()
        },
        ..known(who)
    }
}

fn contact_amended() -> Event {
    amended(|a| {
        a.data = Some(AmendedData {
            also: None,
            placeholder: false,
            look_alikes: Vec::new(),
            blocks: data(1).blocks,
        });
    })
}

fn capped(settings: Settings, key: &str, size: u32) -> Settings {
    with(settings, |s| {
        s.municipality_caps.insert(municipality(key), size);
    })
}

#[test]
fn only_what_is_other_than_before_is_amended() {
    let story = given(settings(None), [submit(1)]);
    let all = by(Amender::Office, |a| {
        a.municipality = Some(municipality("01053"));
        a.wishes = Some(rolle());
        a.privacy_notice = Some(1);
    });
    story
        .when(&all)
        .then([amended(|a| a.wishes = Some(rolle()))]);
    story.and([all.clone()]).when(&all).then([]);
}

#[test]
fn person_number_and_place_stay() {
    let before = given(seats(0), submit_all(1..=2));
    let after = before.clone().and([
        new_contact(Amender::Office),
        wishes(Amender::Office),
        moves_to("13071"),
    ]);
    let expected = Registration {
        municipality: municipality("13071"),
        wishes: rolle(),
        ..before.registration(1).clone()
    };
    assert_eq!(after.registration(1), &expected);
    assert_eq!(after.queue(), [1, 2].map(id));
}

#[test]
fn wishes_that_do_not_fit_are_not_amended() {
    let unknown = by(Amender::Participant, |a| {
        a.wishes = Some(vec![Wishes {
            slot: Slot::Second,
            ..rolle()[0].clone()
        }]);
    });
    given(settings(None), [submit(1)])
        .when(&unknown)
        .refused(Rejection::Wishes(WishFault::UnknownTopic(0)));
}

#[test]
fn a_participant_changes_contact_and_wishes_and_nothing_by_which_seats_are_counted() {
    let story = given(settings(None), [submit(1)]);
    story
        .when(&new_contact(Amender::Participant))
        .then([contact_amended()]);
    story
        .when(&wishes(Amender::Participant))
        .then([amended(|a| a.wishes = Some(rolle()))]);
    let elsewhere = |a: &mut Amendment| a.municipality = Some(municipality("13071"));
    story
        .when(&by(Amender::Participant, elsewhere))
        .refused(Rejection::NotTheirs(Field::Municipality));
    story
        .when(&by(Amender::Participant, |a| a.privacy_notice = Some(2)))
        .refused(Rejection::NotTheirs(Field::PrivacyNotice));
}

#[test]
fn a_participant_amends_contact_until_registration_closes_and_wishes_until_their_own_deadline() {
    let wishes_until = first_of_september();
    let settings = with(settings(None), |s| {
        s.deadlines.wishes_until = Some(wishes_until);
    });
    let story = given(settings, [submit(1)]).then_at(wishes_until.instant);
    story
        .when(&wishes(Amender::Participant))
        .refused(late(wishes_until));
    story
        .when(&new_contact(Amender::Participant))
        .then([contact_amended()]);
    story
        .then_at(DEADLINE)
        .when(&new_contact(Amender::Participant))
        .refused(late(last_of_september()));
}

#[test]
fn without_a_deadline_of_their_own_wishes_may_be_changed_after_registration_has_closed() {
    given(settings(None), [submit(1)])
        .then_at(DEADLINE)
        .when(&wishes(Amender::Participant))
        .then([amended(|a| a.wishes = Some(rolle()))]);
}

#[test]
fn a_feeder_changes_all_data_until_registration_closes() {
    let story = given(settings(None), [submit(1)]);
    let elsewhere = by(Amender::Feeder, |a| {
        a.municipality = Some(municipality("13071"));
    });
    story.when(&elsewhere).then([moved_to("13071")]);
    let story = story.then_at(DEADLINE);
    for command in [
        elsewhere,
        wishes(Amender::Feeder),
        new_contact(Amender::Feeder),
    ] {
        story.when(&command).refused(late(last_of_september()));
    }
}

#[test]
fn an_office_amends_after_every_deadline() {
    let settings = with(settings(None), |s| {
        s.deadlines.wishes_until = Some(first_of_september());
    });
    let story = given(settings, [submit(1)]).then_at(DEADLINE);
    story
        .when(&wishes(Amender::Office))
        .then([amended(|a| a.wishes = Some(rolle()))]);
    story
        .when(&new_contact(Amender::Office))
        .then([contact_amended()]);
    story.when(&moves_to("13071")).then([moved_to("13071")]);
}

#[test]
fn a_seat_holder_moves_only_where_the_new_municipality_has_room() {
    let settings = capped(seats(9), "13071", 1);
    let story = given(settings, [submit(1), guest(2).living_in("13071").comes()]);
    story
        .when(&moves_to("13071"))
        .refused(exhausted(full_municipality("13071", 1), Some(7)));
    story
        .and([cancel(2)])
        .when(&moves_to("13071"))
        .then([moved_to("13071")]);
}

#[test]
fn neither_the_total_nor_the_program_is_asked_when_a_seat_holder_moves() {
    let narrow = with(seats(1), |s| {
        s.program_caps.insert(program("sh"), 1);
    });
    let exception = guest(2).let_in_for(Reason::Hardship).comes();
    given(capped(narrow, "13071", 1), [submit(1), exception])
        .when(&moves_to("13071"))
        .then([moved_to("13071")]);
}

#[test]
fn the_seat_that_a_mover_frees_in_the_old_municipality_passes_on_in_the_same_decision() {
    let settings = capped(seats(9), "01053", 1);
    given(settings, submit_all(1..=2))
        .when(&moves_to("13071"))
        .then([moved_to("13071"), passed_to(2)]);
}

#[test]
fn somebody_who_waits_keeps_the_place_when_moving_and_gets_the_seat_that_is_free_there() {
    let settings = capped(seats(9), "01053", 0);
    let elsewhere = guest(3).living_in("13071").comes();
    let story = given(settings, [submit(1), submit(2), elsewhere]);
    story
        .when(&moves_to("13071"))
        .then([moved_to("13071"), passed_to(1)]);
    let full = capped(capped(seats(9), "01053", 0), "13071", 0);
    let story = given(full, submit_all(1..=2)).and([moves_to("13071")]);
    assert_eq!(story.queue(), [1, 2].map(id));
}

#[test]
fn who_rests_takes_no_seat_by_moving() {
    given(capped(drawing_lots(seats(1)), "13071", 0), [submit(1)])
        .when(&moves_to("13071"))
        .then([moved_to("13071")]);
}

#[test]
fn nobody_is_amended_into_another_live_person() {
    let story = given(settings(None), submit_all(1..=2));
    let into_two = by(Amender::Office, |a| a.data = Some(data(2)));
    story
        .when(&into_two)
        .refused(Rejection::DuplicateRegistration {
            number: number(2, 1),
        });
    story.and([cancel(2)]).when(&into_two).then([amended(|a| {
        a.data = Some(AmendedData {
            also: Some(person(2)),
            placeholder: false,
            look_alikes: vec![],
            blocks: data(2).blocks,
        });
    })]);
}

#[test]
fn who_was_amended_into_somebody_is_that_somebody_too() {
    let into_two = by(Amender::Office, |a| a.data = Some(data(2)));
    let twice = Rejection::DuplicateRegistration {
        number: number(1, 1),
    };
    let story = given(settings(None), submit_all(1..=2)).and([cancel(2), into_two]);
    story.when(&reinstate(2)).refused(twice.clone());
    story.when(&guest(3).being(2).comes()).refused(twice);
    story.and([cancel(1), reinstate(2)]);
}

#[test]
fn look_alikes_are_those_of_the_new_data_alone_and_never_oneself() {
    let like = |who: &[u32]| {
        let look_alikes = who.iter().map(|who| person(*who)).collect();
        let known = Known {
            look_alikes,
            ..known(1)
        };
        by(Amender::Office, |a| a.data = Some(known))
    };
    let marked = |look_alikes| {
        amended(|a| {
            a.data = Some(AmendedData {
                also: None,
                placeholder: false,
                look_alikes,
                blocks: Blocks::default(),
            });
        })
    };
    let story = given(settings(None), submit_all(1..=3));
    story.when(&like(&[1, 2])).then([marked(vec![id(2)])]);
    let story = story.and([like(&[2]), like(&[3])]);
    assert_eq!(story.registration(1).look_alikes, BTreeSet::from([id(3)]));
}

#[test]
fn what_changes_nothing_is_no_fault_even_in_a_workshop_that_was_called_off() {
    let reason = Reason::Organisation;
    let story = given(settings(None), [submit(1), Command::CallOff { reason }]);
    story
        .when(&by(Amender::Feeder, |a| a.privacy_notice = Some(1)))
        .then([]);
    story
        .when(&by(Amender::Feeder, |a| a.privacy_notice = Some(2)))
        .refused(wrong("cancelled", "registration.amend"));
}

#[test]
fn a_placeholder_that_gets_a_name_is_a_person_from_then_on() {
    let named = by(Amender::Office, |a| a.data = Some(data(1)));
    given(settings(None), [guest(1).nobody().comes(), named])
        .when(&guest(2).being(1).comes())
        .refused(Rejection::DuplicateRegistration {
            number: number(1, 1),
        });
}

#[test]
fn a_municipality_key_outside_the_programs_land_is_accepted() {
    given(settings(None), [submit(1)])
        .when(&moves_to("14612000"))
        .then([moved_to("14612000")]);
}
