//! What bounds the seats of a workshop, and how far it is used up.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::postgres::PgRow;

use super::{
    Deadline, ProgramCount, Seats, row,
    workshop::{count, narrow},
};
use crate::Fault;

/// What bounds the seats beside the workshop's own capacity.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bounds {
    /// At most so many of a program.
    pub program_caps: BTreeMap<String, u32>,
    /// At most so many of a municipality.
    pub municipality_caps: BTreeMap<String, u32>,
    /// Seats kept for a program, by program.
    pub guarantees: BTreeMap<String, Guarantee>,
}

/// Seats that are kept for a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guarantee {
    /// How many.
    pub seats: u32,
    /// From when on they are free for all; nothing means until they are released by hand.
    pub release: Option<Deadline>,
    /// Whether they are free for all.
    pub released: bool,
}

/// What a bucket counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BucketScope {
    /// All seats.
    Workshop,
    /// Those of a program.
    Program(String),
    /// Those of a municipality.
    Municipality(String),
    /// Those kept for a program.
    Guarantee(String),
}

/// How a bucket is filled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BucketUse {
    /// What it counts.
    pub scope: BucketScope,
    /// How many there are; nothing is unlimited.
    pub size: Option<u32>,
    /// How many are held.
    pub used: u64,
    /// How many are still kept, where it is a guarantee.
    pub kept: Option<u64>,
}

impl BucketUse {
    /// Gives how many are left; nothing is unlimited.
    pub fn free(&self) -> Option<u64> {
        Some(u64::from(self.size?).saturating_sub(self.used))
    }
}

/// What the use of buckets is counted from.
pub(super) struct Figures<'f> {
    pub(super) seats: Seats,
    pub(super) by_program: &'f [ProgramCount],
    pub(super) bounds: &'f Bounds,
}

/// Reads what bounds the seats.
pub(super) fn bounds(row: &PgRow) -> Result<Bounds, Fault> {
    let scopes: Vec<String> = row::list(row, "bucket_scopes")?;
    let keys: Vec<String> = row::list(row, "bucket_keys")?;
    let sizes: Vec<i64> = row::list(row, "bucket_sizes")?;
    let stated: Vec<Option<String>> = row::list(row, "release_stated")?;
    let instants: Vec<Option<jiff_sqlx::Timestamp>> = row::list(row, "release_at")?;
    let released: Vec<String> = row::list(row, "released")?;
    let released: BTreeSet<String> = released.into_iter().collect();
    let mut bounds = Bounds::default();
    let ends = stated.into_iter().zip(instants);
    for (((scope, key), size), release) in scopes.iter().zip(keys).zip(sizes).zip(ends) {
        let size = narrow(size);
        match scope.as_str() {
            "program" => drop(bounds.program_caps.insert(key, size)),
            "municipality" => drop(bounds.municipality_caps.insert(key, size)),
            "guarantee" => {
                let kept = guarantee(size, release, released.contains(&key));
                bounds.guarantees.insert(key, kept);
            }
            _ => return Err(Fault::Value("scope")),
        }
    }
    Ok(bounds)
}

fn guarantee(
    seats: u32,
    (stated, instant): (Option<String>, Option<jiff_sqlx::Timestamp>),
    released: bool,
) -> Guarantee {
    let both = stated.zip(instant);
    let release = both.map(|(stated, instant)| Deadline {
        stated,
        instant: instant.to_jiff(),
    });
    Guarantee {
        seats,
        release,
        released,
    }
}

/// Reads how the buckets are filled, where the caller sees figures.
pub(super) fn filled(row: &PgRow, figures: &Figures<'_>) -> Result<Vec<BucketUse>, Fault> {
    if row::get::<Option<bool>>(row, "figures")? != Some(true) {
        return Ok(Vec::new());
    }
    let of_municipality = municipality_use(row)?;
    let bounds = figures.bounds;
    let programs = bounds.program_caps.iter().map(|(program, size)| BucketUse {
        scope: BucketScope::Program(program.clone()),
        size: Some(*size),
        used: figures.of_program(program),
        kept: None,
    });
    let municipalities = bounds
        .municipality_caps
        .iter()
        .map(|(key, size)| BucketUse {
            scope: BucketScope::Municipality(key.clone()),
            size: Some(*size),
            used: of_municipality.get(key).copied().unwrap_or(0),
            kept: None,
        });
    let guarantees = bounds.guarantees.iter();
    let guarantees = guarantees.map(|(program, kept)| figures.of_guarantee(program, kept));
    let own = std::iter::once(figures.of_workshop());
    let all = own.chain(programs).chain(municipalities).chain(guarantees);
    Ok(all.collect())
}

fn municipality_use(row: &PgRow) -> Result<BTreeMap<String, u64>, Fault> {
    let scopes: Vec<String> = row::list(row, "bucket_scopes")?;
    let keys: Vec<String> = row::list(row, "bucket_keys")?;
    let used: Vec<i64> = row::list(row, "bucket_used")?;
    let rows = scopes.iter().zip(keys).zip(used);
    let municipalities = rows.filter(|((scope, _), _)| *scope == "municipality");
    Ok(municipalities
        .map(|((_, key), used)| (key, count(used)))
        .collect())
}

impl Figures<'_> {
    fn of_program(&self, program: &str) -> u64 {
        let holding = self.by_program.iter();
        let holding = holding.filter(|one| one.program == program && one.state.holds_seat());
        holding.map(|one| one.count).sum()
    }

    fn of_workshop(&self) -> BucketUse {
        BucketUse {
            scope: BucketScope::Workshop,
            size: self.seats.capacity,
            used: self.seats.confirmed.saturating_add(self.seats.held),
            kept: None,
        }
    }

    fn of_guarantee(&self, program: &str, kept: &Guarantee) -> BucketUse {
        let used = self.of_program(program);
        let unused = u64::from(kept.seats).saturating_sub(used);
        BucketUse {
            scope: BucketScope::Guarantee(program.to_owned()),
            size: Some(kept.seats),
            used,
            kept: Some(if kept.released { 0 } else { unused }),
        }
    }
}
