//! The registrations and events behind a figure, so that any number can be opened.

use anmeldewerk_contract::Position;
use anmeldewerk_domain::{MunicipalityKey, ProgramId, TopicCode, WorkshopId};
use jiff::{Timestamp, civil};
use jiff_sqlx::ToSqlx;
use sqlx::postgres::PgRow;
use uuid::Uuid;

use super::{
    AsOf, EventPlace, Happening, ReadModel, Scope, cut, fetched, figures::state, history, row,
};
use crate::{Fault, RegistrationState, change::Arrival, sql};

/// What about a registration is odd.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Oddity {
    /// It may be of a person that is registered already.
    PossibleDuplicate,
    /// It is of nobody in particular.
    Placeholder,
    /// Its municipality lies outside the program's Land.
    OutsideLand,
    /// It was let in past the rules.
    Overridden,
}

/// Which registrations stand behind a figure; nothing means all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RowFilter {
    /// Registered by this program.
    pub program: Option<ProgramId>,
    /// In one of these states; none of them means any.
    pub states: Vec<RegistrationState>,
    /// From this municipality.
    pub municipality: Option<MunicipalityKey>,
    /// From a municipality whose key begins so: that of a Kreis, or the two digits of a Land.
    pub within: Option<String>,
    /// Cancelled by, as a code.
    pub cancelled_by: Option<String>,
    /// Cancelled for this reason, as a code; empty is without a reason.
    pub cancel_reason: Option<String>,
    /// Odd in this way.
    pub oddity: Option<Oddity>,
    /// With this wish.
    pub wish: Option<WishFilter>,
    /// With this topic.
    pub granted: Option<GrantFilter>,
    /// Who was there in any session.
    pub was_there: bool,
}

/// Who has which topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrantFilter {
    /// This topic.
    pub topic: TopicCode,
    /// In this slot; nothing means any.
    pub slot: Option<u8>,
    /// By such a wish; nothing means any.
    pub grant: Option<Grant>,
}

/// How a topic that somebody has fulfils their wishes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grant {
    /// It is their wish of this rank, from 1 on.
    Wish(u32),
    /// It is none of their wishes.
    Other,
    /// They stated no wishes.
    Unwished,
}

impl Grant {
    /// Reads what statements say of it.
    pub(super) fn of_code(code: i32) -> Self {
        match code {
            0 => Self::Other,
            rank => u32::try_from(rank).map_or(Self::Unwished, Self::Wish),
        }
    }

    fn code(self) -> i32 {
        match self {
            Self::Wish(rank) => i32::try_from(rank).unwrap_or(i32::MAX),
            Self::Other => 0,
            Self::Unwished => -1,
        }
    }
}

/// Which wish.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WishFilter {
    /// For this topic.
    pub topic: TopicCode,
    /// In this slot; nothing means any.
    pub slot: Option<u8>,
    /// With this rank, 0 for a veto; nothing means any.
    pub rank: Option<u8>,
}

/// Which events stand behind a figure of days; nothing means all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DayFilter {
    /// Of registrations of this program.
    pub program: Option<ProgramId>,
    /// On this local day.
    pub day: Option<civil::Date>,
    /// This happened, as a code.
    pub event: Option<String>,
}

/// A registration behind a figure, without its person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FigureRow {
    /// Its id.
    pub id: Uuid,
    /// Its id in reporting.
    pub reporting: Uuid,
    /// The number that people read out on the telephone.
    pub number: String,
    /// The program that registered it.
    pub program: String,
    /// The municipality.
    pub municipality: String,
    /// Where it stands.
    pub state: RegistrationState,
    /// Why it has a seat, as a code.
    pub cause: Option<String>,
    /// Who cancelled it, as a code.
    pub cancelled_by: Option<String>,
    /// Why it was cancelled, as a code.
    pub cancel_reason: Option<String>,
    /// The last reason that was given, as a code.
    pub reason: Option<String>,
    /// When it came in.
    pub submitted_at: Timestamp,
    /// Its place in the order of arrival.
    pub arrival: Arrival,
    /// The last decision that changed it.
    pub version: Position,
}

/// A part of a list, and where the next one begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rows<T, C> {
    /// The items.
    pub items: Vec<T>,
    /// Behind which one the next part begins, if there is one.
    pub next: Option<C>,
}

/// Which part of a list: behind this one, and at most so many (1 to [`super::MAX_LIMIT`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slice<C> {
    /// Behind this one; nothing is from the beginning on.
    pub after: Option<C>,
    /// At most so many.
    pub limit: u32,
}

