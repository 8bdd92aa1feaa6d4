//! Whatever has happened to a file: what is loaded is what the log alone would give.

mod damage;
mod folder;
pub(crate) mod history;
mod others;
mod speed;
mod whole;

use std::{fs, path::PathBuf, sync::Arc};

use anmeldewerk_contract::{Message, Position, Recorded, Subject, bare, decode};
use anmeldewerk_domain::{Instant, State, evolve};
use anmeldewerk_journal::{AppendError, Entry, Follower, Journal, LogState, Memory, ReadError};
use anmeldewerk_stack::folder::Folder;

use super::{Keeper, Place, Shelf};
use history::boundary;

/// A log in memory that was created at some instant, and whose leader may be out of reach.
#[derive(Clone)]
struct Log {
    memory: Memory,
    created: Instant,
    silent: bool,
}

impl Log {
    /// A log that holds a workshop with so many registrations.
    async fn with(registrations: u32) -> Self {
        let log = Self {
            memory: Memory::default(),
            created: Instant::from_micros(7),
            silent: false,
        };
        let entries = history::entries(0..registrations);
        log.append(entries).await.expect("it is in memory");
        log
    }

    async fn go_on(&self, registrations: std::ops::Range<u32>) {
        let entries = history::entries(registrations);
        self.append(entries).await.expect("it is in memory");
    }
}

impl Journal for Log {
    async fn append(&self, entries: Vec<Entry>) -> Result<Vec<Position>, AppendError> {
        self.memory.append(entries).await
    }

    async fn page(
        &self,
        subject: &Subject,
        after: Position,
        limit: usize,
    ) -> Result<Vec<Message>, ReadError> {
        self.memory.page(subject, after, limit).await
    }

    async fn last(&self, subject: &Subject) -> Result<Option<Message>, ReadError> {
        self.memory.last(subject).await
    }

    async fn at(&self, position: Position) -> Result<Option<Message>, ReadError> {
        if self.silent {
            return Err(ReadError::Unavailable {
                doing: "reading a message",
                reason: "test".to_owned(),
            });
        }
        self.memory.at(position).await
    }

    async fn state(&self) -> Result<LogState, ReadError> {
        let state = self.memory.state().await?;
        let created = self.created;
        Ok(LogState { created, ..state })
    }

    async fn follow(&self, after: Position) -> Result<Follower, ReadError> {
        self.memory.follow(after).await
    }
}

/// What is folded: all that a cell can be made from.
#[derive(Clone, Debug, PartialEq)]
struct Folded {
    state: State,
    decisions: Vec<Recorded>,
}

impl Folded {
    fn fresh() -> Self {
        Self {
            state: boundary().unborn(),
            decisions: Vec::new(),
        }
    }

    fn replay(&mut self, recorded: &Recorded) {
        let state = std::mem::replace(&mut self.state, boundary().unborn());
        self.state = recorded.decision.events.iter().fold(state, evolve);
        self.decisions.push(bare::strip(recorded.clone()));
    }

    fn tail(&self) -> Position {
        let last = self.decisions.last();
        last.map_or(Position::START, |recorded| recorded.position)
    }

    async fn catch_up(&mut self, log: &Log) {
        let subject = Subject::from(&boundary());
        let page = log.page(&subject, self.tail(), usize::MAX).await;
        for message in page.expect("a page") {
            self.replay(&decode(&message).expect("a known form"));
        }
    }
}

/// A shelf in a folder of its own.
struct Room {
    shelf: Shelf,
    keeper: Keeper,
    place: Arc<Place>,
    folder: Folder,
}

fn place(folder: &Folder) -> Place {
    Place {
        folder: folder.join("cache"),
        most_bytes: 1 << 30,
        stream: "AW_LOG".to_owned(),
    }
}

impl Room {
    fn new() -> Self {
        Self::with(|_| {})
    }

    fn with(change: impl FnOnce(&mut Place)) -> Self {
        let folder = Folder::new("snapshot").expect("a folder");
        let mut place = place(&folder);
        change(&mut place);
        let (shelf, keeper) = Shelf::open(place.clone());
        Self {
            shelf,
            keeper,
            place: Arc::new(place),
            folder,
        }
    }

    fn file(&self) -> PathBuf {
        self.place.file(&Subject::from(&boundary()))
    }

    fn bytes(&self) -> Vec<u8> {
        fs::read(self.file()).expect("a file")
    }

    fn write(&self, bytes: &[u8]) {
        fs::write(self.file(), bytes).expect("the file is written");
    }

    async fn extend(&self, log: &Log) {
        let extended = self.place.extend(log, &boundary()).await;
        extended.expect("it is extended");
    }

    /// Loads as a writer does, asserts that it is what the log alone gives, and says how many
    /// decisions came from the shelf.
    async fn load(&self, log: &Log) -> usize {
        let fresh = (Folded::fresh(), Folded::replay);
        let shelved = self.shelf.load(log, &boundary(), fresh).await;
        let mut loaded = shelved.unwrap_or_else(Folded::fresh);
        let from_the_shelf = loaded.decisions.len();
        loaded.catch_up(log).await;
        let mut alone = Folded::fresh();
        alone.catch_up(log).await;
        assert_eq!(loaded, alone);
        from_the_shelf
    }
}
