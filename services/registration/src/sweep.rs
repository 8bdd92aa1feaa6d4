//! Sweeping what was kept for a command that never became a decision: persons, and the bytes of documents.
//!
//! The vault lists what was noted before a decision was made, the object store what was kept; the log tells which of it
//! came to be. Nothing rests on the hour at which this is done, and two services may do it at once.

mod documents;
mod named;

use std::{convert::Infallible, sync::Arc, time::Duration};

use anmeldewerk_contract::Subject;
use anmeldewerk_documents::Store;
use anmeldewerk_domain::{Boundary, WorkshopId};
use anmeldewerk_journal::Journal;
use anmeldewerk_service::{Process, telemetry::chain};
use anmeldewerk_vault::{Noted, SWEEP_AFTER, Vault};

use named::Named;

/// How often it is looked for what is to be swept.
const PERIOD: Duration = Duration::from_hours(1);
/// How many notes are looked at in one round.
const LIMIT: u32 = 10_000;
/// How many notes are settled in one transaction.
const AT_ONCE: usize = 1_000;

/// Sweeps at the start and then every hour, until the process is asked to stop.
pub(crate) async fn run<J: Journal>(
    journal: J,
    (vault, store): (Arc<Vault>, Store),
    process: Process,
) -> Result<(), Infallible> {
    let mut period = tokio::time::interval(PERIOD);
    loop {
        tokio::select! {
            () = process.shutdown.requested() => return Ok(()),
            _ = period.tick() => {}
        }
        tokio::select! {
            () = process.shutdown.requested() => return Ok(()),
            () = sweep_all(&journal, &vault, &store) => {}
        }
    }
}

async fn sweep_all<J: Journal>(journal: &J, vault: &Vault, store: &Store) {
    sweep(journal, vault).await;
    documents::sweep(journal, store).await;
}

/// Sweeps all persons there are; a round that settles nothing is the last one.
async fn sweep<J: Journal>(journal: &J, vault: &Vault) {
    loop {
        let notes = match vault.unnamed(SWEEP_AFTER, LIMIT).await {
            Ok(notes) => notes,
            Err(fault) => {
                tracing::warn!(error = %chain(&fault), "the vault could not be swept");
                return;
            }
        };
        let mut settled = 0;
        for of_one in notes.chunk_by(|one, other| one.workshop == other.workshop) {
            settled += settle(journal, vault, of_one).await;
        }
        if settled == 0 {
            return;
        }
    }
}

/// Settles the notes of one workshop; gives how many.
async fn settle<J: Journal>(journal: &J, vault: &Vault, notes: &[Noted]) -> usize {
    let Some(first) = notes.first() else { return 0 };
    let boundary = Boundary::Workshop(WorkshopId(first.workshop.as_u128()));
    let known = match Named::read(journal, &Subject::from(&boundary)).await {
        Ok(known) => known,
        Err(error) => {
            let workshop = first.workshop;
            tracing::warn!(error = %chain(&error), %workshop, "notes of a workshop stay unswept");
            return 0;
        }
    };
    let mut settled = 0;
    for some in notes.chunks(AT_ONCE) {
        settled += settle_some(vault, some, &known).await;
    }
    settled
}

async fn settle_some(vault: &Vault, notes: &[Noted], known: &Named) -> usize {
    let is_named = |note: &&Noted| known.names(note);
    let (named, unnamed): (Vec<&Noted>, Vec<&Noted>) = notes.iter().partition(is_named);
    let [named, unnamed] =
        [named, unnamed].map(|notes| notes.into_iter().copied().collect::<Vec<_>>());
    match vault.settle_notes(&named, &unnamed).await {
        Ok(settled) => {
            metrics::counter!("vault_persons_swept_total").increment(settled.swept);
            if settled.swept > 0 {
                tracing::info!(
                    persons = settled.swept,
                    "persons whom no decision names were swept"
                );
            }
            notes.len()
        }
        Err(fault) => {
            tracing::warn!(error = %chain(&fault), "notes could not be settled");
            0
        }
    }
}
