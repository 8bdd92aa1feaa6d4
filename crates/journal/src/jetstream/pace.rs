//! Which way of appending is the faster one, learnt from what appends have taken.
//!
//! A publish costs one step to the disk and back for each message of the longest chain, and a
//! little for every message beside it; an atomic batch costs a fixed step and very little for each
//! message. Both lines depend on the disk, on the number of replicas and on who else is at work,
//! so they are fitted while the log is written, by least squares of the relative error, forgetting
//! what is old. What slows down both alike (a busy machine) is kept apart: it must not make the
//! way look better that was not taken meanwhile. Where both take about as long, the batch is
//! taken, which is less work for the server.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

/// How messages are appended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// Each by itself, those of one subject one after another.
    Plain,
    /// All as one atomic batch.
    Batch,
}

/// How much is to be appended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Load {
    /// All messages.
    pub(super) messages: usize,
    /// Those of the subject with the most of them.
    pub(super) longest: usize,
}

/// Every so many choices the other way is tried, where it cannot cost much.
const TRY_EVERY: u32 = 64;
/// How many times dearer the other way may seem and still be tried.
const TRY_UP_TO: f64 = 4.0;
/// How much an observation counts when the next one is made.
const KEEP: f64 = 0.98;
/// How much the first guess counts, in observations.
const GUESS: f64 = 0.5;
/// What a step and a message are guessed to take, in seconds; measured on one server with fsync.
const PLAIN: [f64; 2] = [4e-4, 1.8e-4];
const BATCH: [f64; 2] = [3e-3, 2e-5];
/// How much of a batch's time publishes may take and be preferred.
const CLEARLY: f64 = 0.75;
/// How much of the slowness before stays with each observation.
const STAY: f64 = 0.7;
/// How many times shorter or longer than expected an observation may count: one that stood still is no rule.
const SURPRISE: f64 = 4.0;

/// Learns both ways. Shared by all clones of a connection.
#[derive(Debug, Default)]
pub(super) struct Pace {
    learnt: Mutex<Learnt>,
}

#[derive(Debug)]
struct Learnt {
    plain: Line,
    batch: Line,
    /// How many times longer appends take at present than their lines say.
    slowness: f64,
    choices: u32,
}

impl Default for Learnt {
    fn default() -> Self {
        Self {
            plain: Line::guessed(PLAIN),
            batch: Line::guessed(BATCH),
            slowness: 1.0,
            choices: 0,
        }
    }
}

impl Pace {
    /// Chooses the way that should be the faster one; now and then the other, to learn.
    pub(super) fn choose(&self, load: Load) -> Way {
        if load.messages < 2 {
            return Way::Plain;
        }
        let mut learnt = self.learnt();
        learnt.choices = learnt.choices.wrapping_add(1);
        let (plain, batch) = learnt.compared(load);
        let tries = learnt.choices.is_multiple_of(TRY_EVERY);
        let (better, other, ratio) = if plain <= batch {
            (Way::Plain, Way::Batch, batch / plain)
        } else {
            (Way::Batch, Way::Plain, plain / batch)
        };
        if tries && ratio < TRY_UP_TO {
            other
        } else {
            better
        }
    }

    /// Learns from an append that was acknowledged.
    pub(super) fn learn(&self, way: Way, load: Load, took: Duration) {
        let mut learnt = self.learnt();
        let learnt = &mut *learnt;
        let (line, parts) = match way {
            Way::Plain => (&mut learnt.plain, steps(load)),
            Way::Batch => (&mut learnt.batch, once(load)),
        };
        let expected = line.at(parts);
        let ratio = took.as_secs_f64() / expected;
        let ratio = ratio.clamp(learnt.slowness / SURPRISE, learnt.slowness * SURPRISE);
        learnt.slowness = STAY * learnt.slowness + (1.0 - STAY) * ratio;
        line.learn(parts, expected * ratio / learnt.slowness);
    }

    /// Gives from how many messages on, each of another subject, a batch should be faster.
    pub(super) fn break_even(&self, most: usize) -> usize {
        let learnt = self.learnt();
        let better = |messages: &usize| {
            let load = Load {
                messages: *messages,
                longest: 1,
            };
            let (plain, batch) = learnt.compared(load);
            batch < plain
        };
        (2..=most).find(better).unwrap_or(most)
    }

    fn learnt(&self) -> std::sync::MutexGuard<'_, Learnt> {
        // Nothing in between can panic and leave half of it.
        self.learnt.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Learnt {
    /// Gives what both ways should take, so that the smaller one is to be preferred.
    fn compared(&self, load: Load) -> (f64, f64) {
        let batch = self.batch.at(once(load)) * CLEARLY;
        (self.plain.at(steps(load)), batch)
    }
}

fn steps(load: Load) -> [f64; 2] {
    [count(load.longest), count(load.messages)]
}

fn once(load: Load) -> [f64; 2] {
    [1.0, count(load.messages)]
}

fn count(number: usize) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX))
}

/// Seconds as a sum of two parts, each with its price.
#[derive(Debug)]
struct Line {
    /// The sums of the normal equations: both squares, the product, and both with the time.
    squares: [f64; 2],
    product: f64,
    times: [f64; 2],
    guess: [f64; 2],
}

impl Line {
    fn guessed(guess: [f64; 2]) -> Self {
        Self {
            squares: [0.0; 2],
            product: 0.0,
            times: [0.0; 2],
            guess,
        }
    }

    fn learn(&mut self, parts: [f64; 2], took: f64) {
        let expected = self.at(parts);
        let took = took / expected;
        // Divided by the time expected, the error that is made small is the relative one.
        let [a, b] = parts.map(|part| part / expected);
        self.squares = [
            self.squares[0] * KEEP + a * a,
            self.squares[1] * KEEP + b * b,
        ];
        self.product = self.product * KEEP + a * b;
        self.times = [
            self.times[0] * KEEP + a * took,
            self.times[1] * KEEP + b * took,
        ];
    }

