//! State programs (Landesprogramme): who hosts workshops and feeds registrations in.

mod municipality;

use crate::{LandCode, Rejection, TextLine};

pub use municipality::{Change, Kind, ListFault, Misfit, Municipalities, Municipality, Validity};

/// What an operator states about a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Details {
    /// The program's name as people know it.
    pub name: TextLine,
    /// The Land it belongs to.
    pub land: LandCode,
    /// The organisation that carries it (Träger).
    pub carrier: Option<TextLine>,
    /// A function mailbox or telephone number.
    pub contact: Option<TextLine>,
}

/// A program as folded from its log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Program {
    /// Nobody has registered it.
    #[default]
    Unknown,
    /// It takes part.
    Registered(Registered),
}

/// A program that takes part. Its details and its list are stated apart from each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registered {
    /// What an operator has stated last.
    pub details: Details,
    /// The municipalities that its office has listed.
    pub municipalities: Municipalities,
}

/// What may be asked of a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Register the program, or state its details anew.
    Put(Details),
    /// State the whole list of its municipalities.
    ListMunicipalities(Municipalities),
}

/// What has happened to a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The program was registered.
    Registered(Details),
    /// Its details were stated anew.
    Amended(Details),
    /// Its list of municipalities is other than before, in this.
    MunicipalitiesListed(Change),
}

/// Decides a command; stating the same again decides nothing.
pub fn decide(program: &Program, command: &Command) -> Result<Vec<Event>, Rejection> {
    match command {
        Command::Put(details) => Ok(put(program, details)),
        Command::ListMunicipalities(list) => list_municipalities(program, list),
    }
}

fn put(program: &Program, details: &Details) -> Vec<Event> {
    match program {
        Program::Unknown => vec![Event::Registered(details.clone())],
        Program::Registered(known) if known.details == *details => vec![],
        Program::Registered(_) => vec![Event::Amended(details.clone())],
    }
}

fn list_municipalities(program: &Program, list: &Municipalities) -> Result<Vec<Event>, Rejection> {
    let Program::Registered(known) = program else {
        return Err(Rejection::NotFound);
    };
    let change = known.municipalities.change_to(list);
    Ok(if change.is_empty() {
        vec![]
    } else {
        vec![Event::MunicipalitiesListed(change)]
    })
}

/// Folds an event into the program.
#[must_use]
pub fn evolve(program: Program, event: &Event) -> Program {
    match (program, event) {
        (Program::Unknown, Event::Registered(details) | Event::Amended(details)) => {
            Program::Registered(Registered {
                details: details.clone(),
                municipalities: Municipalities::default(),
            })
        }
        (Program::Registered(known), Event::Registered(details) | Event::Amended(details)) => {
            Program::Registered(Registered {
                details: details.clone(),
                ..known
            })
        }
        (Program::Unknown, Event::MunicipalitiesListed(_)) => Program::Unknown,
        (Program::Registered(known), Event::MunicipalitiesListed(change)) => {
            Program::Registered(Registered {
                municipalities: known.municipalities.changed(change),
                ..known
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::MunicipalityKey;

    fn details(name: &str) -> Details {
        Details {
            name: TextLine::new(name).expect("a name"),
            land: LandCode::new("01").expect("a Land"),
            carrier: None,
            contact: None,
        }
    }

    #[test]
    fn an_unknown_program_is_registered() {
        let decided = decide(&Program::Unknown, &Command::Put(details("SH")));
        assert_eq!(decided, Ok(vec![Event::Registered(details("SH"))]));
    }

    #[test]
    fn the_same_details_again_decide_nothing() {
        let known = evolve(Program::Unknown, &Event::Registered(details("SH")));
        assert_eq!(decide(&known, &Command::Put(details("SH"))), Ok(Vec::new()));
    }

    #[test]
    fn other_details_amend_the_program() {
        let known = evolve(Program::Unknown, &Event::Registered(details("SH")));
        let decided = decide(&known, &Command::Put(details("Schleswig-Holstein")));
        assert_eq!(
            decided,
            Ok(vec![Event::Amended(details("Schleswig-Holstein"))])
        );
    }

    fn entry(digits: &str, name: &str) -> Municipality {
        Municipality {
            key: MunicipalityKey::new(digits).expect("a key"),
            name: TextLine::new(name).expect("a name"),
            kind: Kind::Municipality,
            parent: MunicipalityKey::new("01053"),
            validity: Validity::default(),
        }
    }

    fn list(entries: &[(&str, &str)]) -> Municipalities {
        let entries = entries.iter().map(|(key, name)| entry(key, name));
        Municipalities::new(entries.collect()).expect("it holds together")
    }

    /// Gives a program with this list.
    fn listed(entries: &[(&str, &str)]) -> Program {
        let known = evolve(Program::Unknown, &Event::Registered(details("SH")));
        let command = Command::ListMunicipalities(list(entries));
        let events = decide(&known, &command).expect("it is registered");
        events.iter().fold(known, evolve)
    }

    fn decided(program: &Program, entries: &[(&str, &str)]) -> Result<Vec<Event>, Rejection> {
        decide(program, &Command::ListMunicipalities(list(entries)))
    }

    #[test]
    fn a_program_that_is_not_registered_has_no_list() {
        let decided = decided(&Program::Unknown, &[("01053090", "Mölln")]);
        assert_eq!(decided, Err(Rejection::NotFound));
    }

    #[test]
    fn a_list_is_kept_as_what_is_other_than_before() {
        let known = listed(&[("01053001", "A"), ("01053002", "B"), ("01053003", "C")]);
        let next = [("01053004", "D"), ("01053002", "Beta"), ("01053003", "C")];
        let change = Change {
            stated: vec![entry("01053002", "Beta"), entry("01053004", "D")],
            removed: vec![MunicipalityKey::new("01053001").expect("a key")],
        };
        let event = Event::MunicipalitiesListed(change);
        assert_eq!(decided(&known, &next), Ok(vec![event.clone()]));
        assert_eq!(evolve(known, &event), listed(&next));
    }

    #[test]
    fn the_same_list_again_decides_nothing_in_whatever_order() {
        let known = listed(&[("01053001", "A"), ("01053002", "B")]);
        let again = decided(&known, &[("01053002", "B"), ("01053001", "A")]);
        assert_eq!(again, Ok(Vec::new()));
    }

    #[test]
    fn an_empty_list_removes_everything() {
        let known = listed(&[("01053001", "A")]);
        let change = Change {
            stated: Vec::new(),
            removed: vec![MunicipalityKey::new("01053001").expect("a key")],
        };
        let event = Event::MunicipalitiesListed(change);
        assert_eq!(decided(&known, &[]), Ok(vec![event.clone()]));
        assert_eq!(evolve(known, &event), listed(&[]));
    }

    #[test]
    fn other_details_keep_the_list_and_another_list_keeps_the_details() {
        let known = listed(&[("01053001", "A")]);
        let amended = evolve(known, &Event::Amended(details("Schleswig-Holstein")));
        let Program::Registered(known) = &amended else {
            panic!("it is registered");
        };
        assert_eq!(known.details, details("Schleswig-Holstein"));
        assert_eq!(known.municipalities, list(&[("01053001", "A")]));
        let put = Command::Put(details("Schleswig-Holstein"));
        assert_eq!(decide(&amended, &put), Ok(Vec::new()));
    }
}
