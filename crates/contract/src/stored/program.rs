//! Stored forms of what happens to programs.

use anmeldewerk_domain::{LandCode, program};
use serde::{Deserialize, Serialize};

#[cfg(test)]
use super::form;
use super::value::{line, maybe_line, owned};
use crate::ValueError;

/// `program.registered.v1` and `program.amended.v1`.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct ProgramV1 {
    name: String,
    #[cfg_attr(test, schemars(with = "form::Land"))]
    land: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    carrier: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    contact: Option<String>,
}

impl From<&program::Details> for ProgramV1 {
    fn from(details: &program::Details) -> Self {
        Self {
            name: details.name.as_str().to_owned(),
            land: details.land.to_string(),
            carrier: owned(details.carrier.as_ref()),
            contact: owned(details.contact.as_ref()),
        }
    }
}

impl TryFrom<ProgramV1> for program::Details {
    type Error = ValueError;

    fn try_from(stored: ProgramV1) -> Result<Self, ValueError> {
        Ok(Self {
            name: line(&stored.name, "name")?,
            land: LandCode::new(&stored.land).ok_or(ValueError("land"))?,
            carrier: maybe_line(stored.carrier.as_deref(), "carrier")?,
            contact: maybe_line(stored.contact.as_deref(), "contact")?,
        })
    }
}
