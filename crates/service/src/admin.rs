//! The admin port: health, metrics, version, and in development the clock.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::body::StrictJson;
use crate::clock::{Clock, NotSettable};
use crate::layers;
use crate::problem::Problem;
use crate::process::Process;
use anmeldewerk_contract::problem::Code;

/// Makes the admin router: `/livez`, `/readyz`, `/metrics`, `/version`, and `/clock` where the clock can be set.
pub fn router(process: &Process) -> Router {
    let router = Router::new()
        .route("/livez", get(alive))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
        .route("/version", get(version));
    let router = if process.clock.is_settable() {
        router.route("/clock", get(read_clock).put(set_clock).delete(reset_clock))
    } else {
        router
    };
    layers::admin(router.with_state(process.clone()))
}

#[derive(Serialize)]
struct Alive {
    alive: bool,
}

async fn alive() -> Json<Alive> {
    Json(Alive { alive: true })
}

async fn ready(State(process): State<Process>) -> Response {
    let report = process.health.report();
    let status = if report.ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    let mut response = (status, Json(report)).into_response();
    response.extensions_mut().insert(crate::problem::AsItIs);
    response
}

async fn metrics(State(process): State<Process>) -> Response {
    (
        [(
            header::CONTENT_TYPE,
            "text/plain; version=0.0.4; charset=utf-8",
        )],
        process.metrics.render(),
    )
        .into_response()
}

#[derive(Serialize)]
struct Version {
    name: &'static str,
    version: &'static str,
}

async fn version(State(process): State<Process>) -> Json<Version> {
    Json(Version {
        name: process.name,
        version: process.version,
    })
}

#[derive(Serialize)]
struct Reading {
    now: Timestamp,
    simulated: bool,
}

impl From<&Clock> for Reading {
    fn from(clock: &Clock) -> Self {
        let now = clock.now();
        Self {
            now: now.at,
            simulated: now.simulated,
        }
    }
}

#[derive(Deserialize)]
struct Setting {
    now: Timestamp,
}

async fn read_clock(State(process): State<Process>) -> Json<Reading> {
    Json(Reading::from(&process.clock))
}

async fn set_clock(
    State(process): State<Process>,
    body: StrictJson<Setting>,
) -> Result<Json<Reading>, Problem> {
    process.clock.set(body.value.now).map_err(absent)?;
    Ok(Json(Reading::from(&process.clock)))
}

async fn reset_clock(State(process): State<Process>) -> Result<Json<Reading>, Problem> {
    process.clock.reset().map_err(absent)?;
    Ok(Json(Reading::from(&process.clock)))
}

fn absent(_: NotSettable) -> Problem {
    Problem::new(Code::NotFound)
}
