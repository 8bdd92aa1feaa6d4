//! The consistency boundaries: each has one subject in the log, one state and one order of decisions.

use crate::{Instant, ProgramId, WorkshopId, catalogue, program, workshop};

pub use crate::workshop::rejection::Rejection;

/// What is decided as one: a program, a workshop with all its registrations, or the catalogue of topics.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Boundary {
    /// A state program.
    Program(ProgramId),
    /// A workshop.
    Workshop(WorkshopId),
    /// The catalogue of topics; there is one.
    Catalogue,
}

impl Boundary {
    /// Gives the state of a boundary to which nothing has happened.
    pub fn unborn(&self) -> State {
        match self {
            Self::Program(_) => State::Program(program::Program::default()),
            Self::Workshop(_) => State::Workshop(workshop::State::default()),
            Self::Catalogue => State::Catalogue(catalogue::Catalogue::default()),
        }
    }
}

/// The state of one boundary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// A program's.
    Program(program::Program),
    /// A workshop's.
    Workshop(workshop::State),
    /// The catalogue's.
    Catalogue(catalogue::Catalogue),
}

/// A command to one boundary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// To a program.
    Program(program::Command),
    /// To a workshop.
    Workshop(workshop::Command),
    /// To the catalogue.
    Catalogue(catalogue::Command),
}

/// An event of one boundary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// Of a program.
    Program(program::Event),
    /// Of a workshop.
    Workshop(workshop::Event),
    /// Of the catalogue.
    Catalogue(catalogue::Event),
}

/// Decides `command` at the instant `at`: the events it leads to, or why it is refused.
///
/// The state is settled at that instant before: see [`settle`].
///
/// Pure: the same state, instant and command always give the same answer.
/// A command that finds its wish fulfilled decides nothing (`Ok` of no events).
pub fn decide(state: &State, at: Instant, command: &Command) -> Result<Vec<Event>, Rejection> {
    match (state, command) {
        (State::Program(program), Command::Program(command)) => {
            let events = program::decide(program, command)?;
            Ok(events.into_iter().map(Event::Program).collect())
        }
        (State::Workshop(workshop), Command::Workshop(command)) => {
            let events = workshop::decide(workshop, at, command)?;
            Ok(events.into_iter().map(Event::Workshop).collect())
        }
        (State::Catalogue(catalogue), Command::Catalogue(command)) => {
            let events = catalogue::decide(catalogue, command)?;
            Ok(events.into_iter().map(Event::Catalogue).collect())
        }
        (State::Program(_), Command::Workshop(_) | Command::Catalogue(_))
        | (State::Workshop(_), Command::Program(_) | Command::Catalogue(_))
        | (State::Catalogue(_), Command::Program(_) | Command::Workshop(_)) => {
            Err(Rejection::NotFound)
        }
    }
}

/// Gives what is due at `at` by itself: a part of it where it is much, and in the end nothing.
#[must_use]
pub fn settle(state: &State, at: Instant) -> Vec<Event> {
    match state {
        State::Program(_) | State::Catalogue(_) => Vec::new(),
        State::Workshop(workshop) => {
            let events = workshop::settle(workshop, at);
            events.into_iter().map(Event::Workshop).collect()
        }
    }
}

/// Gives the instant at which something is due next in a state that was decided at `at`.
#[must_use]
pub fn due(state: &State, at: Instant) -> Option<Instant> {
    match state {
        State::Program(_) | State::Catalogue(_) => None,
        State::Workshop(workshop) => workshop::due(workshop, at),
    }
}

/// Folds an event into the state. Total: an event of another boundary changes nothing.
#[must_use]
pub fn evolve(state: State, event: &Event) -> State {
    match (state, event) {
        (State::Program(program), Event::Program(event)) => {
            State::Program(program::evolve(program, event))
        }
        (State::Workshop(workshop), Event::Workshop(event)) => {
            State::Workshop(workshop::evolve(workshop, event))
        }
        (State::Catalogue(catalogue), Event::Catalogue(event)) => {
            State::Catalogue(catalogue::evolve(catalogue, event))
        }
        (state @ State::Program(_), Event::Workshop(_) | Event::Catalogue(_))
        | (state @ State::Workshop(_), Event::Program(_) | Event::Catalogue(_))
        | (state @ State::Catalogue(_), Event::Program(_) | Event::Workshop(_)) => state,
    }
}
