//! What the four users of the log may do, and what they may not.

use std::time::Duration;

use anmeldewerk_stack::folder::Folder;
use anmeldewerk_stack::nats::{self, Nats, User};
use async_nats::jetstream::{self, consumer::DeliverPolicy, consumer::pull};
use async_nats::{Client, ConnectOptions};
use futures_util::StreamExt;
use tokio::io::AsyncReadExt;

/// What would harm the log; only the provisioning user may send it.
const HARMFUL: [&str; 7] = [
    "$JS.API.STREAM.CREATE.OTHER",
    "$JS.API.STREAM.UPDATE.AW_LOG",
    "$JS.API.STREAM.DELETE.AW_LOG",
    "$JS.API.STREAM.PURGE.AW_LOG",
    "$JS.API.STREAM.MSG.DELETE.AW_LOG",
    "$JS.API.STREAM.RESTORE.AW_LOG",
    "$JS.API.STREAM.SNAPSHOT.AW_LOG",
];

struct Log {
    nats: Nats,
    _folder: Folder,
}

async fn log() -> Log {
    let folder = Folder::new("permissions").expect("a test folder can be made");
    let nats = Nats::start(&folder.join("nats")).await.expect("it starts");
    nats.provision().await.expect("the stream is made");
    Log {
        nats,
        _folder: folder,
    }
}

impl Log {
    async fn client(&self, user: User) -> Client {
        let options = ConnectOptions::new().request_timeout(Some(Duration::from_millis(300)));
        nats::connect(&self.nats.url(user), options)
            .await
            .expect("it answers")
    }
}

/// The server drops what a user may not publish, so no answer comes; a permitted request is answered at once, if
/// only with an error.
async fn is_answered(client: &Client, subject: &str) -> bool {
    client.request(subject.to_owned(), "".into()).await.is_ok()
}

async fn can_publish(client: &Client, subject: &str) -> bool {
    let log = jetstream::new(client.clone());
    match log.publish(subject.to_owned(), "x".into()).await {
        Ok(acknowledged) => tokio::time::timeout(Duration::from_millis(500), acknowledged)
            .await
            .is_ok_and(|stored| stored.is_ok()),
        Err(_) => false,
    }
}

#[tokio::test]
async fn nobody_but_the_provisioning_user_can_harm_the_stream() {
    let log = log().await;
    for user in [User::Registration, User::Projection] {
        let client = log.client(user).await;
        for subject in HARMFUL {
            assert!(
                !is_answered(&client, subject).await,
                "{} at {subject}",
                user.name()
            );
        }
        assert!(
            is_answered(&client, "$JS.API.STREAM.INFO.AW_LOG").await,
            "{}",
            user.name()
        );
    }
    let provision = log.client(User::Provision).await;
    assert!(is_answered(&provision, HARMFUL[1]).await);
}

#[tokio::test]
async fn even_the_provisioning_user_cannot_purge_or_delete_from_the_log() {
    let log = log().await;
    assert!(can_publish(&log.client(User::Registration).await, "aw.log.program.sh").await);
    let provision = jetstream::new(log.client(User::Provision).await);
    let stream = provision.get_stream("AW_LOG").await.expect("it is there");
    stream.purge().await.expect_err("the stream denies it");
    stream
        .delete_message(1)
        .await
        .expect_err("the stream denies it");
}

#[tokio::test]
async fn the_registration_user_writes_and_reads_its_subjects_and_follows_the_log() {
    let log = log().await;
    let client = log.client(User::Registration).await;
    for subject in [
        "aw.log.workshop.w",
        "aw.log.program.sh",
        "aw.log.privacy.sh",
        "aw.log.catalogue",
    ] {
        assert!(can_publish(&client, subject).await, "{subject}");
    }
    for subject in [
        "aw.log.other.x",
        "aw.log.workshop.w.x",
        "aw.live.watermark",
        "elsewhere",
    ] {
        assert!(!can_publish(&client, subject).await, "{subject}");
    }
    let context = jetstream::new(client.clone());
    let stream = context.get_stream("AW_LOG").await.expect("it may look");
    let last = stream
        .get_last_raw_message_by_subject("aw.log.program.sh")
        .await;
    assert_eq!(last.expect("it may read from the leader").sequence, 2);
    let direct = stream
        .direct_get_last_for_subject("aw.log.workshop.w")
        .await;
    assert_eq!(direct.expect("it may read directly").sequence, 1);
    let first = stream.direct_get(3).await;
    assert_eq!(first.expect("it may read by position").sequence, 3);
    assert!(is_answered(&client, "$JS.API.CONSUMER.CREATE.AW_LOG.mine").await);
    for forbidden in [
        "$JS.API.STREAM.UPDATE.AW_LOG",
        "$JS.API.STREAM.PURGE.AW_LOG",
        "$JS.API.STREAM.MSG.DELETE.AW_LOG",
        "$JS.API.CONSUMER.CREATE.OTHER.mine",
    ] {
        assert!(!is_answered(&client, forbidden).await, "{forbidden}");
    }
}

