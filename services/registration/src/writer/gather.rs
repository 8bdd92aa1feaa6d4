//! Waiting a moment for those who are about to come, when many came the last times.
//!
//! Whoever is answered often asks again at once. A drain that starts with the first of them leaves
//! the others to the next one, and each costs a statement and an append. A command that comes alone
//! never waits.

use std::time::Duration;

use tokio::time::Instant;

/// The longest wait.
const LONGEST: Duration = Duration::from_millis(1);
/// How much of the size expected before stays with each drain.
const STAY: f64 = 0.7;
/// Which part of those who are expected is worth no more waiting.
const ENOUGH: f64 = 0.5;

/// How many are expected, and until when they are waited for.
#[derive(Debug, Default)]
pub(super) struct Gathering {
    expected: f64,
    until: Option<Instant>,
}

impl Gathering {
    /// Says whether a drain of so many may begin at `now`; else it may at [`Self::until`].
    pub(super) fn is_over(&mut self, arrived: f64, now: Instant) -> bool {
        let until = *self.until.get_or_insert(now + LONGEST);
        arrived >= (self.expected * ENOUGH).max(1.0) || now >= until
    }

    /// Takes in how large the drain was that now begins.
    pub(super) fn begun(&mut self, size: f64) {
        self.expected = STAY * self.expected + (1.0 - STAY) * size;
        self.until = None;
    }

    /// Says whether somebody is waited for.
    pub(super) fn waits(&self) -> bool {
        self.until.is_some()
    }

    /// Waits until it is over at the latest; where nobody is waited for, for ever.
    pub(super) async fn ended(&self) {
        match self.until {
            Some(until) => tokio::time::sleep_until(until).await,
            None => std::future::pending().await,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_comes_alone_never_waits() {
        let (mut gathering, now) = (Gathering::default(), Instant::now());
        for _ in 0..100 {
            assert!(gathering.is_over(1.0, now));
            gathering.begun(1.0);
        }
    }

    #[test]
    fn where_many_came_the_last_times_the_first_wait_for_half_of_them_or_a_moment() {
        let (mut gathering, now) = (Gathering::default(), Instant::now());
        for _ in 0..20 {
            gathering.begun(16.0);
        }
        assert!(!gathering.is_over(1.0, now));
        assert!(!gathering.is_over(7.0, now));
        assert!(gathering.is_over(8.0, now));
        assert!(gathering.is_over(1.0, now + LONGEST));
    }

    #[test]
    fn after_a_rush_a_lone_command_soon_waits_no_more() {
        let (mut gathering, now) = (Gathering::default(), Instant::now());
        for _ in 0..20 {
            gathering.begun(200.0);
        }
        let mut waited = 0;
        while !gathering.is_over(1.0, now) {
            gathering.begun(1.0);
            waited += 1;
        }
        assert!(waited < 20, "{waited}");
    }
}
