//! Where a workshop takes place, and what it offers there.

use anmeldewerk_domain::{
    TextLine, TopicCode,
    workshop::{OfferedTopic, Slot, Venue},
};
use serde::Deserialize;

use super::{Faults, patch::Patch};

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct VenueBody {
    name: Patch<String>,
    street: Patch<String>,
    postcode: Patch<String>,
    town: Patch<String>,
    accessibility: Patch<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TopicBody {
    code: String,
    title: String,
    slot: Option<u8>,
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
        Some(OfferedTopic {
            code: code?,
            title: title?,
            slot: slot?,
        })
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
