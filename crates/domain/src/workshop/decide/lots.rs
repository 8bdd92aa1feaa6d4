//! Drawing lots: the order of the waitlist by chance, and by a seed so that everybody can do it again.

use std::borrow::Cow;

use super::{Case, Event, Rejection, settings::first};
use crate::workshop::{Admission, Order, Rank, Status, passing::After, queue::lane_of};

/// The most for whom lots can be drawn at once: the order must fit into one decision.
const MOST: usize = 40_000;

/// Draws lots for all who rest with a confirmed address, once, after registration has closed.
pub(super) fn draw(case: &Case<'_>, seed: &[u8; 32]) -> Result<Vec<Event>, Rejection> {
    let workshop = case.workshop;
    if workshop.status != Status::Published {
        return Err(case.wrong_status());
    }
    if workshop.drawn {
        return Err(case.wrong("drawn"));
    }
    let resting = workshop.resting_for_draw();
    // Who rests for lots when the host turns to first come keeps the right to have them drawn.
    if workshop.settings.admission != Admission::Lottery && resting.is_empty() {
        return Err(case.wrong("first_come"));
    }
    let closes = workshop.settings.closing();
    if !closes.reached(case.at) {
        return Err(Rejection::RegistrationStillOpen { closes });
    }
    if resting.len() > MOST {
        let resting = resting.len();
        return Err(Rejection::TooManyToDraw { resting });
    }
    let places = places(resting.len(), seed);
    let mut queue = workshop.queue.clone();
    for (id, place) in resting.values().zip(&places) {
        if let Some(registration) = workshop.registrations.get(id) {
            let lane = lane_of(registration, &workshop.settings.municipality_caps);
            let arrival = workshop.arrivals.saturating_add(u64::from(*place));
            let rank = Rank::Regular;
            queue.insert(lane, Order { rank, arrival }, *id);
        }
    }
    let mut after = After::of(workshop);
    after.queue = Cow::Owned(queue);
    let held = Event::DrawHeld {
        seed: *seed,
        places,
    };
    Ok(first(held, after.pass_on(case.at)))
}

/// Gives each of so many the place drawn for them: a shuffle (Fisher and Yates, in Durstenfeld's form).
fn places(amount: usize, seed: &[u8; 32]) -> Vec<u32> {
    let mut order: Vec<u32> = (0..).take(amount).collect();
    let mut chance = Chance::of(seed);
    for last in (1..amount).rev() {
        let bound = u64::try_from(last).unwrap_or(u64::MAX).saturating_add(1);
        let chosen = usize::try_from(chance.below(bound)).unwrap_or(0);
        order.swap(last, chosen);
    }
    order
}

/// Blackman and Vigna's xoshiro256**, seeded by 32 bytes read as four little-endian numbers.
struct Chance([u64; 4]);

impl Chance {
    fn of(seed: &[u8; 32]) -> Self {
        let mut state = [0; 4];
        for (word, bytes) in state.iter_mut().zip(seed.chunks_exact(8)) {
            for byte in bytes.iter().rev() {
                *word = (*word << 8) | u64::from(*byte);
            }
        }
        if state == [0; 4] {
            // The generator would stand still.
            state = [1; 4];
        }
        Self(state)
    }

    fn next(&mut self) -> u64 {
        let [a, b, c, d] = &mut self.0;
        let drawn = b.wrapping_mul(5).rotate_left(7).wrapping_mul(9);
        let shifted = *b << 17;
        *c ^= *a;
        *d ^= *b;
        *b ^= *c;
        *a ^= *d;
        *c ^= shifted;
        *d = d.rotate_left(45);
        drawn
    }

    /// Draws a number below `bound`, each with the same chance: what lies beyond its last multiple is drawn anew.
    fn below(&mut self, bound: u64) -> u64 {
        let rest = (u64::MAX % bound).wrapping_add(1) % bound;
        loop {
            let drawn = self.next();
            if drawn <= u64::MAX - rest {
                return drawn % bound;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_is_drawn_once_and_the_same_seed_draws_the_same() {
        let drawn = places(1000, &[7; 32]);
        let mut sorted = drawn.clone();
        sorted.sort_unstable();
        assert!(sorted.into_iter().eq(0..1000));
        assert_eq!(drawn, places(1000, &[7; 32]));
        assert_ne!(drawn, places(1000, &[8; 32]));
    }

    #[test]
    fn the_generator_gives_the_published_first_numbers() {
        let mut seed = [0; 32];
        for (word, bytes) in (1_u64..).zip(seed.chunks_exact_mut(8)) {
            bytes.copy_from_slice(&word.to_le_bytes());
        }
        let mut chance = Chance::of(&seed);
        let drawn = [(); 4].map(|()| chance.next());
        assert_eq!(drawn, [11520, 0, 1_509_978_240, 1_215_971_899_390_074_240]);
    }

    #[test]
    fn nobody_and_one_alone_need_no_chance() {
        assert!(places(0, &[0; 32]).is_empty());
        assert_eq!(places(1, &[0; 32]), [0]);
    }
}
