//! What is submitted, about as large as ours.

use serde::{Deserialize, Serialize};

/// One submission for a seat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Submission {
    pub(crate) registration: String,
    program: String,
    municipality: String,
    source_reference: String,
    person: Person,
    wishes: Vec<Wish>,
    remarks: String,
    privacy_notice: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Person {
    salutation: String,
    given_name: String,
    family_name: String,
    email: String,
    phone: String,
    function: String,
    organisation: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Wish {
    slot: u32,
    ranked: Vec<String>,
    vetoes: Vec<String>,
}

impl Submission {
    /// Makes the submission with a number; another number is another person.
    pub(crate) fn numbered(number: usize) -> Self {
        Self {
            registration: format!("00000000-0000-4000-8000-{number:012}"),
            program: "sh".to_owned(),
            municipality: "01053".to_owned(),
            source_reference: format!("rush-{number}"),
            person: Person::numbered(number),
            wishes: vec![Wish {
                slot: 1,
                ranked: vec!["rolle".to_owned(), "diskurs".to_owned()],
                vetoes: Vec::new(),
            }],
            remarks: "Anreise am Vorabend; ein Platz ohne Stufen wird gebraucht.".to_owned(),
            privacy_notice: 1,
        }
    }
}

impl Person {
    fn numbered(number: usize) -> Self {
        Self {
            salutation: "Frau".to_owned(),
            given_name: "Anke".to_owned(),
            family_name: format!("von der Heide {number}"),
            email: format!("rush-{number}@example.org"),
            phone: "04542 803-0".to_owned(),
            function: "Bildungskoordinatorin".to_owned(),
            organisation: "Fachdienst Bildung, Schule und Jugend".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_submission_is_about_as_large_as_ours() {
        let text = serde_json::to_string(&Submission::numbered(1_234)).expect("it is data");
        assert!((500..=650).contains(&text.len()), "{}", text.len());
    }
}
