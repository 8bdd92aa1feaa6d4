#![doc = include_str!("../README.md")]

mod config;
mod ended;
mod engine;
mod follow;
mod gauges;
pub mod operate;
mod worker;

use anmeldewerk_journal::JetStream;
use anmeldewerk_read_model::Registry;
use anmeldewerk_service::{App, Process};
use anyhow::Context;

pub use config::Config;

/// Builds the service: connects to the log, and starts the one task that stands by or works.
///
/// Fails if the log could lose decisions, naming the setting.
pub async fn build(config: Config, process: Process) -> anyhow::Result<App> {
    let log = JetStream::connect(
        config.nats_url.expose(),
        &config.stream,
        &config.nats_monitor_url,
    );
    let log = log.await.context("the log could not be opened")?;
    let registry = Registry::connect(config.read_model_database_url.expose())?;
    let worker = worker::Worker {
        engine: engine::Engine {
            log,
            registry,
            progress: tell,
        },
        clock: process.clock,
        parts: worker::Parts::new(&process.health),
        shutdown: process.shutdown,
    };
    let mut app = App::default();
    app.tasks.spawn("projection", worker.run());
    Ok(app)
}

/// Tells how far a version has come that the service builds for itself.
fn tell(progress: &engine::Progress<'_>) {
    tracing::info!(
        version = progress.version.as_str(),
        position = progress.position.0,
        end = progress.end.0,
        rate = progress.rate,
        seconds_left = progress.seconds_left(),
        "building the read model"
    );
}
