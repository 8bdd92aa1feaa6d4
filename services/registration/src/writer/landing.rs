//! What a drain has come to: the cells follow the log, and everybody is answered on what is stored.

use std::collections::{HashMap, HashSet};

use anmeldewerk_contract::Position;
use anmeldewerk_domain::Boundary;
use anmeldewerk_journal::{AppendError, Journal};

use super::{
    Answer, Job, Refusal, Reply,
    answer::{answer_reindexed, change, unchanged},
    cells::{Cells, Regressed},
    draft::Draft,
    flight::{Flight, Ground, Landed, Outcome},
    need::Resolved,
    plan::Plan,
    task::Writer,
};

/// Gives the boundaries on whose state something rests that no append of this drain proves fresh.
pub(super) fn unproven(
    cells: &mut Cells,
    drafted: &[(Job, Draft)],
    plan: &Plan,
) -> Vec<(Boundary, Position)> {
    let resting = drafted.iter().filter(|(_, draft)| match draft {
        Draft::Refused(_) | Draft::Unchanged(_) => true,
        Draft::New { .. }
        | Draft::SameAs { .. }
        | Draft::Repeat(_)
        | Draft::Overtaken
        | Draft::NoRoom
        | Draft::Hindered => false,
    });
    let boundaries: HashSet<&Boundary> = resting
        .map(|(job, _)| &job.asked.boundary)
        .filter(|boundary| !plan.written.contains(*boundary))
        .collect();
    let tail = |boundary: &Boundary| Some((boundary.clone(), cells.get(boundary)?.tail));
    boundaries.into_iter().filter_map(tail).collect()
}

/// What comes of one draft.
enum Verdict {
    /// It is decided and durable, or refused on durable ground.
    Sure(Reply),
    /// Nothing was stored, and nothing can be.
    Hindered,
    /// Somebody else wrote; it is decided anew.
    Again,
    /// The answer was lost; it is looked for in the log.
    InDoubt,
    /// What it was prepared on is not so any more; that is found out anew, too.
    Unprepared,
}

/// What is known of the boundaries of a drain.
struct Known {
    failed: HashMap<Boundary, AppendError>,
    grounds: HashMap<Boundary, Ground>,
    outcomes: Vec<Outcome>,
}

impl<J: Journal> Writer<J> {
    /// Answers a drain, and lets those go again who must.
    pub(super) fn settle(&mut self, flight: Flight, landed: Landed) -> Result<(), Regressed> {
        let stored = landed.outcomes.iter().filter_map(|o| o.as_ref().ok());
        if let Err(regressed) = self.cells.proceed_to(stored.copied()) {
            for (mut job, _) in flight.drafted {
                job.in_doubt = true;
                job.hinder();
            }
            return Err(regressed);
        }
        let failed = self.follow_the_log(&flight, &landed);
        let known = Known {
            failed,
            grounds: landed.grounds,
            outcomes: landed.outcomes,
        };
        let mut reindexed = Vec::new();
        for (job, draft) in flight.drafted {
            match self.verdict(&job, draft, &known) {
                Verdict::Sure(reply) if reply.is_ok() && change(&job).is_some() => {
                    reindexed.push((job, reply));
                }
                Verdict::Sure(reply) => job.answer(reply),
                verdict => self.unsure(job, &verdict),
            }
        }
        if !reindexed.is_empty() {
            let answering = answer_reindexed(self.vault.clone(), reindexed);
            self.answering.spawn(answering);
        }
        Ok(())
    }

    fn unsure(&mut self, mut job: Job, verdict: &Verdict) {
        match verdict {
            // The log may only be away for a while, and whether it was stored is worth waiting for.
            Verdict::Hindered if !job.in_doubt => return job.hinder(),
            Verdict::Hindered | Verdict::Again | Verdict::Sure(_) => {}
            Verdict::InDoubt => job.in_doubt = true,
            Verdict::Unprepared => job.resolved = Resolved::Nothing,
        }
        self.again(job);
    }

    /// Notes in the cells what was stored, and forgets those whose decisions were not, or that were behind.
    fn follow_the_log(
        &mut self,
        flight: &Flight,
        landed: &Landed,
    ) -> HashMap<Boundary, AppendError> {
        let mut failed = HashMap::new();
        for (decision, outcome) in flight.decisions.iter().zip(&landed.outcomes) {
            match outcome {
                Ok(position) => {
                    if let Some(cell) = self.cells.get_mut(&decision.boundary) {
                        cell.stored(decision, *position);
                    }
                }
                Err(error) => {
                    failed.insert(decision.boundary.clone(), error.clone());
                }
            }
        }
        for boundary in &flight.written {
            self.cells.changed(boundary, &self.loading.shelf);
        }
        for (boundary, error) in &failed {
            tracing::warn!(%error, "decisions of a boundary were not stored");
            if let AppendError::Conflict { .. } = error {
                metrics::counter!("writer_conflicts_total").increment(1);
            }
            self.cells.drop(boundary);
        }
        for (boundary, ground) in &landed.grounds {
            if *ground != Ground::Proven {
                self.cells.drop(boundary);
            }
        }
        failed
    }

    fn verdict(&mut self, job: &Job, draft: Draft, known: &Known) -> Verdict {
        let boundary = &job.asked.boundary;
        match draft {
            Draft::New { entry, decision } | Draft::SameAs { entry, decision } => {
                let replayed = decision.id != job.asked.decision;
                match known.outcomes.get(entry) {
                    Some(Ok(position)) => Verdict::Sure(Ok(Answer::Decided {
                        position: *position,
                        decision,
                        replayed,
                    })),
                    Some(Err(error)) => Verdict::of(error),
                    None => Verdict::InDoubt,
                }
            }
            Draft::Refused(refusal) => match known.ground(boundary) {
                Ok(()) => Verdict::Sure(Err(refusal)),
                Err(verdict) => verdict,
            },
            Draft::Unchanged(about) => match known.ground(boundary) {
                Ok(()) => {
                    let cell = self.cells.get(boundary);
                    let answer = cell.and_then(|cell| unchanged(cell, about));
                    Verdict::Sure(answer.ok_or(Refusal::Unavailable))
                }
                Err(verdict) => verdict,
            },
            Draft::Overtaken | Draft::NoRoom | Draft::Repeat(_) => Verdict::Unprepared,
            Draft::Hindered => Verdict::Hindered,
        }
    }
}

impl Verdict {
    /// Judges a decision that was not stored.
    fn of(error: &AppendError) -> Self {
        match error {
            AppendError::Conflict { .. } => Self::Again,
            AppendError::Unknown { .. } => Self::InDoubt,
            AppendError::Unavailable { .. } => Self::Hindered,
        }
    }
}

impl Known {
    /// Says whether a refusal rests on what is stored, and on the newest of it.
    fn ground(&self, boundary: &Boundary) -> Result<(), Verdict> {
        match (self.failed.get(boundary), self.grounds.get(boundary)) {
            (Some(AppendError::Unavailable { .. }), _) | (None, Some(Ground::Unknown)) => {
                Err(Verdict::Hindered)
            }
            // Its own decision is none, so that nothing of it can stand in the log.
            (Some(AppendError::Conflict { .. } | AppendError::Unknown { .. }), _) => {
                Err(Verdict::Again)
            }
            (None, Some(Ground::Stale)) => Err(Verdict::Unprepared),
            (None, Some(Ground::Proven) | None) => Ok(()),
        }
    }
}
