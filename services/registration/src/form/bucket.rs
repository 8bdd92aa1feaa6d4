//! Caps, guarantees and limits in time, as a body states them.

use std::collections::BTreeMap;

use anmeldewerk_domain::{Cutoff, ProgramId, workshop::Guarantee};
use jiff::tz::TimeZone;
use serde::Deserialize;

#[cfg(test)]
use super::shape;
use super::{Faults, patch::Patch, time};

/// More entries in one list than any workshop has.
const MOST_ENTRIES: usize = 2_000;

#[derive(Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "GuaranteeNew"))]
#[serde(deny_unknown_fields)]
pub(super) struct GuaranteeBody {
    #[cfg_attr(test, schemars(with = "shape::Program"))]
    program: String,
    seats: u32,
    #[cfg_attr(test, schemars(with = "Option<shape::Stated>"))]
    release: Option<String>,
}

/// How a stated day is meant.
#[derive(Clone, Copy)]
pub(super) enum Limit {
    /// From its start on.
    From,
    /// Itself included.
    Until,
}

impl Limit {
    pub(super) fn read(
        self,
        faults: &mut Faults,
        (pointer, text): (&str, &str),
        zone: &TimeZone,
    ) -> Option<Cutoff> {
        let stated = faults.need(pointer, time::stated(text), "invalid_date")?;
        let cutoff = match self {
            Self::From => time::opening(stated, zone),
            Self::Until => time::deadline(stated, zone),
        };
        faults.need(pointer, cutoff, "no_such_time")
    }
}

impl Patch<BTreeMap<String, Option<u32>>> {
    /// Sets caps by key: null takes the cap away, and so does null for all of them.
    pub(super) fn merge<K: Ord>(
        &self,
        faults: &mut Faults,
        caps: &mut BTreeMap<K, u32>,
        keys: &Keys<K>,
    ) {
        let (pointer, code) = (keys.pointer, keys.code);
        let stated = match self {
            Self::Absent => return,
            Self::Null => return caps.clear(),
            Self::Value(stated) => stated,
        };
        if stated.len() > MOST_ENTRIES {
            return faults.add(pointer, "too_many");
        }
        for (name, size) in stated {
            let key = faults.need(
                &format!("{pointer}/{}", escaped(name)),
                (keys.parse)(name),
                code,
            );
            match (key, size) {
                (Some(key), Some(size)) => drop(caps.insert(key, *size)),
                (Some(key), None) => drop(caps.remove(&key)),
                (None, _) => {}
            }
        }
    }
}

/// How the keys of an object of caps are read.
pub(super) struct Keys<K> {
    /// Where the object stands.
    pub(super) pointer: &'static str,
    pub(super) parse: fn(&str) -> Option<K>,
    /// What is said of a key that is none.
    pub(super) code: &'static str,
}

/// Writes a key as a part of a JSON pointer (RFC 6901), cut where it is no key of ours anyway.
pub(super) fn escaped(key: &str) -> String {
    let short: String = key.chars().take(32).collect();
    short.replace('~', "~0").replace('/', "~1")
}

pub(super) fn guarantees(
    faults: &mut Faults,
    stated: &[GuaranteeBody],
    zone: &TimeZone,
) -> BTreeMap<ProgramId, Guarantee> {
    let mut guarantees = BTreeMap::new();
    for (index, guarantee) in stated.iter().enumerate() {
        let pointer = format!("/guarantees/{index}");
        let place = format!("{pointer}/program");
        let program = ProgramId::new(&guarantee.program);
        let program = faults.need(&place, program, "invalid_program");
        let place_of_release = format!("{pointer}/release");
        let release = guarantee.release.as_deref();
        let release =
            release.and_then(|text| Limit::From.read(faults, (&place_of_release, text), zone));
        let Some(program) = program else { continue };
        let kept = Guarantee {
            seats: guarantee.seats,
            release,
        };
        if guarantees.insert(program, kept).is_some() {
            faults.add(place, "twice");
        }
    }
    guarantees
}
