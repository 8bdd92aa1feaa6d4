use std::time::Duration;

use sqlx::PgPool;
use uuid::Uuid;

use crate::{fault::Fault, vault::Vault};

/// Is how old a note should be before anybody asks whether its registration exists.
///
/// A command is decided within seconds after its person was found or made, or never.
/// A day leaves room for a log that cannot be written for hours, and costs nothing.
/// The database itself deletes no note that is younger than an hour.
pub const SWEEP_AFTER: Duration = Duration::from_hours(24);

/// Is the longest age that is told from any longer one; the database's times end somewhere.
const OLDEST: Duration = Duration::from_hours(24 * 365 * 100);

const UNNAMED: &str = "
SELECT person, workshop, registration
FROM (
    SELECT * FROM person_registration
    WHERE NOT named AND noted_at <= now() - $1 * interval '1 microsecond'
    ORDER BY noted_at
    LIMIT $2
) AS oldest
ORDER BY workshop, registration, person";

const SETTLE: &str = "SELECT marked, dropped, swept FROM settle_notes($1, $2, $3, $4)";

/// Says that a person was found or made for a registration, which may never have come to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, sqlx::FromRow)]
pub struct Noted {
    /// Who was found or made.
    pub person: Uuid,
    /// Workshop whose log tells whether the registration exists.
    pub workshop: Uuid,
    /// Registration that was to be, or is: submitted, or the successor in a substitution.
    pub registration: Uuid,
}

/// Counts what became of notes and persons.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Settled {
    /// Notes that are known to be named from now on.
    pub marked: u64,
    /// Notes that were deleted.
    pub dropped: u64,
    /// Persons who were deleted.
    pub swept: u64,
}

impl Vault {
    /// Lists the oldest notes that are not yet known to be named by a decision, at
    /// most so many, those of one workshop together.
    ///
    /// A note is listed once it is at least so old by the database's clock, see
    /// [`SWEEP_AFTER`], and again until it is settled.
    pub async fn unnamed(&self, older_than: Duration, limit: u32) -> Result<Vec<Noted>, Fault> {
        let age = i64::try_from(older_than.min(OLDEST).as_micros()).unwrap_or(i64::MAX);
        sqlx::query_as(UNNAMED)
            .bind(age)
            .bind(i64::from(limit))
            .fetch_all(&self.pool)
            .await
            .map_err(Fault::while_doing("listing notes that nothing names yet"))
    }

    /// Settles notes in one transaction: marks the named, whose registrations exist;
    /// deletes the unnamed, and every person who then has no note left and is not
    /// destroyed.
    ///
    /// Only what [`unnamed`](Self::unnamed) has listed and the log was asked about
    /// afterwards belongs here. A note that was once named stays, whatever is said of
    /// it later, and so does one younger than an hour. Done again, it changes nothing.
    pub async fn settle_notes(&self, named: &[Noted], unnamed: &[Noted]) -> Result<Settled, Fault> {
        if named.is_empty() && unnamed.is_empty() {
            return Ok(Settled::default());
        }
        settle(&self.pool, named, unnamed)
            .await
            .map_err(Fault::while_doing("settling notes"))
    }
}

async fn settle(pool: &PgPool, named: &[Noted], unnamed: &[Noted]) -> Result<Settled, sqlx::Error> {
    let notes: Vec<&Noted> = named.iter().chain(unnamed).collect();
    let are_named: Vec<bool> = (0..notes.len()).map(|at| at < named.len()).collect();
    let (marked, dropped, swept): (i64, i64, i64) = sqlx::query_as(SETTLE)
        .bind(notes.iter().map(|n| n.person).collect::<Vec<_>>())
        .bind(notes.iter().map(|n| n.workshop).collect::<Vec<_>>())
        .bind(notes.iter().map(|n| n.registration).collect::<Vec<_>>())
        .bind(are_named)
        .fetch_one(pool)
        .await?;
    Ok(Settled {
        marked: marked.unsigned_abs(),
        dropped: dropped.unsigned_abs(),
        swept: swept.unsigned_abs(),
    })
}
