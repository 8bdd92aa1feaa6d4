//! Municipalities (Kommunen) of a program: a list that its office keeps, as one statement.

use std::collections::{BTreeMap, BTreeSet};

use crate::{Date, MunicipalityKey, TextLine};

/// What a municipality is. Closed; the wording of the Länder differs, the kinds do not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A municipality that belongs to a Kreis (Gemeinde).
    Municipality,
    /// A town that belongs to a Kreis (Stadt).
    Town,
    /// A town that belongs to none (kreisfreie Stadt, Stadtkreis).
    IndependentCity,
    /// A Kreis (Landkreis).
    District,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 4] = [
        Self::Municipality,
        Self::Town,
        Self::IndependentCity,
        Self::District,
    ];

    /// Gives the code used in bodies, answers and tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Municipality => "municipality",
            Self::Town => "town",
            Self::IndependentCity => "independent_city",
            Self::District => "district",
        }
    }

    /// Finds the kind of a code.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// The days on which a municipality exists, each bound including its day; without one it is open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Validity {
    from: Option<Date>,
    until: Option<Date>,
}

impl Validity {
    /// Takes the bounds, or nothing where it would end before it begins.
    pub fn new(from: Option<Date>, until: Option<Date>) -> Option<Self> {
        let ordered = from.zip(until).is_none_or(|(from, until)| from <= until);
        ordered.then_some(Self { from, until })
    }

    /// Gives the first day.
    pub const fn from(self) -> Option<Date> {
        self.from
    }

    /// Gives the last day.
    pub const fn until(self) -> Option<Date> {
        self.until
    }
}

/// One entry of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Municipality {
    /// Its official key, or that of a Kreis; also one outside the program's Land.
    pub key: MunicipalityKey,
    /// Its name.
    pub name: TextLine,
    /// What it is.
    pub kind: Kind,
    /// What it belongs to: the Kreis.
    pub parent: Option<MunicipalityKey>,
    /// When it exists.
    pub validity: Validity,
}

/// A whole list that holds together: each key once, each parent known, no circle, within the limit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Municipalities(BTreeMap<MunicipalityKey, Municipality>);

impl Municipalities {
    /// The most entries of one program; the Land with the most municipalities has about 2,300.
    pub const MAX: usize = 3_000;

    /// Takes entries as a list, or says everything that is wrong with it, in the order of the entries.
    pub fn new(entries: Vec<Municipality>) -> Result<Self, Vec<Misfit>> {
        if entries.len() > Self::MAX {
            let fault = ListFault::TooMany;
            let index = Self::MAX;
            return Err(vec![Misfit { index, fault }]);
        }
        let misfits = misfits(&entries);
        if misfits.is_empty() {
            Ok(entries
                .into_iter()
                .map(|one| (one.key.clone(), one))
                .collect())
        } else {
            Err(misfits)
        }
    }

    /// Gives the entries, by key.
    pub fn entries(&self) -> impl Iterator<Item = &Municipality> {
        self.0.values()
    }

    /// Says how many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Says whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Gives what leads from this list to another one.
    pub(super) fn change_to(&self, other: &Self) -> Change {
        let stated = other
            .0
            .iter()
            .filter(|(key, one)| self.0.get(*key) != Some(*one));
        let removed = self.0.keys().filter(|key| !other.0.contains_key(*key));
        Change {
            stated: stated.map(|(_, one)| one.clone()).collect(),
            removed: removed.cloned().collect(),
        }
    }

    /// Folds a change into the list.
    pub(super) fn changed(mut self, change: &Change) -> Self {
        for key in &change.removed {
            self.0.remove(key);
        }
        let stated = change.stated.iter().cloned();
        self.0.extend(stated.map(|one| (one.key.clone(), one)));
        self
    }
}

impl FromIterator<(MunicipalityKey, Municipality)> for Municipalities {
    fn from_iter<I: IntoIterator<Item = (MunicipalityKey, Municipality)>>(entries: I) -> Self {
        Self(entries.into_iter().collect())
    }
}

/// What is other in a list than in the one before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// Entries that are new or say something else, by key.
    pub stated: Vec<Municipality>,
    /// Keys that are not in the list any more.
    pub removed: Vec<MunicipalityKey>,
}

impl Change {
    /// Says whether both lists are the same.
    pub fn is_empty(&self) -> bool {
        self.stated.is_empty() && self.removed.is_empty()
    }
}

/// An entry that keeps a list from holding together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Misfit {
    /// Which one, counted from 0 as they were stated.
    pub index: usize,
    /// What is wrong.
    pub fault: ListFault,
}

/// What is wrong with an entry beside the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListFault {
    /// It is one more than a program may have.
    TooMany,
    /// Its key stands before.
    KeyTwice {
        /// The entry that has it, counted from 0.
        first: usize,
    },
    /// It belongs to what neither stands in the list nor is a Kreis.
    UnknownParent,
    /// It belongs to itself.
    OwnParent,
    /// By what it belongs to, one never comes to the top.
    Circle,
}

fn misfits(entries: &[Municipality]) -> Vec<Misfit> {
    let mut firsts = BTreeMap::new();
    for (index, entry) in entries.iter().enumerate() {
        firsts.entry(&entry.key).or_insert(index);
    }
    let grounded = grounded(entries, &firsts);
    let each = entries.iter().enumerate();
    each.filter_map(|(index, entry)| {
        let first = firsts[&entry.key];
        let fault = if first == index {
            of_parent(entry, &firsts, &grounded)?
        } else {
            ListFault::KeyTwice { first }
        };
        Some(Misfit { index, fault })
    })
    .collect()
}

fn of_parent(
    entry: &Municipality,
    firsts: &BTreeMap<&MunicipalityKey, usize>,
    grounded: &BTreeSet<&MunicipalityKey>,
) -> Option<ListFault> {
    let parent = entry.parent.as_ref()?;
    if *parent == entry.key {
        Some(ListFault::OwnParent)
    } else if !firsts.contains_key(parent) && !parent.is_district() {
        Some(ListFault::UnknownParent)
    } else {
        (!grounded.contains(&entry.key)).then_some(ListFault::Circle)
    }
}

/// Gives the keys from which one comes to an entry that belongs to none of the list: each is
/// visited once, from the top downwards, so a list costs the same however deep it is.
fn grounded<'e>(
    entries: &'e [Municipality],
    firsts: &BTreeMap<&MunicipalityKey, usize>,
) -> BTreeSet<&'e MunicipalityKey> {
    let mut below: BTreeMap<&MunicipalityKey, Vec<&MunicipalityKey>> = BTreeMap::new();
    let mut open = Vec::new();
    for entry in firsts.values().map(|index| &entries[*index]) {
        match entry.parent.as_ref().filter(|key| firsts.contains_key(key)) {
            None => open.push(&entry.key),
            Some(parent) => below.entry(parent).or_default().push(&entry.key),
        }
    }
    let mut grounded = BTreeSet::new();
    while let Some(key) = open.pop() {
        grounded.insert(key);
        open.extend(below.remove(key).into_iter().flatten());
    }
    grounded
}

#[cfg(test)]
mod tests;
