//! One attempt at a drain: load, resolve, decide, append, confirm.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use anmeldewerk_contract::{CommandId, Decision, IssuedCommand, Position, Subject, decode, encode};
use anmeldewerk_domain::{
    Boundary, Command, Instant, Rejection, State, decide,
    workshop::{self, Submission},
};
use anmeldewerk_journal::{AppendError, Entry, Journal};
use anmeldewerk_vault::Vault;
use uuid::Uuid;

use super::{
    Answer, Applicant, Asked, Job, Refusal, Reply, Wish, cell::Cell, cells::Cells, drain, person,
};
use crate::access::authorise;

/// The jobs of a drain that are not answered yet.
pub(super) struct Attempt {
    jobs: Vec<Pending>,
}

/// A job, and its submission once the person is known.
struct Pending {
    job: Job,
    submission: Option<Submission>,
}

/// Why an attempt came to nothing.
#[derive(Debug)]
pub(super) enum Failure {
    /// Somebody else wrote; nothing was stored.
    Conflict,
    /// The answer of an append was lost.
    Unknown,
    /// The log or the vault could not be used; nothing was stored.
    Unavailable,
}

/// What came out for one job.
#[derive(Debug)]
pub(super) enum Verdict {
    /// It is decided and durable, or refused on durable ground.
    Sure(Reply),
    /// The cell it was decided on was behind; it is decided anew.
    Stale,
}

impl Verdict {
    /// Gives the reply; what is stale has none and counts as unavailable.
    pub(super) fn into_reply(self) -> Reply {
        match self {
            Self::Sure(reply) => reply,
            Self::Stale => Err(Refusal::Unavailable),
        }
    }
}

/// What was decided for one job, before the append.
enum Draft {
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
    Unchanged(Position),
    /// It is refused.
    Refused(Refusal),
}

/// Everything decided in one attempt.
#[derive(Default)]
struct Plan {
    entries: Vec<Entry>,
    decided: HashMap<CommandId, (usize, Arc<Decision>)>,
    written: BTreeSet<Boundary>,
}

