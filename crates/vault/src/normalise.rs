//! The forms in which names and addresses are compared. What is stored stays as given.

use caseless::Caseless;
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

/// Stand before a name, with or without a dot.
const TITLES: [&str; 13] = [
    "dr",
    "drs",
    "dres",
    "prof",
    "professor",
    "professorin",
    "pd",
    "privatdozent",
    "privatdozentin",
    "dipl",
    "diplom",
    "drin",
    "profin",
];

/// Stand before a name, but are a name themselves unless dotted or joined.
const DOTTED_TITLES: [&str; 7] = ["mag", "priv", "apl", "univ", "jun", "ao", "hon"];

/// Follow a title: `Dr. med.`, `Dr. rer. nat.`, `Dipl.-Ing. (FH)`.
const FACULTIES: [&str; 38] = [
    "agr", "biol", "chem", "cult", "dent", "disc", "doz", "eh", "fh", "forest", "geogr", "geol",
    "habil", "hc", "hort", "ing", "iur", "jur", "math", "med", "mont", "mult", "nat", "oec",
    "paed", "pharm", "phil", "phys", "pol", "psych", "publ", "päd", "rer", "sc", "soc", "techn",
    "theol", "vet",
];

/// Follow a name; all but the last few only when dotted: `M.A.`, `LL.M.`, `PhD`.
const DEGREES: [&str; 14] = [
    "ma", "ba", "med", "bed", "meng", "beng", "mph", "mpa", "llb", "llm", "mba", "msc", "bsc",
    "phd",
];
const UNDOTTED_DEGREES: [&str; 5] = ["llm", "mba", "msc", "bsc", "phd"];

/// Normalises a name: NFC, case folded (ß is ss), without academic titles and
/// invisible characters, words separated by one blank.
///
/// A name of titles alone is kept, so that nobody becomes nameless.
pub(crate) fn name(given: &str) -> Zeroizing<String> {
    let folded = fold(given);
    let words: Vec<&str> = folded
        .split_whitespace()
        .map(|word| word.trim_matches(','))
        .filter(|word| !word.is_empty())
        .collect();
    let bare = without_degrees(without_titles(&words));
    let kept = if bare.is_empty() { &words } else { bare };
    Zeroizing::new(kept.join(" "))
}

/// Normalises an e-mail address: trimmed, NFC, case folded. `None` if nothing is left.
pub(crate) fn email(given: &str) -> Option<Zeroizing<String>> {
    let folded = fold(given);
    let trimmed = folded.trim();
    (!trimmed.is_empty()).then(|| Zeroizing::new(trimmed.to_owned()))
}

/// Folds for canonical caseless matching (Unicode, section 3.13) and composes again.
fn fold(given: &str) -> Zeroizing<String> {
    // Room for the longest folding, so that no copy stays behind.
    let mut folded = Zeroizing::new(String::with_capacity(3 * given.len()));
    folded.extend(
        given
            .chars()
            .filter(|&character| !is_invisible(character))
            .nfd()
            .default_case_fold()
            .nfc(),
    );
    folded
}

/// Recognises what text copied from documents carries unseen: soft hyphens,
/// zero-width characters, marks of direction.
fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}'
    )
}

