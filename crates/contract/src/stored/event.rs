//! Every event type in every version that was ever written.

use anmeldewerk_domain::{Event, program, workshop};
use serde::{Deserialize, Serialize};

use super::{
    registration::{CancelledV1, ConfirmedV1, SubmittedV1, WaitlistedV1},
    workshop::{CreatedV1, ProgramV1, PublishedV1},
};
use crate::ValueError;

/// One event as it stands in a payload.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "type")]
pub(crate) enum StoredEvent {
    #[serde(rename = "program.registered.v1")]
    ProgramRegistered(ProgramV1),
    #[serde(rename = "program.amended.v1")]
    ProgramAmended(ProgramV1),
    #[serde(rename = "workshop.created.v1")]
    WorkshopCreated(Box<CreatedV1>),
    #[serde(rename = "workshop.published.v1")]
    WorkshopPublished(PublishedV1),
    #[serde(rename = "registration.submitted.v1")]
    RegistrationSubmitted(Box<SubmittedV1>),
    #[serde(rename = "registration.confirmed.v1")]
    RegistrationConfirmed(ConfirmedV1),
    #[serde(rename = "registration.waitlisted.v1")]
    RegistrationWaitlisted(WaitlistedV1),
    #[serde(rename = "registration.cancelled.v1")]
    RegistrationCancelled(CancelledV1),
}

/// Gives the type under which an event is written today.
pub fn event_type(event: &Event) -> &'static str {
    match event {
        Event::Program(program::Event::Registered(_)) => "program.registered.v1",
        Event::Program(program::Event::Amended(_)) => "program.amended.v1",
        Event::Workshop(event) => match event {
            workshop::Event::Created { .. } => "workshop.created.v1",
            workshop::Event::Published => "workshop.published.v1",
            workshop::Event::Submitted(_) => "registration.submitted.v1",
            workshop::Event::Confirmed { .. } => "registration.confirmed.v1",
            workshop::Event::Waitlisted { .. } => "registration.waitlisted.v1",
            workshop::Event::Cancelled { .. } => "registration.cancelled.v1",
        },
    }
}

impl From<&Event> for StoredEvent {
    fn from(event: &Event) -> Self {
        match event {
            Event::Program(program::Event::Registered(details)) => {
                Self::ProgramRegistered(details.into())
            }
            Event::Program(program::Event::Amended(details)) => {
                Self::ProgramAmended(details.into())
            }
            Event::Workshop(event) => Self::from(event),
        }
    }
}

impl From<&workshop::Event> for StoredEvent {
    fn from(event: &workshop::Event) -> Self {
        match event {
            workshop::Event::Created { host, settings } => {
                Self::WorkshopCreated(Box::new(CreatedV1::new(host, settings)))
            }
            workshop::Event::Published => Self::WorkshopPublished(PublishedV1 {}),
            workshop::Event::Submitted(submitted) => {
                Self::RegistrationSubmitted(Box::new(SubmittedV1::from(&**submitted)))
            }
            workshop::Event::Confirmed {
                registration,
                cause,
            } => Self::RegistrationConfirmed(ConfirmedV1::new(*registration, *cause)),
            workshop::Event::Waitlisted {
                registration,
                place,
            } => Self::RegistrationWaitlisted(WaitlistedV1::new(*registration, *place)),
            workshop::Event::Cancelled { registration, by } => {
                Self::RegistrationCancelled(CancelledV1::new(*registration, *by))
            }
        }
    }
}

impl TryFrom<StoredEvent> for Event {
    type Error = ValueError;

    fn try_from(stored: StoredEvent) -> Result<Self, ValueError> {
        let event = match stored {
            StoredEvent::ProgramRegistered(details) => {
                return Ok(Self::Program(program::Event::Registered(
                    details.try_into()?,
                )));
            }
            StoredEvent::ProgramAmended(details) => {
                return Ok(Self::Program(program::Event::Amended(details.try_into()?)));
            }
            StoredEvent::WorkshopCreated(created) => created.into_event()?,
            StoredEvent::WorkshopPublished(PublishedV1 {}) => workshop::Event::Published,
            StoredEvent::RegistrationSubmitted(submitted) => {
                workshop::Event::Submitted(Box::new((*submitted).try_into()?))
            }
            StoredEvent::RegistrationConfirmed(confirmed) => confirmed.into_event(),
            StoredEvent::RegistrationWaitlisted(waitlisted) => waitlisted.into_event(),
            StoredEvent::RegistrationCancelled(cancelled) => cancelled.into_event()?,
        };
        Ok(Self::Workshop(event))
    }
}
