//! How the letters of a text are written: read off its bytes, or not at all.

use std::fmt;

use encoding_rs::{UTF_16BE, UTF_16LE, WINDOWS_1252};
use oem_cp::{code_table::DECODING_TABLE_CP850, decode_string_complete_table};

use crate::Unreadable;

/// How letters are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8.
    Utf8,
    /// UTF-16, the smaller half first.
    Utf16Le,
    /// UTF-16, the greater half first.
    Utf16Be,
    /// Windows-1252, of western Windows.
    Windows1252,
    /// Code page 850, of western DOS.
    Cp850,
}

impl Encoding {
    /// Lists every encoding.
    pub const ALL: [Self; 5] = [
        Self::Utf8,
        Self::Utf16Le,
        Self::Utf16Be,
        Self::Windows1252,
        Self::Cp850,
    ];

    /// Gives its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Utf16Le => "utf-16le",
            Self::Utf16Be => "utf-16be",
            Self::Windows1252 => "windows-1252",
            Self::Cp850 => "cp850",
        }
    }

    /// Finds an encoding by its name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|encoding| encoding.name() == name)
    }

    /// Reads letters; what is none becomes U+FFFD.
    fn decode(self, bytes: &[u8]) -> String {
        match self {
            Self::Utf8 => {
                let bytes = bytes.strip_prefix(MARK_UTF8).unwrap_or(bytes);
                String::from_utf8_lossy(bytes).into_owned()
            }
            Self::Utf16Le => UTF_16LE.decode_with_bom_removal(bytes).0.into_owned(),
            Self::Utf16Be => UTF_16BE.decode_with_bom_removal(bytes).0.into_owned(),
            Self::Windows1252 => WINDOWS_1252
                .decode_without_bom_handling(bytes)
                .0
                .into_owned(),
            Self::Cp850 => decode_string_complete_table(bytes, &DECODING_TABLE_CP850),
        }
    }
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

const MARK_UTF8: &[u8] = b"\xef\xbb\xbf";
const MARK_UTF16_LE: &[u8] = b"\xff\xfe";
const MARK_UTF16_BE: &[u8] = b"\xfe\xff";

/// How many bytes are looked at to tell whether letters have two each.
const SAMPLE: usize = 2_048;

/// Reads a text in the encoding that is stated, or else in the one that it must have.
pub(crate) fn decode(
    bytes: &[u8],
    stated: Option<Encoding>,
) -> Result<(String, Encoding), Unreadable> {
    let encoding = match stated {
        Some(encoding) => encoding,
        None => told(bytes)?,
    };
    Ok((encoding.decode(bytes), encoding))
}

fn told(bytes: &[u8]) -> Result<Encoding, Unreadable> {
    if bytes.starts_with(MARK_UTF8) {
        return Ok(Encoding::Utf8);
    }
    if bytes.starts_with(MARK_UTF16_LE) {
        return Ok(Encoding::Utf16Le);
    }
    if bytes.starts_with(MARK_UTF16_BE) {
        return Ok(Encoding::Utf16Be);
    }
    if let Some(encoding) = two_each(bytes) {
        return Ok(encoding);
    }
    if std::str::from_utf8(bytes).is_ok() || is_damaged_utf8(bytes) {
        return Ok(Encoding::Utf8);
    }
    one_each(bytes)
}

/// Says whether letters have two bytes each: then of most one half is zero.
fn two_each(bytes: &[u8]) -> Option<Encoding> {
    let sample = &bytes[..bytes.len().min(SAMPLE)];
    let (pairs, []) = sample.as_chunks::<2>() else {
        return None;
    };
    let most = |half: usize| {
        let zeros = pairs.iter().filter(|pair| pair[half] == 0).count();
        zeros * 10 > pairs.len() * 6
    };
    match (most(0), most(1)) {
        (false, true) => Some(Encoding::Utf16Le),
        (true, false) => Some(Encoding::Utf16Be),
        (true, true) | (false, false) => None,
    }
}

/// Says whether it is UTF-8 with some bytes broken: whole letters of several bytes stand in no other text.
fn is_damaged_utf8(bytes: &[u8]) -> bool {
    bytes.utf8_chunks().any(|chunk| !chunk.valid().is_ascii())
}

/// How German a text would be in an encoding of one byte each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Likeness {
    /// Signs that do not stand where they do in any text.
    odd: usize,
    /// Letters that German has.
    german: usize,
}

/// Tells two encodings of one byte each apart; where both might be meant, neither is taken.
fn one_each(bytes: &[u8]) -> Result<Encoding, Unreadable> {
    let like = |encoding: Encoding| likeness(&encoding.decode(bytes), bytes);
    let (windows, dos) = (like(Encoding::Windows1252), like(Encoding::Cp850));
    match (windows.odd, dos.odd) {
        (0, 1..) => Ok(Encoding::Windows1252),
        (1.., 0) => Ok(Encoding::Cp850),
        (0, 0) => match (windows.german, dos.german) {
            (1.., 0) => Ok(Encoding::Windows1252),
            (0, 1..) => Ok(Encoding::Cp850),
            (0, 0) | (1.., 1..) => Err(Unreadable::EncodingUnclear),
        },
        (1.., 1..) => Err(Unreadable::EncodingUnclear),
    }
}

