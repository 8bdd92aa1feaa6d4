use std::{
    collections::{BTreeSet, HashMap},
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use jiff::Timestamp;
use sqlx::PgPool;
use tokio::time::Instant;
use uuid::Uuid;

use crate::{
    access::{self, AccessRecord},
    block::{Plain, Sealed},
    cache::Cache,
    data_key::DataKeys,
    database,
    fault::Fault,
    key_encryption::KeyEncryption,
};

const HELD_PERSONS: usize = 20_000;
const HELD_FOR: Duration = Duration::from_mins(1);

const FIND: &str = "
SELECT id, program, generation,
       CASE WHEN destroyed_at IS NULL
            THEN ARRAY[contact_key, identity_key, evidence_key, free_text_key] END AS keys,
       (extract(epoch FROM destroyed_at) * 1000000)::bigint AS destroyed_at_us
FROM person
WHERE id = ANY($1)";

/// Opens blocks and records who saw them: the gateway's side of the vault.
///
/// Keys are held at most 60 seconds after they were read, for at most 20,000
/// persons, and wiped when they leave.
pub struct Opener {
    pool: PgPool,
    kek: Arc<KeyEncryption>,
    held: Mutex<Cache<Uuid, Holding>>,
}

/// Says what became of a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opening {
    /// The data, as it was sealed.
    Opened(Plain),
    /// The person's keys were destroyed at this time.
    Erased(Timestamp),
    /// The block is not authentic at its place, not what was committed to, or its person is unknown.
    Damaged,
}

/// Holds what the vault says about a person.
#[derive(Clone)]
struct Holding {
    program: Arc<str>,
    state: State,
}

#[derive(Clone)]
enum State {
    Live(DataKeys),
    Destroyed(Timestamp),
    /// The keys do not unwrap.
    Damaged,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    program: String,
    generation: i32,
    keys: Option<Vec<Vec<u8>>>,
    destroyed_at_us: Option<i64>,
}

impl Opener {
    /// Connects as `aw_gateway` with at most so many connections.
    pub async fn connect(
        url: &str,
        connections: u32,
        kek: Arc<KeyEncryption>,
    ) -> Result<Self, Fault> {
        Ok(Self {
            pool: database::connect(url, connections).await?,
            kek,
            held: Mutex::new(Cache::new(HELD_PERSONS, HELD_FOR)),
        })
    }

    /// Opens the blocks of a page; an answer for each, in order.
    ///
    /// The vault is asked at most once, for the persons whose keys are not held.
    pub async fn open_many(&self, blocks: &[Sealed<'_>]) -> Result<Vec<Opening>, Fault> {
        let persons: BTreeSet<Uuid> = blocks.iter().map(|block| block.place.person).collect();
        let holdings = self.holdings(persons).await?;
        Ok(blocks
            .iter()
            .map(|block| open(holdings.get(&block.place.person), block))
            .collect())
    }

    /// Records an access. To be called before the answer leaves.
    pub async fn record(&self, record: &AccessRecord) -> Result<(), Fault> {
        access::insert(&self.pool, record).await
    }

    /// Forgets the keys of persons that were erased just now.
    pub fn forget(&self, persons: &[Uuid]) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        for person in persons {
            held.remove(person);
        }
    }

    /// Asks the database for a sign of life.
    pub async fn ping(&self) -> Result<(), Fault> {
        database::ping(&self.pool).await
    }

    /// Closes every connection, after those at work have finished.
    pub async fn close(&self) {
        self.pool.close().await;
    }

    async fn holdings(&self, persons: BTreeSet<Uuid>) -> Result<HashMap<Uuid, Holding>, Fault> {
        let asked_at = Instant::now();
        let (mut known, unknown) = self.held(persons, asked_at);
        if unknown.is_empty() {
            return Ok(known);
        }
        let rows = self.find(&unknown).await?;
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        for row in rows {
            let person = row.id;
            let holding = self.holding(row)?;
            held.insert(person, holding.clone(), asked_at);
            known.insert(person, holding);
        }
        Ok(known)
    }

    fn held(&self, persons: BTreeSet<Uuid>, now: Instant) -> (HashMap<Uuid, Holding>, Vec<Uuid>) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let mut known = HashMap::with_capacity(persons.len());
        let mut unknown = Vec::new();
        for person in persons {
            match held.get(&person, now) {
                Some(holding) => {
                    known.insert(person, holding.clone());
                }
                None => unknown.push(person),
            }
        }
        (known, unknown)
    }

    async fn find(&self, persons: &[Uuid]) -> Result<Vec<Row>, Fault> {
        sqlx::query_as(FIND)
            .bind(persons)
            .fetch_all(&self.pool)
            .await
            .map_err(Fault::while_doing("finding the keys of persons"))
    }

    /// Unwraps the keys of a row. A single damaged row spoils its own blocks only;
    /// a missing generation concerns everybody and is a fault.
    fn holding(&self, row: Row) -> Result<Holding, Fault> {
        let state = match (
            row.keys,
            row.destroyed_at_us.map(Timestamp::from_microsecond),
        ) {
            (_, Some(Ok(at))) => State::Destroyed(at),
            (Some(wrapped), None) => {
                match self.kek.unwrap_person(row.id, row.generation, &wrapped) {
                    Ok(keys) => State::Live(keys),
                    Err(Fault::DamagedKey { .. }) => State::Damaged,
                    Err(fault) => return Err(fault),
                }
            }
            (_, Some(Err(_))) | (None, None) => State::Damaged,
        };
        Ok(Holding {
            program: row.program.into(),
            state,
        })
    }
}

impl fmt::Debug for Opener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Opener").finish_non_exhaustive()
    }
}

fn open(holding: Option<&Holding>, block: &Sealed<'_>) -> Opening {
    match holding.filter(|holding| &*holding.program == block.place.program) {
        Some(Holding {
            state: State::Live(keys),
            ..
        }) => keys.open(block).map_or(Opening::Damaged, Opening::Opened),
        Some(Holding {
            state: State::Destroyed(at),
            ..
        }) => Opening::Erased(*at),
        Some(Holding {
            state: State::Damaged,
            ..
        })
        | None => Opening::Damaged,
    }
}
