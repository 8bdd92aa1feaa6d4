//! `GET /v1/programs/{program}`: one program, for everybody who has a role.

use anmeldewerk_contract::{Position, problem::Code};
use anmeldewerk_domain::ProgramId;
use anmeldewerk_service::problem::Problem;
use axum::{
    extract::{Path, State},
    response::Response,
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    answer::{Audience, Refused, Reply, Tag, found, json},
    ask::Question,
    desk::Desk,
    document::roles,
    form::ProgramBody,
};

const ROUTE: &str = "/v1/programs/{program}";

#[derive(Serialize, ToSchema)]
#[schema(as = ProgramAlone)]
struct Body<'p> {
    #[serde(flatten)]
    program: ProgramBody<'p>,
    /// The position before which its row stands still, where it does.
    #[schema(value_type = Option<u64>)]
    parked_at: Option<Position>,
}

/// Shows one program.
#[utoipa::path(
    get,
    path = ROUTE,
    operation_id = "get_program",
    tag = "programs",
    responses((status = 200, body = Body)),
    extensions(("x-roles" = json!(roles::WITH_A_ROLE))),
)]
pub(super) async fn handle(
    State(desk): State<Desk>,
    Path(program): Path<String>,
    question: Question,
) -> Result<Response, Refused> {
    question.viewer.require_role()?;
    let parameters = question.parameters(&[])?;
    let wanted = question.wanted(&parameters)?;
    let program = ProgramId::new(&program).ok_or_else(|| Problem::new(Code::NotFound))?;
    let answer = desk.ask(wanted, desk.read_model.program(&program)).await?;
    let answer = found(answer)?;
    let body = json(&Body {
        program: ProgramBody::from(&answer.value),
        parked_at: answer.parked_at,
    });
    let reply = Reply {
        position: answer.position,
        tag: Tag::of_entity(answer.value.version, &body),
        audience: Audience::Shared,
        link: None,
        body,
    };
    Ok(reply.answer(&question.known))
}
