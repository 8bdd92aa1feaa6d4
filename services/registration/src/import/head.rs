//! What columns are called, and what they hold.

use std::collections::BTreeMap;

use unicode_normalization::UnicodeNormalization;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Field {
    Reference,
    /// The family name, where given names have a column of their own; else both, with a comma in between.
    Name,
    FamilyName,
    GivenName,
    /// Family name and given names, with a comma in between.
    FullName,
    Salutation,
    Title,
    Email,
    Phone,
    Function,
    Organisation,
    Needs,
    Municipality,
    FirstWish,
    SecondWish,
    ThirdWish,
    PrivacyNotice,
}

/// Each field with its name, and what columns of it are called in tables, in the form that heads are compared in.
const FIELDS: [(Field, &str, &[&str]); 17] = [
    (
        Field::Reference,
        "reference",
        &[
            "reference",
            "source reference",
            "referenz",
            "aktenzeichen",
            "az",
            "geschäftszeichen",
            "vorgang",
            "vorgangsnummer",
            "anmeldenummer",
            "kennung",
            "teilnehmer id",
            "id",
        ],
    ),
    (
        Field::Name,
        "name",
        &["name", "teilnehmer", "teilnehmerin", "teilnehmende"],
    ),
    (
        Field::FamilyName,
        "family_name",
        &[
            "family name",
            "last name",
            "surname",
            "nachname",
            "familienname",
            "zuname",
        ],
    ),
    (
        Field::GivenName,
        "given_name",
        &[
            "given name",
            "first name",
            "vorname",
            "vornamen",
            "vorname n",
        ],
    ),
    (
        Field::FullName,
        "full_name",
        &[
            "full name",
            "name, vorname",
            "nachname, vorname",
            "familienname, vorname",
        ],
    ),
    (Field::Salutation, "salutation", &["salutation", "anrede"]),
    (
        Field::Title,
        "title",
        &[
            "title",
            "titel",
            "akad titel",
            "akademischer titel",
            "akademischer grad",
        ],
    ),
    (
        Field::Email,
        "email",
        &[
            "email",
            "e mail",
            "mail",
            "e mail adresse",
            "email adresse",
            "emailadresse",
            "mailadresse",
            "mail adresse",
            "e mail dienstlich",
        ],
    ),
    (
        Field::Phone,
        "phone",
        &[
            "phone",
            "telefon",
            "tel",
            "telefonnummer",
            "telefon nr",
            "tel nr",
            "rufnummer",
            "telefon dienstlich",
        ],
    ),
    (
        Field::Function,
        "function",
        &[
            "function",
            "funktion",
            "position",
            "aufgabe",
            "tätigkeit",
            "stelle",
        ],
    ),
    (
        Field::Organisation,
        "organisation",
        &[
            "organisation",
            "organization",
            "institution",
            "einrichtung",
            "dienststelle",
            "behörde",
            "träger",
            "fachdienst",
            "amt",
        ],
    ),
    (
        Field::Needs,
        "needs",
        &[
            "needs",
            "bedarf",
            "bedarfe",
            "besondere bedarfe",
            "besonderer bedarf",
            "barrierefreiheit",
            "unverträglichkeiten",
        ],
    ),
    (
        Field::Municipality,
        "municipality",
        &[
            "municipality",
            "ags",
            "schlüssel",
            "gemeindeschlüssel",
            "amtlicher gemeindeschlüssel",
            "gemeindekennziffer",
            "kreisschlüssel",
            "regionalschlüssel",
            "ars",
            "ags kreis",
            "kommune ags",
            "ags kommune",
        ],
    ),
    (
        Field::FirstWish,
        "wish_1",
        &[
            "wish 1",
            "wunsch 1",
            "1 wunsch",
            "erstwunsch",
            "erster wunsch",
            "themenwunsch 1",
            "1 themenwunsch",
        ],
    ),
    (
        Field::SecondWish,
        "wish_2",
        &[
            "wish 2",
            "wunsch 2",
            "2 wunsch",
            "zweitwunsch",
            "zweiter wunsch",
            "themenwunsch 2",
            "2 themenwunsch",
        ],
    ),
    (
        Field::ThirdWish,
        "wish_3",
        &[
            "wish 3",
            "wunsch 3",
            "3 wunsch",
            "drittwunsch",
            "dritter wunsch",
            "themenwunsch 3",
            "3 themenwunsch",
        ],
    ),
    (
        Field::PrivacyNotice,
        "privacy_notice",
        &[
            "privacy notice",
            "datenschutzhinweis",
            "datenschutzhinweise",
            "fassung der datenschutzhinweise",
        ],
    ),
];

