//! The changes of a batch folded per key, so that each row is written once.

use std::collections::{BTreeMap, BTreeSet};

use anmeldewerk_contract::{Position, Recorded, Subject};
use anmeldewerk_domain::{
    ProgramId, RegistrationId, WorkshopId,
    program::Details,
    workshop::{Settings, Status},
};

use crate::{
    batch::{Batch, Entry},
    change::{Arrived, Change, Step},
    poison::Poison,
    project::{self, project},
};

/// The entries of a batch that do not fit the rows, by index.
pub(crate) type Misfits = BTreeSet<usize>;

/// A change that does not fit what came before it in the batch.
struct Misfit;

/// What a batch writes: for each table the rows by key, in the order of the keys.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Fold<'b> {
    pub(crate) programs: BTreeMap<&'b ProgramId, ProgramRow<'b>>,
    pub(crate) workshops: BTreeMap<WorkshopId, WorkshopRow<'b>>,
    pub(crate) registrations: BTreeMap<RegistrationId, RegistrationRow<'b>>,
    pub(crate) parked: Vec<Parked<'b>>,
    /// Workshops that must have been there before the batch, because registrations came in before they were made.
    relied_on: BTreeSet<WorkshopId>,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ProgramRow<'b> {
    pub(crate) details: &'b Details,
    pub(crate) version: Position,
}

/// A workshop that the batch touches.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct WorkshopRow<'b> {
    /// The entry that touched it first.
    pub(crate) entry: usize,
    /// Host and settings where the batch makes it; else the row must be there.
    pub(crate) made: Option<(&'b ProgramId, &'b Settings)>,
    pub(crate) status: Status,
    pub(crate) version: Position,
}

/// A registration that the batch touches.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct RegistrationRow<'b> {
    /// The entry that touched it first.
    pub(crate) entry: usize,
    pub(crate) workshop: WorkshopId,
    /// What was submitted where the batch makes it; else the row must be there.
    pub(crate) arrived: Option<Arrived<'b>>,
    pub(crate) step: Step,
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
    let mut fold = Fold::default();
    let mut ended: BTreeSet<&str> = parked.iter().map(String::as_str).collect();
    for (index, entry) in batch.entries.iter().enumerate() {
        if ended.contains(entry.subject.as_str()) {
            fold.park(entry, Poison::SubjectParked);
            continue;
        }
        match usable(entry, misfits.contains(&index)) {
            Ok(recorded) => {
                for change in project(recorded) {
                    fold.take(index, change).map_err(|Misfit| index)?;
                }
            }
            Err(poison) => {
                ended.insert(entry.subject.as_str());
                fold.park(entry, poison);
            }
        }
    }
    Ok(fold)
}

fn usable(entry: &Entry, misfit: bool) -> Result<&Recorded, Poison> {
    match &entry.content {
        Ok(_) if misfit => Err(Poison::DoesNotFit),
        Ok(recorded) => Ok(recorded),
        Err(poison) => Err(*poison),
    }
}

impl<'b> Fold<'b> {
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

    fn take(&mut self, entry: usize, change: Change<'b>) -> Result<(), Misfit> {
        match change {
            Change::Program {
                id,
                details,
                version,
            } => {
                self.programs.insert(id, ProgramRow { details, version });
                Ok(())
            }
            Change::WorkshopCreated {
                id,
                host,
                settings,
                version,
            } => self.create(
                id,
                WorkshopRow {
                    entry,
                    made: Some((host, settings)),
                    status: Status::Draft,
                    version,
                },
            ),
            Change::WorkshopMoved {
                id,
                status,
                version,
            } => {
                let made = None;
                self.move_workshop(
                    id,
                    WorkshopRow {
                        entry,
                        made,
                        status,
                        version,
                    },
                );
                Ok(())
            }
            Change::Arrived(arrived) => self.arrive(entry, arrived),
            Change::Moved {
                workshop,
                registration,
                step,
            } => self.step(
                registration,
                RegistrationRow {
                    entry,
                    workshop,
                    arrived: None,
                    step,
                },
            ),
        }
    }

    fn create(&mut self, id: WorkshopId, row: WorkshopRow<'b>) -> Result<(), Misfit> {
        let known = self.relied_on.contains(&id) || self.workshops.contains_key(&id);
        if known {
            return Err(Misfit);
        }
        self.workshops.insert(id, row);
        Ok(())
    }

    fn move_workshop(&mut self, id: WorkshopId, moved: WorkshopRow<'b>) {
        let (status, version) = (moved.status, moved.version);
        let row = self.workshops.entry(id).or_insert(moved);
        row.status = status;
        row.version = version;
    }

    fn arrive(&mut self, entry: usize, arrived: Arrived<'b>) -> Result<(), Misfit> {
        if !self.workshops.contains_key(&arrived.workshop) {
            self.relied_on.insert(arrived.workshop);
        }
        let row = RegistrationRow {
            entry,
            workshop: arrived.workshop,
            arrived: Some(arrived),
            step: project::submitted(arrived.arrival.position()),
        };
        match self
            .registrations
            .insert(arrived.submitted.registration, row)
        {
            None => Ok(()),
            Some(_) => Err(Misfit),
        }
    }

    fn step(&mut self, id: RegistrationId, moved: RegistrationRow<'b>) -> Result<(), Misfit> {
        let (workshop, step) = (moved.workshop, moved.step);
        let row = self.registrations.entry(id).or_insert(moved);
        if row.workshop != workshop {
            return Err(Misfit);
        }
        row.step = step;
        Ok(())
    }
}
