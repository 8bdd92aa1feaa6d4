//! Who reads `reporting`, and what they see.

use std::str::FromStr;

use anmeldewerk_contract::Position;
use anmeldewerk_domain::{ProgramId, workshop};
use anmeldewerk_read_model::{BiRole, Fault, Writer, bi_role};
use anmeldewerk_stack::postgres::Role;
use sqlx::{AssertSqlSafe, Connection, PgConnection, postgres::PgConnectOptions};

use crate::{
    house::{House, batch, batches, moved},
    story::{Log, confirmed, created, settings, slug, submitted, waitlisted},
};

/// Two programs that no other test knows, because roles are the whole server's, and their roles.
struct Offices {
    house: House,
    log: Log,
    host: BiRole,
    guest: BiRole,
}

fn unique(name: &str) -> ProgramId {
    slug(&format!("{name}-{}", std::process::id()))
}

fn created_by(host: &ProgramId) -> workshop::Event {
    workshop::Event::Created {
        host: host.clone(),
        settings: Box::new(settings()),
    }
}

impl Offices {
    /// A workshop of each, published; a draft of each; people of both at the published ones.
    async fn open(name: &str) -> Self {
        let house = House::open().await;
        let (host, guest) = (unique(&format!("{name}h")), unique(&format!("{name}g")));
        let mut log = Log::default();
        log.program(host.as_str(), "Gastgeber")
            .program(guest.as_str(), "Gast");
        for (workshop, program) in [(1, &host), (2, &guest), (3, &host), (4, &guest)] {
            log.workshop(workshop, vec![created_by(program)]);
        }
        for workshop in [1, 2] {
            log.workshop(workshop, vec![workshop::Event::Published]);
            for (registration, program) in [(1, &host), (2, &guest), (3, &guest)] {
                let id = workshop * 10 + registration;
                let came = submitted(id, program.as_str(), &["rolle"]);
                log.workshop(workshop, vec![came, waitlisted(id)]);
            }
        }
        log.workshop(5, vec![created(), workshop::Event::Published])
            .workshop(5, vec![submitted(51, "sh", &["diskurs"]), confirmed(51)]);
        house.apply(log.entries()).await;
        let admin = house.databases.access().admin_url();
        let host = bi_role(&admin, &host).await.expect("a role");
        let guest = bi_role(&admin, &guest).await.expect("a role");
        Self {
            house,
            log,
            host,
            guest,
        }
    }

    async fn close(self) {
        let admin = self.house.databases.access().admin_url();
        let mut admin = PgConnection::connect(&admin).await.expect("a connection");
        for role in [&self.host.name, &self.guest.name] {
            let dropped = format!("DROP ROLE \"{role}\"");
            let dropped = sqlx::query(AssertSqlSafe(dropped)).execute(&mut admin);
            dropped.await.expect("a role less");
        }
    }
}

async fn enter(house: &House, role: &BiRole) -> Result<PgConnection, sqlx::Error> {
    let url = house.databases.read_model_url(Role::Projection);
    let options = PgConnectOptions::from_str(&url).expect("an address");
    let options = options.username(&role.name).password(&role.password);
    PgConnection::connect_with(&options).await
}

async fn count(connection: &mut PgConnection, of: &str) -> i64 {
    let statement = format!("SELECT count(*) FROM {of}");
    let counted = sqlx::query_scalar(AssertSqlSafe(statement)).fetch_one(connection);
    counted
        .await
        .unwrap_or_else(|error| panic!("{of}: {error}"))
}

async fn refusal(connection: &mut PgConnection, attempt: &'static str) -> String {
    let refused = sqlx::query(attempt).execute(connection).await;
    let refused = refused.expect_err(attempt);
    let refused = refused.as_database_error().expect("an answer");
    refused.code().expect("a code").into_owned()
}

