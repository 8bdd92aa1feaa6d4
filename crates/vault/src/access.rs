use std::fmt;

use sqlx::PgPool;
use uuid::Uuid;

use crate::fault::Fault;

const INSERT: &str = "
INSERT INTO access_record (issuer, subject, program, route, workshop, purpose, persons)
VALUES ($1, $2, $3, $4, $5, $6, $7)";

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
