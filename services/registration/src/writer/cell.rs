//! A boundary in memory: its folded state, and what is needed to write behind it.

use std::{collections::HashMap, mem};

use anmeldewerk_contract::{CommandId, Decision, Fingerprint, Position, Recorded};
use anmeldewerk_domain::{Boundary, Event, Instant, State, evolve, workshop};

/// One boundary in memory.
pub(super) struct Cell {
    /// The fold of everything decided so far.
    pub(super) state: State,
    /// Where its last decision stands; the append proves it.
    pub(super) tail: Position,
    /// When its last decision was made; no later one is earlier.
    pub(super) decided_at: Instant,
    /// Where the decision stands that last changed the program or the workshop itself.
    pub(super) settings_version: Position,
    /// Every command that was ever accepted.
    ledger: HashMap<CommandId, Known>,
    /// When it was last used, counted in drains.
    pub(super) used: u64,
}

/// A command that was accepted before.
#[derive(Clone, Copy)]
pub(super) struct Known {
    pub(super) fingerprint: Fingerprint,
    pub(super) position: Position,
}

impl Cell {
    /// Makes a cell to which nothing has happened.
    pub(super) fn new(boundary: &Boundary) -> Self {
        Self {
            state: boundary.unborn(),
            tail: Position::START,
            decided_at: Instant::from_micros(i64::MIN),
            settings_version: Position::START,
            ledger: HashMap::new(),
            used: 0,
        }
    }

    /// Takes in a decision that stands in the log.
    pub(super) fn replay(&mut self, recorded: &Recorded) {
        self.fold(&recorded.decision);
        self.stored(&recorded.decision, recorded.position);
    }

    /// Takes in what was decided, before it stands in the log.
    pub(super) fn fold(&mut self, decision: &Decision) {
        let state = mem::replace(&mut self.state, State::Workshop(workshop::State::Unborn));
        self.state = decision.events.iter().fold(state, evolve);
        self.decided_at = self.decided_at.max(decision.decided_at);
    }

    /// Notes where a decision stands that was folded before.
    pub(super) fn stored(&mut self, decision: &Decision, position: Position) {
        let known = Known {
            fingerprint: decision.command.fingerprint,
            position,
        };
        self.ledger.insert(decision.command.id, known);
        self.tail = position;
        if decision.events.iter().any(changes_settings) {
            self.settings_version = position;
        }
    }

    /// Looks for a command that was accepted before.
    pub(super) fn known(&self, command: CommandId) -> Option<Known> {
        self.ledger.get(&command).copied()
    }
}

fn changes_settings(event: &Event) -> bool {
    match event {
        Event::Program(_) => true,
        Event::Workshop(event) => match event {
            workshop::Event::Created { .. } | workshop::Event::Published => true,
            workshop::Event::Submitted(_)
            | workshop::Event::Confirmed { .. }
            | workshop::Event::Waitlisted { .. }
            | workshop::Event::Cancelled { .. } => false,
        },
    }
}
