//! How people are admitted, as a body states it.

use anmeldewerk_domain::workshop::{Admission, Format, SignUp, WaitlistPolicy};
use serde::Deserialize;

#[derive(Clone, Copy, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Format"))]
#[serde(rename_all = "snake_case")]
pub(super) enum FormatBody {
    #[serde(alias = "praesenz")]
    Presence,
    Online,
    Hybrid,
}

#[derive(Clone, Copy, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "WaitlistPolicy"))]
#[serde(rename_all = "snake_case")]
pub(super) enum WaitlistBody {
    Off,
    SkipBlocked,
    StrictHead,
}

#[derive(Clone, Copy, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "SignUp"))]
#[serde(rename_all = "snake_case")]
pub(super) enum SignUpBody {
    Programs,
    Public,
    PublicConfirmed,
}

#[derive(Clone, Copy, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Admission"))]
#[serde(rename_all = "snake_case")]
pub(super) enum AdmissionBody {
    FirstCome,
    Lottery,
}

impl From<FormatBody> for Format {
    fn from(format: FormatBody) -> Self {
        match format {
            FormatBody::Presence => Self::Presence,
            FormatBody::Online => Self::Online,
            FormatBody::Hybrid => Self::Hybrid,
        }
    }
}

impl From<WaitlistBody> for WaitlistPolicy {
    fn from(policy: WaitlistBody) -> Self {
        match policy {
            WaitlistBody::Off => Self::Off,
            WaitlistBody::SkipBlocked => Self::SkipBlocked,
            WaitlistBody::StrictHead => Self::StrictHead,
        }
    }
}

impl From<SignUpBody> for SignUp {
    fn from(sign_up: SignUpBody) -> Self {
        match sign_up {
            SignUpBody::Programs => Self::Programs,
            SignUpBody::Public => Self::Public,
            SignUpBody::PublicConfirmed => Self::PublicConfirmed,
        }
    }
}

impl From<AdmissionBody> for Admission {
    fn from(admission: AdmissionBody) -> Self {
        match admission {
            AdmissionBody::FirstCome => Self::FirstCome,
            AdmissionBody::Lottery => Self::Lottery,
        }
    }
}
