//! A program's list of municipalities: one JSON document, an object a line (NDJSON), or a table (CSV).

mod lines;
mod table;

use anmeldewerk_domain::{
    Date, MunicipalityKey,
    program::{Kind, ListFault, Misfit, Municipalities, Municipality, Validity},
};
use anmeldewerk_service::problem::Problem;
use serde::Deserialize;

pub(crate) use lines::read as lines;
pub(crate) use table::{plain, read as table};

#[cfg(test)]
use super::shape;
use super::{Faults, time};

/// The largest list, in bytes (4 MiB).
pub(crate) const LIST_BYTES: usize = 4 * 1024 * 1024;

/// How many faults of a list are named; of the others only their number is told.
const MOST_NAMED: usize = 100;

/// A whole list.
#[derive(Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "MunicipalityListNew"))]
#[serde(deny_unknown_fields)]
pub(crate) struct ListBody {
    #[cfg_attr(test, schemars(length(max = 3_000)))]
    municipalities: Vec<EntryBody>,
}

/// One entry of it.
#[derive(Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "MunicipalityNew"))]
#[serde(deny_unknown_fields)]
pub(crate) struct EntryBody {
    #[cfg_attr(test, schemars(with = "shape::Municipality"))]
    key: String,
    #[cfg_attr(test, schemars(with = "shape::Line"))]
    name: String,
    #[cfg_attr(test, schemars(with = "shape::MunicipalityKind"))]
    kind: String,
    #[cfg_attr(test, schemars(with = "Option<shape::Municipality>"))]
    parent: Option<String>,
    #[cfg_attr(test, schemars(with = "Option<shape::Day>"))]
    valid_from: Option<String>,
    #[cfg_attr(test, schemars(with = "Option<shape::Day>"))]
    valid_until: Option<String>,
}

/// A list as far as it could be read: each entry with its place, and what could not be read.
#[derive(Default)]
pub(crate) struct Sheet {
    entries: Vec<(String, EntryBody)>,
    faults: Faults,
}

impl Sheet {
    /// Takes an entry from a place, such as `/municipalities/0` or `/lines/2`.
    fn take(&mut self, place: String, entry: EntryBody) {
        self.entries.push((place, entry));
    }

    /// Gives the list, or everything that is wrong with it: with its entries, and if those are well, between them.
    pub(crate) fn list(mut self) -> Result<Municipalities, Problem> {
        let faults = &mut self.faults;
        let entries = self.entries.iter();
        let entries =
            entries.map(|(place, entry)| faults.within(place, |faults| entry.read(faults)));
        let entries: Option<Vec<Municipality>> = entries.collect::<Vec<_>>().into_iter().collect();
        match entries.filter(|_| self.faults.count() == 0) {
            Some(entries) => Municipalities::new(entries).map_err(|misfits| self.refuse(&misfits)),
            None => Err(few(self.faults)),
        }
    }

    fn refuse(mut self, misfits: &[Misfit]) -> Problem {
        for misfit in misfits {
            let (place, _) = &self.entries[misfit.index];
            let (field, code) = words(misfit.fault);
            self.faults.add(format!("{place}{field}"), code);
        }
        few(self.faults)
    }
}

impl From<ListBody> for Sheet {
    fn from(body: ListBody) -> Self {
        let entries = body.municipalities.into_iter().enumerate();
        let placed = entries.map(|(index, entry)| (format!("/municipalities/{index}"), entry));
        Self {
            entries: placed.collect(),
            faults: Faults::default(),
        }
    }
}

impl EntryBody {
    fn read(&self, faults: &mut Faults) -> Option<Municipality> {
        let key = key(faults, "/key", &self.key);
        let name = faults.line("/name", &self.name);
        let kind = faults.need("/kind", Kind::parse(&self.kind), "unknown_value");
        let parent = self.parent.as_deref();
        let parent = parent.and_then(|parent| self::key(faults, "/parent", parent));
        let from = day(faults, "/valid_from", self.valid_from.as_deref());
        let until = day(faults, "/valid_until", self.valid_until.as_deref());
        let validity = Validity::new(from, until);
        let validity = faults.need("/valid_until", validity, "ends_before_it_begins");
        Some(Municipality {
            key: key?,
            name: name?,
            kind: kind?,
            parent,
            validity: validity?,
        })
    }
}

/// Reads a key. One that a program for tables has taken for a number, and its zero from it, is not mended:
/// nobody can know whether that is what happened.
fn key(faults: &mut Faults, pointer: &str, text: &str) -> Option<MunicipalityKey> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let code = match text.len() {
        0 => "missing_field",
        4 | 7 if digits => "key_without_zero",
        _ => "invalid_key",
    };
    faults.need(pointer, MunicipalityKey::new(text), code)
}

fn day(faults: &mut Faults, pointer: &str, text: Option<&str>) -> Option<Date> {
    faults.need(pointer, time::date(text?), "no_such_time")
}

fn words(fault: ListFault) -> (&'static str, &'static str) {
    match fault {
        ListFault::TooMany => ("", "too_many"),
        ListFault::KeyTwice { .. } => ("/key", "key_twice"),
        ListFault::UnknownParent => ("/parent", "unknown_parent"),
        ListFault::OwnParent => ("/parent", "own_parent"),
        ListFault::Circle => ("/parent", "circle"),
    }
}

/// Names the first faults, and says how many there are.
fn few(mut faults: Faults) -> Problem {
    let count = faults.count();
    faults.found.truncate(MOST_NAMED);
    faults.into_problem().with("error_count", count)
}

/// Writes what a list says in one way, however it was sent: the same list is the same command.
pub(crate) fn canonical(list: &Municipalities) -> Vec<u8> {
    let mut text = String::new();
    for entry in list.entries() {
        let day = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
        let parent = entry.parent.as_ref().map(MunicipalityKey::as_str);
        let fields = [
            entry.key.as_str(),
            entry.name.as_str(),
            entry.kind.name(),
            parent.unwrap_or_default(),
            &day(entry.validity.from()),
            &day(entry.validity.until()),
        ];
        // A line of text holds no control character.
        text.push_str(&fields.join("\u{1f}"));
        text.push('\u{1e}');
    }
    text.into_bytes()
}

#[cfg(test)]
mod tests;
