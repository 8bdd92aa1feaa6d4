//! Secrets of one stack: made once, kept in files only their owner can read.

use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::{fmt, fs, io};

use data_encoding::HEXLOWER;
use ring::rand::{SecureRandom, SystemRandom};
use serde::{Deserialize, Serialize};

use crate::error::{Error, IoContext, Result};
use crate::place;

/// Passwords of the log's four users.
#[derive(Clone, Deserialize, Serialize)]
pub struct NatsPasswords {
    /// Makes the stream.
    pub provision: String,
    /// Writes the log.
    pub registration: String,
    /// Follows the log.
    pub projection: String,
    /// Hears watermarks.
    pub gateway: String,
}

/// Passwords of the databases' roles.
#[derive(Clone, Deserialize, Serialize)]
pub struct PostgresPasswords {
    /// The superuser.
    pub admin: String,
    /// `aw_owner`.
    pub owner: String,
    /// `aw_registration`.
    pub registration: String,
    /// `aw_projection`.
    pub projection: String,
    /// `aw_gateway`.
    pub gateway: String,
}

impl NatsPasswords {
    /// Makes fresh ones.
    pub fn generate() -> Self {
        Self {
            provision: password(),
            registration: password(),
            projection: password(),
            gateway: password(),
        }
    }
}

impl PostgresPasswords {
    /// Makes fresh ones.
    pub fn generate() -> Self {
        Self {
            admin: password(),
            owner: password(),
            registration: password(),
            projection: password(),
            gateway: password(),
        }
    }

    /// Uses one for all, as the server of a test run does, which several processes share by its address alone.
    pub fn all(password: &str) -> Self {
        Self {
            admin: password.to_owned(),
            owner: password.to_owned(),
            registration: password.to_owned(),
            projection: password.to_owned(),
            gateway: password.to_owned(),
        }
    }
}

impl fmt::Debug for NatsPasswords {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("NatsPasswords(…)")
    }
}

impl fmt::Debug for PostgresPasswords {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("PostgresPasswords(…)")
    }
}

/// The passwords of a stack that stays.
#[derive(Debug, Deserialize, Serialize)]
pub struct Passwords {
    /// The log's users.
    pub nats: NatsPasswords,
    /// The databases' roles.
    pub postgres: PostgresPasswords,
}

impl Passwords {
    /// Reads `passwords.json` in this folder, or makes it.
    pub fn open(folder: &Path) -> Result<Self> {
        let path = folder.join("passwords.json");
        let text = open_or_make(&path, || {
            let made = Self {
                nats: NatsPasswords::generate(),
                postgres: PostgresPasswords::generate(),
            };
            serde_json::to_vec(&made).expect("strings are always JSON")
        })?;
        serde_json::from_slice(&text).map_err(|_| Error::Malformed {
            path,
            what: "the stack's passwords",
        })
    }
}

/// Names the file with the key that wraps the persons' keys, making it if it is not there.
///
/// One line: the generation and 32 random bytes as hex, e.g. `1 3f…`.
pub fn kek_file(folder: &Path) -> Result<PathBuf> {
    let path = folder.join("kek");
    open_or_make(&path, || {
        format!("1 {}\n", HEXLOWER.encode(&random::<32>())).into_bytes()
    })?;
    Ok(path)
}

/// Reads a file, or makes it first: mode 0600, written aside and linked into place, so that it is never half there
/// and never replaced.
pub(crate) fn open_or_make(path: &Path, make: impl FnOnce() -> Vec<u8>) -> Result<Vec<u8>> {
    match fs::read(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        found => return found.doing(|| format!("read {}", path.display())),
    }
    let folder = path.parent().expect("a secret lies in a folder");
    place::make_private(folder, None)?;
    let aside = path.with_extension(format!("{}.part", std::process::id()));
    write_private(&aside, &make())?;
    match fs::hard_link(&aside, path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
            Err(error).doing(|| format!("make {}", path.display()))?;
        }
        _ => fs::remove_file(&aside).doing(|| format!("remove {}", aside.display()))?,
    }
    fs::read(path).doing(|| format!("read {}", path.display()))
}

/// Writes a file that only its owner can read, and waits until it is on the disk.
pub(crate) fn write_private(path: &Path, bytes: &[u8]) -> Result<()> {
    OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)
        .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
        .doing(|| format!("write {}", path.display()))
}

/// Starts with a letter: nats-server reads its passwords as settings, and digits alone would be a number.
fn password() -> String {
    format!("p{}", HEXLOWER.encode(&random::<24>()))
}

pub(crate) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    SystemRandom::new()
        .fill(&mut bytes)
        .expect("the system's generator does not fail once it is seeded");
    bytes
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::folder::Folder;

    #[test]
    fn secrets_are_made_once_and_only_their_owner_reads_them() {
        let folder = Folder::new("secret").expect("a test folder can be made");
        let secrets = folder.join("secrets");
        let first = Passwords::open(&secrets).expect("they are made");
        let again = Passwords::open(&secrets).expect("they are read");
        assert_eq!(first.postgres.admin, again.postgres.admin);
        assert_ne!(first.postgres.admin, first.postgres.owner);
        let kek = kek_file(&secrets).expect("it is made");
        for file in [kek, secrets.join("passwords.json")] {
            let mode = fs::metadata(file)
                .expect("it is there")
                .permissions()
                .mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }

    #[test]
    fn the_key_file_holds_a_generation_and_a_key() {
        let folder = Folder::new("secret").expect("a test folder can be made");
        let path = kek_file(&folder.join("secrets")).expect("it is made");
        let text = fs::read_to_string(path).expect("it is ours");
        let (generation, key) = text.trim().split_once(' ').expect("two fields");
        assert_eq!(generation, "1");
        assert_eq!(HEXLOWER.decode(key.as_bytes()).map(|key| key.len()), Ok(32));
    }
}
