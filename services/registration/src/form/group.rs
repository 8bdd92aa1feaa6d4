//! A group as a body states it.

use anmeldewerk_domain::{
    GroupId, LinkHash, ProgramId,
    workshop::{Channel, GroupPolicy, GroupSubmission},
};
use anmeldewerk_service::problem::Problem;
use anmeldewerk_vault::Contact;
use serde::Deserialize;
use uuid::Uuid;

#[cfg(test)]
use super::shape;
use super::{
    Faults,
    person::{PersonBody, is_email, text},
    registration::{Fields, Made},
    wish::WishBody,
};
use crate::writer::{Applicant, Party};

/// The body of a group.
#[derive(Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "GroupNew"))]
#[serde(deny_unknown_fields)]
pub(crate) struct GroupBody {
    #[cfg_attr(test, schemars(with = "shape::Program"))]
    program: String,
    policy: PolicyBody,
    contact: Option<ContactBody>,
    #[cfg_attr(test, schemars(with = "shape::List<MemberBody, 1, 100>"))]
    members: Vec<MemberBody>,
}

#[derive(Clone, Copy, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "GroupPolicy"))]
#[serde(rename_all = "snake_case")]
enum PolicyBody {
    AllOrNothing,
    Partial,
}

/// Whom to ask about the group.
#[derive(Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "GroupContactNew"))]
#[serde(deny_unknown_fields)]
struct ContactBody {
    #[cfg_attr(test, schemars(with = "Option<shape::Email>"))]
    email: Option<String>,
    #[cfg_attr(test, schemars(with = "Option<shape::MaybeLine>"))]
    phone: Option<String>,
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "GroupMemberNew"))]
#[serde(deny_unknown_fields)]
struct MemberBody {
    #[cfg_attr(test, schemars(with = "shape::Municipality"))]
    municipality: String,
    #[cfg_attr(test, schemars(with = "Option<shape::MaybeReference>"))]
    source_reference: Option<String>,
    person: PersonBody,
    #[serde(default)]
    #[cfg_attr(test, schemars(with = "shape::Wishes"))]
    wishes: Vec<WishBody>,
    #[cfg_attr(test, schemars(with = "shape::Notice"))]
    privacy_notice: u32,
}

/// What was made for a new group.
pub(crate) struct MadeGroup {
    pub(crate) group: Uuid,
    pub(crate) channel: Channel,
    /// The id and the secret's hash for each member.
    pub(crate) members: Vec<(Uuid, LinkHash)>,
}

impl GroupBody {
    /// Says whether only a program could have sent it: the public has no references.
    pub(crate) fn is_of_a_program(&self) -> bool {
        let mut members = self.members.iter();
        members.any(|member| member.source_reference.is_some())
    }

    /// Says how many members there are.
    pub(crate) fn size(&self) -> usize {
        self.members.len()
    }

    /// Reads the group, or says everything that is wrong with it.
    pub(crate) fn party(&self, made: &MadeGroup) -> Result<Party, Problem> {
        let mut faults = Faults::default();
        let program = faults.need("/program", ProgramId::new(&self.program), "invalid_program");
        if self.members.is_empty() {
            faults.add("/members", "empty");
        }
        if self.members.len() > GroupSubmission::MAX_MEMBERS {
            faults.add("/members", "too_many");
            return faults.finish(None);
        }
        let contact = self
            .contact
            .as_ref()
            .map(|contact| contact.read(&mut faults));
        let members = self.members(&mut faults, program.as_ref(), made);
        faults.finish(members.map(|members| Party {
            group: GroupId(made.group.as_u128()),
            policy: self.policy.into(),
            contact: contact.unwrap_or_default(),
            members,
        }))
    }

    fn members(
        &self,
        faults: &mut Faults,
        program: Option<&ProgramId>,
        made: &MadeGroup,
    ) -> Option<Vec<Applicant>> {
        let each = self.members.iter().zip(&made.members).enumerate();
        let members = each.map(|(index, (member, (registration, link)))| {
            let made = Made {
                registration: *registration,
                link: *link,
                channel: made.channel,
            };
            let read = |faults: &mut Faults| member.fields().applicant(faults, program, &made);
            faults.within(&format!("/members/{index}"), read)
        });
        members.collect::<Vec<_>>().into_iter().collect()
    }
}

impl MemberBody {
    fn fields(&self) -> Fields<'_> {
        Fields {
            municipality: &self.municipality,
            source_reference: self.source_reference.as_deref(),
            person: &self.person,
            wishes: &self.wishes,
            privacy_notice: self.privacy_notice,
            overriding: None,
        }
    }
}

impl ContactBody {
    fn read(&self, faults: &mut Faults) -> Contact {
        let email = text(self.email.as_deref());
        if email.as_deref().is_some_and(|email| !is_email(email)) {
            faults.add("/contact/email", "invalid_email");
        }
        faults.maybe_line("/contact/phone", self.phone.as_deref());
        Contact {
            email,
            phone: text(self.phone.as_deref()),
            source_reference: None,
        }
    }
}

impl From<PolicyBody> for GroupPolicy {
    fn from(policy: PolicyBody) -> Self {
        match policy {
            PolicyBody::AllOrNothing => Self::Together,
            PolicyBody::Partial => Self::Partial,
        }
    }
}
