//! From an applicant to a submission: the person is found or made, what is personal is sealed.

use std::time::Duration;

use anmeldewerk_domain::{
    PersonId,
    workshop::{Block, Blocks, Submission},
};
use anmeldewerk_service::telemetry::chain;
use anmeldewerk_vault::{Fault, Part, PersonQuery, Place, Resolved, SealedBlock, Vault};
use uuid::Uuid;

use super::Applicant;

/// How long the vault may take; after that the applicants are told to come again.
const PATIENCE: Duration = Duration::from_secs(5);

/// Finds or makes the persons of several applicants in one statement, and seals their data.
///
/// Each applicant comes with the workshop and the decision that their blocks are bound to.
/// Where one of them cannot be had for a reason of their own, each is asked for alone, so that
/// one damaged person holds up nobody else.
pub(super) async fn resolve_each(
    vault: &Vault,
    applicants: &[(&Applicant, Uuid, Uuid)],
) -> Vec<Option<Submission>> {
    match in_time(vault, applicants).await {
        Ok(submissions) => return submissions.into_iter().map(Some).collect(),
        Err(Hindrance::Vault) => return vec![None; applicants.len()],
        Err(Hindrance::Person) if applicants.len() < 2 => return vec![None],
        Err(Hindrance::Person) => {}
    }
    let mut submissions = Vec::with_capacity(applicants.len());
    for applicant in applicants {
        let alone = in_time(vault, std::slice::from_ref(applicant)).await;
        submissions.push(alone.ok().and_then(|mut alone| alone.pop()));
    }
    submissions
}

/// What keeps persons from being had.
enum Hindrance {
    /// The vault does not answer.
    Vault,
    /// One of the persons is damaged.
    Person,
}

async fn in_time(
    vault: &Vault,
    applicants: &[(&Applicant, Uuid, Uuid)],
) -> Result<Vec<Submission>, Hindrance> {
    let Ok(resolved) = tokio::time::timeout(PATIENCE, resolve(vault, applicants)).await else {
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

async fn resolve(
    vault: &Vault,
    applicants: &[(&Applicant, Uuid, Uuid)],
) -> Result<Vec<Submission>, Fault> {
    if applicants.is_empty() {
        return Ok(Vec::new());
    }
    let queries: Vec<PersonQuery> = applicants
        .iter()
        .map(|(applicant, workshop, _)| query(applicant, *workshop))
        .collect();
    let resolved = vault.resolve(&queries).await?;
    let pairs = applicants.iter().zip(&resolved);
    pairs
        .map(|((applicant, _, decision), resolved)| submission(applicant, resolved, *decision))
        .collect()
}

fn query(applicant: &Applicant, workshop: Uuid) -> PersonQuery {
    let identity = &applicant.identity;
    let names = [&identity.given_name, &identity.family_name];
    let name: Vec<&str> = names.into_iter().flatten().map(String::as_str).collect();
    PersonQuery {
        program: applicant.application.program.to_string(),
        name: name.join(" "),
        municipality: applicant.application.municipality.as_str().to_owned(),
        email: applicant.contact.email.clone(),
        fresh_id: applicant.fresh_person,
        workshop,
        registration: Uuid::from_u128(applicant.application.registration.0),
        placeholder: applicant.placeholder,
    }
}

fn submission(
    applicant: &Applicant,
    resolved: &Resolved,
    decision: Uuid,
) -> Result<Submission, Fault> {
    let place = Place {
        program: applicant.application.program.as_str(),
        person: resolved.person,
        decision,
    };
    Ok(Submission {
        application: applicant.application.clone(),
        person: PersonId(resolved.person.as_u128()),
        blocks: Blocks {
            contact: block(resolved, &applicant.contact, place)?,
            identity: block(resolved, &applicant.identity, place)?,
            free_text: block(resolved, &applicant.free_text, place)?,
        },
    })
}

fn block<P: Part>(resolved: &Resolved, part: &P, place: Place<'_>) -> Result<Option<Block>, Fault> {
    let sealed = resolved.keys.seal(part, place)?;
    Ok(sealed.map(|SealedBlock { bytes, commit, .. }| Block {
        sealed: bytes,
        commit,
    }))
}
