//! The routes: one file each for every query, and everything else to the registration service.

mod get_calendar;
mod get_history;
mod get_program;
mod get_registration;
mod get_report;
mod get_topic;
mod get_workshop;
mod list_access_records;
mod list_attendees;
mod list_catalogue;
mod list_changes;
mod list_groups;
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
use axum::{
    Router,
    http::{HeaderValue, StatusCode, header},
    middleware::map_response,
    response::Response,
    routing::{MethodRouter, get},
};

use crate::{
    desk::Desk,
    door::Door,
    passthrough::{self, Upstream},
};

/// Gives the routes behind a door: `GET` is answered here, every command under `/v1` is passed through.
pub fn router(desk: &Desk, upstream: Upstream, door: &Door) -> Router {
    let commands = passthrough::commands(upstream);
    let mut router = Router::new()
        .merge(problem::catalogue())
        .route("/v1/{*rest}", commands.clone().get(nothing));
    for (route, query) in queries() {
        let query = door.bound(query.with_state(desk.clone()));
        let commands = commands.clone().layer(map_response(also_queries));
        router = router.route(route, query.merge(commands));
    }
    door.before(router)
}

/// Says that what is no command here may still be asked for: a registration service knows nothing of queries.
async fn also_queries(mut response: Response) -> Response {
    if response.status() == StatusCode::METHOD_NOT_ALLOWED
        && let Some(allow) = response.headers().get(header::ALLOW)
        && let Ok(allow) = HeaderValue::from_bytes(&[b"GET,HEAD,", allow.as_bytes()].concat())
    {
        response.headers_mut().insert(header::ALLOW, allow);
    }
    response
}

fn queries() -> [(&'static str, MethodRouter<Desk>); 20] {
    [
        (list_programs::ROUTE, get(list_programs::handle)),
        (get_program::ROUTE, get(get_program::handle)),
        (list_workshops::ROUTE, get(list_workshops::handle)),
        (get_workshop::ROUTE, get(get_workshop::handle)),
        (list_attendees::ROUTE, get(list_attendees::handle)),
        (list_groups::ROUTE, get(list_groups::handle)),
        (list_topics::ROUTE, get(list_topics::handle)),
        (list_waitlist::ROUTE, get(list_waitlist::handle)),
        (get_calendar::ROUTE, get(get_calendar::handle)),
        (get_registration::ROUTE, get(get_registration::handle)),
        (get_history::ROUTE, get(get_history::handle)),
        (list_catalogue::ROUTE, get(list_catalogue::handle)),
        (get_topic::ROUTE, get(get_topic::handle)),
        (list_own_attendees::ROUTE, get(list_own_attendees::handle)),
        (list_access_records::ROUTE, get(list_access_records::handle)),
        (list_reports::ROUTE, get(list_reports::handle)),
        (get_report::ROUTE, get(get_report::handle)),
        (list_report_rows::ROUTE, get(list_report_rows::handle)),
        (list_changes::ROUTE, get(list_changes::handle)),
        (live::ROUTE, get(live::handle)),
    ]
}

async fn nothing() -> Problem {
    Code::NotFound.into()
}
