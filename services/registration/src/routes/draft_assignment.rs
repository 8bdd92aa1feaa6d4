//! `POST /v1/workshops/{workshop}/assignment-runs`: the host's office looks at what a run would bring.

use anmeldewerk_domain::{RunId, assignment::Extent, workshop::Workshop};
use anmeldewerk_service::problem::Problem;
use axum::extract::{Path, Request, State};
use serde::Deserialize;

use super::{
    Office,
    arrival::Arrival,
    at_workshop::{self, Ask, Key, Reading},
    hosted::hosted,
    reply::Accepted,
    run::{RunBody, Told},
};
#[cfg(test)]
use crate::form::shape;
use crate::{
    assigning::{self, Question},
    form::Faults,
    fresh,
};

/// Its address.
pub(super) const ROUTE: &str = "/v1/workshops/{workshop}/assignment-runs";

/// What a run may change.
#[derive(Clone, Copy, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "AssignmentExtent"))]
#[serde(rename_all = "snake_case")]
enum ExtentBody {
    Whole,
    Repair,
}

/// How it is to be solved.
#[derive(Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "AssignmentRunNew"))]
#[serde(deny_unknown_fields)]
pub(super) struct Body {
    /// Where nothing is stated: everything until a run was published, then a repair.
    extent: Option<ExtentBody>,
    /// What chance is drawn from, 32 bytes in hexadecimal; where nothing is stated, it is drawn.
    #[cfg_attr(test, schemars(with = "Option<shape::Seed>"))]
    seed: Option<String>,
}

pub(super) async fn handle(
    State(office): State<Office>,
    Path(workshop): Path<String>,
    arrival: Arrival,
    request: Request,
) -> Result<Accepted<RunBody>, Problem> {
    let it: Reading<Body> = at_workshop::read(&arrival, Key::Required, &workshop, request).await?;
    arrival.no_condition()?;
    let seed = it.body.seed()?;
    let (boundary, id) = (it.boundary(), it.workshop);
    let hosted = hosted(&office, &boundary, &it.asker).await?;
    let run = RunId(fresh::ordered_id(arrival.at()).as_u128());
    let extent = it.body.extent(hosted.as_deref());
    let question = Question { run, extent, seed };
    let solution = match &hosted {
        Some(workshop) => office.solver.solve(workshop, question).await,
        None => assigning::nothing(question),
    };
    let ask = Ask::ready(solution.draft());
    let answer = it.ask(&office, &arrival, ask).await?;
    let told = Told {
        office: &office,
        boundary: &boundary,
        answer,
    };
    let accepted = told.of((id, hosted, solution), "draft").await?;
    Ok(Accepted {
        location: Some(accepted.body.address()),
        ..accepted
    })
}

impl Body {
    fn extent(&self, workshop: Option<&Workshop>) -> Extent {
        let published = workshop.is_some_and(|of| of.runs.values().any(|run| run.published));
        match self.extent {
            Some(ExtentBody::Repair) => Extent::Repair,
            None if published => Extent::Repair,
            Some(ExtentBody::Whole) | None => Extent::Whole,
        }
    }

    fn seed(&self) -> Result<[u8; 32], Problem> {
        let Some(stated) = &self.seed else {
            return Ok(fresh::random_bytes());
        };
        let mut faults = Faults::default();
        let seed = anmeldewerk_contract::parse_hex32(stated);
        let seed = faults.need("/seed", seed, "invalid_seed");
        faults.finish(seed)
    }
}
