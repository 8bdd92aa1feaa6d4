//! What has happened: to one registration, and everything that a caller may see, decision by decision.

use anmeldewerk_contract::Position;
use anmeldewerk_domain::{LinkHash, RegistrationId};
use jiff::Timestamp;
use sqlx::postgres::PgRow;
use uuid::Uuid;

use super::{AsOf, ReadModel, Scope, cut, fetched, row};
use crate::{Fault, RegistrationState, sql, table::Statement};

/// How many positions of the log one part of the feed looks through at most.
pub const FEED_REACH: u32 = 5_000;

/// One event, without what is personal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Which of the decision's events, from 0 on.
    pub index: u16,
    /// Its type with its version, as in the log.
    pub kind: String,
    /// The workshop; nothing where a program itself has changed.
    pub workshop: Option<Uuid>,
    /// The workshop's host, where there is a workshop.
    pub host: Option<String>,
    /// The program that registered the person, or that the event names itself.
    pub program: Option<String>,
    /// The registration.
    pub registration: Option<Uuid>,
    /// The number that people read out on the telephone; the feed gives it.
    pub number: Option<String>,
    /// The successor of a substitution, or whoever goes on after a merger.
    pub other: Option<Uuid>,
    /// Where the registration stands after it.
    pub state: Option<RegistrationState>,
    /// Why it has a seat, as a code.
    pub cause: Option<String>,
    /// Who cancelled, as a code.
    pub cancelled_by: Option<String>,
    /// What has lapsed: `offer` or `email`.
    pub lapse: Option<String>,
    /// The reason, as a code.
    pub reason: Option<String>,
    /// When an offer, or the time to confirm the address, is over.
    pub expires: Option<Timestamp>,
}

/// Events of one decision, in their order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Happening {
    /// The decision's place in the log.
    pub position: Position,
    /// Its id.
    pub decision: Uuid,
    /// Its time.
    pub decided_at: Timestamp,
    /// Whether the clock was a simulated one, in development.
    pub simulated: bool,
    /// Random id of whoever asked for it; nothing where it was due by itself.
    pub actor: Option<Uuid>,
    /// What was asked for, as a code.
    pub command: String,
    /// Those of its events that were asked for and may be seen; at least one.
    pub events: Vec<Event>,
}

/// Where a history goes on: behind this event.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EventPlace {
    /// The decision.
    pub position: Position,
    /// Its event.
    pub index: u16,
}

/// A part of the history of a registration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegistrationHistory {
    /// The registration.
    pub registration: Uuid,
    /// The host of its workshop.
    pub host: String,
    /// The program that registered it.
    pub program: String,
    /// What has happened, the earliest first.
    pub items: Vec<Happening>,
    /// Behind which event the next part begins, if there is one.
    pub next: Option<EventPlace>,
}

/// Which part of the history of a registration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HistoryWindow {
    /// Behind this event; nothing is from the beginning on.
    pub after: Option<EventPlace>,
    /// At most so many events (1 to [`super::MAX_LIMIT`]).
    pub limit: u32,
}

/// Which part of the feed of changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FeedWindow {
    /// Behind this position.
    pub after: Position,
    /// At most so many decisions (1 to [`super::MAX_LIMIT`]).
    pub limit: u32,
    /// Whether people are seen at all.
    pub persons: bool,
}

/// A part of the feed of changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Feed {
    /// The decisions that the caller may see, in the order of the log.
    pub items: Vec<Happening>,
    /// Up to which position everything was looked through; the next part begins behind it.
    pub reached: Position,
}

impl ReadModel {
    /// Reads what has happened to a registration, if the caller may see it.
    pub async fn history(
        &self,
        scope: &Scope,
        id: RegistrationId,
        window: HistoryWindow,
    ) -> Result<AsOf<Option<RegistrationHistory>>, Fault> {
        let asked = sqlx::query(sql::HISTORY)
            .bind(scope.program())
            .bind(scope.host())
            .bind(scope.sees_all())
            .bind(Uuid::from_u128(id.0))
            .bind(None::<&[u8]>);
        self.one_history(scope, asked, window).await
    }

    /// Reads what has happened to the registration whose own secret has this hash.
    pub async fn history_by_link(
        &self,
        link: &LinkHash,
        window: HistoryWindow,
    ) -> Result<AsOf<Option<RegistrationHistory>>, Fault> {
        let asked = sqlx::query(sql::HISTORY)
            .bind(None::<&str>)
            .bind(None::<&str>)
            .bind(false)
            .bind(None::<Uuid>)
            .bind(link.0.as_slice());
        self.one_history(&Scope::Participant, asked, window).await
    }

