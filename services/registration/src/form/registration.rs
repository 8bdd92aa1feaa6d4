//! A registration as a body states it.

use std::fmt;

use anmeldewerk_domain::{
    LinkHash, MunicipalityKey, ProgramId, ReferenceHash, RegistrationId, ReportingId, TopicCode,
    workshop::{Application, CancelReason, Channel, Slot, Wishes},
};
use anmeldewerk_service::problem::Problem;
use anmeldewerk_vault::{Contact, FreeText, Identity};
use ring::digest::{Context, SHA256};
use serde::{
    Deserialize, Deserializer,
    de::{self, MapAccess, Visitor, value::MapAccessDeserializer},
};
use uuid::Uuid;

use super::{Faults, workshop::slot};
use crate::{fresh, writer::Applicant};

/// The longest text about needs, in characters.
const NEEDS_CHARS: usize = 2_000;
/// The longest e-mail address (RFC 5321).
const EMAIL_CHARS: usize = 254;
/// The longest source reference, in characters.
const REFERENCE_CHARS: usize = 100;
/// The most topics in one list; the workshop's own limit is lower.
const MOST_TOPICS: usize = 100;

/// The body of a submission.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RegistrationBody {
    program: String,
    municipality: String,
    source_reference: Option<String>,
    person: PersonBody,
    #[serde(default)]
    wishes: Vec<WishBody>,
    privacy_notice: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PersonBody {
    salutation: Option<String>,
    title: Option<String>,
    given_name: Option<String>,
    family_name: String,
    email: Option<String>,
    phone: Option<String>,
    function: Option<String>,
    organisation: Option<String>,
    needs: Option<String>,
}

/// One of the wishes: all those for one slot, or a topic for the first slot.
enum WishBody {
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
#[serde(deny_unknown_fields)]
struct SlotBody {
    slot: u8,
    ranked: Vec<String>,
    #[serde(default)]
    vetoes: Vec<String>,
}

/// What was made for a new registration.
pub(crate) struct Made {
    pub(crate) registration: Uuid,
    pub(crate) link: LinkHash,
    pub(crate) channel: Channel,
}

impl RegistrationBody {
    /// Reads who is to be registered for what, or says everything that is wrong.
    pub(crate) fn applicant(&self, made: &Made) -> Result<Applicant, Problem> {
        let mut faults = Faults::default();
        let application = self.application(&mut faults, made);
        self.person.check(&mut faults);
        let application = faults.finish(application)?;
        Ok(Applicant {
            application,
            identity: self.person.identity(),
            contact: self.contact(),
            free_text: self.person.free_text(),
            fresh_person: fresh::random_id(),
            placeholder: self.person.is_placeholder(),
        })
    }

    fn application(&self, faults: &mut Faults, made: &Made) -> Option<Application> {
        let program = faults.need("/program", ProgramId::new(&self.program), "invalid_program");
        let municipality = MunicipalityKey::new(&self.municipality);
        let municipality = faults.need("/municipality", municipality, "invalid_municipality");
        let reference = text(self.source_reference.as_deref());
        if reference
            .as_deref()
            .is_some_and(|text| !is_line(text, REFERENCE_CHARS))
        {
            faults.add("/source_reference", "invalid_text");
        }
        if self.privacy_notice == 0 {
            faults.add("/privacy_notice", "out_of_range");
        }
        let wishes = wishes(faults, &self.wishes);
        let program = program?;
        Some(Application {
            registration: RegistrationId(made.registration.as_u128()),
            reporting: ReportingId(fresh::random_id().as_u128()),
            numbers: fresh::numbers(),
            reference: reference.map(|reference| reference_hash(&program, &reference)),
            program,
            municipality: municipality?,
            channel: made.channel,
            wishes,
            privacy_notice: self.privacy_notice,
            link: made.link,
        })
    }

    fn contact(&self) -> Contact {
        Contact {
            email: text(self.person.email.as_deref()),
            phone: text(self.person.phone.as_deref()),
            source_reference: text(self.source_reference.as_deref()),
        }
    }
}

/// Hashes a source reference, so that the log knows it again and does not show it.
fn reference_hash(program: &ProgramId, reference: &str) -> ReferenceHash {
    let mut context = Context::new(&SHA256);
    context.update(b"aw/reference/v1");
    context.update(program.as_str().as_bytes());
    context.update(&[0]);
    context.update(reference.as_bytes());
    let digest = context.finish();
    ReferenceHash(digest.as_ref().try_into().expect("SHA-256 gives 32 bytes"))
}

impl PersonBody {
    fn check(&self, faults: &mut Faults) {
        let lines = [
            ("/person/salutation", &self.salutation),
            ("/person/title", &self.title),
            ("/person/given_name", &self.given_name),
            ("/person/phone", &self.phone),
            ("/person/function", &self.function),
            ("/person/organisation", &self.organisation),
        ];
        for (pointer, line) in lines {
            faults.maybe_line(pointer, line.as_deref());
        }
        faults.line("/person/family_name", &self.family_name);
        let unnamed = text(self.given_name.as_deref()).is_none();
        if unnamed && !self.is_placeholder() {
            faults.add("/person/given_name", "missing_field");
        }
        if text(self.email.as_deref()).is_some_and(|email| !is_email(&email)) {
            faults.add("/person/email", "invalid_email");
        }
        let needs = faults.prose("/person/needs", self.needs.as_deref().unwrap_or(""));
        if needs.is_some_and(|needs| needs.as_str().chars().count() > NEEDS_CHARS) {
            faults.add("/person/needs", "too_long");
        }
    }