    /// Solves for the two prices; the guess keeps them apart where nothing was learnt of one.
    fn prices(&self) -> [f64; 2] {
        let [g0, g1] = self.guess;
        let s0 = self.squares[0] + GUESS / (g0 * g0);
        let s1 = self.squares[1] + GUESS / (g1 * g1);
        let (t0, t1) = (self.times[0] + GUESS / g0, self.times[1] + GUESS / g1);
        let determinant = s0 * s1 - self.product * self.product;
        let prices = [
            (t0 * s1 - t1 * self.product) / determinant,
            (t1 * s0 - t0 * self.product) / determinant,
        ];
        // Noise may turn one below nothing; a step and a message always take something.
        [prices[0].max(g0 * 1e-3), prices[1].max(g1 * 1e-3)]
    }

    fn at(&self, parts: [f64; 2]) -> f64 {
        let [first, second] = self.prices();
        first * parts[0] + second * parts[1]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOST: usize = 1_000;

    fn spread(messages: usize) -> Load {
        Load {
            messages,
            longest: 1,
        }
    }

    fn one_subject(messages: usize) -> Load {
        Load {
            messages,
            longest: messages,
        }
    }

    /// A log with fixed prices, and a little noise that is the same each time.
    struct Disk {
        plain: [f64; 2],
        batch: [f64; 2],
        noise: u32,
    }

    impl Disk {
        fn serve(&mut self, pace: &Pace, load: Load) -> Way {
            let way = pace.choose(load);
            let [step, each] = match way {
                Way::Plain => self.plain,
                Way::Batch => self.batch,
            };
            let steps = match way {
                Way::Plain => count(load.longest),
                Way::Batch => 1.0,
            };
            self.noise = self
                .noise
                .wrapping_mul(1_664_525)
                .wrapping_add(1_013_904_223);
            let noise = 0.7 + 0.6 * f64::from(self.noise >> 16) / 65_536.0;
            let took = (step * steps + each * count(load.messages)) * noise;
            pace.learn(way, load, Duration::from_secs_f64(took));
            way
        }

        fn serve_many(&mut self, pace: &Pace) {
            for round in 0..600 {
                self.serve(pace, spread(1 + round * 7 % 60));
                self.serve(pace, one_subject(1 + round % 12));
            }
        }
    }

    fn one_server() -> Disk {
        Disk {
            plain: [4e-4, 1.9e-4],
            batch: [2.4e-3, 2e-5],
            noise: 1,
        }
    }

    fn three_servers() -> Disk {
        Disk {
            plain: [1.5e-3, 2.6e-5],
            batch: [9e-3, 1.5e-5],
            noise: 1,
        }
    }

    #[test]
    fn one_message_is_never_a_batch() {
        let pace = Pace::default();
        for _ in 0..1_000 {
            assert_eq!(pace.choose(spread(1)), Way::Plain);
        }
    }

    #[test]
    fn without_experience_batches_pay_from_about_ten_messages_on() {
        let even = Pace::default().break_even(MOST);
        assert!((10..=16).contains(&even), "{even}");
    }

    #[test]
    fn where_publishes_share_the_disk_a_batch_pays_only_when_it_is_large() {
        let pace = Pace::default();
        three_servers().serve_many(&pace);
        let even = pace.break_even(MOST);
        assert!(even > 200, "{even}");
        assert_eq!(pace.choose(spread(100)), Way::Plain);
    }

    #[test]
    fn a_chain_of_one_subject_pays_for_each_step() {
        let pace = Pace::default();
        one_server().serve_many(&pace);
        assert_eq!(pace.choose(one_subject(3)), Way::Plain);
        assert_eq!(pace.choose(one_subject(8)), Way::Batch);
    }

    #[test]
    fn a_machine_that_is_busy_does_not_make_the_other_way_look_better() {
        let pace = Pace::default();
        let before = pace.break_even(MOST);
        for _ in 0..400 {
            pace.learn(Way::Batch, one_subject(200), Duration::from_millis(35));
        }
        let even = pace.break_even(MOST);
        assert!((before / 2..=before * 2).contains(&even), "{before} {even}");
        assert_eq!(pace.choose(one_subject(20)), Way::Batch);
    }

    #[test]
    fn what_was_learnt_is_forgotten_when_the_log_changes() {
        let pace = Pace::default();
        three_servers().serve_many(&pace);
        one_server().serve_many(&pace);
        let even = pace.break_even(MOST);
        assert!((8..=20).contains(&even), "{even}");
    }

    #[test]
    fn the_other_way_is_tried_now_and_then_but_not_where_it_is_far_dearer() {
        let pace = Pace::default();
        let near = (0..TRY_EVERY * 4).filter(|_| pace.choose(spread(12)) == Way::Plain);
        let near = near.count();
        assert!((1..=252).contains(&near), "{near}");
        let far = (0..TRY_EVERY * 4).filter(|_| pace.choose(spread(900)) == Way::Plain);
        assert_eq!(far.count(), 0);
    }

    #[test]
    fn an_append_that_took_no_time_or_very_long_does_no_harm() {
        let pace = Pace::default();
        for took in [Duration::ZERO, Duration::from_hours(1)] {
            for way in [Way::Plain, Way::Batch] {
                pace.learn(way, spread(5), took);
            }
        }
        let even = pace.break_even(MOST);
        assert!((2..=MOST).contains(&even));
        assert_eq!(pace.choose(spread(900)), Way::Batch);
    }
}
