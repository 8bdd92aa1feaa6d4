//! Persons for newcomers: found or made by the vault, and what is personal sealed for them.

use std::time::Duration;

use anmeldewerk_domain::{
    PersonId,
    workshop::{Block, Blocks, GroupContact, Known},
};
use anmeldewerk_service::telemetry::chain;
use anmeldewerk_vault::{DataKeys, Fault, Part, PersonQuery, Place, Resolved, SealedBlock, Vault};
use uuid::Uuid;

use super::{Personal, need::Stranger};

/// How long the vault may take; after that the applicants are told to come again.
const PATIENCE: Duration = Duration::from_secs(5);

/// Somebody whom the vault has found or made.
#[derive(Clone)]
pub(super) struct Met {
    pub(super) who: Known,
    /// Whom to ask about their group, where it was sealed for them.
    pub(super) contact: Option<GroupContact>,
}

/// Finds or makes several persons in one statement, and seals their data.
///
/// Where one of them cannot be had for a reason of their own, each is asked for alone, so that
/// one damaged person holds up nobody else.
pub(super) async fn resolve_each(vault: &Vault, strangers: &[Stranger<'_>]) -> Vec<Option<Met>> {
    match in_time(vault, strangers).await {
        Ok(met) => return met.into_iter().map(Some).collect(),
        Err(Hindrance::Vault) => return vec![None; strangers.len()],
        Err(Hindrance::Person) if strangers.len() < 2 => return vec![None],
        Err(Hindrance::Person) => {}
    }
    let mut met = Vec::with_capacity(strangers.len());
    for stranger in strangers {
        let alone = in_time(vault, std::slice::from_ref(stranger)).await;
        met.push(alone.ok().and_then(|mut alone| alone.pop()));
    }
    met
}

/// What keeps persons from being had.
enum Hindrance {
    /// The vault does not answer.
    Vault,
    /// One of the persons is damaged.
    Person,
}

async fn in_time(vault: &Vault, strangers: &[Stranger<'_>]) -> Result<Vec<Met>, Hindrance> {
    let Ok(resolved) = tokio::time::timeout(PATIENCE, resolve(vault, strangers)).await else {
        tracing::error!("the vault did not answer in time");
        return Err(Hindrance::Vault);
    };
    resolved.map_err(|fault| {
        tracing::error!(error = %chain(&fault), "persons could not be resolved");
        if fault.is_retryable() {
            Hindrance::Vault
        } else {
            Hindrance::Person
        }
    })
}

async fn resolve(vault: &Vault, strangers: &[Stranger<'_>]) -> Result<Vec<Met>, Fault> {
    if strangers.is_empty() {
        return Ok(Vec::new());
    }
    let queries: Vec<PersonQuery> = strangers.iter().map(query).collect();
    let resolved = vault.resolve(&queries).await?;
    let pairs = strangers.iter().zip(&resolved);
    pairs
        .map(|(stranger, resolved)| met(stranger, resolved))
        .collect()
}

fn query(stranger: &Stranger<'_>) -> PersonQuery {
    PersonQuery {
        program: stranger.program.to_string(),
        name: stranger.personal.name(),
        municipality: stranger.municipality.as_str().to_owned(),
        email: stranger.personal.contact.email.clone(),
        fresh_id: stranger.fresh,
        workshop: stranger.workshop,
        registration: Uuid::from_u128(stranger.registration.0),
        placeholder: stranger.personal.placeholder,
    }
}

fn met(stranger: &Stranger<'_>, resolved: &Resolved) -> Result<Met, Fault> {
    let place = Place {
        program: stranger.program.as_str(),
        person: resolved.person,
        decision: stranger.decision,
    };
    let alike = resolved.look_alikes.iter();
    let person = PersonId(resolved.person.as_u128());
    let contact = stranger
        .group_contact
        .map(|contact| block(&resolved.keys, contact, place));
    let contact = contact.transpose()?.flatten();
    Ok(Met {
        who: Known {
            person,
            placeholder: stranger.personal.placeholder,
            look_alikes: alike.map(|person| PersonId(person.as_u128())).collect(),
            blocks: blocks(&resolved.keys, stranger.personal, place)?,
        },
        contact: contact.map(|block| GroupContact { person, block }),
    })
}

/// Seals what is personal, each class under its own key.
pub(super) fn blocks(
    keys: &DataKeys,
    personal: &Personal,
    place: Place<'_>,
) -> Result<Blocks, Fault> {
    Ok(Blocks {
        contact: block(keys, &personal.contact, place)?,
        identity: block(keys, &personal.identity, place)?,
        free_text: block(keys, &personal.free_text, place)?,
    })
}

pub(super) fn block<P: Part>(
    keys: &DataKeys,
    part: &P,
    place: Place<'_>,
) -> Result<Option<Block>, Fault> {
    let sealed = keys.seal(part, place)?;
    Ok(sealed.map(|SealedBlock { bytes, commit, .. }| Block {
        sealed: bytes,
        commit,
    }))
}
