//! Stored forms of what changes a registration after it came in.

use anmeldewerk_domain::{
    LinkHash, PersonId, RegistrationId, ReportingId,
    workshop::{Amended, AmendedData, Block, Event, Reason, Substituted},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

#[cfg(test)]
use super::form;
use super::{
    block::{BlockV1, BlocksV1},
    registration::{ChannelV1, WishesV1, wishes, wishes_form},
    value::{hash, id, ids, is_default, municipality, number, reason, registration, registrations},
};
use crate::{ValueError, hex};

/// `registration.amended.v1`: what is absent stays.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct AmendedV1 {
    registration: Uuid,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(with = "Option<form::Municipality>"))]
    municipality: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    wishes: Option<Vec<WishesV1>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    privacy_notice: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    data: Option<DataV1>,
}

/// All that is personal: a block that is absent is empty from now on.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
struct DataV1 {
    #[serde(default, skip_serializing_if = "is_default")]
    placeholder: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    also: Option<Uuid>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    look_alikes: Vec<Uuid>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    contact: Option<BlockV1>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    identity: Option<BlockV1>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    free_text: Option<BlockV1>,
}

impl From<&Amended> for AmendedV1 {
    fn from(amended: &Amended) -> Self {
        let municipality = amended.municipality.as_ref();
        Self {
            registration: id(amended.registration),
            municipality: municipality.map(|key| key.as_str().to_owned()),
            wishes: amended.wishes.as_deref().map(wishes_form),
            privacy_notice: amended.privacy_notice,
            data: amended.data.as_ref().map(DataV1::from),
        }
    }
}

impl AmendedV1 {
    pub(super) fn into_event(self) -> Result<Event, ValueError> {
        let key = self.municipality.as_deref();
        let key = key.map(|key| municipality(key, "municipality"));
        Ok(Event::Amended(Box::new(Amended {
            registration: registration(self.registration),
            municipality: key.transpose()?,
            wishes: self.wishes.map(wishes).transpose()?,
            privacy_notice: self.privacy_notice,
            data: self.data.map(AmendedData::try_from).transpose()?,
        })))
    }
}

impl From<&AmendedData> for DataV1 {
    fn from(data: &AmendedData) -> Self {
        let blocks = BlocksV1::from(&data.blocks);
        Self {
            placeholder: data.placeholder,
            also: data.also.map(|person| Uuid::from_u128(person.0)),
            look_alikes: ids(&data.look_alikes),
            contact: blocks.contact,
            identity: blocks.identity,
            free_text: blocks.free_text,
        }
    }
}

impl TryFrom<DataV1> for AmendedData {
    type Error = ValueError;

    fn try_from(stored: DataV1) -> Result<Self, ValueError> {
        let blocks = BlocksV1 {
            contact: stored.contact,
            identity: stored.identity,
            free_text: stored.free_text,
        };
        Ok(Self {
            placeholder: stored.placeholder,
            also: stored.also.map(|person| PersonId(person.as_u128())),
            look_alikes: registrations(stored.look_alikes),
            blocks: blocks.try_into()?,
        })
    }
}

/// `registration.substituted.v1`.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct SubstitutedV1 {
    registration: Uuid,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(with = "Option<form::Code>"))]
    reason: Option<String>,
    successor: Uuid,
    reporting: Uuid,
    #[cfg_attr(test, schemars(with = "form::Number"))]
    number: String,
    person: Uuid,
    #[serde(default, skip_serializing_if = "is_default")]
    placeholder: bool,
    #[cfg_attr(test, schemars(with = "form::Municipality"))]
    municipality: String,
    channel: ChannelV1,
    privacy_notice: u32,
    #[cfg_attr(test, schemars(with = "form::Hash"))]
    link_hash: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    look_alikes: Vec<Uuid>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    contact: Option<BlockV1>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    identity: Option<BlockV1>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    free_text: Option<BlockV1>,
}

impl From<&Substituted> for SubstitutedV1 {
    fn from(substituted: &Substituted) -> Self {
        let blocks = BlocksV1::from(&substituted.blocks);
        Self {
            registration: id(substituted.registration),
            reason: substituted.reason.map(|reason| reason.name().to_owned()),
            successor: id(substituted.successor),
            reporting: Uuid::from_u128(substituted.reporting.0),
            number: substituted.number.to_string(),
            person: Uuid::from_u128(substituted.person.0),
            placeholder: substituted.placeholder,
            municipality: substituted.municipality.as_str().to_owned(),
            channel: substituted.channel.into(),
            privacy_notice: substituted.privacy_notice,
            link_hash: hex(&substituted.link.0),
            look_alikes: ids(&substituted.look_alikes),
            contact: blocks.contact,
            identity: blocks.identity,
            free_text: blocks.free_text,
        }
    }
}

