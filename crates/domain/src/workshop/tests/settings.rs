//! The workshop itself: made, stated anew, published, called off, moved.

use super::*;

const REASON: Reason = Reason::Organisation;

fn call_off() -> Command {
    Command::CallOff { reason: REASON }
}

/// A week later, from 29 to 30 October, after the clocks were changed.
fn a_week_later() -> Schedule {
    Schedule {
        first_day: day(10, 29),
        last_day: day(10, 30),
        begins: BEGIN.hours_later(7 * 24 + 1),
        ends: END.hours_later(7 * 24 + 1),
        ..schedule()
    }
}

fn postpone() -> Command {
    let schedule = Box::new(a_week_later());
    Command::Postpone { schedule }
}

#[test]
fn a_workshop_is_made_as_a_draft_and_then_published() {
    let nothing = Story {
        state: State::Unborn,
        at: OPEN,
    };
    nothing.when(&create(settings(None))).then([Event::Created {
        host: program("sh"),
        settings: Box::new(settings(None)),
    }]);
    let draft = nothing.and([create(settings(None))]);
    assert_eq!(draft.workshop().status, Status::Draft);
    draft.when(&Command::Publish).then([Event::Published]);
}

#[test]
fn publishing_twice_decides_nothing_the_second_time() {
    given(settings(None), []).when(&Command::Publish).then([]);
}

#[test]
fn a_workshop_is_not_made_twice() {
    given(settings(None), [])
        .when(&create(settings(None)))
        .refused(wrong("published", "workshop.create"));
}

#[test]
fn commands_to_a_workshop_that_does_not_exist_find_nothing() {
    for command in [
        Command::Publish,
        submit(1),
        cancel(1),
        call_off(),
        postpone(),
        restate(seats(1)),
        Command::Settle,
    ] {
        assert_eq!(
            decide(&State::Unborn, OPEN, &command),
            Err(Rejection::NotFound)
        );
    }
}

#[test]
fn settings_that_contradict_themselves_are_refused() {
    let faulty = |fault, change: fn(&mut Settings)| {
        let faulty = with(settings(Some(10)), change);
        let refused = Err(Rejection::Settings(fault));
        assert_eq!(
            decide(&State::Unborn, OPEN, &create(faulty.clone())),
            refused
        );
        let amended = given(settings(None), []).when(&restate(faulty));
        assert_eq!(amended.0, refused);
    };
    faulty(SettingsFault::EndsBeforeItBegins, |s| {
        s.schedule.last_day = day(10, 21);
    });
    faulty(SettingsFault::EndsBeforeItBegins, |s| {
        s.schedule.ends = BEGIN;
    });
    faulty(SettingsFault::ClosesBeforeItOpens, |s| {
        s.deadlines.opens = s.deadlines.closes;
    });
    faulty(SettingsFault::HostDoesNotTakePart, |s| {
        s.participating = BTreeSet::from([program("mv")]);
    });
    faulty(SettingsFault::TopicTwice, |s| {
        s.topics.push(s.topics[0].clone());
    });
    faulty(SettingsFault::TooManyTopics, |s| {
        s.topics = vec![s.topics[0].clone(); Settings::MAX_TOPICS + 1];
    });
    faulty(SettingsFault::TooManyPrograms, |s| {
        let more = (0..Settings::MAX_PROGRAMS).map(|n| program(&format!("p{n}")));
        s.participating.extend(more);
    });
}

#[test]
fn topics_that_contradict_themselves_are_refused() {
    let faulty = |fault, change: fn(&mut OfferedTopic)| {
        let faulty = create(with(seats(10), |s| change(&mut s.topics[0])));
        assert_eq!(
            decide(&State::Unborn, OPEN, &faulty),
            Err(Rejection::Settings(fault))
        );
    };
    faulty(SettingsFault::TopicMinOverMax, |t| {
        (t.min, t.max) = (5, Some(4));
    });
    faulty(SettingsFault::TopicCapOfForeignProgram, |t| {
        t.program_caps.insert(program("hh"), 1);
    });
    faulty(SettingsFault::TooManySpeakers, |t| {
        t.speakers = vec![line("Wer spricht"); OfferedTopic::MAX_SPEAKERS + 1];
    });
}

#[test]
fn topics_say_no_more_than_a_decision_holds() {
    let many = with(seats(10), |s| {
        let room = Some(line(&"x".repeat(crate::TextLine::MAX_CHARS)));
        let topic = |n: usize| OfferedTopic {
            room: room.clone(),
            speakers: vec![line("Wer"); 9],
            ..OfferedTopic::new(Slot::First, topic(&format!("t-{n}")), line("Thema"))
        };
        s.topics = (0..Settings::MAX_TOPICS).map(topic).collect();
    });
    let fits = decide(&State::Unborn, OPEN, &create(many.clone()));
    assert!(fits.is_ok(), "{fits:?}");
    let too_long = with(many.clone(), |s| {
        for topic in &mut s.topics {
            topic.speakers = vec![line(&"y".repeat(30)); 9];
        }
    });
    let fault = Rejection::Settings(SettingsFault::TopicTextsTooLong);
    assert_eq!(decide(&State::Unborn, OPEN, &create(too_long)), Err(fault));
    let capped = with(many, |s| {
        let programs = (0..20).map(|n| program(&format!("p{n}")));
        let programs: BTreeMap<_, _> = programs.map(|program| (program, 1)).collect();
        s.participating.extend(programs.keys().cloned());
        for topic in &mut s.topics {
            topic.program_caps = programs.clone();
        }
    });
    let fault = Rejection::Settings(SettingsFault::TooManyTopicCaps);
    assert_eq!(decide(&State::Unborn, OPEN, &create(capped)), Err(fault));
}

