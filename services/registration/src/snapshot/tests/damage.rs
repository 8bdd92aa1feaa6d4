//! Files whose bytes are not the ones that were written.

use super::*;

/// A log and a file of two segments.
async fn two_segments() -> (Log, Room) {
    let (log, room) = (Log::with(1).await, Room::new());
    room.extend(&log).await;
    log.go_on(1..2).await;
    room.extend(&log).await;
    assert_eq!(room.load(&log).await, 3);
    (log, room)
}

#[tokio::test]
async fn a_flipped_byte_anywhere_is_noticed() {
    let (log, room) = two_segments().await;
    let whole = room.bytes();
    for place in 0..whole.len() {
        let mut odd = whole.clone();
        odd[place] ^= 1 << (place % 8);
        room.write(&odd);
        // A length may look as if the file were torn; then what stands before it is still right.
        let from_the_shelf = room.load(&log).await;
        assert!([0, 2].contains(&from_the_shelf), "byte {place}");
    }
}

#[tokio::test]
async fn a_flipped_byte_anywhere_is_no_hindrance_to_a_new_file() {
    let (log, room) = two_segments().await;
    let whole = room.bytes();
    for place in (0..whole.len()).step_by(7) {
        let mut odd = whole.clone();
        odd[place] ^= 0x80;
        room.write(&odd);
        room.extend(&log).await;
        room.load(&log).await;
        room.extend(&log).await;
        assert_eq!(room.load(&log).await, 3, "byte {place}");
    }
}

#[tokio::test]
async fn a_file_that_ends_anywhere_holds_what_is_whole_and_is_written_on_from_there() {
    let (log, room) = two_segments().await;
    let whole = room.bytes();
    for length in 0..whole.len() {
        room.write(&whole[..length]);
        let from_the_shelf = room.load(&log).await;
        assert!([0, 2].contains(&from_the_shelf), "{length} bytes");
        room.write(&whole[..length]);
        room.extend(&log).await;
        assert_eq!(room.load(&log).await, 3, "{length} bytes");
    }
}

#[tokio::test]
async fn what_follows_a_file_that_is_whole_is_not_read_and_is_cut_off() {
    let (log, room) = two_segments().await;
    let whole = room.bytes();
    room.write(&[&whole[..], &[1; 40]].concat());
    assert_eq!(room.load(&log).await, 3);
    room.extend(&log).await;
    assert_eq!(room.bytes(), whole);
}

#[tokio::test]
async fn segments_that_were_exchanged_or_left_out_are_noticed() {
    let (log, room) = (Log::with(3).await, Room::new());
    room.extend(&log).await;
    let first = room.bytes().len();
    log.go_on(3..4).await;
    room.extend(&log).await;
    let second = room.bytes().len();
    log.go_on(4..5).await;
    room.extend(&log).await;
    let bytes = room.bytes();
    room.write(&[&bytes[..first], &bytes[second..]].concat());
    assert_eq!(room.load(&log).await, 0);
    assert!(!room.file().exists(), "it was thrown away");
}
