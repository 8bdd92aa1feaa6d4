//! State programs (Landesprogramme): who hosts workshops and feeds registrations in.

use crate::{LandCode, Rejection, TextLine};

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
    Registered(Details),
}

/// What may be asked of a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Register the program, or state its details anew.
    Put(Details),
}

/// What has happened to a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The program was registered.
    Registered(Details),
    /// Its details were stated anew.
    Amended(Details),
}

/// Decides a command; stating the same details again decides nothing.
pub fn decide(program: &Program, command: &Command) -> Result<Vec<Event>, Rejection> {
    let Command::Put(details) = command;
    Ok(match program {
        Program::Unknown => vec![Event::Registered(details.clone())],
        Program::Registered(known) if known == details => vec![],
        Program::Registered(_) => vec![Event::Amended(details.clone())],
    })
}

/// Folds an event into the program.
#[must_use]
pub fn evolve(program: Program, event: &Event) -> Program {
    drop(program);
    match event {
        Event::Registered(details) | Event::Amended(details) => {
            Program::Registered(details.clone())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
