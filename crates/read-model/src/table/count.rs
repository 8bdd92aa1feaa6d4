//! Tables `tally`, `demand` and `timeline`: counts of other rows, kept in the transaction that writes those; and the
//! tables for dashboards, which the same statements keep, so that a lone command waits for none more.

use std::collections::BTreeSet;

use anmeldewerk_domain::WorkshopId;
use sqlx::{Decode, PgConnection, Postgres, Type};
use uuid::Uuid;

use super::{column, run_any};
use crate::{
    Fault,
    change::SweepKind,
    fold::{Fold, Stage},
    history::Happened,
    sql, value,
};

/// When the counts are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Counting {
    /// With each batch.
    Each,
    /// All at once, when all rows are there.
    AtTheEnd,
}

/// What a fold changes that is counted.
#[derive(Debug)]
pub(super) struct Counted {
    /// Those who were there before.
    there: Vec<Uuid>,
    /// The same, and those who came.
    all: Vec<Uuid>,
    /// The workshops that they belong to.
    homes: Vec<Uuid>,
    /// Workshops in which anybody may have changed: they are counted anew.
    anew: Vec<Uuid>,
    /// Workshops in which anybody may have another topic.
    assigned: Vec<Uuid>,
    /// Workshops in which attendance was stated.
    attended: Vec<Uuid>,
    /// Workshops and programs of which dashboards are told.
    workshops: Vec<Uuid>,
    programs: Vec<String>,
    /// Programs whose lists of municipalities have changed.
    lists: Vec<String>,
}

impl Counted {
    pub(super) fn of(fold: &Fold<'_>) -> Self {
        let anew: BTreeSet<WorkshopId> = fold.stages.iter().filter_map(swept_whole).collect();
        let touched = fold.touched.registrations.iter();
        let touched = touched.filter(|(_, (home, _))| !anew.contains(home));
        let mut counted = Self {
            there: Vec::new(),
            all: Vec::new(),
            homes: Vec::new(),
            anew: anew.iter().map(|id| Uuid::from_u128(id.0)).collect(),
            assigned: swept(fold, |kind| {
                matches!(
                    kind,
                    SweepKind::Offered(_) | SweepKind::AssignmentPublished(_)
                )
            }),
            attended: swept(fold, |kind| matches!(kind, SweepKind::AttendanceTaken(_))),
            workshops: fold
                .touched
                .workshops
                .keys()
                .map(|id| Uuid::from_u128(id.0))
                .collect(),
            programs: programs(fold),
            lists: lists(fold),
        };
        let mut homes = BTreeSet::new();
        for (id, (home, touch)) in touched {
            let id = Uuid::from_u128(id.0);
            counted.all.push(id);
            if !touch.made {
                counted.there.push(id);
                homes.insert(Uuid::from_u128(home.0));
            }
        }
        counted.homes.extend(homes);
        counted
    }

    /// To be called before the rows change.
    pub(super) async fn take_out(&self, connection: &mut PgConnection) -> Result<u64, Fault> {
        on(connection, sql::COUNT_OUT, &self.there).await
    }

