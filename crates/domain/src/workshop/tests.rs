//! Given what has happened, when something is asked, then exactly this follows.

use std::collections::BTreeSet;

use super::*;
use crate::{
    Cutoff, Date, Instant, LinkHash, MunicipalityKey, Number, PersonId, ProgramId, Prose,
    ReferenceHash, RegistrationId, Rejection, ReportingId, Stated, TextLine,
};

const OPEN: Instant = Instant::from_micros(1_000);
const DEADLINE: Instant = Instant::from_micros(2_000);
const BEGIN: Instant = Instant::from_micros(3_000);

fn program(slug: &str) -> ProgramId {
    ProgramId::new(slug).expect("a slug")
}

fn topic(code: &str) -> TopicCode {
    TopicCode::new(code).expect("a code")
}

fn line(text: &str) -> TextLine {
    TextLine::new(text).expect("a line")
}

fn day(month: u8, day: u8) -> Date {
    Date::new(2019, month, day).expect("a day")
}

fn last_of_september() -> Cutoff {
    Cutoff {
        stated: Stated::Day(day(9, 30)),
        instant: DEADLINE,
    }
}

fn settings(capacity: Option<u32>) -> Settings {
    Settings {
        slug: topic("moelln-2019"),
        title: line("Qualifizierungswerkstatt"),
        subtitle: None,
        kind: None,
        description: Prose::default(),
        schedule: Schedule {
            first_day: day(10, 22),
            last_day: day(10, 23),
            hours: Hours::AllDay,
            time_zone: line("Europe/Berlin"),
            begins: BEGIN,
            ends: Instant::from_micros(4_000),
        },
        venue: None,
        format: Format::Presence,
        participating: BTreeSet::from([program("mv"), program("sh")]),
        contact: None,
        deadlines: Deadlines {
            opens: None,
            closes: Some(last_of_september()),
            cancel_until: Some(last_of_september()),
        },
        capacity,
        waitlist: WaitlistPolicy::SkipBlocked,
        wishes: WishPolicy {
            ranks: 3,
            vetoes: 1,
        },
        topics: ["rolle", "diskurs"]
            .map(|code| OfferedTopic {
                code: topic(code),
                title: line(code),
                slot: Slot::First,
            })
            .to_vec(),
    }
}

fn create(settings: Settings) -> Command {
    Command::Create {
        host: program("sh"),
        settings: Box::new(settings),
    }
}

fn application(who: u8) -> Application {
    Application {
        registration: RegistrationId(u128::from(who)),
        reporting: ReportingId(u128::from(who) + 1000),
        numbers: [1, 2, 3].map(|n| Number::from_random(u64::from(who) * 10 + n)),
        program: program("sh"),
        municipality: MunicipalityKey::new("01053").expect("a Kreis"),
        channel: Channel::Api,
        reference: None,
        wishes: Vec::new(),
        privacy_notice: 1,
        link: LinkHash([who; 32]),
    }
}

fn submission(who: u8) -> Submission {
    Submission {
        application: application(who),
        person: PersonId(u128::from(who) + 500),
        blocks: Blocks::default(),
    }
}

fn submit(who: u8) -> Command {
    Command::Submit(Box::new(submission(who)))
}

fn cancel(who: u8, by: Canceller) -> Command {
    Command::Cancel(Cancellation {
        registration: RegistrationId(u128::from(who)),
        by,
    })
}

/// Plays commands one after another; every one of them must be accepted.
fn given(settings: Settings, commands: &[Command]) -> State {
    let all = [create(settings), Command::Publish];
    let mut state = State::default();
    for command in all.iter().chain(commands) {
        let events = decide(&state, OPEN, command).expect("the given commands are accepted");
        state = events.iter().fold(state, evolve);
    }
    state
}

fn seated(who: u8, cause: Cause) -> Event {
    Event::Confirmed {
        registration: RegistrationId(u128::from(who)),
        cause,
    }
}

fn waits(who: u8, place: u32) -> Event {
    Event::Waitlisted {
        registration: RegistrationId(u128::from(who)),
        place,
    }
}

fn gave_back(who: u8, by: Canceller) -> Event {
    Event::Cancelled {
        registration: RegistrationId(u128::from(who)),
        by,
    }
}

/// Gives what was decided after the `registration.submitted` that must stand first.
fn outcome(decided: Result<Vec<Event>, Rejection>) -> Vec<Event> {
    let events = decided.expect("accepted");
    assert!(matches!(events[0], Event::Submitted(_)), "{events:?}");
    events[1..].to_vec()
}