impl Field {
    pub(crate) fn name(self) -> &'static str {
        let found = FIELDS.iter().find(|(field, ..)| *field == self);
        found.map_or("", |(_, name, _)| name)
    }

    fn parse(name: &str) -> Option<Self> {
        let found = FIELDS.iter().find(|(_, known, _)| *known == name);
        found.map(|(field, ..)| *field)
    }

    /// Says whether what stands there is of one person alone.
    pub(super) fn names(self) -> bool {
        self.is_name() || matches!(self, Self::Reference | Self::GivenName | Self::Email)
    }

    /// Says whether it holds somebody's name.
    pub(super) fn is_name(self) -> bool {
        matches!(self, Self::Name | Self::FamilyName | Self::FullName)
    }
}

/// What stands in for a column that is not to be read.
const LEFT_OUT: &str = "ignore";

/// What columns hold whose heads say it otherwise; stated with the file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Mapping(BTreeMap<String, Option<Field>>);

impl Mapping {
    /// Reads `{"head": "field", …}`; nothing where it is something else.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let stated: BTreeMap<String, String> = serde_json::from_str(text).ok()?;
        let fields = stated.into_iter().map(|(head, name)| {
            let field = match name.as_str() {
                LEFT_OUT => None,
                name => Some(Field::parse(name)?),
            };
            Some((plain(&head), field))
        });
        fields.collect::<Option<_>>().map(Self)
    }

    /// Says what a column holds, by its head.
    pub(crate) fn field(&self, head: &str) -> Option<Field> {
        let head = plain(head);
        if let Some(stated) = self.0.get(&head) {
            return *stated;
        }
        let known = |heads: &[&str]| heads.contains(&head.as_str());
        let found = FIELDS.iter().find(|(.., heads)| known(heads));
        found.map(|(field, ..)| *field)
    }
}

/// Gives a head in the one form that heads are compared in: small letters and digits, a comma where one stands.
fn plain(head: &str) -> String {
    let letters: String = head.nfc().collect::<String>().to_lowercase();
    let letters = letters.replace(',', " , ").replace(
        |letter: char| !letter.is_alphanumeric() && letter != ',',
        " ",
    );
    let words: Vec<&str> = letters.split_whitespace().collect();
    words.join(" ").replace(" ,", ",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_are_known_however_they_are_written() {
        let mapping = Mapping::default();
        let cases = [
            ("Name, Vorname", Field::FullName),
            ("NAME,VORNAME", Field::FullName),
            (" Nachname* ", Field::FamilyName),
            ("E-Mail", Field::Email),
            ("E-Mail-Adresse:", Field::Email),
            ("eMail", Field::Email),
            ("Tel.", Field::Phone),
            ("Vorname(n)", Field::GivenName),
            ("Amtlicher\nGemeindeschlüssel", Field::Municipality),
            ("Gemeindeschlu\u{308}ssel", Field::Municipality),
            ("1. Wunsch", Field::FirstWish),
            ("Az.", Field::Reference),
        ];
        for (head, field) in cases {
            assert_eq!(mapping.field(head), Some(field), "{head}");
        }
        // Which person a running number names changes with the file.
        for head in ["Lfd. Nr.", "Nr.", "Bemerkung", "", "Ort", "PLZ"] {
            assert_eq!(mapping.field(head), None, "{head}");
        }
    }

    #[test]
    fn no_head_is_claimed_by_two_fields() {
        let mut heads: Vec<&str> = FIELDS
            .iter()
            .flat_map(|(.., heads)| *heads)
            .copied()
            .collect();
        let amount = heads.len();
        heads.sort_unstable();
        heads.dedup();
        assert_eq!(heads.len(), amount);
        for (field, name, heads) in FIELDS {
            assert_eq!(Field::parse(name), Some(field));
            for head in heads {
                assert_eq!(plain(head), *head, "it is in the form that is compared");
            }
        }
    }

    #[test]
    fn what_is_stated_counts_before_what_is_known() {
        let stated = r#"{"Wer?": "full_name", "Name": "organisation", "E-Mail": "ignore"}"#;
        let mapping = Mapping::read(stated).expect("a mapping");
        assert_eq!(mapping.field("wer"), Some(Field::FullName));
        assert_eq!(mapping.field("NAME"), Some(Field::Organisation));
        assert_eq!(mapping.field("E-Mail"), None);
        assert_eq!(mapping.field("Telefon"), Some(Field::Phone));
        for odd in ["", "[]", r#"{"Name": "nobody"}"#, r#"{"Name": 1}"#] {
            assert!(Mapping::read(odd).is_none(), "{odd}");
        }
    }
}
