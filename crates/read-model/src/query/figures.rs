//! Figures for reports: rows of counts per workshop.

use anmeldewerk_domain::{ProgramId, WorkshopId};
use jiff::{Timestamp, civil};
use jiff_sqlx::ToSqlx;
use sqlx::postgres::PgRow;
use uuid::Uuid;

use super::{
    AsOf, Deadline, Grant, ReadModel, Scope, row,
    workshop::{count, deadline, narrow},
};
use crate::{Fault, RegistrationState, sql};

/// The most rows that one report has.
pub const MAX_FIGURES: usize = 10_000;

/// Which workshops a report is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FigureFilter {
    /// This one; nothing means all.
    pub workshop: Option<WorkshopId>,
    /// Those whose first day is not before this one.
    pub from: civil::Date,
    /// Those whose first day is not behind this one.
    pub to: civil::Date,
    /// Figures of this program; nothing means all.
    pub program: Option<ProgramId>,
}

/// The rows of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figures<R> {
    /// The time of the last decision that is counted; nothing where there is none.
    pub decided_at: Option<Timestamp>,
    /// The rows, by workshop in the order of their beginning.
    pub rows: Vec<Figure<R>>,
}

/// A row of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure<R> {
    /// The workshop.
    pub workshop: Uuid,
    /// Its title.
    pub title: String,
    /// Its first day.
    pub first_day: civil::Date,
    /// Its host.
    pub host: String,
    /// What is counted.
    pub value: R,
}

/// A program's registrations for a workshop, and what bounds them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProgramFigure {
    /// The program.
    pub program: String,
    /// How many are in which state, in the order of their names.
    pub states: Vec<(RegistrationState, u64)>,
    /// At most so many seats.
    pub cap: Option<u32>,
    /// So many seats are kept for it.
    pub guarantee: Option<u32>,
    /// When they fall free.
    pub release: Option<Deadline>,
    /// Whether they have.
    pub released: bool,
}

/// How often something has happened to registrations of a program on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DayFigure {
    /// The program.
    pub program: String,
    /// The local day.
    pub day: civil::Date,
    /// What has happened, as a code.
    pub event: String,
    /// How often.
    pub amount: u64,
}

/// How many of a program wish for a topic, with which rank.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopicFigure {
    /// The slot in which it is offered.
    pub slot: u8,
    /// Its code.
    pub code: String,
    /// Its title.
    pub title: String,
    /// Who wishes for it or has it; nothing where nobody does.
    pub counted: Option<TopicCount>,
}

/// How many of a program wish for a topic, or have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopicCount {
    /// The program.
    pub program: String,
    /// What they do.
    pub kind: TopicCountKind,
    /// How many.
    pub amount: u64,
}

/// What is counted of a topic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TopicCountKind {
    /// Those who wish for it, by rank: from 1 on, the dearest first.
    Ranked(u32),
    /// Those who do not want it.
    Vetoed,
    /// Those who have it.
    Granted(Grant),
}

/// How many of a program wait.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitlistFigure {
    /// The program.
    pub program: String,
    /// All its registrations.
    pub registrations: u64,
    /// How many wait now.
    pub waiting: u64,
    /// How many have an open offer now.
    pub offered: u64,
    /// How often somebody came onto the waitlist.
    pub joined: u64,
    /// How often an office moved somebody from a seat onto it.
    pub moved: u64,
    /// How many offers were made.
    pub offers: u64,
    /// How many offers or addresses have lapsed.
    pub lapsed: u64,
}

/// How many of a program have cancelled, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CancellationFigure {
    /// The program.
    pub program: String,
    /// All its registrations.
    pub registrations: u64,
    /// Those who cancelled; nothing where nobody did.
    pub cancelled: Option<CancelledFigure>,
}

/// How many were cancelled in one way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CancelledFigure {
    /// By whom, as a code.
    pub by: String,
    /// Why, as a code; nothing where no reason was given.
    pub reason: Option<String>,
    /// How many.
    pub amount: u64,
}

/// What is odd about a program's live registrations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QualityFigure {
    /// The program.
    pub program: String,
    /// All its live registrations.
    pub live: u64,
    /// How many may be of a person that is registered already.
    pub look_alikes: u64,
    /// How many are of nobody in particular.
    pub placeholders: u64,
    /// How many are from a municipality outside the program's Land.
    pub outside_land: u64,
    /// How many were let in past the rules.
    pub overridden: u64,
}

