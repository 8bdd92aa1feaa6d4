//! The life of the projection: standing by, working, and trying again.

use std::{convert::Infallible, time::Duration};

use anmeldewerk_read_model::{Fault, Lead, SchemaName};
use anmeldewerk_service::{
    clock::Clock,
    health::{Health, Part},
    lifecycle::Shutdown,
    telemetry::chain,
};
use tokio::time::{MissedTickBehavior, interval, timeout};

use crate::{
    ended::{ADVICE, Ended, TOO_MANY},
    engine::Engine,
    follow::Turn,
    gauges,
};

/// What one process at a time does: write the live version.
const LEAD: &str = "live";
/// How often the lead is asked for, and proven; with the silence that loses it less than five seconds.
const LEAD_PAUSE: Duration = Duration::from_millis(500);
/// How long asking for the lead may take, with connecting.
const LEAD_ASKED: Duration = Duration::from_secs(5);
/// How long a proof of the lead may take.
const LEAD_ANSWER: Duration = Duration::from_secs(2);
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// What the service depends on, as `/readyz` shows it.
pub(crate) struct Parts {
    pub(crate) log: Part,
    pub(crate) read_model: Part,
}

impl Parts {
    pub(crate) fn new(health: &Health) -> Self {
        Self {
            log: health.part("log"),
            read_model: health.part("read_model"),
        }
    }
}

/// The one task of the service.
pub(crate) struct Worker {
    pub(crate) engine: Engine,
    pub(crate) clock: Clock,
    pub(crate) parts: Parts,
    pub(crate) shutdown: Shutdown,
}

impl Worker {
    /// Works whenever it has the lead, until the process stops.
    pub(crate) async fn run(self) -> Result<(), Infallible> {
        gauges::start();
        tokio::select! {
            () = self.shutdown.drained() => {}
            () = self.live() => {}
        }
        Ok(())
    }

    async fn live(&self) {
        let mut pause = FIRST_PAUSE;
        loop {
            let mut lead = self.stand_by().await;
            gauges::leading(true);
            let turn = Turn::new(&self.engine, &self.parts);
            let started = tokio::time::Instant::now();
            let ended = tokio::select! {
                ended = turn.work() => ended,
                ended = keep(&mut lead) => ended,
                ended = turn.measure() => ended,
                ended = turn.tidy(&self.clock) => ended,
            };
            gauges::leading(false);
            self.report(&ended);
            give_back(lead).await;
            if is_final(&ended) {
                self.until_another_is_live(turn.version()).await;
                continue;
            }
            if started.elapsed() > LONGEST_PAUSE {
                pause = FIRST_PAUSE;
            }
            wait(pause).await;
            pause = pause.saturating_mul(2).min(LONGEST_PAUSE);
        }
    }

    /// Waits until another version is asked: an operator has looked, and built it from the log as it is.
    async fn until_another_is_live(&self, before: Option<&SchemaName>) {
        loop {
            wait(LONGEST_PAUSE).await;
            let found = timeout(LEAD_ASKED, self.engine.registry.live()).await;
            if let Ok(Ok(Some(live))) = found
                && Some(&live.schema) != before
            {
                return;
            }
        }
    }

    /// Waits until nobody else works.
    async fn stand_by(&self) -> Lead {
        let mut pause = interval(LEAD_PAUSE);
        pause.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut reported = false;
        loop {
            pause.tick().await;
            let asked = Lead::try_take(self.engine.registry.url(), LEAD);
            let ended = match timeout(LEAD_ASKED, asked).await {
                Ok(Ok(Some(lead))) => return lead,
                Ok(Ok(None)) => {
                    self.others_work();
                    reported = false;
                    continue;
                }
                Ok(Err(fault)) => Ended::ReadModel(fault),
                Err(_) => Ended::Silence,
            };
            if !reported {
                self.report(&ended);
                reported = true;
            }
        }
    }

    /// Shows that this process is fit to take over.
    fn others_work(&self) {
        self.parts.read_model.ready();
        if self.engine.log.is_connected() {
            self.parts.log.ready();
        } else {
            self.parts.log.unready("the log does not answer");
        }
    }

    /// Shows why work ended, in the health of the part concerned and in one record.
    fn report(&self, ended: &Ended) {
        let reason = chain(ended);
        match ended {
            Ended::Log(_) => {
                self.parts.log.unready("the log does not answer");
                tracing::warn!(reason, "work was interrupted");
            }
            Ended::Hole(_) => {
                gauges::hole();
                self.parts.log.unready("a position was missing");
                tracing::error!(reason, "work was interrupted");
            }
            Ended::ReadModel(_) | Ended::Silence | Ended::LeadLost(_) => {
                self.parts
                    .read_model
                    .unready("the database does not answer");
                tracing::warn!(reason, "work was interrupted");
            }
            Ended::TakenOver => tracing::warn!(reason, "work was interrupted"),
            Ended::Unbuilt(failed) => {
                self.parts.read_model.unready(failed.to_string());
                let advice = failed.advice();
                tracing::error!(reason, advice, "the read model could not be built");
            }
            Ended::Regressed(regression) => {
                gauges::regressed(true);
                self.parts.log.unready(regression.to_string());
                let advice = ADVICE;
                tracing::error!(reason, advice, "work has stopped until an operator acts");
            }
            Ended::TooManyParked(_) => {
                self.parts.log.unready("too many subjects are parked");
                tracing::error!(reason, advice = TOO_MANY, "work was interrupted");
            }
        }
    }
}

/// Says whether trying again would be in vain, or worse.
fn is_final(ended: &Ended) -> bool {
    match ended {
        Ended::Regressed(_) => true,
        Ended::Log(_)
        | Ended::Hole(_)
        | Ended::ReadModel(_)
        | Ended::Silence
        | Ended::Unbuilt(_)
        | Ended::TooManyParked(_)
        | Ended::TakenOver
        | Ended::LeadLost(_) => false,
    }
}

/// Proves the lead again and again; returns when it is lost.
async fn keep(lead: &mut Lead) -> Ended {
    let mut pause = interval(LEAD_PAUSE);
    pause.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        pause.tick().await;
        match timeout(LEAD_ANSWER, lead.keep()).await {
            Ok(Ok(())) => {}
            Ok(Err(fault)) => return Ended::LeadLost(fault),
            Err(_) => return Ended::Silence,
        }
    }
}

/// Gives the lead back so that another process need not wait; the database does it otherwise.
async fn give_back(lead: Lead) {
    let given: Result<Result<(), Fault>, _> = timeout(LEAD_PAUSE, lead.give_back()).await;
    drop(given);
}

async fn wait(pause: Duration) {
    // Not a sleep that hides a race: a pause between two attempts.
    drop(timeout(pause, std::future::pending::<()>()).await);
}
