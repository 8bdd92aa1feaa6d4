//! Deciding without writing: what would become of commands, one after another, if they were handed in now.
//!
//! A boundary is read beside the writer, and what is decided is folded into that copy alone. Persons are looked up and
//! not made, so nothing of a rehearsal is kept anywhere.

use std::{collections::HashMap, sync::Arc, time::Duration};

use anmeldewerk_contract::Position;
use anmeldewerk_domain::{
    Boundary, PersonId, RegistrationId,
    workshop::{Blocks, Known},
};
use anmeldewerk_journal::Journal;
use anmeldewerk_service::telemetry::chain;
use anmeldewerk_vault::{Likeness, PersonQuery, Vault};
use tokio::sync::{Semaphore, oneshot};
use uuid::Uuid;

use super::{
    Answer, Applicant, Asked, Job, LoadError, Personal, Refusal, Reply, Wish,
    answer::unchanged,
    cell::Cell,
    content::{self, Comparison},
    draft::{Draft, draft},
    loading::read,
    need::{Compared, Need, Resolved, Wanted, need, workshop_id},
    plan::Plan,
};
use crate::snapshot::Shelf;

/// How many commands are tried at once at most.
pub(crate) const AT_ONCE: usize = 256;
/// How long the vault may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// A copy of a boundary on which commands are tried.
pub(crate) struct Rehearsal<J> {
    journal: J,
    vault: Arc<Vault>,
    cell: Cell,
    /// Who came in this rehearsal, by what makes them the same: name, municipality and address.
    met: HashMap<[String; 3], Uuid>,
    /// What was said of each registration in this rehearsal.
    said: HashMap<RegistrationId, Personal>,
}

/// What was found out for commands before they are tried.
struct Found {
    alike: Vec<Likeness>,
    compared: Vec<Option<Resolved>>,
}

impl<J: Journal> Rehearsal<J> {
    /// Reads a boundary as the log has it.
    pub(crate) async fn open(
        journal: J,
        (vault, shelf): (Arc<Vault>, &Shelf),
        boundary: &Boundary,
    ) -> Result<Self, LoadError> {
        let cell = read(&journal, shelf, boundary).await?;
        Ok(Self {
            journal,
            vault,
            cell,
            met: HashMap::new(),
            said: HashMap::new(),
        })
    }

    /// Tries commands that put somebody under a reference; each on what those before would have left.
    pub(crate) async fn each(&mut self, commands: Vec<Asked>) -> Vec<Reply> {
        let places = Arc::new(Semaphore::new(commands.len()));
        let jobs = commands.into_iter().filter_map(|asked| {
            let place = Arc::clone(&places).try_acquire_owned().ok()?;
            Some(Job::new(asked, oneshot::channel().0, place))
        });
        let jobs: Vec<Job> = jobs.collect();
        let Some(found) = self.find(&jobs).await else {
            return jobs.iter().map(|_| Err(Refusal::Unavailable)).collect();
        };
        let each = jobs.into_iter().zip(found.alike).zip(found.compared);
        let replies = each.map(|((mut job, alike), compared)| {
            self.resolve(&mut job, (&alike, compared));
            self.attempt(&job)
        });
        replies.collect()
    }

    /// Looks for persons, and compares what is known, for all of them at once.
    async fn find(&self, jobs: &[Job]) -> Option<Found> {
        let queries: Option<Vec<PersonQuery>> = jobs.iter().map(|job| query(&job.asked)).collect();
        let looked = tokio::time::timeout(PATIENCE, self.vault.lookup(&queries?)).await;
        let alike = match looked {
            Ok(Ok(alike)) => alike,
            Ok(Err(fault)) => {
                tracing::error!(error = %chain(&fault), "persons could not be looked up");
                return None;
            }
            Err(_) => return None,
        };
        let needs: Vec<Need> = jobs.iter().map(|job| need(job, &self.cell)).collect();
        let wanted = jobs.iter().zip(&needs).map(|(job, need)| match need {
            Need::Content(wanted) if !self.said.contains_key(&wanted.registration) => {
                let (asked, wanted) = (&job.asked, &**wanted);
                Some(Comparison { asked, wanted })
            }
            _ => None,
        });
        let wanted: Vec<Option<Comparison<'_>>> = wanted.collect();
        let stored: Vec<Comparison<'_>> = wanted.iter().flatten().copied().collect();
        let compared = content::compare_each(&self.journal, &self.vault, &stored).await;
        let mut compared = compared.into_iter();
        let compared = wanted
            .iter()
            .map(|wanted| wanted.and_then(|_| compared.next()));
        Some(Found {
            compared: compared.collect(),
            alike,
        })
    }