/// The rows of a report, or nothing where there are more than [`MAX_FIGURES`].
pub type Counted<R> = Result<AsOf<Option<Figures<R>>>, Fault>;

pub(super) type Read<R> = fn(&PgRow) -> Result<Option<R>, Fault>;

impl ReadModel {
    /// Counts registrations by program and state, with what bounds them.
    pub async fn program_figures(
        &self,
        scope: &Scope,
        filter: &FigureFilter,
    ) -> Counted<ProgramFigure> {
        let asked = (sql::FIGURES_PROGRAMS, filter);
        self.figures(scope, asked, program_figure).await
    }

    /// Counts what has happened to registrations, by day.
    pub async fn day_figures(&self, scope: &Scope, filter: &FigureFilter) -> Counted<DayFigure> {
        let asked = (sql::FIGURES_TIMELINE, filter);
        self.figures(scope, asked, day_figure).await
    }

    /// Counts wishes of live registrations by topic, program and rank.
    pub async fn topic_figures(
        &self,
        scope: &Scope,
        filter: &FigureFilter,
    ) -> Counted<TopicFigure> {
        let asked = (sql::FIGURES_TOPICS, filter);
        self.figures(scope, asked, topic_figure).await
    }

    /// Counts those who wait, and what became of others who did.
    pub async fn waitlist_figures(
        &self,
        scope: &Scope,
        filter: &FigureFilter,
    ) -> Counted<WaitlistFigure> {
        let asked = (sql::FIGURES_WAITLIST, filter);
        self.figures(scope, asked, waitlist_figure).await
    }

    /// Counts cancellations by who cancelled and why; of the caller's own people, of all where they are the host.
    pub async fn cancellation_figures(
        &self,
        scope: &Scope,
        filter: &FigureFilter,
    ) -> Counted<CancellationFigure> {
        let asked = (sql::FIGURES_CANCELLATIONS, filter);
        self.figures(scope, asked, cancellation_figure).await
    }

    /// Counts what is odd; about the caller's own people, about all where they are the host.
    pub async fn quality_figures(
        &self,
        scope: &Scope,
        filter: &FigureFilter,
    ) -> Counted<QualityFigure> {
        let asked = (sql::FIGURES_DATA_QUALITY, filter);
        self.figures(scope, asked, quality_figure).await
    }