#[test]
fn a_workshop_is_made_as_a_draft_and_then_published() {
    let made = decide(&State::Unborn, OPEN, &create(settings(None))).expect("accepted");
    assert!(matches!(made[..], [Event::Created { .. }]));
    let draft = made.iter().fold(State::Unborn, evolve);
    assert_eq!(
        decide(&draft, OPEN, &Command::Publish),
        Ok(vec![Event::Published])
    );
}

#[test]
fn publishing_twice_decides_nothing_the_second_time() {
    let state = given(settings(None), &[]);
    assert_eq!(decide(&state, OPEN, &Command::Publish), Ok(vec![]));
}

#[test]
fn a_workshop_is_not_made_twice() {
    let state = given(settings(None), &[]);
    assert_eq!(
        decide(&state, OPEN, &create(settings(None))),
        Err(Rejection::TransitionNotAllowed {
            state: "published",
            command: "workshop.create"
        })
    );
}

#[test]
fn settings_that_contradict_themselves_are_refused() {
    let faulty = |change: fn(&mut Settings)| {
        let mut settings = settings(None);
        change(&mut settings);
        decide(&State::Unborn, OPEN, &create(settings))
    };
    let refused = |fault| Err(Rejection::Settings(fault));
    assert_eq!(
        faulty(|s| s.schedule.last_day = day(10, 21)),
        refused(SettingsFault::EndsBeforeItBegins)
    );
    assert_eq!(
        faulty(|s| s.schedule.ends = BEGIN),
        refused(SettingsFault::EndsBeforeItBegins)
    );
    assert_eq!(
        faulty(|s| s.deadlines.opens = s.deadlines.closes),
        refused(SettingsFault::ClosesBeforeItOpens)
    );
    assert_eq!(
        faulty(|s| s.participating = BTreeSet::from([program("mv")])),
        refused(SettingsFault::HostDoesNotTakePart)
    );
    assert_eq!(
        faulty(|s| s.topics.push(s.topics[0].clone())),
        refused(SettingsFault::TopicTwice)
    );
    assert_eq!(
        faulty(|s| s.topics = vec![s.topics[0].clone(); Settings::MAX_TOPICS + 1]),
        refused(SettingsFault::TooManyTopics)
    );
    assert_eq!(
        faulty(|s| s
            .participating
            .extend((0..Settings::MAX_PROGRAMS).map(|n| program(&format!("p{n}"))))),
        refused(SettingsFault::TooManyPrograms)
    );
}

#[test]
fn commands_to_a_workshop_that_does_not_exist_find_nothing() {
    for command in [
        Command::Publish,
        submit(1),
        cancel(1, Canceller::Participant),
    ] {
        assert_eq!(
            decide(&State::Unborn, OPEN, &command),
            Err(Rejection::NotFound)
        );
    }
}

#[test]
fn a_newcomer_gets_a_free_seat() {
    let state = given(settings(Some(1)), &[]);
    assert_eq!(
        outcome(decide(&state, OPEN, &submit(1))),
        [seated(1, Cause::Admitted)]
    );
}

#[test]
fn when_all_seats_are_taken_newcomers_wait_in_the_order_they_came() {
    let state = given(settings(Some(1)), &[submit(1), submit(2)]);
    assert_eq!(outcome(decide(&state, OPEN, &submit(3))), [waits(3, 2)]);
}

#[test]
fn without_a_waitlist_a_full_workshop_refuses_and_names_its_size() {
    let mut full = settings(Some(1));
    full.waitlist = WaitlistPolicy::Off;
    let state = given(full, &[submit(1)]);
    assert_eq!(
        decide(&state, OPEN, &submit(2)),
        Err(Rejection::QuotaExhausted { capacity: 1 })
    );
}

#[test]
fn capacity_zero_is_closed_and_no_capacity_is_unlimited() {
    let closed = given(settings(Some(0)), &[]);
    assert_eq!(outcome(decide(&closed, OPEN, &submit(1))), [waits(1, 1)]);
    let unlimited = given(settings(None), &[submit(1)]);
    assert_eq!(
        outcome(decide(&unlimited, OPEN, &submit(2))),
        [seated(2, Cause::Admitted)]
    );
}

#[test]
fn a_freed_seat_passes_on_to_who_waits_longest_in_the_same_decision() {
    let state = given(settings(Some(1)), &[submit(1), submit(2), submit(3)]);
    assert_eq!(
        decide(&state, OPEN, &cancel(1, Canceller::Participant)),
        Ok(vec![
            gave_back(1, Canceller::Participant),
            seated(2, Cause::SeatPassed)
        ])
    );
}

