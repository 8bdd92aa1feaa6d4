//! Taking attendance, closing it, and correcting it afterwards.

use std::collections::BTreeSet;

use super::{Case, Event, Rejection};
use crate::{
    Date, RegistrationId,
    workshop::{AttendanceTaken, Presence, Session, Situation, Status, TakeAttendance},
};

/// How many days are named of which nothing is stated.
const MOST_MISSING: usize = 31;

/// States who was there in a session: of those who are confirmed, from the start of its day on.
///
/// Once attendance is closed this is a correction: it needs a reason, and is about a session that was closed.
pub(super) fn take(case: &Case<'_>, take: &TakeAttendance) -> Result<Vec<Event>, Rejection> {
    published(case)?;
    let schedule = &case.workshop.settings.schedule;
    let day = take.session.day;
    if !(schedule.first_day..=schedule.last_day).contains(&day) {
        return Err(Rejection::OtherDay);
    }
    if case.at < take.begins {
        return Err(case.wrong("not_begun"));
    }
    match &case.workshop.closed {
        Some(closed) if !closed.contains(&take.session) => return Err(case.wrong("closed")),
        Some(_) if take.reason.is_none() => return Err(Rejection::ReasonRequired),
        Some(_) | None => {}
    }
    let mut entries = Vec::new();
    for (index, (id, presence)) in take.entries.iter().enumerate() {
        let stated = stated(case, *id, take.session);
        let stated = stated.map_err(|rejection| at_entry(take, index, rejection))?;
        if stated != *presence {
            entries.push((*id, *presence));
        }
    }
    if entries.is_empty() {
        return Ok(Vec::new());
    }
    Ok(vec![Event::AttendanceTaken(Box::new(AttendanceTaken {
        session: take.session,
        entries,
        reason: take.reason,
    }))])
}

/// Gives what is stated of somebody, if anything may be.
fn stated(
    case: &Case<'_>,
    id: RegistrationId,
    session: Session,
) -> Result<Option<Presence>, Rejection> {
    let registration = case.find(id)?;
    match registration.situation {
        Situation::Confirmed
        | Situation::Attended
        | Situation::PartiallyAttended
        | Situation::NoShow => Ok(registration.attendance.get(&session).copied()),
        _ => Err(case.wrong_state(registration)),
    }
}

/// Says of which of many something is wrong.
fn at_entry(take: &TakeAttendance, index: usize, rejection: Rejection) -> Rejection {
    if take.alone {
        return rejection;
    }
    Rejection::Entry {
        index,
        rejection: Box::new(rejection),
    }
}

/// Ends attendance after the workshop: from what was stated follows who attended, for each day that counts.
pub(super) fn close(
    case: &Case<'_>,
    days: Option<&BTreeSet<Date>>,
) -> Result<Vec<Event>, Rejection> {
    published(case)?;
    if case.workshop.closed.is_some() {
        return Err(case.wrong("closed"));
    }
    let schedule = &case.workshop.settings.schedule;
    if case.at < schedule.ends {
        return Err(case.wrong("not_over"));
    }
    let all = schedule.first_day..=schedule.last_day;
    if days.is_some_and(|days| days.is_empty() || days.iter().any(|day| !all.contains(day))) {
        return Err(Rejection::OtherDay);
    }
    let counts = |day: Date| days.map_or_else(|| all.contains(&day), |days| days.contains(&day));
    let sessions = case.workshop.sessions(counts);
    let taken: BTreeSet<Date> = sessions.iter().map(|session| session.day).collect();
    let missing = schedule
        .days()
        .filter(|day| counts(*day) && !taken.contains(day));
    let missing: Vec<Date> = missing.take(MOST_MISSING).collect();
    if missing.is_empty() {
        let sessions = sessions.into_iter().collect();
        Ok(vec![Event::AttendanceClosed { sessions }])
    } else {
        Err(Rejection::AttendanceMissing { days: missing })
    }
}

fn published(case: &Case<'_>) -> Result<(), Rejection> {
    match case.workshop.status {
        Status::Published => Ok(()),
        Status::Draft | Status::Cancelled => Err(case.wrong_status()),
    }
}
