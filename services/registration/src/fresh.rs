//! What is random or new: made here, with the command, and handed into the rules.

use anmeldewerk_domain::{Instant, Number};
use ring::rand::{SecureRandom, SystemRandom};
use uuid::Uuid;

/// Gives bytes from the system's generator.
pub(crate) fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    SystemRandom::new()
        .fill(&mut bytes)
        .expect("the kernel's generator does not fail once the system has started");
    bytes
}

/// Makes a random id, which tells nothing.
pub(crate) fn random_id() -> Uuid {
    uuid::Builder::from_random_bytes(random_bytes()).into_uuid()
}

/// Makes an id that sorts by the time of arrival, for what is stored in many rows.
pub(crate) fn ordered_id(at: Instant) -> Uuid {
    let millis = u64::try_from(at.as_micros() / 1_000).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &random_bytes()).into_uuid()
}

/// Makes three candidates for a registration's number.
pub(crate) fn numbers() -> [Number; 3] {
    // One call for all: each goes into the kernel.
    let bytes: [u8; 24] = random_bytes();
    let (eights, _) = bytes.as_chunks::<8>();
    [0, 1, 2].map(|at| Number::from_random(u64::from_le_bytes(eights[at])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ordered_id_sorts_by_its_time() {
        let ids: Vec<Uuid> = [1_000_000, 2_000_000, 1_564_650_000_123_456]
            .map(Instant::from_micros)
            .map(ordered_id)
            .to_vec();
        assert!(ids.is_sorted(), "{ids:?}");
        assert!(ids.iter().all(|id| id.get_version_num() == 7));
    }

    #[test]
    fn random_ids_and_numbers_differ() {
        assert_ne!(random_id(), random_id());
        assert_eq!(random_id().get_version_num(), 4);
        let [a, b, c] = numbers();
        assert!(a != b && b != c);
    }
}
