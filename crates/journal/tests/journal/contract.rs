//! What every log promises. Each part uses subjects of its own, so that one log serves them all.

use std::{collections::BTreeSet, time::Duration};

use anmeldewerk_contract::{Message, Position};
use anmeldewerk_journal::{
    AppendError, Bookmark, Entry, FollowError, Follower, Journal, Regression, ResumeError,
    message_hash, resume,
};

use crate::{entry, subject};

const PATIENCE: Duration = Duration::from_secs(20);

/// Runs every part against the log that `log` gives.
pub(crate) async fn suite<J: Journal>(log: impl Fn() -> J) {
    positions_are_dense(&log()).await;
    an_expectation_that_does_not_hold_stores_nothing(&log()).await;
    a_batch_is_stored_whole_or_not_at_all(&log()).await;
    several_entries_of_one_subject_stand_in_order(&log()).await;
    each_subject_is_for_itself_and_in_order(&log()).await;
    where_one_of_a_subject_fails_none_behind_it_is_stored(&log()).await;
    a_subject_is_read_page_by_page(&log()).await;
    a_message_is_the_same_however_it_is_read(&log()).await;
    what_is_not_there_is_not_found(&log()).await;
    of_many_with_one_expectation_one_wins(&log()).await;
    a_follower_sees_what_was_there_and_what_comes(&log()).await;
    reading_goes_on_from_a_bookmark(&log()).await;
    another_log_is_noticed(&log()).await;
}

async fn store<J: Journal>(log: &J, entries: Vec<Entry>) -> Vec<Position> {
    log.append(entries).await.expect("stored")
}

async fn head<J: Journal>(log: &J) -> u64 {
    log.state().await.expect("a state").last.0
}

/// Reads the next messages behind a position; a follower that was lost is made anew, as every
/// reader must.
async fn next<J: Journal>(log: &J, follower: &mut Follower, after: Position) -> Vec<Message> {
    let reading = async {
        loop {
            match follower.batch(10).await {
                Ok(batch) => return batch,
                Err(FollowError::Lost(_)) => {
                    *follower = log.follow(after).await.expect("a follower");
                }
                Err(error) => panic!("{error}"),
            }
        }
    };
    let read = tokio::time::timeout(PATIENCE, reading).await;
    read.expect("what is stored comes by itself")
}

fn payloads(messages: &[Message]) -> Vec<String> {
    let text = |message: &Message| String::from_utf8_lossy(&message.payload).into_owned();
    messages.iter().map(text).collect()
}

async fn positions_are_dense<J: Journal>(log: &J) {
    let before = head(log).await;
    let one = store(log, vec![entry("dense-a", Some(0), "1")]).await;
    let batch = ["b", "c", "d"].map(|n| entry(&format!("dense-{n}"), Some(0), n));
    let three = store(log, batch.to_vec()).await;
    assert_eq!(one, [Position(before + 1)]);
    let expected: Vec<Position> = (before + 2..=before + 4).map(Position).collect();
    assert_eq!(three, expected);
    assert_eq!(head(log).await, before + 4);
    assert_eq!(store(log, vec![]).await, []);
    assert_eq!(
        head(log).await,
        before + 4,
        "an empty append stores nothing"
    );
}

async fn an_expectation_that_does_not_hold_stores_nothing<J: Journal>(log: &J) {
    let at = store(log, vec![entry("expect", Some(0), "1")]).await[0].0;
    let before = head(log).await;
    for wrong in [0, at + 1, at + 1000] {
        let refused = log.append(vec![entry("expect", Some(wrong), "2")]).await;
        assert!(
            matches!(refused, Err(AppendError::Conflict { .. })),
            "{refused:?}"
        );
    }
    assert_eq!(head(log).await, before);
    store(log, vec![entry("expect", Some(at), "2")]).await;
}

async fn a_batch_is_stored_whole_or_not_at_all<J: Journal>(log: &J) {
    let known = store(log, vec![entry("whole-known", Some(0), "1")]).await[0].0;
    let before = head(log).await;
    for guilty in 0..3 {
        let batch = (0..3).map(|index| {
            let name = format!("whole-{guilty}-{index}");
            let expected = if index == guilty { known } else { 0 };
            entry(&name, Some(expected), "x")
        });
        let refused = log.append(batch.collect()).await;
        assert!(
            matches!(refused, Err(AppendError::Conflict { .. })),
            "{refused:?}"
        );
    }
    assert_eq!(
        head(log).await,
        before,
        "nothing of a refused batch is stored"
    );
    for guilty in 0..3 {
        let name = subject(&format!("whole-{guilty}-{}", (guilty + 1) % 3));
        assert_eq!(log.last(&name).await.expect("an answer"), None);
    }
}

