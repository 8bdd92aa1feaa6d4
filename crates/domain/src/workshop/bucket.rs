//! Seat buckets (Kontingente): which seats are taken, and whom a further one may go to.

use std::collections::{BTreeMap, BTreeSet};

use super::Settings;
use crate::{MunicipalityKey, ProgramId};

/// What stands between somebody and a seat.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bucket {
    /// All seats of the workshop.
    Workshop {
        /// How many there are.
        size: u32,
    },
    /// The seats that are left are kept for other programs.
    Reserved,
    /// The seats that are left are for others who wait.
    Queue,
    /// All seats of a program.
    Program {
        /// Which program.
        program: ProgramId,
        /// How many there are.
        size: u32,
    },
    /// All seats of a municipality.
    Municipality {
        /// Which municipality.
        municipality: MunicipalityKey,
        /// How many there are.
        size: u32,
    },
}

/// Seats that are taken, by everything that bounds them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// In the whole workshop.
    pub total: u32,
    /// By program.
    pub by_program: BTreeMap<ProgramId, u32>,
    /// By municipality.
    pub by_municipality: BTreeMap<MunicipalityKey, u32>,
}

impl Taken {
    /// Takes a seat.
    pub fn take(&mut self, program: &ProgramId, municipality: &MunicipalityKey) {
        self.total = self.total.saturating_add(1);
        add(&mut self.by_program, program);
        add(&mut self.by_municipality, municipality);
    }

    /// Gives a seat back.
    pub fn give_back(&mut self, program: &ProgramId, municipality: &MunicipalityKey) {
        self.total = self.total.saturating_sub(1);
        remove(&mut self.by_program, program);
        remove(&mut self.by_municipality, municipality);
    }

    fn of_program(&self, program: &ProgramId) -> u32 {
        self.by_program.get(program).copied().unwrap_or(0)
    }

    fn of_municipality(&self, municipality: &MunicipalityKey) -> u32 {
        self.by_municipality.get(municipality).copied().unwrap_or(0)
    }
}

fn add<K: Ord + Clone>(counts: &mut BTreeMap<K, u32>, key: &K) {
    match counts.get_mut(key) {
        Some(count) => *count = count.saturating_add(1),
        None => drop(counts.insert(key.clone(), 1)),
    }
}

fn remove<K: Ord>(counts: &mut BTreeMap<K, u32>, key: &K) {
    if let Some(count) = counts.get_mut(key) {
        *count = count.saturating_sub(1);
        if *count == 0 {
            counts.remove(key);
        }
    }
}

/// The buckets of a workshop as they are filled at some moment, for a decision to calculate with.
#[derive(Clone, Debug)]
pub struct Buckets<'w> {
    settings: &'w Settings,
    released: &'w BTreeSet<ProgramId>,
    taken: &'w Taken,
    /// Seats that the decision itself takes.
    more: Taken,
    /// Seats that the decision itself gives back.
    less: Taken,
}

impl<'w> Buckets<'w> {
    /// Looks at the buckets of `settings`, of which `taken` is taken.
    pub fn new(
        settings: &'w Settings,
        released: &'w BTreeSet<ProgramId>,
        taken: &'w Taken,
    ) -> Self {
        Self {
            settings,
            released,
            taken,
            more: Taken::default(),
            less: Taken::default(),
        }
    }

    /// Takes a seat, whether there is room or not.
    pub fn take(&mut self, program: &ProgramId, municipality: &MunicipalityKey) {
        self.more.take(program, municipality);
    }

    /// Gives a seat back.
    pub fn give_back(&mut self, program: &ProgramId, municipality: &MunicipalityKey) {
        self.less.take(program, municipality);
    }

    /// Gives how many seats the workshop has left; nothing is unlimited.
    pub fn free(&self) -> Option<u32> {
        let capacity = self.settings.capacity?;
        let left = i64::from(capacity).saturating_sub(self.total()).max(0);
        Some(u32::try_from(left).unwrap_or(u32::MAX))
    }

    /// Gives what keeps somebody of this program and municipality from a seat; nothing where there is room.
    ///
    /// A seat is taken in every bucket that matches, so there must be room in all of them.
    pub fn full(&self, program: &ProgramId, municipality: &MunicipalityKey) -> Option<Bucket> {
        self.full_workshop()
            .or_else(|| self.full_program(program))
            .or_else(|| self.full_municipality(municipality))
            .or_else(|| self.kept_for_others(program))
    }

    fn full_workshop(&self) -> Option<Bucket> {
        let size = self.settings.capacity?;
        (self.total() >= i64::from(size)).then_some(Bucket::Workshop { size })
    }

    fn full_program(&self, program: &ProgramId) -> Option<Bucket> {
        let size = *self.settings.program_caps.get(program)?;
        let full = self.of_program(program) >= i64::from(size);
        full.then(|| Bucket::Program {
            program: program.clone(),
            size,
        })
    }

    /// Gives the municipality's bucket if it is full; nothing else is asked.
    pub fn full_municipality(&self, municipality: &MunicipalityKey) -> Option<Bucket> {
        let size = *self.settings.municipality_caps.get(municipality)?;
        let taken = self.of_municipality(municipality);
        (taken >= i64::from(size)).then(|| Bucket::Municipality {
            municipality: municipality.clone(),
            size,
        })
    }

    /// A guarantee is kept in full for its program, until it is released.
    fn kept_for_others(&self, program: &ProgramId) -> Option<Bucket> {
        let size = self.settings.capacity?;
        let guarantees = self.settings.guarantees.iter();
        let of_others = guarantees
            .filter(|(other, _)| *other != program && !self.released.contains(*other))
            .map(|(other, kept)| {
                i64::from(kept.seats)
                    .saturating_sub(self.of_program(other))
                    .max(0)
            });
        let kept = of_others.fold(0_i64, i64::saturating_add);
        let left = i64::from(size)
            .saturating_sub(self.total())
            .saturating_sub(kept);
        (left <= 0).then_some(Bucket::Reserved)
    }

    fn total(&self) -> i64 {
        sum(self.taken.total, self.more.total, self.less.total)
    }

    fn of_program(&self, program: &ProgramId) -> i64 {
        sum(
            self.taken.of_program(program),
            self.more.of_program(program),
            self.less.of_program(program),
        )
    }

    fn of_municipality(&self, municipality: &MunicipalityKey) -> i64 {
        sum(
            self.taken.of_municipality(municipality),
            self.more.of_municipality(municipality),
            self.less.of_municipality(municipality),
        )
    }
}

fn sum(taken: u32, more: u32, less: u32) -> i64 {
    i64::from(taken)
        .saturating_add(i64::from(more))
        .saturating_sub(i64::from(less))
}
