//! The stream is made as defined, and a stream that is defined otherwise is refused.

use anmeldewerk_stack::folder::Folder;
use anmeldewerk_stack::nats::{Nats, User};
use async_nats::jetstream;

async fn nats(folder: &Folder) -> Nats {
    Nats::start(&folder.join("nats")).await.expect("it starts")
}

async fn provisioner(nats: &Nats) -> jetstream::Context {
    let client = nats.connect(User::Provision).await.expect("it answers");
    jetstream::new(client)
}

#[tokio::test]
async fn provisioning_twice_changes_nothing() {
    let folder = Folder::new("stream").expect("a test folder can be made");
    let nats = nats(&folder).await;
    nats.provision().await.expect("the stream is made");
    let log = provisioner(&nats).await;
    let first = log
        .get_stream("AW_LOG")
        .await
        .expect("it is there")
        .cached_info()
        .created;
    nats.provision().await.expect("the stream is right");
    let again = log
        .get_stream("AW_LOG")
        .await
        .expect("it is there")
        .cached_info()
        .created;
    assert_eq!(first, again);
}

#[tokio::test]
async fn a_stream_that_could_lose_decisions_is_refused_naming_the_setting() {
    let folder = Folder::new("stream").expect("a test folder can be made");
    let nats = nats(&folder).await;
    nats.provision().await.expect("the stream is made");
    let log = provisioner(&nats).await;
    let right = log
        .get_stream("AW_LOG")
        .await
        .expect("it is there")
        .cached_info()
        .config
        .clone();
    let wrong = [
        (
            "max_msgs",
            jetstream::stream::Config {
                max_messages: 10,
                ..right.clone()
            },
        ),
        (
            "subjects",
            jetstream::stream::Config {
                subjects: vec!["aw.log.>".to_owned()],
                ..right.clone()
            },
        ),
        (
            "allow_direct",
            jetstream::stream::Config {
                allow_direct: false,
                ..right.clone()
            },
        ),
    ];
    for (setting, config) in wrong {
        log.update_stream(config).await.expect("this user may");
        let line = nats.provision().await.expect_err("it differs").to_string();
        assert!(line.contains(setting), "{line}");
        assert_eq!(line.lines().count(), 1);
    }
    log.update_stream(right).await.expect("this user may");
    nats.provision().await.expect("it is right again");
}
