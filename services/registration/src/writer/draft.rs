//! Deciding: each job on the state that all before it have left, settled at its time.

use std::sync::Arc;

use anmeldewerk_contract::{Decision, EncodeError, IssuedCommand, Position};
use anmeldewerk_domain::{Command, Instant, RegistrationId, Rejection, decide};

use super::{
    Asked, Condition, Job, Refusal,
    cell::Cell,
    command::{Built, build, subject_of},
    need::Resolved,
    plan::{Plan, Settled},
};
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
    /// There is nothing to decide, about this registration or the boundary itself.
    Unchanged(Option<RegistrationId>),
    /// It is refused.
    Refused(Refusal),
    /// What it was prepared on is not so any more, or not stored yet.
    Overtaken,
    /// There is no room for it in this drain.
    NoRoom,
    /// What it needs cannot be had.
    Hindered,
}

/// Decides one job on the state that all before it have left.
pub(super) fn draft(job: &Job, cell: &mut Cell, plan: &mut Plan) -> Draft {
    let asked = &job.asked;
    if let Some(known) = cell.known(asked.command) {
        if known.fingerprint != asked.fingerprint {
            return Draft::Refused(Refusal::KeyReused);
        }
        return Draft::Repeat(known.position);
    }
    if let Some((entry, decision)) = plan.decided(asked.command) {
        return same_command(asked, entry, decision);
    }
    if job.hindered {
        return Draft::Hindered;
    }
    let at = asked.received_at.max(cell.decided_at);
    match plan.settle(cell, asked, at) {
        Ok(Settled::All) if plan.is_full() => return Draft::NoRoom,
        Ok(Settled::All) => {}
        Ok(Settled::Partly) => return Draft::NoRoom,
        Err(error) => return Draft::Refused(too_large(error)),
    }
    match command(job, cell, at) {
        Err(refusal) => Draft::Refused(refusal),
        Ok(Built::Overtaken) => Draft::Overtaken,
        Ok(Built::Command(command)) => decide_one(asked, cell, plan, (at, &command)),
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

/// Checks who asks and on what condition, and gives the command.
fn command(job: &Job, cell: &Cell, at: Instant) -> Result<Built, Refusal> {
    let asked = &job.asked;
    authorise(&cell.state, asked)?;
    if let Some(condition) = &asked.condition {
        match version(asked, cell) {
            None => return Ok(Built::Overtaken),
            Some(version) if condition.allows(version) => {}
            Some(_) => return Err(Refusal::VersionMismatch),
        }
    }
    if let Resolved::Refused(refusal) = &job.resolved {
        return Err(refusal.clone());
    }
    build(job, cell, at)
}

/// Gives the version of what a command changes; nothing while that is not stored.
fn version(asked: &Asked, cell: &Cell) -> Option<Position> {
    match subject_of(asked, cell) {
        Some(registration) => cell.version(registration),
        None => cell.settings_version(),
    }
}

impl Condition {
    fn allows(&self, version: Position) -> bool {
        self.0.contains(&version)
    }
}

fn decide_one(
    asked: &Asked,
    cell: &mut Cell,
    plan: &mut Plan,
    (at, command): (Instant, &Command),
) -> Draft {
    let events = match decide(&cell.state, at, command) {
        Ok(events) => events,
        Err(rejection) => return Draft::Refused(Refusal::Rejected(rejection)),
    };
    if events.is_empty() {
        return Draft::Unchanged(subject_of(asked, cell));
    }
    let decision = Decision {
        id: asked.decision,
        boundary: asked.boundary.clone(),
        decided_at: at,
        due: None,
        command: IssuedCommand {
            id: asked.command,
            fingerprint: asked.fingerprint,
            kind: kind(command).to_owned(),
            received_at: asked.received_at,
        },
        clock: asked.clock,
        actor: asked.actor,
        traceparent: asked.traceparent.clone(),
        events,
    };
    match plan.add(cell, decision) {
        Ok((entry, decision)) => Draft::New { entry, decision },
        Err(error) => Draft::Refused(too_large(error)),
    }
}

fn too_large(error: EncodeError) -> Refusal {
    Refusal::TooLarge(Arc::new(error))
}

fn kind(command: &Command) -> &'static str {
    match command {
        Command::Program(_) => "program.put",
        Command::Catalogue(_) => "topic.state",
        Command::Workshop(command) => command.kind(),
    }
}

/// Gives what is said where a boundary is of another kind than its command.
pub(super) fn not_found() -> Refusal {
    Refusal::Rejected(Rejection::NotFound)
}
