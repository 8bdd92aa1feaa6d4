//! What changes rows by what other rows hold, a statement each.

use std::collections::BTreeSet;

use anmeldewerk_domain::{
    RegistrationId, TopicCode, WorkshopId,
    workshop::{Block, Reason, Settings, Slot},
};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Statement, assignment, attendance, joined, run, run_any};
use crate::{
    Fault,
    change::{Successor, Sweep, SweepKind},
    sql, value,
};

pub(super) async fn write(connection: &mut PgConnection, sweep: &Sweep<'_>) -> Result<u64, Fault> {
    const TABLE: &str = "registration";
    match &sweep.kind {
        SweepKind::CalledOff { reason } => {
            let statement = call_off(sweep, *reason);
            run_any(connection, TABLE, statement).await
        }
        SweepKind::Drawn { places, queued } => {
            let statement = begin(sql::SWEEP_DRAW, sweep.workshop)
                .bind(queued.0)
                .bind(lots(places))
                .bind(sweep.version.as_i64())
                .bind(value::instant(sweep.at));
            run_any(connection, TABLE, statement).await
        }
        SweepKind::Offered(settings) => {
            let statement = begin(sql::SWEEP_OFFERED, sweep.workshop)
                .bind(offered(settings, Slot::First))
                .bind(offered(settings, Slot::Second))
                .bind(sweep.version.as_i64());
            run_any(connection, TABLE, statement).await
        }
        SweepKind::AssignmentDrafted(draft) => assignment::draft(connection, (sweep, draft)).await,
        SweepKind::AssignmentPublished(result) => {
            assignment::publish(connection, (sweep, result)).await
        }
        SweepKind::TopicAssigned(assigned) => {
            let statement = begin(sql::SWEEP_TOPIC, sweep.workshop)
                .bind(uuid(assigned.registration))
                .bind(value::slot(assigned.slot))
                .bind(assigned.topic.as_ref().map(TopicCode::as_str))
                .bind(sweep.version.as_i64());
            run(connection, TABLE, 1, statement).await
        }
        SweepKind::AttendanceTaken(taken) => attendance::take(connection, (sweep, taken)).await,
        SweepKind::AttendanceClosed(sessions) => {
            attendance::close(connection, (sweep, sessions)).await
        }
        SweepKind::Substituted(successor) => {
            let statement = substitute(sweep, successor);
            run(connection, TABLE, 1, statement).await
        }
        SweepKind::Merged {
            registration,
            into,
            takes_state,
            takes_place,
        } => {
            let statement = begin(sql::SWEEP_MERGE, sweep.workshop)
                .bind(uuid(*registration))
                .bind(uuid(*into))
                .bind(*takes_state)
                .bind(*takes_place)
                .bind(sweep.version.as_i64());
            run(connection, TABLE, 1, statement).await
        }
    }
}

fn offered(settings: &Settings, slot: Slot) -> Vec<&str> {
    let offered = settings.topics.iter().filter(|topic| topic.slot == slot);
    offered.map(|topic| topic.code.as_str()).collect()
}

pub(super) fn begin<'q>(statement: &'static str, workshop: WorkshopId) -> Statement<'q> {
    sqlx::query(statement).bind(Uuid::from_u128(workshop.0))
}

fn call_off<'q>(sweep: &Sweep<'q>, reason: Reason) -> Statement<'q> {
    begin(sql::SWEEP_CALL_OFF, sweep.workshop)
        .bind(reason.name())
        .bind(sweep.version.as_i64())
        .bind(value::instant(sweep.at))
}

fn lots(places: &[u32]) -> Vec<i32> {
    let lots = places.iter();
    lots.map(|place| i32::try_from(*place).unwrap_or(i32::MAX))
        .collect()
}

fn substitute<'q>(sweep: &Sweep<'q>, successor: &Successor<'q>) -> Statement<'q> {
    let substituted = successor.substituted;
    let blocks = &substituted.blocks;
    let look_alikes: BTreeSet<RegistrationId> = substituted.look_alikes.iter().copied().collect();
    let statement = begin(sql::SWEEP_SUBSTITUTE, sweep.workshop)
        .bind(uuid(substituted.registration))
        .bind(uuid(substituted.successor))
        .bind(Uuid::from_u128(substituted.reporting.0))
        .bind(substituted.number.to_string())
        .bind(Uuid::from_u128(substituted.person.0))
        .bind(substituted.placeholder)
        .bind(substituted.municipality.as_str())
        .bind(value::channel(substituted.channel))
        .bind(i64::from(substituted.privacy_notice))
        .bind(substituted.link.0.as_slice())
        .bind(joined(&look_alikes));
    let statement = bind_block(statement, blocks.contact.as_ref());
    let statement = bind_block(statement, blocks.identity.as_ref());
    bind_block(statement, blocks.free_text.as_ref())
        .bind(successor.decision)
        .bind(successor.arrival.0)
        .bind(value::instant(successor.at))
        .bind(substituted.reason.map(Reason::name))
        .bind(sweep.version.as_i64())
}

fn bind_block<'q>(statement: Statement<'q>, block: Option<&'q Block>) -> Statement<'q> {
    statement
        .bind(block.map(|block| block.sealed.as_slice()))
        .bind(block.map(|block| block.commit.as_slice()))
}

fn uuid(id: RegistrationId) -> Uuid {
    Uuid::from_u128(id.0)
}
