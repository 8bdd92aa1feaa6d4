//! Workshops with their seats.

use anmeldewerk_contract::Position;
use anmeldewerk_domain::{WorkshopId, workshop::Status};
use jiff::{Timestamp, civil};
use jiff_sqlx::ToSqlx;
use sqlx::postgres::PgRow;
use uuid::Uuid;

use super::{
    AsOf, Bounds, BucketUse, OfferedTopic, ReadModel, Scope,
    bucket::{self, Figures},
    cut, fetched, row,
};
use crate::{Fault, RegistrationState, sql, value};

/// A workshop as people see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workshop {
    /// Its id.
    pub id: Uuid,
    /// The host program.
    pub host: String,
    /// A readable name for addresses.
    pub slug: String,
    /// The title.
    pub title: String,
    /// The line below the title.
    pub subtitle: Option<String>,
    /// The kind of event (Art).
    pub kind: Option<String>,
    /// What it is about.
    pub description: String,
    /// The first day.
    pub first_day: civil::Date,
    /// The last day, itself included.
    pub last_day: civil::Date,
    /// Local times; nothing for whole days.
    pub hours: Option<Hours>,
    /// The IANA name of the time zone.
    pub time_zone: String,
    /// The instant it begins.
    pub begins: Timestamp,
    /// The first instant after it.
    pub ends: Timestamp,
    /// Where it takes place.
    pub venue: Option<Venue>,
    /// `presence`, `online` or `hybrid`.
    pub format: String,
    /// The programs whose people may register.
    pub participating: Vec<String>,
    /// A function mailbox.
    pub contact: Option<String>,
    /// From then on registration is open.
    pub opens: Option<Deadline>,
    /// The deadline that was stated.
    pub closes: Option<Deadline>,
    /// From then on only an office may cancel.
    pub cancel_until: Option<Deadline>,
    /// From then on only the host's office may put somebody in another's place.
    pub substitute_until: Option<Deadline>,
    /// From then on only an office may change wishes.
    pub wishes_until: Option<Deadline>,
    /// From then on no seat passes on by itself.
    pub promotion_stops: Option<Deadline>,
    /// When registration is closed indeed: the deadline, at the latest the beginning.
    pub closing: Deadline,
    /// How many must come for it to take place.
    pub min_participants: Option<u32>,
    /// `programs`, `public` or `public_confirmed`.
    pub sign_up: String,
    /// `first_come` or `lottery`.
    pub admission: String,
    /// Whether lots were drawn.
    pub drawn: bool,
    /// Whether an office must approve of each registration.
    pub approval: bool,
    /// Hours to answer an offered seat; nothing where a seat passes on directly.
    pub offer_hours: Option<u32>,
    /// What bounds the seats beside the capacity.
    pub bounds: Bounds,
    /// `off`, `skip_blocked` or `strict_head`.
    pub waitlist: String,
    /// The most ranked wishes per slot.
    pub ranks: u32,
    /// The most vetoes per slot.
    pub vetoes: u32,
    /// Whether people may see it.
    pub status: Status,
    /// The last decision that changed the workshop itself.
    pub version: Position,
    /// The position before which its rows stand still, where it is parked.
    pub parked_at: Option<Position>,
    /// Its seats.
    pub seats: Seats,
    /// How its buckets are filled, the workshop's own first; empty for callers who do not take part.
    pub buckets: Vec<BucketUse>,
    /// Its registrations by program and state; empty for callers who do not take part.
    pub by_program: Vec<ProgramCount>,
    /// The topics offered.
    pub topics: Vec<OfferedTopic>,
}

/// Local times of a workshop, such as `2019-10-22T09:30`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hours {
    /// On the first day.
    pub start: String,
    /// On the last day.
    pub end: String,
}

/// Where a workshop takes place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Venue {
    /// The house.
    pub name: String,
    /// Street and number.
    pub street: Option<String>,
    /// The postcode.
    pub postcode: Option<String>,
    /// The town.
    pub town: String,
    /// What people should know about steps, lifts and hearing aids.
    pub accessibility: Option<String>,
}

/// A limit in time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deadline {
    /// As it was stated: a day, or a local time.
    pub stated: String,
    /// The first instant behind it.
    pub instant: Timestamp,
}

