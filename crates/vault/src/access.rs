use std::fmt;

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgPool, Row, postgres::PgRow};
use uuid::Uuid;

use crate::fault::Fault;

const INSERT: &str = "
INSERT INTO access_record (issuer, subject, program, route, workshop, purpose, persons, programs)
SELECT $1, $2, $3, $4, $5, $6, $7, coalesce(
    (SELECT array_agg(DISTINCT p.program ORDER BY p.program) FROM person p WHERE p.id = ANY ($7)), '{}')";

/// The last ones first. Each of the three readers has a statement of its own, along an index of its own.
const OF_PROGRAM: &str = "
SELECT a.id, a.at, a.issuer, a.subject, a.program, a.route, a.workshop, a.purpose,
    ARRAY(SELECT p.id FROM person p WHERE p.id = ANY (a.persons) AND p.program = $6 ORDER BY p.id) AS persons
FROM access_record a
WHERE a.id < $1 AND a.at >= $2 AND a.at < $3 AND ($4::uuid IS NULL OR a.workshop = $4)
    AND a.programs @> ARRAY[$6]
ORDER BY a.id DESC
LIMIT $5";

const OF_PERSON: &str = "
SELECT a.id, a.at, a.issuer, a.subject, a.program, a.route, a.workshop, a.purpose, ARRAY[$6] AS persons
FROM access_record a
WHERE a.id < $1 AND a.at >= $2 AND a.at < $3 AND ($4::uuid IS NULL OR a.workshop = $4)
    AND a.persons @> ARRAY[$6]
ORDER BY a.id DESC
LIMIT $5";

const OF_PERSON_AND_PROGRAM: &str = "
SELECT a.id, a.at, a.issuer, a.subject, a.program, a.route, a.workshop, a.purpose, ARRAY[$6] AS persons
FROM access_record a
WHERE a.id < $1 AND a.at >= $2 AND a.at < $3 AND ($4::uuid IS NULL OR a.workshop = $4)
    AND a.persons @> ARRAY[$6]
    AND EXISTS (SELECT FROM person p WHERE p.id = $6 AND p.program = $7)
ORDER BY a.id DESC
LIMIT $5";

const OF_ALL: &str = "
SELECT a.id, a.at, a.issuer, a.subject, a.program, a.route, a.workshop, a.purpose, a.persons
FROM access_record a
WHERE a.id < $1 AND a.at >= $2 AND a.at < $3 AND ($4::uuid IS NULL OR a.workshop = $4)
ORDER BY a.id DESC
LIMIT $5";

/// Whose accesses are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Concerned {
    /// Those to the data of a program's people; of others nothing is said.
    Program(String),
    /// Those to the data of one person.
    Person(Uuid),
    /// Those to the data of one person, if they are a program's.
    PersonOf(Uuid, String),
    /// All.
    Everybody,
}

/// Which access records are read, the last ones first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessFilter {
    /// Whose data was seen.
    pub concerned: Concerned,
    /// From this time on.
    pub from: Timestamp,
    /// Before this time.
    pub to: Timestamp,
    /// On routes of this workshop; nothing means all.
    pub workshop: Option<Uuid>,
    /// Before this record; nothing is from the last one on.
    pub before: Option<i64>,
    /// At most so many.
    pub limit: u32,
}

/// A record as it was stored.
#[derive(Clone, PartialEq, Eq)]
pub struct Recorded {
    /// Its number, in the order of writing.
    pub id: i64,
    /// When it was stored, before the answer left.
    pub at: Timestamp,
    /// What was recorded; of the persons only those who are concerned.
    pub record: AccessRecord,
}

/// Says who was shown whose data, where and what for. Its time is the database's.
#[derive(Clone, PartialEq, Eq)]
pub struct AccessRecord {
    /// Issuer of the caller's token.
    pub issuer: String,
    /// Subject of the caller's token.
    pub subject: String,
    /// Program of the caller; operators and auditors have none.
    pub program: Option<String>,
    /// Template of the route, never its path.
    pub route: String,
    /// Workshop, where the route has one.
    pub workshop: Option<Uuid>,
    /// Purpose as stated by the caller.
    pub purpose: Option<String>,
    /// Persons whose data is in the answer, in any order.
    pub persons: Vec<Uuid>,
}

impl fmt::Debug for Recorded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recorded")
            .field("id", &self.id)
            .field("record", &self.record)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for AccessRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessRecord")
            .field("route", &self.route)
            .field("workshop", &self.workshop)
            .field("persons", &self.persons.len())
            .finish_non_exhaustive()
    }
}

/// Stores a record, each person once.
pub(crate) async fn insert(pool: &PgPool, record: &AccessRecord) -> Result<(), Fault> {
    let mut persons = record.persons.clone();
    persons.sort_unstable();
    persons.dedup();
    sqlx::query(INSERT)
        .bind(&record.issuer)
        .bind(&record.subject)
        .bind(&record.program)
        .bind(&record.route)
        .bind(record.workshop)
        .bind(&record.purpose)
        .bind(persons)
        .execute(pool)
        .await
        .map(drop)
        .map_err(Fault::while_doing("recording an access"))
}

/// Reads records.
pub(crate) async fn read(pool: &PgPool, filter: &AccessFilter) -> Result<Vec<Recorded>, Fault> {
    const DOING: &str = "reading access records";
    let asked = |statement: &'static str| {
        sqlx::query(statement)
            .bind(filter.before.unwrap_or(i64::MAX))
            .bind(filter.from.to_sqlx())
            .bind(filter.to.to_sqlx())
            .bind(filter.workshop)
            .bind(i64::from(filter.limit))
    };
    let asked = match &filter.concerned {
        Concerned::Program(program) => asked(OF_PROGRAM).bind(program.as_str()),
        Concerned::Person(person) => asked(OF_PERSON).bind(*person),
        Concerned::PersonOf(person, program) => asked(OF_PERSON_AND_PROGRAM)
            .bind(*person)
            .bind(program.as_str()),
        Concerned::Everybody => asked(OF_ALL),
    };
    let rows = asked.fetch_all(pool).await;
    let rows = rows.map_err(Fault::while_doing(DOING))?;
    let read = rows.iter().map(recorded).collect::<Result<_, _>>();
    read.map_err(Fault::while_doing(DOING))
}

fn recorded(row: &PgRow) -> Result<Recorded, sqlx::Error> {
    let at: jiff_sqlx::Timestamp = row.try_get("at")?;
    Ok(Recorded {
        id: row.try_get("id")?,
        at: at.to_jiff(),
        record: AccessRecord {
            issuer: row.try_get("issuer")?,
            subject: row.try_get("subject")?,
            program: row.try_get("program")?,
            route: row.try_get("route")?,
            workshop: row.try_get("workshop")?,
            purpose: row.try_get("purpose")?,
            persons: row.try_get("persons")?,
        },
    })
}
