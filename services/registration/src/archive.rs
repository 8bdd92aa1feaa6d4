//! Where documents are kept before a decision names them.

use std::sync::Arc;

use anmeldewerk_contract::problem::Code;
use anmeldewerk_documents::{Key, Store};
use anmeldewerk_service::{problem::Problem, telemetry::chain};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How many documents are taken in at once: each is whole in memory until it is kept.
const AT_ONCE: usize = 4;
/// After how many seconds it is worth trying again.
const RETRY_S: u32 = 2;

/// Takes documents in. A clone shares it.
#[derive(Clone, Debug)]
pub(crate) struct Archive {
    store: Store,
    places: Arc<Semaphore>,
}

/// A place for one document.
pub(crate) struct Place {
    _permit: OwnedSemaphorePermit,
}

impl Archive {
    pub(crate) fn new(store: Store) -> Self {
        Self {
            store,
            places: Arc::new(Semaphore::new(AT_ONCE)),
        }
    }

    /// Takes a place; whoever finds none is told so before they have sent anything.
    pub(crate) fn enter(&self) -> Result<Place, Problem> {
        let permit = Arc::clone(&self.places).try_acquire_owned();
        let permit = permit.map_err(|_| unavailable())?;
        Ok(Place { _permit: permit })
    }

    /// Keeps bytes; when this returns they are durable.
    pub(crate) async fn keep(&self, key: Key, bytes: &[u8]) -> Result<(), Problem> {
        let kept = self.store.keep(key, bytes).await;
        kept.map_err(|fault| {
            tracing::error!(error = %chain(&fault), "a document could not be kept");
            unavailable()
        })
    }
}

fn unavailable() -> Problem {
    Problem::new(Code::DocumentsUnavailable).retry_after_s(RETRY_S)
}
