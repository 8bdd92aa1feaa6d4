//! Attendance: of many people in one session, or of one.

use std::collections::{BTreeMap, BTreeSet};

use anmeldewerk_domain::{
    Date, RegistrationId,
    workshop::{MOST_ENTRIES, MOST_MINUTES, Presence, Session, TakeAttendance},
};
use anmeldewerk_service::problem::Problem;
use serde::Deserialize;
use uuid::Uuid;

#[cfg(test)]
use super::shape;
use super::{
    Faults,
    place::slot,
    reason::{Noted, ReasonBody, note},
    time,
};
use crate::writer::Note;

/// The largest body of a list: as many entries as there may be, with room between them.
pub(crate) const LIST_BYTES: usize = 512 * 1024;

/// Whether somebody was there.
#[derive(Clone, Copy, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Presence"))]
#[serde(rename_all = "snake_case")]
enum StatusBody {
    Present,
    Absent,
    Excused,
}

/// Who was there in a session.
#[derive(Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "AttendanceSheet"))]
#[serde(deny_unknown_fields)]
pub(crate) struct SheetBody {
    #[cfg_attr(test, schemars(with = "shape::Day"))]
    day: String,
    /// 1 where nothing is stated.
    #[cfg_attr(test, schemars(with = "Option<shape::Slot>"))]
    slot: Option<u8>,
    /// How long whoever was there was, unless their entry says otherwise.
    #[cfg_attr(test, schemars(with = "Option<shape::Minutes>"))]
    minutes: Option<u32>,
    #[cfg_attr(test, schemars(with = "Vec<EntryBody>", length(min = 1, max = MOST_ENTRIES)))]
    entries: Vec<EntryBody>,
    /// Why it is corrected; needed once attendance is closed.
    reason: Option<ReasonBody>,
}

/// Whether somebody was there.
#[derive(Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "AttendanceEntry"))]
#[serde(deny_unknown_fields)]
struct EntryBody {
    #[cfg_attr(test, schemars(with = "Uuid"))]
    registration: String,
    /// Null takes back what was stated before.
    status: Option<StatusBody>,
    /// How long, of who was there.
    #[cfg_attr(test, schemars(with = "Option<shape::Minutes>"))]
    minutes: Option<u32>,
}

/// Whether one person was there in a session.
#[derive(Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Attendance"))]
#[serde(deny_unknown_fields)]
pub(crate) struct OneBody {
    #[cfg_attr(test, schemars(with = "shape::Day"))]
    day: String,
    /// 1 where nothing is stated.
    #[cfg_attr(test, schemars(with = "Option<shape::Slot>"))]
    slot: Option<u8>,
    /// Null takes back what was stated before.
    status: Option<StatusBody>,
    /// How long, of who was there.
    #[cfg_attr(test, schemars(with = "Option<shape::Minutes>"))]
    minutes: Option<u32>,
    /// Why it is corrected; needed once attendance is closed.
    reason: Option<ReasonBody>,
    /// What is said about the reason; sealed.
    #[cfg_attr(test, schemars(with = "Option<shape::Said>"))]
    note: Option<String>,
}

/// Which days count.
#[derive(Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "AttendanceClosing"))]
#[serde(deny_unknown_fields)]
pub(crate) struct CloseBody {
    /// All of the workshop's days where nothing is stated.
    #[cfg_attr(test, schemars(with = "Option<Vec<shape::Day>>"))]
    days: Option<Vec<String>>,
}

/// Attendance as it was read; when its day begins only the workshop's time zone tells.
pub(crate) struct Sheet {
    session: Session,
    entries: Vec<(RegistrationId, Option<Presence>)>,
    reason: Option<ReasonBody>,
    alone: bool,
}

impl SheetBody {
    /// Reads who was there.
    pub(crate) fn sheet(&self) -> Result<Sheet, Problem> {
        let mut faults = Faults::default();
        let session = session(&mut faults, &self.day, self.slot);
        let common = minutes(&mut faults, "/minutes", self.minutes);
        let amount = self.entries.len();
        if amount == 0 || amount > MOST_ENTRIES {
            faults.add("/entries", if amount == 0 { "too_few" } else { "too_many" });
        }
        let mut seen = BTreeSet::new();
        let mut entries = Vec::new();
        for (index, entry) in self.entries.iter().take(MOST_ENTRIES).enumerate() {
            let place = format!("/entries/{index}");
            let id = Uuid::try_parse(&entry.registration).ok();
            let id = faults.need(&format!("{place}/registration"), id, "invalid_id");
            if id.is_some_and(|id| !seen.insert(id)) {
                faults.add(format!("{place}/registration"), "same_twice");
            }
            let own = minutes(&mut faults, &format!("{place}/minutes"), entry.minutes);
            let presence = presence(&mut faults, &place, (entry.status, own, common));
            entries.extend(id.map(|id| (RegistrationId(id.as_u128()), presence)));
        }
        let reason = self.reason;
        faults.finish(session.map(|session| Sheet {
            session,
            entries,
            reason,
            alone: false,
        }))
    }
}

impl OneBody {
    /// Reads whether somebody was there.
    pub(crate) fn sheet(&self, registration: RegistrationId) -> Result<Sheet, Problem> {
        let mut faults = Faults::default();
        let session = session(&mut faults, &self.day, self.slot);
        let minutes = minutes(&mut faults, "/minutes", self.minutes);
        let presence = presence(&mut faults, "", (self.status, minutes, None));
        faults.finish(session.map(|session| Sheet {
            session,
            entries: vec![(registration, presence)],
            reason: self.reason,
            alone: true,
        }))
    }
}

