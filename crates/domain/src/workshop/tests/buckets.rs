//! Seat buckets: caps, guarantees, and whom a seat may go to.

use super::*;

fn capped(settings: Settings, slug: &str, size: u32) -> Settings {
    with(settings, |s| {
        s.program_caps.insert(program(slug), size);
    })
}

fn capped_town(settings: Settings, key: &str, size: u32) -> Settings {
    with(settings, |s| {
        s.municipality_caps.insert(municipality(key), size);
    })
}

fn closed(settings: Settings) -> Settings {
    waiting_by(settings, WaitlistPolicy::Off)
}

fn of_mv(who: u32) -> Guest {
    guest(who).of("mv").living_in("13071")
}

fn release(slug: &str) -> Command {
    let program = program(slug);
    Command::Release { program }
}

#[test]
fn a_seat_is_taken_in_every_bucket_that_matches() {
    let settings = capped_town(capped(seats(9), "sh", 9), "01053", 9);
    let story = given(settings, [submit(1), of_mv(2).comes()]);
    let taken = Taken {
        total: 2,
        by_program: BTreeMap::from([(program("mv"), 1), (program("sh"), 1)]),
        by_municipality: BTreeMap::from([(municipality("01053"), 1), (municipality("13071"), 1)]),
    };
    assert_eq!(story.workshop().taken, taken);
    assert_eq!(
        story.and([cancel(1), cancel(2)]).workshop().taken,
        Taken::default()
    );
}

#[test]
fn of_several_limits_the_narrowest_holds_and_the_refusal_names_it_and_what_is_left() {
    let refused = |settings, bucket, free| {
        given(closed(settings), [submit(1)])
            .when(&submit(2))
            .refused(exhausted(bucket, free));
    };
    refused(seats(1), full_workshop(1), Some(0));
    refused(capped(seats(5), "sh", 1), full_program("sh", 1), Some(4));
    refused(
        capped_town(capped(seats(5), "sh", 3), "01053", 1),
        full_municipality("01053", 1),
        Some(4),
    );
    refused(guaranteed(seats(5), "mv", 4), Bucket::Reserved, Some(4));
    refused(capped(settings(None), "sh", 1), full_program("sh", 1), None);
}

#[test]
fn a_cap_bounds_its_own_program_and_municipality_and_nobody_else() {
    let settings = capped_town(capped(seats(9), "sh", 0), "13072", 0);
    let story = given(closed(settings), []);
    story
        .when(&submit(1))
        .refused(exhausted(full_program("sh", 0), Some(9)));
    let town = of_mv(1).living_in("13072");
    story
        .when(&town.comes())
        .refused(exhausted(full_municipality("13072", 0), Some(9)));
    story
        .when(&of_mv(1).comes())
        .then([of_mv(1).came_in(), confirmed(1, Cause::Admitted)]);
}

#[test]
fn a_districts_bucket_does_not_count_its_municipalities() {
    let settings = capped_town(closed(seats(9)), "01053", 0);
    let town = guest(1).living_in("01053090");
    given(settings, [])
        .when(&town.comes())
        .then([town.came_in(), confirmed(1, Cause::Admitted)]);
}

#[test]
fn with_a_waitlist_a_cap_of_zero_is_full_like_any_other() {
    given(capped(seats(9), "sh", 0), [])
        .when(&submit(1))
        .then([came_in(1), waits(1, 1)]);
}

#[test]
fn seats_guaranteed_to_a_program_are_kept_from_the_others_as_far_as_it_has_not_used_them() {
    let settings = closed(guaranteed(seats(3), "mv", 2));
    let story = given(settings, [submit(1)]);
    story
        .when(&submit(2))
        .refused(exhausted(Bucket::Reserved, Some(2)));
    let story = story.and([of_mv(3).comes()]);
    story
        .when(&submit(2))
        .refused(exhausted(Bucket::Reserved, Some(1)));
    story
        .and([of_mv(4).comes()])
        .when(&submit(2))
        .refused(exhausted(full_workshop(3), Some(0)));
}

