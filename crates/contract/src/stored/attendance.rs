//! Stored forms of attendance.

use anmeldewerk_domain::workshop::{AttendanceTaken, Event, MOST_MINUTES, Presence, Session};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

#[cfg(test)]
use super::form;
use super::value::{id, reason, registration, slot, slot_number};
use crate::{ValueError, text};

/// `attendance.taken.v1`.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct AttendanceTakenV1 {
    #[cfg_attr(test, schemars(with = "form::Day"))]
    day: String,
    #[cfg_attr(test, schemars(with = "form::Slot"))]
    slot: u8,
    entries: Vec<EntryV1>,
    /// Why it was corrected, after it was closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(with = "Option<form::Code>"))]
    reason: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
struct EntryV1 {
    registration: Uuid,
    /// Absent where what was stated before is taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(with = "Option<form::Presence>"))]
    status: Option<String>,
    /// How long they were there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(with = "Option<form::Minutes>"))]
    minutes: Option<u16>,
}

/// `attendance.closed.v1`.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct AttendanceClosedV1 {
    /// The sessions that count.
    sessions: Vec<SessionV1>,
}

#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
struct SessionV1 {
    #[cfg_attr(test, schemars(with = "form::Day"))]
    day: String,
    #[cfg_attr(test, schemars(with = "form::Slot"))]
    slot: u8,
}

impl From<&AttendanceTaken> for AttendanceTakenV1 {
    fn from(taken: &AttendanceTaken) -> Self {
        let entries = taken.entries.iter().map(|(of, presence)| EntryV1 {
            registration: id(*of),
            status: presence.map(|presence| presence.name().to_owned()),
            minutes: presence.and_then(Presence::minutes),
        });
        Self {
            day: taken.session.day.to_string(),
            slot: slot_number(taken.session.slot),
            entries: entries.collect(),
            reason: taken.reason.map(|reason| reason.name().to_owned()),
        }
    }
}

impl AttendanceTakenV1 {
    pub(super) fn into_event(self) -> Result<Event, ValueError> {
        let entries = self.entries.iter().map(|entry| {
            let of = registration(entry.registration);
            Ok((of, presence(entry.status.as_deref(), entry.minutes)?))
        });
        let given = self.reason.as_deref();
        Ok(Event::AttendanceTaken(Box::new(AttendanceTaken {
            session: session(&self.day, self.slot)?,
            entries: entries.collect::<Result<_, ValueError>>()?,
            reason: given.map(|code| reason(code, "reason")).transpose()?,
        })))
    }
}

fn presence(status: Option<&str>, minutes: Option<u16>) -> Result<Option<Presence>, ValueError> {
    match (status, minutes) {
        (Some("present"), None) => Ok(Some(Presence::Present { minutes: None })),
        (Some("present"), Some(minutes)) if minutes <= MOST_MINUTES => {
            let minutes = Some(minutes);
            Ok(Some(Presence::Present { minutes }))
        }
        (Some("absent"), None) => Ok(Some(Presence::Absent)),
        (Some("excused"), None) => Ok(Some(Presence::Excused)),
        (None, None) => Ok(None),
        _ => Err(ValueError("status")),
    }
}

fn session(day: &str, number: u8) -> Result<Session, ValueError> {
    Ok(Session {
        day: text::date(day).ok_or(ValueError("day"))?,
        slot: slot(number)?,
    })
}

impl From<&[Session]> for AttendanceClosedV1 {
    fn from(sessions: &[Session]) -> Self {
        let sessions = sessions.iter().map(|session| SessionV1 {
            day: session.day.to_string(),
            slot: slot_number(session.slot),
        });
        Self {
            sessions: sessions.collect(),
        }
    }
}

impl AttendanceClosedV1 {
    pub(super) fn into_event(self) -> Result<Event, ValueError> {
        let sessions = self.sessions.iter();
        let sessions = sessions.map(|stored| session(&stored.day, stored.slot));
        Ok(Event::AttendanceClosed {
            sessions: sessions.collect::<Result<_, _>>()?,
        })
    }
}