    pub(super) async fn figures<R>(
        &self,
        scope: &Scope,
        asked: (&'static str, &FigureFilter),
        read: Read<R>,
    ) -> Counted<R> {
        let rows = self.counted_rows(scope, asked).await?;
        let first = rows.first().ok_or(Fault::NoCheckpoint)?;
        let decided_at = row::maybe_instant(first, "decided_at")?;
        if rows.len() > MAX_FIGURES {
            return row::as_of(&rows, None);
        }
        let figures = rows.iter().map(|row| figure(row, read));
        let figures = figures.filter_map(Result::transpose);
        let figures = figures.collect::<Result<Vec<_>, _>>()?;
        let figures = Figures {
            decided_at,
            rows: figures,
        };
        row::as_of(&rows, Some(figures))
    }

    /// Asks for the rows of a report.
    pub(super) async fn counted_rows(
        &self,
        scope: &Scope,
        (statement, filter): (&'static str, &FigureFilter),
    ) -> Result<Vec<PgRow>, Fault> {
        sqlx::query(statement)
            .bind(scope.program())
            .bind(scope.sees_all())
            .bind(filter.workshop.map(|id| Uuid::from_u128(id.0)))
            .bind(filter.from.to_sqlx())
            .bind(filter.to.to_sqlx())
            .bind(filter.program.as_ref().map(ProgramId::as_str))
            .fetch_all(&self.pool(scope).await?)
            .await
            .map_err(Fault::database("counting for a report"))
    }
}

pub(super) fn figure<R>(row: &PgRow, read: Read<R>) -> Result<Option<Figure<R>>, Fault> {
    let Some(workshop) = row::get::<Option<Uuid>>(row, "workshop")? else {
        return Ok(None);
    };
    let Some(value) = read(row)? else {
        return Ok(None);
    };
    Ok(Some(Figure {
        workshop,
        title: row::get(row, "title")?,
        first_day: row::get::<jiff_sqlx::Date>(row, "first_day")?.to_jiff(),
        host: row::get(row, "host")?,
        value,
    }))
}

pub(super) fn amount(row: &PgRow, column: &'static str) -> Result<u64, Fault> {
    let amount: Option<i64> = row::get(row, column)?;
    Ok(count(amount.unwrap_or(0)))
}

pub(super) fn state(text: &str) -> Result<RegistrationState, Fault> {
    RegistrationState::parse(text).ok_or(Fault::Value("state"))
}

fn program_figure(row: &PgRow) -> Result<Option<ProgramFigure>, Fault> {
    let Some(program) = row::get(row, "program")? else {
        return Ok(None);
    };
    let names: Vec<String> = row::list(row, "states")?;
    let amounts: Vec<i64> = row::list(row, "amounts")?;
    let states = names.iter().zip(amounts);
    let states = states.map(|(name, amount)| Ok((state(name)?, count(amount))));
    let released: Option<bool> = row::get(row, "released")?;
    Ok(Some(ProgramFigure {
        program,
        states: states.collect::<Result<_, Fault>>()?,
        cap: row::get::<Option<i64>>(row, "cap")?.map(narrow),
        guarantee: row::get::<Option<i64>>(row, "guarantee")?.map(narrow),
        release: deadline(row, "release_stated", "release_at")?,
        released: released.unwrap_or(false),
    }))
}

fn day_figure(row: &PgRow) -> Result<Option<DayFigure>, Fault> {
    let Some(program) = row::get(row, "program")? else {
        return Ok(None);
    };
    Ok(Some(DayFigure {
        program,
        day: row::get::<jiff_sqlx::Date>(row, "day")?.to_jiff(),
        event: row::get(row, "event")?,
        amount: amount(row, "amount")?,
    }))
}

fn topic_figure(row: &PgRow) -> Result<Option<TopicFigure>, Fault> {
    let Some(code) = row::get(row, "code")? else {
        return Ok(None);
    };
    let slot: i16 = row::get(row, "slot")?;
    Ok(Some(TopicFigure {
        slot: u8::try_from(slot).unwrap_or(0),
        code,
        title: row::get(row, "topic_title")?,
        counted: topic_count(row)?,
    }))
}

fn topic_count(row: &PgRow) -> Result<Option<TopicCount>, Fault> {
    let Some(program) = row::get(row, "program")? else {
        return Ok(None);
    };
    let granted: Option<i32> = row::get(row, "granted")?;
    let vetoed: bool = row::get(row, "vetoed")?;
    let rank: i32 = row::get(row, "rank")?;
    let kind = match granted {
        Some(code) => TopicCountKind::Granted(Grant::of_code(code)),
        None if vetoed => TopicCountKind::Vetoed,
        None => TopicCountKind::Ranked(u32::try_from(rank).map_err(|_| Fault::Value("rank"))?),
    };
    Ok(Some(TopicCount {
        program,
        kind,
        amount: amount(row, "amount")?,
    }))
}

fn waitlist_figure(row: &PgRow) -> Result<Option<WaitlistFigure>, Fault> {
    let Some(program) = row::get(row, "program")? else {
        return Ok(None);
    };
    Ok(Some(WaitlistFigure {
        program,
        registrations: amount(row, "registrations")?,
        waiting: amount(row, "waiting")?,
        offered: amount(row, "offered")?,
        joined: amount(row, "joined")?,
        moved: amount(row, "moved")?,
        offers: amount(row, "offers")?,
        lapsed: amount(row, "lapsed")?,
    }))
}

fn cancellation_figure(row: &PgRow) -> Result<Option<CancellationFigure>, Fault> {
    let Some(program) = row::get(row, "program")? else {
        return Ok(None);
    };
    let by: Option<String> = row::get(row, "cancelled_by")?;
    let cancelled = by.map(|by| {
        Ok(CancelledFigure {
            by,
            reason: row::get(row, "cancel_reason")?,
            amount: amount(row, "amount")?,
        })
    });
    Ok(Some(CancellationFigure {
        program,
        registrations: amount(row, "registrations")?,
        cancelled: cancelled.transpose()?,
    }))
}

fn quality_figure(row: &PgRow) -> Result<Option<QualityFigure>, Fault> {
    let Some(program) = row::get(row, "program")? else {
        return Ok(None);
    };
    Ok(Some(QualityFigure {
        program,
        live: amount(row, "live")?,
        look_alikes: amount(row, "look_alikes")?,
        placeholders: amount(row, "placeholders")?,
        outside_land: amount(row, "outside_land")?,
        overridden: amount(row, "overridden")?,
    }))
}
