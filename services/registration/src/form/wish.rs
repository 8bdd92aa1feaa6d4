//! Wishes as a body states them.

use std::fmt;

use anmeldewerk_domain::{
    TopicCode,
    workshop::{Slot, Wishes},
};
use serde::{
    Deserialize, Deserializer,
    de::{self, MapAccess, Visitor, value::MapAccessDeserializer},
};

#[cfg(test)]
use super::shape;
use super::{Faults, place::slot};

/// The most topics in one list; the workshop's own limit is lower.
const MOST_TOPICS: usize = 100;

/// The body of a change of wishes.
#[derive(Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "WishesNew"))]
#[serde(deny_unknown_fields)]
pub(crate) struct WishesBody {
    #[cfg_attr(test, schemars(with = "shape::Wishes"))]
    wishes: Vec<WishBody>,
}

impl WishesBody {
    /// Reads the wishes, or says everything that is wrong with them.
    pub(crate) fn wishes(&self) -> Result<Vec<Wishes>, anmeldewerk_service::problem::Problem> {
        let mut faults = Faults::default();
        let wishes = wishes(&mut faults, &self.wishes);
        faults.finish(Some(wishes))
    }
}

/// One of the wishes: all those for one slot, or a topic for the first slot.
pub(super) enum WishBody {
    Topic(String),
    Slot(SlotBody),
}

impl<'de> Deserialize<'de> for WishBody {
    /// Reads by hand what could be read as untagged, so that a fault keeps its place.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;

        impl<'de> Visitor<'de> for Either {
            type Value = WishBody;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a topic or the wishes for a slot")
            }

            fn visit_str<E: de::Error>(self, topic: &str) -> Result<WishBody, E> {
                Ok(WishBody::Topic(topic.to_owned()))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<WishBody, A::Error> {
                let slot = SlotBody::deserialize(MapAccessDeserializer::new(map));
                slot.map(WishBody::Slot)
            }
        }

        deserializer.deserialize_any(Either)
    }
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "WishesForSlot"))]
#[serde(deny_unknown_fields)]
pub(super) struct SlotBody {
    #[cfg_attr(test, schemars(with = "shape::Slot"))]
    slot: u8,
    #[cfg_attr(test, schemars(with = "shape::Topics"))]
    ranked: Vec<String>,
    #[serde(default)]
    #[cfg_attr(test, schemars(with = "shape::Topics"))]
    vetoes: Vec<String>,
}

/// Reads wishes: either all by slot, or all plain topics for the first slot.
pub(super) fn wishes(faults: &mut Faults, bodies: &[WishBody]) -> Vec<Wishes> {
    let (mut by_slot, mut plain) = (Vec::new(), Vec::new());
    for (index, body) in bodies.iter().enumerate().take(MOST_TOPICS + 1) {
        let pointer = format!("/wishes/{index}");
        match body {
            WishBody::Slot(slot) => by_slot.extend(slot.read(faults, &pointer)),
            WishBody::Topic(topic) => {
                plain.extend(faults.need(&pointer, TopicCode::new(topic), "invalid_slug"));
            }
        }
    }
    if bodies.len() > MOST_TOPICS {
        faults.add("/wishes", "too_many");
    }
    if !by_slot.is_empty() && !plain.is_empty() {
        faults.add("/wishes", "mixed");
    }
    if !plain.is_empty() {
        by_slot.push(Wishes {
            slot: Slot::First,
            ranked: plain,
            vetoes: Vec::new(),
        });
    }
    by_slot
}

impl SlotBody {
    fn read(&self, faults: &mut Faults, pointer: &str) -> Option<Wishes> {
        let slot = faults.need(&format!("{pointer}/slot"), slot(self.slot), "invalid_slot");
        let ranked = topic_codes(faults, &format!("{pointer}/ranked"), &self.ranked);
        let vetoes = topic_codes(faults, &format!("{pointer}/vetoes"), &self.vetoes);
        slot.map(|slot| Wishes {
            slot,
            ranked,
            vetoes,
        })
    }
}

fn topic_codes(faults: &mut Faults, pointer: &str, topics: &[String]) -> Vec<TopicCode> {
    if topics.len() > MOST_TOPICS {
        faults.add(pointer, "too_many");
        return Vec::new();
    }
    let mut codes = Vec::new();
    for (index, topic) in topics.iter().enumerate() {
        let code = TopicCode::new(topic);
        codes.extend(faults.need(&format!("{pointer}/{index}"), code, "invalid_slug"));
    }
    codes
}
