//! Table `registration`.

use std::collections::{BTreeMap, BTreeSet};

use anmeldewerk_contract::Position;
use anmeldewerk_domain::{
    MunicipalityKey,
    workshop::{Block, Blocks, Membership, Reason},
};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Statement, column, copy::Copy, joined, run, wish};
use crate::{
    Fault,
    change::{Arrived, Step},
    rows::{Facts, RegistrationRow, Rows},
    sql, step, value,
};

/// Somebody who came in.
struct Made<'b> {
    id: Uuid,
    arrived: Arrived<'b>,
    step: Step,
    facts: &'b Facts<'b>,
    version: Position,
}

/// Somebody who is there already, and what is otherwise about them.
struct There<'b, T> {
    id: Uuid,
    row: &'b RegistrationRow<'b>,
    news: T,
}

pub(super) async fn insert(connection: &mut PgConnection, rows: &Rows<'_>) -> Result<u64, Fault> {
    let made: Vec<Made<'_>> = made(rows).collect();
    if made.is_empty() {
        return Ok(0);
    }
    let statement = sqlx::query(sql::REGISTRATION_INSERT);
    let statement = bind_step(bind_arrival(statement, &made), &made);
    let facts = column(&made, |m| m.facts);
    let statement = bind_facts(statement, &facts).bind(column(&made, |m| m.version.as_i64()));
    let written = run(connection, "registration", made.len(), statement).await?;
    let wishes: Vec<wish::Stated<'_>> = made.iter().filter_map(Made::wishes).collect();
    Ok(written + wish::insert(connection, &wishes).await?)
}

/// Writes the same by copying.
pub(super) async fn copy(connection: &mut PgConnection, rows: &Rows<'_>) -> Result<u64, Fault> {
    let made: Vec<Made<'_>> = made(rows).collect();
    if made.is_empty() {
        return Ok(0);
    }
    let hosts = hosts(connection, &made).await?;
    let mut copy = Copy::new(37);
    for m in &made {
        let workshop = Uuid::from_u128(m.arrived.workshop.0);
        let host = hosts.get(&workshop).ok_or(Fault::Rows {
            table: "registration",
            expected: made.len(),
            found: 0,
        })?;
        copy.row()
            .put(host.as_str())
            .put(0_i32)
            .put(m.id)
            .put(workshop);
        put_arrival(&mut copy, m);
        put_step(&mut copy, &m.step);
        put_facts(&mut copy, m.facts);
        copy.put(m.version.as_i64());
    }
    let written = copy.send(connection, ("registration", sql::REGISTRATION_COPY));
    let written = written.await?;
    let wishes: Vec<wish::Stated<'_>> = made.iter().filter_map(Made::wishes).collect();
    Ok(written + wish::copy(connection, &wishes).await?)
}

