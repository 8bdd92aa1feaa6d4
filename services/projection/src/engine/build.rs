//! Bringing one version on along the log.

use std::time::{Duration, Instant};

use anmeldewerk_contract::Position;
use anmeldewerk_domain::Instant as Time;
use anmeldewerk_journal::{Bookmark, Journal};
use anmeldewerk_read_model::{
    Batch, Checkpoint, Fence, Outcome, SchemaName, Stage, Version, Writer,
};
use jiff::Timestamp;

use super::{
    Engine, Failed, Progress,
    read::{Part, Reader},
};
use crate::gauges;

/// How often it is told how far a build has come.
const TOLD: Duration = Duration::from_secs(1);

/// How far a build is to come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Until {
    /// To the end of the log as it is now.
    End,
    /// To this position.
    Position(Position),
    /// Before the first decision that is later than this.
    Time(Timestamp),
}

/// A version that is brought on by this process alone.
pub(crate) struct Build<'e> {
    engine: &'e Engine,
    version: Version,
    writer: Writer,
    fence: Fence,
    checkpoint: Checkpoint,
}

impl<'e> Build<'e> {
    /// Takes a version; whoever wrote it before is fenced off. To be called with the lead in it.
    ///
    /// How far it is made is asked again: whoever had the lead before may have brought it further.
    pub(crate) async fn open(engine: &'e Engine, schema: &SchemaName) -> Result<Self, Failed> {
        let found = engine.registry.find(schema).await?;
        let version = found.ok_or_else(|| Failed::NoSuchVersion(schema.clone()))?;
        if !version.has_our_shape() || version.stage == Stage::Live {
            return Err(Failed::Unfit(version.schema));
        }
        let writer = Writer::connect(engine.registry.url(), &version)?;
        // What was live before goes on as it did then: a subject that stood still there goes on standing.
        let writer = match version.stage {
            Stage::Retired => writer,
            Stage::Building | Stage::Ready | Stage::Live => writer.strict(),
        };
        let (fence, checkpoint) = writer.take_fence().await?;
        Ok(Self {
            engine,
            version,
            writer,
            fence,
            checkpoint,
        })
    }

    pub(crate) fn version(&self) -> &Version {
        &self.version
    }

    pub(crate) fn position(&self) -> Position {
        self.checkpoint.position
    }

    /// Folds the log until the wanted end.
    pub(crate) async fn run(&mut self, until: Until) -> Result<(), Failed> {
        let state = self.engine.log.state().await?;
        let (to, not_after) = match until {
            Until::End => (state.last, None),
            Until::Time(time) => (state.last, Some(Time::from_micros(time.as_microsecond()))),
            Until::Position(position) if position <= state.last => (position, None),
            Until::Position(wanted) => {
                let end = state.last;
                return Err(Failed::BehindTheEnd { wanted, end });
            }
        };
        let part = Part {
            from: bookmark(&self.checkpoint),
            to,
            not_after,
        };
        let skips = self.engine.registry.skips().await?;
        let mut reader = Reader::open(&self.engine.log, part, skips).await?;
        let mut meter = Meter::new(self.position());
        while let Some(batch) = reader.next().await? {
            self.apply(&batch).await?;
            if let Some(rate) = meter.rate(self.position()) {
                self.tell(to, rate);
            }
        }
        Ok(())
    }

    async fn apply(&mut self, batch: &Batch) -> Result<(), Failed> {
        if batch.is_empty() {
            return Ok(());
        }
        match self.writer.apply(self.fence, batch).await? {
            Outcome::Moved(_) | Outcome::AlreadyThere => {
                self.checkpoint = batch.checkpoint();
                Ok(())
            }
            Outcome::SomeoneAhead | Outcome::FencedOff => Err(Failed::TakenOver),
        }
    }

    fn tell(&self, end: Position, rate: f64) {
        let progress = Progress {
            version: &self.version.schema,
            position: self.position(),
            end,
            rate,
        };
        gauges::build(&progress);
        (self.engine.progress)(&progress);
    }

    /// Makes what a version has once its rows are there: counts and indexes.
    pub(crate) async fn complete(&mut self) -> Result<(), Failed> {
        if self.version.stage != Stage::Building {
            return Ok(());
        }
        self.engine.registry.complete(&self.version).await?;
        let found = self.engine.registry.find(&self.version.schema).await?;
        let schema = self.version.schema.clone();
        self.version = found.ok_or(Failed::NoSuchVersion(schema))?;
        self.writer.close().await;
        // From here on counts are kept with each batch.
        self.writer = Writer::connect(self.engine.registry.url(), &self.version)?.strict();
        Ok(())
    }
}

pub(crate) fn bookmark(checkpoint: &Checkpoint) -> Bookmark {
    Bookmark {
        created: checkpoint.stream_created,
        position: checkpoint.position,
        hash: checkpoint.message_hash,
    }
}

/// Measures how fast a build comes on.
struct Meter {
    since: Instant,
    from: Position,
}

impl Meter {
    fn new(from: Position) -> Self {
        Self {
            since: Instant::now(),
            from,
        }
    }

    /// Gives decisions a second since it was told last, where that was a while ago.
    fn rate(&mut self, position: Position) -> Option<f64> {
        let took = self.since.elapsed();
        if took < TOLD {
            return None;
        }
        #[expect(
            clippy::cast_precision_loss,
            reason = "a figure for people; exact up to 2^53"
        )]
        let decisions = position.0.saturating_sub(self.from.0) as f64;
        *self = Self::new(position);
        Some(decisions / took.as_secs_f64())
    }
}
