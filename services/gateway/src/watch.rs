//! Watching whether the read model and the vault can be used, for `/readyz`.

use std::{convert::Infallible, sync::Arc, time::Duration};

use anmeldewerk_service::{Process, config::Secret, health::Part};
use anmeldewerk_vault::{Fault, KeyEncryption};
use tokio::time::{MissedTickBehavior, interval};

use crate::{desk::Desk, vault::Vault};

const PERIOD: Duration = Duration::from_secs(1);

/// What it takes to open the vault.
pub(crate) struct Access {
    pub(crate) url: Secret,
    pub(crate) kek: Arc<KeyEncryption>,
}

/// Asks both for a sign of life until the process is asked to stop.
pub(crate) async fn watch(desk: Desk, access: Access, process: Process) -> Result<(), Infallible> {
    let rows = process.health.part("read_model");
    let persons = process.health.part("vault");
    tokio::select! {
        () = process.shutdown.requested() => {}
        () = watch_rows(&desk, &rows) => {}
        () = watch_persons(&desk.vault, &access, &persons) => {}
    }
    Ok(())
}

async fn watch_rows(desk: &Desk, rows: &Part) {
    let mut period = period();
    loop {
        period.tick().await;
        match desk.watermark.look().await {
            Ok(()) => rows.ready(),
            Err(_) => rows.unready("the read model does not answer"),
        }
    }
}

async fn watch_persons(vault: &Vault, access: &Access, persons: &Part) {
    let mut period = period();
    loop {
        period.tick().await;
        match alive(vault, access).await {
            Ok(()) => persons.ready(),
            Err(fault) if fault.is_retryable() => persons.unready("the vault does not answer"),
            Err(_) => persons.unready("the vault refuses"),
        }
    }
}

async fn alive(vault: &Vault, access: &Access) -> Result<(), Fault> {
    match vault.opener() {
        Some(opener) => opener.ping().await,
        None => vault.connect(&access.url, &access.kek).await,
    }
}

fn period() -> tokio::time::Interval {
    let mut period = interval(PERIOD);
    period.set_missed_tick_behavior(MissedTickBehavior::Delay);
    period
}
