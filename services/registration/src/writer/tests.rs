//! The writer on a log that does everything wrong that a log can do.

use std::sync::{Arc, atomic::Ordering};

use anmeldewerk_contract::{Position, Subject, decode};
use anmeldewerk_domain::program;
use anmeldewerk_journal::{Entry, Journal};
use anmeldewerk_stack::{database::Databases, folder::Folder, postgres::Role, secret};
use anmeldewerk_vault::{KeyEncryption, Vault};
use tokio::task::JoinHandle;

use super::{
    Answer, Desk, PLACES, Refusal, Task,
    cells::Regressed,
    faulty::{Fault, Faulty, boundary, elsewhere, foreign_entry, put},
};
use crate::snapshot::Shelf;

/// A writer on a faulty log, with a real vault that it is never to need.
struct Office {
    desk: Desk,
    log: Faulty,
    task: JoinHandle<Result<(), Regressed>>,
    _databases: Databases,
    _folder: Folder,
}

async fn office(faults: &[Fault]) -> Office {
    office_on(Faulty::new(faults)).await
}

async fn office_on(log: Faulty) -> Office {
    let (databases, folder) = (
        Databases::create().await.expect("databases"),
        Folder::new("writer").expect("a folder"),
    );
    let kek = secret::kek_file(folder.path()).expect("a key file");
    let kek = Arc::new(KeyEncryption::load(&kek).expect("a key"));
    let vault = Vault::connect(&databases.vault_url(Role::Registration), 1, kek).await;
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
        payload: b"{}".to_vec().into(),
        ..foreign_entry(Some(Position::START))
    };
    office.log.log.append(vec![broken]).await.expect("stored");
    let (hindered, free) = tokio::join!(
        office.desk.ask(put("SH", 1)),
        office.desk.ask(elsewhere("MV", 2))
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
    let refused = office.desk.ask(elsewhere("MV", 2)).await;
    assert!(
        matches!(refused, Err(Refusal::OutcomeUnknown)),
        "{refused:?}"
    );
    assert!(office.task.await.expect("no panic").is_err());
}

#[tokio::test]
async fn the_innocent_go_again_as_they_were_decided_without_the_guilty() {
    let office = office(&[]).await;
    assert_eq!(decided(office.desk.ask(put("SH", 1)).await), (1, false));
    assert_eq!(
        decided(office.desk.ask(elsewhere("MV", 2)).await),
        (2, false)
    );
    let faults = Arc::clone(&office.log.faults);
    faults.lock().expect("no panic").push_back(Fault::Overtaken);
    let innocent = elsewhere("Mecklenburg", 4);
    let (own, subject) = (innocent.decision, Subject::from(&innocent.boundary));
    let (guilty, free) = tokio::join!(
        office.desk.ask(put("Holstein", 3)),
        office.desk.ask(innocent)
    );
    assert_eq!(decided(free), (4, false), "right behind the other service");
    assert_eq!(decided(guilty), (5, false));
    let stored = office.log.at(Position(4)).await.expect("an answer");
    let stored = decode(&stored.expect("there")).expect("a known form");
    assert_eq!(stored.decision.id, own);
    let read = office.log.read.lock().expect("no panic").clone();
    let times = |wanted: &Subject| read.iter().filter(|subject| *subject == wanted).count();
    assert_eq!(times(&subject), 1, "it is not read anew");
    assert_eq!(times(&Subject::from(&boundary())), 2);
    assert_eq!(
        office.log.appends.load(Ordering::Relaxed),
        5,
        "two before, then all, the innocent, the guilty anew"
    );
}

#[tokio::test]
async fn of_a_drain_that_was_stored_in_part_everybody_gets_a_true_answer() {
    let office = office(&[]).await;
    assert_eq!(decided(office.desk.ask(put("S", 8)).await), (1, false));
    assert_eq!(
        decided(office.desk.ask(elsewhere("M", 9)).await),
        (2, false)
    );
    let faults = Arc::clone(&office.log.faults);
    faults.lock().expect("no panic").push_back(Fault::Half);
    let (first, second, other) = tokio::join!(
        office.desk.ask(put("SH", 1)),
        office.desk.ask(put("Schleswig", 2)),
        office.desk.ask(elsewhere("MV", 3))
    );
    assert_eq!(decided(first), (3, false));
    let mut positions = [decided(second), decided(other)];
    positions.sort_unstable();
    assert_eq!(positions, [(4, false), (5, false)]);
    assert_eq!(office.log.decisions().await.len(), 3);
}

