//! A table of values separated by commas, semicolons or tabs (CSV), as programs for tables write it.

use csv::{ReaderBuilder, StringRecord};
use unicode_normalization::UnicodeNormalization;

use super::{EntryBody, Sheet};

const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// The columns by their names, in English and in German; the first three must be there.
const COLUMNS: [&[&str]; 6] = [
    &["key", "schlüssel", "gemeindeschlüssel", "ags"],
    &["name"],
    &["kind", "art"],
    &["parent", "übergeordnet", "kreis"],
    &["valid_from", "gültig ab"],
    &["valid_until", "gültig bis"],
];
const NEEDED: usize = 3;

/// The kinds as they are called in German tables.
const KINDS: [(&str, &str); 6] = [
    ("gemeinde", "municipality"),
    ("stadt", "town"),
    ("kreisfreie stadt", "independent_city"),
    ("stadtkreis", "independent_city"),
    ("kreis", "district"),
    ("landkreis", "district"),
];

/// Reads a table; each fault is named with its line, counted from 1 with the header.
pub(crate) fn read(bytes: &[u8]) -> Sheet {
    let mut sheet = Sheet::default();
    let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let before = &bytes[..error.valid_up_to()];
            sheet.fault(1 + breaks(before), "", "invalid_utf8");
            return sheet;
        }
    };
    let delimiter = delimiter(text);
    match quotes(text, delimiter) {
        None => rows(&mut sheet, text, delimiter),
        Some((line, code)) => sheet.fault(line, "", code),
    }
    sheet
}

impl Sheet {
    fn fault(&mut self, line: usize, field: &str, code: &str) {
        self.faults.add(format!("/lines/{line}{field}"), code);
    }
}

fn breaks(bytes: &[u8]) -> usize {
    bytes.split(|byte| *byte == b'\n').skip(1).count()
}

/// Says what separates the values: what stands most often in the first line.
fn delimiter(text: &str) -> char {
    let first = text.trim_start().lines().next().unwrap_or_default();
    let often = |delimiter: &char| first.matches(*delimiter).count();
    let found = ['\t', ';', ','].into_iter().max_by_key(often);
    found.unwrap_or(',')
}

/// Where in a value a letter stands.
#[derive(Clone, Copy)]
enum Within {
    Start,
    Bare,
    Quoted,
    Closed,
}

/// Finds a quotation mark that leaves in doubt where a value ends (RFC 4180), which the reader would guess.
fn quotes(text: &str, delimiter: char) -> Option<(usize, &'static str)> {
    let mut within = Within::Start;
    let (mut line, mut opened) = (1, 1);
    for letter in text.chars() {
        within = match (within, letter) {
            (Within::Start, '"') => {
                opened = line;
                Within::Quoted
            }
            (Within::Quoted, '"') => Within::Closed,
            (Within::Quoted, _) | (Within::Closed, '"') => Within::Quoted,
            (_, '\r' | '\n') => Within::Start,
            (_, letter) if letter == delimiter => Within::Start,
            (Within::Closed, _) | (Within::Bare, '"') => return Some((line, "stray_quote")),
            (Within::Start | Within::Bare, _) => Within::Bare,
        };
        line += usize::from(letter == '\n');
    }
    matches!(within, Within::Quoted).then_some((opened, "unclosed_quote"))
}

fn rows(sheet: &mut Sheet, text: &str, delimiter: char) {
    let mut reader = ReaderBuilder::new()
        .delimiter(u8::try_from(delimiter).unwrap_or(b','))
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut columns = None;
    for record in reader.records() {
        let Ok(record) = record else {
            return sheet.fault(1, "", "malformed_row");
        };
        let line = line(text, &record);
        match &columns {
            None => columns = Columns::read(sheet, line, &record),
            Some(columns) => row(sheet, line, columns, &record),
        }
        if columns.is_none() {
            return;
        }
    }
    if columns.is_none() {
        sheet.fault(1, "", "missing_header");
    }
}

/// Gives the line on which a record begins; empty lines before it are passed over by the reader and count.
fn line(text: &str, record: &StringRecord) -> usize {
    let Some(position) = record.position() else {
        return 1;
    };
    let (line, byte) = (position.line(), position.byte());
    let (line, byte) = (usize::try_from(line), usize::try_from(byte));
    let rest = byte.ok().and_then(|byte| text.as_bytes().get(byte..));
    let rest = rest.unwrap_or_default();
    let letters = rest.iter().position(|byte| !matches!(byte, b'\r' | b'\n'));
    line.unwrap_or(1) + breaks(&rest[..letters.unwrap_or(0)])
}

/// In which column each field stands.
struct Columns {
    places: [Option<usize>; 6],
    count: usize,
}

impl Columns {
    fn read(sheet: &mut Sheet, line: usize, header: &StringRecord) -> Option<Self> {
        let before = sheet.faults.count();
        let mut places = [None; 6];
        for (place, name) in header.iter().enumerate() {
            let name: String = name.trim().to_lowercase().nfc().collect();
            match COLUMNS
                .iter()
                .position(|names| names.contains(&name.as_str()))
            {
                None => sheet.fault(line, &format!("/{place}"), "unknown_column"),
                Some(field) if places[field].is_some() => {
                    sheet.fault(line, &format!("/{}", COLUMNS[field][0]), "column_twice");
                }
                Some(field) => places[field] = Some(place),
            }
        }
        for (names, _) in COLUMNS
            .iter()
            .zip(places)
            .take(NEEDED)
            .filter(|(_, place)| place.is_none())
        {
            sheet.fault(line, &format!("/{}", names[0]), "missing_column");
        }
        let count = header.len();
        (sheet.faults.count() == before).then_some(Self { places, count })
    }
}

fn row(sheet: &mut Sheet, line: usize, columns: &Columns, record: &StringRecord) {
    if record.len() != columns.count {
        return sheet.fault(line, "", "wrong_number_of_values");
    }
    let value = |place: Option<usize>| place.and_then(|place| record.get(place)).map(plain);
    let [key, name, kind, parent, valid_from, valid_until] = columns.places.map(value);
    let stated = |text: &String| !text.is_empty();
    let entry = EntryBody {
        key: key.unwrap_or_default(),
        name: name.unwrap_or_default(),
        kind: english(kind.unwrap_or_default()),
        parent: parent.filter(stated),
        valid_from: valid_from.filter(stated),
        valid_until: valid_until.filter(stated),
    };
    sheet.take(format!("/lines/{line}"), entry);
}

/// Takes blanks from around a value, and the apostrophe with which we keep programs for tables from calculating it.
pub(crate) fn plain(value: &str) -> String {
    let value = value.trim();
    let calculated = |text: &&str| calculates(text.trim_start_matches('\''));
    let text = value.strip_prefix('\'').filter(calculated);
    text.unwrap_or(value).to_owned()
}

/// Says whether a text begins as a formula does, perhaps in full-width letters or behind what is not seen.
fn calculates(text: &str) -> bool {
    let unseen = |letter: char| {
        letter.is_whitespace()
            || letter.is_control()
            || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
    };
    text.trim_start_matches(unseen).starts_with([
        '=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}',
    ])
}

fn english(kind: String) -> String {
    let german = kind.to_lowercase();
    let known = KINDS.iter().find(|(name, _)| *name == german);
    known.map_or(kind, |(_, code)| (*code).to_owned())
}