#[tokio::test]
async fn a_program_sees_its_own_people_and_those_of_its_workshops() {
    let offices = Offices::open("seen").await;
    let house = &offices.house;
    for (role, registrations) in [(&offices.host, 4), (&offices.guest, 5)] {
        let mut reader = enter(house, role).await.expect("a connection");
        let program = role.name.strip_prefix("bi_").expect("a name");
        assert_eq!(count(&mut reader, "registrations").await, registrations);
        for own in ["registrations", "topic_demand", "registration_counts"] {
            let foreign = format!(
                "{own} WHERE program <> '{program}'
                     AND workshop NOT IN (SELECT workshop FROM workshops WHERE host = '{program}')"
            );
            assert_eq!(count(&mut reader, &foreign).await, 0, "{own}");
            assert!(count(&mut reader, own).await > 0, "{own}");
        }
        let events: i64 = sqlx::query_scalar("SELECT sum(amount)::bigint FROM daily_events")
            .fetch_one(&mut reader)
            .await
            .expect("a sum");
        assert_eq!(events, 2 * registrations);
        let workshops = count(&mut reader, "workshops").await;
        assert_eq!(workshops, 4, "three that are published and the own draft");
        let drafts = format!("workshops WHERE NOT published AND host <> '{program}'");
        assert_eq!(count(&mut reader, &drafts).await, 0);
        for part in ["workshop_programs", "topics"] {
            let parts = format!("{part} WHERE workshop NOT IN (SELECT workshop FROM workshops)");
            assert_eq!(count(&mut reader, &parts).await, 0, "{part}");
            let hidden = format!("(SELECT DISTINCT workshop FROM {part}) p");
            assert_eq!(count(&mut reader, &hidden).await, 4, "{part}");
        }
        assert_eq!(count(&mut reader, "municipalities").await, 1);
        assert_eq!(count(&mut reader, "programs").await, 4);
        assert_eq!(count(&mut reader, "freshness").await, 1);
    }
    offices.close().await;
}

#[tokio::test]
async fn whoever_reads_for_dashboards_reads_and_sees_nothing_else() {
    let offices = Offices::open("only").await;
    let mut reader = enter(&offices.house, &offices.guest)
        .await
        .expect("a connection");
    sqlx::raw_sql("SET default_transaction_read_only = off")
        .execute(&mut reader)
        .await
        .expect("anybody may");
    for attempt in [
        "DELETE FROM registrations",
        "UPDATE freshness SET position = 0",
        "INSERT INTO lands VALUES ('17', 'x')",
        "TRUNCATE topics",
        "CREATE TABLE own (id int)",
        "CREATE TABLE public.own (id int)",
        "CREATE TEMPORARY TABLE own (id int)",
        "CREATE SCHEMA own",
        "SELECT FROM rm_1.registration",
        "SELECT FROM rm_1.registrations",
        "SELECT FROM registry.version",
        "SET ROLE aw_reporting",
        "SET ROLE aw_projection",
        "ALTER TABLE registrations DISABLE ROW LEVEL SECURITY",
        "CREATE ROLE bi_other",
    ] {
        assert_eq!(refusal(&mut reader, attempt).await, "42501", "{attempt}");
    }
    let next = offices.house.registry.begin_current().await;
    next.expect("a version");
    let refused = refusal(&mut reader, "SELECT FROM reporting_2.registrations").await;
    assert_eq!(refused, "42501", "what is not live yet");
    let vault = offices.house.databases.vault_url(Role::Owner);
    let options = PgConnectOptions::from_str(&vault).expect("an address");
    let options = options
        .username(&offices.guest.name)
        .password(&offices.guest.password);
    let vault = PgConnection::connect_with(&options).await;
    assert!(vault.is_err(), "no way into the vault");
    offices.close().await;
}

#[tokio::test]
async fn a_session_for_dashboards_begins_read_only_and_bounded() {
    let offices = Offices::open("set").await;
    let mut reader = enter(&offices.house, &offices.host)
        .await
        .expect("a connection");
    for (setting, value) in [
        ("statement_timeout", "1min"),
        ("idle_in_transaction_session_timeout", "1min"),
        ("default_transaction_read_only", "on"),
        ("search_path", "reporting"),
    ] {
        let found: String = sqlx::query_scalar("SELECT current_setting($1)")
            .bind(setting)
            .fetch_one(&mut reader)
            .await
            .expect("a setting");
        assert_eq!(found, value, "{setting}");
    }
    let limit: i32 = sqlx::query_scalar("SELECT rolconnlimit FROM pg_roles WHERE rolname = $1")
        .bind(&offices.host.name)
        .fetch_one(&mut reader)
        .await
        .expect("a limit");
    assert_eq!(limit, 10);
    offices.close().await;
}

