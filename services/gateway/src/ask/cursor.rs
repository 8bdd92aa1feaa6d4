//! Where a list goes on: opaque to its bearer, and refused where anybody has touched it.
//!
//! A cursor is base64url (RFC 4648, without padding) of: version (1), list (1), place, first four bytes of SHA-256
//! over what stands before them. The sum is no secret: whoever forges a cursor reaches nothing they may not see.

use anmeldewerk_contract::Position;
use anmeldewerk_domain::{MunicipalityKey, TopicCode};
use anmeldewerk_read_model::{
    Arrival,
    query::{EventPlace, QueuePlace, WorkshopCursor},
};
use data_encoding::BASE64URL_NOPAD;
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use uuid::Uuid;

const VERSION: u8 = 1;
const SUM: usize = 4;
/// The first microsecond of the year 1, before which no workshop begins.
const YEAR_1_US: i64 = -62_135_596_800_000_000;

/// Which list a cursor belongs to; it opens no other.
#[derive(Clone, Copy)]
pub(crate) enum List {
    Workshops = 1,
    Attendees = 2,
    Waitlist = 3,
    Groups = 4,
    History = 5,
    Topics = 6,
    TopicOffers = 7,
    OwnAttendees = 8,
    Sorted = 9,
    FigureRows = 10,
    DayRows = 11,
    AccessRecords = 12,
    Municipalities = 13,
}

/// Writes where a list of attendees goes on.
pub(crate) fn arrival_text(arrival: Arrival) -> String {
    place_text(List::Attendees, arrival)
}

/// Reads where a list of attendees goes on.
pub(crate) fn arrival(text: &str) -> Option<Arrival> {
    place(List::Attendees, text)
}

/// Writes where a list of groups goes on.
pub(crate) fn group_text(arrival: Arrival) -> String {
    place_text(List::Groups, arrival)
}

/// Reads where a list of groups goes on.
pub(crate) fn group(text: &str) -> Option<Arrival> {
    place(List::Groups, text)
}

/// Writes where a waitlist goes on.
pub(crate) fn queue_text(place: QueuePlace) -> String {
    let QueuePlace { rank, at, lot } = place;
    let (rank, at, lot) = (rank.to_be_bytes(), at.0.to_be_bytes(), lot.to_be_bytes());
    write(List::Waitlist, &[&rank[..], &at[..], &lot[..]].concat())
}

/// Reads where a waitlist goes on.
pub(crate) fn queue(text: &str) -> Option<QueuePlace> {
    let place = read(List::Waitlist, text)?;
    let (rank, rest) = place.split_first_chunk()?;
    let (at, lot) = rest.split_first_chunk()?;
    let place = QueuePlace {
        rank: i16::from_be_bytes(*rank),
        at: Arrival(i64::from_be_bytes(*at)),
        lot: i32::from_be_bytes(lot.try_into().ok()?),
    };
    (place.rank >= 0 && place.at.0 >= 0 && place.lot >= 0).then_some(place)
}

/// Writes where a list of workshops goes on.
pub(crate) fn workshop_text(list: List, cursor: WorkshopCursor) -> String {
    let begins = cursor.begins.as_microsecond().to_be_bytes();
    write(list, &[&begins[..], cursor.id.as_bytes()].concat())
}

/// Reads where a list of workshops goes on.
pub(crate) fn workshop(list: List, text: &str) -> Option<WorkshopCursor> {
    let place = read(list, text)?;
    let (begins, id) = place.split_first_chunk()?;
    let begins = i64::from_be_bytes(*begins);
    let begins = (begins >= YEAR_1_US).then(|| Timestamp::from_microsecond(begins).ok());
    Some(WorkshopCursor {
        begins: begins.flatten()?,
        id: Uuid::from_slice(id).ok()?,
    })
}

/// Writes where a list of numbered records goes on.
pub(crate) fn number_text(list: List, number: i64) -> String {
    place_text(list, Arrival(number))
}

/// Reads where a list of numbered records goes on.
pub(crate) fn number(list: List, text: &str) -> Option<i64> {
    place(list, text).map(|Arrival(number)| number)
}

/// Writes where a list of events goes on.
pub(crate) fn event_text(list: List, place: EventPlace) -> String {
    let (position, index) = (place.position.0.to_be_bytes(), place.index.to_be_bytes());
    write(list, &[&position[..], &index[..]].concat())
}

/// Reads where a list of events goes on.
pub(crate) fn event(list: List, text: &str) -> Option<EventPlace> {
    let place = read(list, text)?;
    let (position, index) = place.split_first_chunk()?;
    let position = u64::from_be_bytes(*position);
    Some(EventPlace {
        position: i64::try_from(position).ok().map(|_| Position(position))?,
        index: u16::from_be_bytes(index.try_into().ok()?),
    })
}

/// Writes where a list of topics goes on.
pub(crate) fn topic_text(code: &str) -> String {
    write(List::Topics, code.as_bytes())
}

/// Reads where a list of topics goes on.
pub(crate) fn topic(text: &str) -> Option<TopicCode> {
    let place = read(List::Topics, text)?;
    TopicCode::new(std::str::from_utf8(&place).ok()?)
}

