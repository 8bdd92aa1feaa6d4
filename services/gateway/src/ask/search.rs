//! What is looked for among names, and whether a name has it.

use caseless::Caseless;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// The longest text that is looked for, in characters.
const CHARS: usize = 100;
/// The most words.
const WORDS: usize = 10;

/// Words that are looked for; each must be found. Never shown by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Search(Vec<Spelling>);

/// A text in the two ways in which people write what stands on no keyboard of theirs.
#[derive(Clone, PartialEq, Eq)]
struct Spelling {
    /// `Müller` as `muller`.
    bare: String,
    /// `Müller` as `mueller`.
    expanded: String,
}

impl std::fmt::Debug for Search {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Search({} words)", self.0.len())
    }
}

impl Search {
    /// Reads what is looked for; nothing if it is empty, too long or no text.
    pub(crate) fn of(text: &str) -> Option<Self> {
        let fits = text.chars().count() <= CHARS && !text.chars().any(char::is_control);
        let words: Vec<Spelling> = text.split_whitespace().map(Spelling::of).collect();
        (fits && (1..=WORDS).contains(&words.len())).then_some(Self(words))
    }

    /// Says whether every word is found somewhere in these texts.
    pub(crate) fn is_in<'t>(&self, texts: impl Iterator<Item = &'t str>) -> bool {
        let texts: Vec<Spelling> = texts.map(Spelling::of).collect();
        self.0
            .iter()
            .all(|word| texts.iter().any(|text| text.has(word)))
    }
}

impl Spelling {
    fn of(text: &str) -> Self {
        let folded: String = text.nfc().default_case_fold().nfc().collect();
        let bare = folded.nfd().filter(|char| !is_combining_mark(*char));
        let expanded = folded
            .replace('ä', "ae")
            .replace('ö', "oe")
            .replace('ü', "ue");
        let expanded = expanded.nfd().filter(|char| !is_combining_mark(*char));
        Self {
            bare: bare.collect(),
            expanded: expanded.collect(),
        }
    }

    fn has(&self, word: &Self) -> bool {
        self.bare.contains(&word.bare) || self.expanded.contains(&word.expanded)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finds(search: &str, names: &[&str]) -> bool {
        let search = Search::of(search).expect("something to look for");
        search.is_in(names.iter().copied())
    }

    #[test]
    fn a_name_is_found_however_it_is_written() {
        let names = ["Anke", "von der Heide-Müßig", "Fachdienst Bildung"];
        for found in [
            "heide",
            "HEIDE",
            "müßig",
            "Mussig",
            "muessig",
            "MÜSSIG",
            "anke heide",
            "bildung anke",
            "mu\u{308}ßig",
        ] {
            assert!(finds(found, &names), "{found}");
        }
        for other in ["heida", "anke meier", "mü ssig x"] {
            assert!(!finds(other, &names), "{other}");
        }
        assert!(finds("Müller", &["Mueller"]) && finds("mueller", &["Müller"]));
        assert!(finds("celik", &["Çelik"]) && finds("Lukasz", &["Lukasz"]));
    }

    #[test]
    fn what_is_no_text_is_looked_for_nowhere() {
        let long = "x".repeat(101);
        let many = "x ".repeat(11);
        for odd in ["", "  ", "a\u{0}b", &long, &many] {
            assert_eq!(Search::of(odd), None);
        }
    }

    #[test]
    fn what_is_looked_for_is_not_shown() {
        let search = Search::of("anke").expect("something");
        assert_eq!(format!("{search:?}"), "Search(1 words)");
    }
}