    async fn one_history(
        &self,
        scope: &Scope,
        asked: Statement<'_>,
        window: HistoryWindow,
    ) -> Result<AsOf<Option<RegistrationHistory>>, Fault> {
        let after = window.after;
        let rows = asked
            .bind(after.map_or(0, |after| after.position.as_i64()))
            .bind(after.map_or(-1, |after| i32::from(after.index)))
            .bind(fetched(window.limit))
            .fetch_all(&self.pool(scope).await?)
            .await
            .map_err(Fault::database("reading a history"))?;
        row::as_of(&rows, registration_history(&rows, window.limit)?)
    }

    /// Reads what a caller may see of the decisions behind a position.
    ///
    /// At most [`FEED_REACH`] positions are looked through at once, so a part may be empty and the log go on.
    pub async fn changes(&self, scope: &Scope, window: FeedWindow) -> Result<AsOf<Feed>, Fault> {
        let rows = sqlx::query(sql::CHANGES)
            .bind(scope.program())
            .bind(scope.host())
            .bind(scope.sees_all())
            .bind(window.persons)
            .bind(window.after.as_i64())
            .bind(i64::from(FEED_REACH))
            .bind(fetched(window.limit))
            .fetch_all(&self.pool(scope).await?)
            .await
            .map_err(Fault::database("reading changes"))?;
        let first = rows.first().ok_or(Fault::NoCheckpoint)?;
        let looked_through = row::position(first, "reached")?;
        let mut items = happenings(&rows)?;
        let more = cut(&mut items, window.limit);
        let last = items.last().filter(|_| more).map(|last| last.position);
        Ok(AsOf {
            position: row::position(first, "as_of")?,
            parked_at: None,
            value: Feed {
                items,
                reached: last.unwrap_or(looked_through.max(window.after)),
            },
        })
    }
}

fn registration_history(rows: &[PgRow], limit: u32) -> Result<Option<RegistrationHistory>, Fault> {
    let Some(first) = rows.first() else {
        return Ok(None);
    };
    let Some(registration) = row::get(first, "seen")? else {
        return Ok(None);
    };
    let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = rows.len() > wanted;
    let items = happenings(&rows[..rows.len().min(wanted)])?;
    let last = items.last().filter(|_| more);
    let next = last.and_then(|last| {
        let index = last.events.last()?.index;
        Some(EventPlace {
            position: last.position,
            index,
        })
    });
    Ok(Some(RegistrationHistory {
        registration,
        host: row::get(first, "host")?,
        program: row::get(first, "of_program")?,
        items,
        next,
    }))
}

/// Puts the events of one decision together, which stand one behind the other.
fn happenings(rows: &[PgRow]) -> Result<Vec<Happening>, Fault> {
    let mut happenings: Vec<Happening> = Vec::new();
    for row in rows {
        let Some(decision) = row::get::<Option<Uuid>>(row, "decision")? else {
            continue;
        };
        let event = event(row)?;
        match happenings.last_mut() {
            Some(last) if last.decision == decision => last.events.push(event),
            _ => happenings.push(happening(row, decision, event)?),
        }
    }
    Ok(happenings)
}

/// Reads a decision with one of its events.
pub(super) fn one(row: &PgRow) -> Result<Option<Happening>, Fault> {
    let Some(decision) = row::get(row, "decision")? else {
        return Ok(None);
    };
    happening(row, decision, event(row)?).map(Some)
}

fn happening(row: &PgRow, decision: Uuid, event: Event) -> Result<Happening, Fault> {
    Ok(Happening {
        position: row::position(row, "event_position")?,
        decision,
        decided_at: row::instant(row, "decided_at")?,
        simulated: row::get(row, "simulated")?,
        actor: row::get(row, "actor")?,
        command: row::get(row, "command")?,
        events: vec![event],
    })
}

fn event(row: &PgRow) -> Result<Event, Fault> {
    let index: i16 = row::get(row, "ordinal")?;
    let state: Option<&str> = row::get(row, "state")?;
    let state = state.map(|state| RegistrationState::parse(state).ok_or(Fault::Value("state")));
    Ok(Event {
        index: u16::try_from(index).map_err(|_| Fault::Value("ordinal"))?,
        kind: row::get(row, "kind")?,
        workshop: row::get(row, "workshop")?,
        host: row::get(row, "host")?,
        program: row::get(row, "of_program")?,
        registration: row::get(row, "registration")?,
        number: row::get(row, "number")?,
        other: row::get(row, "other")?,
        state: state.transpose()?,
        cause: row::get(row, "cause")?,
        cancelled_by: row::get(row, "cancelled_by")?,
        lapse: row::get(row, "lapse")?,
        reason: row::get(row, "reason")?,
        expires: row::maybe_instant(row, "expires")?,
    })
}
