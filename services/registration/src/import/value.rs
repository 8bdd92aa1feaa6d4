//! From what a cell holds to what a registration states; what would have to be guessed is a fault.

use anmeldewerk_sheets::Cell;

use crate::form::municipality::plain;

/// Why a cell cannot be taken, by its stable code.
pub(super) type Fault = &'static str;

/// Reads a text, without the blanks around it and our own guard in front of a formula.
pub(super) fn text(cell: &Cell) -> Result<Option<String>, Fault> {
    match cell {
        Cell::Empty => Ok(None),
        Cell::Text(text) | Cell::Number(text) => Ok(Some(plain(text))),
        Cell::Date(_) => Err("date_cell"),
        Cell::Other("error") => Err("error_cell"),
        Cell::Other(_) => Err("not_a_text"),
    }
}

/// Reads digits that begin with a zero, as telephone numbers do: of a number that a workbook holds it is lost.
pub(super) fn digits(cell: &Cell) -> Result<Option<String>, Fault> {
    match cell {
        Cell::Number(_) => Err("number_cell"),
        _ => text(cell),
    }
}

/// How many digits keys have whose zero in front was lost.
const WITHOUT_ZERO: [usize; 3] = [4, 7, 11];
/// How many digits a key of a region has, in which that of an association stands in between.
const REGIONAL: usize = 12;

/// Reads the key of a municipality or a Kreis, and gives it its zero back.
pub(super) fn municipality(cell: &Cell) -> Result<Option<String>, Fault> {
    let Some(text) = text(cell)? else {
        return Ok(None);
    };
    let blank = |letter: char| letter.is_whitespace();
    let key = text.replace(blank, "");
    if is_rounded(&key) {
        return Err("rounded_number");
    }
    if !key.bytes().all(|byte| byte.is_ascii_digit()) {
        // It is refused for what it is.
        return Ok(Some(text));
    }
    let key = if WITHOUT_ZERO.contains(&key.len()) {
        format!("0{key}")
    } else {
        key
    };
    Ok(Some(if key.len() == REGIONAL {
        format!("{}{}", &key[..5], &key[9..])
    } else {
        key
    }))
}

/// Says whether digits were lost: `1,05309E+06`, or a fraction.
fn is_rounded(text: &str) -> bool {
    let mut letters = text.chars();
    let begins = letters.next().is_some_and(|first| first.is_ascii_digit());
    let rest = letters.all(|letter| letter.is_ascii_digit() || ",.eE+".contains(letter));
    begins && rest && text.contains([',', '.', 'e', 'E'])
}

/// A name that stands in one cell.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Name {
    pub(super) family: String,
    pub(super) given: Option<String>,
}

/// Splits a name at its one comma. Where the given names begin in a name without one, nobody knows.
pub(super) fn name(text: &str, is_nobody: impl Fn(&str) -> bool) -> Result<Name, Fault> {
    if is_nobody(text) {
        let family = text.to_owned();
        return Ok(Name {
            family,
            given: None,
        });
    }
    let mut parts = text.split(',').map(str::trim);
    match (parts.next(), parts.next(), parts.next()) {
        (Some(family), Some(given), None) if !family.is_empty() && !given.is_empty() => Ok(Name {
            family: family.to_owned(),
            given: Some(given.to_owned()),
        }),
        _ => Err("name_unclear"),
    }
}

/// What begins rows that sum up, or say something about the table.
const SUMMARIES: [&str; 12] = [
    "summe",
    "zwischensumme",
    "gesamtsumme",
    "gesamt",
    "insgesamt",
    "anzahl",
    "total",
    "stand",
    "seite",
    "quelle",
    "hinweis",
    "hinweise",
];

