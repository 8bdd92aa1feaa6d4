//! Tables `workshop` and `offered_topic`.

use std::collections::BTreeMap;

use anmeldewerk_domain::{
    Cutoff, LocalTime, ProgramId, TextLine, WorkshopId,
    workshop::{Hours, OfferedTopic, Schedule, Settings, Status, Venue},
};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Statement, bucket, column, run, run_any};
use crate::{
    Fault,
    rows::{Rows, WorkshopRow},
    sql, value,
};

/// Settings that are stated, of a workshop that is made or was there.
struct Stated<'b> {
    id: Uuid,
    settings: &'b Settings,
    row: &'b WorkshopRow<'b>,
}

pub(super) async fn insert(connection: &mut PgConnection, rows: &Rows<'_>) -> Result<u64, Fault> {
    let made: Vec<Stated<'_>> = stated(rows).filter(|w| w.row.made.is_some()).collect();
    if made.is_empty() {
        return Ok(0);
    }
    let statement = bind_settings(sqlx::query(sql::WORKSHOP_INSERT), &made)
        .bind(column(&made, |w| w.row.made.map(ProgramId::as_str)))
        .bind(column(&made, |w| w.row.status.map(Status::name)))
        .bind(column(&made, |w| w.row.drawn))
        .bind(column(&made, |w| w.row.published))
        .bind(column(&made, |w| slugs(w.row.released.iter().copied())))
        .bind(column(&made, |w| w.row.version.as_i64()));
    let written = run(connection, "workshop", made.len(), statement).await?;
    Ok(written + insert_parts(connection, &made).await?)
}

fn stated<'b>(rows: &'b Rows<'_>) -> impl Iterator<Item = Stated<'b>> {
    rows.workshops.iter().filter_map(|(id, row)| {
        Some(Stated {
            id: uuid(*id),
            settings: row.settings.as_deref()?,
            row,
        })
    })
}

/// Writes what settings list.
async fn insert_parts(connection: &mut PgConnection, stated: &[Stated<'_>]) -> Result<u64, Fault> {
    let written = insert_topics(connection, stated).await?;
    let settings = stated.iter().map(|w| (w.id, w.settings));
    Ok(written + bucket::insert(connection, settings).await?)
}

fn bind_settings<'q>(statement: Statement<'q>, rows: &'q [Stated<'q>]) -> Statement<'q> {
    let statement = statement
        .bind(column(rows, |w| w.id))
        .bind(column(rows, |w| w.settings.slug.as_str()))
        .bind(column(rows, |w| w.settings.title.as_str()))
        .bind(column(rows, |w| line(w.settings.subtitle.as_ref())))
        .bind(column(rows, |w| line(w.settings.kind.as_ref())))
        .bind(column(rows, |w| w.settings.description.as_str()));
    let schedules = column(rows, |w| &w.settings.schedule);
    let statement = bind_place(bind_schedule(statement, &schedules), rows);
    bind_rules(bind_deadlines(statement, rows), rows)
        .bind(column(rows, |w| slugs(w.settings.participating.iter())))
}

fn bind_rules<'q>(statement: Statement<'q>, rows: &'q [Stated<'q>]) -> Statement<'q> {
    statement
        .bind(column(rows, |w| w.settings.min_participants.map(i64::from)))
        .bind(column(rows, |w| w.settings.capacity.map(i64::from)))
        .bind(column(rows, |w| value::sign_up(w.settings.sign_up)))
        .bind(column(rows, |w| value::admission(w.settings.admission)))
        .bind(column(rows, |w| w.settings.approval))
        .bind(column(rows, |w| value::offer_hours(w.settings.offers)))
        .bind(column(rows, |w| value::waitlist(w.settings.waitlist)))
        .bind(column(rows, |w| i32::from(w.settings.wishes.ranks)))
        .bind(column(rows, |w| i32::from(w.settings.wishes.vetoes)))
}

