//! How well an allocation fulfils wishes.

use std::collections::BTreeMap;

use super::{Allocation, Input, Person};
use crate::workshop::Slot;

/// What somebody got in a slot, as measured by their wishes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Granted {
    /// The wish of a rank from 1 on.
    Wish(usize),
    /// A topic that was not among their wishes.
    Fallback,
    /// A topic, without having stated wishes.
    WithoutWishes,
    /// What they had before: a pin, or whatever a repair leaves alone.
    Fixed,
    /// None.
    Nothing,
}

/// How many got what.
pub type Tally = BTreeMap<Granted, usize>;

impl Allocation {
    /// Says what somebody got in a slot.
    pub fn granted(&self, person: &Person, slot: Slot) -> Granted {
        let Some(topic) = self.topic(person.registration, slot) else {
            return Granted::Nothing;
        };
        if person.fixed.contains_key(&slot) {
            return Granted::Fixed;
        }
        match person.rank(slot, topic) {
            Some(rank) => Granted::Wish(rank),
            None if person.ranked(slot).is_empty() => Granted::WithoutWishes,
            None => Granted::Fallback,
        }
    }

    /// Counts who got what in a slot, among those for whom `counts` holds.
    pub fn tally(&self, input: &Input, slot: Slot, counts: impl Fn(&Person) -> bool) -> Tally {
        let mut tally = Tally::new();
        for person in input.people.iter().filter(|person| counts(person)) {
            let count = tally.entry(self.granted(person, slot)).or_insert(0);
            *count = count.saturating_add(1);
        }
        tally
    }
}
