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
    access::{self, AccessFilter, AccessRecord, Recorded},
    block::{Plain, Sealed},
    cache::Cache,
    database,
    fault::Fault,
    found::{self, Found, Holding},
    key_encryption::KeyEncryption,
    recorder::Recorder,
};

const HELD_PERSONS: usize = 20_000;
const HELD_FOR: Duration = Duration::from_mins(1);

/// Opens blocks and records who saw them: the gateway's side of the vault.
///
/// Keys are held at most 60 seconds after they were read, for at most 20,000
/// persons, and wiped when they leave.
pub struct Opener {
    pool: PgPool,
    kek: Arc<KeyEncryption>,
    held: Mutex<Cache<Uuid, Arc<Holding>>>,
    recorder: Recorder,
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

impl Opener {
    /// Connects as `aw_gateway` with at most so many connections.
    pub async fn connect(
        url: &str,
        connections: u32,
        kek: Arc<KeyEncryption>,
    ) -> Result<Self, Fault> {
        let pool = database::connect(url, connections).await?;
        Ok(Self {
            recorder: Recorder::start(pool.clone()),
            pool,
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
    ///
    /// Those who record at the same time share a commit; a record that is alone does not wait for others.
    pub async fn record(&self, record: AccessRecord) -> Result<(), Fault> {
        self.recorder.record(record).await
    }

    /// Reads who was shown whose data, the last ones first.
    pub async fn records(&self, filter: &AccessFilter) -> Result<Vec<Recorded>, Fault> {
        access::read(&self.pool, filter).await
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

    async fn holdings(
        &self,
        persons: BTreeSet<Uuid>,
    ) -> Result<HashMap<Uuid, Arc<Holding>>, Fault> {
        let asked_at = Instant::now();
        let (mut known, unknown) = self.held(persons, asked_at);
        if unknown.is_empty() {
            return Ok(known);
        }
        let found = found::find(&self.pool, &self.kek, &unknown).await?;
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        for (person, holding) in found {
            let holding = Arc::new(holding);
            held.insert(person, Arc::clone(&holding), asked_at);
            known.insert(person, holding);
        }
        Ok(known)
    }

    fn held(
        &self,
        persons: BTreeSet<Uuid>,
        now: Instant,
    ) -> (HashMap<Uuid, Arc<Holding>>, Vec<Uuid>) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let mut known = HashMap::with_capacity(persons.len());
        let mut unknown = Vec::new();
        for person in persons {
            match held.get(&person, now) {
                Some(holding) => {
                    known.insert(person, Arc::clone(holding));
                }
                None => unknown.push(person),
            }
        }
        (known, unknown)
    }
}

impl fmt::Debug for Opener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Opener").finish_non_exhaustive()
    }
}

fn open(holding: Option<&Arc<Holding>>, block: &Sealed<'_>) -> Opening {
    let holding = holding.filter(|holding| holding.program == block.place.program);
    match holding.map(|holding| &holding.found) {
        Some(Found::Live(keys)) => keys.open(block).map_or(Opening::Damaged, Opening::Opened),
        Some(Found::Erased(at)) => Opening::Erased(*at),
        Some(Found::Damaged) | None => Opening::Damaged,
    }
}