#[test]
fn a_seat_given_back_while_nobody_waits_is_free_for_the_next_newcomer() {
    let commands = [submit(1), cancel(1, Canceller::Participant)];
    let state = given(settings(Some(1)), &commands);
    assert_eq!(
        outcome(decide(&state, OPEN, &submit(2))),
        [seated(2, Cause::Admitted)]
    );
}

#[test]
fn a_newcomer_after_a_seat_passed_on_still_waits_behind_the_others() {
    let commands = [
        submit(1),
        submit(2),
        submit(3),
        cancel(1, Canceller::Participant),
    ];
    let state = given(settings(Some(1)), &commands);
    assert_eq!(outcome(decide(&state, OPEN, &submit(4))), [waits(4, 2)]);
}

#[test]
fn somebody_who_waits_and_cancels_passes_nothing_on() {
    let state = given(settings(Some(1)), &[submit(1), submit(2), submit(3)]);
    assert_eq!(
        decide(&state, OPEN, &cancel(2, Canceller::Participant)),
        Ok(vec![gave_back(2, Canceller::Participant)])
    );
}

#[test]
fn a_cancelled_registration_is_not_cancelled_again() {
    let state = given(
        settings(None),
        &[submit(1), cancel(1, Canceller::Participant)],
    );
    assert_eq!(
        decide(&state, OPEN, &cancel(1, Canceller::Participant)),
        Err(Rejection::TransitionNotAllowed {
            state: "cancelled",
            command: "registration.cancel"
        })
    );
}

#[test]
fn after_the_deadline_only_an_office_cancels() {
    let state = given(settings(None), &[submit(1)]);
    let office = Canceller::Office(CancelReason::Illness);
    assert_eq!(
        decide(&state, DEADLINE, &cancel(1, Canceller::Participant)),
        Err(Rejection::DeadlinePassed {
            deadline: last_of_september()
        })
    );
    assert_eq!(
        decide(&state, DEADLINE, &cancel(1, office)),
        Ok(vec![gave_back(1, office)])
    );
}

#[test]
fn a_draft_takes_no_registrations() {
    let made = decide(&State::Unborn, OPEN, &create(settings(None))).expect("accepted");
    let draft = made.iter().fold(State::Unborn, evolve);
    assert_eq!(
        decide(&draft, OPEN, &submit(1)),
        Err(Rejection::RegistrationNotOpen { opens: None })
    );
}

#[test]
fn before_the_opening_nobody_is_registered_and_from_its_instant_on_everybody() {
    let mut later = settings(None);
    let opens = Cutoff {
        stated: Stated::Day(day(8, 1)),
        instant: OPEN,
    };
    later.deadlines.opens = Some(opens);
    let state = given(later, &[]);
    let just_before = Instant::from_micros(OPEN.as_micros() - 1);
    assert_eq!(
        decide(&state, just_before, &submit(1)),
        Err(Rejection::RegistrationNotOpen {
            opens: Some(opens.stated)
        })
    );
    assert!(decide(&state, OPEN, &submit(1)).is_ok());
}

#[test]
fn a_command_at_exactly_the_deadline_is_late() {
    let state = given(settings(None), &[]);
    let just_before = Instant::from_micros(DEADLINE.as_micros() - 1);
    assert!(decide(&state, just_before, &submit(1)).is_ok());
    assert_eq!(
        decide(&state, DEADLINE, &submit(1)),
        Err(Rejection::DeadlinePassed {
            deadline: last_of_september()
        })
    );
}

#[test]
fn registration_closes_at_the_latest_when_the_workshop_begins() {
    let late = Cutoff {
        stated: Stated::Day(day(12, 31)),
        instant: Instant::from_micros(9_000),
    };
    for closes in [None, Some(late)] {
        let mut settings = settings(None);
        settings.deadlines.closes = closes;
        let state = given(settings, &[]);
        assert_eq!(
            decide(&state, BEGIN, &submit(1)),
            Err(Rejection::DeadlinePassed {
                deadline: Cutoff {
                    stated: Stated::Day(day(10, 22)),
                    instant: BEGIN
                }
            })
        );
    }
}

#[test]
fn people_of_a_program_that_does_not_take_part_are_refused() {
    let state = given(settings(None), &[]);
    let mut foreign = submission(1);
    foreign.application.program = program("hh");
    assert_eq!(
        decide(&state, OPEN, &Command::Submit(Box::new(foreign))),
        Err(Rejection::ProgramDoesNotTakePart)
    );
}

