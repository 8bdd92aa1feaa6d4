//! The writer on a log that does everything wrong that a log can do.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use anmeldewerk_contract::{ClockKind, CommandId, Fingerprint, Message, Position, Subject, decode};
use anmeldewerk_domain::{Boundary, Command, Instant, LandCode, ProgramId, TextLine, program};
use anmeldewerk_journal::{AppendError, Entry, Follower, Journal, LogState, Memory, ReadError};
use anmeldewerk_stack::{database::Databases, folder::Folder, postgres::Role, secret};
use anmeldewerk_vault::{KeyEncryption, Vault};
use tokio::task::JoinHandle;

use super::{Answer, Asked, Desk, Refusal, Task, Wish, drain::Regressed};
use crate::{access::Asker, fresh, snapshot::Shelf};

/// What the next append does.
#[derive(Clone, Copy, Debug)]
enum Fault {
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
}

/// A log in memory with faults to come.
#[derive(Clone)]
struct Faulty {
    log: Memory,
    faults: Arc<Mutex<VecDeque<Fault>>>,
}

impl Faulty {
    fn new(faults: &[Fault]) -> Self {
        Self {
            log: Memory::default(),
            faults: Arc::new(Mutex::new(faults.iter().copied().collect())),
        }
    }

    async fn decisions(&self) -> Vec<Message> {
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
        let fault = self.faults.lock().expect("no panic").pop_front();
        match fault {
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

    async fn page(
        &self,
        subject: &Subject,
        after: Position,
        limit: usize,
    ) -> Result<Vec<Message>, ReadError> {
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

fn boundary() -> Boundary {
    Boundary::Program(ProgramId::new("sh").expect("a slug"))
}

fn put(name: &str, key: u8) -> Asked {
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

/// A decision of another service.
fn foreign_entry(expected: Option<Position>) -> Entry {
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
        payload,
    }
}

/// A writer on a faulty log, with a real vault that it is never to need.
struct Office {
    desk: Desk,
    log: Faulty,
    task: JoinHandle<Result<(), Regressed>>,
    _databases: Databases,
    _folder: Folder,
}

async fn office(faults: &[Fault]) -> Office {
    let (databases, folder) = (
        Databases::create().await.expect("databases"),
        Folder::new("writer").expect("a folder"),
    );
    let kek = secret::kek_file(folder.path()).expect("a key file");
    let kek = Arc::new(KeyEncryption::load(&kek).expect("a key"));
    let vault = Vault::connect(&databases.vault_url(Role::Registration), 1, kek).await;
    let log = Faulty::new(faults);
    let (task, desk) = Task::new(
        log.clone(),
        Arc::new(vault.expect("a vault")),
        Shelf::none(),
    );
    Office {
        desk,
        log,
        task: tokio::spawn(task.run()),
        _databases: databases,
        _folder: folder,
    }
}

fn decided(answer: Result<Answer, Refusal>) -> (u64, bool) {
    match answer.expect("accepted") {
        Answer::Decided {
            position, replayed, ..
        } => (position.0, replayed),
        Answer::Unchanged { position, .. } => panic!("unchanged since {position}"),
    }
}

#[tokio::test]
async fn a_lost_answer_is_found_in_the_log_and_is_the_first_answer_still() {
    let office = office(&[Fault::StoredUnknown]).await;
    assert_eq!(decided(office.desk.ask(put("SH", 1)).await), (1, false));
    assert_eq!(office.log.decisions().await.len(), 1);
    assert_eq!(decided(office.desk.ask(put("SH", 1)).await), (1, true));
}

#[tokio::test]
async fn a_request_that_never_arrived_is_sent_again_and_stands_once() {
    let office = office(&[Fault::LostUnknown, Fault::LostUnknown]).await;
    assert_eq!(decided(office.desk.ask(put("SH", 1)).await), (1, false));
    assert_eq!(office.log.decisions().await.len(), 1);
}

#[tokio::test]
async fn who_is_overtaken_decides_again_on_what_the_other_has_left() {
    let office = office(&[Fault::Overtaken]).await;
    assert_eq!(decided(office.desk.ask(put("SH", 1)).await), (2, false));
    let decisions = office.log.decisions().await;
    let last = decode(&decisions[1]).expect("a known form").decision.events;
    assert!(
        matches!(
            &last[..],
            [anmeldewerk_domain::Event::Program(program::Event::Amended(
                _
            ))]
        ),
        "it was decided on the other's state: {last:?}"
    );
}

#[tokio::test]
async fn when_nothing_was_stored_it_is_said_so_and_the_next_command_finds_a_clean_state() {
    let office = office(&[Fault::Unavailable]).await;
    let refused = office.desk.ask(put("SH", 1)).await;
    assert!(matches!(refused, Err(Refusal::Unavailable)), "{refused:?}");
    assert_eq!(office.log.decisions().await.len(), 0);
    assert_eq!(decided(office.desk.ask(put("SH", 1)).await), (1, false));
}

#[tokio::test]
async fn after_doubt_nobody_is_told_that_nothing_was_stored() {
    let mut faults = vec![Fault::LostUnknown];
    faults.extend([Fault::Unavailable; 20]);
    let office = office(&faults).await;
    let refused = office.desk.ask(put("SH", 1)).await;
    assert!(
        matches!(refused, Err(Refusal::OutcomeUnknown)),
        "{refused:?}"
    );
}

#[tokio::test]
async fn the_same_key_with_another_command_is_refused_and_what_is_so_already_writes_nothing() {
    let office = office(&[]).await;
    assert_eq!(decided(office.desk.ask(put("SH", 1)).await), (1, false));
    let reused = office.desk.ask(put("Schleswig", 1)).await;
    assert!(matches!(reused, Err(Refusal::KeyReused)), "{reused:?}");
    let unchanged = office.desk.ask(put("SH", 2)).await;
    assert!(
        matches!(
            unchanged,
            Ok(Answer::Unchanged {
                position: Position(1),
                ..
            })
        ),
        "{unchanged:?}"
    );
    assert_eq!(office.log.decisions().await.len(), 1);
}

#[tokio::test]
async fn a_boundary_that_cannot_be_read_holds_up_nobody_else() {
    let office = office(&[]).await;
    let broken = Entry {
        payload: b"{}".to_vec(),
        ..foreign_entry(Some(Position::START))
    };
    office.log.log.append(vec![broken]).await.expect("stored");
    let other = Boundary::Program(ProgramId::new("mv").expect("a slug"));
    let (hindered, free) = tokio::join!(
        office.desk.ask(put("SH", 1)),
        office.desk.ask(Asked {
            boundary: other,
            ..put("MV", 2)
        })
    );
    assert!(
        matches!(hindered, Err(Refusal::Unavailable)),
        "{hindered:?}"
    );
    assert_eq!(decided(free), (2, false));
}

#[tokio::test]
async fn what_an_equal_command_of_the_same_drain_has_decided_is_so_since_that_position() {
    let office = office(&[]).await;
    let (first, second) =
        tokio::join!(office.desk.ask(put("SH", 1)), office.desk.ask(put("SH", 2)));
    assert_eq!(decided(first), (1, false));
    assert!(
        matches!(
            second,
            Ok(Answer::Unchanged {
                position: Position(1),
                ..
            })
        ),
        "{second:?}"
    );
}

#[tokio::test]
async fn a_log_that_gives_a_position_twice_is_not_believed() {
    let office = office(&[Fault::FromTheStart, Fault::FromTheStart]).await;
    assert_eq!(decided(office.desk.ask(put("SH", 1)).await), (1, false));
    let other = Asked {
        boundary: Boundary::Program(ProgramId::new("mv").expect("a slug")),
        ..put("MV", 2)
    };
    let refused = office.desk.ask(other).await;
    assert!(
        matches!(refused, Err(Refusal::OutcomeUnknown)),
        "{refused:?}"
    );
    assert!(office.task.await.expect("no panic").is_err());
}
