//! Days and deadlines, as far as the rules see them: each carries the instant it means.

use super::*;

/// Midnight of 27 October 2019, UTC: 02:00 in Berlin, an hour before the clocks go back.
const NIGHT: Instant = Instant::from_micros(1_572_134_400_000_000);
const MINUTE: i64 = 60_000_000;

fn minutes_into_the_night(minutes: i64) -> Instant {
    Instant::from_micros(NIGHT.as_micros() + minutes * MINUTE)
}

/// A workshop in November whose deadlines lie in the night of the clock change.
fn in_november(deadline: Cutoff) -> Settings {
    with(settings(None), |s| {
        s.schedule = Schedule {
            first_day: day(11, 5),
            last_day: day(11, 6),
            begins: NIGHT.hours_later(9 * 24),
            ends: NIGHT.hours_later(11 * 24),
            ..schedule()
        };
        s.deadlines = Deadlines {
            closes: Some(deadline),
            cancel_until: Some(deadline),
            substitute_until: Some(deadline),
            wishes_until: Some(deadline),
            ..Deadlines::default()
        };
    })
}

/// 02:30 is there twice in this night; the earlier one is meant.
fn half_past_two() -> Cutoff {
    Cutoff {
        stated: minute(day(10, 27), 2, 30),
        instant: minutes_into_the_night(30),
    }
}

/// The day of the clock change has 25 hours and is included with all of them.
fn the_long_day() -> Cutoff {
    Cutoff {
        stated: Stated::Day(day(10, 27)),
        instant: NIGHT.hours_later(23),
    }
}

#[test]
fn the_last_day_is_included_to_its_end() {
    let story = given(settings(None), [submit(1)]);
    let evening = Instant::from_micros(DEADLINE.as_micros() - MINUTE);
    for at in [evening, just_before(DEADLINE)] {
        let story = story.clone().then_at(at);
        story
            .when(&submit(2))
            .then([came_in(2), confirmed(2, Cause::Admitted)]);
        story.when(&cancel(1)).then([gave_back(1)]);
    }
    let story = story.then_at(DEADLINE);
    story.when(&submit(2)).refused(late(last_of_september()));
    story.when(&cancel(1)).refused(late(last_of_september()));
}

#[test]
fn a_local_time_is_itself_late() {
    let six = Cutoff {
        stated: minute(day(9, 30), 18, 0),
        instant: Instant::from_micros(DEADLINE.as_micros() - 360 * MINUTE),
    };
    let until_six = with(settings(None), |s| s.deadlines.closes = Some(six));
    let story = given(until_six, []).then_at(just_before(six.instant));
    story
        .when(&submit(1))
        .then([came_in(1), confirmed(1, Cause::Admitted)]);
    story
        .then_at(six.instant)
        .when(&submit(1))
        .refused(late(six));
}

#[test]
fn in_the_night_of_the_clock_change_the_earlier_half_past_two_closes() {
    let story = given(in_november(half_past_two()), [submit(1)]);
    let before = story
        .clone()
        .then_at(just_before(minutes_into_the_night(30)));
    before
        .when(&submit(2))
        .then([came_in(2), confirmed(2, Cause::Admitted)]);
    for at in [30, 90].map(minutes_into_the_night) {
        let story = story.clone().then_at(at);
        story.when(&submit(2)).refused(late(half_past_two()));
        story.when(&cancel(1)).refused(late(half_past_two()));
        story
            .when(&substitution::instead(1, 5))
            .refused(late(half_past_two()));
    }
}

#[test]
fn the_day_of_the_clock_change_is_included_with_its_25th_hour() {
    let story = given(in_november(the_long_day()), []);
    for at in [NIGHT.hours_later(22), just_before(NIGHT.hours_later(23))] {
        story
            .clone()
            .then_at(at)
            .when(&submit(1))
            .then([came_in(1), confirmed(1, Cause::Admitted)]);
    }
    story
        .then_at(NIGHT.hours_later(23))
        .when(&submit(1))
        .refused(late(the_long_day()));
}

#[test]
fn the_hours_of_an_offer_are_hours_also_over_the_night_of_the_clock_change() {
    let three_days = offering(
        with(in_november(the_long_day()), |s| s.capacity = Some(1)),
        72,
    );
    let made = NIGHT.hours_later(0);
    given(three_days, submit_all(1..=2))
        .then_at(made)
        .when(&cancel(1))
        .then([gave_back(1), offered(2, made.hours_later(72))]);
}

#[test]
fn a_guarantee_is_released_as_the_day_of_the_clock_change_begins() {
    let begins = Instant::from_micros(NIGHT.as_micros() - 120 * MINUTE);
    let settings = with(in_november(the_long_day()), |s| {
        s.capacity = Some(1);
        let release = Some(Cutoff {
            stated: Stated::Day(day(10, 27)),
            instant: begins,
        });
        s.guarantees
            .insert(program("mv"), Guarantee { seats: 1, release });
    });
    let story = given(settings, [submit(1)]);
    assert_eq!(story.clone().then_at(just_before(begins)).settles(), []);
    assert_eq!(
        story.then_at(begins).settles(),
        [released("mv", Release::Due), passed_to(1)]
    );
}

#[test]
fn a_workshop_with_hours_closes_at_the_latest_when_they_begin() {
    let start = LocalTime::new(day(10, 22), 9, 0).expect("a minute");
    let end = LocalTime::new(day(10, 23), 16, 0).expect("a minute");
    let begins = BEGIN.hours_later(9);
    let settings = with(settings(None), |s| {
        s.schedule.hours = Hours::Clock { start, end };
        s.schedule.begins = begins;
        s.deadlines.closes = None;
    });
    let story = given(settings, []).then_at(just_before(begins));
    story
        .when(&submit(1))
        .then([came_in(1), confirmed(1, Cause::Admitted)]);
    story.then_at(begins).when(&submit(1)).refused(late(Cutoff {
        stated: Stated::Minute(start),
        instant: begins,
    }));
}
