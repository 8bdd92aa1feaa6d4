//! All the names of a workshop, sealed, for whoever can open, search and sort them.

use anmeldewerk_domain::{MunicipalityKey, ProgramId, TopicCode, WorkshopId};
use sqlx::postgres::PgRow;
use uuid::Uuid;

use super::{
    AsOf, AttendeeFilter, QueuePlace, ReadModel, Scope, SealedBlock, attendee::block, row,
};
use crate::{Fault, RegistrationState, change::Arrival, sql};

/// How many people a workshop may have whose names are sorted.
pub const MAX_NAMES: usize = 5_000;

/// Somebody who is registered, as far as it takes to find and to sort them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// The registration.
    pub id: Uuid,
    /// The workshop's host program.
    pub host: String,
    /// The program that registered them.
    pub program: String,
    /// The person, known to the vault.
    pub person: Uuid,
    /// The decision that carried the name; it opens with no other.
    pub decision: Uuid,
    /// Name, function, organisation.
    pub identity: Option<SealedBlock>,
    /// The number that people read out on the telephone.
    pub number: String,
    /// Where it stands.
    pub state: RegistrationState,
    /// Its place in the order of arrival.
    pub arrival: Arrival,
    /// Its place in the order in which seats pass on.
    pub queued: QueuePlace,
    /// Whether the filter lets it through.
    pub wanted: bool,
}

impl ReadModel {
    /// Reads the names of all of a workshop that the caller may see, and of each whether the filter lets it through.
    ///
    /// Nothing where the caller may not see the workshop; nothing in it where there are more than [`MAX_NAMES`].
    /// The window of the filter is not asked for.
    pub async fn names(
        &self,
        scope: &Scope,
        workshop: WorkshopId,
        filter: &AttendeeFilter,
    ) -> Result<AsOf<Option<Option<Vec<Name>>>>, Fault> {
        let states = match filter.state {
            Some(state) => vec![state.name()],
            None => RegistrationState::ALL.map(RegistrationState::name).to_vec(),
        };
        let most = i64::try_from(MAX_NAMES).unwrap_or(i64::MAX);
        let rows = sqlx::query(sql::NAMES)
            .bind(scope.program())
            .bind(scope.host())
            .bind(scope.sees_all())
            .bind(Uuid::from_u128(workshop.0))
            .bind(most + 1)
            .bind(states)
            .bind(filter.program.as_ref().map(ProgramId::as_str))
            .bind(filter.municipality.as_ref().map(MunicipalityKey::as_str))
            .bind(filter.topic.as_ref().map(TopicCode::as_str))
            .bind(filter.assigned.as_ref().map(TopicCode::as_str))
            .fetch_all(&self.pool(scope).await?)
            .await
            .map_err(Fault::database("reading names"))?;
        let first = rows.first().ok_or(Fault::NoCheckpoint)?;
        if row::get::<Option<Uuid>>(first, "seen")?.is_none() {
            return row::as_of(&rows, None);
        }
        if rows.len() > MAX_NAMES {
            return row::as_of(&rows, Some(None));
        }
        let names = rows.iter().map(name).filter_map(Result::transpose);
        let names = names.collect::<Result<Vec<_>, _>>()?;
        row::as_of(&rows, Some(Some(names)))
    }
}

fn name(row: &PgRow) -> Result<Option<Name>, Fault> {
    let Some(id) = row::get(row, "id")? else {
        return Ok(None);
    };
    let state: &str = row::get(row, "state")?;
    Ok(Some(Name {
        id,
        host: row::get(row, "host")?,
        program: row::get(row, "program")?,
        person: row::get(row, "person")?,
        decision: row::get(row, "decision")?,
        identity: block(row, "identity", "identity_commit")?,
        number: row::get(row, "number")?,
        state: RegistrationState::parse(state).ok_or(Fault::Value("state"))?,
        arrival: Arrival(row::get(row, "arrival")?),
        queued: QueuePlace {
            rank: row::get(row, "queue_rank")?,
            at: Arrival(row::get(row, "queue_at")?),
            lot: row::get(row, "queue_lot")?,
        },
        wanted: row::get(row, "wanted")?,
    }))
}
