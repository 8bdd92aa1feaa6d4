//! Boundaries on their way into memory, and the commands that wait for them; nobody else does.

use std::{collections::HashMap, sync::Arc, time::Duration};

use anmeldewerk_contract::{DecodeError, Message, Position, Subject, decode};
use anmeldewerk_domain::{Boundary, State};
use anmeldewerk_journal::{Journal, ReadError};
use tokio::{sync::Semaphore, task::JoinSet};

use super::{Job, cell::Cell};
use crate::snapshot::Shelf;

/// How many boundaries are read at once.
const AT_ONCE: usize = 32;
/// How many messages are read at once.
const PAGE: usize = 5_000;
/// How often a replica that lags behind the leader is asked again.
const LAGGING: u32 = 20;
/// The pause before that.
const LAG: Duration = Duration::from_millis(25);
/// The pause before a boundary is read again after a conflict; it doubles, with a jitter.
const PAUSE: Duration = Duration::from_millis(20);

/// Why a boundary could not be loaded.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LoadError {
    /// The log could not be read.
    #[error("log could not be read")]
    Read(#[from] ReadError),
    /// A message of the boundary is not known to this version.
    #[error("message at {at} is not known to this version")]
    Unknown {
        at: Position,
        #[source]
        source: DecodeError,
    },
}

/// A boundary that was read, and who waited for it.
pub(super) struct Loaded {
    pub(super) boundary: Boundary,
    pub(super) cell: Result<Cell, LoadError>,
    pub(super) jobs: Vec<Job>,
}

/// What is being read.
pub(super) struct Loading {
    pub(super) shelf: Shelf,
    readers: JoinSet<(Boundary, Result<Cell, LoadError>)>,
    places: Arc<Semaphore>,
    waiting: HashMap<Boundary, Vec<Job>>,
}

impl Loading {
    /// Reads with the help of what stands on a shelf.
    pub(super) fn new(shelf: Shelf) -> Self {
        Self {
            shelf,
            readers: JoinSet::new(),
            places: Arc::new(Semaphore::new(AT_ONCE)),
            waiting: HashMap::new(),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Says whether a boundary is being read.
    pub(super) fn reads(&self, boundary: &Boundary) -> bool {
        self.waiting.contains_key(boundary)
    }

    /// Lets a job wait for its boundary, which is read unless it is so already.
    pub(super) fn park<J: Journal>(&mut self, journal: &J, job: Job) {
        let boundary = job.asked.boundary.clone();
        let pause = (job.rounds > 0).then(|| pause(job.rounds));
        let waiting = self.waiting.entry(boundary.clone()).or_default();
        waiting.push(job);
        if waiting.len() > 1 {
            return;
        }
        metrics::counter!("writer_cell_loads_total").increment(1);
        let (journal, places) = (journal.clone(), Arc::clone(&self.places));
        let snapshots = self.shelf.clone();
        self.readers.spawn(async move {
            if let Some(pause) = pause {
                wait(pause).await;
            }
            // The semaphore is never closed.
            let _place = places.acquire().await;
            let cell = read(&journal, &snapshots, &boundary).await;
            (boundary, cell)
        });
    }

    /// Waits for the next boundary; with none being read for ever.
    pub(super) async fn next(&mut self) -> Loaded {
        match self.readers.join_next().await {
            None => std::future::pending().await,
            Some(Ok((boundary, cell))) => Loaded {
                jobs: self.waiting.remove(&boundary).unwrap_or_default(),
                boundary,
                cell,
            },
            Some(Err(error)) => std::panic::resume_unwind(error.into_panic()),
        }
    }
}

/// Two services in conflict must not stay in step.
fn pause(round: u32) -> Duration {
    let [jitter] = crate::fresh::random_bytes();
    let longest = PAUSE.saturating_mul(1 << round.min(6));
    longest.mul_f64(0.5 + f64::from(jitter) / 510.0)
}

async fn wait(span: Duration) {
    #[expect(
        clippy::disallowed_methods,
        reason = "a bounded pause before reading again"
    )]
    tokio::time::sleep(span).await;
}

/// Reads a boundary to its end, as the leader sees it.
pub(super) async fn read<J: Journal>(
    journal: &J,
    shelf: &Shelf,
    boundary: &Boundary,
) -> Result<Cell, LoadError> {
    let subject = Subject::from(boundary);
    let fresh = (Cell::new(boundary), Cell::replay);
    let shelved = shelf.load(journal, boundary, fresh).await;
    let mut cell = shelved.unwrap_or_else(|| Cell::new(boundary));
    cell.unshelved = 0;
    for _ in 0..LAGGING {
        read_on(journal, &subject, &mut cell).await?;
        let last = journal.last(&subject).await?;
        if last.is_none_or(|last| last.position <= cell.tail) {
            return Ok(cell);
        }
        wait(LAG).await;
    }
    // The replica still lags; an append or a look at the leader tells when it matters.
    Ok(cell)
}

/// Reads a boundary beside the writer: as the leader has it, and where its last decision stands.
pub(crate) async fn look<J: Journal>(
    journal: &J,
    shelf: &Shelf,
    boundary: &Boundary,
) -> Result<State, LoadError> {
    let cell = read(journal, shelf, boundary).await?;
    Ok(cell.state)
}

/// Reads a boundary as it was when something was decided at a position: from the log alone.
pub(crate) async fn before<J: Journal>(
    journal: &J,
    boundary: &Boundary,
    position: Position,
) -> Result<State, LoadError> {
    let subject = Subject::from(boundary);
    let mut cell = Cell::new(boundary);
    loop {
        let page = journal.page(&subject, cell.tail, PAGE).await?;
        let read = page.len();
        for message in page {
            if message.position >= position {
                return Ok(cell.state);
            }
            replay(&mut cell, &message)?;
        }
        if read < PAGE {
            return Ok(cell.state);
        }
        tokio::task::yield_now().await;
    }
}

async fn read_on<J: Journal>(
    journal: &J,
    subject: &Subject,
    cell: &mut Cell,
) -> Result<(), LoadError> {
    loop {
        let page = journal.page(subject, cell.tail, PAGE).await?;
        let read = page.len();
        for message in page {
            replay(cell, &message)?;
        }
        if read < PAGE {
            return Ok(());
        }
        // A long history must not keep the other tasks of this thread waiting.
        tokio::task::yield_now().await;
    }
}

fn replay(cell: &mut Cell, message: &Message) -> Result<(), LoadError> {
    let at = message.position;
    let recorded = decode(message).map_err(|source| LoadError::Unknown { at, source })?;
    cell.replay(&recorded);
    Ok(())
}