#[test]
fn the_same_person_is_not_registered_twice_but_may_come_back_after_cancelling() {
    let state = given(settings(None), &[submit(1)]);
    let mut again = submission(2);
    again.person = submission(1).person;
    let again = Command::Submit(Box::new(again));
    assert_eq!(
        decide(&state, OPEN, &again),
        Err(Rejection::DuplicateRegistration {
            number: application(1).numbers[0]
        })
    );
    let cancelled = decide(&state, OPEN, &cancel(1, Canceller::Participant)).expect("accepted");
    let state = cancelled.iter().fold(state, evolve);
    assert!(decide(&state, OPEN, &again).is_ok());
}

#[test]
fn a_source_reference_names_one_registration_even_after_it_was_cancelled() {
    let bearing = |who| {
        let reference = Some(ReferenceHash([7; 32]));
        let application = Application {
            reference,
            ..application(who)
        };
        Command::Submit(Box::new(Submission {
            application,
            ..submission(who)
        }))
    };
    let taken = Err(Rejection::ReferenceTaken {
        number: application(1).numbers[0],
    });
    let state = given(settings(None), &[bearing(1)]);
    assert_eq!(decide(&state, OPEN, &bearing(2)), taken);
    let cancelled = decide(&state, OPEN, &cancel(1, Canceller::Participant)).expect("accepted");
    let state = cancelled.iter().fold(state, evolve);
    assert_eq!(decide(&state, OPEN, &bearing(2)), taken);
}

#[test]
fn the_first_free_candidate_becomes_the_number() {
    let state = given(settings(None), &[submit(1)]);
    let with_numbers = |numbers| {
        let application = Application {
            numbers,
            ..application(2)
        };
        let submission = Submission {
            application,
            ..submission(2)
        };
        decide(&state, OPEN, &Command::Submit(Box::new(submission)))
    };
    let (taken, free) = (application(1).numbers[0], Number::from_random(99));
    let events = with_numbers([taken, free, taken]).expect("accepted");
    assert!(matches!(&events[0], Event::Submitted(s) if s.number == free));
    assert_eq!(with_numbers([taken; 3]), Err(Rejection::NumbersTaken));
}

#[test]
fn wishes_must_fit_what_the_workshop_offers() {
    let state = given(settings(None), &[]);
    let wish = |ranked: &[&str], vetoes: &[&str]| Wishes {
        slot: Slot::First,
        ranked: ranked.iter().map(|code| topic(code)).collect(),
        vetoes: vetoes.iter().map(|code| topic(code)).collect(),
    };
    let asked = |wishes: Vec<Wishes>| {
        let application = Application {
            wishes,
            ..application(1)
        };
        let submission = Submission {
            application,
            ..submission(1)
        };
        decide(&state, OPEN, &Command::Submit(Box::new(submission))).map(|_| ())
    };
    let refused = |fault| Err(Rejection::Wishes(fault));
    assert_eq!(asked(vec![wish(&["rolle", "diskurs"], &[])]), Ok(()));
    assert_eq!(
        asked(vec![wish(&["rolle"], &[]), wish(&["rolle"], &[])]),
        refused(WishFault::SlotTwice(1))
    );
    assert_eq!(
        asked(vec![wish(&["rolle", "rolle"], &[])]),
        refused(WishFault::TopicTwice(0))
    );
    assert_eq!(
        asked(vec![wish(&["rolle"], &["rolle"])]),
        refused(WishFault::TopicTwice(0))
    );
    assert_eq!(
        asked(vec![wish(&["kochen"], &[])]),
        refused(WishFault::UnknownTopic(0))
    );
    assert_eq!(
        asked(vec![wish(&["rolle"; 4], &[])]),
        refused(WishFault::TooManyRanked(0))
    );
    assert_eq!(
        asked(vec![wish(&[], &["rolle"; 2])]),
        refused(WishFault::TooManyVetoes(0))
    );
    let second = Wishes {
        slot: Slot::Second,
        ..wish(&["rolle"], &[])
    };
    assert_eq!(
        asked(vec![second]),
        refused(WishFault::UnknownTopic(0)),
        "the topic is offered in the first slot only"
    );
}

#[test]
fn what_can_be_known_without_the_person_is_refused_without_one() {
    let state = given(settings(Some(1)), &[submit(1)]);
    assert_eq!(admits(&state, OPEN, &application(1)), Ok(()));
    assert!(matches!(
        admits(&state, DEADLINE, &application(2)),
        Err(Rejection::DeadlinePassed { .. })
    ));
    assert_eq!(
        admits(&State::Unborn, OPEN, &application(2)),
        Err(Rejection::NotFound)
    );
}
