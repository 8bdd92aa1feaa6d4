//! Drawing lots: the order of the waitlist by chance, and by a seed so that everybody can do it again.

use std::borrow::Cow;

use super::{Case, Event, Rejection, settings::first};
use crate::{
    chance::Chance,
    workshop::{Admission, Order, Rank, Status, passing::After, queue::lane_of},
};

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
    fn nobody_and_one_alone_need_no_chance() {
        assert!(places(0, &[0; 32]).is_empty());
        assert_eq!(places(1, &[0; 32]), [0]);
    }
}
