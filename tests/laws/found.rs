//! What the laws have found, as sentences: each was answered wrongly once.

use anmeldewerk_domain::{
    Command, Event, Number, Rejection, decide,
    workshop::{self, Bucket, Exhausted, Same, Situation, WishFault},
};

use crate::{
    asks::{Ask, Step},
    model::{
        Amending, By, Form, Id, Patch, Person, Public, Replacer, Replacing, Rules, Waitlist, Way,
        Who, Wish, candidates,
    },
    run::{Run, run},
    words,
};

fn form(person: Person) -> Form {
    Form {
        person,
        nobody: false,
        program: 0,
        town: 0,
        way: Way::Office,
        email: true,
        reference: None,
        alike: None,
        overriding: false,
        wish: Wish::Topic(0),
    }
}

/// They come one after another, in the first hour.
fn come<const N: usize>(forms: [Form; N]) -> Vec<Step> {
    forms.map(|form| (0, Ask::Submit(form))).into()
}

fn named(who: Who, alike: Option<Person>) -> Amending {
    Amending {
        by: By::Office,
        town: None,
        wish: None,
        notice: None,
        data: Some(who),
        alike,
    }
}

fn answer(run: &Run, ask: &Ask) -> Result<Vec<Event>, Rejection> {
    decide(&run.state, run.at(), &Command::Workshop(run.command(ask)))
}

fn refusal(rules: &Rules, steps: &[Step], ask: &Ask) -> Rejection {
    answer(&run(rules, steps), ask).expect_err("it is refused")
}

/// Three in a row share their candidates, and each takes the first that is left.
fn number(id: Id) -> Number {
    Number::from_random(candidates(id)[usize::from(id % 3)])
}

fn situation(run: &Run, id: Id) -> Situation {
    run.workshop().registrations[&words::registration(id)].situation
}

#[test]
fn who_was_made_nobody_and_came_again_is_not_named_a_second_time() {
    let nobody = (0, Ask::Amend(0, named(Who::Nobody, None)));
    let steps = [come([form(1)]), vec![nobody], come([form(1), form(2)])].concat();
    let duplicate = Rejection::DuplicateRegistration { number: number(1) };
    for name in [Who::Person(1), Who::Person(7)] {
        let again = Ask::Amend(0, named(name, None));
        assert_eq!(refusal(&Rules::default(), &steps, &again), duplicate);
    }
}

#[test]
fn whoever_is_passed_over_stands_behind_those_who_gave_up_their_seat() {
    let rules = Rules {
        seats: Some(1),
        caps: [Some(0), None, None],
        ..Rules::default()
    };
    let of = |program, person| Form {
        program,
        ..form(person)
    };
    let steps = come([of(1, 0), of(0, 1), of(1, 2)]);
    let run = run(&rules, &steps);
    let events = answer(&run, &Ask::ToWaitlist(0)).expect("a seat may be given up");
    assert_eq!(passed_over(&events), [(1, 2, 2)]);
}

#[test]
fn whoever_is_passed_over_stands_ahead_of_nobody_who_left_by_the_same_decision() {
    let rules = Rules {
        seats: Some(1),
        caps: [Some(0), None, None],
        ..Rules::default()
    };
    let of = |program, person| Form {
        program,
        ..form(person)
    };
    let group = Ask::Group {
        together: true,
        members: vec![of(1, 1), of(1, 2)],
    };
    let asks = [
        Ask::Submit(of(1, 0)),
        group,
        Ask::Cancel(2, By::Office),
        Ask::Submit(of(0, 3)),
        Ask::Reinstate {
            id: 2,
            overriding: false,
        },
        Ask::Patch(Patch::Seats(Some(2))),
    ];
    let run = run(&rules, &asks.map(|ask| (0, ask)));
    let events = answer(&run, &Ask::Cancel(1, By::Office)).expect("it may be given back");
    assert_eq!(situation(&run, 2), Situation::Waitlisted);
    assert_eq!(passed_over(&events), [(1, 1, 1)]);
}

#[test]
fn a_seat_given_by_hand_lets_those_move_up_whom_its_party_held_up() {
    let rules = Rules {
        seats: Some(0),
        towns: [None, None, Some(0)],
        waitlist: Waitlist::Strict,
        ..Rules::default()
    };
    let blocked = Form { town: 2, ..form(2) };
    let group = Ask::Group {
        together: true,
        members: vec![form(1), blocked],
    };
    let asks = [
        group,
        Ask::Cancel(1, By::Office),
        Ask::Submit(form(3)),
        Ask::Reinstate {
            id: 1,
            overriding: false,
        },
        Ask::Patch(Patch::Seats(None)),
    ];
    let run = run(&rules, &asks.map(|ask| (0, ask)));
    let events = answer(&run, &Ask::Promote(0)).expect("it is the first");
    assert_eq!(seated(&events), [0, 2], "and not the other of the group");
}

