//! Imports: an office's file, from its bytes to the rows of a feed.
//!
//! What a column holds is told by its head, or stated with the file. A row is taken as it stands there or refused with
//! a reason; where something would have to be guessed it is refused.

mod head;
mod row;
mod value;

use anmeldewerk_contract::problem::{Code, FieldError};
use anmeldewerk_domain::{
    ProgramId, TopicCode,
    workshop::{Slot, Workshop},
};
use anmeldewerk_service::{problem::Problem, query::Parameters};
use anmeldewerk_sheets::{Cell, Encoding, Hints, Row, Source, Table, Unreadable};
use serde::Serialize;

use crate::feed;
pub(crate) use head::{Field, Mapping};
use row::Reading;

/// The largest file, in bytes.
pub(crate) const IMPORT_BYTES: usize = 10 * 1024 * 1024;

/// In how many of the first rows the heads of columns may stand.
const HEAD_ROWS: usize = 30;

/// What is said of a file before it is read.
#[derive(Debug, Default)]
pub(crate) struct Announced {
    encoding: Option<Encoding>,
    delimiter: Option<char>,
    sheet: Option<String>,
    /// The line of the heads.
    header: Option<u32>,
    mapping: Mapping,
    /// The version of the notice that whoever has no own column for it has seen.
    privacy_notice: Option<u32>,
    /// Whether nothing is to be written.
    pub(crate) dry_run: bool,
}

/// Says whether a parameter is one of an import's.
pub(crate) fn is_known(name: &str) -> bool {
    let known = [
        "dry_run",
        "encoding",
        "delimiter",
        "sheet",
        "header",
        "mapping",
        "privacy_notice",
    ];
    known.contains(&name)
}

impl Announced {
    pub(crate) fn of(parameters: Parameters<'_>) -> Result<Self, Problem> {
        let delimiter = |text: &str| match text {
            "tab" | "\t" => Some('\t'),
            ";" | "," | "|" => text.chars().next(),
            _ => None,
        };
        let positive = |text: &str| text.parse().ok().filter(|number| *number > 0);
        let truth = |text: &str| text.parse().ok();
        Ok(Self {
            dry_run: parameters.get("dry_run", truth)?.unwrap_or(false),
            encoding: parameters.get("encoding", Encoding::parse)?,
            delimiter: parameters.get("delimiter", delimiter)?,
            sheet: parameters.get("sheet", |name| Some(name.to_owned()))?,
            header: parameters.get("header", positive)?,
            mapping: parameters
                .get("mapping", Mapping::read)?
                .unwrap_or_default(),
            privacy_notice: parameters.get("privacy_notice", positive)?,
        })
    }
}

/// Whose file it is, and what is known of the workshop.
pub(crate) struct Sender {
    pub(crate) program: ProgramId,
    /// The topics of the first slot by their titles; nothing where there is no such workshop for them.
    pub(crate) topics: Option<Vec<(String, TopicCode)>>,
}

impl Sender {
    pub(crate) fn new(program: ProgramId, workshop: Option<&Workshop>) -> Self {
        let topics = workshop.map(|workshop| {
            let offered = workshop.settings.topics.iter();
            let first = offered.filter(|topic| topic.slot == Slot::First);
            let named =
                first.map(|topic| (topic.title.as_str().to_lowercase(), topic.code.clone()));
            named.collect()
        });
        Self { program, topics }
    }

    /// Finds a topic by its code or its title; nothing where there is none, or there are several.
    fn topic(&self, called: &str) -> Option<String> {
        let Some(topics) = &self.topics else {
            // It is refused because there is no workshop.
            return Some(called.to_owned());
        };
        let called = called.to_lowercase();
        let is_it =
            |(title, code): &&(String, TopicCode)| *title == called || code.as_str() == called;
        let mut found = topics.iter().filter(is_it);
        match (found.next(), found.next()) {
            (Some((_, code)), None) => Some(code.as_str().to_owned()),
            _ => None,
        }
    }
}

/// A file that was read.
pub(crate) struct Import {
    pub(crate) about: About,
    pub(crate) rows: Vec<feed::Row>,
}

/// What a file was read as: its form, and what each column holds.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "ImportFile"))]
pub(crate) struct About {
    format: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    encoding: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    delimiter: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sheet: Option<String>,
    /// The line on which the heads of columns stand.
    header: u32,
    columns: Vec<Column>,
}

