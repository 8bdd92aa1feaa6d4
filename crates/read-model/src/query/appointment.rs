//! Workshops as calendars show them.

use anmeldewerk_contract::Position;
use anmeldewerk_domain::{WorkshopId, workshop::Status};
use jiff::{Timestamp, civil};
use sqlx::postgres::PgRow;
use uuid::Uuid;

use super::{
    AsOf, Hours, ReadModel, Scope, Venue, row,
    workshop::{hours, venue},
};
use crate::{Fault, sql, value};

/// What a calendar shows of a workshop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Appointment {
    /// The workshop's id.
    pub id: Uuid,
    /// A readable name for addresses.
    pub slug: String,
    /// The title.
    pub title: String,
    /// The line below the title.
    pub subtitle: Option<String>,
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
    /// A function mailbox.
    pub contact: Option<String>,
    /// Whether people may see it.
    pub status: Status,
    /// The last decision that changed the workshop itself.
    pub version: Position,
    /// When that was decided.
    pub changed_at: Timestamp,
}

impl ReadModel {
    /// Reads what a calendar shows of a workshop, if the caller may see it.
    pub async fn appointment(
        &self,
        scope: &Scope,
        id: WorkshopId,
    ) -> Result<AsOf<Option<Appointment>>, Fault> {
        let rows = sqlx::query(sql::APPOINTMENT)
            .bind(scope.program())
            .bind(scope.sees_all())
            .bind(Uuid::from_u128(id.0))
            .fetch_all(&self.pool(scope).await?)
            .await
            .map_err(Fault::database("reading an appointment"))?;
        let found = rows.first().map(appointment).transpose()?.flatten();
        row::as_of(&rows, found)
    }
}

fn appointment(row: &PgRow) -> Result<Option<Appointment>, Fault> {
    let Some(id) = row::get(row, "id")? else {
        return Ok(None);
    };
    let status: &str = row::get(row, "status")?;
    Ok(Some(Appointment {
        id,
        slug: row::get(row, "slug")?,
        title: row::get(row, "title")?,
        subtitle: row::get(row, "subtitle")?,
        description: row::get(row, "description")?,
        first_day: row::get::<jiff_sqlx::Date>(row, "first_day")?.to_jiff(),
        last_day: row::get::<jiff_sqlx::Date>(row, "last_day")?.to_jiff(),
        hours: hours(row)?,
        time_zone: row::get(row, "time_zone")?,
        begins: row::instant(row, "begins")?,
        ends: row::instant(row, "ends")?,
        venue: venue(row)?,
        contact: row::get(row, "contact")?,
        status: value::status(status).ok_or(Fault::Value("status"))?,
        version: row::position(row, "version")?,
        changed_at: row::instant(row, "changed_at")?,
    }))
}