/// The seats of a workshop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seats {
    /// All seats; nothing is unlimited, 0 is closed.
    pub capacity: Option<u32>,
    /// How many are taken for good.
    pub confirmed: u64,
    /// How many are kept for those who wait for approval or have not answered an offer.
    pub held: u64,
    /// How many people wait.
    pub waitlisted: u64,
}

impl Seats {
    /// Gives how many are left; nothing is unlimited.
    pub fn free(self) -> Option<u64> {
        let used = self.confirmed.saturating_add(self.held);
        Some(u64::from(self.capacity?).saturating_sub(used))
    }
}

/// How many registrations of a program are in a state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProgramCount {
    /// The program.
    pub program: String,
    /// The state.
    pub state: RegistrationState,
    /// How many.
    pub count: u64,
}

/// Where a list of workshops goes on: behind this one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WorkshopCursor {
    /// When it begins.
    pub begins: Timestamp,
    /// Its id.
    pub id: Uuid,
}

/// A part of a list of workshops.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkshopPage {
    /// The workshops, the earliest first.
    pub items: Vec<Workshop>,
    /// Where the next part begins, if there is one.
    pub next: Option<WorkshopCursor>,
}

impl ReadModel {
    /// Lists the workshops that a caller may see, by their beginning; at most `limit` of them.
    pub async fn workshops(
        &self,
        scope: &Scope,
        after: Option<WorkshopCursor>,
        limit: u32,
    ) -> Result<AsOf<WorkshopPage>, Fault> {
        let rows = sqlx::query(sql::WORKSHOPS)
            .bind(scope.program())
            .bind(scope.sees_all())
            .bind(after.map(|cursor| cursor.begins.to_sqlx()))
            .bind(after.map(|cursor| cursor.id))
            .bind(fetched(limit))
            .fetch_all(&self.pool(scope).await?)
            .await
            .map_err(Fault::database("listing workshops"))?;
        let read = rows.iter().map(workshop);
        let mut items: Vec<Workshop> = read
            .filter_map(Result::transpose)
            .collect::<Result<_, _>>()?;
        let more = cut(&mut items, limit);
        let last = items.last().filter(|_| more);
        let next = last.map(|last| WorkshopCursor {
            begins: last.begins,
            id: last.id,
        });
        let answer = row::as_of(&rows, WorkshopPage { items, next })?;
        Ok(AsOf {
            parked_at: None,
            ..answer
        })
    }

    /// Reads one workshop, if the caller may see it.
    pub async fn workshop(
        &self,
        scope: &Scope,
        id: WorkshopId,
    ) -> Result<AsOf<Option<Workshop>>, Fault> {
        let rows = sqlx::query(sql::WORKSHOP)
            .bind(scope.program())
            .bind(scope.sees_all())
            .bind(Uuid::from_u128(id.0))
            .fetch_all(&self.pool(scope).await?)
            .await
            .map_err(Fault::database("reading a workshop"))?;
        let found = rows.first().map(workshop).transpose()?.flatten();
        row::as_of(&rows, found)
    }
}

