//! Groups of a workshop, each with those who belong to it.

use anmeldewerk_contract::Position;
use anmeldewerk_domain::{ProgramId, WorkshopId, workshop::GroupPolicy};
use sqlx::postgres::PgRow;
use uuid::Uuid;

use super::{
    AsOf, ReadModel, Scope, SealedBlock, Window,
    attendee::block,
    cut, fetched, row,
    workshop::{count, narrow},
};
use crate::{Fault, RegistrationState, change::Arrival, sql, value};

/// A group as it came in, with its members as they stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Its id.
    pub id: Uuid,
    /// The workshop's host program.
    pub host: String,
    /// The program that registered it.
    pub program: String,
    /// Whether its members wanted to come together or not at all.
    pub policy: GroupPolicy,
    /// How many were to come; fewer are members where some were refused.
    pub size: u32,
    /// Those who came in with it, and those who came in their place, in the order of arrival.
    pub members: Vec<Member>,
    /// Whom to ask about it.
    pub contact: Option<GroupContact>,
    /// The decision that carried the contact; it opens with no other.
    pub decision: Uuid,
    /// Its place in the order of arrival.
    pub arrival: Arrival,
    /// The decision that made it; its members have versions of their own.
    pub version: Position,
}

/// Whom to ask about a group, sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupContact {
    /// The person whose keys open it.
    pub person: Uuid,
    /// What was stated.
    pub block: SealedBlock,
}

/// A registration that belongs to a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The registration.
    pub registration: Uuid,
    /// The number that people read out on the telephone.
    pub number: String,
    /// Where it stands.
    pub state: RegistrationState,
    /// Its place among all who wait, from 1 on.
    pub waitlist_place: Option<u64>,
}

/// Which groups are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GroupFilter {
    /// Registered by this program; nothing means all.
    pub program: Option<ProgramId>,
    /// Which part of the list.
    pub window: Window,
}

/// A part of a list of groups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupPage {
    /// The groups in the order of their arrival.
    pub items: Vec<Group>,
    /// Behind which one the next part begins, if there is one.
    pub next: Option<Arrival>,
}

impl ReadModel {
    /// Lists the groups of a workshop in the order of their arrival; nothing where the caller may not see it.
    ///
    /// The host's program sees all of them, another program its own.
    pub async fn groups(
        &self,
        scope: &Scope,
        workshop: WorkshopId,
        filter: &GroupFilter,
    ) -> Result<AsOf<Option<GroupPage>>, Fault> {
        let limit = filter.window.limit;
        let rows = sqlx::query(sql::GROUPS)
            .bind(scope.program())
            .bind(scope.sees_all())
            .bind(Uuid::from_u128(workshop.0))
            .bind(filter.program.as_ref().map(ProgramId::as_str))
            .bind(filter.window.after.0)
            .bind(fetched(limit))
            .fetch_all(&self.pool(scope).await?)
            .await
            .map_err(Fault::database("listing groups"))?;
        row::as_of(&rows, page(&rows, limit)?)
    }
}

fn page(rows: &[PgRow], limit: u32) -> Result<Option<GroupPage>, Fault> {
    let seen: Option<Uuid> = match rows.first() {
        Some(first) => row::get(first, "seen")?,
        None => None,
    };
    if seen.is_none() {
        return Ok(None);
    }
    let read = rows.iter().map(group);
    let mut items: Vec<Group> = read
        .filter_map(Result::transpose)
        .collect::<Result<_, _>>()?;
    let more = cut(&mut items, limit);
    let next = items.last().filter(|_| more).map(|last| last.arrival);
    Ok(Some(GroupPage { items, next }))
}

fn group(row: &PgRow) -> Result<Option<Group>, Fault> {
    let Some(id) = row::get(row, "id")? else {
        return Ok(None);
    };
    let policy: &str = row::get(row, "policy")?;
    Ok(Some(Group {
        id,
        host: row::get(row, "host")?,
        program: row::get(row, "program")?,
        policy: value::read_policy(policy).ok_or(Fault::Value("policy"))?,
        size: narrow(row::get(row, "size")?),
        members: members(row)?,
        contact: contact(row)?,
        decision: row::get(row, "decision")?,
        arrival: Arrival(row::get(row, "arrival")?),
        version: row::position(row, "version")?,
    }))
}

fn contact(row: &PgRow) -> Result<Option<GroupContact>, Fault> {
    let person: Option<Uuid> = row::get(row, "person")?;
    let both = person.zip(block(row, "contact", "contact_commit")?);
    Ok(both.map(|(person, block)| GroupContact { person, block }))
}

fn members(row: &PgRow) -> Result<Vec<Member>, Fault> {
    let ids: Vec<Uuid> = row::list(row, "member_ids")?;
    let numbers: Vec<String> = row::list(row, "member_numbers")?;
    let states: Vec<String> = row::list(row, "member_states")?;
    let places: Vec<Option<i64>> = row::list(row, "member_places")?;
    let rows = ids.into_iter().zip(numbers).zip(states).zip(places);
    let members = rows.map(|(((registration, number), state), place)| {
        Ok(Member {
            registration,
            number,
            state: RegistrationState::parse(&state).ok_or(Fault::Value("member_states"))?,
            waitlist_place: place.map(count),
        })
    });
    members.collect()
}
