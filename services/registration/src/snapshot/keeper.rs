//! The task that extends snapshots, one after another, behind everybody's back.

use std::{convert::Infallible, sync::Arc, time::Duration};

use anmeldewerk_domain::Boundary;
use anmeldewerk_journal::Journal;
use anmeldewerk_service::{clock::Stopwatch, lifecycle::Shutdown, telemetry::chain};
use tokio::sync::mpsc;

use super::{Place, extend::ExtendError};

/// So long nothing is written after the folder has taken no more.
const PAUSE: Duration = Duration::from_mins(1);

/// Extends what is wished for.
pub(crate) struct Keeper {
    place: Arc<Place>,
    heard: mpsc::Receiver<Boundary>,
    /// Since when the folder takes no more.
    refused: Option<Stopwatch>,
}

impl Keeper {
    pub(super) fn new(place: Arc<Place>, heard: mpsc::Receiver<Boundary>) -> Self {
        Self {
            place,
            heard,
            refused: None,
        }
    }

    /// Works until the process is to stop; what is half written then is cut off by the next writer.
    pub(crate) async fn run<J: Journal>(
        mut self,
        journal: J,
        shutdown: Shutdown,
    ) -> Result<(), Infallible> {
        tokio::select! {
            () = shutdown.requested() => return Ok(()),
            () = self.extend_all(&journal) => {}
        }
        shutdown.requested().await;
        Ok(())
    }

    /// Extends everything that is wished for, until nobody is left who could wish.
    pub(crate) async fn extend_all<J: Journal>(&mut self, journal: &J) {
        while let Some(boundary) = self.heard.recv().await {
            if self.rests() {
                continue;
            }
            let took = Stopwatch::start();
            if let Err(error) = self.place.extend(journal, &boundary).await {
                self.note(&error);
            }
            metrics::histogram!("snapshot_extend_seconds").record(took.elapsed().as_secs_f64());
        }
    }

    fn rests(&self) -> bool {
        let since = self.refused.as_ref().map(Stopwatch::elapsed);
        since.is_some_and(|since| since < PAUSE)
    }

    fn note(&mut self, error: &ExtendError) {
        metrics::counter!("snapshot_failures_total").increment(1);
        tracing::warn!(error = %chain(error), "a snapshot could not be extended");
        if error.is_of_the_folder() {
            self.refused = Some(Stopwatch::start());
        }
    }
}
