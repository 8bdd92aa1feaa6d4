//! Table `assignment_run`, and who has which topic by a run.

use anmeldewerk_domain::{
    TopicCode,
    assignment::{Closed, Extent},
    workshop::{AssignmentDraft, AssignmentResult, Slot},
};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Statement, run, run_any, sweep::begin};
use crate::{Fault, change::Sweep, sql, value};

const TABLE: &str = "assignment_run";

pub(super) async fn draft(
    connection: &mut PgConnection,
    (sweep, draft): (&Sweep<'_>, &AssignmentDraft),
) -> Result<u64, Fault> {
    let solved = &draft.solved;
    let placed = |slot| draft.placed.get(&slot).map(|amount| i64::from(*amount));
    let statement = begin(sql::ASSIGNMENT_RUN_INSERT, sweep.workshop)
        .bind(Uuid::from_u128(solved.run.0))
        .bind(extent(solved.extent))
        .bind(i32::from(solved.algorithm))
        .bind(solved.seed.as_slice())
        .bind(i32::from(solved.ranks))
        .bind(solved.input.0.as_slice())
        .bind(i64::from(draft.people))
        .bind(placed(Slot::First))
        .bind(placed(Slot::Second))
        .bind(sweep.version.as_i64());
    run(connection, TABLE, 1, statement).await
}

/// Writes that a run is published, and who has which topic by it.
pub(super) async fn publish(
    connection: &mut PgConnection,
    (sweep, result): (&Sweep<'_>, &AssignmentResult),
) -> Result<u64, Fault> {
    let statement = begin(sql::ASSIGNMENT_RUN_PUBLISH, sweep.workshop)
        .bind(Uuid::from_u128(result.solved.run.0))
        .bind(sweep.version.as_i64())
        .bind(closed(&result.closed));
    let published = run(connection, TABLE, 1, statement).await?;
    let assigned = run_any(connection, "registration", assign(sweep, result)).await?;
    Ok(published + assigned)
}

fn assign<'q>(sweep: &Sweep<'q>, result: &'q AssignmentResult) -> Statement<'q> {
    let topics = |slot: Slot| -> Vec<Option<&str>> {
        let places = result.places.values();
        let topics = places.map(|of| of.get(&slot).map(TopicCode::as_str));
        topics.collect()
    };
    let ids = result.places.keys().map(|id| Uuid::from_u128(id.0));
    begin(sql::SWEEP_ASSIGN, sweep.workshop)
        .bind(sweep.version.as_i64())
        .bind(ids.collect::<Vec<Uuid>>())
        .bind(topics(Slot::First))
        .bind(topics(Slot::Second))
}

fn extent(extent: Extent) -> &'static str {
    match extent {
        Extent::Whole => "whole",
        Extent::Repair => "repair",
    }
}

/// Writes one line for each.
fn closed(closed: &[Closed]) -> String {
    let lines = closed.iter().map(|closed| {
        let slot = value::slot(closed.slot);
        format!(
            "{slot} {} {} {}",
            closed.code.as_str(),
            closed.size,
            closed.min
        )
    });
    lines.collect::<Vec<String>>().join("\n")
}
