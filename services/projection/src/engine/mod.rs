//! Building versions of the read model beside the one that is asked, and having them asked.

mod build;
mod failed;
mod promote;
mod read;

pub(crate) use build::{Build, Until, bookmark};
pub(crate) use failed::Failed;
pub(crate) use promote::{Accepted, Promoted, promote};

use std::time::Duration;

use anmeldewerk_contract::Position;
use anmeldewerk_journal::JetStream;
use anmeldewerk_read_model::{AsOf, Digest, Kind, Lead, Registry, SchemaName, Version};
use tokio::time::{MissedTickBehavior, interval, timeout};

/// What the engine works with.
#[derive(Clone)]
pub(crate) struct Engine {
    pub(crate) log: JetStream,
    pub(crate) registry: Registry,
    /// Who is told how far a build has come.
    pub(crate) progress: fn(&Progress<'_>),
}

/// How far a build has come.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Progress<'a> {
    pub(crate) version: &'a SchemaName,
    pub(crate) position: Position,
    /// Where it is going.
    pub(crate) end: Position,
    /// Decisions a second, lately.
    pub(crate) rate: f64,
}

impl Progress<'_> {
    /// Gives the seconds that are left at this rate.
    pub(crate) fn seconds_left(&self) -> f64 {
        let left = self.end.0.saturating_sub(self.position.0);
        #[expect(
            clippy::cast_precision_loss,
            reason = "a figure for people; exact up to 2^53"
        )]
        let left = left as f64;
        left / self.rate.max(1.0)
    }
}

/// A version as of a position that is complete.
#[derive(Debug)]
pub(crate) struct Frozen {
    pub(crate) version: Version,
    pub(crate) digest: Digest,
}

impl Engine {
    /// Builds the next version beside the live one and has it asked; goes on with one that was begun.
    pub(crate) async fn rebuild(&self, accepted: &Accepted) -> Result<Promoted, Failed> {
        let green = self.registry.begin_current().await?;
        self.lead_in(green.schema.as_str(), async |engine| {
            let build = Build::open(engine, &green.schema).await?;
            promote(engine, build, accepted).await
        })
        .await
    }

    /// Builds the next version and leaves it beside the live one; goes on with one that was begun.
    pub(crate) async fn build(&self) -> Result<Version, Failed> {
        let green = self.registry.begin_current().await?;
        self.lead_in(green.schema.as_str(), async |engine| {
            let mut build = Build::open(engine, &green.schema).await?;
            build.run(Until::End).await?;
            build.complete().await?;
            Ok(build.version().clone())
        })
        .await
    }

    /// Has a version asked that is complete: one that was built, or one that was asked before.
    pub(crate) async fn flip(
        &self,
        to: &SchemaName,
        accepted: &Accepted,
    ) -> Result<Promoted, Failed> {
        let found = self.registry.find(to).await?;
        let target = found.ok_or_else(|| Failed::NoSuchVersion(to.clone()))?;
        if target.kind == Kind::AsOf {
            return Err(Failed::Unfit(to.clone()));
        }
        self.lead_in(to.as_str(), async |engine| {
            let build = Build::open(engine, &target.schema).await?;
            promote(engine, build, accepted).await
        })
        .await
    }

    /// Builds a version as of a position or a time; goes on with one that was begun.
    pub(crate) async fn as_of(
        &self,
        name: &SchemaName,
        wanted: AsOf,
        keep_s: Option<f64>,
    ) -> Result<Frozen, Failed> {
        let version = self.registry.begin_as_of(name, wanted, keep_s).await?;
        self.lead_in(name.as_str(), async |engine| {
            let mut build = Build::open(engine, &version.schema).await?;
            let until = match wanted {
                AsOf::Position(position) => Until::Position(position),
                AsOf::Time(time) => Until::Time(time),
            };
            build.run(until).await?;
            engine.registry.stands_as_of(name, build.position()).await?;
            build.complete().await?;
            let version = build.version().clone();
            let digest = Digest::take(engine.registry.url(), &version).await?;
            engine.registry.compared(name, &digest, &[]).await?;
            let found = engine.registry.find(name).await?;
            let version = found.unwrap_or(version);
            Ok(Frozen { version, digest })
        })
        .await
    }

    /// Does something that one process at a time may do; ends where that right is lost.
    async fn lead_in<T>(
        &self,
        what: &str,
        work: impl AsyncFnOnce(&Self) -> Result<T, Failed>,
    ) -> Result<T, Failed> {
        let taken = Lead::try_take(self.registry.url(), what).await?;
        let mut lead = taken.ok_or_else(|| Failed::Busy(what.to_owned()))?;
        let done = tokio::select! {
            done = work(self) => done,
            lost = keep(&mut lead) => Err(lost),
        };
        // The database gives it back otherwise, a moment later.
        drop(timeout(Duration::from_secs(1), lead.give_back()).await);
        done
    }
}

/// Proves a lead again and again; returns when it is lost.
async fn keep(lead: &mut Lead) -> Failed {
    let mut pause = interval(Duration::from_millis(500));
    pause.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        pause.tick().await;
        match timeout(Duration::from_secs(2), lead.keep()).await {
            Ok(Ok(())) => {}
            Ok(Err(fault)) => return Failed::ReadModel(fault),
            Err(_) => return Failed::TakenOver,
        }
    }
}
