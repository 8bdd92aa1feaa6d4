//! The changes of a batch in stages: rows that are folded per key, then what changes rows by other rows, and so on.

use std::collections::BTreeSet;

use anmeldewerk_contract::{Position, Recorded, Subject};
use anmeldewerk_domain::{Instant, RegistrationId, WorkshopId, workshop::Status};

use crate::{
    batch::{Batch, Content, Entry},
    change::{Arrived, Change, Documented, Grouped, News, Sweep, SweepKind},
    history::{Happened, history},
    poison::Poison,
    project::project,
    rows::{ProgramRow, RegistrationRow, Rows, TopicRow, WorkshopRow},
    step,
    touched::{Misfit, Touched},
};

/// The entries of a batch that do not fit the rows, by index.
pub(crate) type Misfits = BTreeSet<usize>;

/// What a batch writes, in order.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Fold<'b> {
    /// The stages; mostly there is one.
    pub(crate) stages: Vec<Stage<'b>>,
    /// What has happened, event by event.
    pub(crate) history: Vec<Happened<'b>>,
    pub(crate) parked: Vec<Parked<'b>>,
    pub(crate) touched: Touched,
}

/// Rows, and what changes them and others after they are written.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Stage<'b> {
    pub(crate) rows: Rows<'b>,
    pub(crate) sweep: Option<Sweep<'b>>,
}

/// A pointer to a message that is not folded.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Parked<'b> {
    pub(crate) subject: &'b Subject,
    pub(crate) position: Position,
    pub(crate) hash: [u8; 32],
    pub(crate) poison: Poison,
}

/// Folds a batch, except what is parked: subjects that were `parked` before, misfits, and what follows them.
///
/// `misfits` are those that the rows in the database have shown; those inside the batch are found here.
pub(crate) fn fold<'b>(batch: &'b Batch, parked: &BTreeSet<String>, misfits: &Misfits) -> Fold<'b> {
    let mut misfits = misfits.clone();
    loop {
        match attempt(batch, parked, &misfits) {
            Ok(fold) => return fold,
            Err(index) => {
                misfits.insert(index);
            }
        }
    }
}

/// Folds a batch, or gives the first entry that does not fit what came before it in the batch.
fn attempt<'b>(
    batch: &'b Batch,
    parked: &BTreeSet<String>,
    misfits: &Misfits,
) -> Result<Fold<'b>, usize> {
    let mut fold = Fold::new();
    let mut ended: BTreeSet<&str> = parked.iter().map(String::as_str).collect();
    for (index, entry) in batch.entries.iter().enumerate() {
        let skipped = matches!(entry.content, Content::Skipped);
        if !skipped && ended.contains(entry.subject.as_str()) {
            fold.park(entry, Poison::SubjectParked);
            continue;
        }
        match usable(entry, misfits.contains(&index)) {
            Ok(Some(recorded)) => {
                for change in project(recorded) {
                    fold.take(index, change).map_err(|Misfit| index)?;
                }
                fold.history.extend(history(recorded));
            }
            Ok(None) => {}
            Err(poison) => {
                ended.insert(entry.subject.as_str());
                fold.park(entry, poison);
            }
        }
    }
    Ok(fold)
}

/// Gives the decision of an entry; nothing where it is to be left out.
fn usable(entry: &Entry, misfit: bool) -> Result<Option<&Recorded>, Poison> {
    match &entry.content {
        Content::Decision(_) if misfit => Err(Poison::DoesNotFit),
        Content::Decision(recorded) => Ok(Some(recorded)),
        Content::Poison(poison) => Err(*poison),
        Content::Skipped => Ok(None),
    }
}

impl<'b> Fold<'b> {
    fn new() -> Self {
        Self {
            stages: vec![Stage::default()],
            history: Vec::new(),
            parked: Vec::new(),
            touched: Touched::default(),
        }
    }

    fn park(&mut self, entry: &'b Entry, poison: Poison) {
        self.parked.push(Parked {
            subject: &entry.subject,
            position: entry.position,
            hash: entry.hash,
            poison,
        });
    }

