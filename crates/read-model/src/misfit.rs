//! Which messages do not fit the rows that are there: asked only when a statement wrote fewer rows than it should.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::{Row, postgres::PgRow};
use uuid::Uuid;

use crate::{
    Fault,
    fold::{Fold, Misfits, RegistrationRow},
};

/// The rows that are there, among those that a fold touches.
#[derive(Debug)]
pub(crate) struct Present {
    workshops: BTreeSet<Uuid>,
    /// Each registration with its workshop.
    registrations: BTreeMap<Uuid, Uuid>,
}

impl Present {
    pub(crate) fn read(workshops: &[PgRow], registrations: &[PgRow]) -> Result<Self, Fault> {
        let ids = workshops.iter().map(|row| row.try_get("id"));
        let pairs = registrations
            .iter()
            .map(|row| Ok((row.try_get("id")?, row.try_get("workshop")?)));
        let read = || -> Result<Self, sqlx::Error> {
            Ok(Self {
                workshops: ids.collect::<Result<_, _>>()?,
                registrations: pairs.collect::<Result<_, sqlx::Error>>()?,
            })
        };
        read().map_err(Fault::database("reading keys"))
    }
}

/// Gives every workshop that a fold touches or relies on.
pub(crate) fn workshop_keys(fold: &Fold<'_>) -> Vec<Uuid> {
    let own = fold.workshops.keys();
    let relied_on = fold.registrations.values().map(|row| &row.workshop);
    let keys: BTreeSet<Uuid> = own
        .chain(relied_on)
        .map(|id| Uuid::from_u128(id.0))
        .collect();
    keys.into_iter().collect()
}

/// Gives every registration that a fold touches.
pub(crate) fn registration_keys(fold: &Fold<'_>) -> Vec<Uuid> {
    let keys = fold.registrations.keys();
    keys.map(|id| Uuid::from_u128(id.0)).collect()
}

/// Finds the entries that make what is there, or change what is not.
pub(crate) fn find(fold: &Fold<'_>, present: &Present) -> Misfits {
    let workshops = fold.workshops.iter().filter_map(|(id, row)| {
        let there = present.workshops.contains(&Uuid::from_u128(id.0));
        (row.made.is_some() == there).then_some(row.entry)
    });
    let registrations = fold.registrations.iter().filter_map(|(id, row)| {
        let home = present.registrations.get(&Uuid::from_u128(id.0));
        let fits = match row.arrived {
            Some(_) => home.is_none() && has_home(fold, row, present),
            None => home == Some(&Uuid::from_u128(row.workshop.0)),
        };
        (!fits).then_some(row.entry)
    });
    workshops.chain(registrations).collect()
}

/// Says whether a new registration's workshop is there, or made by the same fold.
fn has_home(fold: &Fold<'_>, row: &RegistrationRow<'_>, present: &Present) -> bool {
    let made = fold.workshops.get(&row.workshop);
    made.is_some_and(|workshop| workshop.made.is_some())
        || present.workshops.contains(&Uuid::from_u128(row.workshop.0))
}