fn bind_schedule<'q>(statement: Statement<'q>, schedules: &[&'q Schedule]) -> Statement<'q> {
    statement
        .bind(column(schedules, |s| value::date(s.first_day)))
        .bind(column(schedules, |s| value::date(s.last_day)))
        .bind(column(schedules, |s| {
            hours(s).map(|(start, _)| start.to_string())
        }))
        .bind(column(schedules, |s| {
            hours(s).map(|(_, end)| end.to_string())
        }))
        .bind(column(schedules, |s| s.time_zone.as_str()))
        .bind(column(schedules, |s| value::instant(s.begins)))
        .bind(column(schedules, |s| value::instant(s.ends)))
}

fn bind_place<'q>(statement: Statement<'q>, rows: &'q [Stated<'q>]) -> Statement<'q> {
    let venue = |w: &'q Stated<'q>| w.settings.venue.as_ref();
    let part = |w, get: fn(&Venue) -> Option<&TextLine>| line(venue(w).and_then(get));
    statement
        .bind(column(rows, |w| part(w, |venue| Some(&venue.name))))
        .bind(column(rows, |w| part(w, |venue| venue.street.as_ref())))
        .bind(column(rows, |w| part(w, |venue| venue.postcode.as_ref())))
        .bind(column(rows, |w| part(w, |venue| Some(&venue.town))))
        .bind(column(rows, |w| {
            part(w, |venue| venue.accessibility.as_ref())
        }))
        .bind(column(rows, |w| value::format(w.settings.format)))
        .bind(column(rows, |w| line(w.settings.contact.as_ref())))
}

fn bind_deadlines<'q>(statement: Statement<'q>, rows: &'q [Stated<'q>]) -> Statement<'q> {
    const DEADLINES: [fn(&Settings) -> Option<Cutoff>; 7] = [
        |settings| settings.deadlines.opens,
        |settings| settings.deadlines.closes,
        |settings| settings.deadlines.cancel_until,
        |settings| settings.deadlines.substitute_until,
        |settings| settings.deadlines.wishes_until,
        |settings| settings.deadlines.promotion_stops,
        |settings| Some(settings.closing()),
    ];
    let bind_one = |statement: Statement<'q>, get: fn(&Settings) -> Option<Cutoff>| {
        statement
            .bind(column(rows, |w| {
                get(w.settings).map(|cutoff| cutoff.stated.to_string())
            }))
            .bind(column(rows, |w| value::cutoff_instant(get(w.settings))))
    };
    DEADLINES.into_iter().fold(statement, bind_one)
}

fn line(line: Option<&TextLine>) -> Option<&str> {
    line.map(TextLine::as_str)
}

fn hours(schedule: &Schedule) -> Option<(LocalTime, LocalTime)> {
    match schedule.hours {
        Hours::AllDay => None,
        Hours::Clock { start, end } => Some((start, end)),
    }
}

/// Joins slugs, which have no comma: a column of lists cannot be unnested.
fn slugs<'b>(programs: impl Iterator<Item = &'b ProgramId>) -> String {
    let slugs: Vec<&str> = programs.map(ProgramId::as_str).collect();
    slugs.join(",")
}

fn caps(caps: &BTreeMap<ProgramId, u32>) -> String {
    let caps: Vec<String> = caps.iter().map(|(of, cap)| format!("{of}={cap}")).collect();
    caps.join(",")
}

/// Joins lines, in which no line ends.
fn lines(lines: &[TextLine]) -> String {
    let lines: Vec<&str> = lines.iter().map(TextLine::as_str).collect();
    lines.join("\n")
}

struct Offered<'b> {
    workshop: Uuid,
    ordinal: i32,
    topic: &'b OfferedTopic,
}

