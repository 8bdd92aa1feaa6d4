//! Versions of the read model: built, compared and exchanged while people register, and killed at any moment.

use std::process::Output;

use anmeldewerk_contract::Recorded;
use anmeldewerk_stack::{flow::Flow, postgres::Role, service::Kind, wait};
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Connection, PgConnection, Row};
use uuid::Uuid;

use crate::{
    house::{House, PATIENCE, registration},
    kills::{RUSH, survives},
    replay,
};

/// Runs an operator's command.
pub(crate) async fn operate(flow: &Flow, words: &[&str]) -> Output {
    let asked = flow.operator().ask(words).await;
    asked.expect("the command runs")
}

/// Runs an operator's command that must succeed, and reads its answer.
pub(crate) async fn operated(flow: &Flow, words: &[&str]) -> Value {
    let words = [&["--json"], words].concat();
    let output = operate(flow, &words).await;
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{words:?}: {said}");
    serde_json::from_slice(&output.stdout).expect("JSON")
}

/// Tells which version is live, insisting that it is exactly one.
pub(crate) async fn live(flow: &Flow) -> String {
    let list = operated(flow, &["list"]).await;
    let versions = list["versions"].as_array().expect("versions");
    let live: Vec<&Value> = versions.iter().filter(|v| v["stage"] == "live").collect();
    assert_eq!(live.len(), 1, "{list}");
    live[0]["version"].as_str().expect("a name").to_owned()
}

/// Registers some people in a workshop of its own and gives the workshop with the last position.
async fn some_people(house: &House, seats: usize, count: usize) -> (String, u64) {
    let workshop = house.workshop(json!({"capacity": seats})).await;
    let path = format!("/v1/workshops/{workshop}/registrations");
    let mut position = 0;
    for who in 0..count {
        let program = ["mv", "sh"][who % 2];
        let token = house.feeder(program);
        let made = house.post(&token, &path, &registration(program, who)).await;
        position = made.expect(201).position();
    }
    (workshop, position)
}