/// Looks for the hosts of the workshops that people come to.
async fn hosts(
    connection: &mut PgConnection,
    made: &[Made<'_>],
) -> Result<BTreeMap<Uuid, String>, Fault> {
    const DOING: &str = "looking for hosts";
    let workshops: BTreeSet<Uuid> = made
        .iter()
        .map(|m| Uuid::from_u128(m.arrived.workshop.0))
        .collect();
    let workshops: Vec<Uuid> = workshops.into_iter().collect();
    let found: Vec<(Uuid, String)> = sqlx::query_as(sql::WORKSHOP_HOSTS)
        .bind(workshops)
        .fetch_all(connection)
        .await
        .map_err(Fault::database(DOING))?;
    Ok(found.into_iter().collect())
}

fn put_arrival(copy: &mut Copy, m: &Made<'_>) {
    let submitted = m.arrived.submitted;
    copy.put(submitted.program.as_str())
        .put(m.facts.municipality.map(MunicipalityKey::as_str))
        .put(submitted.number.to_string())
        .put(Uuid::from_u128(submitted.person.0))
        .put(value::channel(submitted.channel))
        .put(m.arrived.arrival.0)
        .put(Uuid::from_u128(submitted.reporting.0))
        .put(value::instant(m.arrived.at))
        .put(submitted.group.map(group_id))
        .put(submitted.group.map(|group| group.together));
}

fn put_step(copy: &mut Copy, step: &Step) {
    let cancel_reason = step.cancelled.and_then(step::reason_of);
    copy.put(step.state.name())
        .put(step.cause.map(value::cause))
        .put(step.cancelled.map(value::canceller))
        .put(cancel_reason.map(Reason::name))
        .put(step.lapse.map(value::lapse))
        .put(step.expires.stated().map(value::instant))
        .put(step.reason.stated().map(Reason::name))
        .put(step.overridden.stated().map(Reason::name))
        .put(step.approved)
        .put(step.rank.map(value::rank))
        .put(step.queued.map(|queued| queued.0));
}

fn put_facts(copy: &mut Copy, facts: &Facts<'_>) {
    let person = facts.person;
    copy.put(facts.privacy_notice.map(i64::from))
        .put(facts.link.map(|link| link.0.to_vec()))
        .put(person.map(|person| person.placeholder))
        .put(person.map(|person| person.decision));
    let blocks = person.map(|person| person.blocks);
    for block in [
        blocks.and_then(|blocks| blocks.contact.as_ref()),
        blocks.and_then(|blocks| blocks.identity.as_ref()),
        blocks.and_then(|blocks| blocks.free_text.as_ref()),
    ] {
        copy.put(block.map(|block| block.sealed.as_slice()))
            .put(block.map(|block| block.commit.as_slice()));
    }
    let look_alikes = facts.look_alikes.iter();
    let look_alikes: Vec<Uuid> = look_alikes.map(|id| Uuid::from_u128(id.0)).collect();
    copy.put(look_alikes);
}

fn made<'b>(rows: &'b Rows<'_>) -> impl Iterator<Item = Made<'b>> {
    rows.registrations.iter().filter_map(|(id, row)| {
        Some(Made {
            id: Uuid::from_u128(id.0),
            arrived: row.arrived?,
            step: row.step?,
            facts: row.facts.as_ref()?,
            version: row.version,
        })
    })
}

impl<'b> Made<'b> {
    fn wishes(&self) -> Option<wish::Stated<'b>> {
        Some(wish::Stated {
            workshop: Uuid::from_u128(self.arrived.workshop.0),
            registration: self.id,
            wishes: self.facts.wishes?,
        })
    }
}

fn bind_arrival<'q>(statement: Statement<'q>, made: &'q [Made<'q>]) -> Statement<'q> {
    let submitted = |m: &Made<'q>| m.arrived.submitted;
    let group = |m: &Made<'q>| m.arrived.submitted.group;
    statement
        .bind(column(made, |m| m.id))
        .bind(column(made, |m| Uuid::from_u128(m.arrived.workshop.0)))
        .bind(column(made, |m| submitted(m).program.as_str()))
        .bind(column(made, |m| {
            m.facts.municipality.map(MunicipalityKey::as_str)
        }))
        .bind(column(made, |m| submitted(m).number.to_string()))
        .bind(column(made, |m| Uuid::from_u128(submitted(m).person.0)))
        .bind(column(made, |m| value::channel(submitted(m).channel)))
        .bind(column(made, |m| m.arrived.arrival.0))
        .bind(column(made, |m| Uuid::from_u128(submitted(m).reporting.0)))
        .bind(column(made, |m| value::instant(m.arrived.at)))
        .bind(column(made, |m| group(m).map(group_id)))
        .bind(column(made, |m| group(m).map(|group| group.together)))
}

fn group_id(membership: Membership) -> Uuid {
    Uuid::from_u128(membership.group.0)
}

fn bind_step<'q>(statement: Statement<'q>, made: &'q [Made<'q>]) -> Statement<'q> {
    let steps = column(made, |m| m.step);
    bind_standing(statement, &steps)
        .bind(column(&steps, |s| s.expires.stated().map(value::instant)))
        .bind(column(&steps, |s| s.reason.stated().map(Reason::name)))
        .bind(column(&steps, |s| s.overridden.stated().map(Reason::name)))
        .bind(column(&steps, |s| s.approved))
        .bind(column(&steps, |s| s.rank.map(value::rank)))
        .bind(column(&steps, |s| s.queued.map(|queued| queued.0)))
}

fn bind_standing<'q>(statement: Statement<'q>, steps: &[Step]) -> Statement<'q> {
    statement
        .bind(column(steps, |s| s.state.name()))
        .bind(column(steps, |s| s.cause.map(value::cause)))
        .bind(column(steps, |s| s.cancelled.map(value::canceller)))
        .bind(column(steps, |s| {
            let reason = s.cancelled.and_then(step::reason_of);
            reason.map(Reason::name)
        }))
        .bind(column(steps, |s| s.lapse.map(value::lapse)))
}

