//! Comparing what is stored of a person with what shall be: read from the log, opened, sealed anew where it is other.

use std::time::Duration;

use anmeldewerk_contract::decode;
use anmeldewerk_domain::{
    Event, PersonId, RegistrationId,
    workshop::{self, Block, Blocks, Known},
};
use anmeldewerk_journal::Journal;
use anmeldewerk_service::telemetry::chain;
use anmeldewerk_vault::{DataKeys, Fault, Found, Likeness, Part, PersonQuery, Place, Vault};
use futures_util::future::join_all;
use uuid::Uuid;

use super::{
    Asked, Personal, Refusal,
    need::{Change, Compared, Resolved, Wanted, change, workshop_id},
    person,
};
use crate::form::Faults;

/// How long the vault may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// Personal data as the log has it, with the decision it is bound to.
struct Stored {
    decision: Uuid,
    blocks: Blocks,
}

/// What is wanted, and by whom.
#[derive(Clone, Copy)]
pub(super) struct Comparison<'w> {
    pub(super) asked: &'w Asked,
    pub(super) wanted: &'w Wanted,
}

/// Somebody whose data is other than it was.
struct Changed<'w> {
    comparison: Comparison<'w>,
    personal: Personal,
    keys: DataKeys,
    query: PersonQuery,
}

/// What came of a comparison, before anything is sealed.
enum Step<'w> {
    Done(Box<Resolved>),
    Changed(Box<Changed<'w>>),
}

/// Compares each; an answer in order, `Nothing` where log or vault cannot be had.
pub(super) async fn compare_each<J: Journal>(
    journal: &J,
    vault: &Vault,
    wanted: &[Comparison<'_>],
) -> Vec<Resolved> {
    if wanted.is_empty() {
        return Vec::new();
    }
    match tokio::time::timeout(PATIENCE, compare(journal, vault, wanted)).await {
        Ok(Ok(compared)) => return compared,
        Ok(Err(fault)) => {
            tracing::error!(error = %chain(&fault), "persons could not be compared");
        }
        Err(_) => tracing::error!("the vault did not answer in time"),
    }
    vec![Resolved::Nothing; wanted.len()]
}

async fn compare<J: Journal>(
    journal: &J,
    vault: &Vault,
    wanted: &[Comparison<'_>],
) -> Result<Vec<Resolved>, Fault> {
    let stored = join_all(wanted.iter().map(|it| stored(journal, it.wanted))).await;
    let persons: Vec<Uuid> = wanted.iter().map(|it| uuid(it.wanted.person)).collect();
    let found = vault.known(&persons).await?;
    let each = wanted.iter().zip(stored);
    let steps: Vec<Step<'_>> = each
        .map(|(it, stored)| step(*it, stored, found.get(&uuid(it.wanted.person))))
        .collect();
    let queries: Vec<PersonQuery> = steps.iter().filter_map(Step::query).collect();
    let mut likenesses = vault.lookup(&queries).await?.into_iter();
    let resolved = steps.into_iter().map(|step| match step {
        Step::Done(resolved) => Ok(*resolved),
        Step::Changed(changed) => {
            let likeness = likenesses.next().unwrap_or_default();
            sealed(*changed, likeness).map(|compared| Resolved::Content(Box::new(compared)))
        }
    });
    resolved.collect()
}

fn done<'w>(resolved: Resolved) -> Step<'w> {
    Step::Done(Box::new(resolved))
}

fn step<'w>(comparison: Comparison<'w>, stored: Option<Stored>, found: Option<&Found>) -> Step<'w> {
    let wanted = comparison.wanted;
    let keys = match found {
        Some(Found::Live(keys)) => keys.clone(),
        Some(Found::Erased(_)) => {
            return done(Resolved::Refused(Refusal::PersonErased));
        }
        Some(Found::Damaged) | None => return done(Resolved::Nothing),
    };
    let before = stored.and_then(|stored| open(&keys, wanted, &stored));
    let Some(before) = before else {
        return done(Resolved::Nothing);
    };
    match after(comparison.asked, &before) {
        Err(refusal) => done(Resolved::Refused(refusal)),
        Ok(personal) if personal == before && !wanted.moves => {
            done(Resolved::Content(Box::new(Compared {
                at: wanted.at,
                data: None,
                found_by: None,
            })))
        }
        Ok(personal) => Step::Changed(Box::new(Changed {
            query: query(comparison, &personal),
            comparison,
            personal,
            keys,
        })),
    }
}

