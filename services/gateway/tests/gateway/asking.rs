//! Queries, as far as they are answered without a row.

use anmeldewerk_contract::problem::Code;
use anmeldewerk_gateway::passthrough::Limits;
use axum::{
    Router,
    body::Body,
    http::{Method, StatusCode},
};

use crate::door::{Door, bearer, request};

const WORKSHOP: &str = "/v1/workshops/01927f3a-0000-7000-8000-000000000001";
const PERSONS: [&str; 3] = [
    "/v1/workshops/01927f3a-0000-7000-8000-000000000001/attendees",
    "/v1/workshops/01927f3a-0000-7000-8000-000000000001/waitlist",
    "/v1/registrations/01927f3a-0000-7000-8000-000000000002",
];
const PARTICIPANT: &str = "Participant AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

async fn door() -> Door {
    Door::before(Router::new(), Limits::default()).await
}

#[tokio::test]
async fn persons_are_shown_to_nobody_without_a_token() {
    let door = door().await;
    for path in PERSONS {
        assert_eq!(
            door.get(path, &[]).await.problem(),
            Code::TokenMissing,
            "{path}"
        );
    }
}

#[tokio::test]
async fn persons_are_shown_to_no_reporter_and_no_operator() {
    let door = door().await;
    for role in ["reporter", "operator", "janitor"] {
        let token = bearer(role, Some("sh"));
        for path in PERSONS {
            let answer = door.get(path, &[("authorization", &token)]).await;
            assert_eq!(answer.problem(), Code::Forbidden, "{role} {path}");
        }
    }
}

#[tokio::test]
async fn a_participant_sees_no_list_of_persons_and_no_programs() {
    let door = door().await;
    for path in [PERSONS[0], PERSONS[1], "/v1/programs"] {
        let answer = door.get(path, &[("authorization", PARTICIPANT)]).await;
        assert_eq!(answer.problem(), Code::Forbidden, "{path}");
    }
}

#[tokio::test]
async fn an_unknown_parameter_is_refused_by_its_name() {
    let door = door().await;
    let token = bearer("coordinator", Some("sh"));
    let paths = ["/v1/programs", "/v1/programs/sh", "/v1/workshops", WORKSHOP];
    for path in paths.into_iter().chain(PERSONS) {
        let path = format!("{path}?unheard=of");
        let answer = door.get(&path, &[("authorization", &token)]).await;
        assert_eq!(answer.problem(), Code::InvalidQuery, "{path}");
        assert_eq!(answer.json()["parameter"], "unheard", "{path}");
    }
}

#[tokio::test]
async fn a_parameter_that_cannot_be_read_is_refused_by_its_name() {
    let door = door().await;
    let token = bearer("coordinator", Some("sh"));
    for (name, value) in [
        ("state", "seated"),
        ("program", "SH"),
        ("municipality", "1053"),
        ("topic", "-"),
        ("limit", "501"),
        ("after", "AQIAAAAAAAACAAAAAAA"),
        ("min_position", "-1"),
    ] {
        let path = format!("{}?{name}={value}", PERSONS[0]);
        let answer = door.get(&path, &[("authorization", &token)]).await;
        assert_eq!(answer.problem(), Code::InvalidQuery, "{path}");
        assert_eq!(answer.json()["parameter"], name, "{path}");
    }
}

#[tokio::test]
async fn a_system_may_not_ask_for_the_people_of_another_program() {
    let door = door().await;
    let token = bearer("feeder", Some("sh"));
    let path = format!("{}?program=mv", PERSONS[0]);
    let answer = door.get(&path, &[("authorization", &token)]).await;
    assert_eq!(answer.problem(), Code::Forbidden);
}

#[tokio::test]
async fn what_is_no_id_names_nothing() {
    let door = door().await;
    let token = bearer("coordinator", Some("sh"));
    for path in [
        "/v1/workshops/moelln",
        "/v1/workshops/moelln/topics",
        "/v1/workshops/moelln/attendees",
        "/v1/registrations/1",
        "/v1/programs/SH",
        "/v1/nothing/here",
        "/v2/workshops",
        "/",
    ] {
        let answer = door.get(path, &[("authorization", &token)]).await;
        assert_eq!(answer.problem(), Code::NotFound, "{path}");
    }
}

#[tokio::test]
async fn a_read_model_that_does_not_answer_is_said_to_be_unavailable() {
    let answer = door().await.get("/v1/workshops", &[]).await;
    assert_eq!(answer.problem(), Code::Unavailable);
    assert!(answer.header("retry-after").is_some());
}

#[tokio::test]
async fn the_type_of_a_problem_leads_somewhere_also_for_head() {
    let door = door().await;
    let path = "/problems/projection_behind";
    assert_eq!(door.get(path, &[]).await.json()["status"], 503);
    let head = door
        .send(request((Method::HEAD, path), &[], Body::empty()))
        .await;
    assert_eq!(head.status, StatusCode::OK);
    assert!(head.body.is_empty());
}

#[tokio::test]
async fn a_wrong_token_is_never_an_anonymous_caller() {
    let answer = door()
        .await
        .get("/v1/workshops", &[("authorization", "Bearer x")])
        .await;
    assert_eq!(answer.problem(), Code::TokenInvalid);
}
