use sqlx::PgPool;
use uuid::Uuid;

use super::batch::Batch;
use crate::fault::Fault;

/// Finds or makes the persons of a batch and notes their registrations.
///
/// A candidate without a row in the answer was made by another transaction after
/// this statement's snapshot and has to be asked for again. Rows are inserted in
/// the order of their indexes, so two batches never wait for each other in a circle.
/// The second half of `seen` recognises a person without an e-mail that an
/// earlier attempt at the same batch has already made.
///
/// `found` locks the persons against the sweep until their registrations are noted,
/// in the order of their ids and in one go, as the sweep does. Whom the sweep or an
/// erasure took while it waited is not found, and is made anew by the same statement.
const FIND_OR_MAKE: &str = "
WITH asked AS MATERIALIZED (
    SELECT *
    FROM unnest($1::bigint[], $2::uuid[], $3::text[], $4::bytea[], $5::bytea[],
                $6::bytea[], $7::bytea[], $8::bytea[], $9::bytea[])
      AS asked (n, fresh, program, strong, soft, contact, identity, evidence, free_text)
), seen AS MATERIALIZED (
    SELECT n, id
    FROM asked
    JOIN person ON person.program = asked.program AND person.strong = asked.strong
    UNION ALL
    SELECT n, id
    FROM asked
    JOIN person ON person.id = asked.fresh
    WHERE asked.strong IS NULL AND person.strong IS NULL AND person.destroyed_at IS NULL
      AND person.program = asked.program AND person.soft IS NOT DISTINCT FROM asked.soft
), found AS MATERIALIZED (
    SELECT n, person.id, generation,
           ARRAY[contact_key, identity_key, evidence_key, free_text_key] AS keys
    FROM seen
    JOIN person ON person.id = seen.id
    WHERE person.destroyed_at IS NULL
    ORDER BY person.id
    FOR KEY SHARE OF person
), made AS (
    INSERT INTO person (id, program, strong, soft, generation,
                        contact_key, identity_key, evidence_key, free_text_key)
    SELECT fresh, program, strong, soft, $10, contact, identity, evidence, free_text
    FROM asked
    WHERE NOT EXISTS (SELECT FROM found WHERE found.n = asked.n)
    ORDER BY program, strong, fresh
    ON CONFLICT DO NOTHING
    RETURNING id
), named AS MATERIALIZED (
    SELECT n, id AS person, generation, keys FROM found
    UNION ALL
    SELECT n, made.id, NULL, NULL FROM made JOIN asked ON asked.fresh = made.id
), noted AS (
    INSERT INTO person_registration (person, workshop, registration)
    SELECT DISTINCT person, workshop, registration
    FROM unnest($11::bigint[], $12::uuid[], $13::uuid[]) AS note (n, workshop, registration)
    JOIN named USING (n)
    ORDER BY person, workshop, registration
    ON CONFLICT DO NOTHING
)
SELECT n, named.person, named.generation, named.keys, ARRAY(
    SELECT other.id
    FROM person AS other
    WHERE other.program = asked.program AND other.soft = asked.soft AND other.id <> named.person
    ORDER BY other.id DESC
    LIMIT 100
) AS look_alikes
FROM named JOIN asked USING (n)";

/// Holds what the statement says about one candidate.
#[derive(sqlx::FromRow)]
pub(super) struct Row {
    pub(super) n: i64,
    pub(super) person: Uuid,
    /// Absent where the person was made with the candidate's own keys.
    pub(super) generation: Option<i32>,
    pub(super) keys: Option<Vec<Vec<u8>>>,
    pub(super) look_alikes: Vec<Uuid>,
}

/// Runs the statement for the candidates that have no answer yet.
pub(super) async fn find_or_make(pool: &PgPool, batch: &Batch<'_>) -> Result<Vec<Row>, Fault> {
    let open: Vec<_> = batch.unanswered().collect();
    let notes: Vec<_> = batch.open_notes().collect();
    let key = |at: usize| -> Vec<_> {
        open.iter()
            .map(|(_, candidate)| candidate.wrapped[at])
            .collect()
    };
    sqlx::query_as(FIND_OR_MAKE)
        .bind(open.iter().map(|(n, _)| *n).collect::<Vec<_>>())
        .bind(open.iter().map(|(_, c)| c.fresh).collect::<Vec<_>>())
        .bind(open.iter().map(|(_, c)| c.program).collect::<Vec<_>>())
        .bind(
            open.iter()
                .map(|(_, c)| c.indexes.strong)
                .collect::<Vec<_>>(),
        )
        .bind(open.iter().map(|(_, c)| c.indexes.soft).collect::<Vec<_>>())
        .bind(key(0))
        .bind(key(1))
        .bind(key(2))
        .bind(key(3))
        .bind(batch.generation)
        .bind(notes.iter().map(|(n, _)| *n).collect::<Vec<_>>())
        .bind(notes.iter().map(|(_, q)| q.workshop).collect::<Vec<_>>())
        .bind(
            notes
                .iter()
                .map(|(_, q)| q.registration)
                .collect::<Vec<_>>(),
        )
        .fetch_all(pool)
        .await
        .map_err(Fault::while_doing("finding or making persons"))
}
