//! Table `history`.

use anmeldewerk_contract::{ClockKind, SETTLED_BY};
use anmeldewerk_domain::{ProgramId, workshop::Reason};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{column, copy::Copy, run};
use crate::{Fault, RegistrationState, history::Happened, sql, value};

pub(super) async fn insert(
    connection: &mut PgConnection,
    happened: &[Happened<'_>],
) -> Result<u64, Fault> {
    if happened.is_empty() {
        return Ok(0);
    }
    let rows = happened;
    let decision = |h: &Happened<'_>| h.recorded.decision.id;
    let statement = sqlx::query(sql::HISTORY_INSERT)
        .bind(column(rows, |h| h.recorded.position.as_i64()))
        .bind(column(rows, |h| ordinal(h)))
        .bind(column(rows, decision))
        .bind(column(rows, |h| {
            value::instant(h.recorded.decision.decided_at)
        }))
        .bind(column(rows, |h| simulated(h)))
        .bind(column(rows, |h| actor(h)))
        .bind(column(rows, |h| h.recorded.decision.command.kind.as_str()))
        .bind(column(rows, |h| h.kind))
        .bind(column(rows, |h| h.workshop.map(|id| Uuid::from_u128(id.0))))
        .bind(column(rows, |h| h.program.map(ProgramId::as_str)))
        .bind(column(rows, |h| {
            h.registration.map(|id| Uuid::from_u128(id.0))
        }))
        .bind(column(rows, |h| h.other.map(|id| Uuid::from_u128(id.0))))
        .bind(column(rows, |h| h.state.map(RegistrationState::name)))
        .bind(column(rows, |h| {
            h.step.and_then(|s| s.cause).map(value::cause)
        }))
        .bind(column(rows, |h| {
            h.step.and_then(|s| s.cancelled).map(value::canceller)
        }))
        .bind(column(rows, |h| {
            h.step.and_then(|s| s.lapse).map(value::lapse)
        }))
        .bind(column(rows, |h| h.reason.map(Reason::name)))
        .bind(column(rows, |h| {
            let expires = h.step.and_then(|s| s.expires.stated());
            expires.map(value::instant)
        }));
    run(connection, "history", rows.len(), statement).await
}

/// Writes the same by copying.
pub(super) async fn copy(
    connection: &mut PgConnection,
    happened: &[Happened<'_>],
) -> Result<u64, Fault> {
    let mut copy = Copy::new(18);
    for h in happened {
        let (step, decision) = (h.step, &h.recorded.decision);
        copy.row()
            .put(h.recorded.position.as_i64())
            .put(ordinal(h))
            .put(decision.id)
            .put(value::instant(decision.decided_at))
            .put(simulated(h))
            .put(actor(h))
            .put(decision.command.kind.as_str())
            .put(h.kind)
            .put(h.workshop.map(|id| Uuid::from_u128(id.0)))
            .put(h.program.map(ProgramId::as_str))
            .put(h.registration.map(|id| Uuid::from_u128(id.0)))
            .put(h.other.map(|id| Uuid::from_u128(id.0)))
            .put(h.state.map(RegistrationState::name))
            .put(step.and_then(|s| s.cause).map(value::cause))
            .put(step.and_then(|s| s.cancelled).map(value::canceller))
            .put(step.and_then(|s| s.lapse).map(value::lapse))
            .put(h.reason.map(Reason::name))
            .put(step.and_then(|s| s.expires.stated()).map(value::instant));
    }
    copy.send(connection, ("history", sql::HISTORY_COPY)).await
}

fn ordinal(happened: &Happened<'_>) -> i16 {
    i16::try_from(happened.ordinal).unwrap_or(i16::MAX)
}

fn simulated(happened: &Happened<'_>) -> bool {
    match happened.recorded.decision.clock {
        ClockKind::Real => false,
        ClockKind::Simulated => true,
    }
}

/// Gives whoever asked; nobody where it was due by itself.
fn actor(happened: &Happened<'_>) -> Option<Uuid> {
    let actor = happened.recorded.decision.actor;
    (actor != SETTLED_BY).then_some(actor)
}
