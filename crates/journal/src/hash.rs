//! A fingerprint of a message, the same however it was read.

use anmeldewerk_contract::Message;
use sha2::{Digest, Sha256};

/// Hashes a message: SHA-256 over position, subject, headers in order of their names, payload.
///
/// Each part is preceded by its length (8 bytes, big endian). It serves to notice a log that is
/// not the one that was read before; the proof for auditors is another one.
pub fn message_hash(message: &Message) -> [u8; 32] {
    let mut headers: Vec<_> = message.headers.iter().collect();
    headers.sort();
    let mut hasher = Sha256::new();
    hasher.update(message.position.0.to_be_bytes());
    add(&mut hasher, message.subject.as_str().as_bytes());
    for (name, value) in headers {
        add(&mut hasher, name.as_bytes());
        add(&mut hasher, value.as_bytes());
    }
    add(&mut hasher, &message.payload);
    hasher.finalize().into()
}

fn add(hasher: &mut Sha256, part: &[u8]) {
    let length = u64::try_from(part.len()).unwrap_or(u64::MAX);
    hasher.update(length.to_be_bytes());
    hasher.update(part);
}
