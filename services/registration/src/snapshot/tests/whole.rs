//! Files to which nothing has happened.

use std::os::unix::fs::PermissionsExt;

use super::{history::*, *};

#[tokio::test]
async fn what_a_snapshot_holds_folds_to_what_the_log_folds_to() {
    let (log, room) = (Log::with(2_500).await, Room::new());
    assert_eq!(room.load(&log).await, 0, "there is none");
    room.extend(&log).await;
    assert_eq!(room.load(&log).await, 2_501);
    log.go_on(2_500..2_600).await;
    assert_eq!(room.load(&log).await, 2_501, "and the rest is in the log");
}

#[tokio::test]
async fn a_file_only_grows_at_its_end_and_only_by_what_is_new() {
    let (log, room) = (Log::with(20).await, Room::new());
    room.extend(&log).await;
    let before = room.bytes();
    room.extend(&log).await;
    assert_eq!(room.bytes(), before, "nothing is new");
    log.go_on(20..30).await;
    room.extend(&log).await;
    let after = room.bytes();
    assert!(after.len() > before.len() && after.starts_with(&before));
    assert_eq!(room.load(&log).await, 31);
}

#[tokio::test]
async fn nothing_that_is_sealed_stands_in_a_file_and_nobody_else_may_read_it() {
    let (log, room) = (Log::with(40).await, Room::new());
    room.extend(&log).await;
    let text = String::from_utf8_lossy(&room.bytes()).into_owned();
    let sealed = data_encoding::BASE64URL_NOPAD.encode(&SEALED);
    let commit = data_encoding::HEXLOWER.encode(&[COMMIT; 4]);
    for hidden in [
        &sealed,
        &commit,
        "SEALED",
        "traceparent",
        "0af7651916cd43dd",
    ] {
        assert!(!text.contains(hidden), "{hidden} stands in the file");
    }
    let mode = |path| {
        std::fs::metadata(path)
            .expect("it is there")
            .permissions()
            .mode()
            & 0o777
    };
    assert_eq!(mode(room.file()), 0o600);
    assert_eq!(mode(room.place.folder.clone()), 0o700);
    let name = room.file().display().to_string();
    assert!(!name.contains(&Subject::from(&boundary()).to_string()[16..]));
}

#[tokio::test]
async fn what_is_wished_for_is_extended_while_somebody_may_wish() {
    let (log, mut room) = (Log::with(20).await, Room::new());
    assert!(room.shelf.wish(&boundary()));
    let shelf = std::mem::take(&mut room.shelf);
    drop(shelf);
    room.keeper.extend_all(&log).await;
    let (shelf, _keeper) = Shelf::open(Place::clone(&room.place));
    room.shelf = shelf;
    assert_eq!(room.load(&log).await, 21);
}

#[tokio::test]
async fn wishes_beyond_what_may_wait_are_dropped_and_nobody_waits() {
    let room = Room::new();
    let heard = (0..1_000).filter(|_| room.shelf.wish(&boundary())).count();
    assert_eq!(heard, 64);
    assert!(Shelf::none().wish(&boundary()), "who keeps none wants none");
}