    /// To be called when the rows have changed and the history is there.
    pub(super) async fn take_in(
        &self,
        connection: &mut PgConnection,
        history: &[Happened<'_>],
    ) -> Result<u64, Fault> {
        let mut written = on(connection, sql::COUNT_IN, &self.all).await?;
        written += on(connection, sql::COUNT_NONE, &self.homes).await?;
        for statement in [sql::COUNT_FORGET, sql::COUNT_TALLY, sql::COUNT_DEMAND] {
            written += on(connection, statement, &self.anew).await?;
        }
        written += by_day(connection, history).await?;
        Ok(written + self.report(connection).await?)
    }

    /// Tells dashboards of what is not told with the counts; to be called when those are made.
    async fn report(&self, connection: &mut PgConnection) -> Result<u64, Fault> {
        let mut written = on(connection, sql::REPORT_REGISTRATIONS, &self.anew).await?;
        written += on(connection, sql::REPORT_ASSIGNED, &self.assigned).await?;
        written += on(connection, sql::REPORT_ATTENDANCES, &self.attended).await?;
        if !self.programs.is_empty() {
            let statement = sqlx::query(sql::REPORT_PROGRAMS).bind(&self.programs);
            written += run_any(connection, "programs", statement).await?;
        }
        if !self.lists.is_empty() {
            let statement = sqlx::query(sql::REPORT_MUNICIPALITIES).bind(&self.lists);
            written += run_any(connection, "program_municipalities", statement).await?;
        }
        written += on(connection, sql::REPORT_WORKSHOPS, &self.workshops).await?;
        Ok(written)
    }
}

/// Counts what has happened to single registrations.
async fn by_day(connection: &mut PgConnection, history: &[Happened<'_>]) -> Result<u64, Fault> {
    let counted = history.iter().filter(|happened| happened.state.is_some());
    let counted: Vec<&Happened<'_>> = counted.collect();
    if counted.is_empty() {
        return Ok(0);
    }
    let statement = sqlx::query(sql::COUNT_TIMELINE)
        .bind(column(&counted, |h| {
            h.registration.map(|id| Uuid::from_u128(id.0))
        }))
        .bind(column(&counted, |h| {
            value::instant(h.recorded.decision.decided_at)
        }))
        .bind(column(&counted, |h| h.kind));
    run_any(connection, "timeline", statement).await
}

/// Counts everything and tells dashboards of it, where nothing has been counted yet.
pub(crate) async fn count_all(connection: &mut PgConnection) -> Result<u64, Fault> {
    let workshops: Vec<Uuid> = ids(connection, sql::WORKSHOP_IDS).await?;
    let programs: Vec<String> = ids(connection, sql::PROGRAM_IDS).await?;
    let mut written = 0;
    for statement in [sql::COUNT_TALLY, sql::COUNT_DEMAND] {
        written += on(connection, statement, &workshops).await?;
    }
    let statement = sqlx::query(sql::COUNT_TIMELINE_ALL);
    written += run_any(connection, "timeline", statement).await?;
    for statement in [sql::REPORT_PROGRAMS, sql::REPORT_MUNICIPALITIES] {
        let statement = sqlx::query(statement).bind(&programs);
        written += run_any(connection, "programs", statement).await?;
    }
    for statement in [
        sql::REPORT_REGISTRATIONS,
        sql::REPORT_ATTENDANCES,
        sql::REPORT_WORKSHOPS,
    ] {
        written += on(connection, statement, &workshops).await?;
    }
    let statement = sqlx::query(sql::REPORT_FRESHNESS);
    Ok(written + run_any(connection, "freshness", statement).await?)
}

/// Lists all keys of a table.
async fn ids<T>(connection: &mut PgConnection, statement: &'static str) -> Result<Vec<T>, Fault>
where
    Vec<T>: for<'r> Decode<'r, Postgres> + Type<Postgres> + Send + Unpin,
{
    let found = sqlx::query_scalar(statement).fetch_one(connection).await;
    found.map_err(Fault::database("listing keys"))
}

fn programs(fold: &Fold<'_>) -> Vec<String> {
    let written = fold
        .stages
        .iter()
        .flat_map(|stage| stage.rows.programs.keys());
    let written: BTreeSet<&str> = written.map(|id| id.as_str()).collect();
    written.into_iter().map(str::to_owned).collect()
}

fn lists(fold: &Fold<'_>) -> Vec<String> {
    let stages = fold.stages.iter();
    let written = stages.flat_map(|stage| stage.rows.municipalities.keys());
    let written: BTreeSet<&str> = written.map(|(program, _)| program.as_str()).collect();
    written.into_iter().map(str::to_owned).collect()
}

fn swept_whole(stage: &Stage<'_>) -> Option<WorkshopId> {
    let sweep = stage.sweep.as_ref()?;
    match sweep.kind {
        SweepKind::CalledOff { .. } | SweepKind::Drawn { .. } | SweepKind::AttendanceClosed(_) => {
            Some(sweep.workshop)
        }
        SweepKind::Substituted(_)
        | SweepKind::Merged { .. }
        | SweepKind::Offered(_)
        | SweepKind::AssignmentDrafted(_)
        | SweepKind::AssignmentPublished(_)
        | SweepKind::TopicAssigned(_)
        | SweepKind::AttendanceTaken(_) => None,
    }
}

/// Names the workshops that had such a sweep.
fn swept(fold: &Fold<'_>, such: impl Fn(&SweepKind<'_>) -> bool) -> Vec<Uuid> {
    let sweeps = fold.stages.iter().filter_map(|stage| stage.sweep.as_ref());
    let workshops = sweeps.filter(|sweep| such(&sweep.kind));
    let workshops: BTreeSet<WorkshopId> = workshops.map(|sweep| sweep.workshop).collect();
    workshops
        .into_iter()
        .map(|id| Uuid::from_u128(id.0))
        .collect()
}

async fn on(
    connection: &mut PgConnection,
    statement: &'static str,
    ids: &[Uuid],
) -> Result<u64, Fault> {
    if ids.is_empty() {
        return Ok(0);
    }
    run_any(connection, "tally", sqlx::query(statement).bind(ids)).await
}
