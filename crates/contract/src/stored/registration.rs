//! Stored forms of how a registration comes in.

use anmeldewerk_domain::{
    LinkHash, PersonId, ReferenceHash, ReportingId, TopicCode,
    workshop::{Channel, Event, Membership, Submitted, Wishes},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

#[cfg(test)]
use super::form;
use super::{
    block::{BlockV1, BlocksV1},
    group::MembershipV1,
    value::{
        hash, id, ids, instant, is_default, municipality, number, program, reason, registration,
        registrations, slot, slot_number,
    },
};
use crate::{ValueError, hex, instant_text};

/// `registration.submitted.v1`.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct SubmittedV1 {
    registration: Uuid,
    reporting: Uuid,
    #[cfg_attr(test, schemars(with = "form::Number"))]
    number: String,
    person: Uuid,
    #[serde(default, skip_serializing_if = "is_default")]
    placeholder: bool,
    #[cfg_attr(test, schemars(with = "form::Program"))]
    program: String,
    #[cfg_attr(test, schemars(with = "form::Municipality"))]
    municipality: String,
    channel: ChannelV1,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(with = "Option<form::Hash>"))]
    reference_hash: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    group: Option<MembershipV1>,
    wishes: Vec<WishesV1>,
    privacy_notice: u32,
    #[cfg_attr(test, schemars(with = "form::Hash"))]
    link_hash: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(with = "Option<form::At>"))]
    confirm_until: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    look_alikes: Vec<Uuid>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(with = "Option<form::Code>"))]
    overridden: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    contact: Option<BlockV1>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    identity: Option<BlockV1>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    free_text: Option<BlockV1>,
}

#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub(crate) enum ChannelV1 {
    Office,
    Api,
    Web,
    Import,
    Feed,
}

#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct WishesV1 {
    #[cfg_attr(test, schemars(with = "form::Slot"))]
    slot: u8,
    #[cfg_attr(test, schemars(with = "Vec<form::Topic>"))]
    ranked: Vec<String>,
    #[cfg_attr(test, schemars(with = "Vec<form::Topic>"))]
    vetoes: Vec<String>,
}

impl From<&Submitted> for SubmittedV1 {
    fn from(submitted: &Submitted) -> Self {
        let blocks = BlocksV1::from(&submitted.blocks);
        Self {
            registration: id(submitted.registration),
            reporting: Uuid::from_u128(submitted.reporting.0),
            number: submitted.number.to_string(),
            person: Uuid::from_u128(submitted.person.0),
            placeholder: submitted.placeholder,
            program: submitted.program.to_string(),
            municipality: submitted.municipality.as_str().to_owned(),
            channel: submitted.channel.into(),
            reference_hash: submitted.reference.map(|reference| hex(&reference.0)),
            group: submitted.group.map(MembershipV1::from),
            wishes: wishes_form(&submitted.wishes),
            privacy_notice: submitted.privacy_notice,
            link_hash: hex(&submitted.link.0),
            confirm_until: submitted.confirm_until.map(instant_text),
            look_alikes: ids(&submitted.look_alikes),
            overridden: submitted.overridden.map(|reason| reason.name().to_owned()),
            contact: blocks.contact,
            identity: blocks.identity,
            free_text: blocks.free_text,
        }
    }
}

impl SubmittedV1 {
    pub(super) fn into_event(self) -> Result<Event, ValueError> {
        let reference = self.reference_hash.as_deref();
        let reference = reference.map(|text| hash(text, "reference_hash"));
        let until = self.confirm_until.as_deref();
        let until = until.map(|text| instant(text, "confirm_until"));
        let overridden = self.overridden.as_deref();
        let overridden = overridden.map(|code| reason(code, "overridden"));
        let blocks = BlocksV1 {
            contact: self.contact,
            identity: self.identity,
            free_text: self.free_text,
        };
        Ok(Event::Submitted(Box::new(Submitted {
            registration: registration(self.registration),
            reporting: ReportingId(self.reporting.as_u128()),
            number: number(&self.number)?,
            person: PersonId(self.person.as_u128()),
            placeholder: self.placeholder,
            program: program(&self.program, "program")?,
            municipality: municipality(&self.municipality, "municipality")?,
            channel: self.channel.into(),
            reference: reference.transpose()?.map(ReferenceHash),
            group: self.group.map(Membership::from),
            wishes: wishes(self.wishes)?,
            privacy_notice: self.privacy_notice,
            link: LinkHash(hash(&self.link_hash, "link_hash")?),
            confirm_until: until.transpose()?,
            look_alikes: registrations(self.look_alikes),
            overridden: overridden.transpose()?,
            blocks: blocks.try_into()?,
        })))
    }
}

impl From<Channel> for ChannelV1 {
    fn from(channel: Channel) -> Self {
        match channel {
            Channel::Office => Self::Office,
            Channel::Api => Self::Api,
            Channel::Web => Self::Web,
            Channel::Import => Self::Import,
            Channel::Feed => Self::Feed,
        }
    }
}

impl From<ChannelV1> for Channel {
    fn from(stored: ChannelV1) -> Self {
        match stored {
            ChannelV1::Office => Self::Office,
            ChannelV1::Api => Self::Api,
            ChannelV1::Web => Self::Web,
            ChannelV1::Import => Self::Import,
            ChannelV1::Feed => Self::Feed,
        }
    }
}

pub(super) fn wishes_form(wishes: &[Wishes]) -> Vec<WishesV1> {
    wishes.iter().map(WishesV1::from).collect()
}

pub(super) fn wishes(stored: Vec<WishesV1>) -> Result<Vec<Wishes>, ValueError> {
    stored.into_iter().map(Wishes::try_from).collect()
}

impl From<&Wishes> for WishesV1 {
    fn from(wishes: &Wishes) -> Self {
        let texts = |topics: &[TopicCode]| topics.iter().map(|t| t.as_str().to_owned()).collect();
        Self {
            slot: slot_number(wishes.slot),
            ranked: texts(&wishes.ranked),
            vetoes: texts(&wishes.vetoes),
        }
    }
}

impl TryFrom<WishesV1> for Wishes {
    type Error = ValueError;

    fn try_from(stored: WishesV1) -> Result<Self, ValueError> {
        let topics = |codes: Vec<String>| -> Result<Vec<TopicCode>, ValueError> {
            let parse = |code: &String| TopicCode::new(code).ok_or(ValueError("wishes"));
            codes.iter().map(parse).collect()
        };
        Ok(Self {
            slot: slot(stored.slot)?,
            ranked: topics(stored.ranked)?,
            vetoes: topics(stored.vetoes)?,
        })
    }
}
