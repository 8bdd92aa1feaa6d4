//! `PUT /v1/programs/{program}`: an operator registers a program, or states its details anew.

use anmeldewerk_contract::{Position, problem::Code};
use anmeldewerk_domain::{Boundary, Command, LandCode, ProgramId, program};
use anmeldewerk_service::{auth::Role, body::StrictJson, problem::Problem};
use axum::extract::{Path, Request, State};
use serde::{Deserialize, Serialize};

use super::{
    Office,
    arrival::{self, Arrival, Content},
    reply::Accepted,
};
#[cfg(test)]
use crate::form::shape;
use crate::{
    form::Faults,
    writer::{Answer, Wish},
};

/// Its address.
pub(super) const ROUTE: &str = "/v1/programs/{program}";

/// What is stated about a program.
#[derive(Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "ProgramNew"))]
#[serde(deny_unknown_fields)]
pub(super) struct Body {
    #[cfg_attr(test, schemars(with = "shape::Line"))]
    name: String,
    #[cfg_attr(test, schemars(with = "shape::Land"))]
    land: String,
    #[cfg_attr(test, schemars(with = "Option<shape::MaybeLine>"))]
    carrier: Option<String>,
    #[cfg_attr(test, schemars(with = "Option<shape::MaybeLine>"))]
    contact: Option<String>,
}

/// The answer.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "ProgramPut"))]
pub(super) struct Put {
    program: String,
    #[cfg_attr(test, schemars(with = "u64"))]
    position: Position,
}

pub(super) async fn handle(
    State(office): State<Office>,
    Path(program): Path<String>,
    arrival: Arrival,
    request: Request,
) -> Result<Accepted<Put>, Problem> {
    let asker = arrival.asker(&[Role::Operator])?;
    arrival.no_condition()?;
    let body: StrictJson<Body> = arrival::body(request).await?;
    let program = ProgramId::new(&program).ok_or(Code::NotFound)?;
    let details = body.value.details()?;
    let wish = Wish::Ready(Command::Program(program::Command::Put(details)));
    let content = Content {
        kind: "program.put",
        target: program.as_str(),
        canonical: &body.canonical,
    };
    let boundary = Boundary::Program(program.clone());
    let command = arrival
        .asked(&office, (boundary, asker, wish), content)
        .await?;
    let (position, replayed, made) = match office.desk.ask(command).await? {
        Answer::Unchanged { position, .. } => (position, false, false),
        Answer::Decided {
            position,
            decision,
            replayed,
        } => (position, replayed, is_new(&decision.events)),
    };
    Ok(Accepted {
        position,
        replayed,
        location: made.then(|| format!("/v1/programs/{program}")),
        body: Put {
            program: program.to_string(),
            position,
        },
    })
}

fn is_new(events: &[anmeldewerk_domain::Event]) -> bool {
    use anmeldewerk_domain::Event;
    events
        .iter()
        .any(|event| matches!(event, Event::Program(program::Event::Registered(_))))
}

impl Body {
    fn details(&self) -> Result<program::Details, Problem> {
        let mut faults = Faults::default();
        let name = faults.line("/name", &self.name);
        let land = faults.need("/land", LandCode::new(&self.land), "invalid_land");
        let carrier = faults.maybe_line("/carrier", self.carrier.as_deref());
        let contact = faults.maybe_line("/contact", self.contact.as_deref());
        let details = name.zip(land).map(|(name, land)| program::Details {
            name,
            land,
            carrier,
            contact,
        });
        faults.finish(details)
    }
}
