//! Who was there (Teilnahme): taken by day and slot, closed after the end, corrected with a reason.

use std::collections::{BTreeMap, BTreeSet};

use super::{Reason, Registration, Situation, Slot, Workshop};
use crate::{Date, RegistrationId};

/// The most people whose attendance is stated at once.
pub const MOST_ENTRIES: usize = 2_000;
/// The most minutes of one session: a day.
pub const MOST_MINUTES: u16 = 24 * 60;

/// A part of a workshop for which attendance is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Session {
    /// The day.
    pub day: Date,
    /// The slot of that day.
    pub slot: Slot,
}

/// Whether somebody was there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// They were, for so long where it was stated.
    Present {
        /// How long, up to [`MOST_MINUTES`].
        minutes: Option<u16>,
    },
    /// They were not.
    Absent,
    /// They were not, and had said so.
    Excused,
}

impl Presence {
    /// Gives the name used in answers, tables and the log.
    pub fn name(self) -> &'static str {
        match self {
            Self::Present { .. } => "present",
            Self::Absent => "absent",
            Self::Excused => "excused",
        }
    }

    /// Gives how long somebody was there, where it was stated.
    pub fn minutes(self) -> Option<u16> {
        match self {
            Self::Present { minutes } => minutes,
            Self::Absent | Self::Excused => None,
        }
    }
}

/// What was stated about one session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttendanceTaken {
    /// Which session.
    pub session: Session,
    /// Who was there and who was not; nothing takes back what was stated before.
    pub entries: Vec<(RegistrationId, Option<Presence>)>,
    /// Why it was corrected, after it was closed.
    pub reason: Option<Reason>,
}

impl Workshop {
    /// Gives the sessions for which anything is stated of those who are confirmed, on the days that count.
    pub fn sessions(&self, counts: impl Fn(Date) -> bool) -> BTreeSet<Session> {
        let all = self.registrations.values();
        let confirmed = all.filter(|of| of.situation == Situation::Confirmed);
        let sessions = confirmed.flat_map(|of| of.attendance.keys());
        let counted = sessions.filter(|session| counts(session.day));
        counted.copied().collect()
    }
}

impl Registration {
    /// Says where a registration stands once attendance is closed: all of the sessions, some, or none.
    pub fn attended(&self, sessions: &BTreeSet<Session>) -> Situation {
        let present = |session: &&Session| {
            let stated = self.attendance.get(*session);
            matches!(stated, Some(Presence::Present { .. }))
        };
        match sessions.iter().filter(present).count() {
            0 => Situation::NoShow,
            all if all == sessions.len() => Situation::Attended,
            _ => Situation::PartiallyAttended,
        }
    }
}

/// What is stated of each session.
pub type Attendance = BTreeMap<Session, Presence>;
