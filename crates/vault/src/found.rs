use std::collections::{BTreeSet, HashMap};

use jiff::Timestamp;
use sqlx::PgPool;
use uuid::Uuid;

use crate::{data_key::DataKeys, fault::Fault, key_encryption::KeyEncryption, vault::Vault};

const FIND: &str = "
SELECT id, program, generation,
       CASE WHEN destroyed_at IS NULL
            THEN ARRAY[contact_key, identity_key, evidence_key, free_text_key] END AS keys,
       (extract(epoch FROM destroyed_at) * 1000000)::bigint AS destroyed_at_us
FROM person
WHERE id = ANY($1)";

/// Says what the vault holds of a person it was asked for by id.
#[derive(Clone, Debug)]
pub enum Found {
    /// The keys under which their data is sealed and opened.
    Live(DataKeys),
    /// Their keys were destroyed at this time.
    Erased(Timestamp),
    /// Their keys do not unwrap; nothing of theirs opens, and nothing is to be sealed.
    Damaged,
}

/// Joins what the vault holds of a person with the program they belong to.
pub(crate) struct Holding {
    pub(crate) program: String,
    pub(crate) found: Found,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    program: String,
    generation: i32,
    keys: Option<Vec<Vec<u8>>>,
    destroyed_at_us: Option<i64>,
}

impl Vault {
    /// Finds the keys of persons by id, in one statement; whom the vault never knew
    /// is not in the answer.
    ///
    /// A damaged person spoils no other. A missing generation of the key-encryption
    /// key concerns everybody and is a fault. Nothing is held: an erased person is
    /// erased for the next call.
    pub async fn known(&self, persons: &[Uuid]) -> Result<HashMap<Uuid, Found>, Fault> {
        let persons: BTreeSet<Uuid> = persons.iter().copied().collect();
        if persons.is_empty() {
            return Ok(HashMap::new());
        }
        let persons: Vec<Uuid> = persons.into_iter().collect();
        let holdings = find(&self.pool, &self.kek, &persons).await?;
        Ok(holdings
            .into_iter()
            .map(|(person, holding)| (person, holding.found))
            .collect())
    }
}

/// Finds what the vault holds of persons, each of whom is named once.
pub(crate) async fn find(
    pool: &PgPool,
    kek: &KeyEncryption,
    persons: &[Uuid],
) -> Result<Vec<(Uuid, Holding)>, Fault> {
    let rows: Vec<Row> = sqlx::query_as(FIND)
        .bind(persons)
        .fetch_all(pool)
        .await
        .map_err(Fault::while_doing("finding the keys of persons"))?;
    rows.into_iter()
        .map(|row| Ok((row.id, row.holding(kek)?)))
        .collect()
}

impl Row {
    fn holding(self, kek: &KeyEncryption) -> Result<Holding, Fault> {
        let destroyed_at = self.destroyed_at_us.map(Timestamp::from_microsecond);
        let found = match (self.keys, destroyed_at) {
            (_, Some(Ok(at))) => Found::Erased(at),
            (Some(wrapped), None) => unwrap(kek, self.id, self.generation, &wrapped)?,
            (_, Some(Err(_))) | (None, None) => Found::Damaged,
        };
        Ok(Holding {
            program: self.program,
            found,
        })
    }
}

/// Unwraps the keys of a row. A damaged row spoils its own person only; a missing
/// generation is a fault.
fn unwrap(
    kek: &KeyEncryption,
    person: Uuid,
    generation: i32,
    wrapped: &[Vec<u8>],
) -> Result<Found, Fault> {
    match kek.unwrap_person(person, generation, wrapped) {
        Ok(keys) => Ok(Found::Live(keys)),
        Err(Fault::DamagedKey { .. }) => Ok(Found::Damaged),
        Err(fault) => Err(fault),
    }
}
