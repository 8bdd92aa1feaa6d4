//! A person as a body states them.

use anmeldewerk_contract::problem::{Code, FieldError};
use anmeldewerk_service::problem::Problem;
use anmeldewerk_vault::{Contact, FreeText, Identity};
use serde::Deserialize;

#[cfg(test)]
use super::shape;
use super::{Faults, patch::Patch};
use crate::writer::Personal;

/// The longest text about needs, in characters.
const NEEDS_CHARS: usize = 2_000;
/// The longest e-mail address (RFC 5321).
const EMAIL_CHARS: usize = 254;

/// A person.
#[derive(Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "PersonNew"))]
#[serde(deny_unknown_fields)]
pub(crate) struct PersonBody {
    #[cfg_attr(test, schemars(with = "Option<shape::MaybeLine>"))]
    salutation: Option<String>,
    #[cfg_attr(test, schemars(with = "Option<shape::MaybeLine>"))]
    title: Option<String>,
    #[cfg_attr(test, schemars(with = "Option<shape::MaybeLine>"))]
    given_name: Option<String>,
    #[cfg_attr(test, schemars(with = "shape::Line"))]
    family_name: String,
    #[cfg_attr(test, schemars(with = "Option<shape::Email>"))]
    email: Option<String>,
    #[cfg_attr(test, schemars(with = "Option<shape::MaybeLine>"))]
    phone: Option<String>,
    #[cfg_attr(test, schemars(with = "Option<shape::MaybeLine>"))]
    function: Option<String>,
    #[cfg_attr(test, schemars(with = "Option<shape::MaybeLine>"))]
    organisation: Option<String>,
    #[cfg_attr(test, schemars(with = "Option<shape::Said>"))]
    needs: Option<String>,
}

/// What shall be other about a person.
#[derive(Clone, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "PersonPatch"))]
#[serde(default, deny_unknown_fields)]
pub(crate) struct PersonPatch {
    #[cfg_attr(test, schemars(with = "Option<shape::MaybeLine>"))]
    salutation: Patch<String>,
    #[cfg_attr(test, schemars(with = "Option<shape::MaybeLine>"))]
    title: Patch<String>,
    #[cfg_attr(test, schemars(with = "Option<shape::MaybeLine>"))]
    given_name: Patch<String>,
    #[cfg_attr(test, schemars(with = "shape::Line"))]
    family_name: Patch<String>,
    #[cfg_attr(test, schemars(with = "Option<shape::Email>"))]
    email: Patch<String>,
    #[cfg_attr(test, schemars(with = "Option<shape::MaybeLine>"))]
    phone: Patch<String>,
    #[cfg_attr(test, schemars(with = "Option<shape::MaybeLine>"))]
    function: Patch<String>,
    #[cfg_attr(test, schemars(with = "Option<shape::MaybeLine>"))]
    organisation: Patch<String>,
    #[cfg_attr(test, schemars(with = "Option<shape::Said>"))]
    needs: Patch<String>,
}

impl PersonPatch {
    /// Notes what cannot be read whoever it is said of.
    pub(super) fn check(&self, faults: &mut Faults) {
        self.family_name.unless_null(faults, "/person/family_name");
    }

    /// Refuses what only an office may change.
    pub(super) fn for_participant(&self) -> Result<(), Problem> {
        let beyond = self.beyond_contact();
        if beyond.is_empty() {
            return Ok(());
        }
        let errors = beyond.iter();
        let errors = errors.map(|pointer| FieldError::new(*pointer, "not_allowed"));
        Err(Problem::new(Code::InvalidBody).errors(errors))
    }

