//! Who was there, from the first day on, until it is closed and after.

use super::*;

/// An hour into the second day.
const SECOND_DAY: Instant = Instant::from_micros(BEGIN.as_micros() + 25 * 3_600_000_000);

const PRESENT: Option<Presence> = Some(Presence::Present { minutes: Some(90) });
const ABSENT: Option<Presence> = Some(Presence::Absent);

fn on(of: u8, slot: Slot) -> Session {
    Session {
        day: day(10, of),
        slot,
    }
}

fn take(of: u8, entries: &[(u32, Option<Presence>)]) -> TakeAttendance {
    let entries = entries.iter();
    TakeAttendance {
        session: on(of, Slot::First),
        begins: Instant::from_micros(BEGIN.as_micros() + i64::from(of - 22) * 86_400_000_000),
        entries: entries.map(|(who, stated)| (id(*who), *stated)).collect(),
        reason: None,
        alone: false,
    }
}

fn asked(of: u8, entries: &[(u32, Option<Presence>)]) -> Command {
    Command::TakeAttendance(take(of, entries))
}

fn corrected(of: u8, entries: &[(u32, Option<Presence>)]) -> Command {
    Command::TakeAttendance(TakeAttendance {
        reason: Some(Reason::Mistake),
        ..take(of, entries)
    })
}

fn taken(of: u8, entries: &[(u32, Option<Presence>)]) -> Event {
    let entries = entries.iter();
    Event::AttendanceTaken(Box::new(AttendanceTaken {
        session: on(of, Slot::First),
        entries: entries.map(|(who, stated)| (id(*who), *stated)).collect(),
        reason: None,
    }))
}

fn close(days: Option<&[u8]>) -> Command {
    let days = days.map(|days| days.iter().map(|of| day(10, *of)).collect());
    Command::CloseAttendance { days }
}

fn situations(story: &Story) -> Vec<Situation> {
    let all = story.workshop().registrations.values();
    all.map(|registration| registration.situation).collect()
}

/// Three who are confirmed, and one who waits; the first was there on both days, the second on one.
fn attended() -> Story {
    given(seats(3), submit_all(1..=4))
        .then_at(BEGIN)
        .and([asked(22, &[(1, PRESENT), (2, PRESENT)])])
        .then_at(SECOND_DAY)
        .and([asked(23, &[(1, PRESENT), (2, ABSENT)])])
        .then_at(END)
}

/// Two who were there on these days, and on the others were not; attendance is closed.
pub(super) fn closed(days: &[u8]) -> Story {
    let mut story = given(seats(9), [submit(1), submit(9)]).then_at(END);
    for of in [22, 23] {
        let stated = if days.contains(&of) { PRESENT } else { ABSENT };
        story = story.and([asked(of, &[(1, stated), (9, stated)])]);
    }
    story.and([close(None)])
}

#[test]
fn attendance_is_taken_from_the_start_of_a_day_and_of_those_who_are_confirmed() {
    let story = given(seats(1), submit_all(1..=2));
    let entries = [(1, PRESENT)];
    let story = story.then_at(just_before(BEGIN));
    story
        .when(&asked(22, &entries))
        .refused(wrong("not_begun", "attendance.take"));
    let story = story.then_at(BEGIN);
    story.when(&asked(22, &entries)).then([taken(22, &entries)]);
    story
        .when(&asked(23, &entries))
        .refused(wrong("not_begun", "attendance.take"));
    story
        .when(&asked(24, &entries))
        .refused(Rejection::OtherDay);
    let refused = |index, rejection| Rejection::Entry {
        index,
        rejection: Box::new(rejection),
    };
    story
        .when(&asked(22, &[(1, PRESENT), (2, PRESENT)]))
        .refused(refused(1, wrong("waitlisted", "attendance.take")));
    story
        .when(&asked(22, &[(9, PRESENT)]))
        .refused(refused(0, Rejection::NotFound));
    // By the address of one registration it is about that one.
    let alone = TakeAttendance {
        alone: true,
        ..take(22, &[(2, PRESENT)])
    };
    story
        .when(&Command::TakeAttendance(alone))
        .refused(wrong("waitlisted", "attendance.take"));
}