    /// Gives the subjects that are parked by this batch, each with its first message.
    pub(crate) fn newly_parked(&self) -> impl Iterator<Item = &Parked<'b>> {
        let poisoned = |parked: &&Parked<'b>| parked.poison != Poison::SubjectParked;
        self.parked.iter().filter(poisoned)
    }

    fn rows(&mut self) -> &mut Rows<'b> {
        let last = self.stages.last_mut();
        &mut last.expect("there is a stage from the beginning").rows
    }

    fn take(&mut self, entry: usize, change: Change<'b>) -> Result<(), Misfit> {
        match change {
            Change::Program {
                id,
                details,
                version,
            } => {
                let row = ProgramRow { details, version };
                self.rows().programs.insert(id, row);
            }
            Change::Municipalities {
                program,
                change,
                version,
            } => self.rows().list(program, change, version),
            Change::Topic {
                code,
                details,
                version,
            } => {
                let row = TopicRow { details, version };
                self.rows().topics.insert(code, row);
            }
            Change::WorkshopCreated {
                id,
                host,
                settings,
                version,
            } => {
                self.touched.make_workshop(entry, id)?;
                let row = WorkshopRow::made(host, settings, version);
                self.rows().workshops.insert(id, row);
            }
            Change::Workshop { id, news, version } => {
                self.workshop(entry, id, version).take(news);
                if let News::Settings { settings, .. } = news {
                    self.end_stage(Sweep {
                        workshop: id,
                        kind: SweepKind::Offered(settings),
                        at: Instant::from_micros(0),
                        version,
                    });
                }
            }
            Change::Documented(documented) => self.document(entry, documented),
            Change::Grouped(grouped) => self.group(entry, grouped)?,
            Change::Arrived(arrived) => self.arrive(entry, arrived)?,
            Change::Moved {
                workshop,
                registration,
                step,
            } => self.registration(entry, workshop, registration)?.step(step),
            Change::Restated {
                workshop,
                registration,
                restatement,
                version,
            } => self
                .registration(entry, workshop, registration)?
                .restate(restatement, version),
            Change::Noted(noted) => {
                let (workshop, registration) = (noted.workshop, noted.registration);
                let at = noted.at.position();
                self.registration(entry, workshop, registration)?.version = at;
                self.rows().notes.push(noted);
            }
            Change::Sweep(sweep) => self.sweep(entry, sweep)?,
        }
        Ok(())
    }

    /// Gives the row of a workshop that changes.
    fn workshop(
        &mut self,
        entry: usize,
        id: WorkshopId,
        version: Position,
    ) -> &mut WorkshopRow<'b> {
        self.touched.touch_workshop(entry, id);
        let row = self.rows().workshops.entry(id).or_default();
        row.version = version;
        row
    }

    /// Gives the row of a registration that changes.
    fn registration(
        &mut self,
        entry: usize,
        workshop: WorkshopId,
        id: RegistrationId,
    ) -> Result<&mut RegistrationRow<'b>, Misfit> {
        self.touched.touch_registration(entry, workshop, id)?;
        let row = self.rows().registrations.entry(id);
        Ok(row.or_insert_with(|| RegistrationRow::there(workshop)))
    }

    fn document(&mut self, entry: usize, documented: Documented<'b>) {
        self.touched.touch_workshop(entry, documented.workshop);
        let kind = documented.document().kind;
        let key = (documented.workshop, kind, documented.added.number);
        self.rows().documents.insert(key, documented);
    }

    fn group(&mut self, entry: usize, grouped: Grouped<'b>) -> Result<(), Misfit> {
        let key = (grouped.workshop, grouped.submitted.group);
        self.touched.make_group(entry, key)?;
        self.rows().groups.insert(key, grouped);
        Ok(())
    }

    fn arrive(&mut self, entry: usize, arrived: Arrived<'b>) -> Result<(), Misfit> {
        let id = arrived.submitted.registration;
        self.touched
            .make_registration(entry, arrived.workshop, id)?;
        let step = step::arrived(arrived.submitted, arrived.arrival);
        let row = RegistrationRow::made(arrived, step);
        self.rows().registrations.insert(id, row);
        Ok(())
    }

    /// Ends a stage: what came before is written first, and what comes after begins another one.
    fn sweep(&mut self, entry: usize, sweep: Sweep<'b>) -> Result<(), Misfit> {
        let Sweep {
            workshop,
            kind,
            version,
            at: _,
        } = sweep;
        match kind {
            SweepKind::CalledOff { .. } => {
                self.workshop(entry, workshop, version).status = Some(Status::Cancelled);
            }
            SweepKind::Drawn { .. } => self.workshop(entry, workshop, version).drawn = true,
            SweepKind::Offered(_) | SweepKind::AttendanceClosed(_) => {
                self.touched.touch_workshop(entry, workshop);
            }
            SweepKind::AssignmentDrafted(draft) => {
                self.touched.make_run(entry, workshop, draft.solved.run)?;
            }
            SweepKind::AssignmentPublished(result) => {
                self.touched.touch_run(entry, workshop, result.solved.run)?;
            }
            SweepKind::TopicAssigned(assigned) => {
                let id = assigned.registration;
                self.touched.touch_registration(entry, workshop, id)?;
            }
            SweepKind::AttendanceTaken(taken) => {
                for (id, _) in &taken.entries {
                    self.touched.touch_registration(entry, workshop, *id)?;
                }
            }
            SweepKind::Substituted(successor) => {
                let substituted = successor.substituted;
                let (old, new) = (substituted.registration, substituted.successor);
                self.touched.touch_registration(entry, workshop, old)?;
                self.touched.make_registration(entry, workshop, new)?;
            }
            SweepKind::Merged {
                registration, into, ..
            } => {
                if registration == into {
                    return Err(Misfit);
                }
                for id in [registration, into] {
                    self.touched.touch_registration(entry, workshop, id)?;
                }
            }
        }
        self.end_stage(sweep);
        Ok(())
    }

    fn end_stage(&mut self, sweep: Sweep<'b>) {
        if let Some(last) = self.stages.last_mut() {
            last.sweep = Some(sweep);
        }
        self.stages.push(Stage::default());
    }
}
