//! The fold takes whatever it is given, and replays what was to what is.

use anmeldewerk_domain::{Command, Event, State, decide, due, evolve, settle};
use proptest::prelude::*;

use crate::{
    asks,
    run::{Run, run},
    words,
};

fn events(run: &Run) -> Vec<Event> {
    let all = run.log.iter().flat_map(|decided| decided.events.clone());
    all.collect()
}

fn fold(events: &[Event]) -> State {
    events.iter().fold(words::boundary().unborn(), evolve)
}

/// Whatever is asked of a state, and twice, is answered alike.
fn says_something(state: &State, commands: &[Command]) {
    let at = words::at(30);
    assert_eq!(settle(state, at), settle(&state.clone(), at));
    assert_eq!(due(state, at), due(&state.clone(), at));
    for command in commands {
        let answer = decide(state, at, command);
        assert_eq!(answer, decide(&state.clone(), at, command));
        let after = answer
            .unwrap_or_default()
            .iter()
            .fold(state.clone(), evolve);
        assert_eq!(settle(&after, at), settle(&after.clone(), at));
    }
}

proptest! {
    #![proptest_config(asks::cases(400))]

    #[test]
    fn a_replay_ends_where_the_decisions_ended(rules in asks::rules(), steps in asks::steps(40)) {
        let run = run(&rules, &steps);
        prop_assert_eq!(fold(&events(&run)), run.state);
    }

    #[test]
    fn events_in_any_order_with_some_lost_and_some_twice_are_folded_without_a_panic(
        rules in asks::rules(),
        steps in asks::steps(40),
        order in prop::collection::vec(any::<prop::sample::Index>(), 0..80),
        asked in asks::steps(20),
    ) {
        let run = run(&rules, &steps);
        let commands: Vec<Command> = asked.iter().map(|(_, ask)| run.named(ask)).collect();
        let events = events(&run);
        let mixed: Vec<Event> = order.iter().map(|index| index.get(&events).clone()).collect();
        let unborn = fold(&mixed);
        let born = fold(&[&events[..2], &mixed[..]].concat());
        for state in [unborn, born] {
            // What such a state says is worth nothing, but it says it.
            says_something(&state, &commands);
        }
    }

    #[test]
    fn every_prefix_of_one_workshop_is_folded_onto_another_without_a_panic(
        rules in asks::rules(), steps in asks::steps(20), others in asks::steps(20),
        asked in asks::steps(4)
    ) {
        let (one, other) = (run(&rules, &steps), run(&rules, &others));
        let commands: Vec<Command> = asked.iter().map(|(_, ask)| one.named(ask)).collect();
        let mut state = one.state;
        for event in events(&other) {
            state = evolve(state, &event);
            says_something(&state, &commands);
        }
    }
}