#[test]
fn buckets_that_contradict_the_rest_are_refused() {
    let faulty = |fault, change: fn(&mut Settings)| {
        let faulty = create(with(seats(10), change));
        assert_eq!(
            decide(&State::Unborn, OPEN, &faulty),
            Err(Rejection::Settings(fault))
        );
    };
    faulty(SettingsFault::CapOfForeignProgram, |s| {
        s.program_caps.insert(program("hh"), 1);
    });
    faulty(SettingsFault::GuaranteeOfForeignProgram, |s| {
        *s = guaranteed(s.clone(), "hh", 1);
    });
    faulty(SettingsFault::GuaranteesOverCapacity, |s| {
        *s = guaranteed(guaranteed(s.clone(), "mv", 6), "ni", 5);
    });
    faulty(SettingsFault::TooManyCaps, |s| {
        let keys = (0..=Settings::MAX_MUNICIPALITY_CAPS).map(|n| municipality(&format!("{n:05}")));
        s.municipality_caps.extend(keys.map(|key| (key, 1)));
    });
}

#[test]
fn guarantees_may_take_up_all_seats() {
    let settings = guaranteed(guaranteed(seats(10), "mv", 6), "ni", 4);
    let story = given(settings, []);
    story.when(&submit(1)).then([came_in(1), waits(1, 1)]);
}

#[test]
fn settings_stated_anew_as_they_are_decide_nothing() {
    given(guaranteed(seats(3), "mv", 1), [])
        .when(&restate(guaranteed(seats(3), "mv", 1)))
        .then([]);
}

#[test]
fn a_policy_that_is_changed_leaves_what_people_have() {
    let story = given(seats(1), submit_all(1..=2));
    let other = approving(offering(drawing_lots(seats(1)), 72));
    story
        .when(&restate(other.clone()))
        .then([restated(other.clone())]);
    let story = story.and([restate(other)]);
    assert_eq!(story.registration(1).situation, Situation::Confirmed);
    assert_eq!(story.queue(), [2].map(id));
}

#[test]
fn a_draft_is_stated_anew_and_called_off_too() {
    let story = draft(seats(1));
    story.when(&restate(seats(2))).then([restated(seats(2))]);
    story
        .when(&call_off())
        .then([Event::CalledOff { reason: REASON }]);
}

#[test]
fn calling_off_is_one_event_that_cancels_every_live_registration_and_passes_nothing_on() {
    let guests = submit_all(1..=4);
    let story = given(offering(seats(2), 72), guests)
        .and([cancel(1), Command::Decline(id(4), Reason::NotEligible)]);
    story
        .when(&call_off())
        .then([Event::CalledOff { reason: REASON }]);
    let story = story.and([call_off()]);
    let situations = [1, 2, 3, 4].map(|who| story.registration(who).situation);
    let gone = Situation::Cancelled;
    assert_eq!(situations, [gone, gone, gone, Situation::Declined]);
    assert_eq!((story.taken(), story.queue()), (0, vec![]));
    assert_eq!(story.due(), None);
    assert_eq!(story.hours_later(100).settles(), []);
}

#[test]
fn calling_off_cancels_who_rests_and_who_waits_for_approval_too() {
    let web = guest(2).by_web().comes();
    let story = given(
        confirming(approving(seats(9))),
        [submit(1), web, call_off()],
    );
    let situations = [1, 2].map(|who| story.registration(who).situation);
    assert_eq!(situations, [Situation::Cancelled; 2]);
    assert_eq!(story.hours_later(48).settles(), []);
}

#[test]
fn nothing_is_asked_any_more_of_a_workshop_that_was_called_off() {
    let story = given(guaranteed(seats(1), "mv", 1), [submit(1), call_off()]);
    let program = program("mv");
    for (command, name) in [
        (call_off(), "workshop.cancel"),
        (postpone(), "workshop.postpone"),
        (restate(seats(2)), "workshop.amend"),
        (Command::Publish, "workshop.publish"),
        (Command::Release { program }, "workshop.release"),
        (submit(2), "registration.submit"),
        (cancel(1), "registration.cancel"),
        (Command::Approve(id(1)), "registration.approve"),
    ] {
        story.when(&command).refused(wrong("cancelled", name));
    }
    story
        .when(&groups::of(GroupPolicy::Partial, [2]))
        .refused(Rejection::Member {
            index: 0,
            rejection: Box::new(wrong("cancelled", "group.submit")),
        });
}

#[test]
fn postponing_moves_the_dates_and_leaves_states_seats_and_places() {
    let before = given(seats(1), submit_all(1..=3));
    let schedule = Box::new(a_week_later());
    before
        .when(&postpone())
        .then([Event::Postponed { schedule }]);
    let after = before.clone().and([postpone()]);
    assert_eq!(after.workshop().settings.schedule, a_week_later());
    assert_eq!(
        after.workshop().registrations,
        before.workshop().registrations
    );
    assert_eq!(after.queue(), before.queue());
    after.when(&postpone()).then([]);
}

#[test]
fn postponing_leaves_the_deadlines_as_they_were_stated() {
    given(seats(1), [postpone()])
        .then_at(DEADLINE)
        .when(&submit(1))
        .refused(late(last_of_september()));
}

#[test]
fn a_workshop_is_not_postponed_to_a_time_that_ends_before_it_begins() {
    let schedule = Box::new(Schedule {
        last_day: day(10, 21),
        ..schedule()
    });
    given(seats(1), [])
        .when(&Command::Postpone { schedule })
        .refused(Rejection::Settings(SettingsFault::EndsBeforeItBegins));
}
