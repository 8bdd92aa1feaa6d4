//! Under which name bytes are kept.

use anmeldewerk_contract::{hex, parse_hex32};
use anmeldewerk_domain::{WorkshopId, workshop::ContentHash};
use data_encoding::BASE64URL;
use uuid::Uuid;

use crate::store::BUCKET;

/// Whose bytes, and which.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// The workshop.
    pub workshop: WorkshopId,
    /// Their hash.
    pub content: ContentHash,
}

impl Key {
    /// Gives the name in the object store.
    ///
    /// ```
    /// use anmeldewerk_documents::Key;
    /// use anmeldewerk_domain::{WorkshopId, workshop::ContentHash};
    ///
    /// let key = Key { workshop: WorkshopId(7), content: ContentHash([0xab; 32]) };
    /// assert_eq!(Key::parse(&key.name()), Some(key));
    /// assert!(key.name().starts_with("00000000-0000-0000-0000-000000000007/abab"));
    /// ```
    pub fn name(&self) -> String {
        let workshop = Uuid::from_u128(self.workshop.0);
        format!("{workshop}/{}", hex(&self.content.0))
    }

    /// Reads a name; one that is not of this form is somebody else's.
    pub fn parse(name: &str) -> Option<Self> {
        let (workshop, content) = name.split_once('/')?;
        let key = Self {
            workshop: WorkshopId(Uuid::try_parse(workshop).ok()?.as_u128()),
            content: ContentHash(parse_hex32(content)?),
        };
        (key.name() == name).then_some(key)
    }

    /// Gives the digest as object stores write it.
    pub(crate) fn digest(&self) -> String {
        format!("SHA-256={}", BASE64URL.encode(&self.content.0))
    }

    /// Gives the subject on which is said what is kept.
    pub(crate) fn subject(&self) -> String {
        format!("$O.{BUCKET}.M.{}", BASE64URL.encode(self.name().as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_another_form_is_somebody_elses() {
        let hash = "ab".repeat(32);
        let workshop = "01927f3a-0000-7000-8000-000000000001";
        assert!(Key::parse(&format!("{workshop}/{hash}")).is_some());
        for name in [
            String::new(),
            hash.clone(),
            format!("{workshop}/"),
            format!("{workshop}/{}", hash.to_uppercase()),
            format!("{}/{hash}", workshop.to_uppercase()),
            format!("{}/{hash}", workshop.replace('-', "")),
            format!("{workshop}/{hash}/x"),
        ] {
            assert_eq!(Key::parse(&name), None, "{name}");
        }
    }
}
