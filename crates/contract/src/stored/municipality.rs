//! Stored form of a program's list of municipalities.

use anmeldewerk_domain::{
    Date, MunicipalityKey,
    program::{self, Change, Kind, Municipality, Validity},
};
use serde::{Deserialize, Serialize};

#[cfg(test)]
use super::form;
use super::value::{line, municipality};
use crate::{ValueError, text::date};

/// `municipalities.listed.v1`: what is other in the list than before.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct ListedV1 {
    stated: Vec<EntryV1>,
    #[cfg_attr(test, schemars(with = "Vec<form::Municipality>"))]
    removed: Vec<String>,
}

/// Key, name, kind, parent, first day, last day: no object, so that the largest list fits into one decision.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct EntryV1(
    #[cfg_attr(test, schemars(with = "form::Municipality"))] String,
    #[cfg_attr(test, schemars(with = "form::Line"))] String,
    #[cfg_attr(test, schemars(with = "form::MunicipalityKind"))] String,
    #[cfg_attr(test, schemars(with = "Option<form::Municipality>"))] Option<String>,
    #[cfg_attr(test, schemars(with = "Option<form::Day>"))] Option<String>,
    #[cfg_attr(test, schemars(with = "Option<form::Day>"))] Option<String>,
);

impl From<&Change> for ListedV1 {
    fn from(change: &Change) -> Self {
        let removed = change.removed.iter().map(|key| key.as_str().to_owned());
        Self {
            stated: change.stated.iter().map(EntryV1::from).collect(),
            removed: removed.collect(),
        }
    }
}

impl From<&Municipality> for EntryV1 {
    fn from(entry: &Municipality) -> Self {
        let parent = entry.parent.as_ref();
        let day = |day: Option<Date>| day.map(|day| day.to_string());
        Self(
            entry.key.as_str().to_owned(),
            entry.name.as_str().to_owned(),
            entry.kind.name().to_owned(),
            parent.map(|key| key.as_str().to_owned()),
            day(entry.validity.from()),
            day(entry.validity.until()),
        )
    }
}

impl ListedV1 {
    pub(super) fn into_event(self) -> Result<program::Event, ValueError> {
        let stated = self.stated.into_iter().map(EntryV1::into_entry);
        let removed = self.removed.iter().map(|key| municipality(key, "removed"));
        Ok(program::Event::MunicipalitiesListed(Change {
            stated: stated.collect::<Result<_, _>>()?,
            removed: removed.collect::<Result<_, _>>()?,
        }))
    }
}

impl EntryV1 {
    fn into_entry(self) -> Result<Municipality, ValueError> {
        let Self(key, name, kind, parent, from, until) = self;
        let validity = Validity::new(day(from.as_deref())?, day(until.as_deref())?);
        Ok(Municipality {
            key: municipality(&key, "stated.key")?,
            name: line(&name, "stated.name")?,
            kind: Kind::parse(&kind).ok_or(ValueError("stated.kind"))?,
            parent: parent.as_deref().map(parent_key).transpose()?,
            validity: validity.ok_or(ValueError("stated.validity"))?,
        })
    }
}

fn parent_key(key: &str) -> Result<MunicipalityKey, ValueError> {
    municipality(key, "stated.parent")
}

fn day(text: Option<&str>) -> Result<Option<Date>, ValueError> {
    let read = |text| date(text).ok_or(ValueError("stated.validity"));
    text.map(read).transpose()
}
