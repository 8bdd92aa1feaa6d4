//! Values with something in between (CSV), as programs for tables write them.

use csv::{ReaderBuilder, StringRecord};

use crate::{
    CELL_BYTES, Cell, Hints, MOST_COLUMNS, MOST_ROWS, Row, RowFault, Source, Table, Unreadable,
    encoding, heads,
};

/// What may stand between values where nothing is stated.
const DELIMITERS: [char; 4] = [';', ',', '\t', '|'];

/// How many rows are looked at to find out what separates values.
const SAMPLE_ROWS: usize = 40;

pub(crate) fn read(bytes: &[u8], hints: &Hints<'_>) -> Result<Table, Unreadable> {
    let (text, encoding) = encoding::decode(bytes, hints.encoding)?;
    if is_html(&text) {
        return Err(Unreadable::Html);
    }
    if !text.chars().any(char::is_alphanumeric) {
        return Err(Unreadable::Empty);
    }
    let (start, said) = said_first(&text);
    let text = Text { all: &text, start };
    let delimiter = match hints.delimiter.or(said) {
        Some(delimiter) => delimiter,
        None => text.delimiter(hints)?,
    };
    let rows = text.rows(delimiter, MOST_ROWS + 1);
    if rows.len() > MOST_ROWS {
        return Err(Unreadable::TooManyRows);
    }
    let source = Source::Separated {
        encoding,
        delimiter,
    };
    Ok(Table { source, rows })
}

/// Says whether a text is a page for browsers, as some programs save tables.
fn is_html(text: &str) -> bool {
    let beginning: String = text.trim_start().chars().take(256).collect();
    let beginning = beginning.to_ascii_lowercase();
    [
        "<!doctype html",
        "<html",
        "<table",
        "<?xml",
        "<head",
        "<body",
        "<meta",
    ]
    .iter()
    .any(|tag| beginning.starts_with(tag))
}

/// Reads a first line that says no more than what separates values (`sep=;`); gives where the rest begins.
fn said_first(text: &str) -> (usize, Option<char>) {
    let end = text.find('\n').map_or(text.len(), |end| end + 1);
    let line = text[..end].trim_end_matches(['\r', '\n']).trim_matches('"');
    let said = line
        .get(..4)
        .filter(|start| start.eq_ignore_ascii_case("sep="));
    let mut rest = said.map(|_| line[4..].chars()).into_iter().flatten();
    match (rest.next(), rest.next()) {
        (Some(delimiter), None) if delimiter.is_ascii() => (end, Some(delimiter)),
        _ => (0, None),
    }
}

/// A text from where its table begins.
#[derive(Clone, Copy)]
struct Text<'t> {
    all: &'t str,
    start: usize,
}

/// Where in a value a letter stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Within {
    Start,
    Bare,
    Quoted,
    Closed,
}

/// What is wrong with quotation marks: the lines of rows in which one is out of place, and the row, by the byte at
/// which it begins and its line, in which one is never closed.
#[derive(Debug, Default, PartialEq, Eq)]
struct Quotes {
    stray: Vec<u32>,
    unclosed: Option<(usize, u32)>,
}