#[tokio::test]
async fn who_finds_every_place_taken_is_turned_away_and_nothing_of_it_is_stored() {
    let office = office(&[Fault::Gate]).await;
    let desk = office.desk.clone();
    let first = tokio::spawn(async move { desk.ask(put("SH", 1)).await });
    let mut waiting = Vec::new();
    for _ in 1..PLACES {
        let desk = office.desk.clone();
        waiting.push(tokio::spawn(async move { desk.ask(put("SH", 1)).await }));
    }
    while office.desk.places.available_permits() > 0 {
        tokio::task::yield_now().await;
    }
    let turned_away = office.desk.ask(put("Schleswig", 2)).await;
    assert!(
        matches!(turned_away, Err(Refusal::Busy { retry_after_s: 1.. })),
        "{turned_away:?}"
    );
    office.log.gate.notify_one();
    assert_eq!(decided(first.await.expect("no panic")), (1, false));
    for one in waiting {
        assert_eq!(decided(one.await.expect("no panic")), (1, true));
    }
    assert_eq!(office.log.decisions().await.len(), 1);
    assert_eq!(office.desk.places.available_permits(), PLACES);
}

#[tokio::test]
async fn whose_client_has_gone_before_the_decision_is_not_decided() {
    let office = office(&[Fault::Gate]).await;
    let desk = office.desk.clone();
    let first = tokio::spawn(async move { desk.ask(put("SH", 1)).await });
    while office.log.appends.load(Ordering::Relaxed) == 0 {
        tokio::task::yield_now().await;
    }
    let desk = office.desk.clone();
    let gone = tokio::spawn(async move { desk.ask(elsewhere("MV", 2)).await });
    while office.desk.places.available_permits() > PLACES - 2 {
        tokio::task::yield_now().await;
    }
    gone.abort();
    assert!(gone.await.expect_err("aborted").is_cancelled());
    office.log.gate.notify_one();
    assert_eq!(decided(first.await.expect("no panic")), (1, false));
    assert_eq!(decided(office.desk.ask(put("SH", 1)).await), (1, true));
    assert_eq!(office.log.state().await.expect("a state").last.0, 1);
}

#[tokio::test]
async fn who_was_ready_when_the_drain_before_failed_is_answered_though_nobody_else_comes() {
    let office = office(&[]).await;
    assert_eq!(decided(office.desk.ask(put("S", 1)).await), (1, false));
    let faults = Arc::clone(&office.log.faults);
    faults.lock().expect("no panic").push_back(Fault::GateShut);
    let desk = office.desk.clone();
    let first = tokio::spawn(async move { desk.ask(put("SH", 2)).await });
    while office.log.appends.load(Ordering::Relaxed) < 2 {
        tokio::task::yield_now().await;
    }
    let ready = (0..100).map(|_| {
        let desk = office.desk.clone();
        tokio::spawn(async move { desk.ask(put("Holstein", 3)).await })
    });
    let ready: Vec<_> = ready.collect();
    for _ in 0..1_000 {
        tokio::task::yield_now().await;
    }
    office.log.gate.notify_one();
    let first = first.await.expect("no panic");
    assert!(matches!(first, Err(Refusal::Unavailable)), "{first:?}");
    let all = futures_util::future::join_all(ready);
    let all = tokio::time::timeout(std::time::Duration::from_secs(5), all).await;
    for one in all.expect("nobody is forgotten") {
        assert_eq!(decided(one.expect("no panic")).0, 2);
    }
}

#[tokio::test]
async fn a_boundary_that_is_slow_to_read_holds_up_nobody_else() {
    let log = Faulty {
        slow: Some(Subject::from(&boundary())),
        ..Faulty::new(&[])
    };
    let office = office_on(log).await;
    let desk = office.desk.clone();
    let slow = tokio::spawn(async move { desk.ask(put("SH", 1)).await });
    while office.desk.places.available_permits() == PLACES {
        tokio::task::yield_now().await;
    }
    assert_eq!(
        decided(office.desk.ask(elsewhere("MV", 2)).await),
        (1, false)
    );
    office.log.gate.notify_one();
    assert_eq!(decided(slow.await.expect("no panic")), (2, false));
}

#[tokio::test]
async fn what_seems_to_be_so_is_decided_anew_where_another_service_has_changed_it() {
    let office = office(&[]).await;
    assert_eq!(decided(office.desk.ask(put("SH", 1)).await), (1, false));
    let other = foreign_entry(Some(Position(1)));
    office.log.log.append(vec![other]).await.expect("stored");
    let again = office.desk.ask(put("SH", 2)).await;
    assert_eq!(decided(again), (3, false), "it is not so any more");
}

#[tokio::test]
async fn a_replica_that_lags_behind_is_asked_again_before_anything_is_decided() {
    let log = Faulty::new(&[]);
    let other = foreign_entry(Some(Position::START));
    log.log.append(vec![other]).await.expect("stored");
    log.lagging.store(3, Ordering::Relaxed);
    let office = office_on(log).await;
    let same = office.desk.ask(put("Von anderswo", 1)).await;
    assert!(
        matches!(
            same,
            Ok(Answer::Unchanged {
                position: Position(1),
                ..
            })
        ),
        "{same:?}"
    );
    assert_eq!(office.log.appends.load(Ordering::Relaxed), 0);
}
