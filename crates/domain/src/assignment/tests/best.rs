//! Random small cases against every allocation there is.

use proptest::{collection::vec, prelude::*, sample::subsequence};

use super::*;
use crate::assignment::Allocation;

/// What one allocation of a slot is worth; less is better, the first difference decides.
type Worth = Vec<usize>;

/// Gives the worth of a slot's allocation for some of the people; `None` where a cap is broken.
fn worth(input: &Input, topics: &[usize], of: &[Option<usize>], wished: bool) -> Option<Worth> {
    let longest = input.longest();
    // Without a topic, fallback, last wish, …, second.
    let mut worth = vec![0; 2 + longest];
    for (person, topic) in input.people.iter().zip(of) {
        if person.ranked(Slot::First).is_empty() == wished {
            continue;
        }
        let Some(topic) = topic else {
            worth[0] += 1;
            continue;
        };
        match person.rank(Slot::First, &input.topics[*topic].code) {
            Some(1) => {}
            Some(rank) => worth[2 + longest - rank] += 1,
            None if wished => worth[1] += 1,
            None => {}
        }
    }
    let sizes = topics.iter().map(|topic| {
        let inside = of.iter().filter(|of| **of == Some(*topic));
        inside.count()
    });
    worth.push(sizes.map(|size| size * size).sum());
    within_caps(input, topics, of).then_some(worth)
}

fn within_caps(input: &Input, topics: &[usize], of: &[Option<usize>]) -> bool {
    topics.iter().all(|at| {
        let topic = &input.topics[*at];
        let inside = input.people.iter().zip(of);
        let inside: Vec<&Person> = inside
            .filter(|(_, of)| **of == Some(*at))
            .map(|(person, _)| person)
            .collect();
        let at_most = |cap: Option<u32>, count: usize| cap.is_none_or(|cap| count <= cap as usize);
        let program_fits = |person: &&Person| {
            let same = inside
                .iter()
                .filter(|other| other.program == person.program);
            at_most(
                topic.program_caps.get(&person.program).copied(),
                same.count(),
            )
        };
        let municipality_fits = |person: &&Person| {
            let same = inside.iter().filter(|other| {
                (&other.program, &other.municipality) == (&person.program, &person.municipality)
            });
            at_most(topic.municipality_cap, same.count())
        };
        at_most(topic.max, inside.len())
            && inside.iter().all(program_fits)
            && inside.iter().all(municipality_fits)
    })
}

/// Finds the least worth by trying every topic for everybody whose turn it is.
fn best(input: &Input, topics: &[usize], fixed: &[Option<usize>], wished: bool) -> Worth {
    let mut least: Option<Worth> = None;
    let mut of = fixed.to_vec();
    let turn: Vec<usize> = (0..input.people.len())
        .filter(|at| input.people[*at].ranked(Slot::First).is_empty() != wished)
        .collect();
    try_all(
        &turn,
        &mut of,
        &mut |of| {
            let vetoed = input.people.iter().zip(of).any(|(person, topic)| {
                topic.is_some_and(|topic| person.vetoes(Slot::First, &input.topics[topic].code))
            });
            if !vetoed && let Some(worth) = worth(input, topics, of, wished) {
                least = Some(least.take().map_or(worth.clone(), |least| least.min(worth)));
            }
        },
        topics,
    );
    least.expect("nobody anywhere is always possible")
}

fn try_all(
    turn: &[usize],
    of: &mut Vec<Option<usize>>,
    look: &mut impl FnMut(&[Option<usize>]),
    topics: &[usize],
) {
    let Some((first, rest)) = turn.split_first() else {
        look(of);
        return;
    };
    for topic in topics.iter().map(|topic| Some(*topic)).chain([None]) {
        of[*first] = topic;
        try_all(rest, of, look, topics);
    }
    of[*first] = None;
}

fn found(input: &Input, allocation: &Allocation, wished_only: bool) -> Vec<Option<usize>> {
    let people = input.people.iter().map(|person| {
        if wished_only && person.ranked(Slot::First).is_empty() {
            return None;
        }
        let code = allocation.topic(person.registration, Slot::First)?;
        input.topics.iter().position(|topic| topic.code == *code)
    });
    people.collect()
}

const NAMES: [&str; 3] = ["aa", "bb", "cc"];

fn any_topic(name: &'static str) -> impl Strategy<Value = Topic> {
    let caps = (
        0..3_u32,
        prop::option::of(0..3_u32),
        prop::option::of(0..3_u32),
    );
    (caps, prop::option::of(0..2_u32)).prop_map(move |((min, max, of_program), of_municipality)| {
        let mut topic = topic(name);
        topic.min = min;
        topic.max = max;
        if let Some(cap) = of_program {
            topic.program_caps.insert(program("sh"), cap);
        }
        topic.municipality_cap = of_municipality;
        topic
    })
}

fn any_person() -> impl Strategy<Value = Person> {
    let names = subsequence(NAMES.to_vec(), 0..=3).prop_shuffle();
    (names, 0..3_usize, any::<bool>(), 0..2_u8).prop_map(|(names, ranks, own, place)| {
        let ranks = ranks.min(names.len());
        let mut person = person(0, &[]);
        person.wishes = vec![wishes(
            Slot::First,
            &names[..ranks],
            &names[ranks.max(1).min(names.len())..],
        )];
        person.program = program(if own { "sh" } else { "mv" });
        let key = ["01053", "01054"][usize::from(place)];
        person.municipality = MunicipalityKey::new(key).expect("a key");
        person
    })
}

fn any_input() -> impl Strategy<Value = Input> {
    let topics = NAMES.map(any_topic);
    (topics, vec(any_person(), 0..6)).prop_map(|(topics, mut people)| {
        for (person, number) in people.iter_mut().zip(1..) {
            person.registration = RegistrationId(number);
        }
        input(topics.into(), people)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_allocation_is_better_on_any_level(input in any_input(), seed: [u8; 32]) {
        let allocation = solve(&input, &seed);
        let open: Vec<usize> = (0..input.topics.len())
            .filter(|at| allocation.closed.iter().all(|c| c.code != input.topics[*at].code))
            .collect();
        let nobody = vec![None; input.people.len()];
        let first = found(&input, &allocation, true);
        let least = best(&input, &open, &nobody, true);
        prop_assert_eq!(worth(&input, &open, &first, true), Some(least));
        let all = found(&input, &allocation, false);
        let least = best(&input, &open, &first, false);
        prop_assert_eq!(worth(&input, &open, &all, false), Some(least));
    }

    #[test]
    fn a_topic_is_closed_only_where_too_few_would_have_come(input in any_input(), seed: [u8; 32]) {
        let allocation = solve(&input, &seed);
        for closed in &allocation.closed {
            prop_assert!(closed.size < closed.min);
            let inside = allocation.places.values().flat_map(BTreeMap::values);
            prop_assert!(inside.clone().all(|code| *code != closed.code));
        }
        let open = input.topics.len() - allocation.closed.len();
        prop_assert!(allocation.undersized.is_empty() || open == 1);
    }

    #[test]
    fn everybody_has_a_topic_or_an_obstacle_before_each(input in any_input(), seed: [u8; 32]) {
        let allocation = solve(&input, &seed);
        let without = allocation.unplaced.iter().filter(|of| of.slot == Slot::First);
        let seen = allocation.places.len() + without.clone().count();
        prop_assert_eq!(seen, input.people.len());
        for unplaced in without {
            prop_assert_eq!(unplaced.obstacles.len(), input.topics.len());
        }
    }
}
