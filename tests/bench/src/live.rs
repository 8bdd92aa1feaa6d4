//! The projection service at work: how late it is at a steady rate, and how fast it catches up.

use std::time::{Duration, Instant};

use anmeldewerk_contract::{Message, Position, watermark};
use anmeldewerk_domain::Instant as Time;
use anmeldewerk_journal::{JetStream, Journal, message_hash};
use anmeldewerk_read_model::{Batch, Entry, Outcome, PROJECTION, Registry, Writer};
use anmeldewerk_stack::{
    database::Databases,
    nats::User,
    port::Port,
    postgres::Role,
    service::{Kind, binary},
};
use anyhow::{Context, bail, ensure};
use futures_util::StreamExt;
use tokio::{
    process::{Child, Command},
    task::JoinHandle,
    time::{MissedTickBehavior, interval, timeout},
};

use crate::{
    history::{Scribe, Templates},
    rebuild::Ground,
    table::{Table, Times, per_second},
};

/// What is there before.
const BEFORE: usize = 20_000;
/// The steady rate, and for how long.
const A_SECOND: usize = 3_000;
const SECONDS: usize = 20;
/// How often some are appended.
const TICK: Duration = Duration::from_millis(10);
/// What is to be caught up with.
const BACKLOG: usize = 60_000;
/// As many as the service takes at once.
const BATCH: usize = 2_000;
const PATIENCE: Duration = Duration::from_mins(3);

/// When the service told which position.
type Told = Vec<(Instant, Position)>;

pub(crate) async fn measure(table: &mut Table, written: &[Message]) -> anyhow::Result<()> {
    let templates = Templates::of(written)?;
    let ground = Ground::open().await?;
    let mut scribe = Scribe::new(&templates);
    append(&ground.log, scribe.take(BEFORE)?).await?;
    let hearing = Hearing::until(&ground, Position(BEFORE as u64)).await?;
    let mut service = start(&ground)?;
    hearing.end().await?;

    let steady = A_SECOND * SECONDS;
    let hearing = Hearing::until(&ground, Position((BEFORE + steady) as u64)).await?;
    let stored = at_a_rate(&ground.log, &mut scribe).await?;
    let told = hearing.end().await?;
    let late = Times::new(lateness(&stored, &told));
    table.times(
        &format!("stored to visible, {A_SECOND} decisions a second for {SECONDS} s"),
        &late,
        String::new(),
    );

    service.kill().await?;
    append(&ground.log, scribe.take(BACKLOG)?).await?;
    let end = Position((BEFORE + steady + BACKLOG) as u64);
    let hearing = Hearing::until(&ground, end).await?;
    let mut service = start(&ground)?;
    let told = hearing.end().await?;
    service.kill().await?;
    let (first, last) = (
        told.first().context("a word")?,
        told.last().context("a word")?,
    );
    let caught_up = usize::try_from(last.1.0 - first.1.0)?;
    let rate = per_second(caught_up, last.0 - first.0);
    let bare = bare(&ground, BEFORE + steady).await?;
    table.rate(
        "limit: the same statements, decisions decoded before",
        bare,
        None,
    );
    table.rate(
        &format!("live projection, catching up with {caught_up} decisions"),
        rate,
        Some(("the same statements", bare)),
    );
    Ok(())
}

async fn append(log: &JetStream, entries: Vec<anmeldewerk_journal::Entry>) -> anyhow::Result<()> {
    let mut entries = entries;
    while !entries.is_empty() {
        let rest = entries.split_off(entries.len().min(1_000));
        log.append(std::mem::replace(&mut entries, rest)).await?;
    }
    Ok(())
}

fn start(ground: &Ground) -> anyhow::Result<Child> {
    let port = Port::reserve()?;
    let mut command = Command::new(binary(Kind::Projection)?);
    command
        .env_clear()
        .envs(ground.environment())
        .env("AW_ADMIN_LISTEN", format!("127.0.0.1:{}", port.number()))
        .env("AW_LOG", "warn")
        .kill_on_drop(true);
    Ok(command.spawn()?)
}

/// Listens to what the service tells, until it has come to a position.
struct Hearing(JoinHandle<anyhow::Result<Told>>);

impl Hearing {
    async fn until(ground: &Ground, end: Position) -> anyhow::Result<Self> {
        let client = ground.nats.connect(User::Gateway).await?;
        let mut heard = client.subscribe(watermark(PROJECTION)).await?;
        client.flush().await?;
        Ok(Self(tokio::spawn(async move {
            // The client lives as long as it listens.
            let _client = client;
            let mut told = Vec::new();
            while let Some(message) = heard.next().await {
                let now = Instant::now();
                let text = std::str::from_utf8(&message.payload)?;
                let (position, _) = text.split_once(' ').context("a position")?;
                let position = Position(position.parse()?);
                told.push((now, position));
                if position >= end {
                    return Ok(told);
                }
            }
            bail!("the subscription ended");
        })))
    }

    async fn end(self) -> anyhow::Result<Told> {
        timeout(PATIENCE, self.0).await??
    }
}

/// Appends at the steady rate; gives when each was stored.
async fn at_a_rate(log: &JetStream, scribe: &mut Scribe<'_>) -> anyhow::Result<Told> {
    let ticks = SECONDS * 1_000 / usize::try_from(TICK.as_millis())?;
    let each = A_SECOND * SECONDS / ticks;
    let mut pause = interval(TICK);
    pause.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let mut stored = Vec::with_capacity(A_SECOND * SECONDS);
    for _ in 0..ticks {
        pause.tick().await;
        let positions = log.append(scribe.take(each)?).await?;
        let now = Instant::now();
        stored.extend(positions.into_iter().map(|position| (now, position)));
    }
    Ok(stored)
}

/// Tells how long each was not visible yet.
fn lateness(stored: &Told, told: &Told) -> Vec<Duration> {
    let mut told = told.iter().peekable();
    let late = stored.iter().filter_map(|(when, position)| {
        while told.next_if(|(_, reached)| reached < position).is_some() {}
        told.peek()
            .map(|(seen, _)| seen.saturating_duration_since(*when))
    });
    late.collect()
}

/// Writes the backlog into a version of its own, with nothing of the log or the decoding in the way.
async fn bare(ground: &Ground, before: usize) -> anyhow::Result<f64> {
    let messages = crate::history::read(&ground.log).await?;
    let databases = Databases::create_in(&ground.postgres).await?;
    let url = databases.read_model_url(Role::Projection);
    let registry = Registry::connect(&url)?;
    let writer = Writer::connect(&url, &registry.ensure_live().await?)?;
    let (fence, _) = writer.take_fence().await?;
    let entries: Vec<Entry> = messages
        .iter()
        .map(|message| Entry::read(message, message_hash(message)))
        .collect();
    let mut from = Position::START;
    let mut took = Duration::ZERO;
    for part in [&entries[..before], &entries[before..]] {
        let batches = part.chunks(BATCH).map(|some| {
            let batch = Batch::new(from, Time::from_micros(0), some.to_vec());
            from = batch.to();
            batch
        });
        let batches: Vec<Batch> = batches.collect();
        let start = Instant::now();
        for batch in &batches {
            let outcome = writer.apply(fence, batch).await?;
            ensure!(matches!(outcome, Outcome::Moved(_)), "written: {outcome:?}");
        }
        took = start.elapsed();
    }
    Ok(per_second(messages.len() - before, took))
}
