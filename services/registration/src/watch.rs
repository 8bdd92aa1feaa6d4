//! Watching whether the log and the vault can be used, for `/readyz`.

use std::{convert::Infallible, sync::Arc, time::Duration};

use anmeldewerk_journal::{JetStream, Journal};
use anmeldewerk_service::Process;
use anmeldewerk_vault::Vault;

const PERIOD: Duration = Duration::from_secs(1);
/// How long a sign of life may take.
const PATIENCE: Duration = Duration::from_secs(3);

/// Asks both for a sign of life until the process is asked to stop.
pub(crate) async fn watch(
    journal: JetStream,
    vault: Arc<Vault>,
    process: Process,
) -> Result<(), Infallible> {
    let (log, persons) = (process.health.part("log"), process.health.part("vault"));
    let mut period = tokio::time::interval(PERIOD);
    loop {
        tokio::select! {
            () = process.shutdown.requested() => return Ok(()),
            _ = period.tick() => {}
        }
        let even = u32::try_from(journal.break_even()).unwrap_or(u32::MAX);
        metrics::gauge!("log_batch_break_even").set(f64::from(even));
        match journal.state().await {
            Ok(_) => log.ready(),
            Err(_) => log.unready("the log does not answer"),
        }
        match tokio::time::timeout(PATIENCE, vault.ping()).await {
            Ok(Ok(())) => persons.ready(),
            Ok(Err(_)) | Err(_) => persons.unready("the vault does not answer"),
        }
    }
}
