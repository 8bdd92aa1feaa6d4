//! How fast commands are answered, to tell those who are turned away when to come again.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

/// The longest that anybody is sent away for, in seconds.
const LONGEST_S: f64 = 30.0;
/// How much of the rate before stays with each measurement.
const KEEP: f64 = 0.9;

/// The rate at which commands are answered.
#[derive(Debug, Default)]
pub(super) struct Pulse {
    per_second: Mutex<Option<f64>>,
}

impl Pulse {
    /// Takes in that so many were answered in this time.
    pub(super) fn beat(&self, answered: usize, took: Duration) {
        if answered == 0 {
            return;
        }
        let now = count(answered) / took.as_secs_f64().max(1e-6);
        let mut rate = self.rate();
        *rate = Some(rate.map_or(now, |before| KEEP * before + (1.0 - KEEP) * now));
    }

    /// Gives the seconds after which those who wait now should be answered.
    pub(super) fn retry_after_s(&self, waiting: usize) -> u32 {
        let rate = self.rate().unwrap_or(LONGEST_S);
        let seconds = (count(waiting) / rate.max(1e-6)).ceil();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "between 1 and 30"
        )]
        let seconds = seconds.clamp(1.0, LONGEST_S) as u32;
        seconds
    }

    fn rate(&self) -> std::sync::MutexGuard<'_, Option<f64>> {
        // Nothing in between can panic and leave half of it.
        self.per_second
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// Gives a number as metrics and rates want it.
pub(super) fn count(number: usize) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_turned_away_comes_again_when_those_before_are_answered() {
        let pulse = Pulse::default();
        pulse.beat(1_000, Duration::from_millis(500));
        assert_eq!(pulse.retry_after_s(4_096), 3);
        assert_eq!(pulse.retry_after_s(1), 1);
    }

    #[test]
    fn nobody_is_sent_away_for_longer_than_half_a_minute() {
        let pulse = Pulse::default();
        pulse.beat(1, Duration::from_mins(1));
        assert_eq!(pulse.retry_after_s(4_096), 30);
    }

    #[test]
    fn one_slow_drain_does_not_make_the_rate() {
        let pulse = Pulse::default();
        pulse.beat(1_000, Duration::from_secs(1));
        pulse.beat(1, Duration::from_secs(5));
        assert_eq!(pulse.retry_after_s(900), 1);
        pulse.beat(0, Duration::from_secs(5));
        assert_eq!(pulse.retry_after_s(900), 1);
    }
}
