//! Servers start, stop, are killed and start again.

use anmeldewerk_stack::database::Databases;
use anmeldewerk_stack::folder::Folder;
use anmeldewerk_stack::nats::{self, Nats, NatsCluster, User};
use anmeldewerk_stack::postgres::{Postgres, Role};
use anmeldewerk_stack::provision::{self, Database};
use sqlx::{Connection, PgConnection};

#[tokio::test]
async fn a_log_survives_a_kill_of_its_server_and_is_found_on_the_same_address() {
    let folder = Folder::new("nats").expect("a test folder can be made");
    let nats = Nats::start(&folder.join("nats")).await.expect("it starts");
    nats.provision().await.expect("the stream is made");
    let client = nats.connect(User::Registration).await.expect("it answers");
    let log = async_nats::jetstream::new(client);
    let stored = log
        .publish("aw.log.workshop.w", "one".into())
        .await
        .expect("it is sent");
    assert_eq!(stored.await.expect("it is stored").sequence, 1);
    let first = nats.pid();
    nats.kill();
    nats.restart().await.expect("it starts again");
    assert_ne!(nats.pid(), first);
    let client = nats.connect(User::Registration).await.expect("it answers");
    let log = async_nats::jetstream::new(client);
    let stored = log
        .publish("aw.log.workshop.w", "two".into())
        .await
        .expect("it is sent");
    assert_eq!(stored.await.expect("it is stored").sequence, 2);
    nats.stop().await;
}

#[tokio::test]
async fn a_paused_server_answers_again_when_it_is_resumed() {
    let folder = Folder::new("nats").expect("a test folder can be made");
    let server = Nats::start(&folder.join("nats")).await.expect("it starts");
    let options = async_nats::ConnectOptions::new()
        .request_timeout(Some(std::time::Duration::from_millis(200)));
    let client = nats::connect(&server.url(User::Provision), options)
        .await
        .expect("it answers");
    server.pause();
    client
        .request("$JS.API.INFO", "".into())
        .await
        .expect_err("it is paused");
    server.resume();
    client
        .request("$JS.API.INFO", "".into())
        .await
        .expect("it goes on");
}

#[tokio::test]
async fn three_servers_keep_one_log_and_another_one_leads_when_the_leader_is_killed() {
    let folder = Folder::new("cluster").expect("a test folder can be made");
    let cluster = NatsCluster::start(folder.path()).await.expect("they start");
    cluster.provision().await.expect("the stream is made");
    cluster
        .provision()
        .await
        .expect("asked twice it changes nothing");
    let leader = cluster
        .leader()
        .await
        .expect("there is one")
        .name()
        .to_owned();
    let node = cluster
        .nodes()
        .iter()
        .find(|node| node.name() == leader)
        .expect("it is one of them");
    node.kill();
    let patience = std::time::Duration::from_secs(30);
    let next = anmeldewerk_stack::wait::until(patience, || async {
        let next = cluster.leader().await.map_err(|error| error.to_string())?;
        (next.name() != leader)
            .then_some(())
            .ok_or_else(|| "the killed one still leads".to_owned())
    });
    next.await.expect("the others elect one");
}

#[tokio::test]
async fn a_database_survives_a_kill_of_all_its_processes() {
    let folder = Folder::for_postgres("postgres").expect("a test folder can be made");
    let postgres = Postgres::start(&folder.join("postgres"))
        .await
        .expect("it starts");
    provision::database(&postgres.admin_url(), Database::Vault, "vault")
        .await
        .expect("it is made");
    let url = postgres.url(Role::Owner, "vault");
    let mut owner = PgConnection::connect(&url).await.expect("it answers");
    for statement in [
        "CREATE TABLE kept (name text)",
        "INSERT INTO kept VALUES ('Müller')",
    ] {
        sqlx::raw_sql(statement)
            .execute(&mut owner)
            .await
            .expect("the owner may");
    }
    postgres.kill();
    sqlx::raw_sql("SELECT")
        .execute(&mut owner)
        .await
        .expect_err("it is gone");
    postgres.restart().await.expect("it starts again");
    let mut owner = PgConnection::connect(&url).await.expect("it answers");
    let kept: String = sqlx::query_scalar("SELECT name FROM kept")
        .fetch_one(&mut owner)
        .await
        .expect("the row was committed");
    assert_eq!(kept, "Müller");
    provision::database(&postgres.admin_url(), Database::Vault, "vault")
        .await
        .expect("asked twice it changes nothing");
    postgres.stop().await;
}

