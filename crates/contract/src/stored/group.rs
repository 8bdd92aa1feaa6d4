//! Stored forms of groups that are registered together.

use anmeldewerk_domain::{
    GroupId, PersonId,
    workshop::{Bucket, Event, GroupContact, GroupPolicy, GroupSubmitted, Membership},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

#[cfg(test)]
use super::form;
use super::{block::BlockV1, bucket::BucketV1, value::program};
use crate::ValueError;

/// `group.submitted.v1`.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct GroupSubmittedV1 {
    group: Uuid,
    #[cfg_attr(test, schemars(with = "form::Program"))]
    program: String,
    policy: PolicyV1,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    contact: Option<ContactV1>,
    size: u32,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    refused: Vec<RefusedV1>,
}

#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
enum PolicyV1 {
    Together,
    Partial,
}

/// Whom to ask: a block, and the person whose keys open it.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
struct ContactV1 {
    person: Uuid,
    #[cfg_attr(test, schemars(with = "form::Base64"))]
    sealed: String,
    #[cfg_attr(test, schemars(with = "form::Hash"))]
    commit: String,
}

#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
struct RefusedV1 {
    /// The place in the list as it came in, from 0 on.
    index: u32,
    bucket: BucketV1,
}

/// That somebody belongs to a group, as it stands in their registration.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct MembershipV1 {
    id: Uuid,
    together: bool,
}

impl From<&GroupSubmitted> for GroupSubmittedV1 {
    fn from(submitted: &GroupSubmitted) -> Self {
        Self {
            group: Uuid::from_u128(submitted.group.0),
            program: submitted.program.to_string(),
            policy: match submitted.policy {
                GroupPolicy::Together => PolicyV1::Together,
                GroupPolicy::Partial => PolicyV1::Partial,
            },
            contact: submitted.contact.as_ref().map(ContactV1::from),
            size: submitted.size,
            refused: submitted.refused.iter().map(RefusedV1::from).collect(),
        }
    }
}

impl GroupSubmittedV1 {
    pub(super) fn into_event(self) -> Result<Event, ValueError> {
        let refused = self.refused.into_iter().map(RefusedV1::into_refused);
        Ok(Event::GroupSubmitted(Box::new(GroupSubmitted {
            group: GroupId(self.group.as_u128()),
            program: program(&self.program, "program")?,
            policy: match self.policy {
                PolicyV1::Together => GroupPolicy::Together,
                PolicyV1::Partial => GroupPolicy::Partial,
            },
            contact: self.contact.map(GroupContact::try_from).transpose()?,
            size: self.size,
            refused: refused.collect::<Result<_, _>>()?,
        })))
    }
}

impl From<&GroupContact> for ContactV1 {
    fn from(contact: &GroupContact) -> Self {
        let BlockV1 { sealed, commit } = BlockV1::from(&contact.block);
        Self {
            person: Uuid::from_u128(contact.person.0),
            sealed,
            commit,
        }
    }
}

impl TryFrom<ContactV1> for GroupContact {
    type Error = ValueError;

    fn try_from(stored: ContactV1) -> Result<Self, ValueError> {
        let ContactV1 {
            person,
            sealed,
            commit,
        } = stored;
        Ok(Self {
            person: PersonId(person.as_u128()),
            block: BlockV1 { sealed, commit }.try_into()?,
        })
    }
}

impl From<&(u32, Bucket)> for RefusedV1 {
    fn from((index, bucket): &(u32, Bucket)) -> Self {
        Self {
            index: *index,
            bucket: bucket.into(),
        }
    }
}

impl RefusedV1 {
    fn into_refused(self) -> Result<(u32, Bucket), ValueError> {
        Ok((self.index, self.bucket.try_into()?))
    }
}

impl From<Membership> for MembershipV1 {
    fn from(membership: Membership) -> Self {
        Self {
            id: Uuid::from_u128(membership.group.0),
            together: membership.together,
        }
    }
}

impl From<MembershipV1> for Membership {
    fn from(stored: MembershipV1) -> Self {
        Self {
            group: GroupId(stored.id.as_u128()),
            together: stored.together,
        }
    }
}