/// Writes where a list of municipalities goes on.
pub(crate) fn municipality_text(key: &MunicipalityKey) -> String {
    write(List::Municipalities, key.as_str().as_bytes())
}

/// Reads where a list of municipalities goes on.
pub(crate) fn municipality(text: &str) -> Option<MunicipalityKey> {
    let place = read(List::Municipalities, text)?;
    MunicipalityKey::new(std::str::from_utf8(&place).ok()?)
}

/// Writes behind which registration a sorted list goes on.
///
/// What it is sorted by is personal, and a cursor stands in addresses.
pub(crate) fn sorted_text(registration: Uuid) -> String {
    write(List::Sorted, registration.as_bytes())
}

/// Reads behind which registration a sorted list goes on.
pub(crate) fn sorted(text: &str) -> Option<Uuid> {
    Uuid::from_slice(&read(List::Sorted, text)?).ok()
}

/// Writes where a list goes on that stands in the order of arrival.
pub(crate) fn place_text(list: List, arrival: Arrival) -> String {
    write(list, &arrival.0.to_be_bytes())
}

/// Reads where a list goes on that stands in the order of arrival.
pub(crate) fn place(list: List, text: &str) -> Option<Arrival> {
    let place: [u8; 8] = read(list, text)?.try_into().ok()?;
    let arrival = i64::from_be_bytes(place);
    (arrival >= 0).then_some(Arrival(arrival))
}

fn write(list: List, place: &[u8]) -> String {
    let mut bytes = [&[VERSION, list as u8], place].concat();
    bytes.extend(sum(&bytes));
    BASE64URL_NOPAD.encode(&bytes)
}

fn read(list: List, text: &str) -> Option<Vec<u8>> {
    let mut bytes = BASE64URL_NOPAD.decode(text.as_bytes()).ok()?;
    let (content, found) = bytes.split_last_chunk()?;
    if *found != sum(content) {
        return None;
    }
    match content {
        [VERSION, kind, ..] if *kind == list as u8 => {}
        _ => return None,
    }
    bytes.truncate(bytes.len() - SUM);
    Some(bytes.split_off(2))
}

fn sum(content: &[u8]) -> [u8; SUM] {
    let hash: [u8; 32] = Sha256::digest(content).into();
    let (sum, _) = hash.split_first_chunk().expect("a hash has 32 bytes");
    *sum
}

#[cfg(test)]
mod tests {
    use super::*;

    fn begin() -> WorkshopCursor {
        WorkshopCursor {
            begins: "2019-10-22T07:30:00.000001Z".parse().expect("an instant"),
            id: Uuid::from_u128(7),
        }
    }

    fn place() -> QueuePlace {
        QueuePlace {
            rank: 1,
            at: Arrival(i64::MAX),
            lot: 39_999,
        }
    }

    #[test]
    fn a_cursor_reads_back() {
        for place in [0, 1, i64::MAX] {
            assert_eq!(arrival(&arrival_text(Arrival(place))), Some(Arrival(place)));
            assert_eq!(group(&group_text(Arrival(place))), Some(Arrival(place)));
        }
        assert_eq!(
            workshop(List::Workshops, &workshop_text(List::Workshops, begin())),
            Some(begin())
        );
        assert_eq!(queue(&queue_text(place())), Some(place()));
    }

    #[test]
    fn a_cursor_stands_in_an_address_as_it_is() {
        let text = workshop_text(List::Workshops, begin());
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        assert!(text.bytes().all(plain), "{text}");
    }

    #[test]
    fn a_cursor_with_any_bit_changed_is_refused() {
        let bytes = BASE64URL_NOPAD
            .decode(arrival_text(Arrival(4711)).as_bytes())
            .expect("base64url");
        for bit in 0..bytes.len() * 8 {
            let mut touched = bytes.clone();
            touched[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(
                arrival(&BASE64URL_NOPAD.encode(&touched)),
                None,
                "bit {bit}"
            );
        }
    }

    #[test]
    fn a_cursor_of_another_list_version_or_shape_is_refused() {
        assert_eq!(arrival(&workshop_text(List::Workshops, begin())), None);
        assert_eq!(workshop(List::Workshops, &arrival_text(Arrival(1))), None);
        assert_eq!(group(&arrival_text(Arrival(1))), None);
        assert_eq!(arrival(&group_text(Arrival(1))), None);
        assert_eq!(queue(&arrival_text(Arrival(1))), None);
        assert_eq!(arrival(&queue_text(place())), None);
        assert_eq!(queue(&write(List::Waitlist, &[0; 13])), None);
        assert_eq!(queue(&write(List::Waitlist, &[0xff; 14])), None);
        assert_eq!(arrival(&write(List::Attendees, &[0; 7])), None);
        assert_eq!(arrival(&write(List::Attendees, &[0xff; 8])), None);
        assert_eq!(
            workshop(List::Workshops, &write(List::Workshops, &[0x80; 24])),
            None
        );
        for odd in ["", "AQ", "not a cursor", "AQI=", "ä"] {
            assert_eq!(arrival(odd), None, "{odd}");
        }
    }
}
