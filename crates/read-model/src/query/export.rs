//! Registrations for exports: all of them, as of one position, one after another.
//!
//! This is the one query that takes more than a statement: how many there are, and who they are, is asked before the
//! rows, in one snapshot.

use anmeldewerk_domain::{ProgramId, WorkshopId};
use futures_util::TryStreamExt;
use jiff::Timestamp;
use sqlx::{Postgres, Transaction, postgres::PgRow};
use tokio::sync::mpsc;
use uuid::Uuid;

use super::{
    AsOf, MAX_LIMIT, ReadModel, Registration, Scope, attendee::registration, row, workshop::count,
};
use crate::{Fault, RegistrationState, sql};

/// One snapshot for all statements, in which nothing is written.
const BEGIN: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

/// Which registrations are exported; nothing means all that the caller may see.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExportFilter {
    /// Of this workshop; without one a program exports its own.
    pub workshop: Option<WorkshopId>,
    /// In this state.
    pub state: Option<RegistrationState>,
    /// Registered by this program.
    pub program: Option<ProgramId>,
}

/// What an export will hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extent {
    /// How many registrations.
    pub rows: u64,
    /// Of which persons, each once.
    pub persons: Vec<Uuid>,
    /// How many wishes somebody has ranked at most, by slot.
    pub ranks: [u32; 2],
    /// When the last decision was made that it covers.
    pub decided_at: Option<Timestamp>,
    /// The workshop, where one was named.
    pub workshop: Option<ExportedWorkshop>,
}

/// The workshop of an export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportedWorkshop {
    /// A readable name for addresses.
    pub slug: String,
    /// The title.
    pub title: String,
}

/// A registration, and what it is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exported {
    /// The registration; what keeps it waiting is not said.
    pub registration: Registration,
    /// The title of the workshop.
    pub workshop_title: String,
}

/// Registrations that are about to be read: a snapshot, held until it is dropped.
#[derive(Debug)]
pub struct Export {
    snapshot: Transaction<'static, Postgres>,
    scope: Scope,
    filter: ExportFilter,
    extent: Extent,
}

impl ReadModel {
    /// Prepares an export; nothing where the caller may not see the workshop.
    pub async fn export(
        &self,
        scope: &Scope,
        filter: &ExportFilter,
    ) -> Result<AsOf<Option<Export>>, Fault> {
        const DOING: &str = "preparing an export";
        let snapshot = self.pool(scope).await?.begin_with(BEGIN).await;
        let mut snapshot = snapshot.map_err(Fault::database(DOING))?;
        sqlx::query(sql::EXPORT_PATIENCE)
            .execute(&mut *snapshot)
            .await
            .map_err(Fault::database(DOING))?;
        let rows = asked(sql::EXPORT_EXTENT, scope, filter)
            .fetch_all(&mut *snapshot)
            .await
            .map_err(Fault::database(DOING))?;
        let first = rows.first().ok_or(Fault::NoCheckpoint)?;
        let seen: bool = row::get(first, "seen")?;
        let export = seen
            .then(|| extent(first))
            .transpose()?
            .map(|extent| Export {
                snapshot,
                scope: scope.clone(),
                filter: filter.clone(),
                extent,
            });
        row::as_of(&rows, export)
    }
}

impl Export {
    /// Says what it will hold.
    pub fn extent(&self) -> &Extent {
        &self.extent
    }

    /// Sends all registrations in the order of their arrival, a page at a time, as fast as they are taken.
    ///
    /// It ends early, and without a fault, where nobody takes them any more.
    pub async fn send(mut self, pages: mpsc::Sender<Vec<Exported>>) -> Result<(), Fault> {
        const DOING: &str = "exporting registrations";
        let size = usize::try_from(MAX_LIMIT).unwrap_or(usize::MAX);
        let rows = asked(sql::EXPORT, &self.scope, &self.filter).fetch(&mut *self.snapshot);
        let mut chunks = rows.try_chunks(size);
        while let Some(chunk) = chunks
            .try_next()
            .await
            .map_err(|error| Fault::database(DOING)(error.1))?
        {
            let page = chunk.iter().map(exported).filter_map(Result::transpose);
            if pages.send(page.collect::<Result<_, _>>()?).await.is_err() {
                return Ok(());
            }
        }
        Ok(())
    }
}

fn asked<'q>(
    statement: &'static str,
    scope: &'q Scope,
    filter: &'q ExportFilter,
) -> crate::table::Statement<'q> {
    sqlx::query(statement)
        .bind(scope.program())
        .bind(scope.sees_all())
        .bind(filter.workshop.map(|id| Uuid::from_u128(id.0)))
        .bind(filter.state.map(RegistrationState::name))
        .bind(filter.program.as_ref().map(ProgramId::as_str))
        .bind(scope.host())
}

fn extent(row: &PgRow) -> Result<Extent, Fault> {
    let slug: Option<String> = row::get(row, "slug")?;
    let title: Option<String> = row::get(row, "title")?;
    let ranks = |column| row::get::<i32>(row, column).map(|most| u32::try_from(most).unwrap_or(0));
    Ok(Extent {
        rows: count(row::get(row, "amount")?),
        persons: row::list(row, "persons")?,
        ranks: [ranks("first_ranks")?, ranks("second_ranks")?],
        decided_at: row::maybe_instant(row, "decided_at")?,
        workshop: slug
            .zip(title)
            .map(|(slug, title)| ExportedWorkshop { slug, title }),
    })
}

fn exported(row: &PgRow) -> Result<Option<Exported>, Fault> {
    let Some(registration) = registration(row)? else {
        return Ok(None);
    };
    Ok(Some(Exported {
        registration,
        workshop_title: row::get(row, "workshop_title")?,
    }))
}
