//! What shall be known of a registration, or who comes in its place, as a body states it.

use anmeldewerk_domain::{
    LinkHash, MunicipalityKey, RegistrationId, ReportingId,
    workshop::{Amender, Channel, Reason},
};
use anmeldewerk_service::problem::Problem;
use serde::Deserialize;
use uuid::Uuid;

#[cfg(test)]
use super::shape;
use super::{
    Faults,
    patch::Patch,
    person::{PersonBody, PersonPatch},
    reason::ReasonBody,
    wish::{self, WishBody},
};
use crate::{
    fresh,
    writer::{Revision, Successor},
};

/// The body of an amendment: a merge patch (RFC 7396).
#[derive(Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "RegistrationPatch"))]
#[serde(default, deny_unknown_fields)]
pub(crate) struct AmendBody {
    #[cfg_attr(test, schemars(with = "shape::Municipality"))]
    municipality: Patch<String>,
    #[cfg_attr(test, schemars(with = "PersonPatch"))]
    person: Patch<PersonPatch>,
    #[cfg_attr(test, schemars(with = "Option<shape::Wishes>"))]
    wishes: Patch<Vec<WishBody>>,
    #[cfg_attr(test, schemars(with = "shape::Notice"))]
    privacy_notice: Patch<u32>,
}

impl AmendBody {
    /// Reads what shall be other, or says everything that is wrong.
    pub(crate) fn revision(
        &self,
        registration: RegistrationId,
        by: Amender,
    ) -> Result<Revision, Problem> {
        let mut faults = Faults::default();
        let key = self.municipality.unless_null(&mut faults, "/municipality");
        let municipality = municipality(&mut faults, key.map(String::as_str));
        let notice = self
            .privacy_notice
            .unless_null(&mut faults, "/privacy_notice");
        if notice == Some(&0) {
            faults.add("/privacy_notice", "out_of_range");
        }
        let wishes = self.wishes.is_stated().then(|| {
            let stated = self.wishes.value().map_or(&[][..], Vec::as_slice);
            wish::wishes(&mut faults, stated)
        });
        let person = self.person.unless_null(&mut faults, "/person");
        if let Some(person) = person {
            person.check(&mut faults);
        }
        let revision = faults.finish(Some(Revision {
            registration,
            by,
            municipality,
            wishes,
            privacy_notice: notice.copied(),
            personal: person.cloned().map(Box::new),
        }))?;
        match person {
            Some(person) if by == Amender::Participant => person.for_participant()?,
            _ => {}
        }
        Ok(revision)
    }
}

/// The body of a substitution.
#[derive(Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Substitution"))]
#[serde(deny_unknown_fields)]
pub(crate) struct SubstituteBody {
    /// Nothing means that of the one who gives the place up.
    #[cfg_attr(test, schemars(with = "Option<shape::Municipality>"))]
    municipality: Option<String>,
    person: PersonBody,
    #[cfg_attr(test, schemars(with = "shape::Notice"))]
    privacy_notice: u32,
    /// Needed of the host's office, where it is late or across municipalities.
    reason: Option<ReasonBody>,
}

/// What was made for a substitution.
pub(crate) struct MadeSuccessor {
    pub(crate) registration: RegistrationId,
    pub(crate) successor: Uuid,
    pub(crate) link: LinkHash,
    pub(crate) channel: Channel,
}

impl SubstituteBody {
    /// Gives the reason, where one was stated.
    pub(crate) fn reason(&self) -> Option<Reason> {
        self.reason.map(Into::into)
    }

    /// Reads who comes in whose place, or says everything that is wrong.
    pub(crate) fn successor(&self, made: &MadeSuccessor) -> Result<Successor, Problem> {
        let mut faults = Faults::default();
        let municipality = municipality(&mut faults, self.municipality.as_deref());
        if self.privacy_notice == 0 {
            faults.add("/privacy_notice", "out_of_range");
        }
        let personal = self.person.personal(&mut faults, None);
        faults.finish(personal.map(|personal| Successor {
            registration: made.registration,
            new: RegistrationId(made.successor.as_u128()),
            reporting: ReportingId(fresh::random_id().as_u128()),
            numbers: fresh::numbers(),
            municipality,
            channel: made.channel,
            privacy_notice: self.privacy_notice,
            link: made.link,
            reason: self.reason(),
            personal,
            fresh_person: fresh::random_id(),
        }))
    }
}

fn municipality(faults: &mut Faults, stated: Option<&str>) -> Option<MunicipalityKey> {
    let key = MunicipalityKey::new(stated?);
    faults.need("/municipality", key, "invalid_municipality")
}