#[test]
fn a_guarantee_is_no_limit_for_its_own_program() {
    let settings = closed(guaranteed(seats(3), "mv", 1));
    given(settings, [of_mv(1).comes(), of_mv(2).comes()])
        .when(&of_mv(3).comes())
        .then([of_mv(3).came_in(), confirmed(3, Cause::Admitted)]);
}

#[test]
fn two_programs_do_not_take_each_others_guaranteed_seats() {
    let both = guaranteed(guaranteed(seats(2), "mv", 1), "sh", 1);
    let story = given(closed(both), [of_mv(1).comes()]);
    story
        .when(&of_mv(2).comes())
        .refused(exhausted(Bucket::Reserved, Some(1)));
    story
        .when(&guest(2).of("ni").comes())
        .refused(exhausted(Bucket::Reserved, Some(1)));
    story
        .when(&submit(2))
        .then([came_in(2), confirmed(2, Cause::Admitted)]);
}

#[test]
fn a_guarantee_above_a_cap_is_kept_in_full_all_the_same() {
    let settings = closed(capped(guaranteed(seats(3), "mv", 2), "mv", 1));
    let story = given(settings, [of_mv(1).comes(), submit(2)]);
    story
        .when(&of_mv(3).comes())
        .refused(exhausted(full_program("mv", 1), Some(1)));
    story
        .when(&submit(3))
        .refused(exhausted(Bucket::Reserved, Some(1)));
}

#[test]
fn when_its_release_day_begins_a_guarantee_falls_free_and_the_seats_pass_on() {
    let begins = first_of_september().instant;
    let story = given(guaranteed(seats(3), "mv", 2), submit_all(1..=4));
    assert_eq!(story.due(), Some(begins));
    assert_eq!(story.clone().then_at(just_before(begins)).settles(), []);
    assert_eq!(
        story.then_at(begins).settles(),
        [released("mv", Release::Due), passed_to(2), passed_to(3)]
    );
}

#[test]
fn a_newcomer_on_the_release_day_comes_behind_those_who_waited_for_it() {
    given(guaranteed(seats(2), "mv", 1), submit_all(1..=2))
        .then_at(first_of_september().instant)
        .when(&submit(3))
        .then([came_in(3), waits(3, 1)]);
}

#[test]
fn the_host_releases_a_guarantee_by_hand_before_its_day_and_once_only() {
    let story = given(guaranteed(seats(3), "mv", 2), submit_all(1..=2));
    story
        .when(&release("mv"))
        .then([released("mv", Release::ByHand), passed_to(2)]);
    let story = story.and([release("mv")]);
    story.when(&release("mv")).then([]);
    let day = first_of_september().instant;
    assert_eq!(story.then_at(day).settles(), []);
}

#[test]
fn a_guarantee_without_a_day_is_kept_until_it_is_released_by_hand() {
    let settings = with(guaranteed(seats(1), "mv", 1), |s| {
        s.guarantees.insert(
            program("mv"),
            Guarantee {
                seats: 1,
                release: None,
            },
        );
    });
    let story = given(settings, [submit(1)]);
    assert_eq!(story.due(), None);
    let story = story.then_at(just_before(END));
    assert_eq!(story.settles(), []);
    story
        .when(&release("mv"))
        .then([released("mv", Release::ByHand), passed_to(1)]);
}

#[test]
fn where_nothing_is_guaranteed_there_is_nothing_to_release() {
    given(guaranteed(seats(3), "mv", 2), [])
        .when(&release("ni"))
        .refused(Rejection::NotFound);
}

#[test]
fn guarantees_that_are_stated_anew_are_unreleased() {
    let settings = closed(guaranteed(seats(2), "mv", 2));
    let again = Command::AmendSettings {
        settings: Box::new(settings.clone()),
        guarantees_restated: true,
    };
    let story = given(settings.clone(), [release("mv")]);
    story.when(&again).then([Event::SettingsAmended {
        settings: Box::new(settings),
        guarantees_restated: true,
    }]);
    story
        .and([again])
        .when(&submit(1))
        .refused(exhausted(Bucket::Reserved, Some(2)));
}

