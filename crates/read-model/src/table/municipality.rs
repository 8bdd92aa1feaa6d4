//! Table `municipality`.

use anmeldewerk_contract::Position;
use anmeldewerk_domain::{
    MunicipalityKey,
    program::{Municipality, Validity},
};
use sqlx::PgConnection;

use super::{column, run, run_any};
use crate::{
    Fault,
    rows::{ListKey, Listed, Rows},
    sql, value,
};

type Stated<'b> = (&'b str, &'b Municipality, Position);

pub(super) async fn write(connection: &mut PgConnection, rows: &Rows<'_>) -> Result<u64, Fault> {
    let entries = rows.municipalities.iter();
    let removed = entries.clone().filter(|(_, listed)| **listed == Listed::No);
    let removed: Vec<ListKey<'_>> = removed.map(|(key, _)| *key).collect();
    let stated: Vec<Stated<'_>> = entries.filter_map(stated).collect();
    Ok(forget(connection, &removed).await? + state(connection, &stated).await?)
}

fn stated<'b>(((program, _), listed): (&ListKey<'b>, &Listed<'b>)) -> Option<Stated<'b>> {
    match listed {
        Listed::As(entry, version) => Some((program.as_str(), entry, *version)),
        Listed::No => None,
    }
}

/// Takes entries away; one that came and went in one batch was never there.
async fn forget(connection: &mut PgConnection, removed: &[ListKey<'_>]) -> Result<u64, Fault> {
    if removed.is_empty() {
        return Ok(0);
    }
    let statement = sqlx::query(sql::MUNICIPALITY_FORGET)
        .bind(column(removed, |(program, _)| program.as_str()))
        .bind(column(removed, |(_, key)| key.as_str()));
    run_any(connection, "municipality", statement).await
}

async fn state(connection: &mut PgConnection, stated: &[Stated<'_>]) -> Result<u64, Fault> {
    if stated.is_empty() {
        return Ok(0);
    }
    let day = |of: fn(Validity) -> Option<anmeldewerk_domain::Date>| {
        column(stated, move |(_, entry, _)| {
            of(entry.validity).map(value::date)
        })
    };
    let statement = sqlx::query(sql::MUNICIPALITY_WRITE)
        .bind(column(stated, |(program, ..)| *program))
        .bind(column(stated, |(_, entry, _)| entry.key.as_str()))
        .bind(column(stated, |(_, entry, _)| entry.name.as_str()))
        .bind(column(stated, |(_, entry, _)| entry.kind.name()))
        .bind(column(stated, |(_, entry, _)| {
            entry.parent.as_ref().map(MunicipalityKey::as_str)
        }))
        .bind(day(Validity::from))
        .bind(day(Validity::until))
        .bind(column(stated, |(.., version)| version.as_i64()));
    run(connection, "municipality", stated.len(), statement).await
}
