use std::collections::HashSet;

use sqlx::PgPool;
use uuid::Uuid;

use crate::{fault::Fault, index::Indexes, resolve::PersonQuery, vault::Vault};

/// Is how often a batch is tried: once, once more for whoever took an index in the
/// same instant or gives one up in the same batch, and a little for both at once.
const ATTEMPTS: usize = 4;

/// Gives living persons the indexes of their newest data.
///
/// `held` locks them in the order of their ids, so that two batches never wait for
/// each other's persons in a circle, and sees what was committed while it waited; the
/// lock does not bar `resolve`, which only holds off the sweep. A strong index goes to whoever has it already, else to the first of the batch, and
/// only where nobody outside holds it. A holder who is about to give it up still
/// bars the way within one statement, so the answer says whether to ask again.
///
/// A decision may name the holder as whoever the amended data belongs to, so the
/// registration is noted for them, too, and keeps them from the sweep (`barring`).
/// Their lock is taken out of order and may close a circle with a sweep; the database
/// breaks it, and both can be done again.
const REINDEX: &str = "
WITH asked AS MATERIALIZED (
    SELECT *
    FROM unnest($1::uuid[], $2::text[], $3::bytea[], $4::bytea[], $5::uuid[], $6::uuid[])
      WITH ORDINALITY AS asked (person, program, strong, soft, workshop, registration, n)
), held AS MATERIALIZED (
    SELECT person.id, person.program, person.strong AS before, asked.strong, asked.soft,
           asked.workshop, asked.registration, asked.n
    FROM asked
    JOIN person ON person.id = asked.person AND person.program = asked.program
    WHERE person.destroyed_at IS NULL
    ORDER BY person.id
    FOR NO KEY UPDATE OF person
), wanted AS MATERIALIZED (
    SELECT held.id, held.strong, held.soft, held.workshop, held.registration,
           holder.id AS holder, holder.id IS NULL AS is_free,
           row_number() OVER (
               PARTITION BY held.program, held.strong
               ORDER BY held.before IS DISTINCT FROM held.strong, held.n
           ) = 1 AS is_first,
           holder.id IS NOT NULL AND EXISTS (
               SELECT FROM held AS leaving
               WHERE leaving.id = holder.id AND leaving.strong IS DISTINCT FROM holder.strong
           ) AS is_given_up
    FROM held
    LEFT JOIN person AS holder
      ON holder.program = held.program AND holder.strong = held.strong AND holder.id <> held.id
    ORDER BY held.program, held.strong
), barring AS MATERIALIZED (
    SELECT person.id, wanted.workshop, wanted.registration
    FROM wanted
    JOIN person ON person.id = wanted.holder
    WHERE person.destroyed_at IS NULL
    ORDER BY person.id
    FOR KEY SHARE OF person
), noted AS (
    INSERT INTO person_registration (person, workshop, registration)
    SELECT DISTINCT id, workshop, registration FROM barring
    ORDER BY id, workshop, registration
    ON CONFLICT DO NOTHING
), settled AS MATERIALIZED (
    SELECT id, CASE WHEN is_free AND is_first THEN strong END AS strong, soft FROM wanted
), changed AS (
    UPDATE person
    SET strong = settled.strong, soft = settled.soft
    FROM settled
    WHERE person.id = settled.id AND person.destroyed_at IS NULL
      AND (person.strong, person.soft) IS DISTINCT FROM (settled.strong, settled.soft)
)
SELECT EXISTS (
    SELECT FROM wanted
    WHERE is_first
      AND (is_given_up OR NOT is_free AND NOT EXISTS (SELECT FROM barring WHERE id = holder))
)";

/// Says what is known of a person by now.
#[derive(Clone, Debug)]
pub struct Reindex {
    /// Whose data it is.
    pub person: Uuid,
    /// Their newest data, with the registration that was amended; its fresh id is not looked at.
    pub query: PersonQuery,
}

/// Says how an attempt ended.
enum Attempt {
    Done,
    /// An index was taken by another transaction, or is free only now.
    Again,
}

impl Vault {
    /// Lets persons be found by their newest data, as after an amendment; the last
    /// of several changes of one person counts.
    ///
    /// Where another living person of the program has the same name, municipality
    /// and e-mail, that one keeps being found by them, the registration is noted for
    /// them as well, and the two are look-alikes. Who is unknown, erased or of another program than the query's is passed over.
    /// What was done is on disk; done again, it changes nothing.
    pub async fn reindex(&self, changes: &[Reindex]) -> Result<(), Fault> {
        let changes = newest(changes);
        if changes.is_empty() {
            return Ok(());
        }
        let queries = changes.iter().map(|change| &change.query);
        let indexes = self.indexes_of(queries).await?;
        for _ in 1..ATTEMPTS {
            match attempt(&self.pool, &changes, &indexes).await {
                Ok(Attempt::Done) => return Ok(()),
                Err(error) if !is_contested(&error) => return Err(fault(error)),
                Ok(Attempt::Again) | Err(_) => {}
            }
        }
        attempt(&self.pool, &changes, &indexes)
            .await
            .map(drop)
            .map_err(fault)
    }
}

/// Keeps the last change of each person, in order.
fn newest(changes: &[Reindex]) -> Vec<&Reindex> {
    let mut seen = HashSet::with_capacity(changes.len());
    let mut newest: Vec<&Reindex> = changes
        .iter()
        .rev()
        .filter(|change| seen.insert(change.person))
        .collect();
    newest.reverse();
    newest
}

async fn attempt(
    pool: &PgPool,
    changes: &[&Reindex],
    indexes: &[Indexes],
) -> Result<Attempt, sqlx::Error> {
    let queries = || changes.iter().map(|change| &change.query);
    let again: bool = sqlx::query_scalar(REINDEX)
        .bind(changes.iter().map(|c| c.person).collect::<Vec<_>>())
        .bind(queries().map(|q| &*q.program).collect::<Vec<_>>())
        .bind(indexes.iter().map(|i| i.strong).collect::<Vec<_>>())
        .bind(indexes.iter().map(|i| i.soft).collect::<Vec<_>>())
        .bind(queries().map(|q| q.workshop).collect::<Vec<_>>())
        .bind(queries().map(|q| q.registration).collect::<Vec<_>>())
        .fetch_one(pool)
        .await?;
    Ok(if again { Attempt::Again } else { Attempt::Done })
}

/// Says whether another transaction came first: it took an index after this one's
/// snapshot, or each waited for the other.
fn is_contested(error: &sqlx::Error) -> bool {
    error
        .as_database_error()
        .and_then(sqlx::error::DatabaseError::code)
        .is_some_and(|code| ["23505", "40P01"].contains(&&*code))
}

fn fault(error: sqlx::Error) -> Fault {
    Fault::while_doing("reindexing persons")(error)
}
