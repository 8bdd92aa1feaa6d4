//! An object of JSON a line (NDJSON).

use anmeldewerk_service::body;

use super::{EntryBody, LIST_BYTES, Sheet};

/// Reads lines; each by the strict rules of every body, and each fault with its line, counted from 1.
pub(crate) fn read(bytes: &[u8]) -> Sheet {
    let mut sheet = Sheet::default();
    for (number, line) in (1..).zip(bytes.split(|byte| *byte == b'\n')) {
        let line = line.trim_ascii();
        if !line.is_empty() {
            one(&mut sheet, number, line);
        }
    }
    sheet
}

fn one(sheet: &mut Sheet, number: usize, line: &[u8]) {
    let place = format!("/lines/{number}");
    match body::parse::<EntryBody, LIST_BYTES>(line) {
        Ok(read) => sheet.take(place, read.value),
        Err(errors) => {
            for error in errors {
                sheet
                    .faults
                    .add(format!("{place}{}", error.pointer), &error.code);
            }
        }
    }
}