impl Step<'_> {
    fn query(&self) -> Option<PersonQuery> {
        match self {
            Self::Done(_) => None,
            Self::Changed(changed) => Some(changed.query.clone()),
        }
    }
}

/// Reads the decision that carried a registration's personal data.
async fn stored<J: Journal>(journal: &J, wanted: &Wanted) -> Option<Stored> {
    let message = journal.at(wanted.at).await.ok().flatten()?;
    let decision = decode(&message).ok()?.decision;
    let mut events = decision.events.into_iter().rev();
    let blocks = events.find_map(|event| blocks_of(event, wanted.registration))?;
    Some(Stored {
        decision: decision.id,
        blocks,
    })
}

fn blocks_of(event: Event, registration: RegistrationId) -> Option<Blocks> {
    let Event::Workshop(event) = event else {
        return None;
    };
    match event {
        workshop::Event::Submitted(it) if it.registration == registration => Some(it.blocks),
        workshop::Event::Substituted(it) if it.successor == registration => Some(it.blocks),
        workshop::Event::Amended(it) if it.registration == registration => {
            it.data.map(|data| data.blocks)
        }
        _ => None,
    }
}

fn open(keys: &DataKeys, wanted: &Wanted, stored: &Stored) -> Option<Personal> {
    let place = Place {
        program: wanted.program.as_str(),
        person: uuid(wanted.person),
        decision: stored.decision,
    };
    let blocks = &stored.blocks;
    let mut personal = Personal {
        identity: part(keys, blocks.identity.as_ref(), place)?,
        contact: part(keys, blocks.contact.as_ref(), place)?,
        free_text: part(keys, blocks.free_text.as_ref(), place)?,
        placeholder: false,
    };
    personal.placeholder = personal.is_placeholder();
    Some(personal)
}

/// Opens a part; a class without a block is empty.
fn part<P: Part + Default>(keys: &DataKeys, block: Option<&Block>, place: Place<'_>) -> Option<P> {
    let Some(block) = block else {
        return Some(P::default());
    };
    let opened = keys.open_part(&block.sealed, block.commit, place);
    opened
        .inspect_err(|fault| tracing::error!(error = %chain(fault), "a block does not open"))
        .ok()
}

fn after(asked: &Asked, before: &Personal) -> Result<Personal, Refusal> {
    match change(&asked.wish) {
        None => Ok(before.clone()),
        Some(Change::Whole(personal)) => Ok(personal.clone()),
        Some(Change::Patch(patch)) => {
            let mut faults = Faults::default();
            let after = patch.applied(before, &mut faults);
            after.ok_or_else(|| Refusal::Invalid(faults.into_problem()))
        }
    }
}

fn query(comparison: Comparison<'_>, personal: &Personal) -> PersonQuery {
    let wanted = comparison.wanted;
    PersonQuery {
        program: wanted.program.to_string(),
        name: personal.name(),
        municipality: wanted.municipality.as_str().to_owned(),
        email: personal.contact.email.clone(),
        fresh_id: uuid(wanted.person),
        workshop: workshop_id(&comparison.asked.boundary),
        registration: Uuid::from_u128(wanted.registration.0),
        placeholder: personal.placeholder,
    }
}

fn sealed(changed: Changed<'_>, likeness: Likeness) -> Result<Compared, Fault> {
    let Comparison { asked, wanted } = changed.comparison;
    let own = uuid(wanted.person);
    let place = Place {
        program: wanted.program.as_str(),
        person: own,
        decision: asked.decision,
    };
    let alike = likeness.look_alikes.into_iter();
    let same = likeness.same.filter(|_| !changed.personal.placeholder);
    let data = Known {
        person: PersonId(same.unwrap_or(own).as_u128()),
        placeholder: changed.personal.placeholder,
        look_alikes: alike
            .chain(same)
            .filter(|person| *person != own)
            .map(|person| PersonId(person.as_u128()))
            .collect(),
        blocks: person::blocks(&changed.keys, &changed.personal, place)?,
    };
    Ok(Compared {
        at: wanted.at,
        data: Some(data),
        found_by: Some(changed.query),
    })
}

fn uuid(person: PersonId) -> Uuid {
    Uuid::from_u128(person.0)
}
