//! What all commands to one registration share: whose it is, the command, and where it stands afterwards.

use anmeldewerk_contract::problem::Code;
use anmeldewerk_domain::{Boundary, Command, RegistrationId, WorkshopId, workshop};
use anmeldewerk_service::{auth::Role, body::OptionalJson, problem::Problem};
use axum::extract::Request;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::{
    Office,
    arrival::{self, Arrival, Content},
    outcome::StandingBody,
    reply::Accepted,
    submit_registration::for_asker,
};
use crate::{
    access::Asker,
    writer::{Answer, Note, Wish},
};

/// The two parts of a registration's address.
pub(super) type Address = (String, String);

/// Who may ask, besides an office by its state.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Who {
    /// A coordination office.
    Office,
    /// The same, or the participant by their secret.
    OfficeOrParticipant,
}

/// A command to a registration, as far as it has been read.
pub(super) struct Reading<B> {
    pub(super) asker: Asker,
    pub(super) workshop: WorkshopId,
    pub(super) registration: RegistrationId,
    pub(super) body: B,
    canonical: Vec<u8>,
}

/// Reads who asks what of which registration: role before body, body before address.
pub(super) async fn read<B: DeserializeOwned>(
    arrival: &Arrival,
    who: Who,
    address: &Address,
    request: Request,
) -> Result<Reading<B>, Problem> {
    let asker = asker(arrival, who)?;
    arrival.key_required()?;
    read_body(asker, address, request).await
}

/// The same for `PUT` and `PATCH`, which may come without a key.
pub(super) async fn patch<B: DeserializeOwned>(
    arrival: &Arrival,
    who: Who,
    address: &Address,
    request: Request,
) -> Result<Reading<B>, Problem> {
    let asker = asker(arrival, who)?;
    read_body(asker, address, request).await
}

fn asker(arrival: &Arrival, who: Who) -> Result<Asker, Problem> {
    match who {
        Who::Office => arrival.asker(&[Role::Coordinator]),
        Who::OfficeOrParticipant => arrival.asker_or_participant(&[Role::Coordinator]),
    }
}

async fn read_body<B: DeserializeOwned>(
    asker: Asker,
    (workshop, registration): &Address,
    request: Request,
) -> Result<Reading<B>, Problem> {
    let body: OptionalJson<B> = arrival::body(request).await?;
    let id = |text: &str| Uuid::try_parse(text).map_err(|_| Code::NotFound);
    Ok(Reading {
        asker,
        workshop: WorkshopId(id(workshop)?.as_u128()),
        registration: RegistrationId(id(registration)?.as_u128()),
        body: body.value,
        canonical: body.canonical,
    })
}

impl<B> Reading<B> {
    /// Takes the body out.
    pub(super) fn split(self) -> (Reading<()>, B) {
        let rest = Reading {
            asker: self.asker,
            workshop: self.workshop,
            registration: self.registration,
            body: (),
            canonical: self.canonical,
        };
        (rest, self.body)
    }

    /// Lets a command be decided.
    pub(super) async fn decide(
        self,
        office: &Office,
        arrival: &Arrival,
        command: workshop::Command,
    ) -> Result<Accepted<StandingBody>, Problem> {
        let registration = self.registration;
        let kind = command.kind();
        let wish = Wish::Ready(Command::Workshop(command));
        let answer = self.ask(office, arrival, (kind, wish)).await?;
        Ok(standing(registration, answer))
    }

    /// Lets a command be decided, with what is said about its reason.
    pub(super) async fn decide_noted(
        self,
        office: &Office,
        arrival: &Arrival,
        (command, note): (workshop::Command, Option<Note>),
    ) -> Result<Accepted<StandingBody>, Problem> {
        let registration = self.registration;
        let kind = command.kind();
        let wish = noted(Wish::Ready(Command::Workshop(command)), note);
        let answer = self.ask(office, arrival, (kind, wish)).await?;
        Ok(standing(registration, answer))
    }

    /// Lets a wish be decided, and gives the answer as it is.
    pub(super) async fn ask(
        self,
        office: &Office,
        arrival: &Arrival,
        (kind, wish): (&str, Wish),
    ) -> Result<Answer, Problem> {
        let target = Uuid::from_u128(self.registration.0).to_string();
        let content = Content {
            kind,
            target: &target,
            canonical: &self.canonical,
        };
        let boundary = Boundary::Workshop(self.workshop);
        let stranger = matches!(self.asker, Asker::Participant(_));
        let command = arrival
            .asked(office, (boundary, self.asker, wish), content)
            .await?;
        let answer = office.desk.ask(command).await;
        answer.map_err(|refusal| for_asker(refusal.into(), stranger))
    }
}

/// Adds to a wish what is said about its reason.
pub(super) fn noted(wish: Wish, note: Option<Note>) -> Wish {
    match note {
        None => wish,
        Some(note) => Wish::Noted(Box::new(wish), note),
    }
}

/// Gives the answer about one registration.
pub(super) fn standing(registration: RegistrationId, answer: Answer) -> Accepted<StandingBody> {
    match answer {
        Answer::Decided {
            position,
            decision,
            replayed,
        } => Accepted {
            position,
            replayed,
            location: None,
            body: StandingBody::of(&decision.events, registration, position),
        },
        Answer::Unchanged { position, standing } => Accepted {
            position,
            replayed: false,
            location: None,
            body: StandingBody::unchanged(
                registration,
                standing.map(|standing| standing.state),
                position,
            ),
        },
    }
}
