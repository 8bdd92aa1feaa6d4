#![doc = include_str!("../README.md")]

mod encoding;
mod hidden;
mod separated;
mod workbook;

pub use encoding::Encoding;

/// The most rows of a table, those counted that stand in front of it and behind it.
pub const MOST_ROWS: usize = 20_000;
/// The most columns of a table.
pub const MOST_COLUMNS: usize = 256;
/// The longest text of a cell, in bytes.
pub const CELL_BYTES: usize = 32 * 1024;

/// What is known of a table before it is read.
#[derive(Clone, Copy)]
pub struct Hints<'h> {
    /// Its encoding, where it is stated.
    pub encoding: Option<Encoding>,
    /// What separates its values, where it is stated.
    pub delimiter: Option<char>,
    /// Its name within a workbook, where it is stated.
    pub sheet: Option<&'h str>,
    /// Says whether a text is the head of a column that is looked for.
    pub is_head: &'h dyn Fn(&str) -> bool,
}

/// A table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// What it was read from.
    pub source: Source,
    /// Its rows, those left out that hold nothing.
    pub rows: Vec<Row>,
}

/// What a table was read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// Values with something in between.
    Separated {
        /// How its letters are written.
        encoding: Encoding,
        /// What stands in between.
        delimiter: char,
    },
    /// A sheet of a workbook.
    Workbook {
        /// Its name.
        sheet: String,
    },
}

/// A row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its line in a text, of several its first; its number in a workbook. From 1 on.
    pub line: u32,
    /// Its values; behind the last there is nothing.
    pub cells: Vec<Cell>,
    /// Why its values are not to be trusted.
    pub fault: Option<RowFault>,
}

/// A value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Cell {
    /// Nothing, or blanks alone.
    #[default]
    Empty,
    /// A text, as it stands there.
    Text(String),
    /// A number that a workbook holds as such, in plain digits: zeros in front of it are lost.
    Number(String),
    /// A day or an instant that a workbook holds as such, in the order of ISO 8601.
    Date(String),
    /// Something else that a workbook holds as such: true, false or an error.
    Other(&'static str),
}

impl Cell {
    /// Gives what is to be read there; of what is no text or number nothing.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) | Self::Number(text) => Some(text),
            Self::Empty | Self::Date(_) | Self::Other(_) => None,
        }
    }

    /// Says whether nothing stands there.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::Empty
    }
}

/// Why a row is not to be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowFault {
    /// It holds bytes that are no letters.
    BrokenText,
    /// It holds a NUL.
    Nul,
    /// A quotation mark is never closed; of this row and those behind nothing is known.
    UnclosedQuote,
    /// Behind a closing quotation mark something follows: where values end would be guessed.
    StrayQuote,
    /// A value is longer than one may be.
    LongValue,
    /// It has more columns than a table may have.
    TooManyColumns,
    /// Some of its cells are joined over several columns with those of other rows.
    MergedCells,
    /// It is not shown: nobody knows whether it is meant.
    Hidden,
}

impl RowFault {
    /// Gives its stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::BrokenText => "broken_text",
            Self::Nul => "nul",
            Self::UnclosedQuote => "unclosed_quote",
            Self::StrayQuote => "stray_quote",
            Self::LongValue => "too_long",
            Self::TooManyColumns => "too_many_columns",
            Self::MergedCells => "merged_cells",
            Self::Hidden => "hidden_row",
        }
    }
}

/// Why a file cannot be read as a table.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unreadable {
    /// There is nothing in it.
    #[error("the file is empty")]
    Empty,
    /// It is a page for browsers, whatever it is called.
    #[error("the file is HTML")]
    Html,
    /// It is a workbook of the form before 2007, or an encrypted one.
    #[error("the file is a workbook of an old form, or encrypted")]
    OldWorkbook,
    /// It is an archive, but no workbook of the form that is read.
    #[error("the archive is no workbook")]
    NoWorkbook,
    /// It is a workbook that is damaged.
    #[error("the workbook is damaged: {0}")]
    Damaged(String),
    /// Unpacked it is larger than a workbook may be.
    #[error("the workbook is too large when unpacked")]
    Bomb,
    /// It has more rows, or more values, than a table may have.
    #[error("the table has too many rows")]
    TooManyRows,
    /// How its letters are written cannot be told; it is to be stated.
    #[error("the encoding cannot be told")]
    EncodingUnclear,
    /// What separates its values cannot be told; it is to be stated.
    #[error("the delimiter cannot be told")]
    DelimiterUnclear,
    /// There is no sheet of the name that is stated.
    #[error("there is no such sheet")]
    NoSuchSheet(Vec<String>),
    /// Several sheets may be meant; one is to be stated.
    #[error("several sheets may be meant")]
    SheetUnclear(Vec<String>),
}

impl Unreadable {
    /// Gives its stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Empty => "empty_file",
            Self::Html => "html",
            Self::OldWorkbook => "old_workbook",
            Self::NoWorkbook => "no_workbook",
            Self::Damaged(_) => "damaged_workbook",
            Self::Bomb => "too_large_unpacked",
            Self::TooManyRows => "too_many_rows",
            Self::EncodingUnclear => "encoding_unclear",
            Self::DelimiterUnclear => "delimiter_unclear",
            Self::NoSuchSheet(_) => "no_such_sheet",
            Self::SheetUnclear(_) => "sheet_unclear",
        }
    }
}

/// Reads a table from a file, by what is in it and not by what it is called.
///
/// ```
/// use anmeldewerk_sheets::{Cell, Hints, read};
///
/// let hints = Hints { encoding: None, delimiter: None, sheet: None, is_head: &|head| head == "Name, Vorname" };
/// let table = read("Name, Vorname;Ort\r\nvon der Heide, Anke;Mölln\r\n".as_bytes(), &hints)?;
/// assert_eq!(table.rows[1].cells[0], Cell::Text("von der Heide, Anke".to_owned()));
/// # Ok::<(), anmeldewerk_sheets::Unreadable>(())
/// ```
pub fn read(bytes: &[u8], hints: &Hints<'_>) -> Result<Table, Unreadable> {
    const ZIP: &[u8] = b"PK\x03\x04";
    const COMPOUND: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";
    let table = if bytes.starts_with(ZIP) {
        workbook::read(bytes, hints)?
    } else if bytes.starts_with(COMPOUND) {
        return Err(Unreadable::OldWorkbook);
    } else {
        separated::read(bytes, hints)?
    };
    if table.rows.is_empty() {
        return Err(Unreadable::Empty);
    }
    Ok(table)
}

/// Counts the heads of columns in a row.
fn heads(cells: &[Cell], hints: &Hints<'_>) -> usize {
    let texts = cells.iter().filter_map(Cell::text);
    texts.filter(|text| (hints.is_head)(text)).count()
}
