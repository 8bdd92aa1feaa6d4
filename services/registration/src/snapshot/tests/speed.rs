//! Where the time goes when a large snapshot is loaded.

use std::{hint::black_box, time::Duration};

use super::*;
use crate::snapshot::{segment::take, segments::Segments};

/// Gives the processor's time in this thread (Linux, `sched-stats`).
fn processor() -> Duration {
    let text = fs::read_to_string("/proc/thread-self/schedstat").expect("Linux tells it");
    let nanos = text.split(' ').next().map(str::parse);
    Duration::from_nanos(nanos.expect("a figure").expect("a number"))
}

/// Gives the least of the processor's time that several runs took, whoever else wanted it.
fn least<T>(mut work: impl FnMut() -> T) -> Duration {
    let runs = (0..9).map(|_| {
        let before = processor();
        black_box(work());
        processor().saturating_sub(before)
    });
    runs.min().expect("some runs")
}

/// Reads and verifies a whole file.
fn verified(room: &Room, log: &Log) -> Vec<Vec<u8>> {
    let origin = room.place.origin(log.created, &Subject::from(&boundary()));
    let file = fs::File::open(room.file()).expect("a file");
    let mut segments = Segments::open(file, &origin).expect("of this origin");
    let (mut all, mut payload) = (Vec::new(), Vec::new());
    while segments.next(&mut payload).expect("whole").is_some() {
        all.push(payload.clone());
    }
    all
}

/// Reads every decision and hands it on at once, as a load does.
fn decode(payloads: &[Vec<u8>], mut each: impl FnMut(Recorded)) {
    for mut payload in payloads.iter().map(Vec::as_slice) {
        while !payload.is_empty() {
            let decision = take(&mut payload).expect("whole");
            each(bare::decode(&boundary(), decision).expect("known"));
        }
    }
}

fn fold(payloads: &[Vec<u8>]) -> State {
    let mut state = boundary().unborn();
    decode(payloads, |recorded| {
        let before = std::mem::replace(&mut state, boundary().unborn());
        state = recorded.decision.events.iter().fold(before, evolve);
    });
    state
}

/// Prints what each part takes of loading a snapshot of 100,000 registrations.
#[tokio::test]
#[ignore = "measures: cargo test --release -p anmeldewerk-registration --lib -- --ignored --nocapture parts"]
async fn the_parts_of_a_load_of_100_000_registrations() {
    let (log, room) = (Log::with(100_000).await, Room::new());
    room.extend(&log).await;
    println!("file: {} bytes", room.bytes().len());
    println!("read: {:?}", least(|| room.bytes()));
    println!("read, verify: {:?}", least(|| verified(&room, &log)));
    let payloads = verified(&room, &log);
    println!("decode: {:?}", least(|| decode(&payloads, drop)));
    println!("decode, fold: {:?}", least(|| fold(&payloads)));
}
