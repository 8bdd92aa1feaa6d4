//! What all commands of the host to one workshop share.

use anmeldewerk_contract::{Position, problem::Code};
use anmeldewerk_domain::{Boundary, Command, Event, WorkshopId, workshop};
use anmeldewerk_service::{auth::Role, body::OptionalJson, problem::Problem};
use axum::extract::Request;
use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;

use super::{
    Office,
    arrival::{self, Arrival, Content},
    reply::Accepted,
};
use crate::{
    access::Asker,
    writer::{Answer, Wish},
};

/// A command to a workshop, as far as it has been read.
pub(super) struct Reading<B> {
    pub(super) asker: Asker,
    pub(super) workshop: Uuid,
    pub(super) body: B,
    canonical: Vec<u8>,
}

/// The answer.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "WorkshopChanged"))]
pub(super) struct WorkshopBody {
    workshop: Uuid,
    /// Its status, where the command is about that.
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<&'static str>,
    #[cfg_attr(test, schemars(with = "u64"))]
    position: Position,
}

/// Whether a command comes with a key.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Key {
    Required,
    Accepted,
}

/// Reads what a coordination office asks of which workshop.
pub(super) async fn read<B: DeserializeOwned>(
    arrival: &Arrival,
    key: Key,
    workshop: &str,
    request: Request,
) -> Result<Reading<B>, Problem> {
    let asker = arrival.asker(&[Role::Coordinator])?;
    if key == Key::Required {
        arrival.key_required()?;
    }
    let body: OptionalJson<B> = arrival::body(request).await?;
    Ok(Reading {
        asker,
        workshop: Uuid::try_parse(workshop).map_err(|_| Code::NotFound)?,
        body: body.value,
        canonical: body.canonical,
    })
}

/// What is asked, under which name, and about what, where neither address nor body say so.
pub(super) struct Ask<'a> {
    pub(super) kind: &'a str,
    pub(super) target: &'a str,
    pub(super) wish: Wish,
}

impl<'a> Ask<'a> {
    /// A command that needs nothing more.
    pub(super) fn ready(command: workshop::Command) -> Self {
        Self {
            kind: command.kind(),
            target: "",
            wish: Wish::Ready(Command::Workshop(command)),
        }
    }

    /// Names what it is about.
    pub(super) fn about(self, target: &'a str) -> Self {
        Self { target, ..self }
    }
}

impl Reading<()> {
    /// Gives what was read otherwise.
    pub(super) fn new(asker: Asker, workshop: Uuid, canonical: Vec<u8>) -> Self {
        Self {
            asker,
            workshop,
            body: (),
            canonical,
        }
    }
}

impl<B> Reading<B> {
    /// Takes the body out.
    pub(super) fn split(self) -> (Reading<()>, B) {
        let rest = Reading {
            asker: self.asker,
            workshop: self.workshop,
            body: (),
            canonical: self.canonical,
        };
        (rest, self.body)
    }

    /// Gives the workshop it is about.
    pub(super) fn boundary(&self) -> Boundary {
        Boundary::Workshop(WorkshopId(self.workshop.as_u128()))
    }

    /// Lets it be decided, and gives the answer as it is.
    pub(super) async fn ask(
        self,
        office: &Office,
        arrival: &Arrival,
        ask: Ask<'_>,
    ) -> Result<Answer, Problem> {
        let boundary = self.boundary();
        let content = Content {
            kind: ask.kind,
            target: ask.target,
            canonical: &self.canonical,
        };
        let command = arrival
            .asked(office, (boundary, self.asker, ask.wish), content)
            .await?;
        Ok(office.desk.ask(command).await?)
    }

    /// Lets it be decided.
    pub(super) async fn decide(
        self,
        office: &Office,
        arrival: &Arrival,
        ask: Ask<'_>,
    ) -> Result<Accepted<WorkshopBody>, Problem> {
        let workshop = self.workshop;
        let (position, replayed, status) = match self.ask(office, arrival, ask).await? {
            Answer::Unchanged { position, .. } => (position, false, None),
            Answer::Decided {
                position,
                decision,
                replayed,
            } => (position, replayed, status(&decision.events)),
        };
        Ok(Accepted {
            position,
            replayed,
            location: None,
            body: WorkshopBody {
                workshop,
                status,
                position,
            },
        })
    }
}

impl Accepted<WorkshopBody> {
    /// Names the status that the command has brought about, or found.
    pub(super) fn in_status(mut self, status: &'static str) -> Self {
        self.body.status = Some(status);
        self
    }
}

fn status(events: &[Event]) -> Option<&'static str> {
    let last = |event: &Event| match event {
        Event::Workshop(workshop::Event::Published) => Some("published"),
        Event::Workshop(workshop::Event::CalledOff { .. }) => Some("cancelled"),
        _ => None,
    };
    events.iter().rev().find_map(last)
}
