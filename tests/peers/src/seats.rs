//! The decision that all peers take.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// The seats of one workshop, and who asked for one.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Seats {
    capacity: u32,
    confirmed: u32,
    waiting: u32,
    known: BTreeSet<String>,
}

/// Where a registration ends up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Confirmed,
    /// On the waitlist, counted from one.
    Waitlisted(u32),
}

impl Seats {
    pub(crate) fn open(&mut self, capacity: u32) {
        self.capacity = capacity;
    }

    /// Gives a registration its place; none if it has one already.
    #[must_use]
    pub(crate) fn decide(&self, registration: &str) -> Option<Place> {
        if self.known.contains(registration) {
            return None;
        }
        let full = self.confirmed >= self.capacity;
        Some(if full {
            Place::Waitlisted(self.waiting + 1)
        } else {
            Place::Confirmed
        })
    }

    /// Folded twice, it counts once.
    pub(crate) fn confirm(&mut self, registration: String) {
        self.confirmed += u32::from(self.known.insert(registration));
    }

    /// Folded twice, it counts once.
    pub(crate) fn wait(&mut self, registration: String) {
        self.waiting += u32::from(self.known.insert(registration));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seats_go_first_then_places_on_the_waitlist_and_nobody_gets_two() {
        let mut seats = Seats::default();
        seats.open(1);
        assert_eq!(seats.decide("a"), Some(Place::Confirmed));
        seats.confirm("a".to_owned());
        seats.confirm("a".to_owned());
        assert_eq!(seats.decide("a"), None);
        assert_eq!(seats.decide("b"), Some(Place::Waitlisted(1)));
        seats.wait("b".to_owned());
        seats.wait("b".to_owned());
        assert_eq!(seats.decide("c"), Some(Place::Waitlisted(2)));
    }
}
