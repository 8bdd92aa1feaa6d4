//! One turn of work: from the checkpoint along the log, until something ends it.

use std::{
    sync::{
        OnceLock,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use anmeldewerk_contract::{Message, Position, watermark};
use anmeldewerk_journal::{Journal, message_hash, resume};
use anmeldewerk_read_model::{
    Batch, Entry, Fence, Outcome, PROJECTION, SchemaName, Skips, Version, Writer, Written,
};
use anmeldewerk_service::clock::Clock;
use tokio::time::{MissedTickBehavior, interval, timeout};

use crate::{
    ended::Ended,
    engine::{Accepted, Engine, bookmark},
    gauges,
    worker::Parts,
};

/// The most messages in one transaction.
const MAX_BATCH: usize = 2_000;

/// From so many messages in one transaction on there is a rush.
const BUSY: usize = 8;

/// How long the next transaction waits then; it is seen by nobody, as a rush's answers take longer.
const GATHER: Duration = Duration::from_millis(10);

/// How long a transaction may take; a database that hangs is a fault.
const MAX_TRANSACTION: Duration = Duration::from_secs(30);

/// How often the end of the log is looked at.
const MEASURE: Duration = Duration::from_secs(2);

/// How often versions are looked for that may be dropped.
const DROP: Duration = Duration::from_hours(1);

/// What a turn works with.
pub(crate) struct Turn<'w> {
    pub(crate) engine: &'w Engine,
    pub(crate) parts: &'w Parts,
    /// The version that is followed, once it is known.
    version: OnceLock<SchemaName>,
    /// How far the read model is, for the figures.
    reached: AtomicU64,
}

impl<'w> Turn<'w> {
    pub(crate) fn new(engine: &'w Engine, parts: &'w Parts) -> Self {
        Self {
            engine,
            parts,
            version: OnceLock::new(),
            reached: AtomicU64::new(0),
        }
    }

    /// Gives the version that the turn was about, if it came so far.
    pub(crate) fn version(&self) -> Option<&SchemaName> {
        self.version.get()
    }

    /// Takes the fence of the live version, proves the log and applies batch after batch; returns only when something
    /// went wrong, or another version went live.
    pub(crate) async fn work(&self) -> Ended {
        let Err(ended) = self.follow().await;
        ended
    }

    async fn follow(&self) -> Result<std::convert::Infallible, Ended> {
        let live = self.live().await?;
        let schema = self.version.get_or_init(|| live.schema.clone());
        let writer = Writer::connect(self.engine.registry.url(), &live)?;
        let taken = timeout(MAX_TRANSACTION, writer.take_fence()).await;
        let (fence, checkpoint) = taken.map_err(|_| Ended::Silence)??;
        self.parts.read_model.ready();
        let skips = self.engine.registry.skips().await?;
        let (mut follower, created) = resume(&self.engine.log, &bookmark(&checkpoint)).await?;
        self.parts.log.ready();
        gauges::regressed(false);
        tracing::info!(
            position = checkpoint.position.0,
            version = schema.as_str(),
            "following the log"
        );
        let mut position = checkpoint.position;
        self.reached(position, schema).await;
        loop {
            let messages = follower.batch(MAX_BATCH).await?;
            let entries = messages.iter().map(|it| entry(it, &skips)).collect();
            let batch = Batch::new(position, created, entries);
            self.apply(&writer, fence, &batch).await?;
            position = batch.to();
            self.reached(position, schema).await;
            if (BUSY..MAX_BATCH).contains(&messages.len()) {
                gather().await;
            }
        }
    }

    /// Gives the version that is asked; where none is, or one that other code has made, it is built first.
    async fn live(&self) -> Result<Version, Ended> {
        let registry = &self.engine.registry;
        let found = timeout(MAX_TRANSACTION, registry.live()).await;
        let live = found.map_err(|_| Ended::Silence)??;
        if let Some(live) = live.filter(Version::has_our_shape) {
            return Ok(live);
        }
        self.parts.read_model.unready("it is being built");
        let promoted = self.engine.rebuild(&Accepted::other_shape()).await?;
        tracing::info!(
            version = promoted.version.as_str(),
            before = promoted.before.as_ref().map(SchemaName::as_str),
            position = promoted.position.0,
            "a version of the read model was built and went live"
        );
        let found = registry.find(&promoted.version).await?;
        found.ok_or(Ended::TakenOver)
    }

    /// Drops versions whose time is over, for as long as the turn lasts.
    pub(crate) async fn tidy(&self, clock: &Clock) -> Ended {
        let mut pause = interval(DROP);
        pause.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            pause.tick().await;
            match self.engine.registry.drop_expired(clock.wall()).await {
                Ok(dropped) => {
                    for version in dropped {
                        tracing::info!(version = version.as_str(), "a version was dropped");
                    }
                }
                Err(fault) => tracing::warn!(%fault, "versions could not be dropped"),
            }
        }
    }

    async fn apply(&self, writer: &Writer, fence: Fence, batch: &Batch) -> Result<(), Ended> {
        let started = Instant::now();
        let applied = timeout(MAX_TRANSACTION, writer.apply(fence, batch)).await;
        match applied.map_err(|_| Ended::Silence)?? {
            Outcome::Moved(written) => {
                gauges::applied(batch.len(), &written, started.elapsed());
                report_parked(&written);
                Ok(())
            }
            Outcome::AlreadyThere => Ok(()),
            Outcome::SomeoneAhead | Outcome::FencedOff => Err(Ended::TakenOver),
        }
    }

    /// Tells those who wait how far which version has come.
    async fn reached(&self, position: Position, live: &SchemaName) {
        self.reached.store(position.0, Ordering::Relaxed);
        gauges::position(position);
        let text = format!("{position} {live}").into_bytes();
        let told = self
            .engine
            .log
            .publish_live(watermark(PROJECTION), text)
            .await;
        if let Err(error) = told {
            // Nobody relies on it: whoever waits also looks.
            tracing::debug!(error = %error, "a watermark was not published");
        }
    }

    /// Shows how far behind the read model is; ends the turn where another version went live meanwhile.
    pub(crate) async fn measure(&self) -> Ended {
        let mut pause = interval(MEASURE);
        pause.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            pause.tick().await;
            // A log that does not answer shows elsewhere: the follower loses it too.
            if let Ok(state) = self.engine.log.state().await {
                let reached = Position(self.reached.load(Ordering::Relaxed));
                gauges::lag(reached, state.last);
            }
            if let Ok(Some(live)) = self.engine.registry.live().await
                && self.version().is_some_and(|ours| *ours != live.schema)
            {
                return Ended::TakenOver;
            }
        }
    }
}

/// Lets messages come together: in a rush a transaction for a handful costs more than it moves.
async fn gather() {
    #[expect(
        clippy::disallowed_methods,
        reason = "a bounded pause between transactions"
    )]
    tokio::time::sleep(GATHER).await;
}

fn entry(message: &Message, skips: &Skips) -> Entry {
    Entry::read_unless_skipped(message, message_hash(message), skips)
}

fn report_parked(written: &Written) {
    for parked in &written.newly_parked {
        tracing::error!(
            subject = parked.subject.as_str(),
            position = parked.since.0,
            code = parked.poison.code(),
            "a subject is parked: its rows stand still"
        );
    }
}