/// A column.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "ImportColumn"))]
struct Column {
    head: String,
    /// What it holds; nothing where it is not read.
    field: Option<&'static str>,
}

/// Reads a file.
pub(crate) fn read(
    bytes: &[u8],
    announced: &Announced,
    sender: &Sender,
) -> Result<Import, Problem> {
    let mapping = &announced.mapping;
    let hints = Hints {
        encoding: announced.encoding,
        delimiter: announced.delimiter,
        sheet: announced.sheet.as_deref(),
        is_head: &|text| mapping.field(text).is_some(),
    };
    let table = anmeldewerk_sheets::read(bytes, &hints).map_err(unreadable)?;
    let header = header(&table, announced)?;
    let columns = columns(header, mapping)?;
    let about = about(&table.source, header, mapping);
    let reading = Reading {
        columns: &columns,
        sender,
        privacy_notice: announced.privacy_notice,
    };
    let others = table.rows.iter().filter(|row| row.line != header.line);
    let rows = others.map(|row| {
        if row.line < header.line {
            feed::Row::passed_over(row.line, "before_header")
        } else if row.fault.is_none() && row.cells == header.cells {
            feed::Row::passed_over(row.line, "header_again")
        } else {
            reading.row(row)
        }
    });
    Ok(Import {
        about,
        rows: rows.collect(),
    })
}

fn refused(pointer: &str, code: &str) -> Problem {
    Problem::new(Code::InvalidBody).errors([FieldError::new(pointer, code)])
}

fn unreadable(reason: Unreadable) -> Problem {
    let problem = refused("", reason.code());
    match reason {
        Unreadable::NoSuchSheet(sheets) | Unreadable::SheetUnclear(sheets) => {
            problem.with("sheets", sheets)
        }
        _ => problem,
    }
}

/// Finds the row of the heads: the one that is stated, or the first of those with most heads that are known.
fn header<'t>(table: &'t Table, announced: &Announced) -> Result<&'t Row, Problem> {
    let known = |row: &Row| {
        let texts = row.cells.iter().filter_map(Cell::text);
        let fields = texts.filter_map(|text| announced.mapping.field(text));
        let fields: Vec<Field> = fields.collect();
        let named = fields.iter().any(|field| field.is_name());
        if named { fields.len() } else { 0 }
    };
    let found = if let Some(line) = announced.header {
        table.rows.iter().find(|row| row.line == line)
    } else {
        let first = table.rows.iter().take(HEAD_ROWS);
        // Of several that are as good the last is given: the first comes last.
        first.rev().max_by_key(|row| known(row))
    };
    found
        .filter(|row| known(row) > 0)
        .ok_or_else(|| refused("/header", "missing_header"))
}

/// Says what each column holds, in order.
fn columns(header: &Row, mapping: &Mapping) -> Result<Vec<Option<Field>>, Problem> {
    let fields = header.cells.iter().map(|cell| mapping.field(cell.text()?));
    let mut fields: Vec<Option<Field>> = fields.collect();
    let splits = fields.contains(&Some(Field::GivenName));
    for field in &mut fields {
        if *field == Some(Field::Name) {
            *field = Some(if splits {
                Field::FamilyName
            } else {
                Field::FullName
            });
        }
    }
    let mut errors = Vec::new();
    for (index, field) in fields.iter().enumerate() {
        if let Some(field) = field.filter(|field| fields[..index].contains(&Some(*field))) {
            errors.push(FieldError::new(
                format!("/columns/{index}/{}", field.name()),
                "column_twice",
            ));
        }
    }
    if errors.is_empty() {
        Ok(fields)
    } else {
        Err(Problem::new(Code::InvalidBody).errors(errors))
    }
}

fn about(source: &Source, header: &Row, mapping: &Mapping) -> About {
    let columns = header.cells.iter().map(|cell| {
        let head = cell.text().unwrap_or_default().trim().to_owned();
        let field = mapping.field(&head).map(Field::name);
        Column { head, field }
    });
    let (format, encoding, delimiter, sheet) = match source {
        Source::Separated {
            encoding,
            delimiter,
        } => (
            "csv",
            Some(encoding.name()),
            Some(delimiter.to_string()),
            None,
        ),
        Source::Workbook { sheet } => ("xlsx", None, None, Some(sheet.clone())),
    };
    About {
        format,
        encoding,
        delimiter,
        sheet,
        header: header.line,
        columns: columns.collect(),
    }
}