/// Looks at every letter that is written by a high byte, and at its neighbours.
fn likeness(text: &str, bytes: &[u8]) -> Likeness {
    // Each byte is a letter.
    let letters: Vec<char> = text.chars().collect();
    let at = |index: Option<usize>| index.and_then(|index| letters.get(index)).copied();
    let mut likeness = Likeness::default();
    for (index, letter) in letters.iter().enumerate() {
        if bytes.get(index).is_none_or(u8::is_ascii) {
            continue;
        }
        let (before, behind) = (at(index.checked_sub(1)), at(Some(index + 1)));
        likeness.odd += usize::from(is_odd(*letter, before, behind));
        // The byte of ß in one is the á of the other: it tells nothing.
        likeness.german += usize::from("äöüÄÖÜ".contains(*letter));
    }
    likeness
}

fn is_odd(letter: char, before: Option<char>, behind: Option<char>) -> bool {
    let is_letter = |letter: Option<char>| letter.is_some_and(char::is_alphabetic);
    let drawn = matches!(letter, '\u{2500}'..='\u{259f}');
    if drawn || letter.is_control() {
        return true;
    }
    if letter.is_alphabetic() {
        let alone = !is_letter(before) && !is_letter(behind);
        let after_small = letter.is_uppercase() && before.is_some_and(char::is_lowercase);
        let before_large = letter.is_lowercase() && behind.is_some_and(char::is_uppercase);
        alone || after_small || before_large
    } else {
        is_letter(before) && is_letter(behind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told_of(bytes: &[u8]) -> Result<Encoding, Unreadable> {
        decode(bytes, None).map(|(_, encoding)| encoding)
    }

    #[test]
    fn one_text_is_read_the_same_in_every_encoding() {
        let text = "Name;Ort\r\nJürgen Größer;Mölln\r\nÄnne Öhring;Übersee\r\n";
        let dos: Vec<u8> = text
            .chars()
            .map(|letter| match letter {
                'ü' => 0x81,
                'ö' => 0x94,
                'ß' => 0xe1,
                'Ä' => 0x8e,
                'Ö' => 0x99,
                'Ü' => 0x9a,
                ascii => u8::try_from(ascii).expect("ASCII"),
            })
            .collect();
        let windows = WINDOWS_1252.encode(text).0.into_owned();
        let utf16 = |of: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(of).collect::<Vec<u8>>();
        let (le, be) = (utf16(u16::to_le_bytes), utf16(u16::to_be_bytes));
        let cases = [
            (text.as_bytes().to_vec(), Encoding::Utf8),
            ([MARK_UTF8, text.as_bytes()].concat(), Encoding::Utf8),
            (windows, Encoding::Windows1252),
            (dos, Encoding::Cp850),
            ([MARK_UTF16_LE, &le].concat(), Encoding::Utf16Le),
            ([MARK_UTF16_BE, &be].concat(), Encoding::Utf16Be),
            (le, Encoding::Utf16Le),
            (be, Encoding::Utf16Be),
        ];
        for (bytes, encoding) in cases {
            let expected = Ok((text.to_owned(), encoding));
            assert_eq!(decode(&bytes, None), expected, "{encoding}");
            assert_eq!(
                decode(&bytes, Some(encoding)),
                expected,
                "{encoding}, stated"
            );
            assert_eq!(Encoding::parse(encoding.name()), Some(encoding));
        }
    }

    #[test]
    fn single_bytes_are_told_apart_by_what_stands_around_them() {
        let windows: [&[u8]; 6] = [
            b"M\xfcller",
            b"Ren\xe9",
            b"Foo\x99 GmbH",
            b"22 \x96 23",
            b"\x84Wandel gestalten\x93",
            b"Stra\xdfe",
        ];
        for bytes in windows {
            assert_eq!(told_of(bytes), Ok(Encoding::Windows1252), "{bytes:x?}");
        }
        let dos: [&[u8]; 4] = [b"M\x81ller", b"B\x84cker", b"\x8erzte", b"\x99l"];
        for bytes in dos {
            assert_eq!(told_of(bytes), Ok(Encoding::Cp850), "{bytes:x?}");
        }
        // Each might be either: "Málaga" or "Mßlaga"; both an ä and a ³ make no sense.
        for bytes in [&b"M\xe1laga"[..], b"M\x84ller M\xfcller"] {
            assert_eq!(
                told_of(bytes),
                Err(Unreadable::EncodingUnclear),
                "{bytes:x?}"
            );
        }
    }

    #[test]
    fn broken_bytes_in_utf8_do_not_turn_the_rest_into_other_letters() {
        let (text, encoding) = decode(b"M\xc3\xbcller;M\xfcller", None).expect("a text");
        assert_eq!(
            (text.as_str(), encoding),
            ("Müller;M\u{fffd}ller", Encoding::Utf8)
        );
    }
}
