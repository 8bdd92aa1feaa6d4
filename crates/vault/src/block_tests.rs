use proptest::prelude::*;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{HEAD, Place, SALT, Sealed, SealedBlock, TAG};
use crate::{
    class::Class,
    data_key::DataKeys,
    fault::Fault,
    part::{Contact, FreeText, Identity},
};

const PLACE: Place<'static> = Place {
    program: "sh",
    person: Uuid::from_u128(1),
    decision: Uuid::from_u128(2),
};

fn keys() -> DataKeys {
    DataKeys::generate().expect("there is randomness")
}

fn contact(email: &str) -> Contact {
    Contact {
        email: Some(email.to_owned()),
        phone: None,
        source_reference: None,
    }
}

fn sealed_at<'a>(place: Place<'a>, block: &'a SealedBlock) -> Sealed<'a> {
    Sealed {
        place,
        class: block.class,
        bytes: &block.bytes,
        commit: block.commit,
    }
}

fn seal(keys: &DataKeys, email: &str) -> SealedBlock {
    keys.seal(&contact(email), PLACE)
        .expect("there is randomness")
        .expect("the part is not empty")
}

#[test]
fn a_sealed_part_opens_at_its_place() {
    let keys = keys();
    let block = seal(&keys, "anke@example.org");
    let plain = keys.open(&sealed_at(PLACE, &block)).expect("nothing moved");
    assert_eq!(plain.json(), br#"{"email":"anke@example.org"}"#);
    assert_eq!(plain.read().ok(), Some(contact("anke@example.org")));
    assert_eq!(format!("{plain:?}"), "Plain { class: Contact, .. }");
}

#[test]
fn an_empty_part_has_no_block() {
    let block = keys().seal(&FreeText::default(), PLACE);
    assert_eq!(block.expect("nothing can fail"), None);
}

#[test]
fn a_block_has_the_documented_layout_and_commitment() {
    let keys = keys();
    let block = seal(&keys, "a@b");
    let plain = keys.open(&sealed_at(PLACE, &block)).expect("nothing moved");
    assert_eq!(block.class, Class::Contact);
    assert_eq!(block.bytes[0], 1);
    assert_eq!(&block.bytes[1..17], PLACE.person.as_bytes());
    assert_eq!(block.bytes.len(), HEAD + SALT + plain.json().len() + TAG);
    let expected: [u8; 32] =
        Sha256::digest([b"pii-commit/v1", plain.salt(), plain.json()].concat()).into();
    assert_eq!(block.commit, expected);
}

#[test]
fn the_same_part_sealed_twice_shows_nothing_in_common_but_its_person() {
    let keys = keys();
    let (one, two) = (seal(&keys, "a@b"), seal(&keys, "a@b"));
    assert_ne!(one.commit, two.commit);
    assert_ne!(one.bytes[17..], two.bytes[17..]);
}

#[test]
fn a_block_is_read_as_its_own_class_only() {
    let keys = keys();
    let block = seal(&keys, "a@b");
    let plain = keys.open(&sealed_at(PLACE, &block)).expect("nothing moved");
    assert!(matches!(
        plain.read::<Identity>(),
        Err(Fault::DamagedPart { .. })
    ));
}

#[test]
fn a_block_that_is_cut_short_does_not_open() {
    let keys = keys();
    let block = seal(&keys, "a@b");
    for length in 0..block.bytes.len() {
        let cut = Sealed {
            bytes: &block.bytes[..length],
            ..sealed_at(PLACE, &block)
        };
        assert!(keys.open(&cut).is_none(), "{length} bytes");
    }
}

#[test]
fn an_old_block_is_opened_as_the_part_it_holds() {
    let keys = keys();
    let block = seal(&keys, "anke@example.org");
    let part = keys.open_part::<Contact>(&block.bytes, block.commit, PLACE);
    assert_eq!(part.ok(), Some(contact("anke@example.org")));
}

#[test]
fn a_block_that_is_not_authentic_is_named_by_person_and_class() {
    let keys = keys();
    let SealedBlock { bytes, commit, .. } = seal(&keys, "anke@example.org");
    let elsewhere = Place {
        decision: Uuid::from_u128(3),
        ..PLACE
    };
    let faults = [
        keys.open_part::<Contact>(&bytes, commit, elsewhere).err(),
        keys.open_part::<Contact>(&bytes, [0; 32], PLACE).err(),
        keys.open_part::<Contact>(&[], commit, PLACE).err(),
    ];
    for fault in faults {
        let fault = fault.expect("it does not open");
        assert!(fault.is_damage() && !fault.is_retryable());
        assert_eq!(
            fault.to_string(),
            format!("a contact block of person {} is damaged", PLACE.person)
        );
    }
    let other = keys.open_part::<FreeText>(&bytes, commit, PLACE);
    let class = Class::FreeText;
    assert!(matches!(other, Err(Fault::DamagedBlock { class: it, .. }) if it == class));
}

proptest! {
    #[test]
    fn what_was_sealed_comes_back(email in ".{1,80}", program in ".{0,20}", person: u128, decision: u128) {
        let keys = keys();
        let place = Place {
            program: &program,
            person: Uuid::from_u128(person),
            decision: Uuid::from_u128(decision),
        };
        let block = keys.seal(&contact(&email), place)?.expect("the part is not empty");
        let plain = keys.open(&sealed_at(place, &block)).expect("nothing moved");
        prop_assert_eq!(plain.read::<Contact>()?, contact(&email));
    }

    #[test]
    fn a_moved_block_does_not_open(program in prop::sample::select(vec!["sh", "mv", "s", ""]), person in 0..3_u128, decision in 1..4_u128, class in 0..4_usize) {
        let keys = keys();
        let block = seal(&keys, "anke@example.org");
        let place = Place {
            program,
            person: Uuid::from_u128(person),
            decision: Uuid::from_u128(decision),
        };
        let moved = Sealed { class: Class::ALL[class], ..sealed_at(place, &block) };
        let home = place == PLACE && moved.class == Class::Contact;
        prop_assert_eq!(keys.open(&moved).is_some(), home);
    }

    #[test]
    fn a_block_with_a_rewritten_person_does_not_open(person: u128) {
        prop_assume!(Uuid::from_u128(person) != PLACE.person);
        let keys = keys();
        let mut block = seal(&keys, "anke@example.org");
        let place = Place { person: Uuid::from_u128(person), ..PLACE };
        block.bytes[1..17].copy_from_slice(place.person.as_bytes());
        prop_assert!(keys.open(&sealed_at(place, &block)).is_none());
    }

    #[test]
    fn a_flipped_bit_does_not_open(at: prop::sample::Index, bit in 0..8_u32) {
        let keys = keys();
        let mut block = seal(&keys, "anke@example.org");
        let total = block.bytes.len() + block.commit.len();
        match at.index(total).checked_sub(block.bytes.len()) {
            None => block.bytes[at.index(total)] ^= 1 << bit,
            Some(at) => block.commit[at] ^= 1 << bit,
        }
        prop_assert!(keys.open(&sealed_at(PLACE, &block)).is_none());
    }

    #[test]
    fn the_keys_of_another_person_open_nothing(email in ".{1,40}") {
        let block = seal(&keys(), &email);
        prop_assert!(keys().open(&sealed_at(PLACE, &block)).is_none());
    }
}
