//! Which messages do not fit the rows that are there: asked only when a statement wrote fewer rows than it should.

use std::collections::{BTreeMap, BTreeSet};

use anmeldewerk_domain::WorkshopId;
use sqlx::{PgPool, Row, postgres::PgRow};
use uuid::Uuid;

use crate::{
    Fault,
    fold::{Fold, Misfits},
    sql,
    touched::{Touch, Touched},
};

/// The rows that are there, among those that a fold touches.
#[derive(Debug)]
struct Present {
    workshops: BTreeSet<Uuid>,
    /// Groups, each behind its workshop.
    groups: BTreeSet<(Uuid, Uuid)>,
    /// Each registration with its workshop.
    registrations: BTreeMap<Uuid, Uuid>,
}

/// Finds the entries that make what is there, or change what is not.
pub(crate) async fn look(pool: &PgPool, fold: &Fold<'_>) -> Result<Misfits, Fault> {
    let touched = &fold.touched;
    let workshops = rows(pool, sql::WORKSHOP_PRESENT, workshop_keys(touched)).await?;
    let groups = touched.groups.keys();
    let groups = groups.map(|(_, id)| Uuid::from_u128(id.0)).collect();
    let groups = rows(pool, sql::GROUP_PRESENT, groups).await?;
    let registrations = touched.registrations.keys();
    let registrations = registrations.map(|id| Uuid::from_u128(id.0)).collect();
    let registrations = rows(pool, sql::REGISTRATION_PRESENT, registrations).await?;
    let present = Present::read(&workshops, &groups, &registrations);
    Ok(find(
        touched,
        &present.map_err(Fault::database("reading keys"))?,
    ))
}

async fn rows(
    pool: &PgPool,
    statement: &'static str,
    keys: Vec<Uuid>,
) -> Result<Vec<PgRow>, Fault> {
    let asked = sqlx::query(statement).bind(keys);
    let found = asked.fetch_all(pool).await;
    found.map_err(Fault::database("looking for what is there"))
}

impl Present {
    fn read(
        workshops: &[PgRow],
        groups: &[PgRow],
        registrations: &[PgRow],
    ) -> Result<Self, sqlx::Error> {
        let homes = groups
            .iter()
            .map(|row| Ok((row.try_get("workshop")?, row.try_get("id")?)));
        let pairs = registrations
            .iter()
            .map(|row| Ok((row.try_get("id")?, row.try_get("workshop")?)));
        Ok(Self {
            workshops: workshops
                .iter()
                .map(|row| row.try_get("id"))
                .collect::<Result<_, _>>()?,
            groups: homes.collect::<Result<_, sqlx::Error>>()?,
            registrations: pairs.collect::<Result<_, sqlx::Error>>()?,
        })
    }
}

/// Gives every workshop that a fold touches or relies on.
fn workshop_keys(touched: &Touched) -> Vec<Uuid> {
    let own = touched.workshops.keys();
    let of_people = touched.registrations.values().map(|(home, _)| home);
    let of_groups = touched.groups.keys().map(|(home, _)| home);
    let keys: BTreeSet<Uuid> = own
        .chain(of_people)
        .chain(of_groups)
        .map(|id| Uuid::from_u128(id.0))
        .collect();
    keys.into_iter().collect()
}

fn find(touched: &Touched, present: &Present) -> Misfits {
    let workshops = touched.workshops.iter().filter_map(|(id, touch)| {
        let there = present.workshops.contains(&Uuid::from_u128(id.0));
        (touch.made == there).then_some(touch.entry)
    });
    let groups = touched.groups.iter().filter_map(|((home, id), entry)| {
        let key = (Uuid::from_u128(home.0), Uuid::from_u128(id.0));
        let fits = !present.groups.contains(&key) && has_home(touched, *home, present);
        (!fits).then_some(*entry)
    });
    let registrations = touched.registrations.iter().filter_map(|(id, touch)| {
        let there = present.registrations.get(&Uuid::from_u128(id.0));
        let (home, Touch { entry, made }) = *touch;
        let fits = if made {
            there.is_none() && has_home(touched, home, present)
        } else {
            there == Some(&Uuid::from_u128(home.0))
        };
        (!fits).then_some(entry)
    });
    workshops.chain(groups).chain(registrations).collect()
}

/// Says whether the workshop of somebody new is there, or made by the same fold.
fn has_home(touched: &Touched, home: WorkshopId, present: &Present) -> bool {
    let made = touched.workshops.get(&home);
    made.is_some_and(|touch| touch.made) || present.workshops.contains(&Uuid::from_u128(home.0))
}