async fn several_entries_of_one_subject_stand_in_order<J: Journal>(log: &J) {
    let batch = vec![
        entry("order-a", Some(0), "a1"),
        entry("order-b", Some(0), "b1"),
        entry("order-a", None, "a2"),
        entry("order-a", None, "a3"),
    ];
    let positions = store(log, batch).await;
    let read = log.page(&subject("order-a"), Position::START, 10).await;
    let read = read.expect("a page");
    assert_eq!(payloads(&read), ["a1", "a2", "a3"]);
    let found: Vec<Position> = read.iter().map(|message| message.position).collect();
    assert_eq!(found, [positions[0], positions[2], positions[3]]);
    let refused = log
        .append(vec![entry("order-a", Some(positions[0].0), "a4")])
        .await;
    assert!(matches!(refused, Err(AppendError::Conflict { .. })));
    store(log, vec![entry("order-a", Some(positions[3].0), "a4")]).await;
}

/// Appends one subject's entries in a row among others, few and many, so that every way is taken.
async fn each_subject_is_for_itself_and_in_order<J: Journal>(log: &J) {
    for (round, others) in [0, 1, 3, 40, 300].into_iter().enumerate() {
        let chain = format!("each-{round}");
        let mut entries = vec![entry(&chain, Some(0), "1")];
        entries.extend((0..others).map(|n| entry(&format!("each-{round}-{n}"), Some(0), "x")));
        entries.push(entry(&chain, None, "2"));
        entries.push(entry(&chain, None, "3"));
        let before = head(log).await;
        let outcomes = log.append_each(&entries).await;
        let positions: Vec<Position> = outcomes
            .into_iter()
            .map(|outcome| outcome.expect("stored"))
            .collect();
        let distinct: BTreeSet<Position> = positions.iter().copied().collect();
        let count = entries.len() as u64;
        let expected = (before + 1..=before + count).map(Position);
        assert_eq!(distinct, expected.collect(), "positions are dense");
        for (entry, position) in entries.iter().zip(&positions) {
            let message = log.at(*position).await.expect("an answer").expect("there");
            assert_eq!(message.subject, entry.subject);
            assert_eq!(message.payload, entry.payload);
        }
        let read = log.page(&subject(&chain), Position::START, 10).await;
        assert_eq!(payloads(&read.expect("a page")), ["1", "2", "3"]);
    }
    assert!(log.append_each(&[]).await.is_empty());
}

async fn where_one_of_a_subject_fails_none_behind_it_is_stored<J: Journal>(log: &J) {
    let at = store(log, vec![entry("guilty", Some(0), "1")]).await[0].0;
    for others in [0, 2, 200] {
        let mut entries = vec![
            entry("guilty", Some(at + 1), "2"),
            entry("guilty", None, "3"),
        ];
        entries.extend((0..others).map(|n| entry(&format!("free-{others}-{n}"), Some(0), "x")));
        let outcomes = log.append_each(&entries).await;
        assert_eq!(outcomes.len(), entries.len());
        for outcome in &outcomes[..2] {
            assert!(
                matches!(outcome, Err(AppendError::Conflict { .. })),
                "{outcome:?}"
            );
        }
        for (entry, outcome) in entries.iter().zip(&outcomes).skip(2) {
            let last = log.last(&entry.subject).await.expect("an answer");
            match outcome {
                Ok(position) => assert_eq!(last.expect("stored").position, *position),
                Err(_) => assert_eq!(last, None, "what failed is not there"),
            }
        }
        let last = log.last(&subject("guilty")).await.expect("an answer");
        assert_eq!(last.expect("the first").position, Position(at));
    }
}

async fn a_subject_is_read_page_by_page<J: Journal>(log: &J) {
    let mut last = 0;
    for index in 0..7 {
        let mine = entry("pages", Some(last), &index.to_string());
        last = store(log, vec![mine]).await[0].0;
        store(
            log,
            vec![entry(&format!("pages-other-{index}"), Some(0), "x")],
        )
        .await;
    }
    let mut after = Position::START;
    let mut read = Vec::new();
    loop {
        let page = log.page(&subject("pages"), after, 3).await.expect("a page");
        assert!(page.len() <= 3);
        let Some(message) = page.last() else { break };
        after = message.position;
        read.extend(payloads(&page));
    }
    assert_eq!(read, ["0", "1", "2", "3", "4", "5", "6"]);
}

async fn a_message_is_the_same_however_it_is_read<J: Journal>(log: &J) {
    let at = store(log, vec![entry("same", Some(0), "ä\n\"1\"")]).await[0];
    let paged = log
        .page(&subject("same"), Position::START, 1)
        .await
        .expect("a page");
    let last = log
        .last(&subject("same"))
        .await
        .expect("an answer")
        .expect("there");
    let by_position = log.at(at).await.expect("an answer").expect("there");
    let mut follower = log.follow(Position(at.0 - 1)).await.expect("a follower");
    let tailed = next(log, &mut follower, Position(at.0 - 1)).await.remove(0);
    for message in [&paged[0], &last, &by_position, &tailed] {
        assert_eq!(message.subject, subject("same"));
        assert_eq!(message.position, at);
        assert_eq!(message.payload, "ä\n\"1\"".as_bytes());
        assert_eq!(message.header("ce-id"), Some("ä \"1\""));
        assert_eq!(message.header("ce-type"), Some("test"));
        assert_eq!(
            message.headers.len(),
            2,
            "the server's own headers are left out"
        );
        assert_eq!(message_hash(message), message_hash(&last));
    }
}

