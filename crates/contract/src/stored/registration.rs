//! Stored forms of what happens to registrations.

use anmeldewerk_domain::{
    LinkHash, MunicipalityKey, Number, PersonId, ProgramId, ReferenceHash, RegistrationId,
    ReportingId, TopicCode,
    workshop::{
        Block, Blocks, CancelReason, Canceller, Cause, Channel, Event, Slot, Submitted, Wishes,
    },
};
use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{ValueError, hex, parse_hex32};

/// `registration.submitted.v1`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SubmittedV1 {
    registration: Uuid,
    reporting: Uuid,
    number: String,
    person: Uuid,
    program: String,
    municipality: String,
    channel: ChannelV1,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reference_hash: Option<String>,
    wishes: Vec<WishesV1>,
    privacy_notice: u32,
    link_hash: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    contact: Option<BlockV1>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    identity: Option<BlockV1>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    free_text: Option<BlockV1>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum ChannelV1 {
    Office,
    Api,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WishesV1 {
    slot: u8,
    ranked: Vec<String>,
    vetoes: Vec<String>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct BlockV1 {
    sealed: String,
    commit: String,
}

impl From<&Submitted> for SubmittedV1 {
    fn from(submitted: &Submitted) -> Self {
        let blocks = &submitted.blocks;
        Self {
            registration: Uuid::from_u128(submitted.registration.0),
            reporting: Uuid::from_u128(submitted.reporting.0),
            number: submitted.number.to_string(),
            person: Uuid::from_u128(submitted.person.0),
            program: submitted.program.to_string(),
            municipality: submitted.municipality.as_str().to_owned(),
            channel: match submitted.channel {
                Channel::Office => ChannelV1::Office,
                Channel::Api => ChannelV1::Api,
            },
            reference_hash: submitted.reference.map(|reference| hex(&reference.0)),
            wishes: submitted.wishes.iter().map(WishesV1::from).collect(),
            privacy_notice: submitted.privacy_notice,
            link_hash: hex(&submitted.link.0),
            contact: blocks.contact.as_ref().map(BlockV1::from),
            identity: blocks.identity.as_ref().map(BlockV1::from),
            free_text: blocks.free_text.as_ref().map(BlockV1::from),
        }
    }
}

impl TryFrom<SubmittedV1> for Submitted {
    type Error = ValueError;

    fn try_from(stored: SubmittedV1) -> Result<Self, ValueError> {
        let reference = stored.reference_hash.as_deref();
        let reference = reference.map(|text| parse_hex32(text).ok_or(ValueError("reference_hash")));
        let wishes = stored.wishes.into_iter().map(Wishes::try_from);
        Ok(Self {
            registration: RegistrationId(stored.registration.as_u128()),
            reporting: ReportingId(stored.reporting.as_u128()),
            number: Number::parse(&stored.number).ok_or(ValueError("number"))?,
            person: PersonId(stored.person.as_u128()),
            program: ProgramId::new(&stored.program).ok_or(ValueError("program"))?,
            municipality: MunicipalityKey::new(&stored.municipality)
                .ok_or(ValueError("municipality"))?,
            channel: match stored.channel {
                ChannelV1::Office => Channel::Office,
                ChannelV1::Api => Channel::Api,
            },
            reference: reference.transpose()?.map(ReferenceHash),
            wishes: wishes.collect::<Result<_, _>>()?,
            privacy_notice: stored.privacy_notice,
            link: parse_hex32(&stored.link_hash)
                .map(LinkHash)
                .ok_or(ValueError("link_hash"))?,
            blocks: Blocks {
                contact: stored.contact.map(Block::try_from).transpose()?,
                identity: stored.identity.map(Block::try_from).transpose()?,
                free_text: stored.free_text.map(Block::try_from).transpose()?,
            },
        })
    }
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

pub(super) fn slot_number(slot: Slot) -> u8 {
    match slot {
        Slot::First => 1,
        Slot::Second => 2,
    }
}

pub(super) fn slot(number: u8) -> Result<Slot, ValueError> {
    match number {
        1 => Ok(Slot::First),
        2 => Ok(Slot::Second),
        _ => Err(ValueError("slot")),
    }
}

impl From<&Block> for BlockV1 {
    fn from(block: &Block) -> Self {
        Self {
            sealed: BASE64URL_NOPAD.encode(&block.sealed),
            commit: hex(&block.commit),
        }
    }
}

impl TryFrom<BlockV1> for Block {
    type Error = ValueError;

    fn try_from(stored: BlockV1) -> Result<Self, ValueError> {
        Ok(Self {
            sealed: BASE64URL_NOPAD
                .decode(stored.sealed.as_bytes())
                .map_err(|_| ValueError("sealed"))?,
            commit: parse_hex32(&stored.commit).ok_or(ValueError("commit"))?,
        })
    }
}

/// `registration.confirmed.v1`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConfirmedV1 {
    registration: Uuid,
    cause: CauseV1,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum CauseV1 {
    Admitted,
    SeatPassed,
}

impl ConfirmedV1 {
    pub(super) fn new(registration: RegistrationId, cause: Cause) -> Self {
        Self {
            registration: Uuid::from_u128(registration.0),
            cause: match cause {
                Cause::Admitted => CauseV1::Admitted,
                Cause::SeatPassed => CauseV1::SeatPassed,
            },
        }
    }

    pub(super) fn into_event(self) -> Event {
        Event::Confirmed {
            registration: RegistrationId(self.registration.as_u128()),
            cause: match self.cause {
                CauseV1::Admitted => Cause::Admitted,
                CauseV1::SeatPassed => Cause::SeatPassed,
            },
        }
    }
}

/// `registration.waitlisted.v1`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WaitlistedV1 {
    registration: Uuid,
    place: u32,
}

impl WaitlistedV1 {
    pub(super) fn new(registration: RegistrationId, place: u32) -> Self {
        Self {
            registration: Uuid::from_u128(registration.0),
            place,
        }
    }

    pub(super) fn into_event(self) -> Event {
        Event::Waitlisted {
            registration: RegistrationId(self.registration.as_u128()),
            place: self.place,
        }
    }
}

/// `registration.cancelled.v1`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CancelledV1 {
    registration: Uuid,
    by: CancellerV1,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reason: Option<ReasonV1>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum CancellerV1 {
    Office,
    Participant,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum ReasonV1 {
    Withdrawn,
    Illness,
    Duty,
    Mistake,
    Other,
}

impl CancelledV1 {
    pub(super) fn new(registration: RegistrationId, by: Canceller) -> Self {
        let (by, reason) = match by {
            Canceller::Office(reason) => (CancellerV1::Office, Some(reason.into())),
            Canceller::Participant => (CancellerV1::Participant, None),
        };
        Self {
            registration: Uuid::from_u128(registration.0),
            by,
            reason,
        }
    }

    pub(super) fn into_event(self) -> Result<Event, ValueError> {
        let by = match (self.by, self.reason) {
            (CancellerV1::Office, Some(reason)) => Canceller::Office(reason.into()),
            (CancellerV1::Participant, None) => Canceller::Participant,
            (CancellerV1::Office, None) | (CancellerV1::Participant, Some(_)) => {
                return Err(ValueError("reason"));
            }
        };
        Ok(Event::Cancelled {
            registration: RegistrationId(self.registration.as_u128()),
            by,
        })
    }
}

impl From<CancelReason> for ReasonV1 {
    fn from(reason: CancelReason) -> Self {
        match reason {
            CancelReason::Withdrawn => Self::Withdrawn,
            CancelReason::Illness => Self::Illness,
            CancelReason::Duty => Self::Duty,
            CancelReason::Mistake => Self::Mistake,
            CancelReason::Other => Self::Other,
        }
    }
}

impl From<ReasonV1> for CancelReason {
    fn from(reason: ReasonV1) -> Self {
        match reason {
            ReasonV1::Withdrawn => Self::Withdrawn,
            ReasonV1::Illness => Self::Illness,
            ReasonV1::Duty => Self::Duty,
            ReasonV1::Mistake => Self::Mistake,
            ReasonV1::Other => Self::Other,
        }
    }
}
