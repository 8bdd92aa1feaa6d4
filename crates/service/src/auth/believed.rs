//! Remembers verified tokens for a short while.

use std::collections::HashMap;

use super::Caller;

const MAX_BELIEVED: usize = 10_000;

/// Names a token: its SHA-256, so that no token lies in memory longer than its request.
pub(super) type TokenName = [u8; 32];

/// A caller whose token was verified, and the second from which it must be verified again.
#[derive(Clone)]
pub(super) struct Belief {
    pub(super) caller: Caller,
    pub(super) until: i64,
}

/// The verified tokens of late; when full of live ones, further ones are verified each time.
#[derive(Default)]
pub(super) struct Believed(HashMap<TokenName, Belief>);

impl Believed {
    pub(super) fn get(&self, name: &TokenName, now: i64) -> Option<Caller> {
        self.0
            .get(name)
            .filter(|belief| now < belief.until)
            .map(|belief| belief.caller.clone())
    }

    pub(super) fn put(&mut self, name: TokenName, belief: Belief, now: i64) {
        if self.0.len() >= MAX_BELIEVED {
            self.0.retain(|_, belief| now < belief.until);
        }
        if self.0.len() < MAX_BELIEVED {
            self.0.insert(name, belief);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Belief, Believed, Caller, MAX_BELIEVED};

    fn until(until: i64) -> Belief {
        let (sub, issuer) = ("s".to_owned(), "i".to_owned());
        let caller = Caller {
            sub,
            issuer,
            program: None,
            roles: BTreeSet::new(),
        };
        Belief { caller, until }
    }

    #[test]
    fn a_token_is_believed_until_its_instant_and_not_at_it() {
        let mut believed = Believed::default();
        believed.put([1; 32], until(100), 50);
        assert!(believed.get(&[1; 32], 99).is_some());
        assert!(believed.get(&[1; 32], 100).is_none());
        assert!(believed.get(&[2; 32], 99).is_none());
    }

    #[test]
    fn the_cache_never_grows_beyond_its_bound() {
        let name = |n: usize| {
            let mut name = [0; 32];
            name[..8].copy_from_slice(&n.to_be_bytes());
            name
        };
        let mut believed = Believed::default();
        for n in 0..=MAX_BELIEVED {
            believed.put(name(n), until(100), 50);
        }
        assert_eq!(believed.0.len(), MAX_BELIEVED);
        assert!(believed.get(&name(MAX_BELIEVED), 60).is_none());
        believed.put(name(MAX_BELIEVED), until(300), 200);
        assert_eq!(believed.0.len(), 1);
    }
}
