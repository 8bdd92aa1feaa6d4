//! Deciding: each job on the state that all before it have left.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use anmeldewerk_contract::{CommandId, Decision, IssuedCommand, Position, Subject, encode};
use anmeldewerk_domain::{Boundary, Command, Instant, Rejection, State, decide, workshop};
use anmeldewerk_journal::Entry;

use super::{Asked, Refusal, Wish, attempt::Pending, cell::Cell, cells::Cells};
use crate::access::authorise;

/// What was decided for one job, before the append.
pub(super) enum Draft {
    /// A new decision, to be appended as the entry with this index.
    New {
        entry: usize,
        decision: Arc<Decision>,
    },
    /// The same command stands before it in this drain.
    SameAs {
        entry: usize,
        decision: Arc<Decision>,
    },
    /// The command was accepted before.
    Repeat(Position),
    /// There is nothing to decide.
    Unchanged,
    /// It is refused.
    Refused(Refusal),
    /// It was sure to be refused before this drain, and is not so any more.
    Overtaken,
    /// What it needs cannot be had.
    Hindered,
}

/// Everything decided in one attempt.
#[derive(Default)]
pub(super) struct Plan {
    pub(super) entries: Vec<Entry>,
    pub(super) decided: HashMap<CommandId, (usize, Arc<Decision>)>,
    pub(super) written: BTreeSet<Boundary>,
}

/// Says whether a person must be found: not where the refusal is sure without one.
pub(super) fn needs_person(pending: &Pending, cells: &Cells) -> bool {
    let asked = &pending.job.asked;
    let (Wish::Register(applicant), None) = (&asked.wish, &pending.submission) else {
        return false;
    };
    let Some(cell) = cells.get(&asked.boundary) else {
        return false;
    };
    let State::Workshop(state) = &cell.state else {
        return false;
    };
    let at = asked.received_at.max(cell.decided_at);
    cell.known(asked.command).is_none()
        && authorise(&cell.state, asked).is_ok()
        && workshop::admits(state, at, &applicant.application).is_ok()
}

/// Decides one job on the state that all before it have left.
pub(super) fn draft(pending: &Pending, cells: &mut Cells, plan: &mut Plan) -> Draft {
    let asked = &pending.job.asked;
    let Some(cell) = cells.get_mut(&asked.boundary) else {
        return Draft::Hindered;
    };
    if let Some(known) = cell.known(asked.command) {
        if known.fingerprint != asked.fingerprint {
            return Draft::Refused(Refusal::KeyReused);
        }
        return Draft::Repeat(known.position);
    }
    if let Some((entry, decision)) = plan.decided.get(&asked.command) {
        return same_command(asked, *entry, decision);
    }
    if pending.hindered {
        return Draft::Hindered;
    }
    if overtaken(pending, cell) {
        return Draft::Overtaken;
    }
    match decide_one(pending, cell) {
        Err(refusal) => Draft::Refused(refusal),
        Ok(decision) if decision.events.is_empty() => Draft::Unchanged,
        Ok(decision) => plan.add(cell, decision),
    }
}

fn same_command(asked: &Asked, entry: usize, decision: &Arc<Decision>) -> Draft {
    if decision.command.fingerprint != asked.fingerprint {
        return Draft::Refused(Refusal::KeyReused);
    }
    Draft::SameAs {
        entry,
        decision: Arc::clone(decision),
    }
}

fn decide_one(pending: &Pending, cell: &Cell) -> Result<Decision, Refusal> {
    let asked = &pending.job.asked;
    authorise(&cell.state, asked)?;
    let at = asked.received_at.max(cell.decided_at);
    let command = command(pending, &cell.state, at)?;
    let events = decide(&cell.state, at, &command).map_err(Refusal::Rejected)?;
    Ok(Decision {
        id: asked.decision,
        boundary: asked.boundary.clone(),
        decided_at: at,
        command: IssuedCommand {
            id: asked.command,
            fingerprint: asked.fingerprint,
            kind: kind(&command).to_owned(),
            received_at: asked.received_at,
        },
        clock: asked.clock,
        actor: asked.actor,
        traceparent: asked.traceparent.clone(),
        events,
    })
}

/// Says whether a submission has no person because its refusal was sure, and is not so any more.
fn overtaken(pending: &Pending, cell: &Cell) -> bool {
    let asked = &pending.job.asked;
    let (Wish::Register(applicant), None) = (&asked.wish, &pending.submission) else {
        return false;
    };
    let State::Workshop(state) = &cell.state else {
        return false;
    };
    let at = asked.received_at.max(cell.decided_at);
    let admitted = workshop::admits(state, at, &applicant.application).is_ok();
    admitted && authorise(&cell.state, asked).is_ok()
}

/// Gives the command; a submission without a person is refused for what was sure without one.
fn command(pending: &Pending, state: &State, at: Instant) -> Result<Command, Refusal> {
    match (&pending.job.asked.wish, &pending.submission, state) {
        (Wish::Ready(command), _, _) => Ok(command.clone()),
        (Wish::Register(_), Some(submission), _) => {
            let submit = workshop::Command::Submit(Box::new(submission.clone()));
            Ok(Command::Workshop(submit))
        }
        (Wish::Register(applicant), None, State::Workshop(state)) => {
            let refused = workshop::admits(state, at, &applicant.application).err();
            Err(refused.map_or(Refusal::Unavailable, Refusal::Rejected))
        }
        (Wish::Register(_), None, State::Program(_)) => Err(Refusal::Rejected(Rejection::NotFound)),
    }
}

fn kind(command: &Command) -> &'static str {
    match command {
        Command::Program(_) => "program.put",
        Command::Workshop(command) => command.kind(),
    }
}

impl Plan {
    /// Takes a decision in: as an entry to append, and into the cell's state.
    fn add(&mut self, cell: &mut Cell, decision: Decision) -> Draft {
        let (headers, payload) = match encode(&decision) {
            Ok(message) => message,
            Err(error) => return Draft::Refused(Refusal::TooLarge(Arc::new(error))),
        };
        let first = self.written.insert(decision.boundary.clone());
        self.entries.push(Entry {
            subject: Subject::from(&decision.boundary),
            expected: first.then_some(cell.tail),
            headers,
            payload,
        });
        cell.fold(&decision);
        let entry = self.entries.len() - 1;
        let decision = Arc::new(decision);
        self.decided
            .insert(decision.command.id, (entry, Arc::clone(&decision)));
        Draft::New { entry, decision }
    }
}
