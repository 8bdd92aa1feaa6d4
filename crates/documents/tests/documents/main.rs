//! Keeping, reading and sweeping bytes on a real server.

use std::time::Duration;

use anmeldewerk_documents::{Content, Key, Store};
use anmeldewerk_domain::{WorkshopId, workshop::ContentHash};
use anmeldewerk_stack::{
    folder::Folder,
    nats::{Nats, User},
    wait,
};
use async_nats::jetstream::{self, object_store::ObjectStore};
use sha2::{Digest, Sha256};

struct House {
    nats: Nats,
    store: Store,
    _folder: Folder,
}

async fn house() -> House {
    let folder = Folder::new("documents").expect("a test folder can be made");
    let nats = Nats::start(&folder.join("nats")).await.expect("it starts");
    nats.provision().await.expect("the streams are made");
    let client = nats.connect(User::Registration).await.expect("it answers");
    House {
        nats,
        store: Store::new(client),
        _folder: folder,
    }
}

impl House {
    async fn bucket(&self) -> ObjectStore {
        let client = self.nats.connect(User::Registration).await;
        let context = jetstream::new(client.expect("it answers"));
        let bucket = context
            .get_object_store(anmeldewerk_documents::BUCKET)
            .await;
        bucket.expect("it is there")
    }
}

fn key(workshop: u128, bytes: &[u8]) -> Key {
    Key {
        workshop: WorkshopId(workshop),
        content: ContentHash(Sha256::digest(bytes).into()),
    }
}

async fn read(mut content: Content) -> Vec<u8> {
    let mut read = Vec::new();
    while let Some(bytes) = content.next().await.expect("it is read") {
        read.extend(bytes);
    }
    read
}

const PATIENCE: Duration = Duration::from_secs(30);
const NOW: Duration = Duration::ZERO;
const AN_HOUR: Duration = Duration::from_hours(1);

/// Bytes that no two chunks have alike.
fn large(bytes: usize) -> Vec<u8> {
    (0..bytes)
        .map(|at| u8::try_from(at.wrapping_mul(2_654_435_761) >> 13 & 0xff).expect("a byte"))
        .collect()
}

#[tokio::test]
async fn what_is_kept_is_read_byte_for_byte_also_after_the_server_was_killed() {
    let house = house().await;
    let sizes = [1, 131_072, 131_073, 3_000_000];
    for size in sizes {
        let bytes = large(size);
        house
            .store
            .keep(key(1, &bytes), &bytes)
            .await
            .expect("it is kept");
    }
    house.nats.kill();
    house.nats.restart().await.expect("it starts again");
    for size in sizes {
        let bytes = large(size);
        // The connection comes back by itself.
        let found = wait::until(PATIENCE, async || {
            let found = house.store.open(key(1, &bytes)).await;
            found.map_err(|fault| fault.to_string())
        });
        let found = found.await.expect("it answers again");
        let content = found.expect("it is there");
        assert_eq!(content.left(), u64::try_from(size).expect("a size"));
        assert!(read(content).await == bytes, "{size} bytes are the same");
    }
    let missing = house.store.open(key(2, &large(1))).await;
    assert!(
        missing.expect("an answer").is_none(),
        "it is another workshop's"
    );
}

#[tokio::test]
async fn the_largest_document_is_kept_and_read() {
    let house = house().await;
    let most = anmeldewerk_domain::workshop::MOST_DOCUMENT_BYTES;
    let bytes = large(usize::try_from(most).expect("a size"));
    house
        .store
        .keep(key(1, &bytes), &bytes)
        .await
        .expect("it is kept");
    let content = house.store.open(key(1, &bytes)).await.expect("an answer");
    assert!(read(content.expect("it is there")).await == bytes);
}

#[tokio::test]
async fn bytes_with_another_hash_are_refused() {
    let house = house().await;
    let kept = house.store.keep(key(1, b"one"), b"other").await;
    assert!(kept.is_err());
}

#[tokio::test]
async fn what_is_old_and_not_kept_anew_is_taken_away() {
    let house = house().await;
    for bytes in [&b"one"[..], b"two"] {
        house
            .store
            .keep(key(1, bytes), bytes)
            .await
            .expect("it is kept");
    }
    assert!(house.store.stale(AN_HOUR).await.expect("a list").is_empty());
    let mut stale = house.store.stale(NOW).await.expect("a list");
    stale.sort_by_key(|stale| stale.key != key(1, b"one"));
    assert_eq!(stale.len(), 2);
    // Somebody sends the second one again before it is taken away.
    house
        .store
        .keep(key(1, b"two"), b"two")
        .await
        .expect("it is kept");
    assert!(house.store.remove(&stale[0]).await.expect("an answer"));
    assert!(!house.store.remove(&stale[1]).await.expect("an answer"));
    let gone = house.store.open(key(1, b"one")).await.expect("an answer");
    assert!(gone.is_none());
    let there = house.store.open(key(1, b"two")).await.expect("an answer");
    assert_eq!(read(there.expect("it is there")).await, b"two");
    let left = house.store.stale(NOW).await.expect("a list");
    assert_eq!(left.len(), 1);
    // What is gone may be kept again.
    house
        .store
        .keep(key(1, b"one"), b"one")
        .await
        .expect("it is kept");
    let there = house.store.open(key(1, b"one")).await.expect("an answer");
    assert_eq!(read(there.expect("it is there")).await, b"one");
}

#[tokio::test]
async fn what_somebody_else_keeps_is_left_alone() {
    let house = house().await;
    let bucket = house.bucket().await;
    bucket
        .put("theirs", &mut &b"theirs"[..])
        .await
        .expect("it is kept");
    assert!(house.store.stale(NOW).await.expect("a list").is_empty());
    let removed = house.store.remove_orphans(NOW).await;
    assert_eq!(removed.expect("an answer"), 0);
}

#[tokio::test]
async fn chunks_without_an_object_are_taken_away_and_others_are_not() {
    let house = house().await;
    house
        .store
        .keep(key(1, b"one"), b"one")
        .await
        .expect("it is kept");
    let client = house
        .nats
        .connect(User::Registration)
        .await
        .expect("it answers");
    let context = jetstream::new(client);
    // A process that ended before it said what the chunks are.
    for part in ["half", "of it"] {
        let sent = context
            .publish("$O.AW_DOCUMENTS.C.LEFTBEHIND", part.into())
            .await;
        sent.expect("it is sent").await.expect("it is kept");
    }
    let removed = |age| house.store.remove_orphans(age);
    assert_eq!(removed(AN_HOUR).await.expect("an answer"), 0);
    assert_eq!(removed(NOW).await.expect("an answer"), 1);
    assert_eq!(removed(NOW).await.expect("an answer"), 0);
    let there = house.store.open(key(1, b"one")).await.expect("an answer");
    assert_eq!(read(there.expect("it is there")).await, b"one");
}