fn workshop(row: &PgRow) -> Result<Option<Workshop>, Fault> {
    let Some(id) = row::get(row, "id")? else {
        return Ok(None);
    };
    let parked_at: Option<i64> = row::get(row, "parked_at")?;
    let status: &str = row::get(row, "status")?;
    let (seats, by_program) = (seats(row)?, by_program(row)?);
    let bounds = bucket::bounds(row)?;
    let figures = Figures {
        seats,
        by_program: &by_program,
        bounds: &bounds,
    };
    let buckets = bucket::filled(row, &figures)?;
    Ok(Some(Workshop {
        id,
        host: row::get(row, "host")?,
        slug: row::get(row, "slug")?,
        title: row::get(row, "title")?,
        subtitle: row::get(row, "subtitle")?,
        kind: row::get(row, "kind")?,
        description: row::get(row, "description")?,
        first_day: row::get::<jiff_sqlx::Date>(row, "first_day")?.to_jiff(),
        last_day: row::get::<jiff_sqlx::Date>(row, "last_day")?.to_jiff(),
        hours: hours(row)?,
        time_zone: row::get(row, "time_zone")?,
        begins: row::instant(row, "begins")?,
        ends: row::instant(row, "ends")?,
        venue: venue(row)?,
        format: row::get(row, "format")?,
        participating: row::get(row, "participating")?,
        contact: row::get(row, "contact")?,
        opens: deadline(row, "opens_stated", "opens_at")?,
        closes: deadline(row, "closes_stated", "closes_at")?,
        cancel_until: deadline(row, "cancel_until_stated", "cancel_until_at")?,
        substitute_until: deadline(row, "substitute_until_stated", "substitute_until_at")?,
        wishes_until: deadline(row, "wishes_until_stated", "wishes_until_at")?,
        promotion_stops: deadline(row, "promotion_stops_stated", "promotion_stops_at")?,
        closing: deadline(row, "closing_stated", "closing_at")?
            .ok_or(Fault::Value("closing_at"))?,
        min_participants: row::get::<Option<i64>>(row, "min_participants")?.map(narrow),
        sign_up: row::get(row, "sign_up")?,
        admission: row::get(row, "admission")?,
        drawn: row::get(row, "drawn")?,
        approval: row::get(row, "approval")?,
        offer_hours: row::get::<Option<i32>>(row, "offer_hours")?.map(unsigned),
        bounds,
        waitlist: row::get(row, "waitlist")?,
        ranks: unsigned(row::get::<i32>(row, "ranks")?),
        vetoes: unsigned(row::get::<i32>(row, "vetoes")?),
        status: value::status(status).ok_or(Fault::Value("status"))?,
        version: row::position(row, "version")?,
        parked_at: parked_at.map(Position::from_i64),
        seats,
        buckets,
        by_program,
        topics: super::offered::list(row)?,
    }))
}

pub(super) fn hours(row: &PgRow) -> Result<Option<Hours>, Fault> {
    let start: Option<String> = row::get(row, "starts_stated")?;
    let end: Option<String> = row::get(row, "ends_stated")?;
    Ok(start.zip(end).map(|(start, end)| Hours { start, end }))
}

pub(super) fn venue(row: &PgRow) -> Result<Option<Venue>, Fault> {
    let name: Option<String> = row::get(row, "venue_name")?;
    let town: Option<String> = row::get(row, "venue_town")?;
    let Some((name, town)) = name.zip(town) else {
        return Ok(None);
    };
    Ok(Some(Venue {
        name,
        street: row::get(row, "venue_street")?,
        postcode: row::get(row, "venue_postcode")?,
        town,
        accessibility: row::get(row, "venue_accessibility")?,
    }))
}

pub(super) fn deadline(
    row: &PgRow,
    stated: &'static str,
    instant: &'static str,
) -> Result<Option<Deadline>, Fault> {
    let stated: Option<String> = row::get(row, stated)?;
    let instant = row::maybe_instant(row, instant)?;
    let both = stated.zip(instant);
    Ok(both.map(|(stated, instant)| Deadline { stated, instant }))
}

fn seats(row: &PgRow) -> Result<Seats, Fault> {
    let capacity: Option<i64> = row::get(row, "capacity")?;
    Ok(Seats {
        capacity: capacity.map(narrow),
        confirmed: count(row::get(row, "confirmed")?),
        held: count(row::get(row, "held")?),
        waitlisted: count(row::get(row, "waitlisted")?),
    })
}

fn by_program(row: &PgRow) -> Result<Vec<ProgramCount>, Fault> {
    let programs: Vec<String> = row::list(row, "programs")?;
    let states: Vec<String> = row::list(row, "states")?;
    let amounts: Vec<i64> = row::list(row, "amounts")?;
    let rows = programs.into_iter().zip(states).zip(amounts);
    rows.map(|((program, state), amount)| {
        Ok(ProgramCount {
            program,
            state: RegistrationState::parse(&state).ok_or(Fault::Value("state"))?,
            count: count(amount),
        })
    })
    .collect()
}

/// Takes a number of rows, which is never negative.
pub(super) fn count(rows: i64) -> u64 {
    u64::try_from(rows).unwrap_or(0)
}

/// Takes a size, which was an `u32` when it was written.
pub(super) fn narrow(size: i64) -> u32 {
    u32::try_from(size).unwrap_or(u32::MAX)
}

fn unsigned(value: i32) -> u32 {
    u32::try_from(value).unwrap_or(0)
}
