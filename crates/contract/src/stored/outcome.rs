//! Stored forms of what becomes of a registration.

use anmeldewerk_domain::{
    Instant, RegistrationId,
    workshop::{Canceller, Cause, Event, Lapse, Reason},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

#[cfg(test)]
use super::form;
use super::value::{id, instant, reason, registration};
use crate::{ValueError, instant_text};

/// `registration.email_confirmed.v1`.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct EmailConfirmedV1 {
    registration: Uuid,
}

impl From<RegistrationId> for EmailConfirmedV1 {
    fn from(registration: RegistrationId) -> Self {
        Self {
            registration: id(registration),
        }
    }
}

impl EmailConfirmedV1 {
    pub(super) fn into_event(self) -> Event {
        Event::EmailConfirmed {
            registration: registration(self.registration),
        }
    }
}

/// `registration.held.v1` and `registration.confirmed.v1`.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct SeatV1 {
    registration: Uuid,
    cause: CauseV1,
}

#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
enum CauseV1 {
    Admitted,
    SeatPassed,
    ByHand,
    Approved,
    OfferAccepted,
    Override,
}

impl SeatV1 {
    pub(super) fn new(registration: RegistrationId, cause: Cause) -> Self {
        Self {
            registration: id(registration),
            cause: cause.into(),
        }
    }

    pub(super) fn into_held(self) -> Event {
        Event::Held {
            registration: registration(self.registration),
            cause: self.cause.into(),
        }
    }

    pub(super) fn into_confirmed(self) -> Event {
        Event::Confirmed {
            registration: registration(self.registration),
            cause: self.cause.into(),
        }
    }
}

impl From<Cause> for CauseV1 {
    fn from(cause: Cause) -> Self {
        match cause {
            Cause::Admitted => Self::Admitted,
            Cause::SeatPassed => Self::SeatPassed,
            Cause::ByHand => Self::ByHand,
            Cause::Approved => Self::Approved,
            Cause::OfferAccepted => Self::OfferAccepted,
            Cause::Override => Self::Override,
        }
    }
}

impl From<CauseV1> for Cause {
    fn from(stored: CauseV1) -> Self {
        match stored {
            CauseV1::Admitted => Self::Admitted,
            CauseV1::SeatPassed => Self::SeatPassed,
            CauseV1::ByHand => Self::ByHand,
            CauseV1::Approved => Self::Approved,
            CauseV1::OfferAccepted => Self::OfferAccepted,
            CauseV1::Override => Self::Override,
        }
    }
}

/// `registration.waitlisted.v1`.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct WaitlistedV1 {
    registration: Uuid,
    place: u32,
}

impl WaitlistedV1 {
    pub(super) fn new(registration: RegistrationId, place: u32) -> Self {
        Self {
            registration: id(registration),
            place,
        }
    }

    pub(super) fn into_event(self) -> Event {
        Event::Waitlisted {
            registration: registration(self.registration),
            place: self.place,
        }
    }
}

/// `registration.offered.v1`.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct OfferedV1 {
    registration: Uuid,
    #[cfg_attr(test, schemars(with = "form::At"))]
    expires: String,
    cause: CauseV1,
}

impl OfferedV1 {
    pub(super) fn new(registration: RegistrationId, expires: Instant, cause: Cause) -> Self {
        Self {
            registration: id(registration),
            expires: instant_text(expires),
            cause: cause.into(),
        }
    }

    pub(super) fn into_event(self) -> Result<Event, ValueError> {
        Ok(Event::Offered {
            registration: registration(self.registration),
            expires: instant(&self.expires, "expires")?,
            cause: self.cause.into(),
        })
    }
}

/// `registration.declined.v1`.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct DeclinedV1 {
    registration: Uuid,
    #[cfg_attr(test, schemars(with = "form::Code"))]
    reason: String,
}

impl DeclinedV1 {
    pub(super) fn new(registration: RegistrationId, reason: Reason) -> Self {
        Self {
            registration: id(registration),
            reason: reason.name().to_owned(),
        }
    }

    pub(super) fn into_event(self) -> Result<Event, ValueError> {
        Ok(Event::Declined {
            registration: registration(self.registration),
            reason: reason(&self.reason, "reason")?,
        })
    }
}

/// `registration.lapsed.v1`.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct LapsedV1 {
    registration: Uuid,
    lapse: LapseV1,
}

#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
enum LapseV1 {
    Offer,
    Email,
}

impl LapsedV1 {
    pub(super) fn new(registration: RegistrationId, lapse: Lapse) -> Self {
        Self {
            registration: id(registration),
            lapse: match lapse {
                Lapse::Offer => LapseV1::Offer,
                Lapse::Email => LapseV1::Email,
            },
        }
    }

    pub(super) fn into_event(self) -> Event {
        Event::Lapsed {
            registration: registration(self.registration),
            lapse: match self.lapse {
                LapseV1::Offer => Lapse::Offer,
                LapseV1::Email => Lapse::Email,
            },
        }
    }
}

/// `registration.cancelled.v1`.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct CancelledV1 {
    registration: Uuid,
    by: CancellerV1,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(with = "Option<form::Code>"))]
    reason: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
enum CancellerV1 {
    Office,
    Feeder,
    Participant,
    OfferDeclined,
}

impl CancelledV1 {
    pub(super) fn new(registration: RegistrationId, by: Canceller) -> Self {
        let (by, reason) = match by {
            Canceller::Office(reason) => (CancellerV1::Office, Some(reason)),
            Canceller::Feeder(reason) => (CancellerV1::Feeder, reason),
            Canceller::Participant => (CancellerV1::Participant, None),
            Canceller::OfferDeclined => (CancellerV1::OfferDeclined, None),
        };
        Self {
            registration: id(registration),
            by,
            reason: reason.map(|reason| reason.name().to_owned()),
        }
    }

    pub(super) fn into_event(self) -> Result<Event, ValueError> {
        let reason = self.reason.as_deref();
        let reason = reason
            .map(|code| self::reason(code, "reason"))
            .transpose()?;
        Ok(Event::Cancelled {
            registration: registration(self.registration),
            by: canceller(&self.by, reason)?,
        })
    }
}

fn canceller(by: &CancellerV1, reason: Option<Reason>) -> Result<Canceller, ValueError> {
    match (by, reason) {
        (CancellerV1::Office, Some(reason)) => Ok(Canceller::Office(reason)),
        (CancellerV1::Feeder, reason) => Ok(Canceller::Feeder(reason)),
        (CancellerV1::Participant, None) => Ok(Canceller::Participant),
        (CancellerV1::OfferDeclined, None) => Ok(Canceller::OfferDeclined),
        (CancellerV1::Office, None)
        | (CancellerV1::Participant | CancellerV1::OfferDeclined, Some(_)) => {
            Err(ValueError("reason"))
        }
    }
}