#[test]
fn only_what_is_otherwise_is_stated_and_nothing_where_nothing_is() {
    let story = given(seats(3), submit_all(1..=3)).then_at(BEGIN);
    let story = story.and([asked(22, &[(1, PRESENT), (2, ABSENT)])]);
    let again = asked(22, &[(1, PRESENT), (2, ABSENT), (3, None)]);
    story.when(&again).then([]);
    let other = asked(22, &[(1, PRESENT), (2, None), (3, ABSENT)]);
    story
        .when(&other)
        .then([taken(22, &[(2, None), (3, ABSENT)])]);
}

#[test]
fn closing_waits_for_the_end_and_for_every_day_that_counts() {
    let story = attended();
    let sessions = vec![on(22, Slot::First), on(23, Slot::First)];
    story
        .when(&close(None))
        .then([Event::AttendanceClosed { sessions }]);
    let early = attended().then_at(just_before(END));
    early
        .when(&close(None))
        .refused(wrong("not_over", "attendance.close"));
    let one_day = given(seats(3), submit_all(1..=2)).then_at(BEGIN);
    let one_day = one_day.and([asked(22, &[(1, PRESENT)])]).then_at(END);
    let missing = |days: &[u8]| Rejection::AttendanceMissing {
        days: days.iter().map(|of| day(10, *of)).collect(),
    };
    one_day.when(&close(None)).refused(missing(&[23]));
    one_day.when(&close(Some(&[23]))).refused(missing(&[23]));
    for days in [&[][..], &[21], &[22, 24]] {
        one_day
            .when(&close(Some(days)))
            .refused(Rejection::OtherDay);
    }
    let sessions = vec![on(22, Slot::First)];
    one_day
        .when(&close(Some(&[22])))
        .then([Event::AttendanceClosed { sessions }]);
    // Of whoever has left in between nothing is counted, and so nothing is stated of that day.
    let left = one_day.and([cancel_by(1, Canceller::Office(Reason::Illness))]);
    left.when(&close(Some(&[22]))).refused(missing(&[22]));
}

#[test]
fn all_some_or_none_of_the_sessions_that_count() {
    let story = attended().and([close(None)]);
    let expected = [
        Situation::Attended,
        Situation::PartiallyAttended,
        Situation::NoShow,
        Situation::Waitlisted,
    ];
    assert_eq!(situations(&story), expected);
    assert_eq!(story.workshop().taken.total, 3, "seats stay");
    assert_eq!(story.workshop().live.len(), 1, "who waits may still come");
    story
        .when(&close(None))
        .refused(wrong("closed", "attendance.close"));
    let first_alone = attended().and([close(Some(&[22]))]);
    assert_eq!(situations(&first_alone)[1], Situation::Attended);
}

#[test]
fn a_correction_has_a_reason_and_brings_people_where_they_belong() {
    let story = attended().and([close(Some(&[22]))]);
    story
        .when(&asked(22, &[(3, PRESENT)]))
        .refused(Rejection::ReasonRequired);
    story
        .when(&corrected(23, &[(3, PRESENT)]))
        .refused(wrong("closed", "attendance.take"));
    let story = story.and([corrected(22, &[(3, PRESENT), (1, ABSENT), (2, None)])]);
    let expected = [Situation::NoShow, Situation::NoShow, Situation::Attended];
    assert_eq!(situations(&story)[..3], expected);
    story
        .when(&cancel_by(3, Canceller::Office(Reason::Illness)))
        .refused(wrong("attended", "registration.cancel"));
}

#[test]
fn who_was_there_keeps_their_topic_even_where_it_is_offered_no_more() {
    let give = Command::AssignTopic(AssignTopic {
        registration: id(1),
        slot: Slot::First,
        topic: Some(topic("diskurs")),
        reason: Reason::Organisation,
        overriding: false,
    });
    let fewer = with(seats(3), |s| s.topics.truncate(1));
    let story = attended().and([give, close(None), restate(fewer)]);
    let topics = &story.registration(1).topics;
    assert_eq!(topics[&Slot::First].topic, topic("diskurs"));
}

#[test]
fn a_draft_and_a_cancelled_workshop_have_no_attendance() {
    let story = draft(seats(1)).then_at(END);
    story
        .when(&close(None))
        .refused(wrong("draft", "attendance.close"));
    let off = Command::CallOff {
        reason: Reason::Illness,
    };
    let story = given(seats(1), submit_all(1..=1)).and([off]).then_at(BEGIN);
    story
        .when(&asked(22, &[(1, PRESENT)]))
        .refused(wrong("cancelled", "attendance.take"));
}
