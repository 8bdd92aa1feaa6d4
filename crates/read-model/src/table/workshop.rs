//! Tables `workshop` and `offered_topic`.

use anmeldewerk_domain::{
    LocalTime, ProgramId, TextLine, WorkshopId,
    workshop::{Hours, OfferedTopic, Settings, Status, Venue},
};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Statement, column, run};
use crate::{Fault, fold::Fold, sql, value};

struct Made<'b> {
    id: Uuid,
    host: &'b ProgramId,
    settings: &'b Settings,
    status: Status,
    version: i64,
}

pub(super) async fn insert(connection: &mut PgConnection, fold: &Fold<'_>) -> Result<u64, Fault> {
    let rows: Vec<Made<'_>> = made(fold).collect();
    if rows.is_empty() {
        return Ok(0);
    }
    let written = run(connection, "workshop", rows.len(), statement(&rows)).await?;
    Ok(written + insert_topics(connection, &rows).await?)
}

fn made<'b>(fold: &Fold<'b>) -> impl Iterator<Item = Made<'b>> {
    fold.workshops.iter().filter_map(|(id, row)| {
        let (host, settings) = row.made?;
        Some(Made {
            id: uuid(*id),
            host,
            settings,
            status: row.status,
            version: row.version.as_i64(),
        })
    })
}

fn statement<'q>(rows: &'q [Made<'q>]) -> Statement<'q> {
    let statement = sqlx::query(sql::WORKSHOP_INSERT)
        .bind(column(rows, |w| w.id))
        .bind(column(rows, |w| w.host.as_str()))
        .bind(column(rows, |w| w.settings.slug.as_str()))
        .bind(column(rows, |w| w.settings.title.as_str()))
        .bind(column(rows, |w| line(w.settings.subtitle.as_ref())))
        .bind(column(rows, |w| line(w.settings.kind.as_ref())))
        .bind(column(rows, |w| w.settings.description.as_str()));
    let statement = bind_place(bind_schedule(statement, rows), rows);
    bind_deadlines(statement, rows)
        .bind(column(rows, |w| w.settings.capacity.map(i64::from)))
        .bind(column(rows, |w| value::waitlist(w.settings.waitlist)))
        .bind(column(rows, |w| i32::from(w.settings.wishes.ranks)))
        .bind(column(rows, |w| i32::from(w.settings.wishes.vetoes)))
        .bind(column(rows, |w| w.status.name()))
        .bind(column(rows, |w| w.version))
        .bind(column(rows, |w| participating(w.settings)))
}

fn bind_schedule<'q>(statement: Statement<'q>, rows: &'q [Made<'q>]) -> Statement<'q> {
    statement
        .bind(column(rows, |w| value::date(w.settings.schedule.first_day)))
        .bind(column(rows, |w| value::date(w.settings.schedule.last_day)))
        .bind(column(rows, |w| {
            hours(w.settings).map(|(start, _)| start.to_string())
        }))
        .bind(column(rows, |w| {
            hours(w.settings).map(|(_, end)| end.to_string())
        }))
        .bind(column(rows, |w| w.settings.schedule.time_zone.as_str()))
        .bind(column(rows, |w| value::instant(w.settings.schedule.begins)))
        .bind(column(rows, |w| value::instant(w.settings.schedule.ends)))
}

fn bind_place<'q>(statement: Statement<'q>, rows: &'q [Made<'q>]) -> Statement<'q> {
    let venue = |w: &'q Made<'q>| w.settings.venue.as_ref();
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

fn bind_deadlines<'q>(statement: Statement<'q>, rows: &'q [Made<'q>]) -> Statement<'q> {
    let stated = |cutoff: Option<anmeldewerk_domain::Cutoff>| cutoff.map(|c| c.stated.to_string());
    let deadlines = |w: &Made<'_>| w.settings.deadlines;
    statement
        .bind(column(rows, |w| stated(deadlines(w).opens)))
        .bind(column(rows, |w| value::cutoff_instant(deadlines(w).opens)))
        .bind(column(rows, |w| stated(deadlines(w).closes)))
        .bind(column(rows, |w| value::cutoff_instant(deadlines(w).closes)))
        .bind(column(rows, |w| stated(deadlines(w).cancel_until)))
        .bind(column(rows, |w| {
            value::cutoff_instant(deadlines(w).cancel_until)
        }))
        .bind(column(rows, |w| w.settings.closing().stated.to_string()))
        .bind(column(rows, |w| {
            value::instant(w.settings.closing().instant)
        }))
}

fn line(line: Option<&TextLine>) -> Option<&str> {
    line.map(TextLine::as_str)
}

fn hours(settings: &Settings) -> Option<(LocalTime, LocalTime)> {
    match settings.schedule.hours {
        Hours::AllDay => None,
        Hours::Clock { start, end } => Some((start, end)),
    }
}

/// Joins the slugs, which have no comma: a column of lists cannot be unnested.
fn participating(settings: &Settings) -> String {
    let slugs: Vec<&str> = settings
        .participating
        .iter()
        .map(ProgramId::as_str)
        .collect();
    slugs.join(",")
}

struct Offered<'b> {
    workshop: Uuid,
    ordinal: i32,
    topic: &'b OfferedTopic,
}

async fn insert_topics(connection: &mut PgConnection, made: &[Made<'_>]) -> Result<u64, Fault> {
    let rows: Vec<Offered<'_>> = made.iter().flat_map(offered).collect();
    if rows.is_empty() {
        return Ok(0);
    }
    let statement = sqlx::query(sql::OFFERED_TOPIC_INSERT)
        .bind(column(&rows, |o| o.workshop))
        .bind(column(&rows, |o| o.ordinal))
        .bind(column(&rows, |o| value::slot(o.topic.slot)))
        .bind(column(&rows, |o| o.topic.code.as_str()))
        .bind(column(&rows, |o| o.topic.title.as_str()));
    run(connection, "offered_topic", rows.len(), statement).await
}

fn offered<'b>(made: &Made<'b>) -> impl Iterator<Item = Offered<'b>> + use<'b> {
    let workshop = made.id;
    let topics = made.settings.topics.iter().enumerate();
    topics.map(move |(index, topic)| Offered {
        workshop,
        ordinal: value::ordinal(index),
        topic,
    })
}

pub(super) async fn update(connection: &mut PgConnection, fold: &Fold<'_>) -> Result<u64, Fault> {
    let there = fold.workshops.iter().filter(|(_, row)| row.made.is_none());
    let rows: Vec<_> = there.collect();
    if rows.is_empty() {
        return Ok(0);
    }
    let statement = sqlx::query(sql::WORKSHOP_UPDATE)
        .bind(column(&rows, |(id, _)| uuid(**id)))
        .bind(column(&rows, |(_, row)| row.status.name()))
        .bind(column(&rows, |(_, row)| row.version.as_i64()));
    run(connection, "workshop", rows.len(), statement).await
}

fn uuid(id: WorkshopId) -> Uuid {
    Uuid::from_u128(id.0)
}
