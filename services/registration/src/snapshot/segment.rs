//! One piece of a file: some decisions, and what is said of them.
//!
//! On disk a segment is its head, its payload and its digest. The payload holds the decisions one
//! after another, each behind its length (4 bytes, big endian). The digest covers the one before it,
//! the head and the payload, so segments cannot be lost, moved or exchanged.

use anmeldewerk_contract::Position;
use ring::digest::{Context, SHA256};

use super::flaw::Flaw;

/// The bytes of a head.
pub(super) const HEAD: usize = 56;
/// The bytes of a digest.
pub(super) const DIGEST: usize = 32;
/// The most bytes of a payload; a decision has at most 256 KiB, and a writer stops far below.
pub(super) const MOST_PAYLOAD: usize = 8 << 20;

/// What is said of a segment's payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Head {
    /// Where its first decision stands.
    pub(super) first: Position,
    /// Where its last decision stands.
    pub(super) last: Position,
    /// How many there are.
    pub(super) decisions: u32,
    /// How many bytes they take.
    pub(super) length: u32,
    /// The hash of the last one's message.
    pub(super) message: [u8; 32],
}

impl Head {
    /// Writes the head.
    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(HEAD);
        bytes.extend(self.first.0.to_be_bytes());
        bytes.extend(self.last.0.to_be_bytes());
        bytes.extend(self.decisions.to_be_bytes());
        bytes.extend(self.length.to_be_bytes());
        bytes.extend(self.message);
        bytes
    }

    /// Reads a head that follows a position.
    pub(super) fn read(bytes: &[u8; HEAD], after: Position) -> Result<Self, Flaw> {
        let head = Self {
            first: Position(u64::from_be_bytes(part(bytes, 0))),
            last: Position(u64::from_be_bytes(part(bytes, 8))),
            decisions: u32::from_be_bytes(part(bytes, 16)),
            length: u32::from_be_bytes(part(bytes, 20)),
            message: part(bytes, 24),
        };
        let ordered = after < head.first && head.first <= head.last && head.decisions > 0;
        if ordered && head.length() <= MOST_PAYLOAD {
            Ok(head)
        } else {
            Err(Flaw::Shape)
        }
    }

    /// Gives the payload's length.
    pub(super) fn length(&self) -> usize {
        usize::try_from(self.length).unwrap_or(usize::MAX)
    }

    /// Gives the length of the whole segment.
    pub(super) fn whole(&self) -> u64 {
        u64::from(self.length) + (HEAD + DIGEST) as u64
    }
}

fn part<const N: usize>(bytes: &[u8; HEAD], from: usize) -> [u8; N] {
    std::array::from_fn(|place| bytes[from + place])
}

/// A digest that the next one goes on from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Link(pub(super) [u8; DIGEST]);

impl Link {
    /// Digests parts, one right after another.
    pub(super) fn of(parts: &[&[u8]]) -> Self {
        let mut context = Context::new(&SHA256);
        for part in parts {
            context.update(part);
        }
        let digest = context.finish();
        let bytes = digest.as_ref().try_into();
        Self(bytes.expect("SHA-256 has 32 bytes"))
    }

    /// Gives the digest of the segment behind this one.
    pub(super) fn next(self, head: &[u8], payload: &[u8]) -> Self {
        Self::of(&[&self.0, head, payload])
    }
}

/// Where a file ends, as far as it is whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct End {
    /// The offset of its end.
    pub(super) offset: u64,
    /// The digest there.
    pub(super) link: Link,
    /// Where its last decision stands; the start where there is none.
    pub(super) position: Position,
    /// The hash of that decision's message.
    pub(super) message: [u8; 32],
}

/// Adds a decision to a payload.
pub(super) fn put(payload: &mut Vec<u8>, decision: &[u8]) {
    let length = u32::try_from(decision.len()).expect("a decision has at most 256 KiB");
    payload.extend(length.to_be_bytes());
    payload.extend(decision);
}

/// Takes the first decision off a payload.
pub(super) fn take<'p>(payload: &mut &'p [u8]) -> Result<&'p [u8], Flaw> {
    let (length, rest) = payload.split_first_chunk().ok_or(Flaw::Shape)?;
    let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| Flaw::Shape)?;
    let (decision, rest) = rest.split_at_checked(length).ok_or(Flaw::Shape)?;
    *payload = rest;
    Ok(decision)
}
