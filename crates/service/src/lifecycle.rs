//! The life of a process: told to stop once, it stops softly, and hard when that takes too long.
//!
//! Stopping has an order: first no new connections and no new events on live streams ([`Shutdown::requested`]),
//! then, when every request in flight is answered, the work behind them ([`Shutdown::drained`]).

use std::collections::HashMap;
use std::io;

use tokio::signal::unix::{SignalKind, signal};
use tokio::task::{Id, JoinError, JoinSet};
use tokio_util::sync::CancellationToken;

/// Any error that can be sent between tasks.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Tells all parts of a process when to stop; cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Shutdown {
    requested: CancellationToken,
    drained: CancellationToken,
    hard: CancellationToken,
}

impl Shutdown {
    /// Listens to SIGTERM and SIGINT from now on: the first asks to stop, the second stops hard.
    pub fn listen_to_signals(&self) -> io::Result<()> {
        let (mut terminate, mut interrupt) = (
            signal(SignalKind::terminate())?,
            signal(SignalKind::interrupt())?,
        );
        let shutdown = self.clone();
        tokio::spawn(async move {
            for stop in [&shutdown.requested, &shutdown.hard] {
                tokio::select! {
                    _ = terminate.recv() => {}
                    _ = interrupt.recv() => {}
                }
                stop.cancel();
            }
        });
        Ok(())
    }

    /// Asks the process to stop.
    pub fn request(&self) {
        self.requested.cancel();
    }

    /// Says whether the process was asked to stop.
    #[must_use]
    pub fn is_requested(&self) -> bool {
        self.requested.is_cancelled()
    }

    /// Waits until the process is asked to stop; live streams end here, or shutdown would wait for them.
    pub async fn requested(&self) {
        self.requested.cancelled().await;
    }

    /// Waits until the last request is answered; tasks that serve requests end here.
    pub async fn drained(&self) {
        self.drained.cancelled().await;
    }

    pub(crate) fn request_token(&self) -> CancellationToken {
        self.requested.clone()
    }

    pub(crate) fn drain(&self) {
        self.drained.cancel();
    }

    pub(crate) async fn hard(&self) {
        self.hard.cancelled().await;
    }
}

/// The tasks without which a process cannot do its work; one that ends early ends the process with failure.
///
/// A task returns `Ok` only after [`Shutdown::requested`] or [`Shutdown::drained`].
#[derive(Debug, Default)]
pub struct Tasks {
    set: JoinSet<Result<(), BoxError>>,
    names: HashMap<Id, &'static str>,
}

/// Says how a task ended that should not have.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TaskError {
    /// The task returned although nobody asked the process to stop.
    #[error("task {0} returned early")]
    Returned(&'static str),
    /// The task gave up.
    #[error("task {name} failed")]
    Failed {
        /// Which task.
        name: &'static str,
        /// Why.
        source: BoxError,
    },
    /// The task panicked; the panic hook has logged where.
    #[error("task {0} panicked")]
    Panicked(&'static str),
    /// The task did not end in time after the process was asked to stop.
    #[error("task {0} did not stop in time")]
    Hung(&'static str),
}

impl Tasks {
    /// Starts a task.
    pub fn spawn<F, E>(&mut self, name: &'static str, task: F)
    where
        F: Future<Output = Result<(), E>> + Send + 'static,
        E: Into<BoxError>,
    {
        let handle = self
            .set
            .spawn(async move { task.await.map_err(Into::into) });
        self.names.insert(handle.id(), name);
    }

    /// Waits until a task ends, which is a failure whatever it returns; for ever if there is none.
    pub(crate) async fn first_death(&mut self) -> TaskError {
        match self.set.join_next_with_id().await {
            Some(Ok((id, Ok(())))) => TaskError::Returned(self.name(id)),
            Some(Ok((id, Err(source)))) => TaskError::Failed {
                name: self.name(id),
                source,
            },
            Some(Err(error)) => self.panicked(&error),
            None => std::future::pending().await,
        }
    }

    /// Waits until all tasks have ended, after they were asked to.
    pub(crate) async fn join(&mut self) -> Result<(), TaskError> {
        while let Some(ended) = self.set.join_next_with_id().await {
            match ended {
                Ok((id, Ok(()))) => drop(self.names.remove(&id)),
                Ok((id, Err(source))) => {
                    return Err(TaskError::Failed {
                        name: self.name(id),
                        source,
                    });
                }
                Err(error) => return Err(self.panicked(&error)),
            }
        }
        Ok(())
    }

    /// Names one of the tasks that still run.
    pub(crate) fn hung(&self) -> TaskError {
        TaskError::Hung(self.names.values().min().copied().unwrap_or("none"))
    }

    fn panicked(&mut self, error: &JoinError) -> TaskError {
        TaskError::Panicked(self.name(error.id()))
    }

    fn name(&mut self, id: Id) -> &'static str {
        self.names.remove(&id).unwrap_or("unnamed")
    }
}
