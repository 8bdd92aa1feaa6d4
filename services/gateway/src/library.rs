//! Documents as they are read: bytes on their way from the object store to whoever asks.

use std::sync::{Arc, OnceLock};

use anmeldewerk_contract::problem::Code;
use anmeldewerk_documents::{Content, Fault, Key, Store};
use anmeldewerk_service::{
    outlet::{self, Outlet, Stopped},
    problem::Problem,
    server::Connection,
    telemetry::chain,
};
use async_nats::Client;
use axum::body::Body;
use sha2::{Digest, Sha256};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How many documents are read at a time; one more is refused at once.
const PLACES: usize = 32;
/// After how many seconds it is worth trying again.
const RETRY_S: u32 = 2;

/// Where documents are read. Clones share it.
#[derive(Clone, Debug)]
pub(crate) struct Library(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    store: OnceLock<Store>,
    places: Arc<Semaphore>,
}

impl Default for Library {
    fn default() -> Self {
        Self(Arc::new(Inner {
            store: OnceLock::new(),
            places: Arc::new(Semaphore::new(PLACES)),
        }))
    }
}

/// A document that is being read.
pub(crate) struct Loan {
    key: Key,
    content: Content,
    _place: OwnedSemaphorePermit,
}

/// Which bytes of a document: the first, and the one behind the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) from: u64,
    pub(crate) to: u64,
}

/// Why a document goes no further.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Stopped(#[from] Stopped),
    #[error("the store gave no bytes")]
    Store(#[from] Fault),
    #[error("the bytes are not those that the log names")]
    Other,
}

impl Library {
    /// Opens it on a connection.
    pub(crate) fn open(&self, client: Client) {
        // Whoever was faster has opened the same.
        let _ = self.0.store.set(Store::new(client));
    }

    /// Looks for a document of so many bytes.
    pub(crate) async fn lend(&self, key: Key, size: u64) -> Result<Loan, Problem> {
        let place = Arc::clone(&self.0.places).try_acquire_owned();
        let place = place.map_err(|_| unavailable())?;
        let store = self.0.store.get().ok_or_else(unavailable)?;
        match store.open(key).await {
            Ok(Some(content)) if content.left() == size => Ok(Loan {
                key,
                content,
                _place: place,
            }),
            Ok(found) => {
                let found = found.map(|content| content.left());
                tracing::error!(
                    document = key.name(),
                    found,
                    size,
                    "a document is not there"
                );
                Err(unavailable())
            }
            Err(fault) => {
                tracing::error!(error = %chain(&fault), "a document could not be opened");
                Err(unavailable())
            }
        }
    }
}

impl Loan {
    /// Sends a span of it, as its reader takes it.
    pub(crate) fn send(self, span: Span, connection: Connection) -> Body {
        let (outlet, body) = outlet::body(connection, outlet::ROOM);
        tokio::spawn(run(self, span, outlet));
        body
    }

    /// Writes the span; the whole is compared with its hash before its last bytes are sent.
    async fn write(mut self, span: Span, outlet: &Outlet) -> Result<(), Failure> {
        let whole = span.from == 0 && self.content.left() == span.to;
        let mut hash = Sha256::new();
        let mut at = 0;
        while at < span.to
            && let Some(bytes) = self.content.next().await?
        {
            let read = at + u64::try_from(bytes.len()).unwrap_or(u64::MAX);
            if whole {
                hash.update(&bytes);
                let last = read >= span.to;
                if last && hash.clone().finalize()[..] != self.key.content.0 {
                    return Err(Failure::Other);
                }
            }
            let within = |place: u64| usize::try_from(place.clamp(at, read) - at).unwrap_or(0);
            let (from, to) = (within(span.from), within(span.to));
            outlet.send(bytes.slice(from..to)).await?;
            at = read;
        }
        // Whoever has as many bytes as were announced may be gone before they hear of the end.
        let _ = outlet.finish().await;
        Ok(())
    }
}

async fn run(loan: Loan, span: Span, outlet: Outlet) {
    let document = loan.key.name();
    if let Err(failure) = loan.write(span, &outlet).await {
        tracing::warn!(error = %chain(&failure), document, "a document broke off");
        outlet.break_off();
    }
}

fn unavailable() -> Problem {
    Problem::new(Code::DocumentsUnavailable).retry_after_s(RETRY_S)
}
