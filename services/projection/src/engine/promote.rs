//! Having a version asked: only where its rows are those of the one before, or the difference is accepted by name.

use std::{collections::BTreeSet, time::Duration};

use anmeldewerk_contract::{Position, watermark};
use anmeldewerk_read_model::{Digest, PROJECTION, SchemaName, Snapshot, Version};
use tokio::time::{MissedTickBehavior, interval};

use super::{Build, Engine, Failed, Until};

/// How often it is looked whether the live version has come as far as the new one, and how many times.
const LOOKS: (Duration, usize) = (Duration::from_millis(200), 50);

/// Which differences are accepted: names of tables, `shape` or `log`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Accepted(BTreeSet<String>);

impl Accepted {
    /// Accepts these names.
    pub(crate) fn new(names: impl IntoIterator<Item = String>) -> Self {
        Self(names.into_iter().collect())
    }

    /// Accepts that there is nothing to compare with, as after a change of the tables.
    pub(crate) fn other_shape() -> Self {
        Self::new(["shape".to_owned()])
    }

    fn has(&self, name: &str) -> bool {
        self.0.contains(name)
    }
}

/// A version that went live.
#[derive(Debug)]
pub(crate) struct Promoted {
    /// Which one.
    pub(crate) version: SchemaName,
    /// The one that was asked before.
    pub(crate) before: Option<SchemaName>,
    /// How far it had come.
    pub(crate) position: Position,
    /// By which digest it was compared, if it was.
    pub(crate) compared: Option<Digest>,
    /// The tables whose difference was accepted.
    pub(crate) differs: Vec<String>,
}

/// Brings a version to the end of the log, compares it with the live one at one position, and exchanges them.
pub(crate) async fn promote(
    engine: &Engine,
    mut green: Build<'_>,
    accepted: &Accepted,
) -> Result<Promoted, Failed> {
    green.run(Until::End).await?;
    green.complete().await?;
    let blue = engine.registry.live().await?;
    let mut promoted = Promoted {
        version: green.version().schema.clone(),
        before: blue.as_ref().map(|blue| blue.schema.clone()),
        position: green.position(),
        compared: None,
        differs: Vec::new(),
    };
    if let Some(blue) = &blue
        && !accepted.has("log")
    {
        compare(engine, (&mut green, blue), accepted, &mut promoted).await?;
    }
    green.run(Until::End).await?;
    let schema = promoted.version.clone();
    let other_log = accepted.has("log");
    let catch_up = async |reached: Position| {
        if reached > green.position() && !other_log {
            green.run(Until::Position(reached)).await?;
        }
        Ok::<(), Failed>(())
    };
    let flipped = engine
        .registry
        .flip((&schema, blue.as_ref()), other_log, catch_up)
        .await;
    flipped?;
    promoted.position = green.position();
    announce(engine, &promoted).await;
    Ok(promoted)
}

/// Tells the gateways at once; they look by themselves a second later.
async fn announce(engine: &Engine, promoted: &Promoted) {
    let text = format!("{} {}", promoted.position, promoted.version);
    let told = engine
        .log
        .publish_live(watermark(PROJECTION), text.into_bytes())
        .await;
    if let Err(error) = told {
        tracing::debug!(%error, "a new version was not announced");
    }
}

async fn compare(
    engine: &Engine,
    (green, blue): (&mut Build<'_>, &Version),
    accepted: &Accepted,
    promoted: &mut Promoted,
) -> Result<(), Failed> {
    if !blue.has_our_shape() {
        if accepted.has("shape") {
            promoted.differs.push("shape".to_owned());
            return Ok(());
        }
        return Err(Failed::OtherShape(blue.schema.clone()));
    }
    let url = engine.registry.url();
    let mut snapshot = snapshot_behind(engine, blue, green.position()).await?;
    let position = snapshot.position();
    green.run(Until::Position(position)).await?;
    let (of_blue, of_green) =
        tokio::try_join!(snapshot.digest(), Digest::take(url, green.version()))?;
    let (known, unknown): (Vec<&'static str>, Vec<&'static str>) = of_blue
        .differences(&of_green)
        .into_iter()
        .partition(|table| accepted.has(table));
    if !unknown.is_empty() {
        return Err(Failed::Differs {
            green: green.version().schema.clone(),
            blue: blue.schema.clone(),
            position,
            tables: unknown,
        });
    }
    promoted.differs = known.into_iter().map(str::to_owned).collect();
    let schema = &green.version().schema;
    engine
        .registry
        .compared(schema, &of_green, &promoted.differs)
        .await?;
    promoted.compared = Some(of_green);
    Ok(())
}

/// Takes a snapshot of the live version once it has come as far as the new one.
async fn snapshot_behind(
    engine: &Engine,
    blue: &Version,
    reached: Position,
) -> Result<Snapshot, Failed> {
    let (pause, times) = LOOKS;
    let mut pause = interval(pause);
    pause.set_missed_tick_behavior(MissedTickBehavior::Delay);
    for _ in 0..times {
        pause.tick().await;
        let snapshot = Snapshot::open(engine.registry.url(), blue).await?;
        if snapshot.position() >= reached {
            return Ok(snapshot);
        }
    }
    Err(Failed::BlueStands(blue.schema.clone()))
}
