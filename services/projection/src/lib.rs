#![doc = include_str!("../README.md")]

mod config;
mod ended;
mod follow;
mod gauges;
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
        log,
        registry,
        parts: worker::Parts::new(&process.health),
        shutdown: process.shutdown,
    };
    let mut app = App::default();
    app.tasks.spawn("projection", worker.run());
    Ok(app)
}
