//! What a real server and a real network do wrong.

use std::{fs, path::Path, process::Command, time::Duration};

use anmeldewerk_contract::Position;
use anmeldewerk_journal::{
    AppendError, Bookmark, Entry, FollowError, Journal, Regression, ResumeError, message_hash,
    resume,
};
use anmeldewerk_stack::{
    fault::{FaultProxy, Mode},
    folder::Folder,
    nats::{Nats, Settings, User},
    port::Port,
    secret::NatsPasswords,
    wait,
};
use serde_json::{Value, json};

use crate::{
    entry,
    server::{Pair, Single, connect},
    subject,
};

const PATIENCE: Duration = Duration::from_secs(20);

/// Appends as soon as the writer has its connection again.
async fn store_again(log: &Pair, entry: Entry) {
    let stored = wait::until(PATIENCE, || async {
        let stored = log.append(vec![entry.clone()]).await;
        stored.map_err(|error| error.to_string())
    });
    stored.await.expect("stored");
}

async fn wait_for_head(log: &Pair, position: u64) {
    wait::until(PATIENCE, || async {
        match log.state().await {
            Ok(state) if state.last.0 >= position => Ok(()),
            Ok(state) => Err(format!("the log ends at {}", state.last)),
            Err(error) => Err(error.to_string()),
        }
    })
    .await
    .expect("the server stores what it was sent");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_never_comes_is_unknown_and_the_log_tells_the_truth() {
    let server = Single::start().await;
    let direct = server.log().await;
    let proxy = FaultProxy::start(server.nats.port())
        .await
        .expect("a proxy");
    let writer = connect(&server.nats.url_at(User::Registration, proxy.port()), &[]).await;

    proxy.set(Mode::HoldReplies);
    let appending =
        tokio::spawn(async move { writer.append(vec![entry("a", Some(0), "1")]).await });
    wait_for_head(&direct, 1).await;
    proxy.set(Mode::Cut);
    let outcome = appending.await.expect("no panic");
    assert!(
        matches!(outcome, Err(AppendError::Unknown { .. })),
        "{outcome:?}"
    );

    let stored = direct
        .last(&subject("a"))
        .await
        .expect("an answer")
        .expect("stored");
    assert_eq!(stored.payload, b"1");
    let again = direct.append(vec![entry("a", Some(0), "1")]).await;
    assert!(
        matches!(again, Err(AppendError::Conflict { .. })),
        "it is not stored twice"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_stored_survives_a_kill_between_publish_and_acknowledgement() {
    let server = Single::start().await;
    let direct = server.log().await;
    let proxy = FaultProxy::start(server.nats.port())
        .await
        .expect("a proxy");
    let writer = connect(&server.nats.url_at(User::Registration, proxy.port()), &[]).await;

    proxy.set(Mode::HoldReplies);
    let batch = vec![
        entry("a", Some(0), "1"),
        entry("b", Some(0), "2"),
        entry("c", Some(0), "3"),
    ];
    let appending = tokio::spawn(async move { writer.append(batch).await });
    wait_for_head(&direct, 3).await;
    server.nats.kill();
    let outcome = appending.await.expect("no panic");
    assert!(
        matches!(outcome, Err(AppendError::Unknown { .. })),
        "{outcome:?}"
    );

    server.nats.restart().await.expect("restarted");
    wait_for_head(&direct, 3).await;
    for (name, payload) in [("a", b"1"), ("b", b"2"), ("c", b"3")] {
        let stored = wait::until(PATIENCE, || async {
            let stored = direct.last(&subject(name)).await;
            stored.map_err(|error| error.to_string())
        });
        let stored = stored.await.expect("an answer");
        assert_eq!(stored.expect("stored").payload, payload);
    }
    let more = wait::until(PATIENCE, || async {
        let more = direct.append(vec![entry("a", Some(1), "4")]).await;
        more.map_err(|error| error.to_string())
    });
    assert_eq!(more.await.expect("stored"), [Position(4)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_server_nothing_is_stored_and_afterwards_it_goes_on() {
    let server = Single::start().await;
    let log = server.log().await;
    log.append(vec![entry("a", Some(0), "1")])
        .await
        .expect("stored");
    server.nats.kill();
    wait::until(PATIENCE, || async {
        match log.append(vec![entry("a", Some(1), "2")]).await {
            Err(AppendError::Unavailable { .. }) => Ok(()),
            other => Err(format!("{other:?}")),
        }
    })
    .await
    .expect("a dead server is noticed");
    server.nats.restart().await.expect("restarted");
    wait::until(PATIENCE, || async {
        match log.append(vec![entry("a", Some(1), "2")]).await {
            // An append whose answer was lost may have been sent when the server was back.
            Ok(_) | Err(AppendError::Conflict { .. }) => Ok(()),
            Err(error) => Err(error.to_string()),
        }
    })
    .await
    .expect("the log takes decisions again");
    assert_eq!(log.state().await.expect("a state").last, Position(2));
    let last = log.last(&subject("a")).await.expect("an answer");
    assert_eq!(last.expect("stored").payload, b"2", "it stands there once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_follower_whose_server_dies_is_told_and_resumes_without_a_gap() {
    let server = Single::start().await;
    let log = server.log().await;
    for index in 0..5 {
        let name = format!("s{index}");
        log.append(vec![entry(&name, Some(0), "x")])
            .await
            .expect("stored");
    }
    let mut follower = log.follow(Position::START).await.expect("a follower");
    let mut seen = Vec::new();
    while seen.len() < 5 {
        seen.extend(follower.batch(2).await.expect("messages"));
    }
    server.nats.kill();
    let lost = tokio::time::timeout(PATIENCE, follower.batch(1)).await;
    let lost = lost.expect("a dead server is noticed");
    assert!(matches!(lost, Err(FollowError::Lost(_))), "{lost:?}");

    server.nats.restart().await.expect("restarted");
    wait_for_head(&log, 5).await;
    store_again(&log, entry("s5", Some(0), "x")).await;
    let created = log.state().await.expect("a state").created;
    let bookmark = Bookmark {
        created: Some(created),
        position: seen[4].position,
        hash: Some(message_hash(&seen[4])),
    };
    let (mut follower, _) = resume(&log, &bookmark).await.expect("the same log");
    let next = follower.batch(1).await.expect("a message");
    assert_eq!(next[0].position, Position(6));
}

/// Asks the server as the user who makes streams.
async fn provision(server: &Single, subject: &str, body: Value) -> Value {
    let client = server
        .nats
        .connect(User::Provision)
        .await
        .expect("connected");
    let answer = client
        .request(subject.to_owned(), body.to_string().into())
        .await;
    serde_json::from_slice(&answer.expect("an answer").payload).expect("JSON")
}

async fn stream_config(server: &Single) -> Value {
    provision(server, "$JS.API.STREAM.INFO.AW_LOG", json!({})).await["config"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hole_in_the_log_is_an_alarm_and_not_passed_over() {
    let server = Single::start().await;
    let mut open = stream_config(&server).await;
    provision(&server, "$JS.API.STREAM.DELETE.AW_LOG", json!({})).await;
    open["deny_delete"] = json!(false);
    let made = wait::until(PATIENCE, || async {
        let made = provision(&server, "$JS.API.STREAM.CREATE.AW_LOG", open.clone()).await;
        match made.get("error") {
            None => Ok(()),
            Some(error) => Err(error.to_string()),
        }
    });
    made.await.expect("a stream");
    let raw = server
        .nats
        .connect(User::Registration)
        .await
        .expect("connected");
    for name in ["a", "b", "c"] {
        let stored = raw
            .request(format!("aw.log.program.{name}"), "x".into())
            .await;
        stored.expect("stored");
    }
    let deleted = provision(
        &server,
        "$JS.API.STREAM.MSG.DELETE.AW_LOG",
        json!({"seq": 2}),
    )
    .await;
    assert_eq!(deleted["success"], json!(true));
    open["deny_delete"] = json!(true);
    let updated = provision(&server, "$JS.API.STREAM.UPDATE.AW_LOG", open).await;
    assert!(updated.get("error").is_none(), "{updated}");

    let log = server.log().await;
    let mut follower = log.follow(Position::START).await.expect("a follower");
    let first = follower.batch(1).await.expect("a message");
    let hole = follower.batch(1).await;
    assert!(
        matches!(
            hole,
            Err(FollowError::Hole {
                expected: Position(2),
                found: Position(3)
            })
        ),
        "{hole:?}"
    );
    let bookmark = Bookmark {
        created: None,
        position: Position(1),
        hash: Some(message_hash(&first[0])),
    };
    let resumed = resume(&log, &bookmark).await;
    assert!(matches!(
        resumed,
        Err(ResumeError::Regressed(Regression::Missing {
            at: Position(2)
        }))
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_log_says_that_nothing_was_stored_only_where_nothing_was() {
    let folder = Folder::new("full").expect("a folder");
    let (port, monitor) = (
        Port::reserve().expect("a port"),
        Port::reserve().expect("a port"),
    );
    let settings = Settings {
        name: "full".to_owned(),
        folder: folder.join("nats"),
        port: port.number(),
        monitor_port: monitor.number(),
        passwords: NatsPasswords::generate(),
        max_file_store_bytes: 1024 * 1024,
        cluster: None,
    };
    let nats = Nats::start_with(settings).await.expect("a server");
    nats.provision().await.expect("a stream");
    let log = connect(&nats.url(User::Registration), &[]).await;
    let large = "x".repeat(7_000);
    let mut refused = 0;
    for batch in 0..40 {
        let names: Vec<String> = (0..20).map(|index| format!("f{batch}-{index}")).collect();
        let entries = names.iter().map(|name| entry(name, Some(0), &large));
        match log.append(entries.collect()).await {
            Ok(positions) => assert_eq!(positions.len(), 20),
            Err(AppendError::Unavailable { .. }) => {
                refused += 1;
                for name in &names {
                    let found = log.last(&subject(name)).await.expect("an answer");
                    assert_eq!(found, None, "{name} is said not to be stored");
                }
            }
            Err(AppendError::Unknown { .. }) => refused += 1,
            Err(error @ AppendError::Conflict { .. }) => panic!("{error}"),
        }
    }
    assert!(refused > 0, "the log was full");
    let alone = log.append(vec![entry("alone", Some(0), &large)]).await;
    assert!(
        matches!(alone, Err(AppendError::Unavailable { .. })),
        "{alone:?}"
    );
    assert_eq!(log.last(&subject("alone")).await.expect("an answer"), None);
    assert!(
        log.at(Position(1)).await.expect("an answer").is_some(),
        "it is read on"
    );
}

fn copy(from: &Path, to: &Path) {
    let copied = Command::new("cp").arg("-a").arg(from).arg(to).status();
    assert!(copied.expect("cp runs").success());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_restored_from_an_older_copy_is_not_followed_on() {
    let server = Single::start().await;
    let log = server.log().await;
    log.append(vec![entry("a", Some(0), "1")])
        .await
        .expect("stored");
    server.nats.stop().await;
    let kept = server.folder.join("kept");
    copy(&server.nats.store(), &kept);
    server.nats.restart().await.expect("restarted");
    wait_for_head(&log, 1).await;
    store_again(&log, entry("a", Some(1), "2")).await;
    let read = log
        .at(Position(2))
        .await
        .expect("an answer")
        .expect("there");
    let created = log.state().await.expect("a state").created;
    let bookmark = Bookmark {
        created: Some(created),
        position: Position(2),
        hash: Some(message_hash(&read)),
    };
    assert!(resume(&log, &bookmark).await.is_ok());

    server.nats.stop().await;
    fs::remove_dir_all(server.nats.store()).expect("removed");
    copy(&kept, &server.nats.store());
    server.nats.restart().await.expect("restarted");
    wait_for_head(&log, 1).await;
    let shorter = resume(&log, &bookmark).await;
    assert!(matches!(
        shorter,
        Err(ResumeError::Regressed(Regression::Shorter {
            last: Position(1),
            read: Position(2)
        }))
    ));
    store_again(&log, entry("a", Some(1), "another")).await;
    let other = resume(&log, &bookmark).await;
    assert!(matches!(
        other,
        Err(ResumeError::Regressed(Regression::OtherMessage {
            at: Position(2)
        }))
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_made_anew_is_another_log() {
    let server = Single::start().await;
    let log = server.log().await;
    log.append(vec![entry("a", Some(0), "1")])
        .await
        .expect("stored");
    let created = log.state().await.expect("a state").created;
    let bookmark = Bookmark {
        created: Some(created),
        ..Bookmark::START
    };
    assert!(resume(&log, &bookmark).await.is_ok());
    provision(&server, "$JS.API.STREAM.DELETE.AW_LOG", json!({})).await;
    let made = wait::until(PATIENCE, || async {
        let made = server.nats.provision().await;
        made.map_err(|error| error.to_string())
    });
    made.await.expect("a stream");
    let found = resume(&log, &bookmark).await;
    assert!(matches!(
        found,
        Err(ResumeError::Regressed(Regression::OtherStream))
    ));
}
