use std::fmt;

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgPool, Row, postgres::PgRow};
use uuid::Uuid;

use crate::fault::Fault;

/// Each record has a number, by which its persons are found.
const INSERT: &str = "
WITH asked AS (
    SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::uuid[], $6::text[]) WITH ORDINALITY
        AS a (issuer, subject, program, route, workshop, purpose, number)
), seen AS (
    SELECT s.number, array_agg(DISTINCT s.person ORDER BY s.person) AS persons,
        array_agg(DISTINCT p.program ORDER BY p.program) FILTER (WHERE p.program IS NOT NULL) AS programs
    FROM unnest($7::bigint[], $8::uuid[]) AS s (number, person) LEFT JOIN person p ON p.id = s.person
    GROUP BY s.number
)
INSERT INTO access_record (issuer, subject, program, route, workshop, purpose, persons, programs)
SELECT a.issuer, a.subject, a.program, a.route, a.workshop, a.purpose,
    coalesce(s.persons, '{}'), coalesce(s.programs, '{}')
FROM asked a LEFT JOIN seen s ON s.number = a.number
ORDER BY a.number";

/// What is being done while a record is stored.
pub(crate) const RECORDING: &str = "recording an access";

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
#[derive(Clone, Default, PartialEq, Eq)]
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

/// Stores records with one commit, in each of them each person once.
pub(crate) async fn insert(pool: &PgPool, records: &[AccessRecord]) -> Result<(), Fault> {
    fn column<'r, T>(records: &'r [AccessRecord], part: impl Fn(&'r AccessRecord) -> T) -> Vec<T> {
        records.iter().map(part).collect()
    }
    let seen = (1_i64..).zip(records);
    let seen =
        seen.flat_map(|(number, record)| record.persons.iter().map(move |one| (number, *one)));
    let (numbers, persons): (Vec<i64>, Vec<Uuid>) = seen.unzip();
    sqlx::query(INSERT)
        .bind(column(records, |record| record.issuer.as_str()))
        .bind(column(records, |record| record.subject.as_str()))
        .bind(column(records, |record| record.program.as_deref()))
        .bind(column(records, |record| record.route.as_str()))
        .bind(column(records, |record| record.workshop))
        .bind(column(records, |record| record.purpose.as_deref()))
        .bind(numbers)
        .bind(persons)
        .execute(pool)
        .await
        .map(drop)
        .map_err(Fault::while_doing(RECORDING))
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
