//! Stored forms of what happens to all who wait, or rest, at once.

use anmeldewerk_domain::workshop::{Event, PassedOver};
use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Serialize};

#[cfg(test)]
use super::form;
use super::{bucket::BucketV1, value::hash};
use crate::{ValueError, hex};

/// `draw.held.v1`.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct DrawHeldV1 {
    #[cfg_attr(test, schemars(with = "form::Hash"))]
    seed: String,
    /// Each place in 4 bytes, the highest first, joined: base64 of the URL alphabet, not padded.
    #[cfg_attr(test, schemars(with = "form::Base64"))]
    places: String,
}

impl DrawHeldV1 {
    pub(super) fn new(seed: &[u8; 32], places: &[u32]) -> Self {
        let bytes: Vec<u8> = places
            .iter()
            .flat_map(|place| place.to_be_bytes())
            .collect();
        Self {
            seed: hex(seed),
            places: BASE64URL_NOPAD.encode(&bytes),
        }
    }

    pub(super) fn into_event(self) -> Result<Event, ValueError> {
        Ok(Event::DrawHeld {
            seed: hash(&self.seed, "seed")?,
            places: places(&self.places).ok_or(ValueError("places"))?,
        })
    }
}

fn places(text: &str) -> Option<Vec<u32>> {
    let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).ok()?;
    let (places, rest) = bytes.as_chunks();
    let places = places.iter().copied().map(u32::from_be_bytes);
    rest.is_empty().then(|| places.collect())
}

/// `waitlist.passed_over.v1`.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct PassedOverV1 {
    passed_over: Vec<BlockedV1>,
}

#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
struct BlockedV1 {
    bucket: BucketV1,
    amount: u32,
    first_place: u32,
    last_place: u32,
}

impl PassedOverV1 {
    pub(super) fn new(passed_over: &[PassedOver]) -> Self {
        Self {
            passed_over: passed_over.iter().map(BlockedV1::from).collect(),
        }
    }

    pub(super) fn into_event(self) -> Result<Event, ValueError> {
        let passed_over = self.passed_over.into_iter().map(PassedOver::try_from);
        Ok(Event::PassedOver(passed_over.collect::<Result<_, _>>()?))
    }
}

impl From<&PassedOver> for BlockedV1 {
    fn from(passed_over: &PassedOver) -> Self {
        Self {
            bucket: (&passed_over.bucket).into(),
            amount: passed_over.amount,
            first_place: passed_over.first_place,
            last_place: passed_over.last_place,
        }
    }
}

impl TryFrom<BlockedV1> for PassedOver {
    type Error = ValueError;

    fn try_from(stored: BlockedV1) -> Result<Self, ValueError> {
        Ok(Self {
            bucket: stored.bucket.try_into()?,
            amount: stored.amount,
            first_place: stored.first_place,
            last_place: stored.last_place,
        })
    }
}