async fn what_is_not_there_is_not_found<J: Journal>(log: &J) {
    let nowhere = subject("nowhere");
    let behind = Position(head(log).await + 100);
    assert_eq!(log.last(&nowhere).await.expect("an answer"), None);
    assert_eq!(log.at(behind).await.expect("an answer"), None);
    let page = log.page(&nowhere, Position::START, 10).await;
    assert_eq!(page.expect("a page"), []);
    let at = store(log, vec![entry("there", Some(0), "1")]).await[0];
    let page = log.page(&subject("there"), at, 10).await;
    assert_eq!(page.expect("a page"), [], "nothing stands behind the last");
}

async fn of_many_with_one_expectation_one_wins<J: Journal>(log: &J) {
    let mut last = 0;
    for round in 0..20 {
        let racers = (0..8).map(|index| {
            let log = log.clone();
            let mine = entry("race", Some(last), &format!("{round}-{index}"));
            tokio::spawn(async move { log.append(vec![mine]).await })
        });
        let mut won = Vec::new();
        for racer in racers.collect::<Vec<_>>() {
            match racer.await.expect("no panic") {
                Ok(positions) => won.extend(positions),
                Err(AppendError::Conflict { code }) => assert!([10071, 10164].contains(&code)),
                Err(error) => panic!("{error}"),
            }
        }
        assert_eq!(won.len(), 1, "round {round}");
        last = won[0].0;
    }
    let mut after = Position::START;
    let mut count = 0;
    while let [.., message] = &log.page(&subject("race"), after, 7).await.expect("a page")[..] {
        assert!(message.position > after);
        after = message.position;
        count += 1;
    }
    assert_eq!(count, 3, "20 messages in pages of 7");
}

async fn a_follower_sees_what_was_there_and_what_comes<J: Journal>(log: &J) {
    let start = head(log).await;
    let stored = ["a", "b"].map(|n| entry(&format!("follow-{n}"), Some(0), n));
    store(log, stored.to_vec()).await;
    let mut follower = log.follow(Position(start)).await.expect("a follower");
    let mut seen = Vec::new();
    while seen.len() < 2 {
        let after = seen
            .last()
            .map_or(Position(start), |message: &Message| message.position);
        seen.extend(next(log, &mut follower, after).await);
    }
    store(log, vec![entry("follow-c", Some(0), "c")]).await;
    seen.extend(next(log, &mut follower, Position(start + 2)).await);
    assert_eq!(payloads(&seen), ["a", "b", "c"]);
    assert_eq!(seen[2].position, Position(start + 3));
}

async fn reading_goes_on_from_a_bookmark<J: Journal>(log: &J) {
    let at = store(log, vec![entry("bookmark-a", Some(0), "a")]).await[0];
    store(log, vec![entry("bookmark-b", Some(0), "b")]).await;
    let message = log.at(at).await.expect("an answer").expect("there");
    let created = log.state().await.expect("a state").created;
    let bookmark = Bookmark {
        created: Some(created),
        position: at,
        hash: Some(message_hash(&message)),
    };
    let (mut follower, found) = resume(log, &bookmark).await.expect("resumed");
    assert_eq!(found, created);
    let batch = next(log, &mut follower, at).await;
    assert_eq!(payloads(&batch), ["b"]);
    let (mut follower, _) = resume(log, &Bookmark::START).await.expect("resumed");
    let batch = next(log, &mut follower, Position::START).await;
    assert_eq!(batch[0].position, Position(1));
}

async fn another_log_is_noticed<J: Journal>(log: &J) {
    let at = store(log, vec![entry("another", Some(0), "a")]).await[0];
    let created = log.state().await.expect("a state").created;
    let good = Bookmark {
        created: Some(created),
        position: at,
        hash: None,
    };
    let micros = created.as_micros() + 1;
    let found = [
        Bookmark {
            created: Some(anmeldewerk_domain::Instant::from_micros(micros)),
            ..good
        },
        Bookmark {
            position: Position(at.0 + 1),
            ..good
        },
        Bookmark {
            hash: Some([7; 32]),
            ..good
        },
    ];
    let mut kinds = BTreeSet::new();
    for bookmark in found {
        match resume(log, &bookmark).await {
            Err(ResumeError::Regressed(regression)) => kinds.insert(match regression {
                Regression::OtherStream => "other stream",
                Regression::Shorter { .. } => "shorter",
                Regression::OtherMessage { .. } => "other message",
                Regression::Missing { .. } => "missing",
            }),
            Err(error) => panic!("{error}"),
            Ok(_) => panic!("{bookmark:?} was accepted"),
        };
    }
    assert_eq!(
        kinds,
        BTreeSet::from(["other stream", "shorter", "other message"])
    );
}
