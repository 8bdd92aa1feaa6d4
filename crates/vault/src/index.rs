//! The two keyed hashes by which a person is found again. They live in the vault
//! alone: in the log they would name an erased person by enumeration.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::{data_key::SecretKey, fault::Fault, normalise, resolve::PersonQuery, vault::Vault};

/// Is one keyed hash.
pub(crate) type Hash = [u8; 32];

/// Holds what a person is found by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Indexes {
    /// Name, municipality and e-mail: the same person.
    pub(crate) strong: Option<Hash>,
    /// Name and municipality: perhaps the same person.
    pub(crate) soft: Option<Hash>,
}

impl Vault {
    /// Computes the indexes of each query, in order; a program's key is asked for once.
    pub(crate) async fn indexes_of<'a>(
        &self,
        queries: impl Iterator<Item = &'a PersonQuery> + Clone,
    ) -> Result<Vec<Indexes>, Fault> {
        let programs: BTreeSet<&str> = queries.clone().map(|query| &*query.program).collect();
        let keys = self.index_keys_of(programs).await?;
        Ok(queries
            .map(|query| Indexes::of(query, &keys[&*query.program]))
            .collect())
    }

    async fn index_keys_of<'a>(
        &self,
        programs: BTreeSet<&'a str>,
    ) -> Result<HashMap<&'a str, Arc<SecretKey>>, Fault> {
        let mut keys = HashMap::with_capacity(programs.len());
        for program in programs {
            keys.insert(program, self.index_key(program).await?);
        }
        Ok(keys)
    }
}

impl Indexes {
    /// Computes the indexes under the program's key. A placeholder and a person
    /// without a name have none; without an e-mail there is no strong one.
    pub(crate) fn of(query: &PersonQuery, key: &SecretKey) -> Self {
        let name = normalise::name(&query.name);
        if query.placeholder || name.is_empty() {
            return Self::default();
        }
        let municipality = query.municipality.trim();
        let email = query.email.as_deref().and_then(normalise::email);
        let strong = email.map(|email| {
            hash(
                key,
                b"aw/strong/v1",
                &[name.as_str(), municipality, email.as_str()],
            )
        });
        let soft = Some(hash(key, b"aw/soft/v1", &[name.as_str(), municipality]));
        Self { strong, soft }
    }
}

/// Hashes the fields, each after its length, so that no two lists look alike.
fn hash(key: &SecretKey, label: &[u8], fields: &[&str]) -> Hash {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(key.bytes()).expect("HMAC takes a key of any length");
    mac.update(label);
    for field in fields {
        mac.update(&(field.len() as u64).to_be_bytes());
        mac.update(field.as_bytes());
    }
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::Indexes;
    use crate::{data_key::SecretKey, resolve::PersonQuery};

    fn anke() -> PersonQuery {
        PersonQuery {
            program: "sh".into(),
            name: "Anke Heide".into(),
            municipality: "01053".into(),
            email: Some("anke@example.org".into()),
            fresh_id: Uuid::nil(),
            workshop: Uuid::nil(),
            registration: Uuid::nil(),
            placeholder: false,
        }
    }

    fn indexes(change: impl FnOnce(&mut PersonQuery)) -> Indexes {
        let mut query = anke();
        change(&mut query);
        Indexes::of(&query, &SecretKey::zero())
    }

    #[test]
    fn another_spelling_has_the_same_indexes() {
        let other = indexes(|query| {
            query.name = "Dr. ANKE  Heide".into();
            query.email = Some(" Anke@Example.org".into());
        });
        assert_eq!(other, indexes(|_| ()));
    }

    #[test]
    fn another_address_has_another_strong_index_and_the_same_soft_one() {
        let other = indexes(|query| query.email = Some("buero@example.org".into()));
        assert_ne!(other.strong, indexes(|_| ()).strong);
        assert_eq!(other.soft, indexes(|_| ()).soft);
    }

    #[test]
    fn without_an_address_there_is_only_a_soft_index() {
        for absent in [None, Some("  ".to_owned())] {
            let other = indexes(|query| query.email = absent);
            assert_eq!(other.strong, None);
            assert_eq!(other.soft, indexes(|_| ()).soft);
        }
    }

    #[test]
    fn another_municipality_or_another_key_has_nothing_in_common() {
        let here = indexes(|_| ());
        let there = indexes(|query| query.municipality = "01055".into());
        let key = SecretKey::generate().expect("there is randomness");
        let elsewhere = Indexes::of(&anke(), &key);
        for other in [there, elsewhere] {
            assert_ne!(here.strong, other.strong);
            assert_ne!(here.soft, other.soft);
        }
    }

    #[test]
    fn a_letter_does_not_wander_between_fields() {
        let one = indexes(|query| query.municipality = "1x".into());
        let other = indexes(|query| {
            query.municipality = "1".into();
            query.email = Some("xanke@example.org".into());
        });
        assert_ne!(one.strong, other.strong);
    }

    #[test]
    fn a_placeholder_and_a_nameless_person_have_no_indexes() {
        assert_eq!(
            indexes(|query| query.placeholder = true),
            Indexes::default()
        );
        assert_eq!(indexes(|query| query.name = " ".into()), Indexes::default());
    }
}