async fn insert_topics(connection: &mut PgConnection, stated: &[Stated<'_>]) -> Result<u64, Fault> {
    let rows: Vec<Offered<'_>> = stated.iter().flat_map(offered).collect();
    if rows.is_empty() {
        return Ok(0);
    }
    let statement = sqlx::query(sql::OFFERED_TOPIC_INSERT)
        .bind(column(&rows, |o| o.workshop))
        .bind(column(&rows, |o| o.ordinal))
        .bind(column(&rows, |o| value::slot(o.topic.slot)))
        .bind(column(&rows, |o| o.topic.code.as_str()))
        .bind(column(&rows, |o| o.topic.title.as_str()))
        .bind(column(&rows, |o| i64::from(o.topic.min)))
        .bind(column(&rows, |o| o.topic.max.map(i64::from)))
        .bind(column(&rows, |o| caps(&o.topic.program_caps)))
        .bind(column(&rows, |o| o.topic.municipality_cap.map(i64::from)))
        .bind(column(&rows, |o| {
            o.topic.room.as_ref().map(TextLine::as_str)
        }))
        .bind(column(&rows, |o| lines(&o.topic.speakers)));
    run(connection, "offered_topic", rows.len(), statement).await
}

fn offered<'b>(stated: &Stated<'b>) -> impl Iterator<Item = Offered<'b>> + use<'b> {
    let workshop = stated.id;
    let topics = stated.settings.topics.iter().enumerate();
    topics.map(move |(index, topic)| Offered {
        workshop,
        ordinal: value::ordinal(index),
        topic,
    })
}

pub(super) async fn update(connection: &mut PgConnection, rows: &Rows<'_>) -> Result<u64, Fault> {
    let there = rows.workshops.iter().filter(|(_, row)| row.made.is_none());
    let there: Vec<_> = there.collect();
    if there.is_empty() {
        return Ok(0);
    }
    let statement = sqlx::query(sql::WORKSHOP_UPDATE)
        .bind(column(&there, |(id, _)| uuid(**id)))
        .bind(column(&there, |(_, row)| row.status.map(Status::name)))
        .bind(column(&there, |(_, row)| row.drawn))
        .bind(column(&there, |(_, row)| row.published))
        .bind(column(&there, |(_, row)| row.none_released))
        .bind(column(&there, |(_, row)| {
            slugs(row.released.iter().copied())
        }))
        .bind(column(&there, |(_, row)| row.version.as_i64()));
    let mut written = run(connection, "workshop", there.len(), statement).await?;
    written += amend(connection, rows).await?;
    Ok(written + postpone(connection, rows).await?)
}

/// Writes settings in the place of those that were there.
async fn amend(connection: &mut PgConnection, rows: &Rows<'_>) -> Result<u64, Fault> {
    let amended: Vec<Stated<'_>> = stated(rows).filter(|w| w.row.made.is_none()).collect();
    if amended.is_empty() {
        return Ok(0);
    }
    let statement = bind_settings(sqlx::query(sql::WORKSHOP_AMEND), &amended);
    let mut written = run(connection, "workshop", amended.len(), statement).await?;
    for (table, statement) in [
        ("offered_topic", sql::OFFERED_TOPIC_DELETE),
        ("bucket", sql::BUCKET_DELETE),
    ] {
        let statement = sqlx::query(statement).bind(column(&amended, |w| w.id));
        written += run_any(connection, table, statement).await?;
    }
    Ok(written + insert_parts(connection, &amended).await?)
}

async fn postpone(connection: &mut PgConnection, rows: &Rows<'_>) -> Result<u64, Fault> {
    let postponed = rows.workshops.iter();
    let postponed = postponed.filter_map(|(id, row)| Some((uuid(*id), row.schedule?)));
    let (ids, schedules): (Vec<Uuid>, Vec<&Schedule>) = postponed.unzip();
    if ids.is_empty() {
        return Ok(0);
    }
    let expected = ids.len();
    let statement = sqlx::query(sql::WORKSHOP_POSTPONE).bind(ids);
    let statement =
        bind_schedule(statement, &schedules).bind(column(&schedules, |s| stated_begin(s)));
    run(connection, "workshop", expected, statement).await
}

/// Says what people are told of the beginning.
fn stated_begin(schedule: &Schedule) -> String {
    match hours(schedule) {
        None => schedule.first_day.to_string(),
        Some((start, _)) => start.to_string(),
    }
}

fn uuid(id: WorkshopId) -> Uuid {
    Uuid::from_u128(id.0)
}
