//! `POST /v1/workshops/{workshop}/assignment-runs/{run}/publish`: a run holds, solved once more on what there is.

use anmeldewerk_contract::problem::Code;
use anmeldewerk_domain::{RunId, assignment::Extent};
use anmeldewerk_service::problem::Problem;
use axum::extract::{Path, Request, State};
use uuid::Uuid;

use super::{
    Office,
    arrival::Arrival,
    at_workshop::{self, Ask, Key, Reading},
    hosted::hosted,
    reply::Accepted,
    run::{RunBody, Told},
};
use crate::{
    assigning::{self, Question},
    form::reason::EmptyBody,
};

/// Its address.
pub(super) const ROUTE: &str = "/v1/workshops/{workshop}/assignment-runs/{run}/publish";

pub(super) async fn handle(
    State(office): State<Office>,
    Path((workshop, run)): Path<(String, String)>,
    arrival: Arrival,
    request: Request,
) -> Result<Accepted<RunBody>, Problem> {
    let it: Reading<EmptyBody> =
        at_workshop::read(&arrival, Key::Required, &workshop, request).await?;
    arrival.no_condition()?;
    let id = Uuid::try_parse(&run).map_err(|_| Code::NotFound)?;
    let run = RunId(id.as_u128());
    let (boundary, workshop) = (it.boundary(), it.workshop);
    let hosted = hosted(&office, &boundary, &it.asker).await?;
    let known = hosted.as_ref().and_then(|workshop| {
        let drafted = workshop.runs.get(&run)?;
        Some((workshop, drafted))
    });
    let solution = match known {
        Some((workshop, drafted)) => {
            let question = Question {
                run,
                extent: drafted.extent,
                seed: drafted.seed,
            };
            office.solver.solve(workshop, question).await
        }
        None => assigning::nothing(Question {
            run,
            extent: Extent::Whole,
            seed: [0; 32],
        }),
    };
    let target = id.to_string();
    let ask = Ask::ready(solution.publication()).about(&target);
    let answer = it.ask(&office, &arrival, ask).await?;
    let told = Told {
        office: &office,
        boundary: &boundary,
        answer,
    };
    told.of((workshop, hosted, solution), "published").await
}
