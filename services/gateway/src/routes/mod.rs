//! The routes: one file each for every query, and everything else to the registration service.

mod export_attendees;
mod get_assignment_run;
mod get_attendance;
mod get_calendar;
mod get_document;
mod get_history;
mod get_program;
mod get_registration;
mod get_report;
mod get_topic;
mod get_workshop;
mod list_access_records;
mod list_assignment_runs;
mod list_attendees;
mod list_catalogue;
mod list_changes;
mod list_documents;
mod list_groups;
mod list_municipalities;
mod list_own_attendees;
mod list_programs;
mod list_report_rows;
mod list_reports;
mod list_topics;
mod list_waitlist;
mod list_workshops;
mod live;
mod page;

use anmeldewerk_contract::problem::Code;
use anmeldewerk_service::problem::{self, Problem};
use axum::Router;
use utoipa_axum::{
    router::{OpenApiRouter, UtoipaMethodRouter, UtoipaMethodRouterExt},
    routes,
};

use crate::{
    desk::Desk,
    document,
    door::{self, Door},
    passthrough::{self, Upstream},
};

/// Gives the routes behind a door: `GET` is answered here, every command under `/v1` is passed through.
///
/// Where the document knows an address, it is reached by the documented methods only, so that `Allow` is exact.
#[expect(
    clippy::needless_pass_by_value,
    reason = "whoever makes the routes has no other use for the way behind them"
)]
pub fn router(desk: &Desk, upstream: Upstream, door: &Door) -> Router {
    let pass = |methods| passthrough::commands(upstream.clone(), methods);
    let mut commands = document::commands();
    let mut documented = OpenApiRouter::default();
    let bounded = queries().into_iter().map(|query| {
        let query = query.with_state(desk.clone());
        query.map(|query| door.bound(query))
    });
    let streams = streams().into_iter().map(|query| {
        let query = query.with_state(desk.clone());
        query.map(door::pack)
    });
    for query in bounded.chain(streams) {
        let passed = query.1.paths.keys().next();
        let passed = passed.and_then(|route| commands.remove(route));
        documented = documented.routes(match passed {
            Some(methods) => query.map(|query| query.merge(pass(methods))),
            None => query,
        });
    }
    let (mut router, queries) = documented.split_for_parts();
    for (route, methods) in commands {
        router = router.route(&route, pass(methods));
    }
    let router = router
        .merge(problem::catalogue())
        .merge(document::router(&queries))
        .route("/v1/{*rest}", pass(passthrough::METHODS).get(nothing));
    door.before(router)
}

/// Gives the queries whose answers take as long as their client reads; each bounds itself.
fn streams() -> Vec<UtoipaMethodRouter<Desk>> {
    vec![
        routes!(export_attendees::handle),
        routes!(get_document::handle),
    ]
}

/// Every other query, with what the document says about it.
fn queries() -> Vec<UtoipaMethodRouter<Desk>> {
    vec![
        routes!(list_programs::handle),
        routes!(get_program::handle),
        routes!(list_municipalities::handle),
        routes!(list_workshops::handle),
        routes!(get_workshop::handle),
        routes!(list_attendees::handle),
        routes!(list_groups::handle),
        routes!(list_topics::handle),
        routes!(list_assignment_runs::handle),
        routes!(get_assignment_run::handle),
        routes!(get_attendance::handle),
        routes!(list_documents::handle),
        routes!(list_waitlist::handle),
        routes!(get_calendar::handle),
        routes!(get_registration::handle),
        routes!(get_history::handle),
        routes!(list_catalogue::handle),
        routes!(get_topic::handle),
        routes!(list_own_attendees::handle),
        routes!(list_access_records::handle),
        routes!(list_reports::handle),
        routes!(get_report::handle),
        routes!(list_report_rows::handle),
        routes!(list_changes::handle),
        routes!(live::handle),
    ]
}

async fn nothing() -> Problem {
    Code::NotFound.into()
}
