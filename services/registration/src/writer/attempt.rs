//! One attempt at a drain: load, resolve, decide, append, confirm.

use std::collections::BTreeSet;

use anmeldewerk_contract::Position;
use anmeldewerk_domain::Boundary;
use anmeldewerk_journal::{AppendError, Journal};
use anmeldewerk_service::telemetry::chain;
use anmeldewerk_vault::Vault;

use super::{
    Job, Refusal, Reply,
    cells::{Cells, LoadError},
    draft::{Draft, draft},
    drain,
    ground::{Ground, confirm_ground, repeat, unchanged, verdict},
    need::Resolved,
    plan::Plan,
    prepare, reindex,
};

/// The jobs of a drain that are not answered yet.
pub(super) struct Attempt {
    jobs: Vec<Pending>,
    /// Whether an append's answer was lost: then nobody may be told that nothing was stored.
    in_doubt: bool,
}

/// A job, and what was found out for it.
pub(super) struct Pending {
    pub(super) job: Job,
    pub(super) resolved: Resolved,
    /// Its boundary or its person cannot be had; the others of the drain are not held up by it.
    pub(super) hindered: bool,
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
    /// The log gave a position that it had given before: it is not the log it was.
    Regressed,
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

impl Attempt {
    pub(super) fn new(jobs: Vec<Job>) -> Self {
        let pending = |job| Pending {
            job,
            resolved: Resolved::Nothing,
            hindered: false,
        };
        Self {
            jobs: jobs.into_iter().map(pending).collect(),
            in_doubt: false,
        }
    }

    /// Notes that an append's answer was lost.
    pub(super) fn doubt(&mut self) {
        self.in_doubt = true;
    }

    /// Says whether an append's answer was lost.
    pub(super) fn is_in_doubt(&self) -> bool {
        self.in_doubt
    }

    /// Gives what is said where the log or the vault cannot be used.
    fn hindrance(&self) -> Refusal {
        if self.in_doubt {
            Refusal::OutcomeUnknown
        } else {
            Refusal::Unavailable
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.jobs.is_empty()
    }

    /// Answers what is sure, and keeps what must be decided anew.
    pub(super) fn answer(self, verdicts: Vec<Verdict>) -> Self {
        let mut stale = Vec::new();
        for (mut pending, verdict) in self.jobs.into_iter().zip(verdicts) {
            match verdict {
                Verdict::Stale => {
                    pending.resolved = Resolved::Nothing;
                    stale.push(pending);
                }
                Verdict::Sure(_) => drain::answer(pending.job, verdict),
            }
        }
        Self {
            jobs: stale,
            in_doubt: self.in_doubt,
        }
    }

    /// Refuses what is left.
    pub(super) fn refuse_all(self) {
        let refusal = self.hindrance();
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
        prepare::prepare(&mut self.jobs, journal, vault, cells).await;
        let mut plan = Plan::default();
        let drafts: Vec<Draft> = self
            .jobs
            .iter()
            .map(|pending| draft(pending, cells, &mut plan))
            .collect();
        let positions = append(journal, cells, &mut plan).await?;
        reindex::reindex(vault, &self.jobs, &drafts).await;
        let ground = confirm_ground(journal, cells, self.unproven(&drafts, &plan)).await;
        let mut verdicts = Vec::with_capacity(drafts.len());
        let mut silent = false;
        for (pending, draft) in self.jobs.iter().zip(drafts) {
            let ground = ground.get(&pending.job.asked.boundary).copied();
            let ground = ground.unwrap_or(Ground::Proven);
            let verdict = match (draft, ground) {
                (Draft::Hindered, _) => Verdict::Sure(Err(self.hindrance())),
                (Draft::Refused(_) | Draft::Unchanged(_), Ground::Unknown) => {
                    Verdict::Sure(Err(self.hindrance()))
                }
                (Draft::Repeat(_), _) if silent => Verdict::Sure(Err(Refusal::OutcomeUnknown)),
                (Draft::Repeat(position), _) => {
                    let own = pending.job.asked.decision;
                    let repeated = repeat(journal, position, own).await;
                    silent = repeated.is_err();
                    Verdict::Sure(repeated)
                }
                (Draft::Unchanged(about), Ground::Proven) => {
                    unchanged(cells, &pending.job.asked.boundary, about)
                }
                (draft, ground) => verdict(draft, &positions, ground == Ground::Stale),
            };
            verdicts.push(verdict);
        }
        Ok(verdicts)
    }

    async fn load<J: Journal>(&mut self, journal: &J, cells: &mut Cells) -> Result<(), Failure> {
        for pending in &mut self.jobs {
            let loaded = cells.load(journal, &pending.job.asked.boundary).await;
            let Err(error) = loaded else { continue };
            tracing::error!(error = %chain(&error), "a boundary could not be loaded");
            match error {
                LoadError::Read(_) => return Err(Failure::Unavailable),
                LoadError::Unknown { .. } => pending.hindered = true,
            }
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
                Draft::New { .. }
                | Draft::SameAs { .. }
                | Draft::Repeat(_)
                | Draft::Overtaken
                | Draft::Hindered => false,
            });
        resting
            .map(|(pending, _)| pending.job.asked.boundary.clone())
            .filter(|boundary| !plan.written.contains(boundary))
            .collect()
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
            cells.proceed_to(&positions)?;
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
