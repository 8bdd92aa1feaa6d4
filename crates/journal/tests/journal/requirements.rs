//! A log that could lose decisions is refused, and the setting is named.

use std::{fs, process::Stdio, time::Duration};

use anmeldewerk_journal::{ConnectError, JetStream, Requirement};
use anmeldewerk_stack::{nats::User, wait};
use serde_json::{Value, json};

use crate::server::Single;

async fn refused(url: &str, monitors: &[String]) -> Requirement {
    match JetStream::connect(url, "AW_LOG", monitors).await {
        Err(ConnectError::Requirement(requirement)) => requirement,
        Err(error) => panic!("{error}"),
        Ok(_) => panic!("the log was accepted"),
    }
}

async fn ask(client: &async_nats::Client, subject: &str, body: Value) -> Value {
    let answer = client
        .request(subject.to_owned(), body.to_string().into())
        .await;
    serde_json::from_slice(&answer.expect("an answer").payload).expect("JSON")
}

/// Makes the stream; right after a deletion the server may still be clearing its folder.
async fn create(client: &async_nats::Client, config: &Value) {
    let made = wait::until(Duration::from_secs(20), || async {
        let made = ask(client, "$JS.API.STREAM.CREATE.AW_LOG", config.clone()).await;
        match made.get("error") {
            None => Ok(()),
            Some(error) => Err(error.to_string()),
        }
    });
    made.await.expect("the stream is made");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_that_could_forget_is_refused_by_name() {
    let server = Single::start().await;
    let client = server
        .nats
        .connect(User::Provision)
        .await
        .expect("connected");
    let info = ask(&client, "$JS.API.STREAM.INFO.AW_LOG", json!({})).await;
    let wrong = [
        ("deny_delete", json!(false)),
        ("deny_purge", json!(false)),
        ("allow_atomic", json!(false)),
        ("allow_direct", json!(false)),
        ("discard", json!("old")),
        ("max_age", json!(3_600_000_000_000_u64)),
        ("max_msgs", json!(1000)),
        ("storage", json!("memory")),
        ("subjects", json!(["aw.log.>"])),
    ];
    for (setting, value) in wrong {
        let mut config = info["config"].clone();
        config[setting] = value;
        ask(&client, "$JS.API.STREAM.DELETE.AW_LOG", json!({})).await;
        create(&client, &config).await;
        let requirement = refused(&server.nats.url(User::Registration), &[]).await;
        assert_eq!(requirement.setting, setting, "{requirement}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_acknowledges_before_its_disk_is_refused() {
    let server = Single::start().await;
    let monitors = [server.nats.monitor_url()];
    let safe = JetStream::connect(&server.nats.url(User::Registration), "AW_LOG", &monitors).await;
    assert!(safe.is_ok(), "the default stack is safe");

    // The same server with the one setting that makes it faster and unsafe.
    let folder = server.folder.join("lazy");
    fs::create_dir_all(&folder).expect("a folder");
    let config = folder.join("lazy.conf");
    let text = format!(
        "listen: 127.0.0.1:-1\nhttp: 127.0.0.1:-1\nports_file_dir: {folder:?}\nmax_payload: 4MB\njetstream {{ store_dir: {:?} }}\n",
        folder.join("store")
    );
    fs::write(&config, text).expect("written");
    let binary = anmeldewerk_stack::fetch::Servers::find()
        .expect("servers")
        .nats_server;
    let mut child = std::process::Command::new(binary)
        .arg("-c")
        .arg(&config)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("a server");
    let found = wait::until(Duration::from_secs(20), || async {
        let file = fs::read_dir(&folder)
            .map_err(|error| error.to_string())?
            .filter_map(Result::ok)
            .find(|entry| entry.path().extension().is_some_and(|e| e == "ports"));
        let file = file.ok_or("no ports yet")?;
        let text = fs::read_to_string(file.path()).map_err(|error| error.to_string())?;
        serde_json::from_str::<Value>(&text).map_err(|error| error.to_string())
    })
    .await;
    let outcome = async {
        let found = found.expect("the server says its ports");
        let url = found["nats"][0].as_str().expect("a port").to_owned();
        let monitor = found["monitoring"][0].as_str().expect("a port").to_owned();
        let client = async_nats::connect(&url).await.expect("connected");
        let stream: Value =
            serde_json::from_str(include_str!("../../../../deploy/nats/stream.json"))
                .expect("JSON");
        create(&client, &stream).await;
        refused(&url, &[monitor]).await
    };
    let requirement = outcome.await;
    child.kill().expect("killed");
    child.wait().expect("ended");
    assert!(
        requirement.setting.contains("sync_interval"),
        "{requirement}"
    );
}