#[test]
fn guarantees_that_are_stated_anew_keep_their_seats_in_the_same_decision() {
    let story = given(guaranteed(seats(2), "mv", 1), submit_all(1..=3)).and([release("mv")]);
    assert_eq!(story.queue(), [3].map(id));
    let more = Box::new(guaranteed(seats(3), "mv", 1));
    let anew = |guarantees_restated| {
        story.when(&Command::AmendSettings {
            settings: more.clone(),
            guarantees_restated,
        })
    };
    let amended = |guarantees_restated| Event::SettingsAmended {
        settings: more.clone(),
        guarantees_restated,
    };
    anew(true).then([amended(true)]);
    anew(false).then([amended(false), passed_to(3)]);
}

#[test]
fn settings_without_a_word_about_guarantees_leave_them_released() {
    let settings = guaranteed(seats(2), "mv", 2);
    let more = with(settings.clone(), |s| s.title = line("Werkstatt"));
    given(settings, [release("mv"), restate(more)])
        .when(&submit(1))
        .then([came_in(1), confirmed(1, Cause::Admitted)]);
}

#[test]
fn the_unreleased_guarantees_together_must_fit_the_total() {
    let over = Rejection::Settings(SettingsFault::GuaranteesOverCapacity);
    let both = guaranteed(guaranteed(seats(5), "mv", 3), "ni", 2);
    let story = given(both.clone(), []);
    let fewer = with(both, |s| s.capacity = Some(4));
    story.when(&restate(fewer.clone())).refused(over.clone());
    let story = story.and([release("ni")]);
    story
        .when(&restate(fewer.clone()))
        .then([restated(fewer.clone())]);
    let anew = Command::AmendSettings {
        settings: Box::new(fewer),
        guarantees_restated: true,
    };
    story.when(&anew).refused(over);
}

#[test]
fn a_newcomer_is_seated_only_where_nobody_who_waits_could_take_that_very_seat() {
    // 2 waits for a seat that only Mecklenburg-Vorpommern may have.
    let settings = guaranteed(seats(2), "mv", 1);
    let story = given(settings, submit_all(1..=2));
    story
        .when(&of_mv(3).comes())
        .then([of_mv(3).came_in(), confirmed(3, Cause::Admitted)]);
    story.when(&submit(3)).then([came_in(3), waits(3, 2)]);
}

#[test]
fn raising_the_capacity_passes_seats_on_in_the_same_decision() {
    given(seats(1), submit_all(1..=4))
        .when(&restate(seats(3)))
        .then([restated(seats(3)), passed_to(2), passed_to(3)]);
}

#[test]
fn lifting_the_limit_of_a_program_lets_its_people_in() {
    let story = given(capped(seats(9), "sh", 1), submit_all(1..=3));
    story
        .when(&restate(capped(seats(9), "sh", 2)))
        .then([restated(capped(seats(9), "sh", 2)), passed_to(2)]);
    story
        .when(&restate(seats(9)))
        .then([restated(seats(9)), passed_to(2), passed_to(3)]);
}

#[test]
fn a_new_limit_of_a_municipality_holds_for_those_who_wait_already() {
    let narrow = |size| capped_town(seats(size), "01053", 1);
    let other = guest(4).living_in("01060").comes();
    let story = given(seats(1), submit_all(1..=3)).and([other]);
    let passed = Event::PassedOver(vec![PassedOver {
        bucket: full_municipality("01053", 1),
        amount: 2,
        first_place: 1,
        last_place: 2,
    }]);
    story
        .when(&restate(narrow(9)))
        .then([restated(narrow(9)), passed_to(4), passed]);
    assert_eq!(story.and([restate(narrow(9))]).queue(), [2, 3].map(id));
}

#[test]
fn a_municipality_that_is_not_limited_any_more_keeps_the_order_of_all() {
    let narrow = capped_town(seats(1), "01060", 0);
    let other = |who| guest(who).living_in("01060").comes();
    let story = given(narrow, [submit(1), other(2), submit(3), other(4)]);
    story.when(&restate(seats(4))).then([
        restated(seats(4)),
        passed_to(2),
        passed_to(3),
        passed_to(4),
    ]);
    assert_eq!(story.and([restate(seats(2))]).queue(), [3, 4].map(id));
}