/// Insists that the gateway shows what the fold of the log gives.
pub(crate) async fn shows_the_fold(house: &House, workshop: &str) {
    let log = replay::log(&house.flow).await;
    let last = log.last().expect("decisions").position.0;
    let shown = house.attendees(workshop, last).await;
    assert_eq!(
        replay::shown_rows(&shown),
        replay::folded_rows(&log, workshop)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rebuild_in_the_middle_of_a_rush_goes_live_and_can_be_taken_back() {
    let flow = Flow::start().await.expect("a house");
    let house = survives(RUSH, flow, async |house: &House| {
        let rebuilt = operated(&house.flow, &["rebuild"]).await;
        assert_eq!(
            (&rebuilt["version"], &rebuilt["before"]),
            (&json!("rm_2"), &json!("rm_1"))
        );
        assert_eq!(rebuilt["accepted"], json!([]), "{rebuilt}");
        assert!(rebuilt["compared"]["sha256"].is_string(), "{rebuilt}");
    })
    .await;
    assert_eq!(live(&house.flow).await, "rm_2");
    let (workshop, _) = some_people(&house, 3, 5).await;
    shows_the_fold(&house, &workshop).await;

    let back = operated(&house.flow, &["flip", "rm_1"]).await;
    assert_eq!(back["before"], "rm_2", "{back}");
    assert_eq!(live(&house.flow).await, "rm_1");
    shows_the_fold(&house, &workshop).await;
    let (workshop, _) = some_people(&house, 3, 5).await;
    shows_the_fold(&house, &workshop).await;

    let dropped = operate(&house.flow, &["drop", "rm_1"]).await;
    assert!(!dropped.status.success(), "the live one stays");
    operated(&house.flow, &["drop", "rm_2"]).await;
    let list = operate(&house.flow, &["list"]).await;
    let list = String::from_utf8_lossy(&list.stdout).into_owned();
    assert!(list.contains("rm_1") && !list.contains("rm_2"), "{list}");
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_any_moment_a_rebuild_loses_nothing_and_goes_on() {
    let flow = Flow::start().await.expect("a house");
    let house = House::of(flow);
    house.programs().await;
    let (workshop, position) = some_people(&house, 20, 60).await;
    house.attendees(&workshop, position).await;
    // What one rebuild takes, undisturbed: the kills are spread over it, and beyond.
    let started = std::time::Instant::now();
    operated(&house.flow, &["rebuild"]).await;
    let whole = started.elapsed();
    for part in 1..=12_u32 {
        let after = whole * part / 11;
        let mut command = house
            .flow
            .operator()
            .command(&["rebuild"])
            .expect("a binary");
        let mut running = command.spawn().expect("it starts");
        if tokio::time::timeout(after, running.wait()).await.is_err() {
            running.kill().await.expect("killed");
        }
        live(&house.flow).await;
        shows_the_fold(&house, &workshop).await;
    }
    // The right of whoever was killed ends with their connection, a moment later.
    let rebuilt = wait::until(PATIENCE, || async {
        let output = operate(&house.flow, &["--json", "rebuild"]).await;
        if output.status.success() {
            serde_json::from_slice::<Value>(&output.stdout).map_err(|error| error.to_string())
        } else {
            Err(String::from_utf8_lossy(&output.stderr).into_owned())
        }
    });
    let rebuilt = rebuilt.await.expect("rebuilt in the end");
    assert_eq!(rebuilt["accepted"], json!([]));
    shows_the_fold(&house, &workshop).await;
    let (workshop, _) = some_people(&house, 3, 4).await;
    shows_the_fold(&house, &workshop).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_rebuild_at_once_one_is_told_so() {
    let flow = Flow::start().await.expect("a house");
    let house = House::of(flow);
    house.programs().await;
    let (workshop, position) = some_people(&house, 3, 5).await;
    house.attendees(&workshop, position).await;
    let words = ["rebuild"];
    let (one, another) = tokio::join!(operate(&house.flow, &words), operate(&house.flow, &words));
    let succeeded = [&one, &another]
        .iter()
        .filter(|it| it.status.success())
        .count();
    assert!(succeeded >= 1, "{one:?} {another:?}");
    for output in [one, another] {
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(
            output.status.success()
                || said.contains("at work")
                || said.contains("taken over")
                || said.contains("somebody else")
                || said.contains("cannot go live"),
            "{said}"
        );
    }
    live(&house.flow).await;
    shows_the_fold(&house, &workshop).await;
}

/// The rows of a version as of a position, in the order of arrival.
async fn frozen_rows(flow: &Flow, schema: &str, workshop: &str) -> Vec<(String, String, String)> {
    let url = flow.databases.read_model_url(Role::Gateway);
    let mut gateway = PgConnection::connect(&url).await.expect("a connection");
    // Without a scope a connection sees nobody's registrations.
    let scoped = sqlx::query("SET app.scope = 'auditor'");
    scoped.execute(&mut gateway).await.expect("a scope");
    let statement = format!(
        "SELECT id::text, number, state FROM {schema}.registration WHERE workshop = $1 ORDER BY arrival"
    );
    let rows = sqlx::query(AssertSqlSafe(statement))
        .bind(Uuid::parse_str(workshop).expect("an id"))
        .fetch_all(&mut gateway)
        .await
        .expect("rows");
    rows.iter()
        .map(|row| (row.get(0), row.get(1), row.get(2)))
        .collect()
}

fn folded(log: &[Recorded], workshop: &str) -> Vec<(String, String, String)> {
    let rows = replay::folded_rows(log, workshop).into_iter();
    rows.map(|(id, number, state, _)| (id, number, state))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_as_of_a_position_or_a_time_is_what_the_fold_was_then() {
    let flow = Flow::start().await.expect("a house");
    let house = House::of(flow);
    house.programs().await;
    let (workshop, _) = some_people(&house, 4, 9).await;
    let log = replay::log(&house.flow).await;
    let last = log.last().expect("decisions").position.0;
    for back in [0, 3, 7] {
        let (at, name) = (last - back, format!("back_{back}"));
        let at_text = at.to_string();
        let made = operated(&house.flow, &["as-of", &at_text, "--name", &name]).await;
        assert_eq!(made["as_of"], at, "{made}");
        let part = usize::try_from(at).expect("a small number");
        let rows = frozen_rows(&house.flow, &format!("asof_{name}"), &workshop).await;
        assert_eq!(rows, folded(&log[..part], &workshop), "as of {at}");
    }

    let middle = &log[log.len() - 4];
    let time = anmeldewerk_contract::instant_text(middle.decision.decided_at);
    let made = operated(&house.flow, &["as-of", &time, "--name", "then"]).await;
    let later = log
        .iter()
        .position(|one| one.decision.decided_at > middle.decision.decided_at);
    let expected = later.unwrap_or(log.len());
    assert_eq!(
        made["as_of"], expected,
        "the last one before anything later"
    );
    let rows = frozen_rows(&house.flow, "asof_then", &workshop).await;
    assert_eq!(rows, folded(&log[..expected], &workshop));

    // As of the end it equals what is live.
    let frozen = operated(&house.flow, &["digest", "asof_back_0"]).await;
    let live = operated(&house.flow, &["digest"]).await;
    assert_eq!(
        (frozen["position"].as_u64(), live["position"].as_u64()),
        (Some(last), Some(last))
    );
    assert_eq!(frozen["sha256"], live["sha256"], "{frozen} {live}");

    let beyond = (last + 1).to_string();
    let refused = operate(&house.flow, &["as-of", &beyond, "--name", "beyond"]).await;
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(said.contains("the log ends at"), "{said}");
    let taken = operate(&house.flow, &["as-of", "1", "--name", "then"]).await;
    let said = String::from_utf8_lossy(&taken.stderr).into_owned();
    assert!(said.contains("is there already"), "{said}");
    let flipped = operate(&house.flow, &["flip", "asof_then"]).await;
    let said = String::from_utf8_lossy(&flipped.stderr).into_owned();
    assert!(said.contains("cannot go live"), "{said}");
    operated(&house.flow, &["drop", "asof_then"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_difference_goes_live_only_where_it_is_accepted_by_name() {
    let flow = Flow::start().await.expect("a house");
    let house = House::of(flow);
    house.programs().await;
    let (workshop, position) = some_people(&house, 3, 5).await;
    house.attendees(&workshop, position).await;
    let url = house.flow.databases.read_model_url(Role::Projection);
    let mut projection = PgConnection::connect(&url).await.expect("a connection");
    sqlx::query("UPDATE rm_1.registration SET number = 'forged'")
        .execute(&mut projection)
        .await
        .expect("forged");
    let refused = operate(&house.flow, &["rebuild"]).await;
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(
        said.contains("differs") && said.contains("registration"),
        "{said}"
    );
    assert!(!refused.status.success());
    assert_eq!(live(&house.flow).await, "rm_1");
    let accepted = operated(&house.flow, &["rebuild", "--accept", "registration"]).await;
    assert_eq!(accepted["accepted"], json!(["registration"]), "{accepted}");
    // The gateway hears of it, or looks by itself a second later.
    let corrected = wait::until(PATIENCE, || async {
        let shown = house.attendees(&workshop, position).await;
        match shown[0]["number"].as_str() {
            Some("forged") | None => Err("the old version is still asked".to_owned()),
            Some(_) => Ok(()),
        }
    });
    corrected.await.expect("the new version is asked");
    shows_the_fold(&house, &workshop).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_any_key_the_rows_are_built_and_are_the_same() {
    let flow = Flow::start().await.expect("a house");
    let house = House::of(flow);
    house.programs().await;
    let (workshop, position) = some_people(&house, 3, 5).await;
    house.attendees(&workshop, position).await;
    let before = operated(&house.flow, &["digest"]).await;
    let (vault, _) = house.flow.owner_database_urls();
    let mut vault = PgConnection::connect(&vault).await.expect("a vault");
    let tables: Vec<String> = sqlx::query_scalar(
        "SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) FROM pg_tables
         WHERE schemaname NOT IN ('pg_catalog', 'information_schema') AND tablename !~ 'sqlx'",
    )
    .fetch_all(&mut vault)
    .await
    .expect("tables");
    assert!(tables.len() > 2, "{tables:?}");
    // More than an erasure takes: all persons with all their keys.
    let emptied = format!("TRUNCATE {} CASCADE", tables.join(", "));
    sqlx::query(AssertSqlSafe(emptied))
        .execute(&mut vault)
        .await
        .expect("emptied");
    let rebuilt = operated(&house.flow, &["rebuild"]).await;
    assert_eq!(rebuilt["compared"]["sha256"], before["sha256"]);
    let position = before["position"].to_string();
    let frozen = operated(&house.flow, &["as-of", &position, "--name", "erased"]).await;
    assert_eq!(frozen["digest"], before["sha256"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_model_of_another_shape_is_built_anew_and_then_asked() {
    let flow = Flow::start().await.expect("a house");
    let house = House::of(flow);
    house.programs().await;
    let (workshop, position) = some_people(&house, 3, 5).await;
    house.attendees(&workshop, position).await;
    let url = house.flow.databases.read_model_url(Role::Projection);
    let mut projection = PgConnection::connect(&url).await.expect("a connection");
    sqlx::query("UPDATE registry.version SET shape = 'of an older program'")
        .execute(&mut projection)
        .await
        .expect("as after a deployment");
    house.flow.service(Kind::Projection).kill();
    house
        .flow
        .service(Kind::Projection)
        .restart()
        .await
        .expect("restarted");
    let built = wait::until(PATIENCE, || async {
        match live(&house.flow).await.as_str() {
            "rm_2" => Ok(()),
            other => Err(other.to_owned()),
        }
    });
    built.await.expect("it is built by itself");
    shows_the_fold(&house, &workshop).await;
    let (workshop, _) = some_people(&house, 3, 4).await;
    shows_the_fold(&house, &workshop).await;
}