impl Attempt {
    pub(super) fn new(jobs: Vec<Job>) -> Self {
        let pending = |job| Pending {
            job,
            submission: None,
        };
        Self {
            jobs: jobs.into_iter().map(pending).collect(),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.jobs.is_empty()
    }

    /// Answers what is sure, and keeps what must be decided anew.
    pub(super) fn answer(self, verdicts: Vec<Verdict>) -> Self {
        let mut stale = Vec::new();
        for (pending, verdict) in self.jobs.into_iter().zip(verdicts) {
            match verdict {
                Verdict::Stale => stale.push(pending),
                Verdict::Sure(_) => drain::answer(pending.job, verdict),
            }
        }
        Self { jobs: stale }
    }

    /// Refuses what is left.
    pub(super) fn refuse_all(self, refusal: &Refusal) {
        for pending in self.jobs {
            drain::answer(pending.job, Verdict::Sure(Err(refusal.clone())));
        }
    }

    /// Decides every job and appends what was decided.
    pub(super) async fn run<J: Journal>(
        &mut self,
        journal: &J,
        vault: &Vault,
        cells: &mut Cells,
    ) -> Result<Vec<Verdict>, Failure> {
        self.load(journal, cells).await?;
        self.resolve(vault, cells).await?;
        let mut plan = Plan::default();
        let drafts: Vec<Draft> = self
            .jobs
            .iter()
            .map(|pending| draft(pending, cells, &mut plan))
            .collect();
        let positions = append(journal, cells, &mut plan).await?;
        let ground = confirm_ground(journal, cells, self.unproven(&drafts, &plan)).await;
        let mut verdicts = Vec::with_capacity(drafts.len());
        for (pending, draft) in self.jobs.iter().zip(drafts) {
            let ground = ground.get(&pending.job.asked.boundary).copied();
            let ground = ground.unwrap_or(Ground::Proven);
            verdicts.push(verdict(journal, draft, &positions, ground).await);
        }
        Ok(verdicts)
    }

    async fn load<J: Journal>(&self, journal: &J, cells: &mut Cells) -> Result<(), Failure> {
        for pending in &self.jobs {
            let loaded = cells.load(journal, &pending.job.asked.boundary).await;
            loaded.map_err(|error| {
                tracing::error!(error = %chain(&error), "a boundary could not be loaded");
                Failure::Unavailable
            })?;
        }
        Ok(())
    }

    /// Finds or makes the persons of those who may get as far as looking for a seat.
    async fn resolve(&mut self, vault: &Vault, cells: &Cells) -> Result<(), Failure> {
        let wanted: Vec<usize> = (0..self.jobs.len())
            .filter(|index| needs_person(&self.jobs[*index], cells))
            .collect();
        let applicants: Vec<(&Applicant, Uuid, Uuid)> = wanted
            .iter()
            .filter_map(|index| applicant(&self.jobs[*index].job.asked))
            .collect();
        let submissions = person::resolve(vault, &applicants).await.map_err(|fault| {
            tracing::error!(error = %chain(&fault), "persons could not be resolved");
            Failure::Unavailable
        })?;
        for (index, submission) in wanted.into_iter().zip(submissions) {
            self.jobs[index].submission = Some(submission);
        }
        Ok(())
    }

    /// Gives the boundaries on whose state something rests that no append has proven fresh.
    fn unproven(&self, drafts: &[Draft], plan: &Plan) -> BTreeSet<Boundary> {
        let resting = self
            .jobs
            .iter()
            .zip(drafts)
            .filter(|(_, draft)| match draft {
                Draft::Refused(_) | Draft::Unchanged(_) => true,
                Draft::New { .. } | Draft::SameAs { .. } | Draft::Repeat(_) => false,
            });
        resting
            .map(|(pending, _)| pending.job.asked.boundary.clone())
            .filter(|boundary| !plan.written.contains(boundary))
            .collect()
    }
}

fn applicant(asked: &Asked) -> Option<(&Applicant, Uuid, Uuid)> {
    match (&asked.wish, &asked.boundary) {
        (Wish::Register(applicant), Boundary::Workshop(workshop)) => {
            Some((applicant, Uuid::from_u128(workshop.0), asked.decision))
        }
        (Wish::Register(_), Boundary::Program(_)) | (Wish::Ready(_), _) => None,
    }
}

/// Says whether a person must be found: not where the refusal is sure without one.
fn needs_person(pending: &Pending, cells: &Cells) -> bool {
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
fn draft(pending: &Pending, cells: &mut Cells, plan: &mut Plan) -> Draft {
    let asked = &pending.job.asked;
    let Some(cell) = cells.get_mut(&asked.boundary) else {
        return Draft::Refused(Refusal::Unavailable);
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
    match decide_one(pending, cell) {
        Err(refusal) => Draft::Refused(refusal),
        Ok(decision) if decision.events.is_empty() => Draft::Unchanged(cell.settings_version),
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

/// Gives the command; a submission whose person was not looked for is refused for what was sure.
fn command(pending: &Pending, state: &State, at: Instant) -> Result<Command, Refusal> {
    match (&pending.job.asked.wish, &pending.submission) {
        (Wish::Ready(command), _) => Ok(command.clone()),
        (Wish::Register(_), Some(submission)) => Ok(Command::Workshop(workshop::Command::Submit(
            Box::new(submission.clone()),
        ))),
        (Wish::Register(applicant), None) => Err(sure_refusal(applicant, state, at)),
    }
}

fn sure_refusal(applicant: &Applicant, state: &State, at: Instant) -> Refusal {
    let State::Workshop(state) = state else {
        return Refusal::Rejected(Rejection::NotFound);
    };
    match workshop::admits(state, at, &applicant.application) {
        Err(rejection) => Refusal::Rejected(rejection),
        // What was sure before this drain is not so any more: only the next attempt can tell.
        Ok(()) => Refusal::Unavailable,
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

/// Appends the plan. Cells follow the log: what was not stored is forgotten.
async fn append<J: Journal>(
    journal: &J,
    cells: &mut Cells,
    plan: &mut Plan,
) -> Result<Vec<Position>, Failure> {
    let entries = std::mem::take(&mut plan.entries);
    match journal.append(entries).await {
        Ok(positions) => {
            note_positions(cells, plan, &positions);
            Ok(positions)
        }
        Err(error) => {
            tracing::warn!(%error, decisions = plan.decided.len(), "an append failed");
            for boundary in &plan.written {
                cells.drop(boundary);
            }
            Err(match error {
                AppendError::Conflict { .. } => Failure::Conflict,
                AppendError::Unknown { .. } => Failure::Unknown,
                AppendError::Unavailable { .. } => Failure::Unavailable,
            })
        }
    }
}

fn note_positions(cells: &mut Cells, plan: &Plan, positions: &[Position]) {
    let mut decided: Vec<_> = plan.decided.values().collect();
    decided.sort_by_key(|(entry, _)| *entry);
    for (entry, decision) in decided {
        if let (Some(cell), Some(position)) =
            (cells.get_mut(&decision.boundary), positions.get(*entry))
        {
            cell.stored(decision, *position);
        }
    }
}

/// What is known of the state on which something was refused.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ground {
    /// It is durable, and nothing newer is.
    Proven,
    /// The log had moved on.
    Stale,
    /// The log did not tell.
    Unknown,
}

/// Asks the leader where subjects stand, and forgets cells that were behind.
///
/// What was appended before is durable, whatever comes out here.
async fn confirm_ground<J: Journal>(
    journal: &J,
    cells: &mut Cells,
    unproven: BTreeSet<Boundary>,
) -> HashMap<Boundary, Ground> {
    let mut grounds = HashMap::new();
    for boundary in unproven {
        let tail = cells.get(&boundary).map(|cell| cell.tail);
        let last = journal.last(&Subject::from(&boundary)).await;
        let last = last.map(|message| message.map_or(Position::START, |m| m.position));
        let ground = match last {
            Ok(last) if tail == Some(last) => Ground::Proven,
            Ok(_) => Ground::Stale,
            Err(_) => Ground::Unknown,
        };
        if ground != Ground::Proven {
            cells.drop(&boundary);
        }
        grounds.insert(boundary, ground);
    }
    grounds
}

async fn verdict<J: Journal>(
    journal: &J,
    draft: Draft,
    positions: &[Position],
    ground: Ground,
) -> Verdict {
    let decided = |entry: usize, decision, replayed| {
        let position = positions.get(entry).copied().unwrap_or_default();
        Verdict::Sure(Ok(Answer::Decided {
            position,
            decision,
            replayed,
        }))
    };
    match (draft, ground) {
        (Draft::New { entry, decision }, _) => decided(entry, decision, false),
        (Draft::SameAs { entry, decision }, _) => decided(entry, decision, true),
        (Draft::Repeat(position), _) => repeat(journal, position).await,
        (Draft::Refused(Refusal::Unavailable), _) | (_, Ground::Stale) => Verdict::Stale,
        (_, Ground::Unknown) => Verdict::Sure(Err(Refusal::Unavailable)),
        (Draft::Refused(refusal), Ground::Proven) => Verdict::Sure(Err(refusal)),
        (Draft::Unchanged(version), Ground::Proven) => {
            Verdict::Sure(Ok(Answer::Unchanged(version)))
        }
    }
}

/// Reads the first decision again, so that a repeat gets the first answer.
async fn repeat<J: Journal>(journal: &J, position: Position) -> Verdict {
    let message = journal.at(position).await.ok().flatten();
    let recorded = message.and_then(|message| decode(&message).ok());
    let reply = recorded.ok_or(Refusal::OutcomeUnknown);
    Verdict::Sure(reply.map(|recorded| Answer::Decided {
        position: recorded.position,
        decision: Arc::new(recorded.decision),
        replayed: true,
    }))
}

/// Writes an error with its sources in one line.
fn chain(error: &dyn std::error::Error) -> String {
    let mut line = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        line = format!("{line}: {error}");
        source = error.source();
    }
    line
}
