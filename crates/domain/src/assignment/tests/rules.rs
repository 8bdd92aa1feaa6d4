use super::*;
use crate::assignment::{Allocation, Closed, Granted, Obstacle};

#[test]
fn everybody_gets_their_first_wish_where_there_is_room() {
    let people = vec![person(1, &["aa", "bb"]), person(2, &["bb", "aa"])];
    let input = input(vec![topic("aa"), topic("bb")], people);
    assert_eq!(placed(&input), ["aa", "bb"]);
}

#[test]
fn placing_most_comes_before_any_wish() {
    // Whoever takes anything must leave the only topic of whoever takes just that one.
    let mut picky = person(2, &["aa"]);
    picky.wishes[0].vetoes = vec![code("bb")];
    let people = vec![person(1, &["aa"]), picky];
    let input = input(vec![holding("aa", 1), holding("bb", 1)], people);
    assert_eq!(placed(&input), ["bb", "aa"]);
}

#[test]
fn a_second_wish_comes_before_a_fallback_and_two_seconds_before_a_first_and_a_third() {
    let topics = vec![holding("aa", 1), holding("bb", 1), holding("cc", 1)];
    let people = vec![
        person(1, &["aa", "bb", "cc"]),
        person(2, &["aa", "bb"]),
        person(3, &["bb", "cc"]),
    ];
    // One first wish, and two seconds: the other ways need a third wish or a fallback.
    let input = input(topics, people);
    let allocation = solve(&input, &SEED);
    let tally = allocation.tally(&input, Slot::First, |_| true);
    let expected = [(Granted::Wish(1), 1), (Granted::Wish(2), 2)];
    assert_eq!(tally, BTreeMap::from(expected));
}

#[test]
fn sizes_are_balanced_where_wishes_leave_a_choice() {
    let people = (1..=9).map(|number| person(number, &[])).collect();
    let input = input(vec![topic("aa"), topic("bb"), topic("cc")], people);
    let placed = placed(&input);
    for name in ["aa", "bb", "cc"] {
        assert_eq!(placed.iter().filter(|topic| *topic == name).count(), 3);
    }
}

#[test]
fn who_stated_no_wishes_displaces_nobody() {
    let people = vec![person(1, &[]), person(2, &["bb"]), person(3, &["bb"])];
    let input = input(vec![holding("aa", 1), holding("bb", 2)], people);
    assert_eq!(placed(&input), ["aa", "bb", "bb"]);
}

#[test]
fn who_vetoes_everything_is_named_with_what_stands_in_the_way() {
    let mut nothing = person(1, &[]);
    nothing.wishes = vec![wishes(Slot::First, &[], &["aa", "bb"])];
    let input = input(vec![topic("aa"), topic("bb")], vec![nothing]);
    let allocation = solve(&input, &SEED);
    assert_eq!(allocation.unplaced.len(), 1);
    let vetoed = |name| (code(name), Obstacle::Vetoed);
    assert_eq!(
        allocation.unplaced[0].obstacles,
        [vetoed("aa"), vetoed("bb")]
    );
}

#[test]
fn wishes_for_a_topic_that_is_not_offered_count_for_nothing() {
    let people = vec![person(1, &["zz", "aa"])];
    let input = input(vec![topic("aa"), topic("bb")], people);
    assert_eq!(placed(&input), ["aa"]);
    let allocation = solve(&input, &SEED);
    let granted = allocation.granted(&input.people[0], Slot::First);
    assert_eq!(granted, Granted::Wish(2));
}

#[test]
fn a_program_and_a_municipality_get_no_more_than_their_caps() {
    let mut of_program = topic("aa");
    of_program.program_caps.insert(program("sh"), 1);
    let of_municipality = Topic {
        municipality_cap: Some(1),
        ..topic("bb")
    };
    let people = (1..=3).map(|number| person(number, &["aa"])).collect();
    let input = input(vec![of_program, of_municipality], people);
    let allocation = solve(&input, &SEED);
    assert_eq!(allocation.unplaced.len(), 1);
    let obstacles = &allocation.unplaced[0].obstacles;
    assert_eq!(obstacles[0].1, Obstacle::ProgramFull);
    assert_eq!(obstacles[1].1, Obstacle::MunicipalityFull);
}

#[test]
fn a_pin_stays_whatever_it_costs_and_takes_up_room() {
    let mut pinned = person(1, &["aa"]);
    pinned.fixed.insert(Slot::First, code("bb"));
    let people = vec![pinned, person(2, &["bb"])];
    let input = input(vec![topic("aa"), holding("bb", 1)], people);
    assert_eq!(placed(&input), ["bb", "aa"]);
    let allocation = solve(&input, &SEED);
    let granted = allocation.granted(&input.people[0], Slot::First);
    assert_eq!(granted, Granted::Fixed);
}

