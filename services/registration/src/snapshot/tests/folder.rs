//! The folder: its bound, and what if it cannot be used.

use std::os::unix::fs::PermissionsExt;

use anmeldewerk_domain::{Boundary, WorkshopId};

use super::*;

#[tokio::test]
async fn without_a_folder_everything_comes_from_the_log() {
    let log = Log::with(3).await;
    let room = Room::with(|place| {
        fs::create_dir_all(place.folder.parent().expect("a parent")).expect("made");
        fs::write(&place.folder, "a file").expect("written");
    });
    assert_eq!(room.load(&log).await, 0);
    assert!(room.place.extend(&log, &boundary()).await.is_err());
    assert!(room.shelf.wish(&boundary()));
    assert!(room.folder.path().exists());
}

#[tokio::test]
async fn a_folder_that_others_may_write_to_is_not_used() {
    let log = Log::with(3).await;
    let room = Room::with(|place| {
        fs::create_dir_all(&place.folder).expect("made");
        let open = fs::Permissions::from_mode(0o777);
        fs::set_permissions(&place.folder, open).expect("opened");
    });
    room.extend(&log).await;
    assert_eq!(room.load(&log).await, 0);
}

#[tokio::test]
async fn a_folder_that_has_gone_is_no_hindrance() {
    let (log, room) = (Log::with(3).await, Room::new());
    fs::remove_dir_all(&room.place.folder).expect("removed");
    assert_eq!(room.load(&log).await, 0);
    assert!(room.place.extend(&log, &boundary()).await.is_err());
}

#[tokio::test]
async fn something_that_is_no_file_is_no_hindrance() {
    let (log, room) = (Log::with(3).await, Room::new());
    fs::create_dir(room.file()).expect("made");
    assert_eq!(room.load(&log).await, 0);
    assert!(room.place.extend(&log, &boundary()).await.is_err());
}

/// Puts something on the shelf that was used before everything else.
fn put_old(room: &Room, number: u128, bytes: usize) -> PathBuf {
    let other = Boundary::Workshop(WorkshopId(number));
    let path = room.place.file(&Subject::from(&other));
    fs::write(&path, vec![0; bytes]).expect("written");
    let file = fs::File::options().write(true).open(&path).expect("open");
    let long_ago = std::time::SystemTime::UNIX_EPOCH;
    let used = long_ago + std::time::Duration::from_secs(u64::try_from(number).expect("small"));
    file.set_modified(used).expect("aged");
    path
}

#[tokio::test]
async fn those_that_were_not_used_for_long_make_room() {
    let log = Log::with(20).await;
    let room = Room::with(|place| place.most_bytes = 100_000);
    let (older, younger) = (put_old(&room, 11, 60_000), put_old(&room, 12, 40_000));
    let strange = room.place.folder.join("notes.txt");
    fs::write(&strange, "not ours").expect("written");
    room.extend(&log).await;
    assert!(!older.exists() && younger.exists() && strange.exists());
    assert_eq!(room.load(&log).await, 21);
}

#[tokio::test]
async fn a_file_too_large_for_the_folder_is_not_made_and_removes_no_other() {
    let log = Log::with(20).await;
    let room = Room::with(|place| place.most_bytes = 10_000);
    let other = put_old(&room, 11, 5_000);
    assert!(room.place.extend(&log, &boundary()).await.is_err());
    assert!(other.exists());
    assert_eq!(room.load(&log).await, 0);
}
