//! What a place costs: whole numbers, the more important before the less important.

use std::ops::{Add, Neg, Sub};

/// How many levels one number holds: 16 bits each, so that no count of people spills into the next.
const LEVELS: usize = 3;
const BITS: usize = 16;
const _: () = assert!(super::MOST_PEOPLE < 1 << BITS);
/// The most wishes per slot.
pub(super) const MOST_RANKS: usize = 20;
/// As many numbers as the most wishes need.
pub(super) const WIDEST: usize = words(MOST_RANKS);

/// Gives how many numbers so many wishes need: a level for nothing, one for what was not wished for,
/// and one for each wish but the first.
pub(super) const fn words(ranks: usize) -> usize {
    (ranks + 1).div_ceil(LEVELS)
}

/// A cost; of two the first different part decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Cost<const N: usize> {
    /// How many go without, get what they did not wish for, get their last wish, …, their second.
    wishes: [i64; N],
    /// What it adds to the sum of the squares of sizes.
    balance: i64,
    /// Chance.
    tie: i64,
}

impl<const N: usize> Cost<N> {
    /// Nothing.
    pub(super) const ZERO: Self = Self {
        wishes: [0; N],
        balance: 0,
        tie: 0,
    };

    /// Going without a topic.
    pub(super) fn unplaced() -> Self {
        Self::level(0)
    }

    /// A topic that was not wished for.
    pub(super) fn fallback() -> Self {
        Self::level(1)
    }

    /// A wish of a rank from 1 on, where the longest list has `ranks`; the first costs nothing.
    pub(super) fn wish(rank: usize, ranks: usize) -> Self {
        match rank {
            0 | 1 => Self::ZERO,
            _ => Self::level(2 + ranks.saturating_sub(rank)),
        }
    }

    fn level(level: usize) -> Self {
        let mut cost = Self::ZERO;
        cost.wishes[level / LEVELS] = 1 << (BITS * (LEVELS - 1 - level % LEVELS));
        cost
    }

    /// One more in a topic that `size` have.
    pub(super) fn joining(size: u32) -> Self {
        Self {
            balance: 2 * i64::from(size) + 1,
            ..Self::ZERO
        }
    }

    /// The same, with chance.
    pub(super) fn with_tie(self, tie: i64) -> Self {
        Self { tie, ..self }
    }
}

impl<const N: usize> Add for Cost<N> {
    type Output = Self;

    fn add(mut self, other: Self) -> Self {
        for (part, more) in self.wishes.iter_mut().zip(other.wishes) {
            *part += more;
        }
        self.balance += other.balance;
        self.tie += other.tie;
        self
    }
}

impl<const N: usize> Neg for Cost<N> {
    type Output = Self;

    fn neg(self) -> Self {
        Self::ZERO - self
    }
}

impl<const N: usize> Sub for Cost<N> {
    type Output = Self;

    fn sub(mut self, other: Self) -> Self {
        for (part, less) in self.wishes.iter_mut().zip(other.wishes) {
            *part -= less;
        }
        self.balance -= other.balance;
        self.tie -= other.tie;
        self
    }
}
