use std::{
    collections::BTreeMap,
    fmt,
    fs::File,
    io::{self, Read},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use aes_gcm::Aes256Gcm;
use data_encoding::HEXLOWER_PERMISSIVE;
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::{
    cipher::{self, Bond, NONCE, TAG},
    class::Class,
    data_key::{DataKeys, KEY, SecretKey},
    fault::Fault,
};

/// Is the length of a wrapped key: nonce, key, tag.
pub(crate) const WRAPPED: usize = NONCE + KEY + TAG;

/// Is a key under the key-encryption key.
pub(crate) type Wrapped = [u8; WRAPPED];

const FILE_LIMIT_BYTES: u64 = 64 * 1024;

/// Wraps and unwraps the keys of persons and programs under the generations of
/// the key-encryption key.
///
/// A wrapped key is nonce (12) ‖ AES-256-GCM of the key (32) ‖ tag (16), bound to
/// its generation and to whose key it is, so it fits in no other row or column.
pub struct KeyEncryption {
    generations: BTreeMap<i32, Aes256Gcm>,
    current: i32,
}

/// Says why a key file was not accepted. The file's content is never repeated.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// The file could not be read.
    #[error("the key file {} could not be read", path.display())]
    Unreadable {
        /// Where it was looked for.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// Others than its owner may read or write the file.
    #[error("the key file {} has mode {mode:03o}; it must be 600: chmod 600 it", path.display())]
    Exposed {
        /// Which file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// A line is not a generation, a blank and 64 hexadecimal digits, or its generation stands twice.
    #[error(
        "line {line} of the key file is not `<generation> <64 hex digits>` with a new generation"
    )]
    Line {
        /// Which line, counted from 1.
        line: usize,
    },
    /// The file holds no key.
    #[error("the key file holds no key")]
    Empty,
}

/// Names whose key is wrapped.
#[derive(Clone, Copy)]
pub(crate) enum Owner<'a> {
    Person(Uuid, Class),
    Index(&'a str),
}

impl KeyEncryption {
    /// Loads the generations from a file of lines `<generation> <64 hex digits>`.
    ///
    /// The highest generation wraps, all of them unwrap. The file must be
    /// accessible to its owner alone.
    pub fn load(path: &Path) -> Result<Self, KeyFileError> {
        let unreadable = |source| KeyFileError::Unreadable {
            path: path.to_owned(),
            source,
        };
        let file = File::open(path).map_err(unreadable)?;
        let mode = file.metadata().map_err(unreadable)?.permissions().mode() & 0o777;
        if mode & 0o077 != 0 {
            let path = path.to_owned();
            return Err(KeyFileError::Exposed { path, mode });
        }
        let text = read(file).map_err(unreadable)?;
        Self::parse(&text)
    }

    /// Wraps four keys of a person under the current generation.
    pub(crate) fn wrap_person(&self, person: Uuid, keys: &DataKeys) -> Result<[Wrapped; 4], Fault> {
        let wrap = |class| self.wrap(Owner::Person(person, class), keys.key(class));
        let [contact, identity, evidence, free_text] = Class::ALL;
        Ok([
            wrap(contact)?,
            wrap(identity)?,
            wrap(evidence)?,
            wrap(free_text)?,
        ])
    }

    /// Unwraps the four keys of a person, given in the order of [`Class::ALL`].
    pub(crate) fn unwrap_person(
        &self,
        person: Uuid,
        generation: i32,
        wrapped: &[Vec<u8>],
    ) -> Result<DataKeys, Fault> {
        let unwrap = |class: Class, at: usize| {
            let bytes = wrapped.get(at).map_or(&[][..], Vec::as_slice);
            self.unwrap(Owner::Person(person, class), generation, bytes)
        };
        let [contact, identity, evidence, free_text] = Class::ALL;
        Ok(DataKeys::new([
            unwrap(contact, 0)?,
            unwrap(identity, 1)?,
            unwrap(evidence, 2)?,
            unwrap(free_text, 3)?,
        ]))
    }

    /// Returns the generation under which new keys are wrapped.
    pub(crate) fn current(&self) -> i32 {
        self.current
    }

    /// Wraps one key under the current generation.
    pub(crate) fn wrap(&self, owner: Owner<'_>, key: &SecretKey) -> Result<Wrapped, Fault> {
        let nonce = cipher::nonce()?;
        let mut wrapped = [0; WRAPPED];
        wrapped[..NONCE].copy_from_slice(&nonce);
        wrapped[NONCE..NONCE + KEY].copy_from_slice(key.bytes());
        let bond = Bond {
            cipher: self.cipher(self.current)?,
            bound_to: &owner.bound_to(self.current),
        };
        let tag = bond.encrypt(nonce, &mut wrapped[NONCE..NONCE + KEY]);
        wrapped[NONCE + KEY..].copy_from_slice(&tag);
        Ok(wrapped)
    }