impl Text<'_> {
    /// Finds out what separates values: what shows most of the heads that are looked for.
    fn delimiter(self, hints: &Hints<'_>) -> Result<char, Unreadable> {
        let mut readings: Vec<(usize, char, Vec<Row>)> = DELIMITERS
            .into_iter()
            .map(|delimiter| {
                let rows = self.rows(delimiter, SAMPLE_ROWS);
                let most = rows.iter().map(|row| heads(&row.cells, hints)).max();
                (most.unwrap_or(0), delimiter, rows)
            })
            .collect();
        // Where no head is known, whoever maps the columns sees what stands there most evenly.
        if readings.iter().all(|(heads, ..)| *heads == 0) {
            for (evenness, _, rows) in &mut readings {
                *evenness = even(rows);
            }
        }
        let best = readings.iter().map(|(score, ..)| *score).max();
        let mut best = readings.iter().filter(|(score, ..)| Some(*score) == best);
        let first = best.next().ok_or(Unreadable::DelimiterUnclear)?;
        if best.all(|(_, _, rows)| *rows == first.2) {
            Ok(first.1)
        } else {
            Err(Unreadable::DelimiterUnclear)
        }
    }

    /// Reads rows, at most so many.
    fn rows(self, delimiter: char, most: usize) -> Vec<Row> {
        let quotes = self.quotes(delimiter);
        let end = quotes.unclosed.map_or(self.all.len(), |(byte, _)| byte);
        let text = &self.all[self.start..end];
        let mut lines = Lines {
            text,
            byte: 0,
            line: 1 + breaks(&self.all[..self.start]),
        };
        let mut reader = ReaderBuilder::new()
            .delimiter(u8::try_from(delimiter).unwrap_or(b';'))
            .has_headers(false)
            .flexible(true)
            .from_reader(text.as_bytes());
        let mut rows = Vec::new();
        for record in reader.records() {
            // It is a text, and rows may be of any length: nothing can go wrong.
            let Ok(record) = record else { break };
            let line = lines.of(&record);
            let stray = quotes.stray.binary_search(&line).is_ok();
            let row = row(&record, line, stray);
            let says = row.fault.is_some() || row.cells.iter().any(|cell| !cell.is_empty());
            if says {
                rows.push(row);
            }
            if rows.len() == most {
                return rows;
            }
        }
        if let Some((_, line)) = quotes.unclosed {
            rows.push(Row {
                line,
                cells: Vec::new(),
                fault: Some(RowFault::UnclosedQuote),
            });
        }
        rows
    }

    /// Looks at quotation marks (RFC 4180) that leave in doubt where values end, which a reader would guess.
    fn quotes(self, delimiter: char) -> Quotes {
        let mut found = Quotes::default();
        let mut within = Within::Start;
        let mut line = breaks(&self.all[..self.start]) + 1;
        // Where the row begins that is looked at; empty lines in front of it are none.
        let (mut row, mut begun) = ((self.start, line), false);
        let mut letters = self.all[self.start..].char_indices().peekable();
        while let Some((byte, letter)) = letters.next() {
            let byte = self.start + byte;
            let ends = matches!(letter, '\r' | '\n') && within != Within::Quoted;
            if !ends && !begun {
                (row, begun) = ((byte, line), true);
            }
            within = match (within, letter) {
                (Within::Quoted, '"') => Within::Closed,
                (Within::Start | Within::Closed, '"') | (Within::Quoted, _) => Within::Quoted,
                (_, '\r' | '\n') => {
                    begun = false;
                    Within::Start
                }
                (_, letter) if letter == delimiter => Within::Start,
                (Within::Closed, _) => {
                    if found.stray.last() != Some(&row.1) {
                        found.stray.push(row.1);
                    }
                    Within::Bare
                }
                (Within::Start | Within::Bare, _) => Within::Bare,
            };
            let followed = letters.peek().is_some_and(|(_, next)| *next == '\n');
            line += u32::from(letter == '\n' || letter == '\r' && !followed);
        }
        if within == Within::Quoted {
            found.unclosed = Some(row);
        }
        found
    }
}

/// Says how many columns most rows have, if they have more than one.
fn even(rows: &[Row]) -> usize {
    let counts: Vec<usize> = rows.iter().map(|row| row.cells.len()).collect();
    let most = counts.iter().max_by_key(|count| {
        let same = counts.iter().filter(|other| other == count).count();
        (same, **count)
    });
    most.copied().filter(|count| *count > 1).unwrap_or(0)
}

/// Counts ends of lines; those of old computers are a carriage return alone.
fn breaks(text: &str) -> u32 {
    let bytes = text.as_bytes();
    let alone = |at: usize| bytes[at] == b'\r' && bytes.get(at + 1) != Some(&b'\n');
    let breaks = (0..bytes.len()).filter(|at| bytes[*at] == b'\n' || alone(*at));
    u32::try_from(breaks.count()).unwrap_or(u32::MAX)
}

/// Counts lines up to where records begin, from each on to the next.
struct Lines<'t> {
    text: &'t str,
    byte: usize,
    line: u32,
}

impl Lines<'_> {
    /// Gives the line on which a record begins; empty lines before it are passed over by the reader and count.
    fn of(&mut self, record: &StringRecord) -> u32 {
        let byte = record.position().map_or(0, csv::Position::byte);
        let byte = usize::try_from(byte).unwrap_or(self.text.len());
        let rest = self.text.get(byte..).unwrap_or_default();
        let blank = rest.len() - rest.trim_start_matches(['\r', '\n']).len();
        let begins = byte + blank;
        self.line += self.text.get(self.byte..begins).map_or(0, breaks);
        self.byte = begins.max(self.byte);
        self.line
    }
}

fn row(record: &StringRecord, line: u32, stray: bool) -> Row {
    let cells = record.iter().take(MOST_COLUMNS).map(|value| {
        if value.trim().is_empty() {
            Cell::Empty
        } else {
            Cell::Text(value.to_owned())
        }
    });
    let has = |what: char| record.iter().any(|value| value.contains(what));
    let behind = record.iter().skip(MOST_COLUMNS);
    let fault = if stray {
        Some(RowFault::StrayQuote)
    } else if has('\u{fffd}') {
        Some(RowFault::BrokenText)
    } else if has('\0') {
        Some(RowFault::Nul)
    } else if record.iter().any(|value| value.len() > CELL_BYTES) {
        Some(RowFault::LongValue)
    } else if behind.into_iter().any(|value| !value.trim().is_empty()) {
        Some(RowFault::TooManyColumns)
    } else {
        None
    };
    Row {
        line,
        cells: cells.collect(),
        fault,
    }
}
