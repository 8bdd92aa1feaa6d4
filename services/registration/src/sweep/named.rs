//! What a workshop's decisions name.

use std::collections::BTreeSet;

use anmeldewerk_contract::{DecodeError, Position, Subject, decode};
use anmeldewerk_domain::{
    Event, PersonId, RegistrationId,
    workshop::{self, ContentHash},
};
use anmeldewerk_journal::{Journal, ReadError};
use anmeldewerk_vault::Noted;

/// How many messages are read at once.
const PAGE: usize = 1_000;

/// Why it cannot be told what a workshop's decisions name.
#[derive(Debug, thiserror::Error)]
pub(super) enum Untold {
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
pub(super) struct Named {
    registrations: BTreeSet<RegistrationId>,
    /// Under whose keys it is sealed whom to ask about a group, though they may have been refused.
    contacts: BTreeSet<PersonId>,
    documents: BTreeSet<ContentHash>,
}

impl Named {
    /// Reads it from the log, to its end as the leader sees it.
    pub(super) async fn read<J: Journal>(journal: &J, subject: &Subject) -> Result<Self, Untold> {
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
                Event::Workshop(E::DocumentAdded(it)) => {
                    self.documents.insert(it.document.content);
                }
                Event::Workshop(_) | Event::Program(_) | Event::Catalogue(_) => {}
            }
        }
    }

    pub(super) fn names(&self, note: &Noted) -> bool {
        let registration = RegistrationId(note.registration.as_u128());
        self.registrations.contains(&registration)
            || self.contacts.contains(&PersonId(note.person.as_u128()))
    }

    /// Says whether any version of a document has these bytes.
    pub(super) fn keeps(&self, content: ContentHash) -> bool {
        self.documents.contains(&content)
    }
}
