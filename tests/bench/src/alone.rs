//! The writer without HTTP in front of it, and how long it takes to read a large workshop.

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant, SystemTime},
};

use anmeldewerk_journal::JetStream;
use anmeldewerk_registration::measure::{Alone, Ready};
use anmeldewerk_stack::{flow::Flow, nats::User, postgres::Role, secret};
use anmeldewerk_vault::{KeyEncryption, Vault};
use anyhow::{Context, ensure};
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::{
    house::registration,
    table::{Table, per_second},
};

const IN_FLIGHT: usize = 1_024;
/// How many are measured; they are made before, so that only the writer is.
const MEASURED: usize = 20_000;
/// How long a snapshot may take.
const PATIENCE: Duration = Duration::from_mins(1);

/// Where writers are started.
struct Ground {
    journal: JetStream,
    vault: Arc<Vault>,
    workshop: Uuid,
    cache: PathBuf,
}

/// Measures in a house whose registration service is not running, on a workshop of its own.
pub(crate) async fn measure(
    table: &mut Table,
    (flow, workshop): (&Flow, &str),
    registrations: usize,
) -> anyhow::Result<()> {
    let ground = Ground::of(flow, workshop).await?;
    let writer = Arc::new(ground.writer(None));
    let measured = MEASURED.min(registrations);
    let ready = (0..measured).map(|who| ground.ready(&writer, who));
    let took = decide(&writer, ready.collect::<anyhow::Result<_>>()?).await?;
    let limit = table
        .noted("batches")
        .map(|limit| ("bare atomic batches", limit));
    let what = format!("writer alone, {IN_FLIGHT} in flight, persons and keys made");
    table.rate(&what, per_second(measured, took), limit);
    for first in (measured..registrations).step_by(MEASURED) {
        let some = first..registrations.min(first + MEASURED);
        let ready = some.map(|who| ground.ready(&writer, who));
        decide(&writer, ready.collect::<anyhow::Result<_>>()?).await?;
    }
    cold(table, &ground, registrations).await
}

impl Ground {
    async fn of(flow: &Flow, workshop: &str) -> anyhow::Result<Self> {
        let url = flow.nats.url(User::Registration);
        let kek = secret::kek_file(&flow.folder().join("secrets"))?;
        let kek = Arc::new(KeyEncryption::load(&kek)?);
        let vault = flow.databases.vault_url(Role::Registration);
        Ok(Self {
            journal: JetStream::connect(&url, "AW_LOG", &[]).await?,
            vault: Arc::new(Vault::connect(&vault, 8, kek).await?),
            workshop: workshop.parse()?,
            cache: flow.folder().join("bench-cache"),
        })
    }

    fn writer(&self, cache: Option<PathBuf>) -> Alone {
        Alone::start(&self.journal, Arc::clone(&self.vault), cache)
    }

    fn ready(&self, writer: &Alone, who: usize) -> anyhow::Result<Ready> {
        let body = registration("alone", who);
        writer.ready(("sh", self.workshop), &body, now_micros())
    }

    /// Waits until the snapshot is there and grows no more.
    async fn snapshot(&self) -> anyhow::Result<u64> {
        let (start, mut before) = (Instant::now(), 0);
        loop {
            let files = std::fs::read_dir(&self.cache)
                .into_iter()
                .flatten()
                .flatten();
            let sizes = files.filter_map(|file| Some(file.metadata().ok()?.len()));
            let size = sizes.sum();
            if size > 0 && size == before {
                return Ok(size);
            }
            ensure!(start.elapsed() < PATIENCE, "no snapshot was made");
            before = size;
            pause(Duration::from_secs(2)).await;
        }
    }
}

async fn pause(span: Duration) {
    #[expect(
        clippy::disallowed_methods,
        reason = "the snapshot is made behind our back"
    )]
    tokio::time::sleep(span).await;
}

#[expect(clippy::disallowed_methods, reason = "here we are the client")]
fn now_micros() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let since = since.unwrap_or_default().as_micros();
    i64::try_from(since).unwrap_or(i64::MAX)
}

/// Hands all in, so many at a time.
async fn decide(writer: &Arc<Alone>, ready: Vec<Ready>) -> anyhow::Result<Duration> {
    let mut queues: Vec<Vec<Ready>> = (0..IN_FLIGHT).map(|_| Vec::new()).collect();
    let next = AtomicUsize::new(0);
    for one in ready {
        let at = next.fetch_add(1, Ordering::Relaxed) % IN_FLIGHT;
        queues[at].push(one);
    }
    let start = Instant::now();
    let mut clients = JoinSet::new();
    for queue in queues {
        let writer = Arc::clone(writer);
        clients.spawn(async move {
            for one in queue {
                writer.decide(one).await?;
            }
            anyhow::Ok(())
        });
    }
    while let Some(done) = clients.join_next().await {
        done.context("a client panicked")??;
    }
    Ok(start.elapsed())
}

/// The first command for a large workshop, with and without a snapshot.
async fn cold(table: &mut Table, ground: &Ground, registrations: usize) -> anyhow::Result<()> {
    for what in ["from the log alone", "with a snapshot"] {
        let writer = ground.writer(Some(ground.cache.clone()));
        let ready = ground.ready(&writer, registrations + what.len())?;
        let start = Instant::now();
        writer.decide(ready).await?;
        let took = format!("{:.2} s", start.elapsed().as_secs_f64());
        let size = ground.snapshot().await?;
        table.add(
            &format!("cold load of {registrations} registrations {what}, first answer"),
            took,
            format!("snapshot {} MiB", size >> 20),
        );
    }
    Ok(())
}
