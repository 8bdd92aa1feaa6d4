//! A registration as a body states it.

use anmeldewerk_domain::{
    LinkHash, MunicipalityKey, ProgramId, ReferenceHash, RegistrationId, ReportingId, TextLine,
    workshop::{Application, Channel, Reason},
};
use anmeldewerk_service::problem::Problem;
use ring::digest::{Context, SHA256};
use serde::Deserialize;
use unicode_normalization::UnicodeNormalization;
use uuid::Uuid;

#[cfg(test)]
use super::shape;
use super::{
    Faults,
    person::{PersonBody, is_line, text},
    reason::ReasonBody,
    wish::{self, WishBody},
};
use crate::{fresh, writer::Applicant};

/// The longest source reference, in characters.
const REFERENCE_CHARS: usize = 100;

/// The body of a submission.
#[derive(Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "RegistrationNew"))]
#[serde(deny_unknown_fields)]
pub(crate) struct RegistrationBody {
    #[cfg_attr(test, schemars(with = "shape::Program"))]
    program: String,
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
    #[serde(rename = "override")]
    overriding: Option<OverrideBody>,
}

/// That the host's office lets somebody in past opening, closing and buckets.
#[derive(Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Override"))]
#[serde(deny_unknown_fields)]
struct OverrideBody {
    reason: ReasonBody,
}

/// A registration as far as it is the same alone and in a group.
pub(super) struct Fields<'b> {
    pub(super) municipality: &'b str,
    pub(super) source_reference: Option<&'b str>,
    pub(super) person: &'b PersonBody,
    pub(super) wishes: &'b [WishBody],
    pub(super) privacy_notice: u32,
    pub(super) overriding: Option<Reason>,
}

/// What was made for a new registration.
pub(crate) struct Made {
    pub(crate) registration: Uuid,
    pub(crate) link: LinkHash,
    pub(crate) channel: Channel,
}

impl RegistrationBody {
    /// Says whether only a program could have sent it: the public has no references and overrides nothing.
    pub(crate) fn is_of_a_program(&self) -> bool {
        self.source_reference.is_some() || self.overriding.is_some()
    }

    /// Gives the reference that is stated.
    pub(crate) fn source_reference(&self) -> Option<&str> {
        self.source_reference.as_deref()
    }

    /// Reads who is to be registered for what, or says everything that is wrong.
    pub(crate) fn applicant(&self, made: &Made) -> Result<Applicant, Problem> {
        let mut faults = Faults::default();
        let program = faults.need("/program", ProgramId::new(&self.program), "invalid_program");
        let fields = self.fields(self.source_reference.as_deref());
        let applicant = fields.applicant(&mut faults, program.as_ref(), made);
        faults.finish(applicant)
    }

    /// Reads who is registered under a reference, which the address has stated already.
    pub(crate) fn applicant_under(
        &self,
        reference: &str,
        made: &Made,
    ) -> Result<Applicant, Problem> {
        let mut faults = Faults::default();
        let stated = self.source_reference.as_deref().map(str::trim);
        if stated.is_some_and(|stated| stated != reference.trim()) {
            faults.add("/source_reference", "not_the_same");
        }
        if self.overriding.is_some() {
            faults.add("/override", "not_allowed");
        }
        if text(Some(reference)).is_none() {
            faults.add("/source_reference", "invalid_text");
        }
        let program = faults.need("/program", ProgramId::new(&self.program), "invalid_program");
        let fields = self.fields(Some(reference));
        let applicant = fields.applicant(&mut faults, program.as_ref(), made);
        faults.finish(applicant)
    }

    fn fields<'b>(&'b self, source_reference: Option<&'b str>) -> Fields<'b> {
        Fields {
            municipality: &self.municipality,
            source_reference,
            person: &self.person,
            wishes: &self.wishes,
            privacy_notice: self.privacy_notice,
            overriding: self.overriding.as_ref().map(|it| it.reason.into()),
        }
    }
}

impl Fields<'_> {
    pub(super) fn applicant(
        &self,
        faults: &mut Faults,
        program: Option<&ProgramId>,
        made: &Made,
    ) -> Option<Applicant> {
        let municipality = MunicipalityKey::new(self.municipality);
        let municipality = faults.need("/municipality", municipality, "invalid_municipality");
        let reference = text(self.source_reference);
        if reference.as_deref().is_some_and(|text| !is_reference(text)) {
            faults.add("/source_reference", "invalid_text");
        }
        if self.privacy_notice == 0 {
            faults.add("/privacy_notice", "out_of_range");
        }
        let wishes = wish::wishes(faults, self.wishes);
        let personal = self.person.personal(faults, self.source_reference);
        let (program, personal) = (program?, personal?);
        let application = Application {
            registration: RegistrationId(made.registration.as_u128()),
            reporting: ReportingId(fresh::random_id().as_u128()),
            numbers: fresh::numbers(),
            reference: reference.map(|reference| reference_hash(program, &reference)),
            program: program.clone(),
            municipality: municipality?,
            channel: made.channel,
            wishes,
            privacy_notice: self.privacy_notice,
            has_email: personal.contact.email.is_some(),
            link: made.link,
            overriding: self.overriding,
        };
        Some(Applicant {
            application,
            personal,
            fresh_person: fresh::random_id(),
        })
    }
}

/// Says whether a text may be a file number: a line with a letter or a digit, not too long.
fn is_reference(text: &str) -> bool {
    TextLine::new(text).is_some() && is_line(text, REFERENCE_CHARS)
}

/// Hashes a source reference in its one composed form (Unicode NFC), so that the log knows it again and does not show it.
pub(crate) fn reference_hash(program: &ProgramId, reference: &str) -> ReferenceHash {
    let mut context = Context::new(&SHA256);
    context.update(b"aw/reference/v1");
    context.update(program.as_str().as_bytes());
    context.update(&[0]);
    let composed: String = reference.trim().nfc().collect();
    context.update(composed.as_bytes());
    let digest = context.finish();
    ReferenceHash(digest.as_ref().try_into().expect("SHA-256 gives 32 bytes"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_is_a_line_that_can_be_seen() {
        assert!(is_reference("AZ 4711/2019"));
        for odd in ["", "..", "\u{202e}abc", "a\nb", "\u{1f600}"] {
            assert!(!is_reference(odd), "{odd:?}");
        }
        assert!(!is_reference(&"x".repeat(101)));
    }

    #[test]
    fn one_reference_of_two_programs_has_two_hashes() {
        let program = |slug| ProgramId::new(slug).expect("a slug");
        let hash = |slug, reference| reference_hash(&program(slug), reference);
        assert_ne!(hash("mv", "1"), hash("sh", "1"));
        assert_ne!(hash("mv", "1"), hash("mv", "2"));
        assert_eq!(hash("mv", "1"), hash("mv", "1"));
        assert_eq!(
            hash("mv", "u\u{308}"),
            hash("mv", " ü "),
            "one text, however it is composed"
        );
    }
}
