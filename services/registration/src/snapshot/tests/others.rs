//! Files of another code, another log, another boundary, and of somebody who writes at the same time.

use anmeldewerk_domain::WorkshopId;

use super::*;
use crate::snapshot::{origin::Origin, pen::Pen};

async fn thrown_away(log: &Log, room: &Room) {
    assert!(room.file().exists());
    assert_eq!(room.load(log).await, 0);
    assert!(!room.file().exists(), "it was thrown away");
    room.extend(log).await;
    assert!(room.load(log).await > 0, "and there is a new one");
}

#[tokio::test]
async fn a_file_of_another_code_is_thrown_away() {
    let (log, room) = (Log::with(3).await, Room::new());
    let subject = Subject::from(&boundary());
    let code = "0".repeat(64);
    let origin = Origin::by(&code, "AW_LOG", log.created, &subject);
    let pen = Pen::open(&room.file(), origin).expect("a file");
    let page = log.page(&subject, Position::START, 100).await;
    let mut pen = pen.expect("nobody else writes");
    pen.append(&page.expect("a page")).expect("written");
    thrown_away(&log, &room).await;
}

#[tokio::test]
async fn a_file_of_a_stream_that_was_created_at_another_time_is_thrown_away() {
    let (log, room) = (Log::with(3).await, Room::new());
    room.extend(&log).await;
    let created = Instant::from_micros(8);
    let log = Log { created, ..log };
    thrown_away(&log, &room).await;
}

#[tokio::test]
async fn a_file_of_a_stream_of_another_name_is_thrown_away() {
    let log = Log::with(3).await;
    let room = Room::new();
    let other = Place {
        stream: "AW_OTHER".to_owned(),
        ..Place::clone(&room.place)
    };
    other.extend(&log, &boundary()).await.expect("extended");
    thrown_away(&log, &room).await;
}

#[tokio::test]
async fn a_file_of_another_boundary_is_thrown_away() {
    let (log, room) = (Log::with(3).await, Room::new());
    room.extend(&log).await;
    let other = anmeldewerk_domain::Boundary::Workshop(WorkshopId(10));
    let stolen = room.place.file(&Subject::from(&other));
    fs::copy(room.file(), &stolen).expect("copied");
    let fresh = (Folded::fresh(), Folded::replay);
    assert_eq!(room.shelf.load(&log, &other, fresh).await, None);
    assert!(!stolen.exists());
}

#[tokio::test]
async fn a_file_that_ends_with_a_message_the_log_does_not_have_is_thrown_away() {
    let room = Room::new();
    room.extend(&Log::with(3).await).await;
    let other = Log::with(2).await;
    other.go_on(7..9).await;
    thrown_away(&other, &room).await;
}

#[tokio::test]
async fn a_file_that_is_longer_than_the_log_is_thrown_away() {
    let room = Room::new();
    room.extend(&Log::with(9).await).await;
    thrown_away(&Log::with(3).await, &room).await;
}

#[tokio::test]
async fn who_extends_a_file_that_the_log_does_not_bear_out_begins_anew() {
    let room = Room::new();
    room.extend(&Log::with(9).await).await;
    let other = Log::with(3).await;
    room.extend(&other).await;
    assert_eq!(room.load(&other).await, 4);
}

#[tokio::test]
async fn a_file_that_cannot_be_proven_now_is_kept() {
    let (log, room) = (Log::with(3).await, Room::new());
    room.extend(&log).await;
    let silent = Log {
        silent: true,
        ..log.clone()
    };
    assert_eq!(room.load(&silent).await, 0);
    assert_eq!(room.load(&log).await, 4);
}

#[tokio::test]
async fn only_one_writes_at_a_time() {
    let (log, room) = (Log::with(3).await, Room::new());
    let subject = Subject::from(&boundary());
    let origin = room.place.origin(log.created, &subject);
    let pen = Pen::open(&room.file(), origin.clone()).expect("a file");
    assert!(pen.is_some());
    let second = Pen::open(&room.file(), origin).expect("a file");
    assert!(second.is_none());
    room.extend(&log).await;
    assert_eq!(
        room.load(&log).await,
        0,
        "the other one has not written yet"
    );
    drop(pen);
    room.extend(&log).await;
    assert_eq!(room.load(&log).await, 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_who_extend_and_load_at_once_trust_nothing_wrong() {
    let (log, room) = (Log::with(3).await, Arc::new(Room::new()));
    for round in 0..20 {
        let first = 3 + round * 50;
        log.go_on(first..first + 50).await;
        let extending = (0..3).map(|_| {
            let (log, room) = (log.clone(), Arc::clone(&room));
            tokio::spawn(async move { room.extend(&log).await })
        });
        let extending: Vec<_> = extending.collect();
        room.load(&log).await;
        for task in extending {
            task.await.expect("no panic");
        }
    }
    assert_eq!(room.load(&log).await, 1_004);
}
