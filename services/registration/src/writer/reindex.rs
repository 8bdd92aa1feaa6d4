//! After an amendment stands in the log: the vault finds the person by what is known now.

use std::time::Duration;

use anmeldewerk_service::telemetry::chain;
use anmeldewerk_vault::{Reindex, Vault};

/// How long the vault may take; the amendment stands, whatever comes out here.
const PATIENCE: Duration = Duration::from_secs(5);

/// Lets amended persons be found by their newest data.
pub(super) async fn reindex(vault: &Vault, changes: &[Reindex]) {
    if changes.is_empty() {
        return;
    }
    let fault = match tokio::time::timeout(PATIENCE, vault.reindex(changes)).await {
        Ok(Ok(())) => return,
        Ok(Err(fault)) => chain(&fault),
        Err(_) => "the vault did not answer in time".to_owned(),
    };
    let amount = u64::try_from(changes.len()).unwrap_or(u64::MAX);
    metrics::counter!("writer_reindex_failures_total").increment(amount);
    tracing::error!(error = %fault, persons = changes.len(), "persons are found by their old data");
}