    /// Unwraps one key that was wrapped under a generation.
    pub(crate) fn unwrap(
        &self,
        owner: Owner<'_>,
        generation: i32,
        wrapped: &[u8],
    ) -> Result<SecretKey, Fault> {
        let bond = Bond {
            cipher: self.cipher(generation)?,
            bound_to: &owner.bound_to(generation),
        };
        open_wrapped(&bond, wrapped).ok_or_else(|| owner.damaged())
    }

    fn cipher(&self, generation: i32) -> Result<&Aes256Gcm, Fault> {
        self.generations
            .get(&generation)
            .ok_or(Fault::UnknownGeneration { generation })
    }

    pub(crate) fn parse(text: &str) -> Result<Self, KeyFileError> {
        let mut generations = BTreeMap::new();
        for (at, line) in text.lines().enumerate() {
            if line.trim().is_empty() {
                continue;
            }
            let fresh = parse_line(line).is_some_and(|(generation, key)| {
                generations.insert(generation, key.cipher()).is_none()
            });
            if !fresh {
                return Err(KeyFileError::Line { line: at + 1 });
            }
        }
        let current = *generations.keys().next_back().ok_or(KeyFileError::Empty)?;
        Ok(Self {
            generations,
            current,
        })
    }
}

impl fmt::Debug for KeyEncryption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyEncryption")
            .field("current", &self.current)
            .finish_non_exhaustive()
    }
}

impl Owner<'_> {
    /// Writes what a wrapped key is bound to: `"aw/wrap/v1"` ‖ generation ‖ then
    /// either 0 ‖ person ‖ class, or 1 ‖ program.
    fn bound_to(self, generation: i32) -> Vec<u8> {
        let mut bytes = b"aw/wrap/v1".to_vec();
        bytes.extend(generation.to_be_bytes());
        match self {
            Self::Person(person, class) => {
                bytes.push(0);
                bytes.extend(person.as_bytes());
                bytes.push(class.code());
            }
            Self::Index(program) => {
                bytes.push(1);
                bytes.extend(program.as_bytes());
            }
        }
        bytes
    }

    fn damaged(self) -> Fault {
        match self {
            Self::Person(person, class) => Fault::DamagedKey { person, class },
            Self::Index(program) => Fault::DamagedIndexKey {
                program: program.to_owned(),
            },
        }
    }
}

fn open_wrapped(bond: &Bond<'_>, wrapped: &[u8]) -> Option<SecretKey> {
    let (nonce, rest) = wrapped.split_first_chunk::<NONCE>()?;
    let (sealed, tag) = rest.split_first_chunk::<KEY>()?;
    let tag: [u8; TAG] = tag.try_into().ok()?;
    let mut key = SecretKey::zero();
    key.bytes_mut().copy_from_slice(sealed);
    bond.decrypt(*nonce, key.bytes_mut(), tag)?;
    Some(key)
}

/// Reads at most [`FILE_LIMIT_BYTES`]; room is made beforehand so that no copy stays behind.
fn read(file: File) -> io::Result<Zeroizing<String>> {
    let length = file.metadata()?.len().min(FILE_LIMIT_BYTES);
    let room = usize::try_from(length).unwrap_or_default() + 1;
    let mut text = Zeroizing::new(String::with_capacity(room));
    file.take(length).read_to_string(&mut text)?;
    Ok(text)
}

fn parse_line(line: &str) -> Option<(i32, SecretKey)> {
    let (generation, hex) = line.trim().split_once(' ')?;
    let generation = generation.parse().ok().filter(|&number| number > 0)?;
    let hex = hex.trim().as_bytes();
    let mut key = SecretKey::zero();
    if hex.len() != 2 * KEY {
        return None;
    }
    HEXLOWER_PERMISSIVE.decode_mut(hex, key.bytes_mut()).ok()?;
    Some((generation, key))
}

#[cfg(test)]
mod tests {
    use std::{
        fs::{self, Permissions},
        os::unix::fs::PermissionsExt,
        path::PathBuf,
    };

    use uuid::Uuid;

    use super::{KeyEncryption, KeyFileError, Owner};
    use crate::{
        class::Class,
        data_key::{DataKeys, SecretKey},
        fault::Fault,
    };

    fn one(generation: i32) -> String {
        format!("{generation} {}\n", "0f".repeat(32))
    }

