#![doc = include_str!("../README.md")]

mod access;
mod archive;
mod assigning;
mod config;
mod feed;
mod form;
mod fresh;
mod import;
pub mod measure;
mod refusal;
pub mod reproduce;
mod routes;
mod snapshot;
mod sweep;
mod timer;
mod watch;
mod words;
mod writer;

use std::sync::Arc;

use anmeldewerk_documents::Store;
use anmeldewerk_journal::JetStream;
use anmeldewerk_service::{App, Process, auth::Verifier};
use anmeldewerk_vault::{KeyEncryption, Vault};
use anyhow::Context;

pub use config::Config;
use snapshot::{Place, Shelf};

/// How many connections to the vault are held at most.
const VAULT_CONNECTIONS: u32 = 8;

/// Builds the service: connects to the log and the vault, and starts the writer.
///
/// Fails if the log could lose decisions, naming the setting.
pub async fn build(config: Config, process: Process) -> anyhow::Result<App> {
    let kek = KeyEncryption::load(&config.kek_file)?;
    let vault = Vault::connect(
        config.vault_database_url.expose(),
        VAULT_CONNECTIONS,
        Arc::new(kek),
    );
    let vault = Arc::new(vault.await.context("the vault could not be opened")?);
    let journal = JetStream::connect(
        config.nats_url.expose(),
        &config.stream,
        &config.nats_monitor_url,
    );
    let journal = journal.await.context("the log could not be opened")?;
    let verifier = Verifier::open(
        &config.public.jwks,
        &config.public.issuer,
        process.clock.clone(),
    )?;

    let mut app = App::default();
    let shelf = shelf(&config, &journal, &process, &mut app);
    let solver = assigning::Solver::new(journal.clone(), shelf.clone());
    let store = Store::new(journal.client());
    let (stage, kept_shelf) = (journal.clone(), shelf.clone());
    let (writer, desk) = writer::Task::new(journal.clone(), Arc::clone(&vault), shelf);
    let shutdown = process.shutdown.clone();
    app.tasks.spawn("writer", async move {
        writer.run().await?;
        anyhow::ensure!(shutdown.is_requested(), "the writer's desk is gone");
        Ok(())
    });
    let timer = timer::run(journal.clone(), desk.clone(), process.clone());
    app.tasks.spawn("timer", timer);
    let kept = (Arc::clone(&vault), store.clone());
    let sweep = sweep::run(journal.clone(), kept, process.clone());
    app.tasks.spawn("sweep", sweep);
    let watch = watch::watch(journal, Arc::clone(&vault), process.clone());
    app.tasks.spawn("watch", watch);
    let stage = feed::Stage {
        journal: stage,
        shelf: kept_shelf,
        vault: Arc::clone(&vault),
    };
    let intake = feed::Intake::new(
        (desk.clone(), stage),
        process.clock.clone(),
        process.shutdown.clone(),
    );
    app.router = routes::router(routes::Office::new(routes::Equipment {
        desk,
        intake,
        solver,
        archive: archive::Archive::new(store),
        vault,
        verifier,
        clock: process.clock,
    }));
    Ok(app)
}

/// Opens the shelf of snapshots, if the service was given a folder for it.
fn shelf(config: &Config, journal: &JetStream, process: &Process, app: &mut App) -> Shelf {
    let Some(folder) = config.cache_folder.clone() else {
        return Shelf::none();
    };
    let place = Place {
        folder,
        most_bytes: config.cache_max_bytes,
        stream: config.stream.clone(),
    };
    let (shelf, keeper) = Shelf::open(place);
    let keeping = keeper.run(journal.clone(), process.shutdown.clone());
    app.tasks.spawn("snapshots", keeping);
    shelf
}
