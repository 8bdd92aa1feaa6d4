//! The clock, the only place that reads the system's time.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use jiff::Timestamp;

/// Tells the time: the real one, or in development one that was set and has been ticking since.
///
/// Cheap to clone; all clones show the same time. Times are cut to microseconds, which every store keeps exactly.
///
/// ```
/// use anmeldewerk_service::clock::Clock;
///
/// let clock = Clock::development();
/// clock.set("2019-09-30T21:59:59Z".parse()?)?;
/// assert!(clock.now().simulated);
/// assert!(Clock::real().set("2019-09-30T21:59:59Z".parse()?).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Clock(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    settable: bool,
    simulated: RwLock<Option<Simulated>>,
}

#[derive(Clone, Copy, Debug)]
struct Simulated {
    base: Timestamp,
    since: Stopwatch,
}

/// One reading of a [`Clock`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Now {
    /// The instant.
    pub at: Timestamp,
    /// Whether the clock had been set; a decision made at such a time says so.
    pub simulated: bool,
}

/// Says that a real clock cannot be set.
#[derive(Debug, thiserror::Error)]
#[error("the clock can be set in development mode only")]
pub struct NotSettable;

impl Clock {
    /// Makes a clock that can never be set.
    #[must_use]
    pub fn real() -> Self {
        Self::new(false)
    }

    /// Makes a clock that shows the real time until it is set.
    #[must_use]
    pub fn development() -> Self {
        Self::new(true)
    }

    /// Makes a real clock, or in development mode a settable one.
    #[must_use]
    pub fn new(development: bool) -> Self {
        Self(Arc::new(Inner {
            settable: development,
            simulated: RwLock::new(None),
        }))
    }

    /// Says whether [`Clock::set`] is allowed.
    #[must_use]
    pub fn is_settable(&self) -> bool {
        self.0.settable
    }

    /// Reads the time that decisions go by.
    #[must_use]
    pub fn now(&self) -> Now {
        let simulated = *self
            .0
            .simulated
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        match simulated {
            None => Now {
                at: self.wall(),
                simulated: false,
            },
            Some(set) => Now {
                at: later(set.base, set.since.elapsed()),
                simulated: true,
            },
        }
    }

    /// Reads the real time even where the clock was set: for the expiry of tokens, which were made in the real world.
    #[must_use]
    #[allow(
        clippy::disallowed_methods,
        reason = "this is the one place that reads the system's time"
    )]
    pub fn wall(&self) -> Timestamp {
        whole_microseconds(Timestamp::now())
    }

    /// Sets the clock; from then on it ticks from there.
    pub fn set(&self, now: Timestamp) -> Result<(), NotSettable> {
        self.replace(Some(Simulated {
            base: whole_microseconds(now),
            since: Stopwatch::start(),
        }))
    }

    /// Goes back to the real time.
    pub fn reset(&self) -> Result<(), NotSettable> {
        self.replace(None)
    }

    fn replace(&self, simulated: Option<Simulated>) -> Result<(), NotSettable> {
        if !self.0.settable {
            return Err(NotSettable);
        }
        *self
            .0
            .simulated
            .write()
            .unwrap_or_else(PoisonError::into_inner) = simulated;
        Ok(())
    }
}

/// Measures how long something takes, on the monotonic clock.
#[derive(Clone, Copy, Debug)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts measuring.
    #[must_use]
    #[allow(
        clippy::disallowed_methods,
        reason = "this is the one place that reads the system's time"
    )]
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// Gives the time since the start.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}

fn later(base: Timestamp, elapsed: Duration) -> Timestamp {
    whole_microseconds(base.saturating_add(elapsed).unwrap_or(Timestamp::MAX))
}

fn whole_microseconds(at: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(at.as_microsecond()).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use jiff::{Timestamp, ToSpan};

    use super::{Clock, Stopwatch};

    fn instant(text: &str) -> Timestamp {
        text.parse().expect("the literal is RFC 3339")
    }

    #[test]
    fn a_set_clock_ticks_from_there_for_every_clone() {
        let clock = Clock::development();
        let clone = clock.clone();
        let base = instant("2019-09-30T21:59:59Z");
        clock.set(base).expect("a development clock can be set");

        let first = clone.now();
        assert!(first.simulated && first.at >= base && first.at < base + 1.minute());
        let watch = Stopwatch::start();
        while clone.now().at <= first.at {
            assert!(watch.elapsed().as_secs() < 5, "the clock does not tick");
            std::thread::yield_now();
        }
    }

    #[test]
    fn resetting_goes_back_to_the_real_time() {
        let clock = Clock::development();
        clock
            .set(instant("2019-09-30T22:00:00Z"))
            .expect("a development clock can be set");
        clock.reset().expect("a development clock can be reset");
        assert!(!clock.now().simulated);
        assert!(clock.now().at > instant("2024-01-01T00:00:00Z"));
    }

    #[test]
    fn a_real_clock_refuses_to_be_set_and_stays_real() {
        let clock = Clock::real();
        assert!(clock.set(instant("2019-09-30T22:00:00Z")).is_err());
        assert!(clock.reset().is_err());
        assert!(!clock.now().simulated && !clock.is_settable());
    }

    #[test]
    fn tokens_are_judged_by_the_real_time_even_when_the_clock_was_set() {
        let clock = Clock::development();
        clock
            .set(instant("2019-09-30T22:00:00Z"))
            .expect("a development clock can be set");
        assert!(clock.wall() > instant("2024-01-01T00:00:00Z"));
    }

    #[test]
    fn times_are_whole_microseconds_and_end_at_the_last_one() {
        let clock = Clock::development();
        clock
            .set(instant("2019-09-30T22:00:00.123456789Z"))
            .expect("a development clock can be set");
        assert_eq!(clock.now().at.subsec_nanosecond() % 1000, 0);
        clock
            .set(Timestamp::MAX)
            .expect("a development clock can be set");
        assert!(clock.now().at <= Timestamp::MAX);
    }
}