impl Noted for OneBody {
    fn note(&self) -> Result<Option<Note>, Problem> {
        note(self.note.as_deref(), self.reason.is_some())
    }
}

impl CloseBody {
    /// Reads which days count; nothing means all.
    pub(crate) fn days(&self) -> Result<Option<BTreeSet<Date>>, Problem> {
        let Some(stated) = &self.days else {
            return Ok(None);
        };
        let mut faults = Faults::default();
        let mut days = BTreeMap::new();
        for (index, text) in stated.iter().enumerate() {
            let place = format!("/days/{index}");
            if let Some(day) = faults.need(&place, time::date(text), "invalid_date")
                && days.insert(day, index).is_some()
            {
                faults.add(&place, "same_twice");
            }
        }
        faults.finish(Some(Some(days.into_keys().collect())))
    }
}

impl Sheet {
    /// Gives the registration that it is about, where it is about one.
    pub(crate) fn about(&self) -> Option<RegistrationId> {
        let first = self.entries.first().filter(|_| self.alone);
        first.map(|(registration, _)| *registration)
    }

    /// Gives everybody that it is about.
    pub(crate) fn people(&self) -> impl Iterator<Item = RegistrationId> {
        self.entries.iter().map(|(registration, _)| *registration)
    }

    /// Gives the command, in a workshop's own time zone.
    pub(crate) fn command(&self, zone: &str) -> Option<TakeAttendance> {
        let zone = time::zone(zone)?;
        Some(TakeAttendance {
            session: self.session,
            begins: time::start_of(self.session.day, &zone)?,
            entries: self.entries.clone(),
            reason: self.reason.map(Into::into),
            alone: self.alone,
        })
    }
}

fn session(faults: &mut Faults, day: &str, number: Option<u8>) -> Option<Session> {
    let day = faults.need("/day", time::date(day), "invalid_date");
    let slot = faults.need("/slot", slot(number.unwrap_or(1)), "invalid_slot");
    Some(Session {
        day: day?,
        slot: slot?,
    })
}

fn minutes(faults: &mut Faults, pointer: &str, stated: Option<u32>) -> Option<u16> {
    let stated = stated?;
    let fits = u16::try_from(stated).ok();
    let fits = fits.filter(|minutes| *minutes <= MOST_MINUTES);
    faults.need(pointer, fits, "out_of_range")
}

/// Reads whether somebody was there; who was not has no minutes.
fn presence(
    faults: &mut Faults,
    place: &str,
    (status, own, common): (Option<StatusBody>, Option<u16>, Option<u16>),
) -> Option<Presence> {
    let presence = match status? {
        StatusBody::Present => {
            let minutes = own.or(common);
            return Some(Presence::Present { minutes });
        }
        StatusBody::Absent => Presence::Absent,
        StatusBody::Excused => Presence::Excused,
    };
    if own.is_some() {
        faults.add(format!("{place}/minutes"), "not_allowed");
    }
    Some(presence)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn sheet(body: Value) -> Result<Sheet, Vec<(String, String)>> {
        let body: SheetBody = serde_json::from_value(body).expect("the fields are known");
        body.sheet().map_err(|problem| {
            let errors = problem.field_errors().iter();
            errors
                .map(|error| (error.pointer.clone(), error.code.clone()))
                .collect()
        })
    }

    fn id(low: u8) -> String {
        Uuid::from_u128(low.into()).to_string()
    }

    #[test]
    fn minutes_of_the_session_are_those_of_whoever_was_there() {
        let read = sheet(json!({"day": "2019-10-22", "minutes": 360, "entries": [
            {"registration": id(1), "status": "present"},
            {"registration": id(2), "status": "present", "minutes": 45},
            {"registration": id(3), "status": "absent"},
            {"registration": id(4), "status": null},
        ]}));
        let read = read.unwrap_or_else(|faults| panic!("{faults:?}"));
        let present = |minutes| Some(Presence::Present { minutes });
        let expected = [
            present(Some(360)),
            present(Some(45)),
            Some(Presence::Absent),
            None,
        ];
        assert!(read.entries.iter().map(|(_, stated)| *stated).eq(expected));
        let take = read.command("Europe/Berlin").expect("a zone");
        // Midnight in Berlin, in summer time.
        assert_eq!(take.begins.as_micros(), 1_571_695_200_000_000);
        assert!(read.command("Europe/Nowhere").is_none());
    }

    #[test]
    fn what_is_wrong_is_said_entry_by_entry() {
        let faults = sheet(
            json!({"day": "2019-02-30", "slot": 3, "minutes": 1441, "entries": [
                {"registration": "x", "status": "present"},
                {"registration": id(2), "status": "absent", "minutes": 3},
                {"registration": id(2), "status": "excused"},
            ]}),
        );
        let faults = faults.err().expect("faults");
        let expected = [
            ("/day", "invalid_date"),
            ("/slot", "invalid_slot"),
            ("/minutes", "out_of_range"),
            ("/entries/0/registration", "invalid_id"),
            ("/entries/1/minutes", "not_allowed"),
            ("/entries/2/registration", "same_twice"),
        ];
        let expected = expected.map(|(place, code)| (place.to_owned(), code.to_owned()));
        assert_eq!(faults, expected);
        let none = sheet(json!({"day": "2019-10-22", "entries": []}));
        let none = none.err().expect("faults");
        assert_eq!(none, [("/entries".to_owned(), "too_few".to_owned())]);
        let one = json!({"registration": id(1), "status": "present"});
        let many = sheet(json!({"day": "2019-10-22", "entries": vec![one; MOST_ENTRIES + 1]}));
        let many = many.err().expect("faults");
        assert_eq!(many[0], ("/entries".to_owned(), "too_many".to_owned()));
    }
}
