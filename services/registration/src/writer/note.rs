//! What somebody says about a reason, sealed for the person it is about.

use std::time::Duration;

use anmeldewerk_domain::{PersonId, ProgramId, workshop::Block};
use anmeldewerk_service::telemetry::chain;
use anmeldewerk_vault::{Fault, Found, FreeText, Place, Vault};
use uuid::Uuid;

use super::{Refusal, need::Resolved, person::block};

/// Something said about a registration, to be sealed for its person.
pub(super) struct Noting<'a> {
    pub(super) person: PersonId,
    pub(super) program: &'a ProgramId,
    pub(super) decision: Uuid,
    pub(super) said: &'a FreeText,
}

/// How long the vault may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// Seals each; an answer in order, `Nothing` where the person's keys cannot be had.
pub(super) async fn seal_each(vault: &Vault, notes: &[Noting<'_>]) -> Vec<Resolved> {
    if notes.is_empty() {
        return Vec::new();
    }
    let persons: Vec<Uuid> = notes.iter().map(person).collect();
    let found = match tokio::time::timeout(PATIENCE, vault.known(&persons)).await {
        Ok(Ok(found)) => found,
        Ok(Err(fault)) => {
            tracing::error!(error = %chain(&fault), "persons could not be found");
            return vec![Resolved::Nothing; notes.len()];
        }
        Err(_) => {
            tracing::error!("the vault did not answer in time");
            return vec![Resolved::Nothing; notes.len()];
        }
    };
    let sealed = notes.iter().map(|note| match found.get(&person(note)) {
        Some(Found::Live(keys)) => sealed(block(keys, note.said, place(note))),
        Some(Found::Erased(_)) => Resolved::Refused(Refusal::PersonErased),
        Some(Found::Damaged) | None => Resolved::Nothing,
    });
    sealed.collect()
}

fn person(note: &Noting<'_>) -> Uuid {
    Uuid::from_u128(note.person.0)
}

fn place<'n>(note: &'n Noting<'_>) -> Place<'n> {
    Place {
        program: note.program.as_str(),
        person: person(note),
        decision: note.decision,
    }
}

fn sealed(block: Result<Option<Block>, Fault>) -> Resolved {
    match block {
        Ok(Some(block)) => Resolved::Note(block),
        Ok(None) | Err(_) => Resolved::Nothing,
    }
}
