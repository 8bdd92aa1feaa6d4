//! What the command line does once and then is done.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use anmeldewerk_stack::folder::Folder;
use anmeldewerk_stack::nats::{Nats, User};
use anmeldewerk_stack::postgres::{Access, Postgres, Role};
use anmeldewerk_stack::secret::PostgresPasswords;
use data_encoding::BASE64URL_NOPAD;
use serde_json::Value;
use sqlx::{Connection, PgConnection};

fn stack(home: &Path, words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_stack"))
        .arg("--home")
        .arg(home)
        .args(words)
        .output()
        .expect("the binary was built")
}

fn said(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn a_token_is_the_only_thing_that_is_printed() {
    let folder = Folder::new("commands").expect("a test folder can be made");
    let words = [
        "token",
        "--program",
        "sh",
        "--role",
        "coordinator",
        "--role",
        "feeder",
    ];
    let output = stack(folder.path(), &words);
    assert!(output.status.success(), "{}", said(&output.stderr));
    let text = said(&output.stdout);
    assert_eq!(text.lines().count(), 1, "{text}");
    let claims = text.split('.').nth(1).expect("a token has three parts");
    let claims = BASE64URL_NOPAD
        .decode(claims.as_bytes())
        .expect("base64url");
    let claims: Value = serde_json::from_slice(&claims).expect("JSON");
    assert_eq!(claims["program"], "sh");
    assert_eq!(
        claims["roles"],
        serde_json::json!(["coordinator", "feeder"])
    );
}

#[test]
fn a_role_that_does_not_exist_is_refused() {
    let folder = Folder::new("commands").expect("a test folder can be made");
    let output = stack(folder.path(), &["token", "--role", "emperor"]);
    assert!(!output.status.success());
    assert!(
        said(&output.stderr).contains("coordinator"),
        "the roles are named"
    );
}

#[tokio::test]
async fn production_is_provisioned_by_addresses_and_a_second_time_changes_nothing() {
    let folder = Folder::for_postgres("commands").expect("a test folder can be made");
    let nats = Nats::start(&folder.join("nats")).await.expect("it starts");
    let postgres = Postgres::start(&folder.join("postgres"))
        .await
        .expect("it starts");
    let wanted = PostgresPasswords::generate();
    let passwords = folder.join("passwords.json");
    let json = serde_json::to_vec(&wanted).expect("strings are JSON");
    fs::write(&passwords, json).expect("the folder is ours");
    let words = [
        "provision",
        "--nats-url",
        &nats.url(User::Provision),
        "--vault-admin-url",
        &postgres.admin_url(),
        "--read-model-admin-url",
        &postgres.admin_url(),
        "--passwords-file",
        passwords.to_str().expect("it is text"),
    ];
    for _ in 0..2 {
        let output = stack(folder.path(), &words);
        assert!(output.status.success(), "{}", said(&output.stderr));
        assert_eq!(said(&output.stdout).lines().count(), 3);
    }
    let access = Access {
        port: postgres.access().port,
        passwords: wanted,
    };
    for (role, database) in [(Role::Registration, "vault"), (Role::Gateway, "readmodel")] {
        let entered = PgConnection::connect(&access.url(role, database)).await;
        entered.expect("the role has the password from the file");
    }
}

#[tokio::test]
async fn production_is_refused_when_its_stream_is_another() {
    let folder = Folder::new("commands").expect("a test folder can be made");
    let nats = Nats::start(&folder.join("nats")).await.expect("it starts");
    nats.provision().await.expect("the stream is made");
    let url = nats.url(User::Provision);
    let output = stack(
        folder.path(),
        &["provision", "--nats-url", &url, "--replicas", "3"],
    );
    assert!(!output.status.success());
    let line = said(&output.stderr);
    assert!(line.contains("num_replicas = 1, but 3 is needed"), "{line}");
    assert_eq!(line.lines().count(), 1, "{line}");
    assert!(!line.contains("provision:"), "no password is shown: {line}");
}
