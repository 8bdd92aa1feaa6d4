//! A log that does everything wrong that a log can do, and what is asked on it.

use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use anmeldewerk_contract::{ClockKind, CommandId, Fingerprint, Message, Position, Subject};
use anmeldewerk_domain::{Boundary, Command, Instant, LandCode, ProgramId, TextLine, program};
use anmeldewerk_journal::{AppendError, Entry, Follower, Journal, LogState, Memory, ReadError};
use tokio::sync::Notify;

use super::{Asked, Wish};
use crate::{access::Asker, fresh};

/// What the next append does.
#[derive(Clone, Copy, Debug)]
pub(super) enum Fault {
    /// Stores, and loses the answer.
    StoredUnknown,
    /// Loses the request, and nobody knows.
    LostUnknown,
    /// Stores nothing, and says so.
    Unavailable,
    /// Somebody else writes first.
    Overtaken,
    /// Gives the first position, whatever it gave before.
    FromTheStart,
    /// Stores the first entry alone, and loses the answers to the others.
    Half,
    /// Waits until the gate is opened.
    Gate,
    /// Waits until then, too, and stores nothing.
    GateShut,
}

/// A log in memory with faults to come.
#[derive(Clone)]
pub(super) struct Faulty {
    pub(super) log: Memory,
    pub(super) faults: Arc<Mutex<VecDeque<Fault>>>,
    pub(super) gate: Arc<Notify>,
    /// This boundary is not read before the gate is opened.
    pub(super) slow: Option<Subject>,
    pub(super) appends: Arc<AtomicUsize>,
    /// So many pages are read from a replica that has nothing yet.
    pub(super) lagging: Arc<AtomicUsize>,
    /// Every subject that was read, as often as it was.
    pub(super) read: Arc<Mutex<Vec<Subject>>>,
}

impl Faulty {
    pub(super) fn new(faults: &[Fault]) -> Self {
        Self {
            log: Memory::default(),
            faults: Arc::new(Mutex::new(faults.iter().copied().collect())),
            gate: Arc::default(),
            slow: None,
            appends: Arc::default(),
            lagging: Arc::default(),
            read: Arc::default(),
        }
    }

    pub(super) async fn decisions(&self) -> Vec<Message> {
        let subject = Subject::from(&boundary());
        self.log
            .page(&subject, Position::START, 100)
            .await
            .expect("a page")
    }
}

fn unknown() -> AppendError {
    AppendError::Unknown {
        reason: "test".to_owned(),
    }
}

impl Journal for Faulty {
    async fn append(&self, entries: Vec<Entry>) -> Result<Vec<Position>, AppendError> {
        if entries.is_empty() {
            return self.log.append(entries).await;
        }
        self.appends.fetch_add(1, Ordering::Relaxed);
        let fault = self.faults.lock().expect("no panic").pop_front();
        match fault {
            Some(Fault::Gate) => {
                self.gate.notified().await;
                self.log.append(entries).await
            }
            Some(Fault::GateShut) => {
                self.gate.notified().await;
                Err(AppendError::Unavailable {
                    reason: "test".to_owned(),
                })
            }
            Some(Fault::Half) => unreachable!("only of appends with an answer for each"),
            None => self.log.append(entries).await,
            Some(Fault::StoredUnknown) => {
                self.log.append(entries).await?;
                Err(unknown())
            }
            Some(Fault::LostUnknown) => Err(unknown()),
            Some(Fault::FromTheStart) => Ok(vec![Position(1)]),
            Some(Fault::Unavailable) => Err(AppendError::Unavailable {
                reason: "test".to_owned(),
            }),
            Some(Fault::Overtaken) => {
                let other = foreign_entry(entries[0].expected);
                self.log.append(vec![other]).await?;
                self.log.append(entries).await
            }
        }
    }

    async fn append_each(&self, entries: &[Entry]) -> Vec<Result<Position, AppendError>> {
        let half = {
            let mut faults = self.faults.lock().expect("no panic");
            matches!(faults.front(), Some(Fault::Half)).then(|| faults.pop_front())
        };
        if half.is_some() {
            let mut outcomes: Vec<_> = entries.iter().map(|_| Err(unknown())).collect();
            outcomes[0] = self.log.append(entries[..1].to_vec()).await.map(|p| p[0]);
            return outcomes;
        }
        match self.append(entries.to_vec()).await {
            Ok(positions) => positions.into_iter().map(Ok).collect(),
            Err(error) => entries.iter().map(|_| Err(error.clone())).collect(),
        }
    }

    async fn page(
        &self,
        subject: &Subject,
        after: Position,
        limit: usize,
    ) -> Result<Vec<Message>, ReadError> {
        self.read.lock().expect("no panic").push(subject.clone());
        if self.lagging.load(Ordering::Relaxed) > 0 {
            self.lagging.fetch_sub(1, Ordering::Relaxed);
            return Ok(Vec::new());
        }
        if self.slow.as_ref() == Some(subject) {
            self.gate.notified().await;
        }
        self.log.page(subject, after, limit).await
    }

    async fn last(&self, subject: &Subject) -> Result<Option<Message>, ReadError> {
        self.log.last(subject).await
    }

    async fn at(&self, position: Position) -> Result<Option<Message>, ReadError> {
        self.log.at(position).await
    }

    async fn state(&self) -> Result<LogState, ReadError> {
        self.log.state().await
    }

    async fn follow(&self, after: Position) -> Result<Follower, ReadError> {
        self.log.follow(after).await
    }
}

pub(super) fn boundary() -> Boundary {
    Boundary::Program(ProgramId::new("sh").expect("a slug"))
}

pub(super) fn put(name: &str, key: u8) -> Asked {
    let details = program::Details {
        name: TextLine::new(name).expect("a name"),
        land: LandCode::new("01").expect("a Land"),
        carrier: None,
        contact: None,
    };
    Asked {
        boundary: boundary(),
        asker: Asker::Operator,
        wish: Wish::Ready(Command::Program(program::Command::Put(details))),
        condition: None,
        command: CommandId([key; 32]),
        fingerprint: Fingerprint([name.len().to_le_bytes()[0]; 32]),
        received_at: Instant::from_micros(1_000),
        clock: ClockKind::Real,
        decision: fresh::random_id(),
        actor: fresh::random_id(),
        traceparent: None,
    }
}

/// The same of another program.
pub(super) fn elsewhere(name: &str, key: u8) -> Asked {
    Asked {
        boundary: Boundary::Program(ProgramId::new("mv").expect("a slug")),
        ..put(name, key)
    }
}

/// A decision of another service.
pub(super) fn foreign_entry(expected: Option<Position>) -> Entry {
    let asked = put("Von anderswo", 200);
    let decision = anmeldewerk_contract::Decision {
        id: asked.decision,
        boundary: boundary(),
        decided_at: asked.received_at,
        due: None,
        command: anmeldewerk_contract::IssuedCommand {
            id: asked.command,
            fingerprint: asked.fingerprint,
            kind: "program.put".to_owned(),
            received_at: asked.received_at,
        },
        clock: ClockKind::Real,
        actor: asked.actor,
        traceparent: None,
        events: vec![anmeldewerk_domain::Event::Program(
            program::Event::Registered(program::Details {
                name: TextLine::new("Von anderswo").expect("a name"),
                land: LandCode::new("01").expect("a Land"),
                carrier: None,
                contact: None,
            }),
        )],
    };
    let (headers, payload) = anmeldewerk_contract::encode(&decision).expect("small");
    Entry {
        subject: Subject::from(&boundary()),
        expected,
        headers,
        payload: payload.into(),
    }
}
