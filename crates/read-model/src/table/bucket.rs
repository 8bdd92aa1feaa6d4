//! Table `bucket`.

use anmeldewerk_domain::{
    Cutoff, MunicipalityKey, ProgramId,
    workshop::{Guarantee, Settings},
};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{column, run};
use crate::{Fault, sql, value};

struct Row<'b> {
    workshop: Uuid,
    scope: &'static str,
    key: &'b str,
    size: u32,
    release: Option<Cutoff>,
}

pub(super) async fn insert<'b>(
    connection: &mut PgConnection,
    stated: impl Iterator<Item = (Uuid, &'b Settings)>,
) -> Result<u64, Fault> {
    let rows: Vec<Row<'_>> = stated
        .flat_map(|(id, settings)| buckets(id, settings))
        .collect();
    if rows.is_empty() {
        return Ok(0);
    }
    let statement = sqlx::query(sql::BUCKET_INSERT)
        .bind(column(&rows, |b| b.workshop))
        .bind(column(&rows, |b| b.scope))
        .bind(column(&rows, |b| b.key))
        .bind(column(&rows, |b| i64::from(b.size)))
        .bind(column(&rows, |b| b.release.map(|r| r.stated.to_string())))
        .bind(column(&rows, |b| value::cutoff_instant(b.release)));
    run(connection, "bucket", rows.len(), statement).await
}

fn buckets(workshop: Uuid, settings: &Settings) -> impl Iterator<Item = Row<'_>> {
    let programs = settings.program_caps.iter();
    let programs = programs.map(move |cap| of_program(workshop, cap));
    let municipalities = settings.municipality_caps.iter();
    let municipalities = municipalities.map(move |cap| of_municipality(workshop, cap));
    let guarantees = settings.guarantees.iter();
    let guarantees = guarantees.map(move |kept| of_guarantee(workshop, kept));
    programs.chain(municipalities).chain(guarantees)
}

fn of_program<'b>(workshop: Uuid, (program, size): (&'b ProgramId, &u32)) -> Row<'b> {
    Row {
        workshop,
        scope: "program",
        key: program.as_str(),
        size: *size,
        release: None,
    }
}

fn of_municipality<'b>(workshop: Uuid, (key, size): (&'b MunicipalityKey, &u32)) -> Row<'b> {
    Row {
        workshop,
        scope: "municipality",
        key: key.as_str(),
        size: *size,
        release: None,
    }
}

fn of_guarantee<'b>(workshop: Uuid, (program, kept): (&'b ProgramId, &Guarantee)) -> Row<'b> {
    Row {
        workshop,
        scope: "guarantee",
        key: program.as_str(),
        size: kept.seats,
        release: kept.release,
    }
}
