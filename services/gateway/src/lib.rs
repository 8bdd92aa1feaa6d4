#![doc = include_str!("../README.md")]

mod answer;
mod ask;
mod config;
mod desk;
mod disclosure;
mod document;
pub mod door;
mod export;
mod form;
mod library;
mod live;
mod nats;
mod order;
mod part;
pub mod passthrough;
mod public_url;
mod report;
mod routes;
mod vault;
mod watch;
mod watermark;

use std::sync::Arc;

use anmeldewerk_read_model::ReadModel;
use anmeldewerk_service::{App, Process, auth::Verifier};
use anmeldewerk_vault::KeyEncryption;
use anyhow::Context;

pub use config::Config;
pub use desk::Desk;
pub use routes::router;

use door::{Bounds, Door};
use passthrough::{Limits, Upstream};

/// How many connections to the read model each scope holds at most.
const READ_MODEL_CONNECTIONS: u32 = 6;

/// Builds the gateway: its routes, and the tasks that keep its connections.
///
/// Fails if the vault refuses; that it does not answer yet is no reason to keep the door shut.
pub async fn build(config: Config, process: Process) -> anyhow::Result<App> {
    let kek = Arc::new(KeyEncryption::load(&config.kek_file)?);
    let verifier = Verifier::open(
        &config.public.jwks,
        &config.public.issuer,
        process.clock.clone(),
    )?;
    let read_model = ReadModel::connect(
        config.read_model_database_url.expose(),
        READ_MODEL_CONNECTIONS,
    )?;
    let desk = Desk::new(read_model, verifier, &process).known_as(config.public_url);
    match desk.vault.connect(&config.vault_database_url, &kek).await {
        Err(fault) if !fault.is_retryable() => {
            return Err(fault).context("the vault could not be opened");
        }
        Ok(()) | Err(_) => {}
    }

    let nats = nats::connect(&config.nats_url);
    let nats = nats.await.context("the address of NATS cannot be read")?;
    desk.library.open(nats.clone());

    let mut app = App::default();
    let vault = watch::Access {
        url: config.vault_database_url,
        kek,
    };
    app.tasks
        .spawn("watch", watch::watch(desk.clone(), vault, process.clone()));
    app.tasks.spawn(
        "watermark",
        watermark::listen(nats, desk.watermark.clone(), process.shutdown.clone()),
    );
    let door = Door::new(Bounds::from(config.door));
    app.tasks
        .spawn("door", door.clone().forget(process.shutdown));
    let upstream = Upstream::new(config.registration_url, Limits::default());
    app.router = router(&desk, upstream, &door);
    Ok(app)
}
