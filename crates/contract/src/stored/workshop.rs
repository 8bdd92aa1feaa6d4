//! Stored forms of what happens to a workshop beside its settings.

use anmeldewerk_domain::{
    ProgramId,
    workshop::{Event, Reason, Release},
};
use serde::{Deserialize, Serialize};

#[cfg(test)]
use super::form;
use super::value::{program, reason};
use crate::ValueError;

/// `workshop.published.v1`.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct PublishedV1 {}

/// `workshop.cancelled.v1`.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct CalledOffV1 {
    #[cfg_attr(test, schemars(with = "form::Code"))]
    reason: String,
}

impl CalledOffV1 {
    pub(super) fn new(reason: Reason) -> Self {
        Self {
            reason: reason.name().to_owned(),
        }
    }

    pub(super) fn into_event(self) -> Result<Event, ValueError> {
        let reason = reason(&self.reason, "reason")?;
        Ok(Event::CalledOff { reason })
    }
}

/// `guarantee.released.v1`.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct ReleasedV1 {
    #[cfg_attr(test, schemars(with = "form::Program"))]
    program: String,
    release: ReleaseV1,
}

#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
enum ReleaseV1 {
    Due,
    ByHand,
}

impl ReleasedV1 {
    pub(super) fn new(program: &ProgramId, release: Release) -> Self {
        Self {
            program: program.to_string(),
            release: match release {
                Release::Due => ReleaseV1::Due,
                Release::ByHand => ReleaseV1::ByHand,
            },
        }
    }

    pub(super) fn into_event(self) -> Result<Event, ValueError> {
        Ok(Event::GuaranteeReleased {
            program: program(&self.program, "program")?,
            release: match self.release {
                ReleaseV1::Due => Release::Due,
                ReleaseV1::ByHand => Release::ByHand,
            },
        })
    }
}
