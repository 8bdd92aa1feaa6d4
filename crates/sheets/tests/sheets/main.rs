//! Tables as offices send them, each with what is to be read in it.
#![allow(clippy::too_many_lines, reason = "a test reads from top to bottom")]

mod separated;
mod workbooks;

use anmeldewerk_sheets::{Cell, Hints, Row, RowFault, Table, Unreadable, read};

/// The heads that are looked for.
fn is_head(text: &str) -> bool {
    let heads = ["Name", "Vorname", "Name, Vorname", "E-Mail", "AGS", "Ort"];
    heads.contains(&text.trim())
}

const HINTS: Hints<'static> = Hints {
    encoding: None,
    delimiter: None,
    sheet: None,
    is_head: &is_head,
};

fn table(bytes: &[u8]) -> Table {
    read(bytes, &HINTS).expect("a table")
}

fn unreadable(bytes: &[u8]) -> Unreadable {
    read(bytes, &HINTS).expect_err("no table")
}

fn text(text: &str) -> Cell {
    Cell::Text(text.to_owned())
}

/// A row of texts; an empty one is nothing.
fn row(line: u32, texts: &[&str]) -> Row {
    let cells = texts.iter().map(|said| match *said {
        "" => Cell::Empty,
        said => text(said),
    });
    Row {
        line,
        cells: cells.collect(),
        fault: None,
    }
}

/// Gives the faults of rows, each with its line.
fn faults(table: &Table) -> Vec<(u32, RowFault)> {
    let rows = table.rows.iter();
    rows.filter_map(|row| Some((row.line, row.fault?)))
        .collect()
}
