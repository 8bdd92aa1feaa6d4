//! One number for the whole content of a version, and one for each of its tables.

use std::fmt;

use anmeldewerk_contract::{Position, hex};
use futures_util::TryStreamExt;
use sha2::{Digest as _, Sha256};
use sqlx::{Connection, PgConnection, Row};

use crate::{Fault, PROJECTION, checkpoint, connect_options, sql, version::Version};

/// The tables with the statement that gives the hash of each row in the order of the keys.
///
/// Of those that dashboards read, the ones that no event changes are left out, and so is the freshness.
const TABLES: [(&str, &str); 32] = [
    ("program", sql::DIGEST_PROGRAM),
    ("municipality", sql::DIGEST_MUNICIPALITY),
    ("catalogue_topic", sql::DIGEST_CATALOGUE_TOPIC),
    ("workshop", sql::DIGEST_WORKSHOP),
    ("offered_topic", sql::DIGEST_OFFERED_TOPIC),
    ("bucket", sql::DIGEST_BUCKET),
    ("document", sql::DIGEST_DOCUMENT),
    ("assignment_run", sql::DIGEST_ASSIGNMENT_RUN),
    ("attendance", sql::DIGEST_ATTENDANCE),
    ("closed_session", sql::DIGEST_CLOSED_SESSION),
    ("group_registration", sql::DIGEST_GROUP_REGISTRATION),
    ("registration", sql::DIGEST_REGISTRATION),
    ("wish", sql::DIGEST_WISH),
    ("note", sql::DIGEST_NOTE),
    ("history", sql::DIGEST_HISTORY),
    ("tally", sql::DIGEST_TALLY),
    ("demand", sql::DIGEST_DEMAND),
    ("timeline", sql::DIGEST_TIMELINE),
    ("parked_subject", sql::DIGEST_PARKED_SUBJECT),
    ("parked", sql::DIGEST_PARKED),
    ("reporting.programs", sql::DIGEST_PROGRAMS),
    ("reporting.municipalities", sql::DIGEST_MUNICIPALITIES),
    (
        "reporting.program_municipalities",
        sql::DIGEST_PROGRAM_MUNICIPALITIES,
    ),
    ("reporting.workshops", sql::DIGEST_WORKSHOPS),
    ("reporting.workshop_programs", sql::DIGEST_WORKSHOP_PROGRAMS),
    ("reporting.seat_buckets", sql::DIGEST_SEAT_BUCKETS),
    ("reporting.topics", sql::DIGEST_TOPICS),
    ("reporting.registrations", sql::DIGEST_REGISTRATIONS),
    ("reporting.attendances", sql::DIGEST_ATTENDANCES),
    (
        "reporting.registration_counts",
        sql::DIGEST_REGISTRATION_COUNTS,
    ),
    ("reporting.topic_demand", sql::DIGEST_TOPIC_DEMAND),
    ("reporting.daily_events", sql::DIGEST_DAILY_EVENTS),
];

/// What all rows of a version are, as numbers: whoever folds the same log to the same position has the same ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Digest {
    /// The position as of which the rows stand.
    pub position: Position,
    /// Each table, always in the same order.
    pub tables: Vec<TableDigest>,
}

/// What the rows of one table are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TableDigest {
    /// The table.
    pub table: &'static str,
    /// How many rows it has.
    pub rows: u64,
    /// SHA-256 over the SHA-256 of each row's text, in the order of the keys.
    pub sha256: [u8; 32],
}

impl Digest {
    /// Digests all rows of a version in one snapshot.
    ///
    /// A row's text is Postgres's own for composite values, with times in UTC and bytes in hexadecimal. The checkpoint
    /// is left out.
    pub async fn take(url: &str, version: &Version) -> Result<Self, Fault> {
        let mut snapshot = Snapshot::open(url, version).await?;
        snapshot.digest().await
    }

    /// Gives one number for all tables: SHA-256 over each table's name, number of rows and digest, a line each.
    pub fn whole(&self) -> [u8; 32] {
        let mut hasher = Sha256::new();
        for table in &self.tables {
            hasher.update(table.to_string().as_bytes());
            hasher.update(b"\n");
        }
        hasher.finalize().into()
    }

    /// Names the tables in which two digests differ.
    pub fn differences(&self, other: &Self) -> Vec<&'static str> {
        let pairs = self.tables.iter().zip(&other.tables);
        let differing = pairs.filter(|(one, another)| one != another);
        differing.map(|(one, _)| one.table).collect()
    }
}

impl fmt::Display for TableDigest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{} {} {}",
            self.table,
            self.rows,
            hex(&self.sha256)
        )
    }
}

/// The rows of a version as they are at one moment, whatever is written meanwhile.
#[derive(Debug)]
pub struct Snapshot {
    connection: PgConnection,
    position: Position,
}

impl Snapshot {
    /// Takes a snapshot.
    pub async fn open(url: &str, version: &Version) -> Result<Self, Fault> {
        const DOING: &str = "taking a snapshot";
        let options = connect_options(url, &version.path())?;
        let mut connection = PgConnection::connect_with(&options)
            .await
            .map_err(Fault::database(DOING))?;
        for statement in [
            "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY",
            sql::DIGEST_SETTINGS,
        ] {
            sqlx::query(statement)
                .execute(&mut connection)
                .await
                .map_err(Fault::database(DOING))?;
        }
        let row = sqlx::query(sql::CHECKPOINT)
            .bind(PROJECTION)
            .fetch_one(&mut connection)
            .await
            .map_err(Fault::database(DOING))?;
        let (checkpoint, _) = checkpoint::read(&row)?;
        Ok(Self {
            connection,
            position: checkpoint.position,
        })
    }

    /// Tells as of which position the rows stand.
    pub fn position(&self) -> Position {
        self.position
    }

    /// Digests the rows.
    pub async fn digest(&mut self) -> Result<Digest, Fault> {
        let mut tables = Vec::with_capacity(TABLES.len());
        for (table, statement) in TABLES {
            let digested = digest(&mut self.connection, table, statement).await;
            tables.push(digested.map_err(Fault::database(table))?);
        }
        Ok(Digest {
            position: self.position,
            tables,
        })
    }
}

async fn digest(
    connection: &mut PgConnection,
    table: &'static str,
    statement: &'static str,
) -> Result<TableDigest, sqlx::Error> {
    let mut hasher = Sha256::new();
    let mut count = 0;
    let mut rows = sqlx::query(statement).fetch(connection);
    while let Some(row) = rows.try_next().await? {
        hasher.update(row.try_get::<&[u8], _>(0)?);
        count += 1;
    }
    Ok(TableDigest {
        table,
        rows: count,
        sha256: hasher.finalize().into(),
    })
}