#[test]
fn nobody_has_one_topic_in_both_slots() {
    let second = |name| Topic {
        slot: Slot::Second,
        ..topic(name)
    };
    let mut both = person(1, &["aa"]);
    both.wishes.push(wishes(Slot::Second, &["aa", "bb"], &[]));
    let mut pinned_later = person(2, &["bb", "aa"]);
    pinned_later.fixed.insert(Slot::Second, code("bb"));
    let topics = vec![topic("aa"), topic("bb"), second("aa"), second("bb")];
    let allocation = solve(&input(topics, vec![both, pinned_later]), &SEED);
    let of = |number, slot| {
        let topic = allocation.topic(RegistrationId(number), slot);
        topic.map(TopicCode::as_str)
    };
    assert_eq!(of(1, Slot::First), Some("aa"));
    assert_eq!(of(1, Slot::Second), Some("bb"));
    assert_eq!(of(2, Slot::First), Some("aa"));
    assert_eq!(of(2, Slot::Second), Some("bb"));
}

#[test]
fn topics_that_too_few_want_are_closed_one_at_a_time() {
    let needing = |name, min| Topic { min, ..topic(name) };
    let topics = vec![needing("aa", 2), needing("bb", 2), needing("cc", 3)];
    let people = vec![
        person(1, &["aa"]),
        person(2, &["aa"]),
        person(3, &["bb", "cc"]),
        person(4, &["cc", "bb"]),
    ];
    // `cc` lacks two and `bb` one; without `cc` there are enough for `bb`.
    let allocation = solve(&input(topics, people), &SEED);
    let closed = Closed {
        slot: Slot::First,
        code: code("cc"),
        size: 1,
        min: 3,
    };
    assert_eq!(allocation.closed, [closed]);
    let topic = allocation.topic(RegistrationId(4), Slot::First);
    assert_eq!(topic, Some(&code("bb")));
    assert!(allocation.undersized.is_empty());
}

#[test]
fn the_last_topic_and_one_with_a_pin_stay_open_and_are_named() {
    let needing = |name, min| Topic { min, ..topic(name) };
    let mut pinned = person(1, &["aa"]);
    pinned.fixed.insert(Slot::First, code("bb"));
    let topics = vec![needing("aa", 9), needing("bb", 9), needing("cc", 9)];
    let allocation = solve(&input(topics, vec![pinned, person(2, &["aa"])]), &SEED);
    let closed: Vec<&str> = allocation.closed.iter().map(|c| c.code.as_str()).collect();
    assert_eq!(closed, ["cc", "aa"]);
    assert_eq!(allocation.undersized, [(Slot::First, code("bb"))]);
    assert!(allocation.unplaced.is_empty());
}

#[test]
fn a_repair_places_who_has_nothing_and_touches_nobody() {
    let mut settled = person(1, &["bb"]);
    settled.fixed.insert(Slot::First, code("aa"));
    let needing = Topic {
        min: 5,
        ..topic("bb")
    };
    let mut input = input(
        vec![holding("aa", 1), needing],
        vec![settled, person(2, &["aa"])],
    );
    input.extent = Extent::Repair;
    let allocation = solve(&input, &SEED);
    assert_eq!(placed(&input), ["aa", "bb"]);
    assert!(allocation.closed.is_empty());
}

#[test]
fn the_same_input_and_seed_give_the_same_and_another_seed_another() {
    let people = (1..=40).map(|number| person(number, &[])).collect();
    let input = input(vec![topic("aa"), topic("bb"), topic("cc")], people);
    assert_eq!(solve(&input, &SEED), solve(&input.clone(), &SEED));
    assert_ne!(solve(&input, &SEED), solve(&input, &[8; 32]));
}

#[test]
fn equal_inputs_have_equal_bytes_and_a_changed_one_others() {
    let base = input(
        vec![holding("aa", 3), topic("bb")],
        vec![person(1, &["aa", "bb"])],
    );
    assert_eq!(base.canonical(), base.clone().canonical());
    let changes: [fn(&mut Input); 8] = [
        |input| input.extent = Extent::Repair,
        |input| input.topics[0].max = None,
        |input| input.topics[0].min = 1,
        |input| input.topics[1].municipality_cap = Some(1),
        |input| input.topics[1].program_caps = BTreeMap::from([(program("sh"), 1)]),
        |input| input.people[0].wishes[0].ranked.reverse(),
        |input| input.people[0].wishes[0].vetoes.push(code("cc")),
        |input| drop(input.people[0].fixed.insert(Slot::First, code("aa"))),
    ];
    for change in changes {
        let mut other = base.clone();
        change(&mut other);
        assert_ne!(base.canonical(), other.canonical());
    }
}

#[test]
fn nobody_and_no_topics_are_no_trouble() {
    assert_eq!(
        solve(&input(Vec::new(), Vec::new()), &SEED),
        Allocation::default()
    );
    let alone = solve(&input(Vec::new(), vec![person(1, &["aa"])]), &SEED);
    assert_eq!(alone, Allocation::default());
}
