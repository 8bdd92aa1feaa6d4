//! Sweeping the vault: persons who were found or made for a command that never became a decision.
//!
//! The vault lists what was noted before a decision was made; the log tells which of it came to be.
//! Nothing rests on the hour at which this is done, and two services may do it at once.

use std::{collections::BTreeSet, convert::Infallible, sync::Arc, time::Duration};

use anmeldewerk_contract::{DecodeError, Position, Subject, decode};
use anmeldewerk_domain::{Boundary, Event, PersonId, RegistrationId, WorkshopId, workshop};
use anmeldewerk_journal::{Journal, ReadError};
use anmeldewerk_service::{Process, telemetry::chain};
use anmeldewerk_vault::{Noted, SWEEP_AFTER, Vault};

/// How often it is looked for what is to be swept.
const PERIOD: Duration = Duration::from_hours(1);
/// How many notes are looked at in one round.
const LIMIT: u32 = 10_000;
/// How many messages are read at once.
const PAGE: usize = 1_000;
/// How many notes are settled in one transaction.
const AT_ONCE: usize = 1_000;

/// Why it cannot be told what a workshop's decisions name.
#[derive(Debug, thiserror::Error)]
enum Untold {
    /// The log could not be read.
    #[error("log could not be read")]
    Read(#[from] ReadError),
    /// A message of the workshop is not known to this version.
    #[error("message at {at} is not known to this version")]
    Unknown {
        at: Position,
        #[source]
        source: DecodeError,
    },
    /// What was read ends before the workshop does: a replica lags behind.
    #[error("log was not read to its end")]
    Short,
}

/// What a workshop's decisions name.
#[derive(Default)]
struct Named {
    registrations: BTreeSet<RegistrationId>,
    /// Under whose keys it is sealed whom to ask about a group, though they may have been refused.
    contacts: BTreeSet<PersonId>,
}

impl Named {
    /// Reads it from the log, to its end as the leader sees it.
    async fn read<J: Journal>(journal: &J, subject: &Subject) -> Result<Self, Untold> {
        let last = journal.last(subject).await?;
        let (mut named, mut at) = (Self::default(), Position::START);
        loop {
            let page = journal.page(subject, at, PAGE).await?;
            for message in &page {
                at = message.position;
                let recorded = decode(message).map_err(|source| Untold::Unknown { at, source })?;
                named.take_in(recorded.decision.events);
            }
            if page.len() < PAGE {
                break;
            }
        }
        match last {
            Some(last) if at < last.position => Err(Untold::Short),
            _ => Ok(named),
        }
    }

    fn take_in(&mut self, events: Vec<Event>) {
        use workshop::Event as E;
        for event in events {
            match event {
                Event::Workshop(E::Submitted(it)) => {
                    self.registrations.extend([it.registration]);
                }
                Event::Workshop(E::Substituted(it)) => {
                    self.registrations.extend([it.successor]);
                }
                Event::Workshop(E::GroupSubmitted(it)) => {
                    self.contacts
                        .extend(it.contact.map(|contact| contact.person));
                }
                Event::Workshop(_) | Event::Program(_) | Event::Catalogue(_) => {}
            }
        }
    }

    fn names(&self, note: &Noted) -> bool {
        let registration = RegistrationId(note.registration.as_u128());
        self.registrations.contains(&registration)
            || self.contacts.contains(&PersonId(note.person.as_u128()))
    }
}

/// Sweeps at the start and then every hour, until the process is asked to stop.
pub(crate) async fn run<J: Journal>(
    journal: J,
    vault: Arc<Vault>,
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
            () = sweep(&journal, &vault) => {}
        }
    }
}

/// Sweeps all there is; a round that settles nothing is the last one.
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
