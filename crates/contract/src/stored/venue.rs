//! Stored forms of where a workshop takes place and what it offers.

use std::collections::BTreeMap;

use anmeldewerk_domain::{
    TopicCode,
    workshop::{OfferedTopic, Venue},
};
use serde::{Deserialize, Serialize};

#[cfg(test)]
use super::form;
use super::value::{is_default, line, maybe_line, owned, program, slot, slot_number};
use crate::ValueError;

#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct VenueV1 {
    name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    street: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    postcode: Option<String>,
    town: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    accessibility: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct TopicV1 {
    #[cfg_attr(test, schemars(with = "form::Topic"))]
    code: String,
    #[cfg_attr(test, schemars(with = "form::Line"))]
    title: String,
    #[cfg_attr(test, schemars(with = "form::Slot"))]
    slot: u8,
    #[serde(default, skip_serializing_if = "is_default")]
    min: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    max: Option<u32>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    program_caps: BTreeMap<String, u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    municipality_cap: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    room: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    speakers: Vec<String>,
}

impl From<&Venue> for VenueV1 {
    fn from(venue: &Venue) -> Self {
        Self {
            name: venue.name.as_str().to_owned(),
            street: owned(venue.street.as_ref()),
            postcode: owned(venue.postcode.as_ref()),
            town: venue.town.as_str().to_owned(),
            accessibility: owned(venue.accessibility.as_ref()),
        }
    }
}

impl TryFrom<&VenueV1> for Venue {
    type Error = ValueError;

    fn try_from(stored: &VenueV1) -> Result<Self, ValueError> {
        Ok(Self {
            name: line(&stored.name, "venue.name")?,
            street: maybe_line(stored.street.as_deref(), "venue.street")?,
            postcode: maybe_line(stored.postcode.as_deref(), "venue.postcode")?,
            town: line(&stored.town, "venue.town")?,
            accessibility: maybe_line(stored.accessibility.as_deref(), "venue.accessibility")?,
        })
    }
}

impl From<&OfferedTopic> for TopicV1 {
    fn from(topic: &OfferedTopic) -> Self {
        Self {
            code: topic.code.as_str().to_owned(),
            title: topic.title.as_str().to_owned(),
            slot: slot_number(topic.slot),
            min: topic.min,
            max: topic.max,
            program_caps: (topic.program_caps.iter())
                .map(|(program, cap)| (program.to_string(), *cap))
                .collect(),
            municipality_cap: topic.municipality_cap,
            room: owned(topic.room.as_ref()),
            speakers: (topic.speakers.iter())
                .map(|speaker| speaker.as_str().to_owned())
                .collect(),
        }
    }
}

impl TryFrom<&TopicV1> for OfferedTopic {
    type Error = ValueError;

    fn try_from(stored: &TopicV1) -> Result<Self, ValueError> {
        Ok(Self {
            code: TopicCode::new(&stored.code).ok_or(ValueError("topics.code"))?,
            title: line(&stored.title, "topics.title")?,
            slot: slot(stored.slot)?,
            min: stored.min,
            max: stored.max,
            program_caps: (stored.program_caps.iter())
                .map(|(id, cap)| Ok((program(id, "topics.program_caps")?, *cap)))
                .collect::<Result<_, _>>()?,
            municipality_cap: stored.municipality_cap,
            room: maybe_line(stored.room.as_deref(), "topics.room")?,
            speakers: (stored.speakers.iter())
                .map(|speaker| line(speaker, "topics.speakers"))
                .collect::<Result<_, _>>()?,
        })
    }
}
