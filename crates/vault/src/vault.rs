use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, PoisonError, RwLock},
    time::Duration,
};

use sqlx::PgPool;
use uuid::Uuid;

use crate::{
    cache::Cache,
    data_key::SecretKey,
    database,
    fault::Fault,
    key_encryption::{KeyEncryption, Owner},
};

const ACTORS: usize = 10_000;
const ACTOR_LIFETIME: Duration = Duration::from_hours(24);
const PROGRAMS: usize = 1_000;

/// Finds and makes persons and actors: the registration service's side of the vault.
pub struct Vault {
    pub(crate) pool: PgPool,
    pub(crate) kek: Arc<KeyEncryption>,
    /// Actors by the hash of issuer and subject, so that no name stays in memory.
    pub(crate) actors: Mutex<Cache<[u8; 32], Uuid>>,
    index_keys: RwLock<HashMap<String, Arc<SecretKey>>>,
}

impl Vault {
    /// Connects as `aw_registration` with at most so many connections.
    pub async fn connect(
        url: &str,
        connections: u32,
        kek: Arc<KeyEncryption>,
    ) -> Result<Self, Fault> {
        Ok(Self {
            pool: database::connect(url, connections).await?,
            kek,
            actors: Mutex::new(Cache::new(ACTORS, ACTOR_LIFETIME)),
            index_keys: RwLock::default(),
        })
    }

    /// Asks the database for a sign of life.
    pub async fn ping(&self) -> Result<(), Fault> {
        database::ping(&self.pool).await
    }

    /// Closes every connection, after those at work have finished.
    pub async fn close(&self) {
        self.pool.close().await;
    }

    /// Returns the index key of a program, made on first use.
    pub(crate) async fn index_key(&self, program: &str) -> Result<Arc<SecretKey>, Fault> {
        let known = self
            .index_keys
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(program)
            .cloned();
        if let Some(key) = known {
            return Ok(key);
        }
        let key = Arc::new(self.find_or_make_index_key(program).await?);
        self.remember_index_key(program, &key);
        Ok(key)
    }

    fn remember_index_key(&self, program: &str, key: &Arc<SecretKey>) {
        let mut keys = self
            .index_keys
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        if keys.len() < PROGRAMS {
            keys.insert(program.to_owned(), Arc::clone(key));
        }
    }

    async fn find_or_make_index_key(&self, program: &str) -> Result<SecretKey, Fault> {
        if let Some(key) = self.find_index_key(program).await? {
            return Ok(key);
        }
        self.make_index_key(program).await?;
        // Somebody else's may have come first; the stored one is the right one.
        self.find_index_key(program)
            .await?
            .ok_or_else(|| Fault::DamagedIndexKey {
                program: program.to_owned(),
            })
    }

    async fn find_index_key(&self, program: &str) -> Result<Option<SecretKey>, Fault> {
        let row: Option<(Vec<u8>, i32)> =
            sqlx::query_as("SELECT wrapped, generation FROM program_key WHERE program = $1")
                .bind(program)
                .fetch_optional(&self.pool)
                .await
                .map_err(Fault::while_doing("finding the index key of a program"))?;
        row.map(|(wrapped, generation)| {
            self.kek.unwrap(Owner::Index(program), generation, &wrapped)
        })
        .transpose()
    }

    async fn make_index_key(&self, program: &str) -> Result<(), Fault> {
        let wrapped = self
            .kek
            .wrap(Owner::Index(program), &SecretKey::generate()?)?;
        sqlx::query(
            "INSERT INTO program_key (program, wrapped, generation) VALUES ($1, $2, $3)
             ON CONFLICT (program) DO NOTHING",
        )
        .bind(program)
        .bind(wrapped)
        .bind(self.kek.current())
        .execute(&self.pool)
        .await
        .map(drop)
        .map_err(Fault::while_doing("making the index key of a program"))
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vault").finish_non_exhaustive()
    }
}