    fn beyond_contact(&self) -> Vec<&'static str> {
        let names = [
            ("/person/salutation", &self.salutation),
            ("/person/title", &self.title),
            ("/person/given_name", &self.given_name),
            ("/person/family_name", &self.family_name),
            ("/person/function", &self.function),
            ("/person/organisation", &self.organisation),
        ];
        let stated = names.into_iter().filter(|(_, field)| field.is_stated());
        stated.map(|(pointer, _)| pointer).collect()
    }

    /// Gives the person as they are after the change; the source reference stays.
    pub(crate) fn applied(&self, before: &Personal, faults: &mut Faults) -> Option<Personal> {
        let (identity, contact) = (&before.identity, &before.contact);
        let person = PersonBody {
            salutation: changed(&self.salutation, identity.salutation.as_ref()),
            title: changed(&self.title, identity.title.as_ref()),
            given_name: changed(&self.given_name, identity.given_name.as_ref()),
            family_name: changed(&self.family_name, identity.family_name.as_ref())
                .unwrap_or_default(),
            email: changed(&self.email, contact.email.as_ref()),
            phone: changed(&self.phone, contact.phone.as_ref()),
            function: changed(&self.function, identity.function.as_ref()),
            organisation: changed(&self.organisation, identity.organisation.as_ref()),
            needs: changed(&self.needs, before.free_text.needs.as_ref()),
        };
        person.personal(faults, contact.source_reference.as_deref())
    }
}

fn changed(patch: &Patch<String>, before: Option<&String>) -> Option<String> {
    match patch {
        Patch::Absent => before.cloned(),
        Patch::Null => None,
        Patch::Value(value) => Some(value.clone()),
    }
}

impl PersonBody {
    /// Reads the person, or notes everything that is wrong.
    pub(super) fn personal(
        &self,
        faults: &mut Faults,
        source_reference: Option<&str>,
    ) -> Option<Personal> {
        let before = faults.count();
        if self.is_unnamed() {
            faults.add("/person/given_name", "missing_field");
        }
        self.check(faults);
        (faults.count() == before).then(|| Personal {
            identity: self.identity(),
            contact: Contact {
                email: text(self.email.as_deref()),
                phone: text(self.phone.as_deref()),
                source_reference: text(source_reference),
            },
            free_text: self.free_text(),
            placeholder: self.is_placeholder(),
        })
    }

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
        if text(self.email.as_deref()).is_some_and(|email| !is_email(&email)) {
            faults.add("/person/email", "invalid_email");
        }
        let needs = faults.prose("/person/needs", self.needs.as_deref().unwrap_or(""));
        if needs.is_some_and(|needs| needs.as_str().chars().count() > NEEDS_CHARS) {
            faults.add("/person/needs", "too_long");
        }
    }

    fn is_unnamed(&self) -> bool {
        text(self.given_name.as_deref()).is_none() && !self.is_placeholder()
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
        is_nobody(self.given_name.as_deref(), &self.family_name)
    }
}

/// Says whether a name is that of nobody in particular, such as `N.N.`.
pub(crate) fn is_nobody(given: Option<&str>, family: &str) -> bool {
    let stands_for_nobody = |name: &str| {
        let letters: String = name.chars().filter(|c| c.is_alphanumeric()).collect();
        letters.eq_ignore_ascii_case("nn") && name.len() <= 6
    };
    let (given, family) = (given.unwrap_or("").trim(), family.trim());
    let halves = stands_for_nobody(&format!("{given}{family}"));
    halves || stands_for_nobody(family) && (given.is_empty() || stands_for_nobody(given))
}

/// Keeps a text as given, without the white space around it; nothing where nothing is left.
pub(super) fn text(given: Option<&str>) -> Option<String> {
    let trimmed = given?.trim();
    (!trimmed.is_empty()).then(|| trimmed.to_owned())
}

pub(super) fn is_line(text: &str, chars: usize) -> bool {
    text.chars().count() <= chars && !text.chars().any(char::is_control)
}

/// Says whether it could be an address: something before and after one `@`, a dot behind it.
pub(super) fn is_email(text: &str) -> bool {
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
        assert!(person(Some("N."), "N.").is_placeholder());
        assert!(!person(Some("Nina"), "N.N.").is_placeholder());
        assert!(!person(None, "Nannen").is_placeholder());
    }
}
