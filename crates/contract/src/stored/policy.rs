//! Stored forms of how a workshop takes people in: each a word, or a number of hours.

use anmeldewerk_domain::workshop::{Admission, Format, Offers, SignUp, WaitlistPolicy};
use serde::{Deserialize, Serialize};

#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub(crate) enum FormatV1 {
    Presence,
    Online,
    Hybrid,
}

#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub(crate) enum WaitlistV1 {
    Off,
    SkipBlocked,
    StrictHead,
}

#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub(crate) enum SignUpV1 {
    #[default]
    Programs,
    Public,
    PublicConfirmed,
}

#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub(crate) enum AdmissionV1 {
    #[default]
    FirstCome,
    Lottery,
}

impl From<Format> for FormatV1 {
    fn from(format: Format) -> Self {
        match format {
            Format::Presence => Self::Presence,
            Format::Online => Self::Online,
            Format::Hybrid => Self::Hybrid,
        }
    }
}

impl From<&FormatV1> for Format {
    fn from(stored: &FormatV1) -> Self {
        match stored {
            FormatV1::Presence => Self::Presence,
            FormatV1::Online => Self::Online,
            FormatV1::Hybrid => Self::Hybrid,
        }
    }
}

impl From<WaitlistPolicy> for WaitlistV1 {
    fn from(policy: WaitlistPolicy) -> Self {
        match policy {
            WaitlistPolicy::Off => Self::Off,
            WaitlistPolicy::SkipBlocked => Self::SkipBlocked,
            WaitlistPolicy::StrictHead => Self::StrictHead,
        }
    }
}

impl From<&WaitlistV1> for WaitlistPolicy {
    fn from(stored: &WaitlistV1) -> Self {
        match stored {
            WaitlistV1::Off => Self::Off,
            WaitlistV1::SkipBlocked => Self::SkipBlocked,
            WaitlistV1::StrictHead => Self::StrictHead,
        }
    }
}

impl From<SignUp> for SignUpV1 {
    fn from(sign_up: SignUp) -> Self {
        match sign_up {
            SignUp::Programs => Self::Programs,
            SignUp::Public => Self::Public,
            SignUp::PublicConfirmed => Self::PublicConfirmed,
        }
    }
}

impl From<&SignUpV1> for SignUp {
    fn from(stored: &SignUpV1) -> Self {
        match stored {
            SignUpV1::Programs => Self::Programs,
            SignUpV1::Public => Self::Public,
            SignUpV1::PublicConfirmed => Self::PublicConfirmed,
        }
    }
}

impl From<Admission> for AdmissionV1 {
    fn from(admission: Admission) -> Self {
        match admission {
            Admission::FirstCome => Self::FirstCome,
            Admission::Lottery => Self::Lottery,
        }
    }
}

impl From<&AdmissionV1> for Admission {
    fn from(stored: &AdmissionV1) -> Self {
        match stored {
            AdmissionV1::FirstCome => Self::FirstCome,
            AdmissionV1::Lottery => Self::Lottery,
        }
    }
}

/// Gives the hours to answer an offer; nothing where seats pass on directly.
pub(super) fn offer_hours(offers: Offers) -> Option<u16> {
    match offers {
        Offers::Directly => None,
        Offers::Hours(hours) => Some(hours),
    }
}

pub(super) fn offers(hours: Option<u16>) -> Offers {
    hours.map_or(Offers::Directly, Offers::Hours)
}