    fn file(name: &str, text: &str, mode: u32) -> PathBuf {
        let path = std::env::temp_dir().join(format!("{name}-{}", std::process::id()));
        fs::write(&path, text).expect("the temporary folder is writable");
        fs::set_permissions(&path, Permissions::from_mode(mode)).expect("the file is ours");
        path
    }

    #[test]
    fn a_file_of_its_owner_alone_is_loaded_and_the_highest_generation_is_current() {
        let path = file("kek-right", &format!("{}\n{}", one(2), one(1)), 0o600);
        let kek = KeyEncryption::load(&path).expect("the file is right");
        assert_eq!(kek.current(), 2);
        assert_eq!(format!("{kek:?}"), "KeyEncryption { current: 2, .. }");
        fs::remove_file(path).expect("the file is ours");
    }

    #[test]
    fn a_file_that_others_can_read_is_refused_with_its_mode() {
        for mode in [0o640, 0o604, 0o620, 0o666] {
            let path = file("kek-exposed", &one(1), mode);
            let error = KeyEncryption::load(&path).expect_err("the file is exposed");
            assert!(
                error.to_string().contains(&format!("{mode:03o}")),
                "{error}"
            );
            assert!(matches!(error, KeyFileError::Exposed { .. }));
            fs::remove_file(path).expect("the file is ours");
        }
    }

    #[test]
    fn a_missing_file_is_named() {
        let error = KeyEncryption::load("/nowhere/kek".as_ref()).expect_err("there is no file");
        assert_eq!(
            error.to_string(),
            "the key file /nowhere/kek could not be read"
        );
    }

    #[test]
    fn a_malformed_line_is_named_by_its_number_and_never_repeated() {
        let secret = "0f".repeat(32);
        for bad in [
            format!("0 {secret}"),
            format!("-1 {secret}"),
            format!("1 {secret}"),
            format!("2 {secret}0f"),
            format!("2 {}", "0g".repeat(32)),
            secret.clone(),
        ] {
            let error = KeyEncryption::parse(&format!("{}{bad}", one(1)))
                .expect_err("the second line is wrong");
            assert!(matches!(error, KeyFileError::Line { line: 2 }), "{bad}");
            assert!(!format!("{error:?}{error}").contains("0f0f"));
        }
        assert!(matches!(
            KeyEncryption::parse("\n"),
            Err(KeyFileError::Empty)
        ));
    }

    #[test]
    fn a_wrapped_key_comes_back_and_only_for_its_owner() {
        let kek = KeyEncryption::parse(&one(1)).expect("the text is right");
        let key = SecretKey::generate().expect("there is randomness");
        let (person, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let owner = Owner::Person(person, Class::Contact);
        let wrapped = kek.wrap(owner, &key).expect("there is randomness");
        let back = kek.unwrap(owner, 1, &wrapped).expect("nothing was changed");
        assert_eq!(back.bytes(), key.bytes());
        for stranger in [
            Owner::Person(other, Class::Contact),
            Owner::Person(person, Class::Identity),
            Owner::Index("sh"),
        ] {
            assert!(kek.unwrap(stranger, 1, &wrapped).is_err());
        }
        for at in 0..wrapped.len() {
            let mut flipped = wrapped;
            flipped[at] ^= 1;
            assert!(kek.unwrap(owner, 1, &flipped).is_err(), "byte {at}");
        }
        assert!(kek.unwrap(owner, 1, &wrapped[..59]).is_err());
    }

    #[test]
    fn a_key_says_under_which_generation_it_is_and_no_other_opens_it() {
        let old = KeyEncryption::parse(&one(1)).expect("the text is right");
        let both = KeyEncryption::parse(&(one(1) + &one(2))).expect("the text is right");
        let new = KeyEncryption::parse(&one(2)).expect("the text is right");
        let person = Uuid::from_u128(7);
        let keys = DataKeys::generate().expect("there is randomness");
        let wrapped = old
            .wrap_person(person, &keys)
            .expect("there is randomness")
            .map(Vec::from);
        let back = both
            .unwrap_person(person, 1, &wrapped)
            .expect("the old generation is still there");
        assert_eq!(
            back.key(Class::FreeText).bytes(),
            keys.key(Class::FreeText).bytes()
        );
        assert!(matches!(
            both.unwrap_person(person, 2, &wrapped),
            Err(Fault::DamagedKey { .. })
        ));
        assert!(matches!(
            new.unwrap_person(person, 1, &wrapped),
            Err(Fault::UnknownGeneration { generation: 1 })
        ));
    }
}
