//! Who was there: of each registration, and counted by session.

use jiff::civil;
use sqlx::postgres::PgRow;
use uuid::Uuid;

use anmeldewerk_domain::WorkshopId;

use super::{
    AsOf, Counted, FigureFilter, ReadModel, Scope,
    figures::{Read, amount},
    row,
    workshop::count,
};
use crate::{Fault, sql};

/// Whether somebody was there in a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attended {
    /// The day.
    pub day: civil::Date,
    /// The slot of that day, 1 or 2.
    pub slot: u8,
    /// `present`, `absent` or `excused`.
    pub status: String,
    /// How long they were there, where it was stated.
    pub minutes: Option<u32>,
}

/// The sessions of a workshop for which attendance was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sessions {
    /// Whether attendance is closed.
    pub closed: bool,
    /// The sessions by day and slot.
    pub sessions: Vec<SessionCount>,
}

/// How many were there in a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionCount {
    /// The day.
    pub day: civil::Date,
    /// The slot of that day, 1 or 2.
    pub slot: u8,
    /// Whether it counts, now that attendance is closed.
    pub counts: bool,
    /// By program.
    pub by_program: Vec<ProgramPresence>,
}

/// How many of a program were there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProgramPresence {
    /// The program.
    pub program: String,
    /// How many were there.
    pub present: u64,
    /// How many were not.
    pub absent: u64,
    /// How many were not and had said so.
    pub excused: u64,
    /// How many minutes in all, of those for whom they are stated.
    pub minutes: u64,
    /// How many were there for whom no minutes are stated.
    pub unmeasured: u64,
}

/// How many of a program attended, now that attendance is closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttendanceFigure {
    /// The program.
    pub program: String,
    /// All the time.
    pub attended: u64,
    /// Some of the time.
    pub partially: u64,
    /// Not at all.
    pub no_show: u64,
}

/// How long people of a program were there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HoursFigure {
    /// The program.
    pub program: String,
    /// How often somebody was there in a session.
    pub presences: u64,
    /// How many minutes in all, of those for whom they are stated.
    pub minutes: u64,
    /// How often somebody was there for whom no minutes are stated.
    pub unmeasured: u64,
}

impl ReadModel {
    /// Counts who was there by session and program; nothing where the caller does not take part.
    pub async fn sessions(
        &self,
        scope: &Scope,
        workshop: WorkshopId,
    ) -> Result<AsOf<Option<Sessions>>, Fault> {
        let rows = sqlx::query(sql::SESSIONS)
            .bind(scope.program())
            .bind(scope.sees_all())
            .bind(Uuid::from_u128(workshop.0))
            .fetch_all(&self.pool(scope).await?)
            .await
            .map_err(Fault::database("reading attendance"))?;
        let found = rows.first().map(|first| all(first, &rows)).transpose()?;
        row::as_of(&rows, found.flatten())
    }

    /// Counts who attended, of workshops whose attendance is closed.
    pub async fn attendance_figures(
        &self,
        scope: &Scope,
        filter: &FigureFilter,
    ) -> Counted<AttendanceFigure> {
        let read: Read<AttendanceFigure> = attendance_figure;
        self.figures(scope, (sql::FIGURES_ATTENDANCE, filter), read)
            .await
    }

    /// Counts how long people were there.
    pub async fn hours_figures(
        &self,
        scope: &Scope,
        filter: &FigureFilter,
    ) -> Counted<HoursFigure> {
        let read: Read<HoursFigure> = hours_figure;
        self.figures(scope, (sql::FIGURES_HOURS, filter), read)
            .await
    }
}

/// Reads whether somebody was there.
pub(super) fn attendance(row: &PgRow) -> Result<Vec<Attended>, Fault> {
    let days: Vec<String> = row::list(row, "days")?;
    let slots: Vec<i16> = row::list(row, "day_slots")?;
    let statuses: Vec<String> = row::list(row, "statuses")?;
    let minutes: Vec<Option<i32>> = row::list(row, "minutes")?;
    let rows = days.iter().zip(slots).zip(statuses).zip(minutes);
    let attended = rows.map(|(((day, slot), status), minutes)| {
        Ok(Attended {
            day: day.parse().map_err(|_| Fault::Value("day"))?,
            slot: u8::try_from(slot).unwrap_or(0),
            status,
            minutes: minutes.and_then(|minutes| u32::try_from(minutes).ok()),
        })
    });
    attended.collect()
}

fn all(first: &PgRow, rows: &[PgRow]) -> Result<Option<Sessions>, Fault> {
    if row::get::<Option<Uuid>>(first, "seen")?.is_none() {
        return Ok(None);
    }
    let mut sessions: Vec<SessionCount> = Vec::new();
    for row in rows {
        let Some(day) = row::get::<Option<jiff_sqlx::Date>>(row, "day")? else {
            continue;
        };
        let day = day.to_jiff();
        let slot: i16 = row::get(row, "slot")?;
        let slot = u8::try_from(slot).unwrap_or(0);
        if sessions
            .last()
            .is_none_or(|last| (last.day, last.slot) != (day, slot))
        {
            sessions.push(SessionCount {
                day,
                slot,
                counts: row::get(row, "counts")?,
                by_program: Vec::new(),
            });
        }
        if let Some(session) = sessions.last_mut() {
            add(row, &mut session.by_program)?;
        }
    }
    let closed: Option<bool> = row::get(first, "closed")?;
    Ok(Some(Sessions {
        closed: closed.unwrap_or(false),
        sessions,
    }))
}

/// Adds what a row says of a program, whose rows stand one behind the other.
fn add(row: &PgRow, programs: &mut Vec<ProgramPresence>) -> Result<(), Fault> {
    let program: String = row::get(row, "program")?;
    if programs.last().is_none_or(|last| last.program != program) {
        programs.push(ProgramPresence {
            program,
            ..ProgramPresence::default()
        });
    }
    let status: String = row::get(row, "status")?;
    let amount = count(row::get(row, "amount")?);
    if let Some(presence) = programs.last_mut() {
        match status.as_str() {
            "present" => presence.present = amount,
            "excused" => presence.excused = amount,
            _ => presence.absent = amount,
        }
        presence.minutes += count(row::get(row, "minutes")?);
        presence.unmeasured += count(row::get(row, "unmeasured")?);
    }
    Ok(())
}

fn attendance_figure(row: &PgRow) -> Result<Option<AttendanceFigure>, Fault> {
    let Some(program) = row::get(row, "program")? else {
        return Ok(None);
    };
    Ok(Some(AttendanceFigure {
        program,
        attended: amount(row, "attended")?,
        partially: amount(row, "partly")?,
        no_show: amount(row, "no_show")?,
    }))
}

fn hours_figure(row: &PgRow) -> Result<Option<HoursFigure>, Fault> {
    let Some(program) = row::get(row, "program")? else {
        return Ok(None);
    };
    Ok(Some(HoursFigure {
        program,
        presences: amount(row, "presences")?,
        minutes: amount(row, "minutes")?,
        unmeasured: amount(row, "unmeasured")?,
    }))
}
