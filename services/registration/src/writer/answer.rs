//! Answering: what was decided, now or before, and since when it is so.

use std::sync::Arc;

use anmeldewerk_contract::{Position, decode};
use anmeldewerk_domain::RegistrationId;
use anmeldewerk_journal::Journal;
use anmeldewerk_vault::{Reindex, Vault};
use uuid::Uuid;

use super::{Answer, Job, Refusal, Reply, Standing, cell::Cell, need::Resolved, reindex::reindex};

/// Answers commands whose decisions are stored, after the vault finds their persons by what they say now.
pub(super) async fn answer_reindexed(vault: Arc<Vault>, answered: Vec<(Job, Reply)>) {
    let changes: Vec<Reindex> = answered.iter().filter_map(|(job, _)| change(job)).collect();
    reindex(&vault, &changes).await;
    for (job, reply) in answered {
        job.answer(reply);
    }
}

/// Answers a repeat as the first was answered.
///
/// A repeat that was compared is one whose acknowledgement was lost: it has just been found in the
/// log, and the vault was not told yet.
pub(super) async fn answer_repeat<J: Journal>(
    journal: J,
    vault: Arc<Vault>,
    job: Job,
    position: Position,
) {
    let changes: Vec<Reindex> = change(&job).into_iter().collect();
    reindex(&vault, &changes).await;
    let repeated = repeat(&journal, position, job.asked.decision).await;
    job.answer(repeated);
}

/// Gives what the vault is to be told of a job whose decision is stored.
pub(super) fn change(job: &Job) -> Option<Reindex> {
    let Resolved::Content(compared) = &job.resolved else {
        return None;
    };
    let query = compared.found_by.clone()?;
    Some(Reindex {
        // The query was made for this very person.
        person: query.fresh_id,
        query,
    })
}

/// Reads the first decision again, so that a repeat gets the first answer.
///
/// Where it is `own`, the decision of this very request, only its acknowledgement had been lost:
/// then it is the first answer itself.
async fn repeat<J: Journal>(journal: &J, position: Position, own: Uuid) -> Reply {
    let message = journal.at(position).await.ok().flatten();
    let recorded = message.and_then(|message| decode(&message).ok());
    let recorded = recorded.ok_or(Refusal::OutcomeUnknown)?;
    Ok(Answer::Decided {
        position: recorded.position,
        replayed: recorded.decision.id != own,
        decision: Arc::new(recorded.decision),
    })
}

/// Says since when it is so: with everything that this very drain has stored.
pub(super) fn unchanged(cell: &Cell, about: Option<RegistrationId>) -> Option<Answer> {
    let position = match about {
        Some(registration) => cell.version(registration),
        None => cell.settings_version(),
    };
    let registration = |id| Some((id, cell.workshop()?.registrations.get(&id)?));
    let standing = about.and_then(registration);
    let standing = standing.map(|(id, registration)| Standing {
        registration: id,
        number: registration.number,
        person: registration.person,
        state: registration.situation.name(),
    });
    position.map(|position| Answer::Unchanged { position, standing })
}