fn without_titles<'a>(words: &'a [&'a str]) -> &'a [&'a str] {
    let mut rest = words;
    let mut titled = false;
    loop {
        rest = match rest {
            [first, tail @ ..] if is_title(first) => {
                titled = true;
                tail
            }
            ["h.", "c.", tail @ ..] | ["e.", "h.", tail @ ..] if titled => tail,
            [first, tail @ ..] if titled && is_faculty(first) => tail,
            _ => return rest,
        };
    }
}

fn without_degrees<'a>(words: &'a [&'a str]) -> &'a [&'a str] {
    let kept = words
        .iter()
        .rposition(|word| !is_degree(word))
        .map_or(0, |last| last + 1);
    &words[..kept]
}

fn is_title(word: &str) -> bool {
    let mut pieces = pieces(word);
    let Some(first) = pieces.next() else {
        return false;
    };
    if first == "dipl" || first == "diplom" {
        return true;
    }
    let opens = TITLES.contains(&first) || (is_dotted(word) && DOTTED_TITLES.contains(&first));
    opens && pieces.all(|piece| TITLES.contains(&piece) || FACULTIES.contains(&piece))
}

fn is_faculty(word: &str) -> bool {
    let bare = word.trim_matches(['(', ')']);
    let marked = is_dotted(word) || bare.len() < word.len();
    let known = |piece| FACULTIES.contains(&piece) || DOTTED_TITLES.contains(&piece);
    matches!(bare, "h.c." | "e.h.") || (marked && pieces(bare).all(known))
}

fn is_degree(word: &str) -> bool {
    let letters: String = word
        .chars()
        .filter(|character| !matches!(character, '.' | '(' | ')'))
        .collect();
    UNDOTTED_DEGREES.contains(&letters.as_str())
        || (is_dotted(word) && DEGREES.contains(&letters.as_str()))
}

fn is_dotted(word: &str) -> bool {
    word.contains('.')
}

fn pieces(word: &str) -> impl Iterator<Item = &str> {
    word.split(['.', '-']).filter(|piece| !piece.is_empty())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{email, name};

    fn same(one: &str, other: &str) {
        assert_eq!(*name(one), *name(other), "{one:?} and {other:?}");
    }

    #[test]
    fn case_blanks_and_sharp_s_tell_nobody_apart() {
        assert_eq!(*name("Dr. med. Anke  MÜLLER-Groß"), "anke müller-gross");
        same("Dr. med. Anke  MÜLLER-Groß", " anke\u{a0}müller-gross\t");
        same("STRAẞER", "Straßer");
        same("Strasser", "Straßer");
    }

    #[test]
    fn composed_and_combining_characters_are_the_same() {
        same("Müller", "Mu\u{308}ller");
        same("MU\u{308}LLER", "müller");
        same("Ångström", "A\u{30a}ngstro\u{308}m");
        same("Nguyễn", "Nguye\u{302}\u{303}n");
        same("\u{fb01}nn", "Finn");
    }

    #[test]
    fn invisible_characters_tell_nobody_apart() {
        same("Mül\u{ad}ler", "Müller");
        same("\u{feff}Anke\u{200b} Heide\u{200e}", "Anke Heide");
    }

    #[test]
    fn particles_are_part_of_the_name() {
        assert_eq!(*name("Ursula VON DER Leyen"), "ursula von der leyen");
        assert_ne!(*name("Ursula Leyen"), *name("Ursula von der Leyen"));
        assert_ne!(*name("Müller"), *name("Mueller"));
    }

    #[test]
    fn titles_in_all_their_spellings_are_stripped() {
        for titled in [
            "Dr. Anke Heide",
            "Dr Anke Heide",
            "DR. ANKE HEIDE",
            "Dr.med. Anke Heide",
            "Dr. med. dent. Anke Heide",
            "Dr. rer. nat. habil. Anke Heide",
            "Dr. h.c. mult. Anke Heide",
            "Dr. h. c. Anke Heide",
            "Dr.-Ing. e. h. Anke Heide",
            "Prof. Dr. Dr. Anke Heide",
            "Prof.Dr. Anke Heide",
            "Univ.-Prof. Dr. Anke Heide",
            "apl. Prof. Dr. Anke Heide",
            "Priv.-Doz. Dr. Anke Heide",
            "PD Dr. Anke Heide",
            "Dipl.-Ing. (FH) Anke Heide",
            "Dipl.-Verw.Wirtin Anke Heide",
            "Diplom-Kauffrau Anke Heide",
            "Mag. Anke Heide",
            "Anke Heide, M.A.",
            "Anke Heide M.Sc.",
            "Dr. Anke Heide, LL.M., MBA",
            "Anke Heide PhD",
        ] {
            assert_eq!(*name(titled), "anke heide", "{titled}");
        }
    }

    #[test]
    fn names_that_look_like_titles_are_kept() {
        for (given, kept) in [
            ("Nat Cole", "nat cole"),
            ("Mag Heide", "mag heide"),
            ("Jun Ing", "jun ing"),
            ("Xiaoming Ma", "xiaoming ma"),
            ("Dr. H. Müller", "h. müller"),
            ("Anke Ing", "anke ing"),
            ("Pol Vila", "pol vila"),
            ("Drachenfels", "drachenfels"),
            ("Dr.", "dr."),
            ("Prof. Dr. M.A.", "prof. dr. m.a."),
        ] {
            assert_eq!(*name(given), kept, "{given}");
        }
    }

    #[test]
    fn an_address_is_trimmed_and_folded_and_may_be_absent() {
        let address = email("  Bildungsbuero@Example.ORG \n");
        assert_eq!(
            address.as_ref().map(|text| text.as_str()),
            Some("bildungsbuero@example.org")
        );
        assert!(email(" \t").is_none());
        assert!(email("").is_none());
    }

    proptest! {
        #[test]
        fn normalising_twice_is_normalising_once(given in "\\PC{0,40}") {
            let once = name(&given);
            prop_assert_eq!(&*name(&once), &*once);
        }

        #[test]
        fn a_decomposed_name_is_the_same_name(given in "[A-Za-zÄÖÜäöüßéñçøåŁłŠš .,'-]{0,40}") {
            use unicode_normalization::UnicodeNormalization;
            let decomposed: String = given.nfd().collect();
            prop_assert_eq!(&*name(&decomposed), &*name(&given));
        }

        #[test]
        fn a_name_with_a_visible_letter_never_becomes_empty(given in ".*[a-zäß].*") {
            prop_assert!(!name(&given).is_empty());
        }
    }
}
