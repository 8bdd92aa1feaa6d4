//! What is asked of a boundary, as far as it is known before its state is.

use anmeldewerk_domain::{
    Command, GroupId, LinkHash, MunicipalityKey, Number, ReferenceHash, RegistrationId,
    ReportingId,
    workshop::{Amender, Application, Canceller, Channel, GroupPolicy, Reason, Wishes},
};
use anmeldewerk_vault::{Contact, FreeText, Identity};
use uuid::Uuid;

use crate::form::{
    attendance::Sheet,
    person::{PersonPatch, is_nobody},
    schedule::ScheduleBody,
    workshop::WorkshopBody,
};

/// What is asked.
pub(crate) enum Wish {
    /// A command that needs nothing more.
    Ready(Command),
    /// A wish about a registration that exists, and more that is said about its reason.
    Noted(Box<Wish>, Note),
    /// Other settings, on those that there are.
    Restate(Box<WorkshopBody>),
    /// Another time, in the workshop's own time zone.
    Postpone(Box<ScheduleBody>),
    /// Who was there, in the workshop's own time zone.
    Attend(Box<Sheet>),
    /// A registration, whose person is yet to be found or made.
    Register(Box<Applicant>),
    /// The same, or an amendment where the source reference is known.
    Put(Box<Applicant>),
    /// A group of registrations.
    RegisterGroup(Box<Party>),
    /// An amendment of what is known.
    Revise(Box<Revision>),
    /// Somebody in another's place.
    Substitute(Box<Successor>),
    /// The end of the registration with this source reference.
    CancelReferred(ReferenceHash, Canceller),
}

/// What somebody says about a reason, in their own words.
pub(crate) struct Note(pub(crate) FreeText);

/// Who somebody is, in clear; wiped when dropped.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Personal {
    pub(crate) identity: Identity,
    pub(crate) contact: Contact,
    pub(crate) free_text: FreeText,
    /// A seat kept for nobody in particular (`N.N.`).
    pub(crate) placeholder: bool,
}

impl Personal {
    /// Gives the name by which a person is known again.
    pub(crate) fn name(&self) -> String {
        let names = [&self.identity.given_name, &self.identity.family_name];
        let names: Vec<&str> = names.into_iter().flatten().map(String::as_str).collect();
        names.join(" ")
    }

    /// Says whether the name is that of nobody in particular.
    pub(crate) fn is_placeholder(&self) -> bool {
        let identity = &self.identity;
        let family = identity.family_name.as_deref().unwrap_or("");
        is_nobody(identity.given_name.as_deref(), family)
    }
}

/// Who is to be registered, and for what.
pub(crate) struct Applicant {
    pub(crate) application: Application,
    pub(crate) personal: Personal,
    /// The person's id, if one has to be made.
    pub(crate) fresh_person: Uuid,
}

/// A group that is to be registered.
pub(crate) struct Party {
    pub(crate) group: GroupId,
    pub(crate) policy: GroupPolicy,
    /// Whom to ask about it.
    pub(crate) contact: Contact,
    pub(crate) members: Vec<Applicant>,
}

/// What shall be known of a registration.
pub(crate) struct Revision {
    pub(crate) registration: RegistrationId,
    pub(crate) by: Amender,
    pub(crate) municipality: Option<MunicipalityKey>,
    pub(crate) wishes: Option<Vec<Wishes>>,
    pub(crate) privacy_notice: Option<u32>,
    /// What shall be other about the person.
    pub(crate) personal: Option<Box<PersonPatch>>,
}

/// Who is to come in another's place.
pub(crate) struct Successor {
    pub(crate) registration: RegistrationId,
    pub(crate) new: RegistrationId,
    pub(crate) reporting: ReportingId,
    pub(crate) numbers: [Number; 3],
    /// Nothing means that of the one who gives the place up.
    pub(crate) municipality: Option<MunicipalityKey>,
    pub(crate) channel: Channel,
    pub(crate) privacy_notice: u32,
    pub(crate) link: LinkHash,
    pub(crate) reason: Option<Reason>,
    pub(crate) personal: Personal,
    pub(crate) fresh_person: Uuid,
}