impl SubstitutedV1 {
    pub(super) fn into_event(self) -> Result<Event, ValueError> {
        let why = self.reason.as_deref();
        let why = why.map(|code| reason(code, "reason"));
        let blocks = BlocksV1 {
            contact: self.contact,
            identity: self.identity,
            free_text: self.free_text,
        };
        Ok(Event::Substituted(Box::new(Substituted {
            registration: registration(self.registration),
            reason: why.transpose()?,
            successor: registration(self.successor),
            reporting: ReportingId(self.reporting.as_u128()),
            number: number(&self.number)?,
            person: PersonId(self.person.as_u128()),
            placeholder: self.placeholder,
            municipality: municipality(&self.municipality, "municipality")?,
            channel: self.channel.into(),
            privacy_notice: self.privacy_notice,
            link: LinkHash(hash(&self.link_hash, "link_hash")?),
            look_alikes: registrations(self.look_alikes),
            blocks: blocks.try_into()?,
        })))
    }
}

/// `registration.merged.v1`.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct MergedV1 {
    registration: Uuid,
    into: Uuid,
    takes_state: bool,
    takes_place: bool,
}

impl MergedV1 {
    pub(super) fn new(
        registration: RegistrationId,
        into: RegistrationId,
        takes_state: bool,
        takes_place: bool,
    ) -> Self {
        Self {
            registration: id(registration),
            into: id(into),
            takes_state,
            takes_place,
        }
    }

    pub(super) fn into_event(self) -> Event {
        Event::Merged {
            registration: registration(self.registration),
            into: registration(self.into),
            takes_state: self.takes_state,
            takes_place: self.takes_place,
        }
    }
}

/// `registration.reinstated.v1`.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct ReinstatedV1 {
    registration: Uuid,
    #[cfg_attr(test, schemars(with = "form::Code"))]
    reason: String,
    overridden: bool,
}

impl ReinstatedV1 {
    pub(super) fn new(registration: RegistrationId, reason: Reason, overridden: bool) -> Self {
        Self {
            registration: id(registration),
            reason: reason.name().to_owned(),
            overridden,
        }
    }

    pub(super) fn into_event(self) -> Result<Event, ValueError> {
        Ok(Event::Reinstated {
            registration: registration(self.registration),
            reason: reason(&self.reason, "reason")?,
            overridden: self.overridden,
        })
    }
}

/// `registration.moved_to_waitlist.v1`.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct MovedToWaitlistV1 {
    registration: Uuid,
    #[cfg_attr(test, schemars(with = "form::Code"))]
    reason: String,
    place: u32,
}

impl MovedToWaitlistV1 {
    pub(super) fn new(registration: RegistrationId, reason: Reason, place: u32) -> Self {
        Self {
            registration: id(registration),
            reason: reason.name().to_owned(),
            place,
        }
    }

    pub(super) fn into_event(self) -> Result<Event, ValueError> {
        Ok(Event::MovedToWaitlist {
            registration: registration(self.registration),
            reason: reason(&self.reason, "reason")?,
            place: self.place,
        })
    }
}

/// `registration.noted.v1`.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct NotedV1 {
    registration: Uuid,
    note: BlockV1,
}

impl NotedV1 {
    pub(super) fn new(registration: RegistrationId, note: &Block) -> Self {
        Self {
            registration: id(registration),
            note: note.into(),
        }
    }

    pub(super) fn into_event(self) -> Result<Event, ValueError> {
        Ok(Event::Noted {
            registration: registration(self.registration),
            note: self.note.try_into()?,
        })
    }
}

/// `registration.link_renewed.v1`.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct LinkRenewedV1 {
    registration: Uuid,
    #[cfg_attr(test, schemars(with = "form::Hash"))]
    link_hash: String,
}

impl LinkRenewedV1 {
    pub(super) fn new(registration: RegistrationId, link: LinkHash) -> Self {
        Self {
            registration: id(registration),
            link_hash: hex(&link.0),
        }
    }

    pub(super) fn into_event(self) -> Result<Event, ValueError> {
        Ok(Event::LinkRenewed {
            registration: registration(self.registration),
            link: LinkHash(hash(&self.link_hash, "link_hash")?),
        })
    }
}