fn seated(events: &[Event]) -> Vec<Id> {
    let seated = events.iter().filter_map(|event| match event {
        Event::Workshop(workshop::Event::Confirmed { registration, .. }) => Some(registration),
        _ => None,
    });
    seated.map(|id| words::small(*id)).collect()
}

/// The e-mail addresses of these are to be confirmed.
fn unconfirmed() -> (Rules, Form) {
    let rules = Rules {
        seats: Some(1),
        public: Public::Confirmed,
        ..Rules::default()
    };
    let web = Form {
        way: Way::Web,
        alike: Some(1),
        ..form(2)
    };
    (rules, web)
}

#[test]
fn a_place_comes_with_the_confirmed_address_and_is_not_given_on_without() {
    let (rules, web) = unconfirmed();
    let full = Form {
        alike: Some(2),
        ..form(1)
    };
    let steps = come([form(0), web, form(3), full]);
    let merge = vec![(0, Ask::Merge { id: 1, into: 3 })];
    let run = run(&rules, &[steps, merge].concat());
    assert_eq!(situation(&run, 3), Situation::Waitlisted);
    assert_eq!(waiting(&run), [2, 3]);
}

#[test]
fn who_has_not_confirmed_an_address_takes_the_place_of_whom_they_are_the_same_as() {
    let (rules, web) = unconfirmed();
    let steps = come([form(0), form(1), form(3), web]);
    let merge = vec![(0, Ask::Merge { id: 1, into: 3 })];
    let run = run(&rules, &[steps, merge].concat());
    assert_eq!(situation(&run, 3), Situation::Waitlisted);
    assert_eq!(waiting(&run), [3, 2]);
}

fn waiting(run: &Run) -> Vec<Id> {
    let queue = run.workshop().queue.in_order();
    queue.values().map(|id| words::small(*id)).collect()
}

#[test]
fn a_group_too_large_is_told_of_the_bucket_and_not_of_a_queue() {
    let rules = Rules {
        seats: Some(1),
        waitlist: Waitlist::Off,
        ..Rules::default()
    };
    let group = Ask::Group {
        together: true,
        members: vec![form(1), form(2)],
    };
    let bucket = Bucket::Workshop { size: 1 };
    let full = Rejection::QuotaExhausted(Exhausted {
        bucket,
        free: Some(0),
    });
    assert_eq!(refusal(&rules, &[], &group), member(1, full));
}

#[test]
fn a_newcomer_for_whom_only_the_queue_leaves_nothing_is_told_of_the_queue() {
    let rules = Rules {
        seats: Some(1),
        stops: Some(0),
        ..Rules::default()
    };
    let steps = [
        come([form(0), form(1)]),
        vec![
            (0, Ask::Cancel(0, By::Office)),
            (0, Ask::Patch(Patch::Waitlist(Waitlist::Off))),
        ],
    ]
    .concat();
    let queue = Rejection::Queue { free: Some(1) };
    assert_eq!(refusal(&rules, &steps, &Ask::Submit(form(2))), queue);
}

fn member(index: usize, rejection: Rejection) -> Rejection {
    let rejection = Box::new(rejection);
    Rejection::Member { index, rejection }
}

#[test]
fn who_is_in_one_group_twice_is_told_of_the_first_and_a_reference_too() {
    let with = |person, reference| Form {
        reference: Some(reference),
        ..form(person)
    };
    for (members, first, same) in [
        (vec![form(1), form(2), form(2)], 1, Same::Person),
        (vec![form(1), form(2), form(1)], 0, Same::Person),
        (vec![with(1, 5), with(2, 6), with(3, 6)], 1, Same::Reference),
    ] {
        for together in [true, false] {
            let members = members.clone();
            let group = Ask::Group { together, members };
            let twice = member(2, Rejection::TwiceInGroup { first, same });
            assert_eq!(refusal(&Rules::default(), &[], &group), twice);
        }
    }
}

#[test]
fn new_data_mark_other_look_alikes_and_the_old_ones_no_more() {
    let alike = Form {
        alike: Some(1),
        ..form(3)
    };
    let steps = come([form(1), form(2), alike]);
    let marked = |amending| {
        let amend = vec![(0, Ask::Amend(2, amending))];
        let run = run(&Rules::default(), &[steps.clone(), amend].concat());
        let all = &run.workshop().registrations[&words::registration(2)].look_alikes;
        all.iter().map(|id| words::small(*id)).collect::<Vec<Id>>()
    };
    assert_eq!(marked(named(Who::Person(3), Some(2))), [1]);
    assert_eq!(marked(named(Who::Person(3), None)), Vec::<Id>::new());
    assert_eq!(marked(named(Who::Nobody, None)), Vec::<Id>::new());
    let moved = Amending {
        town: Some(1),
        data: None,
        ..named(Who::Nobody, None)
    };
    assert_eq!(marked(moved), [0], "other changes mark nobody");
}

