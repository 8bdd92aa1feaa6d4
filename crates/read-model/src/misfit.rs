//! Which messages do not fit the rows that are there: asked only when a statement wrote fewer rows than it should.

use std::collections::{BTreeMap, BTreeSet};

use anmeldewerk_domain::WorkshopId;
use sqlx::{PgPool, Row, postgres::PgRow};
use uuid::Uuid;

use crate::{
    Fault,
    fold::{Fold, Misfits},
    sql,
    touched::Touched,
};

/// The rows that are there, among those that a fold touches.
#[derive(Debug)]
struct Present {
    workshops: BTreeSet<Uuid>,
    /// Groups, each behind its workshop.
    groups: BTreeSet<(Uuid, Uuid)>,
    /// Each registration with its workshop.
    registrations: BTreeMap<Uuid, Uuid>,
    /// Each run with its workshop.
    runs: BTreeMap<Uuid, Uuid>,
}

/// Finds the entries that make what is there, or change what is not.
pub(crate) async fn look(pool: &PgPool, fold: &Fold<'_>) -> Result<Misfits, Fault> {
    let touched = &fold.touched;
    let workshops = rows(pool, sql::WORKSHOP_PRESENT, workshop_keys(touched)).await?;
    let groups = touched.groups.keys().map(|(_, id)| id.0);
    let registrations = touched.registrations.keys().map(|id| id.0);
    let runs = touched.runs.keys().map(|id| id.0);
    let groups = rows(pool, sql::GROUP_PRESENT, keys(groups)).await?;
    let registrations = rows(pool, sql::REGISTRATION_PRESENT, keys(registrations)).await?;
    let runs = rows(pool, sql::ASSIGNMENT_RUN_PRESENT, keys(runs)).await?;
    let reading = Fault::database("reading keys");
    let present = Present::read(&workshops, &groups, [&registrations, &runs]);
    Ok(find(touched, &present.map_err(reading)?))
}

fn keys(ids: impl Iterator<Item = u128>) -> Vec<Uuid> {
    ids.map(Uuid::from_u128).collect()
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
        [registrations, runs]: [&[PgRow]; 2],
    ) -> Result<Self, sqlx::Error> {
        let homes = groups
            .iter()
            .map(|row| Ok((row.try_get("workshop")?, row.try_get("id")?)));
        Ok(Self {
            workshops: workshops
                .iter()
                .map(|row| row.try_get("id"))
                .collect::<Result<_, _>>()?,
            groups: homes.collect::<Result<_, sqlx::Error>>()?,
            registrations: homes_of(registrations)?,
            runs: homes_of(runs)?,
        })
    }
}

/// Reads what belongs to one workshop, each with it.
fn homes_of(rows: &[PgRow]) -> Result<BTreeMap<Uuid, Uuid>, sqlx::Error> {
    let pairs = rows
        .iter()
        .map(|row| Ok((row.try_get("id")?, row.try_get("workshop")?)));
    pairs.collect()
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
    let registrations = touched.registrations.iter();
    let registrations = registrations.map(|(id, touch)| (id.0, touch, &present.registrations));
    let runs = touched.runs.iter();
    let runs = runs.map(|(id, touch)| (id.0, touch, &present.runs));
    let homely = registrations
        .chain(runs)
        .filter_map(|(id, &(home, touch), known)| {
            let there = known.get(&Uuid::from_u128(id));
            let fits = if touch.made {
                there.is_none() && has_home(touched, home, present)
            } else {
                there == Some(&Uuid::from_u128(home.0))
            };
            (!fits).then_some(touch.entry)
        });
    workshops.chain(groups).chain(homely).collect()
}

/// Says whether the workshop of something new is there, or made by the same fold.
fn has_home(touched: &Touched, home: WorkshopId, present: &Present) -> bool {
    let made = touched.workshops.get(&home);
    made.is_some_and(|touch| touch.made) || present.workshops.contains(&Uuid::from_u128(home.0))
}
