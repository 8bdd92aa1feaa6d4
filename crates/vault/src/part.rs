//! The personal data of a person, by class, as it is sealed.

use std::fmt;

use serde::{Serialize, de::DeserializeOwned};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::class::Class;

/// Marks the parts of a person that are sealed under the key of one class.
///
/// The canonical form is RFC 8785 JSON without absent or empty fields.
pub trait Part: Serialize + DeserializeOwned + private::Sealed {
    /// Is the class whose key seals this part.
    const CLASS: Class;
}

/// Holds how a person is reached.
#[derive(Clone, Default, PartialEq, Eq, Serialize, serde::Deserialize, Zeroize, ZeroizeOnDrop)]
pub struct Contact {
    /// E-mail address as given.
    #[serde(default, skip_serializing_if = "blank")]
    pub email: Option<String>,
    /// Phone number as given.
    #[serde(default, skip_serializing_if = "blank")]
    pub phone: Option<String>,
    /// File number under which the feeding system knows the registration.
    #[serde(default, skip_serializing_if = "blank")]
    pub source_reference: Option<String>,
}

/// Holds who a person is, as given: names are never recased.
#[derive(Clone, Default, PartialEq, Eq, Serialize, serde::Deserialize, Zeroize, ZeroizeOnDrop)]
pub struct Identity {
    /// Salutation (Anrede).
    #[serde(default, skip_serializing_if = "blank")]
    pub salutation: Option<String>,
    /// Academic title.
    #[serde(default, skip_serializing_if = "blank")]
    pub title: Option<String>,
    /// Given name.
    #[serde(default, skip_serializing_if = "blank")]
    pub given_name: Option<String>,
    /// Family name.
    #[serde(default, skip_serializing_if = "blank")]
    pub family_name: Option<String>,
    /// Function in the office.
    #[serde(default, skip_serializing_if = "blank")]
    pub function: Option<String>,
    /// Organisation unit.
    #[serde(default, skip_serializing_if = "blank")]
    pub organisation: Option<String>,
}

/// Holds what proves attendance beyond presence itself.
#[derive(Clone, Default, PartialEq, Eq, Serialize, serde::Deserialize, Zeroize, ZeroizeOnDrop)]
pub struct Evidence {
    /// Note of whoever took attendance.
    #[serde(default, skip_serializing_if = "blank")]
    pub note: Option<String>,
    /// Signature, in whatever text form it was taken.
    #[serde(default, skip_serializing_if = "blank")]
    pub signature: Option<String>,
}

/// Holds what somebody wrote in their own words.
#[derive(Clone, Default, PartialEq, Eq, Serialize, serde::Deserialize, Zeroize, ZeroizeOnDrop)]
pub struct FreeText {
    /// Accessibility, diet and other needs.
    #[serde(default, skip_serializing_if = "blank")]
    pub needs: Option<String>,
    /// Remark of the person.
    #[serde(default, skip_serializing_if = "blank")]
    pub remark: Option<String>,
    /// Free text beside a reason code.
    #[serde(default, skip_serializing_if = "blank")]
    pub reason: Option<String>,
}

mod private {
    pub trait Sealed {}
}

/// Gives a part its class and a `Debug` that shows nothing.
macro_rules! part {
    ($($part:ident),*) => {$(
        impl private::Sealed for $part {}

        impl Part for $part {
            const CLASS: Class = Class::$part;
        }

        impl fmt::Debug for $part {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($part)).finish_non_exhaustive()
            }
        }
    )*};
}

part!(Contact, Identity, Evidence, FreeText);

/// Writes the canonical form of a part, or `None` if there is nothing to seal.
pub(crate) fn canonical(part: &impl Part) -> Option<Zeroizing<Vec<u8>>> {
    let json = serde_json_canonicalizer::to_vec(part)
        .expect("a struct of optional strings has a canonical form");
    (json != b"{}").then(|| Zeroizing::new(json))
}

// The signature is serde's.
#[allow(clippy::ref_option)]
fn blank(text: &Option<String>) -> bool {
    text.as_deref().is_none_or(str::is_empty)
}

#[cfg(test)]
mod tests {
    use super::{Contact, Evidence, FreeText, Identity, Part, canonical};

    #[test]
    fn a_part_is_written_in_canonical_order_without_what_is_absent_or_empty() {
        let identity = Identity {
            salutation: None,
            title: Some(String::new()),
            given_name: Some("Anke".into()),
            family_name: Some("von der \"Heide\"".into()),
            function: None,
            organisation: None,
        };
        let json = canonical(&identity).expect("the part has a name");
        assert_eq!(
            std::str::from_utf8(&json),
            Ok(r#"{"family_name":"von der \"Heide\"","given_name":"Anke"}"#)
        );
    }

    #[test]
    fn a_part_without_content_has_no_canonical_form() {
        let empty = FreeText {
            needs: Some(String::new()),
            remark: None,
            reason: None,
        };
        assert!(canonical(&empty).is_none());
        assert!(canonical(&Contact::default()).is_none());
        assert!(canonical(&Evidence::default()).is_none());
    }

    #[test]
    fn a_part_shows_nothing_when_it_is_debugged() {
        let contact = Contact {
            email: Some("anke@example.org".into()),
            phone: None,
            source_reference: None,
        };
        assert_eq!(format!("{contact:?}"), "Contact { .. }");
    }

    #[test]
    fn each_part_names_its_class() {
        assert_eq!(Contact::CLASS.name(), "contact");
        assert_eq!(Identity::CLASS.name(), "identity");
        assert_eq!(Evidence::CLASS.name(), "evidence");
        assert_eq!(FreeText::CLASS.name(), "free_text");
    }
}
