//! Workbooks for Excel (Office Open XML): written row by row into a file without a name, so that no export is ever
//! whole in memory and none is left behind.

use std::{
    fs::File,
    io::{Seek, SeekFrom},
};

use anmeldewerk_contract::Position;
use jiff::{Zoned, civil};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};
use tokio::sync::mpsc;

use super::table::Cell;

/// How many registrations a sheet holds below its heads.
pub(crate) const MOST_ROWS: u64 = 1_048_575;

/// How wide columns are, in letters, for texts and for what is short.
const WIDE: f64 = 24.0;
const NARROW: f64 = 14.0;

/// What a workbook says of itself.
#[derive(Clone, Debug)]
pub(super) struct About {
    /// The position as of which it speaks.
    pub(super) position: Position,
    /// When the decision there was made.
    pub(super) decided_at: Option<Zoned>,
    /// What was asked for, and how many there are: names and values, as people read them.
    pub(super) asked: Vec<(&'static str, String)>,
}

/// Says why there is no workbook.
#[derive(Debug, thiserror::Error)]
pub(super) enum Broken {
    /// It could not be written.
    #[error("a workbook could not be written")]
    Workbook(#[from] XlsxError),
    /// Its file could not be made or read.
    #[error("the file of a workbook could not be used")]
    File(#[from] std::io::Error),
}

/// The looks of cells.
struct Looks {
    head: Format,
    text: Format,
    time: Format,
}

/// Writes a workbook of the rows that come in, and gives its file, to be read from the beginning; blocks.
pub(super) fn write(
    heads: &[String],
    mut rows: mpsc::Receiver<Vec<Vec<Cell>>>,
    about: &About,
) -> Result<File, Broken> {
    let looks = Looks {
        head: Format::new().set_bold(),
        text: Format::new().set_num_format("@"),
        time: Format::new().set_num_format("dd.mm.yyyy hh:mm"),
    };
    let mut workbook = Workbook::new();
    workbook.set_properties(&properties(about)?);
    let sheet = workbook.add_worksheet_with_constant_memory();
    let sheet = sheet?;
    sheet.set_name("Anmeldungen")?;
    begin(sheet, heads, &looks)?;
    let mut last = 0;
    while let Some(page) = rows.blocking_recv() {
        for row in &page {
            last += 1;
            write_row(sheet, (last, row), &looks)?;
        }
    }
    sheet.autofilter(0, 0, last, last_column(heads))?;
    describe(workbook.add_worksheet(), about, &looks)?;
    let mut file = tempfile::tempfile()?;
    workbook.save_to_writer(&file)?;
    file.seek(SeekFrom::Start(0))?;
    Ok(file)
}

fn begin(sheet: &mut Worksheet, heads: &[String], looks: &Looks) -> Result<(), XlsxError> {
    sheet.set_freeze_panes(1, 0)?;
    for (column, head) in (0..).zip(heads) {
        let width = if is_short(head) { NARROW } else { WIDE };
        sheet.set_column_width(column, width)?;
        sheet.write_string_with_format(0, column, head, &looks.head)?;
    }
    Ok(())
}

fn is_short(head: &str) -> bool {
    const SHORT: [&str; 6] = [
        "Programm",
        "Status",
        "Warteplatz",
        "Anrede",
        "Titel",
        "Position",
    ];
    SHORT.contains(&head)
}

fn write_row(
    sheet: &mut Worksheet,
    (row, cells): (u32, &[Cell]),
    looks: &Looks,
) -> Result<(), XlsxError> {
    for (column, cell) in (0..).zip(cells) {
        write_cell(sheet, (row, column), (cell, looks))?;
    }
    Ok(())
}

fn write_cell(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    (cell, looks): (&Cell, &Looks),
) -> Result<(), XlsxError> {
    match cell {
        Cell::Empty => {}
        // A string is never a formula here, and keeps the zeros in front.
        Cell::Text(text) => {
            sheet.write_string_with_format(row, column, text, &looks.text)?;
        }
        Cell::Count(count) => {
            // Numbers of a sheet are exact up to 2^53; positions stay far below that.
            #[allow(clippy::cast_precision_loss, reason = "see above")]
            sheet.write_number(row, column, *count as f64)?;
        }
        Cell::At(at) => {
            sheet.write_datetime_with_format(
                row,
                column,
                date_time(at.datetime())?,
                &looks.time,
            )?;
        }
    }
    Ok(())
}

/// Writes the sheet that says what the other one speaks of.
fn describe(sheet: &mut Worksheet, about: &About, looks: &Looks) -> Result<(), XlsxError> {
    sheet.set_name("Stand")?;
    sheet.set_column_width(0, WIDE)?;
    sheet.set_column_width(1, 2.0 * WIDE)?;
    let decided_at = about.decided_at.clone();
    let decided_at = decided_at.map_or(Cell::Empty, |at| Cell::At(Box::new(at)));
    let asked = about.asked.iter();
    let asked = asked.map(|(name, value)| (*name, Cell::Text(value.clone())));
    let lines = [
        ("Position", Cell::Count(about.position.0)),
        ("Entschieden am", decided_at),
    ];
    for (row, (name, value)) in (0..).zip(lines.into_iter().chain(asked)) {
        sheet.write_string_with_format(row, 0, name, &looks.head)?;
        write_cell(sheet, (row, 1), (&value, looks))?;
    }
    Ok(())
}

/// Says in the properties what the second sheet says, too; the time is that of the decision, so that the same export
/// is the same file.
fn properties(about: &About) -> Result<DocProperties, XlsxError> {
    let position = about.position.to_string();
    let properties = DocProperties::new()
        .set_title(format!("Anmeldungen, Stand {position}"))
        .set_custom_property("Position", position.as_str());
    match &about.decided_at {
        Some(at) => Ok(properties.set_creation_datetime(&date_time(at.datetime())?)),
        None => Ok(properties),
    }
}

fn last_column(heads: &[String]) -> u16 {
    u16::try_from(heads.len().saturating_sub(1)).unwrap_or(u16::MAX)
}

fn date_time(at: civil::DateTime) -> Result<ExcelDateTime, XlsxError> {
    let number = |number: i8| number.unsigned_abs();
    let year = at.year().unsigned_abs();
    ExcelDateTime::from_ymd(year, number(at.month()), number(at.day()))?.and_hms(
        u16::from(number(at.hour())),
        number(at.minute()),
        f64::from(at.second()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::table::zone;
    use jiff::Timestamp;
    use std::io::Read;

    fn at() -> Zoned {
        let at: Timestamp = "2019-08-01T09:00:00Z".parse().expect("an instant");
        at.to_zoned(zone())
    }

    fn about() -> About {
        About {
            position: Position(4711),
            decided_at: Some(at()),
            asked: vec![("Status", "alle".to_owned())],
        }
    }

    fn file(pages: Vec<Vec<Vec<Cell>>>) -> Vec<u8> {
        let (sender, receiver) = mpsc::channel(pages.len().max(1));
        for page in pages {
            sender.try_send(page).expect("there is room");
        }
        drop(sender);
        let heads = ["Nummer".to_owned(), "Eingegangen".to_owned()];
        let mut file = write(&heads, receiver, &about()).expect("a workbook");
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).expect("its bytes");
        bytes
    }

    fn page(text: &str) -> Vec<Vec<Cell>> {
        let text = Cell::Text(text.to_owned());
        vec![vec![text, Cell::At(Box::new(at()))]]
    }

    #[test]
    fn the_same_rows_are_the_same_file() {
        let one = file(vec![page("=1+1"), page("01053")]);
        assert!(one.starts_with(b"PK"));
        assert!(one == file(vec![page("=1+1"), page("01053")]));
        assert!(one != file(vec![page("=1+1"), page("1053")]));
    }

    #[test]
    fn nobody_is_a_workbook_too() {
        assert!(file(Vec::new()).starts_with(b"PK"));
    }
}