    fn resolve(&mut self, job: &mut Job, (alike, compared): (&Likeness, Option<Resolved>)) {
        let Wish::Put(applicant) = &job.asked.wish else {
            return;
        };
        let resolved = match need(job, &self.cell) {
            Need::Newcomers => Some(Resolved::Persons(vec![self.meet(applicant, alike)], None)),
            Need::Content(wanted) => match self.said.get(&wanted.registration) {
                Some(before) => Some(told(before, applicant, &wanted)),
                None => compared.filter(Resolved::is_something),
            },
            Need::Nothing => return,
            Need::Successor(..) | Need::Keys(..) => None,
        };
        job.hindered = resolved.is_none();
        job.resolved = resolved.unwrap_or(Resolved::Nothing);
    }

    /// Finds somebody in the vault, or among those who came in this rehearsal.
    fn meet(&mut self, applicant: &Applicant, alike: &Likeness) -> Known {
        let fresh = applicant.fresh_person;
        let met = same(applicant).map(|same| *self.met.entry(same).or_insert(fresh));
        let person = if applicant.personal.placeholder {
            fresh
        } else {
            alike.same.or(met).unwrap_or(fresh)
        };
        let others = alike.look_alikes.iter().filter(|other| **other != person);
        Known {
            person: PersonId(person.as_u128()),
            placeholder: applicant.personal.placeholder,
            look_alikes: others.map(|other| PersonId(other.as_u128())).collect(),
            blocks: Blocks::default(),
        }
    }

    fn attempt(&mut self, job: &Job) -> Reply {
        let mut plan = Plan::default();
        let drafted = draft(job, &mut self.cell, &mut plan);
        for decision in &plan.decisions {
            let position = Position(self.cell.tail.0 + 1);
            self.cell.stored(decision, position);
        }
        match drafted {
            Draft::New { decision, .. } => {
                self.remember(job);
                Ok(Answer::Decided {
                    position: self.cell.tail,
                    decision,
                    replayed: false,
                })
            }
            Draft::Unchanged(about) => unchanged(&self.cell, about).ok_or(Refusal::Unavailable),
            Draft::Refused(refusal) => Err(refusal),
            Draft::SameAs { .. }
            | Draft::Repeat(_)
            | Draft::Overtaken
            | Draft::NoRoom
            | Draft::Hindered => Err(Refusal::Unavailable),
        }
    }

    /// Remembers what was said of whom: in the log it is not.
    fn remember(&mut self, job: &Job) {
        let Wish::Put(applicant) = &job.asked.wish else {
            return;
        };
        let workshop = self.cell.workshop();
        let known = workshop.and_then(|workshop| {
            let reference = applicant.application.reference?;
            workshop.references.get(&reference).copied()
        });
        if let Some(registration) = known {
            self.said.insert(registration, applicant.personal.clone());
        }
    }
}

fn query(asked: &Asked) -> Option<PersonQuery> {
    let Wish::Put(applicant) = &asked.wish else {
        return None;
    };
    let (application, personal) = (&applicant.application, &applicant.personal);
    Some(PersonQuery {
        program: application.program.to_string(),
        name: personal.name(),
        municipality: application.municipality.as_str().to_owned(),
        email: personal.contact.email.clone(),
        fresh_id: applicant.fresh_person,
        workshop: workshop_id(&asked.boundary),
        registration: Uuid::from_u128(application.registration.0),
        placeholder: personal.placeholder,
    })
}

/// Gives what makes two the same, as far as the vault does not know them yet; without an address nobody is.
fn same(applicant: &Applicant) -> Option<[String; 3]> {
    let plain = |text: &str| {
        let words: Vec<&str> = text.split_whitespace().collect();
        words.join(" ").to_lowercase()
    };
    let address = applicant.personal.contact.email.as_deref()?;
    let municipality = applicant.application.municipality.as_str();
    let name = applicant.personal.name();
    Some([plain(&name), municipality.to_owned(), plain(address)])
}

/// Compares with what was said before in the same rehearsal.
fn told(before: &Personal, applicant: &Applicant, wanted: &Wanted) -> Resolved {
    let same = *before == applicant.personal && !wanted.moves;
    let data = (!same).then(|| Known {
        person: wanted.person,
        placeholder: applicant.personal.placeholder,
        look_alikes: Vec::new(),
        blocks: Blocks::default(),
    });
    Resolved::Content(Box::new(Compared {
        at: wanted.at,
        data,
        found_by: None,
    }))
}
