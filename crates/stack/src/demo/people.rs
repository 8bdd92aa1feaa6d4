//! Invented people of two programs; a name that exists is chance.

use serde_json::{Value, json};

const GIVEN: [(&str, &str); 16] = [
    ("Frau", "Anke"),
    ("Herr", "Jörn"),
    ("Frau", "Swantje"),
    ("Herr", "Mehmet"),
    ("Frau", "Birgit"),
    ("Herr", "Thies"),
    ("Frau", "Olena"),
    ("Herr", "Karsten"),
    ("Frau", "Wiebke"),
    ("Herr", "Farid"),
    ("Frau", "Grit"),
    ("Herr", "Hauke"),
    ("Frau", "Zeynep"),
    ("Herr", "Matthias"),
    ("Frau", "Levke"),
    ("Herr", "Sönke"),
];

const FAMILY: [&str; 49] = [
    "von der Heide",
    "Brodersen",
    "Kühl",
    "Yıldırım",
    "Petersen",
    "Thamsen",
    "Kovalenko",
    "Ahlers",
    "Lüders",
    "Rahimi",
    "Wossidlo",
    "Hansen",
    "Aydın",
    "Groth",
    "Jessen",
    "Carstensen",
    "Möller",
    "Dethleffsen",
    "Schünemann",
    "Öztürk",
    "Rathje",
    "Behnke",
    "Melnyk",
    "Stövesand",
    "Harder",
    "Haddad",
    "Pagel",
    "Nissen",
    "Demir",
    "Krüger",
    "Friedrichsen",
    "Paulsen",
    "Bliesath",
    "Voß",
    "Clausen",
    "Çelik",
    "Drews",
    "Ketels",
    "Bondarenko",
    "Martens",
    "Sievers",
    "Nazari",
    "Qualmann",
    "Boysen",
    "Kaya",
    "Gäde",
    "Ingwersen",
    "Tiedemann",
    "Nachzügler",
];

/// Districts and independent cities by their keys.
const MV: [&str; 8] = [
    "13003", "13004", "13071", "13072", "13073", "13074", "13075", "13076",
];
const SH: [&str; 11] = [
    "01001", "01002", "01003", "01004", "01051", "01053", "01054", "01057", "01058", "01060",
    "01062",
];

const TOPICS: [&str; 6] = [
    "legitimation",
    "diskurs",
    "zivilgesellschaft",
    "angebote",
    "rolle",
    "oeffentlichkeit",
];

/// Returns the program a person is registered by: both in turns.
pub(super) fn program(index: usize) -> &'static str {
    if index.is_multiple_of(2) { "sh" } else { "mv" }
}

/// Returns the body of one submission.
pub(super) fn application(index: usize) -> Value {
    let (salutation, given_name) = GIVEN[index % GIVEN.len()];
    let family_name = FAMILY[index % FAMILY.len()];
    json!({
        "program": program(index),
        "municipality": municipality(index),
        "source_reference": format!("{}-{:03}", program(index), index + 1),
        "person": {
            "salutation": salutation,
            "title": if index.is_multiple_of(12) { Some("Dr.") } else { None },
            "given_name": given_name,
            "family_name": family_name,
            "email": format!("{}.{}@example.org", ascii(given_name), ascii(family_name)),
            "phone": format!("0{} {}-0", 3800 + index * 7, 100 + index * 3),
            "function": "Kommunale Koordination",
            "organisation": if index.is_multiple_of(3) { "Fachdienst Bildung" } else { "Stabsstelle Integration" },
            "needs": if index % 10 == 3 { Some("vegetarisches Essen") } else { None },
        },
        "wishes": wishes(index),
        "privacy_notice": 1,
    })
}

/// The same for a workshop with other topics.
pub(super) fn without_wishes(mut application: Value) -> Value {
    application["wishes"] = json!([]);
    application
}

fn municipality(index: usize) -> &'static str {
    let turn = index / 2;
    if program(index) == "sh" {
        SH[turn % SH.len()]
    } else {
        MV[turn % MV.len()]
    }
}

/// Up to three different topics; every seventh person has no wish, every ninth a veto.
fn wishes(index: usize) -> Value {
    if index % 7 == 6 {
        return json!([]);
    }
    let topic = |step: usize| TOPICS[(index + step * (1 + index / 6 % 2 * 4)) % TOPICS.len()];
    let ranked: Vec<&str> = (0..=index % 3).map(topic).collect();
    let vetoes: Vec<&str> = if index % 9 == 8 {
        vec![topic(4)]
    } else {
        Vec::new()
    };
    json!([{"slot": 1, "ranked": ranked, "vetoes": vetoes}])
}

/// Writes a name with plain letters only.
fn ascii(name: &str) -> String {
    let lower = name.to_lowercase();
    let plain = lower.chars().map(|letter| match letter {
        'ä' => "ae".to_owned(),
        'ö' => "oe".to_owned(),
        'ü' => "ue".to_owned(),
        'ß' => "ss".to_owned(),
        'ç' => "c".to_owned(),
        'ı' => "i".to_owned(),
        ' ' => "-".to_owned(),
        letter if letter.is_ascii_alphanumeric() => letter.to_string(),
        _ => String::new(),
    });
    plain.collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn everybody_is_somebody_else() {
        let names: BTreeSet<String> = (0..FAMILY.len())
            .map(|index| application(index)["person"].to_string())
            .collect();
        let addresses: BTreeSet<String> = (0..FAMILY.len())
            .map(|index| application(index)["person"]["email"].to_string())
            .collect();
        assert_eq!((names.len(), addresses.len()), (FAMILY.len(), FAMILY.len()));
    }

    #[test]
    fn nobody_wishes_a_topic_twice_or_vetoes_what_they_wish() {
        for index in 0..FAMILY.len() {
            for slot in wishes(index).as_array().expect("it is a list") {
                let both = [&slot["ranked"], &slot["vetoes"]];
                let named: Vec<&str> = both
                    .iter()
                    .filter_map(|list| list.as_array())
                    .flatten()
                    .filter_map(Value::as_str)
                    .collect();
                let different: BTreeSet<&&str> = named.iter().collect();
                assert_eq!(different.len(), named.len(), "{index}: {named:?}");
            }
        }
    }

    #[test]
    fn addresses_are_plain() {
        assert_eq!(ascii("von der Heide"), "von-der-heide");
        assert_eq!(ascii("Yıldırım"), "yildirim");
        assert_eq!(ascii("Voß"), "voss");
    }
}