#[tokio::test]
async fn the_projection_user_follows_the_log_and_writes_watermarks_only() {
    let log = log().await;
    assert!(can_publish(&log.client(User::Registration).await, "aw.log.workshop.w").await);
    let client = log.client(User::Projection).await;
    assert!(!can_publish(&client, "aw.log.workshop.w").await);
    let context = jetstream::new(client.clone());
    let stream = context.get_stream("AW_LOG").await.expect("it may look");
    let ordered = jetstream::consumer::push::OrderedConfig {
        deliver_subject: client.new_inbox(),
        ..Default::default()
    };
    let consumer = stream
        .create_consumer(ordered)
        .await
        .expect("it may follow");
    let mut messages = consumer.messages().await.expect("it may follow");
    let first = messages
        .next()
        .await
        .expect("there is one")
        .expect("it is delivered");
    assert_eq!(first.subject.as_str(), "aw.log.workshop.w");
    let pulled = pull::Config {
        name: Some("pulled".to_owned()),
        deliver_policy: DeliverPolicy::All,
        ..Default::default()
    };
    let consumer = stream.create_consumer(pulled).await.expect("it may pull");
    let mut batch = consumer
        .fetch()
        .max_messages(1)
        .messages()
        .await
        .expect("it may pull");
    let first = batch
        .next()
        .await
        .expect("there is one")
        .expect("it is delivered");
    first.ack().await.expect("it may acknowledge");
    stream
        .delete_consumer("pulled")
        .await
        .expect("it may delete its own");
}

#[tokio::test]
async fn the_gateway_user_hears_watermarks_and_nothing_else() {
    let log = log().await;
    let gateway = log.client(User::Gateway).await;
    let mut live = gateway.subscribe("aw.live.>").await.expect("it may listen");
    let mut decisions = gateway
        .subscribe("aw.log.>")
        .await
        .expect("the refusal comes later");
    gateway.flush().await.expect("it answers");
    assert!(can_publish(&log.client(User::Registration).await, "aw.log.workshop.w").await);
    let projection = log.client(User::Projection).await;
    projection
        .publish("aw.live.watermark.main", "1".into())
        .await
        .expect("it is sent");
    let heard = tokio::time::timeout(Duration::from_secs(5), live.next()).await;
    let heard = heard.expect("it is delivered").expect("it is delivered");
    assert_eq!(heard.subject.as_str(), "aw.live.watermark.main");
    // The decision was stored before the watermark was sent, so it would be here by now.
    let decision = tokio::time::timeout(Duration::from_millis(100), decisions.next()).await;
    assert!(!matches!(decision, Ok(Some(_))));
    assert!(!can_publish(&gateway, "aw.log.workshop.w").await);
    assert!(!is_answered(&gateway, "$JS.API.STREAM.INFO.AW_LOG").await);
}

/// A connection whose answers come where the gateway's do.
async fn reader(log: &Log) -> Client {
    let options = ConnectOptions::new()
        .request_timeout(Some(Duration::from_millis(300)))
        .custom_inbox_prefix("_INBOX_gateway");
    let connected = nats::connect(&log.nats.url(User::Gateway), options).await;
    connected.expect("it answers")
}

const BUCKET: &str = "AW_DOCUMENTS";

#[tokio::test]
async fn documents_are_kept_by_the_registration_user_and_read_by_the_gateway_user() {
    let log = log().await;
    let context = jetstream::new(log.client(User::Registration).await);
    let store = context.get_object_store(BUCKET).await.expect("it is there");
    for bytes in ["first", "second"] {
        let mut bytes = bytes.as_bytes();
        store.put("name", &mut bytes).await.expect("it is kept");
    }
    let reader = reader(&log).await;
    let context = jetstream::new(reader.clone());
    let store = context.get_object_store(BUCKET).await.expect("it may look");
    let mut object = store.get("name").await.expect("it may read");
    let mut read = String::new();
    object.read_to_string(&mut read).await.expect("it is text");
    assert_eq!(read, "second");
    for subject in [
        "$O.AW_DOCUMENTS.M.x",
        "$O.AW_DOCUMENTS.C.x",
        "$JS.API.STREAM.PURGE.OBJ_AW_DOCUMENTS",
        "$JS.API.STREAM.MSG.DELETE.OBJ_AW_DOCUMENTS",
        "$JS.API.STREAM.DELETE.OBJ_AW_DOCUMENTS",
        "$JS.API.STREAM.UPDATE.OBJ_AW_DOCUMENTS",
        "$JS.API.STREAM.INFO.AW_LOG",
        "$JS.API.DIRECT.GET.AW_LOG",
        "$JS.API.CONSUMER.CREATE.AW_LOG",
    ] {
        assert!(!is_answered(&reader, subject).await, "{subject}");
    }
    // What others are answered is none of its business.
    let mut inboxes = reader
        .subscribe("_INBOX.>")
        .await
        .expect("the refusal comes later");
    reader.flush().await.expect("it answers");
    assert!(can_publish(&log.client(User::Registration).await, "aw.log.workshop.w").await);
    let heard = tokio::time::timeout(Duration::from_millis(300), inboxes.next()).await;
    assert!(!matches!(heard, Ok(Some(_))));
}

#[tokio::test]
async fn the_projection_user_does_not_see_documents() {
    let log = log().await;
    let client = log.client(User::Projection).await;
    for subject in [
        "$JS.API.STREAM.INFO.OBJ_AW_DOCUMENTS",
        "$O.AW_DOCUMENTS.M.x",
    ] {
        assert!(!is_answered(&client, subject).await, "{subject}");
    }
}
