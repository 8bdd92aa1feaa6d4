//! No sequence of commands makes a seat too many, loses a person or lets anybody overtake.

use proptest::prelude::*;

use crate::{
    asks::{self, Ask},
    run::{self, run},
};

proptest! {
    #![proptest_config(asks::cases(12_000))]

    #[test]
    fn whatever_is_asked_the_rules_agree_with_the_model(
        rules in asks::rules(), steps in asks::steps(60)
    ) {
        run(&rules, &steps);
    }

}

proptest! {
    #![proptest_config(asks::cases(4_000))]

    #[test]
    fn whatever_is_asked_of_a_draft_the_rules_agree_with_the_model(
        rules in asks::rules(), steps in asks::steps(30), publish in 0_usize..30
    ) {
        let before = publish.min(steps.len());
        let publish = vec![(1, Ask::Publish)];
        run::drafted(&rules, &[&steps[..before], &publish, &steps[before..]].concat());
    }
}
