//! More than one decision may hold: it goes on in the next, in order, and comes to an end.

use proptest::{collection::vec, prelude::*};

use crate::{
    agree,
    asks::{self, Ask, Step},
    model::{Form, Id, Patch, Rules, Way, Wish},
    run::{Decided, Run, run},
};

/// Groups come until lots are drawn; some want to come as a whole.
fn groups() -> impl Strategy<Value = Vec<(bool, u8, usize)>> {
    vec((prop::bool::weighted(0.3), 0_u8..3, 30_usize..101), 4..7)
}

fn rest(groups: &[(bool, u8, usize)]) -> Vec<Step> {
    let mut next: Id = 0;
    let mut steps = Vec::new();
    for (together, program, size) in groups {
        let members = (0..*size).map(|_| {
            next += 1;
            form(*program, next)
        });
        let members = members.collect();
        let together = *together;
        steps.push((0, Ask::Group { together, members }));
    }
    steps
}

fn form(program: u8, person: Id) -> Form {
    Form {
        person,
        nobody: false,
        program,
        town: u8::from(person.is_multiple_of(3)),
        way: Way::Office,
        email: true,
        reference: None,
        alike: None,
        overriding: false,
        wish: Wish::Topic(0),
    }
}

proptest! {
    #![proptest_config(asks::cases(30))]

    #[test]
    fn hundreds_of_seats_pass_on_and_hundreds_of_offers_lapse_in_order(
        rules in asks::rules(),
        groups in groups(),
        seats in 0_u32..600,
        offers in prop::option::of(1_u16..3),
        cap in prop::option::weighted(0.3, 0_u32..250),
        seed in any::<u8>(),
    ) {
        let rules = Rules {
            seats: Some(seats),
            caps: [cap, None, None],
            kept: [None; 3],
            lottery: true,
            offers,
            opens: None,
            closes: Some(1),
            stops: None,
            ..rules
        };
        let then = [
            (1, Ask::Draw(seed)),
            (1, Ask::Settle),
            (1, Ask::Patch(Patch::Cap(0, None))),
            (0, Ask::Patch(Patch::Seats(None))),
            (2, Ask::Settle),
        ];
        run(&rules, &[rest(&groups), then.into()].concat());
    }
}

/// Counts in each decision to how many a seat passed on, and how many offers lapsed.
fn counted(run: &Run, from: usize) -> Vec<(usize, usize)> {
    let count = |decided: &Decided| {
        let seats = decided.events.iter().filter_map(agree::passed_to);
        let lapses = decided.events.iter().filter(|event| agree::lapsed(event));
        (seats.count(), lapses.count())
    };
    run.log[from..].iter().map(count).collect()
}

#[test]
fn two_hundred_seats_pass_on_in_one_decision_and_two_hundred_offers_lapse() {
    let rules = Rules {
        seats: Some(450),
        lottery: true,
        offers: Some(1),
        closes: Some(1),
        ..Rules::default()
    };
    let alone = [(false, 0, 100); 5];
    let steps = [rest(&alone), vec![(1, Ask::Draw(3))]].concat();
    let drawn = run(&rules, &steps);
    let before = drawn.log.len() - 3;
    assert_eq!(counted(&drawn, before), [(200, 0), (200, 0), (50, 0)]);
    let lapsed = run(&rules, &[steps, vec![(1, Ask::Settle)]].concat());
    let then = [(0, 200), (0, 200), (50, 50)];
    assert_eq!(counted(&lapsed, before + 3), then);
}

#[test]
fn a_group_that_comes_as_a_whole_is_not_parted_between_two_decisions() {
    let rules = Rules {
        lottery: true,
        closes: Some(1),
        ..Rules::default()
    };
    let together = [(true, 0, 90); 3];
    let drawn = run(&rules, &[rest(&together), vec![(1, Ask::Draw(3))]].concat());
    assert_eq!(counted(&drawn, drawn.log.len() - 2), [(180, 0), (90, 0)]);
}
