//! Finding out what jobs need, all at once: one statement for newcomers, one for those who are known.

use anmeldewerk_domain::workshop::{GroupContact, Known};
use anmeldewerk_journal::Journal;
use anmeldewerk_vault::Vault;

use super::{
    Job, Wish,
    content::{self, Comparison},
    need::{Need, Resolved, Stranger, strangers},
    note::{self, Noting},
    person::{self, Met},
};

/// A job and what it needs.
pub(super) type Needing = (Job, Need);

/// What was found out, in the order of those who needed it; nothing where it cannot be had.
struct Found {
    met: Vec<Option<Met>>,
    compared: Vec<Resolved>,
    sealed: Vec<Resolved>,
}

/// Finds out what each job needs; who needs what cannot be had is hindered.
pub(super) async fn prepare<J: Journal>(
    jobs: Vec<Needing>,
    journal: &J,
    vault: &Vault,
) -> Vec<Job> {
    let found = find(&jobs, journal, vault).await;
    let (mut met, mut compared, mut sealed) = (
        found.met.into_iter(),
        found.compared.into_iter(),
        found.sealed.into_iter(),
    );
    let jobs = jobs.into_iter().map(|(mut job, need)| {
        let amount = strangers(&job.asked, &need).len();
        let resolved = match need {
            Need::Nothing => return job,
            Need::Newcomers | Need::Successor(..) => {
                let persons: Option<Vec<Met>> = met.by_ref().take(amount).collect();
                persons.map(persons_of)
            }
            Need::Content(_) => compared.next().filter(Resolved::is_something),
            Need::Keys(..) => sealed.next().filter(Resolved::is_something),
        };
        job.hindered = resolved.is_none();
        job.resolved = resolved.unwrap_or(Resolved::Nothing);
        job
    });
    jobs.collect()
}

async fn find<J: Journal>(jobs: &[Needing], journal: &J, vault: &Vault) -> Found {
    let persons: Vec<Stranger<'_>> = jobs
        .iter()
        .flat_map(|(job, need)| strangers(&job.asked, need))
        .collect();
    let contents: Vec<Comparison<'_>> = jobs.iter().filter_map(comparison).collect();
    let notes: Vec<Noting<'_>> = jobs.iter().filter_map(noting).collect();
    let (met, compared, sealed) = tokio::join!(
        person::resolve_each(vault, &persons),
        content::compare_each(journal, vault, &contents),
        note::seal_each(vault, &notes),
    );
    Found {
        met,
        compared,
        sealed,
    }
}

fn comparison((job, need): &Needing) -> Option<Comparison<'_>> {
    let Need::Content(wanted) = need else {
        return None;
    };
    Some(Comparison {
        asked: &job.asked,
        wanted,
    })
}

fn noting((job, need): &Needing) -> Option<Noting<'_>> {
    let (Need::Keys(person, program), Wish::Noted(_, note)) = (need, &job.asked.wish) else {
        return None;
    };
    Some(Noting {
        person: *person,
        program,
        decision: job.asked.decision,
        said: &note.0,
    })
}

fn persons_of(met: Vec<Met>) -> Resolved {
    let (persons, contacts): (Vec<Known>, Vec<Option<GroupContact>>) =
        met.into_iter().map(|met| (met.who, met.contact)).unzip();
    Resolved::Persons(persons, contacts.into_iter().flatten().next())
}
