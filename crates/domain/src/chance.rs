//! Chance by a seed: numbers that anybody can draw again.

/// Blackman and Vigna's xoshiro256**, seeded by 32 bytes read as four little-endian numbers.
pub(crate) struct Chance([u64; 4]);

impl Chance {
    /// Begins with a seed.
    pub(crate) fn of(seed: &[u8; 32]) -> Self {
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
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
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
    fn the_generator_gives_the_published_first_numbers() {
        let mut seed = [0; 32];
        for (word, bytes) in (1_u64..).zip(seed.chunks_exact_mut(8)) {
            bytes.copy_from_slice(&word.to_le_bytes());
        }
        let mut chance = Chance::of(&seed);
        let drawn = [(); 4].map(|()| chance.next());
        assert_eq!(drawn, [11520, 0, 1_509_978_240, 1_215_971_899_390_074_240]);
    }
}
