//! Everything decided in one drain, on its way to the log.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use anmeldewerk_contract::{
    CommandId, Decision, EncodeError, Fingerprint, IssuedCommand, SETTLED_BY, Subject, encode,
    header, instant_text,
};
use anmeldewerk_domain::{Boundary, Instant, due, settle};
use anmeldewerk_journal::Entry;

use super::{Asked, cell::Cell};
use crate::fresh;

/// The most entries of one drain: the server takes 1000 messages in one batch.
const MOST: usize = 1_000;

/// The boundaries that a drain writes to.
pub(super) type Written = BTreeSet<Boundary>;

/// Everything decided in one drain.
#[derive(Default)]
pub(super) struct Plan {
    pub(super) entries: Vec<Entry>,
    /// What each entry holds.
    pub(super) decisions: Vec<Arc<Decision>>,
    pub(super) by_command: HashMap<CommandId, usize>,
    pub(super) written: Written,
}

/// What came of settling.
pub(super) enum Settled {
    /// Nothing more is due.
    All,
    /// There is more than one drain can hold.
    Partly,
}

impl Plan {
    /// Says whether there is no room for another decision.
    pub(super) fn is_full(&self) -> bool {
        self.entries.len() >= MOST
    }

    /// Finds what was decided for a command in this very drain.
    pub(super) fn decided(&self, command: CommandId) -> Option<(usize, &Arc<Decision>)> {
        let entry = *self.by_command.get(&command)?;
        Some((entry, self.decisions.get(entry)?))
    }

    /// Takes a decision in: as an entry to append, and into the cell's state.
    ///
    /// Its message says when something is due next, so that every service knows without the state.
    pub(super) fn add(
        &mut self,
        cell: &mut Cell,
        decision: Decision,
    ) -> Result<(usize, Arc<Decision>), EncodeError> {
        let (mut headers, payload) = encode(&decision)?;
        cell.fold(&decision);
        if let Some(due) = due(&cell.state, cell.decided_at) {
            headers.push((header::DUE.to_owned(), instant_text(due)));
        }
        let first = !self.written.contains(&decision.boundary);
        if first {
            self.written.insert(decision.boundary.clone());
        }
        self.entries.push(Entry {
            subject: Subject::from(&decision.boundary),
            expected: first.then_some(cell.tail),
            headers,
            payload: payload.into(),
        });
        let entry = self.decisions.len();
        let decision = Arc::new(decision);
        self.by_command.insert(decision.command.id, entry);
        self.decisions.push(Arc::clone(&decision));
        Ok((entry, decision))
    }

    /// Decides what is due at `at` by itself, each part of it in a decision of its own that nobody asked for.
    pub(super) fn settle(
        &mut self,
        cell: &mut Cell,
        asked: &Asked,
        at: Instant,
    ) -> Result<Settled, EncodeError> {
        loop {
            let events = settle(&cell.state, at);
            if events.is_empty() {
                return Ok(Settled::All);
            }
            if self.is_full() {
                return Ok(Settled::Partly);
            }
            let decision = Decision {
                id: fresh::ordered_id(at),
                boundary: asked.boundary.clone(),
                decided_at: at,
                due: None,
                command: IssuedCommand {
                    id: CommandId(fresh::random_bytes()),
                    fingerprint: Fingerprint([0; 32]),
                    kind: "workshop.settle".to_owned(),
                    received_at: asked.received_at,
                },
                clock: asked.clock,
                actor: SETTLED_BY,
                traceparent: asked.traceparent.clone(),
                events,
            };
            self.add(cell, decision)?;
        }
    }
}
