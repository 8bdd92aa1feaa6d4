//! `PUT /v1/topics/{topic}`: an office, or an operator, says what a topic is about, for all workshops that offer it.

use anmeldewerk_contract::{Position, problem::Code};
use anmeldewerk_domain::{Boundary, Command, TopicCode, catalogue};
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
pub(super) const ROUTE: &str = "/v1/topics/{topic}";

/// What is said of a topic.
#[derive(Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "TopicDetails"))]
#[serde(deny_unknown_fields)]
pub(super) struct Body {
    #[cfg_attr(test, schemars(with = "shape::Line"))]
    title: String,
    /// What it is about.
    #[cfg_attr(test, schemars(with = "Option<shape::Text>"))]
    r#abstract: Option<String>,
}

/// The answer.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "TopicStated"))]
pub(super) struct Stated {
    topic: String,
    #[cfg_attr(test, schemars(with = "u64"))]
    position: Position,
}

pub(super) async fn handle(
    State(office): State<Office>,
    Path(topic): Path<String>,
    arrival: Arrival,
    request: Request,
) -> Result<Accepted<Stated>, Problem> {
    let asker = arrival.asker(&[Role::Operator, Role::Coordinator])?;
    arrival.no_condition()?;
    let body: StrictJson<Body> = arrival::body(request).await?;
    let code = TopicCode::new(&topic).ok_or(Code::NotFound)?;
    let details = body.value.details()?;
    let state = catalogue::Command::State {
        code: code.clone(),
        details,
    };
    let content = Content {
        kind: "topic.state",
        target: code.as_str(),
        canonical: &body.canonical,
    };
    let wish = Wish::Ready(Command::Catalogue(state));
    let command = arrival
        .asked(&office, (Boundary::Catalogue, asker, wish), content)
        .await?;
    let (position, replayed) = match office.desk.ask(command).await? {
        Answer::Decided {
            position, replayed, ..
        } => (position, replayed),
        Answer::Unchanged { position, .. } => (position, false),
    };
    Ok(Accepted {
        position,
        replayed,
        location: None,
        body: Stated {
            topic: code.as_str().to_owned(),
            position,
        },
    })
}

impl Body {
    fn details(&self) -> Result<catalogue::Details, Problem> {
        let mut faults = Faults::default();
        let title = faults.line("/title", &self.title);
        let outline = self.r#abstract.as_deref().unwrap_or_default();
        let outline = faults.prose("/abstract", outline);
        let both = title.zip(outline);
        faults.finish(both.map(|(title, outline)| catalogue::Details { title, outline }))
    }
}
