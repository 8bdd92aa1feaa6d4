use std::fmt;

use sha2::{Digest, Sha256};
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::{
    cipher::{self, Bond, NONCE, TAG},
    class::Class,
    data_key::DataKeys,
    fault::Fault,
    part::{self, Part},
};

/// Is the first byte of a block: AES-256-GCM with a random 96-bit nonce.
const A256GCM: u8 = 1;
const PERSON: usize = 16;
const SALT: usize = 32;
const HEAD: usize = 1 + PERSON + NONCE;

/// Names where a block stands. A block opens nowhere else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place<'a> {
    /// Program of the person.
    pub program: &'a str,
    /// Whose data it is.
    pub person: Uuid,
    /// Decision whose message carries the block.
    pub decision: Uuid,
}

/// Holds a block as it goes into the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedBlock {
    /// Class of the data.
    pub class: Class,
    /// 1 (A256GCM) ‖ person (16) ‖ nonce (12) ‖ AES-256-GCM of salt (32) ‖ canonical JSON, with its tag (16).
    pub bytes: Vec<u8>,
    /// SHA-256 of `"pii-commit/v1"` ‖ salt ‖ canonical JSON; says nothing without the salt.
    pub commit: [u8; 32],
}

/// Borrows a block as it came out of the log or a read model.
#[derive(Clone, Copy, Debug)]
pub struct Sealed<'a> {
    /// Where the block stands.
    pub place: Place<'a>,
    /// Class of the data.
    pub class: Class,
    /// The bytes of [`SealedBlock::bytes`].
    pub bytes: &'a [u8],
    /// The commitment of [`SealedBlock::commit`].
    pub commit: [u8; 32],
}

/// Holds opened data; wiped when dropped, never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Plain {
    class: Class,
    /// Salt, then canonical JSON.
    salted: Zeroizing<Vec<u8>>,
}

impl DataKeys {
    /// Seals one part for a place; `None` where the part is empty.
    pub fn seal<P: Part>(&self, part: &P, place: Place<'_>) -> Result<Option<SealedBlock>, Fault> {
        part::canonical(part)
            .map(|json| seal(self, P::CLASS, place, &json))
            .transpose()
    }

    /// Opens a block as it stands in the log and reads its part, to be compared or
    /// amended; the class is the part's.
    ///
    /// [`Fault::DamagedBlock`] if it is not authentic at its place or not what was
    /// committed to, [`Fault::DamagedPart`] if it does not hold what its class promises.
    pub fn open_part<P: Part>(
        &self,
        bytes: &[u8],
        commit: [u8; 32],
        place: Place<'_>,
    ) -> Result<P, Fault> {
        let class = P::CLASS;
        let sealed = Sealed {
            place,
            class,
            bytes,
            commit,
        };
        let plain = self.open(&sealed).ok_or(Fault::DamagedBlock {
            person: place.person,
            class,
        })?;
        plain.read()
    }

    /// Opens a block that was sealed with these keys; `None` if it is not authentic
    /// at its place or not what was committed to.
    pub fn open(&self, sealed: &Sealed<'_>) -> Option<Plain> {
        let (&[format], rest) = sealed.bytes.split_first_chunk()?;
        let (person, rest) = rest.split_first_chunk::<PERSON>()?;
        let (nonce, rest) = rest.split_first_chunk::<NONCE>()?;
        let (ciphertext, tag) = rest.split_last_chunk::<TAG>()?;
        if format != A256GCM || person != sealed.place.person.as_bytes() || ciphertext.len() < SALT
        {
            return None;
        }
        let mut salted = Zeroizing::new(ciphertext.to_vec());
        let bond = Bond {
            cipher: &self.key(sealed.class).cipher(),
            bound_to: &bound_to(sealed.class, sealed.place),
        };
        bond.decrypt(*nonce, &mut salted, *tag)?;
        (commitment(&salted) == sealed.commit).then_some(Plain {
            class: sealed.class,
            salted,
        })
    }
}

impl Plain {
    /// Returns the canonical JSON.
    pub fn json(&self) -> &[u8] {
        &self.salted[SALT..]
    }

    /// Returns the salt that, with the JSON, proves the commitment to a third party.
    pub fn salt(&self) -> &[u8] {
        &self.salted[..SALT]
    }

    /// Reads the part that was sealed.
    pub fn read<P: Part>(&self) -> Result<P, Fault> {
        let damaged = Fault::DamagedPart { class: P::CLASS };
        if self.class != P::CLASS {
            return Err(damaged);
        }
        // The error of serde may quote the text, so it is not kept.
        serde_json::from_slice(self.json()).map_err(|_| damaged)
    }
}

impl fmt::Debug for Plain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Plain")
            .field("class", &self.class)
            .finish_non_exhaustive()
    }
}

fn seal(
    keys: &DataKeys,
    class: Class,
    place: Place<'_>,
    json: &[u8],
) -> Result<SealedBlock, Fault> {
    let nonce = cipher::nonce()?;
    // Full room at once: a growing buffer would leave plain text behind.
    let mut bytes = Vec::with_capacity(HEAD + SALT + json.len() + TAG);
    bytes.push(A256GCM);
    bytes.extend(place.person.as_bytes());
    bytes.extend(nonce);
    bytes.resize(HEAD + SALT, 0);
    cipher::fill_random(&mut bytes[HEAD..])?;
    bytes.extend(json);
    let commit = commitment(&bytes[HEAD..]);
    let bond = Bond {
        cipher: &keys.key(class).cipher(),
        bound_to: &bound_to(class, place),
    };
    let tag = bond.encrypt(nonce, &mut bytes[HEAD..]);
    bytes.extend(tag);
    Ok(SealedBlock {
        class,
        bytes,
        commit,
    })
}

/// Writes what a block is bound to: `"aw/block/v1"` ‖ length of the program (4,
/// big endian) ‖ program ‖ person ‖ class ‖ decision.
fn bound_to(class: Class, place: Place<'_>) -> Vec<u8> {
    let length = u32::try_from(place.program.len()).unwrap_or(u32::MAX);
    let mut bytes = b"aw/block/v1".to_vec();
    bytes.extend(length.to_be_bytes());
    bytes.extend(place.program.as_bytes());
    bytes.extend(place.person.as_bytes());
    bytes.push(class.code());
    bytes.extend(place.decision.as_bytes());
    bytes
}

fn commitment(salted: &[u8]) -> [u8; 32] {
    Sha256::new()
        .chain_update(b"pii-commit/v1")
        .chain_update(salted)
        .finalize()
        .into()
}

#[cfg(test)]
#[path = "block_tests.rs"]
mod tests;
