//! Small cases whose best allocation is known, or found by trying all.

mod best;
mod rules;

use std::collections::BTreeMap;

use super::{Extent, Input, Person, Topic, solve};
use crate::{
    MunicipalityKey, ProgramId, RegistrationId, TopicCode,
    workshop::{Slot, Wishes},
};

const SEED: [u8; 32] = [7; 32];

fn code(name: &str) -> TopicCode {
    TopicCode::new(name).expect("a code")
}

fn program(name: &str) -> ProgramId {
    ProgramId::new(name).expect("a program")
}

/// A topic of the first slot that takes any number.
fn topic(name: &str) -> Topic {
    Topic {
        slot: Slot::First,
        code: code(name),
        min: 0,
        max: None,
        program_caps: BTreeMap::new(),
        municipality_cap: None,
    }
}

fn holding(name: &str, max: u32) -> Topic {
    Topic {
        max: Some(max),
        ..topic(name)
    }
}

fn wishes(slot: Slot, ranked: &[&str], vetoes: &[&str]) -> Wishes {
    Wishes {
        slot,
        ranked: ranked.iter().map(|name| code(name)).collect(),
        vetoes: vetoes.iter().map(|name| code(name)).collect(),
    }
}

/// Somebody of Schleswig-Holstein with wishes for the first slot.
fn person(number: u128, ranked: &[&str]) -> Person {
    Person {
        registration: RegistrationId(number),
        program: program("sh"),
        municipality: MunicipalityKey::new("01053").expect("a key"),
        wishes: match ranked {
            [] => Vec::new(),
            _ => vec![wishes(Slot::First, ranked, &[])],
        },
        fixed: BTreeMap::new(),
    }
}

fn input(topics: Vec<Topic>, people: Vec<Person>) -> Input {
    Input {
        extent: Extent::Whole,
        topics,
        people,
    }
}

/// Gives the topics of people 1, 2, … in the first slot; a hyphen for none.
fn placed(input: &Input) -> Vec<String> {
    let allocation = solve(input, &SEED);
    let people = input.people.iter();
    let topics = people.map(|person| allocation.topic(person.registration, Slot::First));
    topics
        .map(|topic| topic.map_or("-", TopicCode::as_str).to_owned())
        .collect()
}
