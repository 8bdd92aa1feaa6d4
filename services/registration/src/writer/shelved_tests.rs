//! Cells that were loaded with the help of snapshots, on a real log.

use anmeldewerk_contract::Position;
use anmeldewerk_journal::{JetStream, Journal};
use anmeldewerk_service::clock::Stopwatch;
use anmeldewerk_stack::{
    folder::Folder,
    nats::{Nats, User},
};

use super::{cell::Cell, loading::read};
use crate::snapshot::{
    Place, Shelf,
    tests::history::{boundary, entries},
};

/// The server takes so many messages in one batch.
const BATCH: u32 = 1_000;

/// A server with a log, and a folder for snapshots.
struct House {
    log: JetStream,
    place: Place,
    _nats: Nats,
    _folder: Folder,
}

impl House {
    async fn start() -> Self {
        let folder = Folder::new("shelved").expect("a folder");
        let nats = Nats::start(&folder.join("nats")).await.expect("a server");
        nats.provision().await.expect("a stream");
        let url = nats.url(User::Registration);
        let log = JetStream::connect(&url, "AW_LOG", &[]).await;
        let place = Place {
            folder: folder.join("cache"),
            most_bytes: 1 << 30,
            stream: "AW_LOG".to_owned(),
        };
        Self {
            log: log.expect("the log is safe"),
            place,
            _nats: nats,
            _folder: folder,
        }
    }

    async fn come(&self, people: std::ops::Range<u32>) {
        let mut first = people.start;
        while first < people.end {
            let next = (first + BATCH - 1).min(people.end);
            let stored = self.log.append(entries(first..next)).await;
            stored.expect("it is stored");
            first = next;
        }
    }

    /// Loads the workshop as a writer that has just been started does.
    async fn load(&self, snapshots: Shelf) -> Cell {
        let cell = read(&self.log, &snapshots, &boundary()).await;
        cell.expect("it is loaded")
    }

    async fn load_shelved(&self) -> Cell {
        self.load(Shelf::open(self.place.clone()).0).await
    }

    async fn load_alone(&self) -> Cell {
        self.load(Shelf::none()).await
    }

    /// Lets whoever wishes for it have their snapshots extended.
    async fn extend(&self) {
        let (snapshots, mut keeper) = Shelf::open(self.place.clone());
        assert!(snapshots.wish(&boundary()));
        drop(snapshots);
        keeper.extend_all(&self.log).await;
    }
}

/// The same cell, whatever of it stood on the shelf.
fn same(mut cell: Cell) -> Cell {
    cell.unshelved = 0;
    cell
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cell_from_the_shelf_is_the_one_from_the_log() {
    let house = House::start().await;
    house.come(0..2_300).await;
    house.extend().await;
    house.come(2_300..2_400).await;
    let shelved = house.load_shelved().await;
    assert_eq!(shelved.unshelved, 100, "the rest came from the shelf");
    assert_eq!(shelved.tail, Position(2_401));
    let alone = house.load_alone().await;
    assert_eq!(alone.unshelved, 2_401);
    assert!(same(shelved) == same(alone), "they differ");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_writer_wishes_for_a_snapshot_when_it_is_worth_it() {
    let house = House::start().await;
    house.come(0..10_500).await;
    let (shelf, mut keeper) = Shelf::open(house.place.clone());
    let mut cell = house.load(shelf.clone()).await;
    assert_eq!(cell.unshelved, 10_501);
    cell.wish_for_snapshot(&boundary(), &shelf);
    assert_eq!(cell.unshelved, 0);
    drop(shelf);
    keeper.extend_all(&house.log).await;
    assert_eq!(house.load_shelved().await.unshelved, 0);
}

/// Prints what it takes to load a workshop of 100,000 registrations.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "measures: cargo test --release -p anmeldewerk-registration --lib -- --ignored --nocapture cold_load"]
async fn cold_load_of_100_000_registrations() {
    let house = House::start().await;
    house.come(0..100_000).await;
    let took = Stopwatch::start();
    house.extend().await;
    println!("snapshot made in {:?}", took.elapsed());
    for round in 0..5 {
        let took = Stopwatch::start();
        let alone = house.load_alone().await;
        println!("{round}: from the log alone {:?}", took.elapsed());
        let took = Stopwatch::start();
        let shelved = house.load_shelved().await;
        println!("{round}: with a snapshot {:?}", took.elapsed());
        assert_eq!(shelved.unshelved, 0);
        assert!(same(shelved) == same(alone), "they differ");
    }
}