#[test]
fn what_is_stated_as_it_was_is_accepted_of_what_has_ended_too() {
    let steps = come([form(1)]);
    let same = Amending {
        by: By::Participant,
        town: Some(0),
        wish: Some(Wish::Topic(0)),
        notice: Some(1),
        data: None,
        alike: None,
    };
    let other = Amending {
        by: By::Office,
        wish: Some(Wish::Topic(1)),
        ..same
    };
    for (end, state) in [
        (Ask::Cancel(0, By::Office), "cancelled"),
        (Ask::CallOff, "cancelled"),
    ] {
        let run = run(&Rules::default(), &[steps.clone(), vec![(0, end)]].concat());
        assert_eq!(answer(&run, &Ask::Amend(0, same)), Ok(vec![]));
        let wrong = Rejection::TransitionNotAllowed {
            state,
            command: "registration.amend",
        };
        assert_eq!(answer(&run, &Ask::Amend(0, other)), Err(wrong));
    }
}

#[test]
fn wishes_stay_where_their_topic_is_offered_no_more_but_are_not_stated_anew() {
    let wishes = |wish| {
        let amending = Amending {
            wish: Some(wish),
            data: None,
            ..named(Who::Nobody, None)
        };
        Ask::Amend(0, amending)
    };
    let steps = [
        come([form(1)]),
        vec![
            (0, wishes(Wish::Topic(3))),
            (0, Ask::Patch(Patch::Topics(2))),
        ],
    ]
    .concat();
    let run = run(&Rules::default(), &steps);
    assert_eq!(answer(&run, &wishes(Wish::Topic(3))), Ok(vec![]));
    let unknown = Rejection::Wishes(WishFault::UnknownTopic(0));
    assert_eq!(answer(&run, &wishes(Wish::Topic(2))), Err(unknown));
}

#[test]
fn wishes_that_do_not_fit_are_told_what_is_wrong_with_them() {
    for (wish, fault) in [
        (Wish::SlotTwice, WishFault::SlotTwice(1)),
        (Wish::TooManyRanked, WishFault::TooManyRanked(0)),
        (Wish::TooManyVetoes, WishFault::TooManyVetoes(0)),
        (Wish::TopicTwice, WishFault::TopicTwice(0)),
        (Wish::OtherSlot, WishFault::UnknownTopic(0)),
    ] {
        let submit = Ask::Submit(Form { wish, ..form(1) });
        let told = refusal(&Rules::default(), &[], &submit);
        assert_eq!(told, Rejection::Wishes(fault));
    }
}

/// Somebody from another municipality, after the deadline, in the place of one who has none.
#[test]
fn role_and_reason_come_before_state_and_state_before_the_deadline() {
    let rules = Rules {
        substitute_until: Some(1),
        ..Rules::default()
    };
    let replace = |by, town| {
        let who = Who::Person(7);
        Ask::Substitute(0, Replacing { by, who, town })
    };
    let cancelled = vec![(1, Ask::Cancel(0, By::Office))];
    let ended = run(&rules, &[come([form(1)]), cancelled].concat());
    let late = run(&rules, &[come([form(1)]), vec![(1, Ask::Settle)]].concat());
    let wrong = Rejection::TransitionNotAllowed {
        state: "cancelled",
        command: "registration.substitute",
    };
    let deadline = Rejection::DeadlinePassed {
        deadline: words::cutoff(1),
    };
    let unreasoned = Replacer::Host { reason: false };
    let reasoned = Replacer::Host { reason: true };
    for (run, replacing, told) in [
        (&ended, replace(Replacer::Office, 1), Rejection::HostOnly),
        (&ended, replace(unreasoned, 0), Rejection::ReasonRequired),
        (&ended, replace(Replacer::Participant, 0), wrong.clone()),
        (&ended, replace(reasoned, 1), wrong),
        (&late, replace(Replacer::Office, 1), Rejection::HostOnly),
        (&late, replace(Replacer::Office, 0), deadline),
    ] {
        assert_eq!(answer(run, &replacing), Err(told));
    }
    assert!(answer(&late, &replace(reasoned, 1)).is_ok());
}

fn passed_over(events: &[Event]) -> Vec<(u32, u32, u32)> {
    let over = events.iter().filter_map(|event| match event {
        Event::Workshop(workshop::Event::PassedOver(over)) => Some(over),
        _ => None,
    });
    let over = over.flatten();
    over.map(|over| (over.amount, over.first_place, over.last_place))
        .collect()
}
