//! Connections, each bound to one scope.

use std::{
    num::NonZeroUsize,
    sync::{Mutex, PoisonError},
};

use lru::LruCache;
use sqlx::{
    PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};

use super::{IDLE, PATIENCE, Scope};
use crate::{Fault, SchemaName, connect_options};

/// How many scopes have connections at a time.
const SCOPES: NonZeroUsize = NonZeroUsize::new(20).expect("more than none");

/// The connections to one version: a pool for each scope.
///
/// Whoever asks gets connections that were made for their scope, so no statement sets a scope, none can forget to,
/// and a read stays one statement.
#[derive(Debug)]
pub(super) struct Pools {
    url: String,
    schema: SchemaName,
    connections: u32,
    by_scope: Mutex<LruCache<Scope, PgPool>>,
}

impl Pools {
    pub(super) fn new(url: &str, schema: &SchemaName, connections: u32) -> Self {
        Self {
            url: url.to_owned(),
            schema: schema.clone(),
            connections,
            by_scope: Mutex::new(LruCache::new(SCOPES)),
        }
    }

    /// Gives a scope's pool; it connects when it is first asked.
    ///
    /// Where there are too many scopes, the one asked longest ago loses its pool; who asks it at this moment is
    /// still answered.
    pub(super) fn of(&self, scope: &Scope) -> Result<PgPool, Fault> {
        let mut pools = self.by_scope.lock().unwrap_or_else(PoisonError::into_inner);
        let pool = pools.try_get_or_insert(scope.clone(), || self.connect(scope))?;
        Ok(pool.clone())
    }

    fn connect(&self, scope: &Scope) -> Result<PgPool, Fault> {
        let options = connect_options(&self.url, self.schema.as_str())?
            .options([
                ("default_transaction_read_only", "on"),
                // Planning takes longer than answering; statements are written for one plan whatever is asked.
                ("plan_cache_mode", "force_generic_plan"),
            ])
            .options(scope.settings());
        Ok(pool(options, self.connections))
    }

    /// Closes all connections and waits until they are closed.
    pub(super) async fn close(&self) {
        let pools: Vec<PgPool> = {
            let mut pools = self.by_scope.lock().unwrap_or_else(PoisonError::into_inner);
            std::iter::from_fn(|| pools.pop_lru().map(|(_, pool)| pool)).collect()
        };
        for pool in pools {
            pool.close().await;
        }
    }
}

/// Makes a pool of connections that have no scope.
pub(super) fn one_pool(url: &str, path: &str, connections: u32) -> Result<PgPool, Fault> {
    Ok(pool(connect_options(url, path)?, connections))
}

fn pool(options: PgConnectOptions, connections: u32) -> PgPool {
    PgPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(PATIENCE)
        .idle_timeout(IDLE)
        .connect_lazy_with(options.options([("statement_timeout", "5000")]))
}