#[tokio::test]
async fn a_second_role_of_a_program_is_the_same_with_another_password() {
    let offices = Offices::open("twice").await;
    let (house, first) = (&offices.house, &offices.host);
    let program = slug(first.name.strip_prefix("bi_").expect("a name"));
    let admin = house.databases.access().admin_url();
    let second = bi_role(&admin, &program).await.expect("the role");
    assert_eq!(second.name, first.name);
    assert_ne!(second.password, first.password);
    assert_eq!(second.password.len(), 64);
    assert!(!format!("{second:?}").contains(&second.password));
    assert!(enter(house, first).await.is_err(), "the old one is void");
    enter(house, &second).await.expect("the new one opens");
    offices.close().await;
}

#[tokio::test]
async fn a_running_session_reads_the_next_version_when_it_goes_live() {
    let mut offices = Offices::open("flip").await;
    let mut log = std::mem::take(&mut offices.log);
    let house = &offices.house;
    let mut reader = enter(house, &offices.host).await.expect("a connection");
    let mut owner = house.owner.acquire().await.expect("a connection");
    assert_eq!(count(&mut reader, "registrations").await, 4);
    let green = house.registry.begin_current().await.expect("a version");
    let building = Writer::connect(house.registry.url(), &green).expect("an address");
    let (fence, _) = building.take_fence().await.expect("a fence");
    let entries = log.entries();
    for batch in batches(&entries, &[4]) {
        moved(building.apply(fence, &batch).await.expect("an outcome"));
    }
    house.registry.complete(&green).await.expect("complete");
    sqlx::query("UPDATE reporting_2.workshops SET title = 'Grün'")
        .execute(&mut *owner)
        .await
        .expect("a mark");
    let green_titles = "workshops WHERE title = 'Grün'";
    assert_eq!(count(&mut reader, green_titles).await, 0);
    let nothing = async |_: Position| -> Result<(), Fault> { Ok(()) };
    house
        .registry
        .flip((&green.schema, Some(&house.version)), false, nothing)
        .await
        .expect("exchanged");
    assert_eq!(count(&mut reader, green_titles).await, 4);
    assert_eq!(count(&mut reader, "registrations").await, 4);
    let mut new = enter(house, &offices.host).await.expect("a connection");
    assert_eq!(count(&mut new, green_titles).await, 4);
    assert_eq!(
        refusal(&mut new, "SELECT FROM reporting_1.workshops").await,
        "42501"
    );

    // Whoever was connected to write writes on, whatever the schema is called now.
    log.workshop(1, vec![submitted(91, "sh", &[]), confirmed(91)]);
    let (fence, checkpoint) = building.take_fence().await.expect("a fence");
    let next = batch(&checkpoint, log.entries()[entries.len()..].to_vec());
    moved(building.apply(fence, &next).await.expect("an outcome"));
    let positions: Vec<i64> = sqlx::query_scalar(
        "SELECT position FROM reporting.freshness UNION ALL SELECT position FROM reporting_1.freshness",
    )
    .fetch_all(&mut *owner)
    .await
    .expect("positions");
    let before = checkpoint.position.as_i64();
    assert_eq!(positions, [before + 1, before]);
    offices.close().await;
}

#[tokio::test]
async fn own_workshops_are_listed_once_and_looked_up_by_hash() {
    let offices = Offices::open("plan").await;
    let mut reader = enter(&offices.house, &offices.host)
        .await
        .expect("a connection");
    for table in [
        "registrations",
        "registration_counts",
        "topic_demand",
        "daily_events",
    ] {
        let explain = format!("EXPLAIN SELECT program, count(*) FROM {table} GROUP BY 1");
        let plan: Vec<String> = sqlx::query_scalar(AssertSqlSafe(explain))
            .fetch_all(&mut reader)
            .await
            .expect("a plan");
        let plan = plan.join("\n");
        assert!(plan.contains("hashed SubPlan"), "{plan}");
        assert!(plan.contains("InitPlan"), "{plan}");
    }
    offices.close().await;
}