impl ReadModel {
    /// Lists the registrations behind a figure; nothing where the caller may not see the workshop.
    pub async fn figure_rows(
        &self,
        scope: &Scope,
        (workshop, filter): (WorkshopId, &RowFilter),
        slice: Slice<Arrival>,
    ) -> Result<AsOf<Option<Rows<FigureRow, Arrival>>>, Fault> {
        let states: Vec<&str> = states(filter).map(RegistrationState::name).collect();
        let wish = filter.wish.as_ref();
        let granted = filter.granted.as_ref();
        let rows = sqlx::query(sql::FIGURE_ROWS)
            .bind(scope.program())
            .bind(scope.host())
            .bind(scope.sees_all())
            .bind(Uuid::from_u128(workshop.0))
            .bind(slice.after.unwrap_or_default().0)
            .bind(fetched(slice.limit))
            .bind(filter.program.as_ref().map(ProgramId::as_str))
            .bind(states)
            .bind(filter.municipality.as_ref().map(MunicipalityKey::as_str))
            .bind(filter.cancelled_by.as_deref())
            .bind(filter.cancel_reason.as_deref())
            .bind(filter.oddity.map(Oddity::name))
            .bind(wish.map(|wish| wish.topic.as_str()))
            .bind(wish.and_then(|wish| wish.slot).map(i16::from))
            .bind(wish.and_then(|wish| wish.rank).map(i32::from))
            .bind(filter.within.as_deref())
            .bind(granted.map(|granted| granted.topic.as_str()))
            .bind(granted.and_then(|granted| granted.slot).map(i16::from))
            .bind(granted.and_then(|granted| granted.grant).map(Grant::code))
            .bind(filter.was_there)
            .fetch_all(&self.pool(scope).await?)
            .await
            .map_err(Fault::database("listing what is behind a figure"))?;
        if !seen(&rows)? {
            return row::as_of(&rows, None);
        }
        let items = rows.iter().map(figure_row).filter_map(Result::transpose);
        let mut items = items.collect::<Result<Vec<_>, _>>()?;
        let more = cut(&mut items, slice.limit);
        let next = items.last().filter(|_| more).map(|last| last.arrival);
        row::as_of(&rows, Some(Rows { items, next }))
    }

    /// Lists the events behind a figure of days; nothing where the caller may not see the workshop.
    ///
    /// Each item holds one event.
    pub async fn day_rows(
        &self,
        scope: &Scope,
        (workshop, filter): (WorkshopId, &DayFilter),
        slice: Slice<EventPlace>,
    ) -> Result<AsOf<Option<Rows<DayRow, EventPlace>>>, Fault> {
        let after = slice.after;
        let rows = sqlx::query(sql::TIMELINE_ROWS)
            .bind(scope.program())
            .bind(scope.host())
            .bind(scope.sees_all())
            .bind(Uuid::from_u128(workshop.0))
            .bind(after.map_or(0, |after| after.position.as_i64()))
            .bind(after.map_or(-1, |after| i32::from(after.index)))
            .bind(fetched(slice.limit))
            .bind(filter.program.as_ref().map(ProgramId::as_str))
            .bind(filter.day.map(ToSqlx::to_sqlx))
            .bind(filter.event.as_deref())
            .fetch_all(&self.pool(scope).await?)
            .await
            .map_err(Fault::database("listing what is behind a day"))?;
        if !seen(&rows)? {
            return row::as_of(&rows, None);
        }
        let items = rows.iter().map(day_row).filter_map(Result::transpose);
        let mut items = items.collect::<Result<Vec<_>, _>>()?;
        let more = cut(&mut items, slice.limit);
        let next = items.last().filter(|_| more).map(DayRow::place);
        row::as_of(&rows, Some(Rows { items, next }))
    }
}

/// An event behind a figure of days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DayRow {
    /// The registration's id in reporting.
    pub reporting: Uuid,
    /// The decision, with this one event.
    pub happening: Happening,
}

impl DayRow {
    fn place(&self) -> EventPlace {
        EventPlace {
            position: self.happening.position,
            index: self.happening.events.first().map_or(0, |event| event.index),
        }
    }
}

impl Oddity {
    /// Every oddity.
    pub const ALL: [Self; 4] = [
        Self::PossibleDuplicate,
        Self::Placeholder,
        Self::OutsideLand,
        Self::Overridden,
    ];

    /// Gives its code.
    pub fn name(self) -> &'static str {
        match self {
            Self::PossibleDuplicate => "possible_duplicate",
            Self::Placeholder => "placeholder",
            Self::OutsideLand => "municipality_outside_land",
            Self::Overridden => "overridden",
        }
    }
}

fn states(filter: &RowFilter) -> impl Iterator<Item = RegistrationState> + '_ {
    let any: &[RegistrationState] = if filter.states.is_empty() {
        &RegistrationState::ALL
    } else {
        &filter.states
    };
    any.iter().copied()
}

fn seen(rows: &[PgRow]) -> Result<bool, Fault> {
    let Some(first) = rows.first() else {
        return Ok(false);
    };
    let seen: Option<Uuid> = row::get(first, "seen")?;
    Ok(seen.is_some())
}

fn figure_row(row: &PgRow) -> Result<Option<FigureRow>, Fault> {
    let Some(id) = row::get(row, "id")? else {
        return Ok(None);
    };
    Ok(Some(FigureRow {
        id,
        reporting: row::get(row, "reporting")?,
        number: row::get(row, "number")?,
        program: row::get(row, "program")?,
        municipality: row::get(row, "municipality")?,
        state: state(row::get(row, "state")?)?,
        cause: row::get(row, "cause")?,
        cancelled_by: row::get(row, "cancelled_by")?,
        cancel_reason: row::get(row, "cancel_reason")?,
        reason: row::get(row, "reason")?,
        submitted_at: row::instant(row, "submitted_at")?,
        arrival: Arrival(row::get(row, "arrival")?),
        version: row::position(row, "version")?,
    }))
}

fn day_row(row: &PgRow) -> Result<Option<DayRow>, Fault> {
    let Some(happening) = history::one(row)? else {
        return Ok(None);
    };
    Ok(Some(DayRow {
        reporting: row::get(row, "reporting")?,
        happening,
    }))
}
