//! In which order the services are asked for one key: rendezvous hashing.
//!
//! Each service has a weight for each key, and the heaviest comes first (Thaler and Ravishankar, "Using name-based
//! mappings to increase hit rates", IEEE/ACM Transactions on Networking 6(1), 1998). Another service takes over only
//! the keys for which it is the heaviest, and one that goes leaves its keys to all others evenly.
//!
//! **Invariant:** the weight is SHA-256(`host:port` of the service ‖ `00` ‖ key), compared as a big-endian number.
//! It is the same in every process and release, so gateways that are told the same services, in any order, agree
//! without a word; while two releases disagreed, each workshop would be decided in two places, which is correct
//! and slow.

use std::cmp::Reverse;

use sha2::{Digest, Sha256};

/// The services, each as the beginning of its hash.
#[derive(Clone, Debug)]
pub(super) struct Rendezvous(Vec<Sha256>);

impl Rendezvous {
    /// Takes the services' names.
    pub(super) fn of<S: AsRef<str>>(names: impl IntoIterator<Item = S>) -> Self {
        let begun = names
            .into_iter()
            .map(|name| Sha256::new().chain_update(name.as_ref()).chain_update([0]));
        Self(begun.collect())
    }

    /// Gives the services' numbers, the one that comes first for this key first.
    pub(super) fn order(&self, key: &str) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.0.len()).collect();
        if order.len() > 1 {
            order.sort_by_cached_key(|service| Reverse(self.weight(*service, key)));
        }
        order
    }

    fn weight(&self, service: usize, key: &str) -> [u8; 32] {
        self.0[service].clone().chain_update(key).finalize().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEYS: usize = 4_000;

    fn names(count: usize) -> Vec<String> {
        (0..count).map(|at| format!("10.0.0.{at}:7081")).collect()
    }

    fn firsts(services: &Rendezvous) -> Vec<usize> {
        let keys = (0..KEYS).map(|key| format!("workshop/{key}"));
        keys.map(|key| services.order(&key)[0]).collect()
    }

    #[test]
    fn the_order_is_the_one_that_was_promised() {
        let services = Rendezvous::of(["a:80", "b:80", "c:80"]);
        let orders = ["workshop/1", "workshop/2", "program/sh"].map(|key| services.order(key));
        assert_eq!(orders, [[2, 1, 0], [0, 2, 1], [0, 1, 2]]);
    }

    #[test]
    fn every_service_is_in_the_order_once() {
        let services = Rendezvous::of(names(5));
        for key in 0..200 {
            let mut order = services.order(&key.to_string());
            order.sort_unstable();
            assert_eq!(order, [0, 1, 2, 3, 4]);
        }
    }

    #[test]
    fn the_order_in_which_services_are_told_does_not_matter() {
        let names = names(4);
        let (there, back) = (Rendezvous::of(&names), Rendezvous::of(names.iter().rev()));
        for key in 0..200 {
            let key = key.to_string();
            let mirrored: Vec<usize> = back.order(&key).iter().map(|at| 3 - at).collect();
            assert_eq!(there.order(&key), mirrored);
        }
    }

    #[test]
    fn each_service_has_its_share() {
        let firsts = firsts(&Rendezvous::of(names(4)));
        for service in 0..4 {
            let share = firsts.iter().filter(|first| **first == service).count();
            assert!((900..1_100).contains(&share), "{service} has {share}");
        }
    }

    #[test]
    fn another_service_takes_its_share_and_moves_nothing_else() {
        let before = firsts(&Rendezvous::of(names(4)));
        let after = firsts(&Rendezvous::of(names(5)));
        let moved = before.iter().zip(&after).filter(|(old, new)| old != new);
        let moved: Vec<usize> = moved.map(|(_, new)| *new).collect();
        assert!(moved.iter().all(|new| *new == 4));
        assert!((700..900).contains(&moved.len()), "{} moved", moved.len());
    }

    #[test]
    fn what_a_service_leaves_is_shared_by_the_others() {
        let services = Rendezvous::of(names(4));
        let orders = (0..KEYS).map(|key| services.order(&format!("workshop/{key}")));
        let left: Vec<usize> = orders
            .filter(|order| order[0] == 3)
            .map(|order| order[1])
            .collect();
        for service in 0..3 {
            let share = left.iter().filter(|second| **second == service).count();
            assert!((left.len() / 4..left.len() / 2).contains(&share));
        }
    }
}
