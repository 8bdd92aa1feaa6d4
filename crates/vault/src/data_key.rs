use std::{fmt, sync::Arc};

use aes_gcm::{Aes256Gcm, KeyInit};
use secrecy::{ExposeSecret, ExposeSecretMut, SecretBox};
use zeroize::Zeroizing;

use crate::{cipher, class::Class, fault::Fault};

pub(crate) const KEY: usize = 32;

/// Holds 256 secret bits; wiped when dropped, never shown.
pub(crate) struct SecretKey(SecretBox<[u8; KEY]>);

impl SecretKey {
    /// Draws a key from the system's generator.
    pub(crate) fn generate() -> Result<Self, Fault> {
        let mut key = Self::zero();
        cipher::fill_random(key.bytes_mut())?;
        Ok(key)
    }

    /// Makes room for a key that is written in place.
    pub(crate) fn zero() -> Self {
        Self(SecretBox::default())
    }

    pub(crate) fn bytes(&self) -> &[u8; KEY] {
        self.0.expose_secret()
    }

    pub(crate) fn bytes_mut(&mut self) -> &mut [u8; KEY] {
        self.0.expose_secret_mut()
    }

    pub(crate) fn cipher(&self) -> Aes256Gcm {
        Aes256Gcm::new(self.bytes().into())
    }
}

/// Holds the four keys of one person, one a class. Clones share the same memory,
/// which is wiped with the last of them.
#[derive(Clone)]
pub struct DataKeys(Arc<[SecretKey; 4]>);

impl DataKeys {
    /// Takes the keys in the order of [`Class::ALL`].
    pub(crate) fn new(keys: [SecretKey; 4]) -> Self {
        Self(Arc::new(keys))
    }

    /// Draws four keys from the system's generator.
    pub(crate) fn generate() -> Result<Self, Fault> {
        // One call for all four: each goes into the kernel.
        let mut drawn = Zeroizing::new([[0; KEY]; 4]);
        cipher::fill_random(drawn.as_flattened_mut())?;
        let mut keys = [(); 4].map(|()| SecretKey::zero());
        for (key, bytes) in keys.iter_mut().zip(drawn.iter()) {
            key.bytes_mut().copy_from_slice(bytes);
        }
        Ok(Self::new(keys))
    }

    pub(crate) fn key(&self, class: Class) -> &SecretKey {
        let [contact, identity, evidence, free_text] = &*self.0;
        match class {
            Class::Contact => contact,
            Class::Identity => identity,
            Class::Evidence => evidence,
            Class::FreeText => free_text,
        }
    }
}

impl fmt::Debug for DataKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DataKeys").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::DataKeys;
    use crate::class::Class;

    #[test]
    fn every_class_of_every_person_has_a_key_of_its_own() {
        let people = [(); 2].map(|()| DataKeys::generate().expect("there is randomness"));
        let mut keys: Vec<_> = people
            .iter()
            .flat_map(|keys| Class::ALL.map(|class| *keys.key(class).bytes()))
            .collect();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), 8);
    }

    #[test]
    fn keys_show_nothing_when_they_are_debugged() {
        let keys = DataKeys::generate().expect("there is randomness");
        assert_eq!(format!("{keys:?}"), "DataKeys { .. }");
    }
}
