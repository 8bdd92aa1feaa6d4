//! Tables `attendance` and `closed_session`, and where attendance brings people.

use anmeldewerk_domain::workshop::{AttendanceTaken, Presence, Session};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{column, run, run_any, sweep::begin};
use crate::{Fault, change::Sweep, sql, value};

const TABLE: &str = "attendance";

pub(super) async fn take(
    connection: &mut PgConnection,
    (sweep, taken): (&Sweep<'_>, &AttendanceTaken),
) -> Result<u64, Fault> {
    let entries = &taken.entries;
    let ids = column(entries, |(id, _)| Uuid::from_u128(id.0));
    let statement = begin(sql::SWEEP_ATTENDANCE, sweep.workshop)
        .bind(value::date(taken.session.day))
        .bind(value::slot(taken.session.slot))
        .bind(ids.clone())
        .bind(column(entries, |(_, stated)| stated.map(Presence::name)))
        .bind(column(entries, |(_, stated)| {
            stated.and_then(Presence::minutes).map(i32::from)
        }))
        .bind(sweep.version.as_i64());
    let written = run(connection, TABLE, entries.len(), statement).await?;
    Ok(written + settle(connection, sweep, Some(ids)).await?)
}

pub(super) async fn close(
    connection: &mut PgConnection,
    (sweep, sessions): (&Sweep<'_>, &[Session]),
) -> Result<u64, Fault> {
    let home = vec![Uuid::from_u128(sweep.workshop.0)];
    let home = sqlx::query(sql::WORKSHOP_PRESENT).bind(home);
    run(connection, "workshop", 1, home).await?;
    let statement = begin(sql::CLOSED_SESSION_INSERT, sweep.workshop)
        .bind(column(sessions, |session| value::date(session.day)))
        .bind(column(sessions, |session| value::slot(session.slot)))
        .bind(sweep.version.as_i64());
    let written = run_any(connection, "closed_session", statement).await?;
    Ok(written + settle(connection, sweep, None).await?)
}

/// Lets people stand where attendance has brought them, where it is closed.
async fn settle(
    connection: &mut PgConnection,
    sweep: &Sweep<'_>,
    people: Option<Vec<Uuid>>,
) -> Result<u64, Fault> {
    let statement = begin(sql::SWEEP_CLOSE, sweep.workshop)
        .bind(people)
        .bind(sweep.version.as_i64());
    run_any(connection, "registration", statement).await
}