/// Binds what is known but for the municipality.
fn bind_facts<'q>(statement: Statement<'q>, facts: &[&'q Facts<'q>]) -> Statement<'q> {
    let person = |f: &&'q Facts<'q>| f.person;
    let statement = statement
        .bind(column(facts, |f| f.privacy_notice.map(i64::from)))
        .bind(column(facts, |f| f.link.map(|link| link.0.to_vec())))
        .bind(column(facts, |f| person(f).map(|p| p.placeholder)))
        .bind(column(facts, |f| person(f).map(|p| p.decision)));
    let statement = bind_block(statement, facts, |blocks| blocks.contact.as_ref());
    let statement = bind_block(statement, facts, |blocks| blocks.identity.as_ref());
    let statement = bind_block(statement, facts, |blocks| blocks.free_text.as_ref());
    statement.bind(column(facts, |f| joined(&f.look_alikes)))
}

fn bind_block<'q>(
    statement: Statement<'q>,
    facts: &[&'q Facts<'q>],
    get: fn(&Blocks) -> Option<&Block>,
) -> Statement<'q> {
    let block = |f: &&'q Facts<'q>| f.person.and_then(|person| get(person.blocks));
    statement
        .bind(column(facts, |f| block(f).map(|b| b.sealed.as_slice())))
        .bind(column(facts, |f| block(f).map(|b| b.commit.as_slice())))
}

pub(super) async fn update(connection: &mut PgConnection, rows: &Rows<'_>) -> Result<u64, Fault> {
    let moved = there(rows, |row| row.step);
    let restated = there(rows, |row| row.facts.as_ref());
    let mut written = 0;
    if !moved.is_empty() {
        written += run(connection, "registration", moved.len(), moving(&moved)).await?;
    }
    if !restated.is_empty() {
        let statement = restating(&restated);
        written += run(connection, "registration", restated.len(), statement).await?;
        written += wish::replace(connection, &wishes(&restated)).await?;
    }
    Ok(written)
}

fn there<'b, T>(
    rows: &'b Rows<'b>,
    news: impl Fn(&'b RegistrationRow<'b>) -> Option<T>,
) -> Vec<There<'b, T>> {
    let there = rows.registrations.iter();
    let there = there.filter(|(_, row)| row.arrived.is_none());
    let there = there.filter_map(|(id, row)| {
        Some(There {
            id: Uuid::from_u128(id.0),
            news: news(row)?,
            row,
        })
    });
    there.collect()
}

impl<T> There<'_, T> {
    fn workshop(&self) -> Uuid {
        Uuid::from_u128(self.row.workshop.0)
    }
}

fn moving<'q>(moved: &[There<'q, Step>]) -> Statement<'q> {
    let steps = column(moved, |m| m.news);
    let statement = sqlx::query(sql::REGISTRATION_UPDATE)
        .bind(column(moved, |m| m.id))
        .bind(column(moved, There::workshop));
    bind_standing(statement, &steps)
        .bind(column(&steps, |s| s.expires.stated().map(value::instant)))
        .bind(column(&steps, |s| s.expires.is_same()))
        .bind(column(&steps, |s| s.reason.stated().map(Reason::name)))
        .bind(column(&steps, |s| s.reason.is_same()))
        .bind(column(&steps, |s| s.overridden.stated().map(Reason::name)))
        .bind(column(&steps, |s| s.overridden.is_same()))
        .bind(column(&steps, |s| s.approved))
        .bind(column(&steps, |s| s.rank.map(value::rank)))
        .bind(column(&steps, |s| s.queued.map(|queued| queued.0)))
        .bind(column(moved, |m| m.row.version.as_i64()))
        .bind(column(&steps, |s| s.leaves))
}

fn restating<'q>(restated: &[There<'q, &'q Facts<'q>>]) -> Statement<'q> {
    let facts = column(restated, |r| r.news);
    let statement = sqlx::query(sql::REGISTRATION_AMEND)
        .bind(column(restated, |r| r.id))
        .bind(column(restated, There::workshop))
        .bind(column(&facts, |f| {
            f.municipality.map(MunicipalityKey::as_str)
        }));
    bind_facts(statement, &facts).bind(column(restated, |r| r.row.version.as_i64()))
}

fn wishes<'b>(restated: &[There<'b, &'b Facts<'b>>]) -> Vec<wish::Stated<'b>> {
    let stated = restated.iter().filter_map(|r| {
        Some(wish::Stated {
            workshop: r.workshop(),
            registration: r.id,
            wishes: r.news.wishes?,
        })
    });
    stated.collect()
}
