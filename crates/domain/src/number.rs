//! The registration number that people read out on the telephone.

use std::fmt;

/// The characters of a number: digits and capitals without 0, 1, I, L and O.
const ALPHABET: &[u8; 31] = b"23456789ABCDEFGHJKMNPQRSTUVWXYZ";
const RANDOM_CHARS: usize = 9;

/// A registration number such as `7F3K9-QTM4X`: nine random characters and a check character.
///
/// The check character is the weighted sum of the nine (weights 2 to 10) modulo 31.
/// 31 is prime, so every single wrong character and every swap of two characters is noticed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Number([u8; RANDOM_CHARS]);

impl Number {
    /// Makes a number of random bits handed in; only the rest modulo 31⁹ is used.
    pub fn from_random(random: u64) -> Self {
        let mut rest = random;
        let mut values = [0; RANDOM_CHARS];
        for value in &mut values {
            *value = u8::try_from(rest % 31).expect("a rest modulo 31 fits in a byte");
            rest /= 31;
        }
        Self(values)
    }

    /// Parses the printed form; case and hyphens do not matter, the check character does.
    pub fn parse(text: &str) -> Option<Self> {
        let chars: Vec<u8> = text.bytes().filter(|b| *b != b'-').collect();
        if chars.len() != RANDOM_CHARS + 1 {
            return None;
        }
        let mut values = [0; RANDOM_CHARS];
        for (value, char) in values.iter_mut().zip(&chars) {
            *value = value_of(*char)?;
        }
        let number = Self(values);
        (value_of(chars[RANDOM_CHARS])? == number.check()).then_some(number)
    }

    fn check(self) -> u8 {
        let sum: u32 = (2..)
            .zip(self.0)
            .map(|(weight, value)| weight * u32::from(value))
            .sum();
        u8::try_from(sum % 31).expect("a rest modulo 31 fits in a byte")
    }
}

fn value_of(char: u8) -> Option<u8> {
    let upper = char.to_ascii_uppercase();
    let index = ALPHABET.iter().position(|a| *a == upper)?;
    u8::try_from(index).ok()
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let chars = self.0.into_iter().chain([self.check()]);
        for (index, value) in chars.enumerate() {
            if index == 5 {
                f.write_str("-")?;
            }
            write!(f, "{}", char::from(ALPHABET[usize::from(value)]))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_number_has_two_groups_of_five() {
        let printed = Number::from_random(0).to_string();
        assert_eq!(printed, "22222-22222");
        assert_eq!(Number::parse("2222222222"), Some(Number::from_random(0)));
        assert_eq!(Number::parse("22222-2222"), None);
    }

    proptest! {
        #[test]
        fn a_printed_number_reads_back(random: u64) {
            let number = Number::from_random(random);
            prop_assert_eq!(Number::parse(&number.to_string()), Some(number));
            prop_assert_eq!(Number::parse(&number.to_string().to_lowercase()), Some(number));
        }

        #[test]
        fn one_wrong_character_is_noticed(random: u64, place in 0_usize..11, other in 0_usize..31) {
            let printed = Number::from_random(random).to_string().into_bytes();
            let mut wrong = printed.clone();
            wrong[place] = ALPHABET[other];
            prop_assume!(wrong != printed && printed[place] != b'-');
            let wrong = String::from_utf8(wrong).expect("ASCII");
            prop_assert_eq!(Number::parse(&wrong), None);
        }

        #[test]
        fn two_swapped_characters_are_noticed(random: u64, a in 0_usize..11, b in 0_usize..11) {
            let printed = Number::from_random(random).to_string().into_bytes();
            let mut wrong = printed.clone();
            wrong.swap(a, b);
            prop_assume!(wrong != printed && printed[a] != b'-' && printed[b] != b'-');
            let wrong = String::from_utf8(wrong).expect("ASCII");
            prop_assert_eq!(Number::parse(&wrong), None);
        }
    }
}