#[tokio::test]
async fn the_databases_are_durable_and_sort_the_same_everywhere() {
    let folder = Folder::for_postgres("postgres").expect("a test folder can be made");
    let postgres = Postgres::start(&folder.join("postgres"))
        .await
        .expect("it starts");
    let mut admin = PgConnection::connect(&postgres.admin_url())
        .await
        .expect("it answers");
    let wanted = [
        ("fsync", "on"),
        ("synchronous_commit", "on"),
        ("full_page_writes", "on"),
        ("data_checksums", "on"),
        ("log_parameter_max_length_on_error", "0"),
    ];
    for (setting, value) in wanted {
        let found: String = sqlx::query_scalar("SELECT current_setting($1)")
            .bind(setting)
            .fetch_one(&mut admin)
            .await
            .expect("the setting exists");
        assert_eq!(found, value, "{setting}");
    }
    let locale: String =
        sqlx::query_scalar("SELECT datlocale FROM pg_database WHERE datname = 'template1'")
            .fetch_one(&mut admin)
            .await
            .expect("there is a template");
    assert_eq!(locale, "PG_UNICODE_FAST");
}

#[tokio::test]
async fn each_role_enters_its_databases_only() {
    let folder = Folder::for_postgres("postgres").expect("a test folder can be made");
    let postgres = Postgres::start(&folder.join("postgres"))
        .await
        .expect("it starts");
    for kind in [Database::Vault, Database::ReadModel] {
        provision::database(&postgres.admin_url(), kind, kind.name())
            .await
            .expect("it is made");
    }
    let enters = async |role, database| {
        PgConnection::connect(&postgres.url(role, database))
            .await
            .is_ok()
    };
    assert!(enters(Role::Registration, "vault").await);
    assert!(!enters(Role::Registration, "readmodel").await);
    assert!(!enters(Role::Projection, "vault").await);
    assert!(enters(Role::Projection, "readmodel").await);
    assert!(enters(Role::Gateway, "vault").await);
    assert!(enters(Role::Gateway, "readmodel").await);
}

#[tokio::test]
async fn a_test_gets_databases_of_its_own_that_are_gone_afterwards() {
    let folder = Folder::for_postgres("postgres").expect("a test folder can be made");
    let postgres = Postgres::start(&folder.join("postgres"))
        .await
        .expect("it starts");
    let first = Databases::create_in(&postgres)
        .await
        .expect("they are made");
    let second = Databases::create_in(&postgres)
        .await
        .expect("they are made");
    assert_ne!(first.vault_url(Role::Owner), second.vault_url(Role::Owner));
    let mut gateway = PgConnection::connect(&first.read_model_url(Role::Gateway))
        .await
        .expect("the gateway may enter");
    let tables: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')",
    )
    .fetch_one(&mut gateway)
    .await
    .expect("it may look");
    assert!(tables > 1, "they are migrated");
    drop((first, second));
    let mut admin = PgConnection::connect(&postgres.admin_url())
        .await
        .expect("it answers");
    let left: i64 =
        sqlx::query_scalar("SELECT count(*) FROM pg_database WHERE datname LIKE '%\\_%\\_%'")
            .fetch_one(&mut admin)
            .await
            .expect("it may look");
    assert_eq!(left, 0);
}
