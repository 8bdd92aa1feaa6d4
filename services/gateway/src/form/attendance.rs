//! Attendance as callers see it, without persons.

use anmeldewerk_read_model::query::{ProgramPresence, SessionCount, Sessions};
use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;

/// The sessions of a workshop for which attendance was taken.
#[derive(Serialize, ToSchema)]
#[schema(as = Sessions)]
pub(crate) struct SessionsBody<'s> {
    /// Whether attendance is closed.
    closed: bool,
    sessions: Vec<SessionBody<'s>>,
}

/// How many were there in a session.
#[derive(Serialize, ToSchema)]
#[schema(as = Session)]
struct SessionBody<'s> {
    day: Date,
    slot: u8,
    /// Whether it counts, now that attendance is closed.
    counts: bool,
    by_program: Vec<PresenceBody<'s>>,
}

/// How many of a program were there.
#[derive(Serialize, ToSchema)]
#[schema(as = ProgramPresence)]
struct PresenceBody<'s> {
    program: &'s str,
    present: u64,
    absent: u64,
    excused: u64,
    /// How many minutes in all, of those for whom they are stated.
    minutes: u64,
    /// How many were there for whom no minutes are stated.
    without_minutes: u64,
}

impl<'s> From<&'s Sessions> for SessionsBody<'s> {
    fn from(sessions: &'s Sessions) -> Self {
        Self {
            closed: sessions.closed,
            sessions: sessions.sessions.iter().map(SessionBody::from).collect(),
        }
    }
}

impl<'s> From<&'s SessionCount> for SessionBody<'s> {
    fn from(session: &'s SessionCount) -> Self {
        Self {
            day: session.day,
            slot: session.slot,
            counts: session.counts,
            by_program: session.by_program.iter().map(PresenceBody::from).collect(),
        }
    }
}

impl<'s> From<&'s ProgramPresence> for PresenceBody<'s> {
    fn from(presence: &'s ProgramPresence) -> Self {
        Self {
            program: &presence.program,
            present: presence.present,
            absent: presence.absent,
            excused: presence.excused,
            minutes: presence.minutes,
            without_minutes: presence.unmeasured,
        }
    }
}