/// Says whether a row sums up, or says something about the table, by the first text in it.
pub(super) fn is_summary(first: &str) -> bool {
    let words = first.split(|letter: char| !letter.is_alphanumeric());
    let words: Vec<String> = words
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    let known = |word: Option<&String>| word.is_some_and(|word| SUMMARIES.contains(&word.as_str()));
    known(words.first())
        || words
            .iter()
            .any(|word| matches!(word.as_str(), "gesamt" | "summe"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(text: &str) -> Cell {
        Cell::Text(text.to_owned())
    }

    #[test]
    fn keys_regain_their_zero_and_nothing_else() {
        let cases = [
            ("01053", "01053"),
            ("1053", "01053"),
            ("01053090", "01053090"),
            ("1053090", "01053090"),
            (" 01 053 090 ", "01053090"),
            ("01\u{a0}053\u{a0}090", "01053090"),
            ("13071107", "13071107"),
            // A regional key: the digits of the association stand in between.
            ("010535308090", "01053090"),
            ("10535308090", "01053090"),
            // Neither is a key, and both are refused as such.
            ("Mölln", "Mölln"),
            ("105", "105"),
        ];
        for (stated, expected) in cases {
            let read = municipality(&cell(stated));
            assert_eq!(read, Ok(Some(expected.to_owned())), "{stated}");
        }
        let number = Cell::Number("1053090".to_owned());
        assert_eq!(municipality(&number), Ok(Some("01053090".to_owned())));
        for rounded in [
            "1,05309E+06",
            "1.05309e+06",
            "1,05E+06",
            "1053090,0",
            "1053.5",
        ] {
            assert_eq!(
                municipality(&cell(rounded)),
                Err("rounded_number"),
                "{rounded}"
            );
        }
        assert_eq!(municipality(&Cell::Empty), Ok(None));
    }

    #[test]
    fn cells_that_are_no_text_are_told_apart() {
        assert_eq!(
            text(&cell(" von der Leyen ")),
            Ok(Some("von der Leyen".to_owned()))
        );
        assert_eq!(text(&cell("'=1+1")), Ok(Some("=1+1".to_owned())));
        assert_eq!(
            text(&cell("'s Gravenmoer")),
            Ok(Some("'s Gravenmoer".to_owned()))
        );
        assert_eq!(text(&Cell::Date("2019-02-01".to_owned())), Err("date_cell"));
        assert_eq!(text(&Cell::Other("error")), Err("error_cell"));
        assert_eq!(text(&Cell::Other("true")), Err("not_a_text"));
        assert_eq!(
            digits(&Cell::Number("4542803".to_owned())),
            Err("number_cell")
        );
        assert_eq!(
            digits(&cell("04542 803-0")),
            Ok(Some("04542 803-0".to_owned()))
        );
    }

    #[test]
    fn names_are_split_at_a_comma_or_not_at_all() {
        let nobody = |text: &str| text == "N.N.";
        let split = |family: &str, given: &str| {
            Ok(Name {
                family: family.to_owned(),
                given: Some(given.to_owned()),
            })
        };
        assert_eq!(
            name("von der Heide, Anke", nobody),
            split("von der Heide", "Anke")
        );
        assert_eq!(
            name("Meier-Schulz,Jan Ole", nobody),
            split("Meier-Schulz", "Jan Ole")
        );
        for unclear in ["Anke von der Heide", "Heide,", ", Anke", "Heide, Dr., Anke"] {
            assert_eq!(name(unclear, nobody), Err("name_unclear"), "{unclear}");
        }
        let placeholder = name("N.N.", nobody).expect("nobody");
        assert_eq!(
            (placeholder.family.as_str(), placeholder.given),
            ("N.N.", None)
        );
    }

    #[test]
    fn rows_that_sum_up_are_known_by_their_first_words() {
        for summary in [
            "Summe: 12",
            "Zwischensumme SH",
            "SH gesamt",
            "Anzahl Teilnehmende: 3",
            "Stand: 1.10.2019",
        ] {
            assert!(is_summary(summary), "{summary}");
        }
        for person in ["Summer", "Standfuß", "Heide, Anke", "Seitenbacher", ""] {
            assert!(!is_summary(person), "{person}");
        }
    }
}
