//! Tables `tally`, `demand` and `timeline`: counts of other rows, kept in the transaction that writes those; and the
//! tables for dashboards, which the same statements keep, so that a lone command waits for none more.

use std::collections::BTreeSet;

use anmeldewerk_domain::WorkshopId;
use sqlx::PgConnection;
use uuid::Uuid;

use super::run_any;
use crate::{
    Fault,
    change::SweepKind,
    fold::{Fold, Stage},
    sql,
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
    positions: Vec<i64>,
    /// Workshops and programs of which dashboards are told.
    workshops: Vec<Uuid>,
    programs: Vec<String>,
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
            positions: fold
                .history
                .iter()
                .map(|h| h.recorded.position.as_i64())
                .collect(),
            workshops: fold
                .touched
                .workshops
                .keys()
                .map(|id| Uuid::from_u128(id.0))
                .collect(),
            programs: programs(fold),
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
        counted.positions.dedup();
        counted
    }

    /// To be called before the rows change.
    pub(super) async fn take_out(&self, connection: &mut PgConnection) -> Result<u64, Fault> {
        on(connection, sql::COUNT_OUT, &self.there).await
    }

    /// To be called when the rows have changed and the history is there.
    pub(super) async fn take_in(&self, connection: &mut PgConnection) -> Result<u64, Fault> {
        let mut written = on(connection, sql::COUNT_IN, &self.all).await?;
        written += on(connection, sql::COUNT_NONE, &self.homes).await?;
        for statement in [sql::COUNT_FORGET, sql::COUNT_TALLY, sql::COUNT_DEMAND] {
            written += on(connection, statement, &self.anew).await?;
        }
        if !self.positions.is_empty() {
            let statement = sqlx::query(sql::COUNT_TIMELINE).bind(&self.positions);
            written += run_any(connection, "timeline", statement).await?;
        }
        Ok(written + self.report(connection).await?)
    }

    /// Tells dashboards of what is not told with the counts; to be called when those are made.
    async fn report(&self, connection: &mut PgConnection) -> Result<u64, Fault> {
        let mut written = on(connection, sql::REPORT_REGISTRATIONS, &self.anew).await?;
        if !self.programs.is_empty() {
            let statement = sqlx::query(sql::REPORT_PROGRAMS).bind(&self.programs);
            written += run_any(connection, "programs", statement).await?;
        }
        written += on(connection, sql::REPORT_WORKSHOPS, &self.workshops).await?;
        Ok(written)
    }
}

/// Counts everything and tells dashboards of it, where nothing has been counted yet.
pub(crate) async fn count_all(connection: &mut PgConnection) -> Result<u64, Fault> {
    let mut written = 0;
    for statement in [sql::COUNT_TALLY, sql::COUNT_DEMAND] {
        let statement = sqlx::query(statement).bind(None::<Vec<Uuid>>);
        written += run_any(connection, "tally", statement).await?;
    }
    let statement = sqlx::query(sql::COUNT_TIMELINE).bind(None::<Vec<i64>>);
    written += run_any(connection, "timeline", statement).await?;
    let statement = sqlx::query(sql::REPORT_PROGRAMS).bind(None::<Vec<String>>);
    written += run_any(connection, "programs", statement).await?;
    for statement in [sql::REPORT_REGISTRATIONS, sql::REPORT_WORKSHOPS] {
        let statement = sqlx::query(statement).bind(None::<Vec<Uuid>>);
        written += run_any(connection, "registrations", statement).await?;
    }
    Ok(written)
}

fn programs(fold: &Fold<'_>) -> Vec<String> {
    let written = fold
        .stages
        .iter()
        .flat_map(|stage| stage.rows.programs.keys());
    let written: BTreeSet<&str> = written.map(|id| id.as_str()).collect();
    written.into_iter().map(str::to_owned).collect()
}

fn swept_whole(stage: &Stage<'_>) -> Option<WorkshopId> {
    let sweep = stage.sweep.as_ref()?;
    match sweep.kind {
        SweepKind::CalledOff { .. } | SweepKind::Drawn { .. } => Some(sweep.workshop),
        SweepKind::Substituted(_) | SweepKind::Merged { .. } => None,
    }
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
