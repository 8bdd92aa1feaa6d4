//! A plain service: one transaction with a lock on the workshop's row, behind HTTP.

use std::{future::IntoFuture, sync::Arc};

use axum::{
    Json, Router,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    routing::post,
};
use serde::{Deserialize, Serialize};
use sqlx::PgPool;
use tokio::{net::TcpListener, task::JoinHandle};

use crate::{
    Arguments,
    database::{Database, make},
    exact,
    level::Level,
    load::{self, Attempt},
    row::{Rows, Subject},
    submission::Submission,
};

const PEER: &str = "axum + sqlx, row locks";
const KEY: &str = "idempotency-key";

const TABLES: &str = "
    CREATE TABLE workshop (
        id text PRIMARY KEY,
        seats bigint NOT NULL,
        confirmed bigint NOT NULL DEFAULT 0,
        waiting bigint NOT NULL DEFAULT 0
    );
    CREATE TABLE registration (
        id text PRIMARY KEY,
        workshop text NOT NULL REFERENCES workshop,
        idempotency_key text NOT NULL UNIQUE,
        place bigint,
        details jsonb NOT NULL
    );
    CREATE INDEX ON registration (workshop);
";

const STORED: &str = "SELECT workshop, id, place FROM registration";

/// What the service answers.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Answer {
    registration: String,
    state: String,
    waitlist_place: Option<i64>,
}

impl Answer {
    fn new(registration: String, place: Option<i64>) -> Self {
        let state = if place.is_some() {
            "waitlisted"
        } else {
            "confirmed"
        };
        Self {
            registration,
            state: state.to_owned(),
            waitlist_place: place,
        }
    }
}

/// Measures the service.
pub(crate) async fn measure(
    rows: &mut Rows,
    database: &Database,
    arguments: &Arguments,
) -> anyhow::Result<()> {
    for level in Level::all(arguments) {
        let pool = database.schema(&level.schema("row_locks")).await?;
        under_load(rows, level, &pool).await?;
        pool.close().await;
    }
    Ok(())
}

async fn under_load(rows: &mut Rows, level: Level, pool: &PgPool) -> anyhow::Result<()> {
    make(pool, TABLES).await?;
    for workshop in level.workshops() {
        sqlx::query("INSERT INTO workshop (id, seats) VALUES ($1, $2)")
            .bind(workshop)
            .bind(i64::from(level.seats))
            .execute(pool)
            .await?;
    }
    let (server, address) = serve(pool.clone()).await?;
    let client = Client {
        http: reqwest::Client::new(),
        address,
    };
    let submitting = client.clone();
    let outcome = load::run(level.bounds, move |ticket| {
        let (client, workshop) = (submitting.clone(), level.workshop(ticket));
        async move {
            client.submit(&workshop, ticket.number).await?;
            Ok(Attempt::Decided)
        }
    })
    .await?;
    asked_twice(&client, level).await?;
    server.abort();
    let verdict = exact::check(pool, STORED, level.seats, outcome.times.len()).await?;
    let subject = Subject {
        peer: PEER,
        what: level.what,
        clients: level.bounds.clients,
        seats: level.seats,
    };
    rows.load(subject, &outcome, &verdict);
    Ok(())
}

/// Makes sure that the key does what it is for; nothing is added to what was measured.
async fn asked_twice(client: &Client, level: Level) -> anyhow::Result<()> {
    let workshop = level.workshops().swap_remove(0);
    let first = client.submit(&workshop, 0).await?;
    let again = client.submit(&workshop, 0).await?;
    anyhow::ensure!(first == again, "asked twice: {first:?}, then {again:?}");
    Ok(())
}

#[derive(Clone)]
struct Client {
    http: reqwest::Client,
    address: Arc<str>,
}

impl Client {
    async fn submit(&self, workshop: &str, number: usize) -> anyhow::Result<Answer> {
        let url = format!("{}/workshops/{workshop}/registrations", self.address);
        let request = self.http.post(url).header(KEY, format!("key-{number}"));
        let submission = Submission::numbered(number);
        let answer = request.json(&submission).send().await?;
        let status = answer.status();
        let body = answer.text().await?;
        anyhow::ensure!(status.is_success(), "{status}: {body}");
        Ok(serde_json::from_str(&body)?)
    }
}

async fn serve(pool: PgPool) -> anyhow::Result<(JoinHandle<std::io::Result<()>>, Arc<str>)> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = format!("http://{}", listener.local_addr()?);
    let path = "/workshops/{workshop}/registrations";
    let router = Router::new().route(path, post(register)).with_state(pool);
    let server = tokio::spawn(axum::serve(listener, router).into_future());
    Ok((server, address.into()))
}

type Refusal = (StatusCode, String);

async fn register(
    State(pool): State<PgPool>,
    Path(workshop): Path<String>,
    headers: HeaderMap,
    Json(submission): Json<Submission>,
) -> Result<(StatusCode, Json<Answer>), Refusal> {
    let key = headers.get(KEY).and_then(|key| key.to_str().ok());
    let key = key.ok_or((StatusCode::BAD_REQUEST, format!("{KEY} is missing")))?;
    match decide(&pool, &workshop, key, &submission).await {
        Ok(Some(answer)) => Ok((StatusCode::CREATED, Json(answer))),
        Ok(None) => Err((StatusCode::NOT_FOUND, workshop)),
        Err(sqlx::Error::Database(error)) if error.is_unique_violation() => {
            let before = answered(&pool, key).await.map_err(failed)?;
            Ok((StatusCode::CREATED, Json(before)))
        }
        Err(error) => Err(failed(error)),
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it goes to `map_err`")]
fn failed(error: sqlx::Error) -> Refusal {
    (StatusCode::INTERNAL_SERVER_ERROR, error.to_string())
}

/// Decides in one transaction; none if there is no such workshop.
async fn decide(
    pool: &PgPool,
    workshop: &str,
    key: &str,
    submission: &Submission,
) -> sqlx::Result<Option<Answer>> {
    let mut transaction = pool.begin().await?;
    let locked: Option<(i64, i64, i64)> =
        sqlx::query_as("SELECT seats, confirmed, waiting FROM workshop WHERE id = $1 FOR UPDATE")
            .bind(workshop)
            .fetch_optional(&mut *transaction)
            .await?;
    let Some((seats, confirmed, waiting)) = locked else {
        return Ok(None);
    };
    let place = (confirmed >= seats).then_some(waiting + 1);
    sqlx::query(
        "INSERT INTO registration (id, workshop, idempotency_key, place, details) \
         VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(&submission.registration)
    .bind(workshop)
    .bind(key)
    .bind(place)
    .bind(sqlx::types::Json(submission))
    .execute(&mut *transaction)
    .await?;
    sqlx::query("UPDATE workshop SET confirmed = $2, waiting = $3 WHERE id = $1")
        .bind(workshop)
        .bind(confirmed + i64::from(place.is_none()))
        .bind(place.unwrap_or(waiting))
        .execute(&mut *transaction)
        .await?;
    transaction.commit().await?;
    Ok(Some(Answer::new(submission.registration.clone(), place)))
}

/// Finds what was answered to a key.
async fn answered(pool: &PgPool, key: &str) -> sqlx::Result<Answer> {
    let (registration, place) =
        sqlx::query_as("SELECT id, place FROM registration WHERE idempotency_key = $1")
            .bind(key)
            .fetch_one(pool)
            .await?;
    Ok(Answer::new(registration, place))
}
