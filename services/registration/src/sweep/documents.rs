//! Sweeping the bytes of documents that no decision names.

use std::time::Duration;

use anmeldewerk_contract::Subject;
use anmeldewerk_documents::{Fault, Stale, Store};
use anmeldewerk_domain::Boundary;
use anmeldewerk_journal::Journal;
use anmeldewerk_service::telemetry::chain;

use super::named::Named;

/// How long bytes are left alone: a command is decided within minutes or never.
const AGE: Duration = Duration::from_hours(24);

/// Sweeps all there is; what cannot be swept is left for the next time.
pub(super) async fn sweep<J: Journal>(journal: &J, store: &Store) {
    if let Err(fault) = sweep_older(journal, store, AGE).await {
        tracing::warn!(error = %chain(&fault), "documents could not be swept");
    }
}

async fn sweep_older<J: Journal>(journal: &J, store: &Store, age: Duration) -> Result<(), Fault> {
    let mut stale = store.stale(age).await?;
    stale.sort_by_key(|stale| stale.key);
    let mut swept = 0;
    for of_one in stale.chunk_by(|one, other| one.key.workshop == other.key.workshop) {
        swept += settle(journal, store, of_one).await?;
    }
    swept += store.remove_orphans(age).await?;
    metrics::counter!("documents_swept_total").increment(u64::try_from(swept).unwrap_or(u64::MAX));
    if swept > 0 {
        tracing::info!(
            documents = swept,
            "documents that no decision names were swept"
        );
    }
    Ok(())
}

/// Takes away what one workshop does not name; gives how much.
async fn settle<J: Journal>(journal: &J, store: &Store, stale: &[Stale]) -> Result<usize, Fault> {
    let Some(first) = stale.first() else {
        return Ok(0);
    };
    let boundary = Boundary::Workshop(first.key.workshop);
    let named = match Named::read(journal, &Subject::from(&boundary)).await {
        Ok(named) => named,
        Err(error) => {
            tracing::warn!(error = %chain(&error), "documents of a workshop stay unswept");
            return Ok(0);
        }
    };
    let mut swept = 0;
    for stale in stale.iter().filter(|stale| !named.keeps(stale.key.content)) {
        swept += usize::from(store.remove(stale).await?);
    }
    Ok(swept)
}

#[cfg(test)]
mod tests {
    use super::*;
    use anmeldewerk_documents::Key;
    use anmeldewerk_domain::{
        TextLine, WorkshopId,
        workshop::{ContentHash, Document, DocumentAdded, DocumentKind, Event, MediaType},
    };
    use anmeldewerk_journal::Memory;
    use anmeldewerk_stack::{
        folder::Folder,
        nats::{Nats, User},
    };
    use ring::digest::{SHA256, digest};

    use crate::snapshot::tests::history;

    fn key(workshop: WorkshopId, bytes: &[u8]) -> Key {
        let hash = digest(&SHA256, bytes);
        let hash = hash.as_ref().try_into().expect("32 bytes");
        Key {
            workshop,
            content: ContentHash(hash),
        }
    }

    fn added(key: Key) -> Event {
        Event::DocumentAdded(Box::new(DocumentAdded {
            number: 1,
            document: Document {
                kind: DocumentKind::Agenda,
                content: key.content,
                media_type: MediaType::Text,
                size: 5,
                title: TextLine::new("Programm").expect("a line"),
                valid_from: None,
                note: None,
            },
        }))
    }

    #[tokio::test]
    async fn what_a_decision_names_stays_and_what_none_names_goes() {
        let folder = Folder::new("sweep").expect("a folder");
        let nats = Nats::start(&folder.join("nats")).await.expect("it starts");
        nats.provision().await.expect("streams");
        let client = nats.connect(User::Registration).await.expect("it answers");
        let store = Store::new(client);
        let Boundary::Workshop(home) = history::boundary() else {
            panic!("it is a workshop");
        };
        let journal = Memory::default();
        let mut entries = history::entries(0..1);
        entries.push(history::entry(7, vec![added(key(home, b"named"))]));
        for entry in entries {
            journal.append(vec![entry]).await.expect("appended");
        }
        // The same bytes at another workshop are named by nothing.
        let other = WorkshopId(home.0 + 1);
        for (workshop, bytes) in [(home, &b"named"[..]), (home, b"unnamed"), (other, b"named")] {
            store.keep(key(workshop, bytes), bytes).await.expect("kept");
        }
        sweep_older(&journal, &store, AGE).await.expect("swept");
        assert_eq!(store.stale(Duration::ZERO).await.expect("a list").len(), 3);
        sweep_older(&journal, &store, Duration::ZERO)
            .await
            .expect("swept");
        let left = store.stale(Duration::ZERO).await.expect("a list");
        let left: Vec<Key> = left.into_iter().map(|stale| stale.key).collect();
        assert_eq!(left, [key(home, b"named")]);
    }
}