    fn identity(&self) -> Identity {
        Identity {
            salutation: text(self.salutation.as_deref()),
            title: text(self.title.as_deref()),
            given_name: text(self.given_name.as_deref()),
            family_name: text(Some(&self.family_name)),
            function: text(self.function.as_deref()),
            organisation: text(self.organisation.as_deref()),
        }
    }

    fn free_text(&self) -> FreeText {
        let mut free_text = FreeText::default();
        free_text.needs = text(self.needs.as_deref());
        free_text
    }

    /// Says whether the seat is kept for nobody in particular yet.
    fn is_placeholder(&self) -> bool {
        let is_nobody = |name: &str| {
            let letters: String = name.chars().filter(|c| c.is_alphanumeric()).collect();
            letters.eq_ignore_ascii_case("nn") && name.len() <= 6
        };
        let given = self.given_name.as_deref().unwrap_or("").trim();
        is_nobody(self.family_name.trim()) && (given.is_empty() || is_nobody(given))
    }
}

/// Reads wishes: either all by slot, or all plain topics for the first slot.
fn wishes(faults: &mut Faults, bodies: &[WishBody]) -> Vec<Wishes> {
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

/// Keeps a text as given, without the white space around it; nothing where nothing is left.
fn text(given: Option<&str>) -> Option<String> {
    let trimmed = given?.trim();
    (!trimmed.is_empty()).then(|| trimmed.to_owned())
}

fn is_line(text: &str, chars: usize) -> bool {
    text.chars().count() <= chars && !text.chars().any(char::is_control)
}

/// Says whether it could be an address: something before and after one `@`, a dot behind it.
fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else {
        return false;
    };
    let shaped = !local.is_empty() && domain.contains('.') && !domain.starts_with('.');
    let odd = |c: char| {
        c.is_whitespace()
            || matches!(c, ',' | ';' | '<' | '>' | '"')
            || !c.is_ascii() && !c.is_alphanumeric()
    };
    shaped
        && is_line(text, EMAIL_CHARS)
        && !text.chars().any(odd)
        && !domain.contains("..")
        && !domain.ends_with('.')
}

/// The body of a cancellation.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CancelBody {
    /// Required of an office; a participant needs none.
    pub(crate) reason: Option<ReasonBody>,
}

/// Why a registration is cancelled.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ReasonBody {
    Withdrawn,
    Illness,
    Duty,
    Mistake,
    Other,
}

impl From<ReasonBody> for CancelReason {
    fn from(reason: ReasonBody) -> Self {
        match reason {
            ReasonBody::Withdrawn => Self::Withdrawn,
            ReasonBody::Illness => Self::Illness,
            ReasonBody::Duty => Self::Duty,
            ReasonBody::Mistake => Self::Mistake,
            ReasonBody::Other => Self::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_have_one_shape() {
        for good in ["a@b.de", "bildungsbuero@example.org", "a@b@c.de"] {
            assert!(is_email(good), "{good}");
        }
        for bad in [
            "",
            "a",
            "@b.de",
            "a@b",
            "a b@c.de",
            "a@.de",
            "a@b.",
            "a\n@b.de",
            "<a@b.de>",
            "a@b.de,c@d.de",
            "a@b..de",
            "\u{202e}a@b.de",
        ] {
            assert!(!is_email(bad), "{bad}");
        }
    }

    #[test]
    fn a_seat_for_nobody_in_particular_is_known_by_its_name() {
        let person = |given: Option<&str>, family: &str| PersonBody {
            salutation: None,
            title: None,
            given_name: given.map(str::to_owned),
            family_name: family.to_owned(),
            email: None,
            phone: None,
            function: None,
            organisation: None,
            needs: None,
        };
        assert!(person(None, "N.N.").is_placeholder());
        assert!(person(Some(""), "n. n.").is_placeholder());
        assert!(person(Some("N.N."), "N.N.").is_placeholder());
        assert!(!person(Some("Nina"), "N.N.").is_placeholder());
        assert!(!person(None, "Nannen").is_placeholder());
    }

    #[test]
    fn one_reference_of_two_programs_has_two_hashes() {
        let program = |slug| ProgramId::new(slug).expect("a slug");
        let hash = |slug, reference| reference_hash(&program(slug), reference);
        assert_ne!(hash("mv", "1"), hash("sh", "1"));
        assert_ne!(hash("mv", "1"), hash("mv", "2"));
        assert_eq!(hash("mv", "1"), hash("mv", "1"));
    }
}
