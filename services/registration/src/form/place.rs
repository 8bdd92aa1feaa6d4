//! Where a workshop takes place, and what it offers there.

use std::collections::BTreeMap;

use anmeldewerk_domain::{
    ProgramId, TextLine, TopicCode,
    workshop::{OfferedTopic, Slot, Venue},
};
use serde::Deserialize;

#[cfg(test)]
use super::shape;
use super::{Faults, bucket::escaped, patch::Patch};

#[derive(Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "VenueNew"))]
#[serde(default, deny_unknown_fields)]
pub(super) struct VenueBody {
    #[cfg_attr(test, schemars(with = "shape::Line"))]
    name: Patch<String>,
    #[cfg_attr(test, schemars(with = "Option<shape::MaybeLine>"))]
    street: Patch<String>,
    #[cfg_attr(test, schemars(with = "Option<shape::MaybeLine>"))]
    postcode: Patch<String>,
    #[cfg_attr(test, schemars(with = "shape::Line"))]
    town: Patch<String>,
    #[cfg_attr(test, schemars(with = "Option<shape::MaybeLine>"))]
    accessibility: Patch<String>,
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "TopicNew"))]
#[serde(deny_unknown_fields)]
pub(super) struct TopicBody {
    #[cfg_attr(test, schemars(with = "shape::Topic"))]
    code: String,
    #[cfg_attr(test, schemars(with = "shape::Line"))]
    title: String,
    #[cfg_attr(test, schemars(with = "Option<shape::Slot>"))]
    slot: Option<u8>,
    min: Option<u32>,
    max: Option<u32>,
    #[serde(default)]
    program_caps: BTreeMap<String, u32>,
    municipality_cap: Option<u32>,
    #[cfg_attr(test, schemars(with = "Option<shape::MaybeLine>"))]
    room: Option<String>,
    #[serde(default)]
    #[cfg_attr(test, schemars(with = "shape::Lines"))]
    speakers: Vec<String>,
}

pub(super) fn topics(faults: &mut Faults, stated: &[TopicBody]) -> Vec<OfferedTopic> {
    let mut topics = Vec::new();
    for (index, topic) in stated.iter().enumerate() {
        topics.extend(topic.read(faults, &format!("/topics/{index}")));
    }
    topics
}

impl VenueBody {
    /// Reads the venue, merged into the one there was.
    pub(super) fn read(&self, faults: &mut Faults, before: Option<&Venue>) -> Option<Venue> {
        let name = needed(&self.name, before.map(|venue| &venue.name));
        let town = needed(&self.town, before.map(|venue| &venue.town));
        self.name.unless_null(faults, "/venue/name");
        self.town.unless_null(faults, "/venue/town");
        let name = faults.need("/venue/name", name, "missing_field");
        let town = faults.need("/venue/town", town, "missing_field");
        let name = name.and_then(|name| faults.line("/venue/name", &name));
        let town = town.and_then(|town| faults.line("/venue/town", &town));
        let mut venue = Venue {
            name: name?,
            town: town?,
            street: before.and_then(|venue| venue.street.clone()),
            postcode: before.and_then(|venue| venue.postcode.clone()),
            accessibility: before.and_then(|venue| venue.accessibility.clone()),
        };
        self.street.line(faults, "/venue/street", &mut venue.street);
        self.postcode
            .line(faults, "/venue/postcode", &mut venue.postcode);
        self.accessibility
            .line(faults, "/venue/accessibility", &mut venue.accessibility);
        Some(venue)
    }
}

/// Gives what was stated, or what there was.
fn needed(stated: &Patch<String>, before: Option<&TextLine>) -> Option<String> {
    match stated {
        Patch::Absent => before.map(|line| line.as_str().to_owned()),
        Patch::Null => None,
        Patch::Value(text) => Some(text.clone()),
    }
}

impl TopicBody {
    fn read(&self, faults: &mut Faults, pointer: &str) -> Option<OfferedTopic> {
        let code = TopicCode::new(&self.code);
        let code = faults.need(&format!("{pointer}/code"), code, "invalid_slug");
        let title = faults.line(&format!("{pointer}/title"), &self.title);
        let slot = slot(self.slot.unwrap_or(1));
        let slot = faults.need(&format!("{pointer}/slot"), slot, "invalid_slot");
        let room = faults.maybe_line(&format!("{pointer}/room"), self.room.as_deref());
        let speakers = self.speakers(faults, &format!("{pointer}/speakers"));
        let program_caps = self.program_caps(faults, &format!("{pointer}/program_caps"));
        Some(OfferedTopic {
            min: self.min.unwrap_or(0),
            max: self.max,
            program_caps,
            municipality_cap: self.municipality_cap,
            room,
            speakers,
            ..OfferedTopic::new(slot?, code?, title?)
        })
    }

    fn speakers(&self, faults: &mut Faults, pointer: &str) -> Vec<TextLine> {
        if self.speakers.len() > OfferedTopic::MAX_SPEAKERS {
            faults.add(pointer, "too_many");
            return Vec::new();
        }
        let mut lines = Vec::new();
        for (index, speaker) in self.speakers.iter().enumerate() {
            lines.extend(faults.line(&format!("{pointer}/{index}"), speaker));
        }
        lines
    }

    fn program_caps(&self, faults: &mut Faults, pointer: &str) -> BTreeMap<ProgramId, u32> {
        let mut caps = BTreeMap::new();
        for (name, size) in &self.program_caps {
            let place = format!("{pointer}/{}", escaped(name));
            let program = faults.need(&place, ProgramId::new(name), "invalid_program");
            caps.extend(program.map(|program| (program, *size)));
        }
        caps
    }
}

/// Gives a slot's number.
pub(crate) fn slot_number(slot: Slot) -> u8 {
    match slot {
        Slot::First => 1,
        Slot::Second => 2,
    }
}

/// Reads a slot's number.
pub(super) fn slot(number: u8) -> Option<Slot> {
    match number {
        1 => Some(Slot::First),
        2 => Some(Slot::Second),
        _ => None,
    }
}
