//! Workbooks (XLSX): one sheet of them, as it stands there.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{self, Cursor, Read},
};

use calamine::{
    DataRef, Dimensions, ExcelDateTime, Reader, SheetType, SheetVisible, Xlsx, XlsxError,
};
use zip::ZipArchive;

use crate::{
    CELL_BYTES, Cell, Hints, MOST_COLUMNS, MOST_ROWS, Row, RowFault, Source, Table, Unreadable,
    heads, hidden,
};

/// The most bytes of a workbook when it is unpacked.
const UNPACKED_BYTES: u64 = 64 * 1024 * 1024;
/// The most parts of one.
const MOST_PARTS: usize = 2_000;
/// The most sheets that are looked at.
const MOST_SHEETS: usize = 50;
/// The most values of a sheet.
const MOST_VALUES: usize = 1_000_000;
/// From how many heads on a sheet is one that is looked for.
const FEW_HEADS: usize = 2;

type Workbook<'b> = Xlsx<Cursor<&'b [u8]>>;
type Archive<'b> = ZipArchive<Cursor<&'b [u8]>>;

pub(crate) fn read(bytes: &[u8], hints: &Hints<'_>) -> Result<Table, Unreadable> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| damaged(&error))?;
    if archive.by_name("xl/workbook.xml").is_err() {
        return Err(Unreadable::NoWorkbook);
    }
    measure(&mut archive)?;
    let mut workbook = Workbook::new(Cursor::new(bytes)).map_err(|error| damaged(&error))?;
    let shown: Vec<String> = workbook
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.typ == SheetType::WorkSheet && sheet.visible == SheetVisible::Visible)
        .map(|sheet| sheet.name.clone())
        .take(MOST_SHEETS)
        .collect();
    let (sheet, mut rows) = choose(&mut workbook, shown, hints)?;
    for number in hidden::rows(&mut archive, &sheet)? {
        if let Some(row) = rows.iter_mut().find(|row| row.line == number) {
            row.fault.get_or_insert(RowFault::Hidden);
        }
    }
    let source = Source::Workbook { sheet };
    Ok(Table { source, rows })
}

fn damaged(error: &impl ToString) -> Unreadable {
    Unreadable::Damaged(error.to_string())
}

/// Unpacks every part once and keeps nothing, because what an archive says of itself need not be true.
fn measure(archive: &mut Archive<'_>) -> Result<(), Unreadable> {
    if archive.len() > MOST_PARTS {
        return Err(Unreadable::Bomb);
    }
    let mut left = UNPACKED_BYTES;
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(|error| damaged(&error))?;
        let read = io::copy(&mut part.take(left + 1), &mut io::sink());
        let read = read.map_err(|error| damaged(&error))?;
        left = left.checked_sub(read).ok_or(Unreadable::Bomb)?;
    }
    Ok(())
}

/// Finds the sheet that is meant: the one that is stated, or the only one that can be.
fn choose(
    workbook: &mut Workbook<'_>,
    shown: Vec<String>,
    hints: &Hints<'_>,
) -> Result<(String, Vec<Row>), Unreadable> {
    if let Some(stated) = hints.sheet {
        return match shown.iter().find(|name| *name == stated) {
            Some(name) => Ok((name.clone(), rows(workbook, name)?)),
            None => Err(Unreadable::NoSuchSheet(shown)),
        };
    }
    let mut filled = Vec::new();
    for name in shown {
        let rows = rows(workbook, &name)?;
        if !rows.is_empty() {
            filled.push((name, rows));
        }
    }
    let has_heads = |rows: &[Row]| rows.iter().any(|row| heads(&row.cells, hints) >= FEW_HEADS);
    if filled.len() > 1 && filled.iter().filter(|(_, rows)| has_heads(rows)).count() == 1 {
        filled.retain(|(_, rows)| has_heads(rows));
    }
    match filled.len() {
        0 => Err(Unreadable::Empty),
        1 => Ok(filled.remove(0)),
        _ => {
            let names = filled.into_iter().map(|(name, _)| name);
            Err(Unreadable::SheetUnclear(names.collect()))
        }
    }
}

/// The values of a sheet, by row and column from 0 on.
type Grid = BTreeMap<u32, BTreeMap<u32, Cell>>;

fn rows(workbook: &mut Workbook<'_>, sheet: &str) -> Result<Vec<Row>, Unreadable> {
    let mut grid = grid(workbook, sheet)?;
    let merged = workbook.merge_cells_by_sheet_name(sheet);
    let merged = merged.map_err(|error| damaged(&error))?;
    let blurred = spread(&mut grid, &merged);
    let rows = grid.into_iter().map(|(number, cells)| {
        let last = cells.keys().next_back().copied().unwrap_or(0);
        let in_bounds = usize::try_from(last).is_ok_and(|last| last < MOST_COLUMNS);
        let long = |cell: &Cell| cell.text().is_some_and(|text| text.len() > CELL_BYTES);
        let nul = |cell: &Cell| cell.text().is_some_and(|text| text.contains('\0'));
        let fault = if !in_bounds {
            Some(RowFault::TooManyColumns)
        } else if cells.values().any(long) {
            Some(RowFault::LongValue)
        } else if cells.values().any(nul) {
            Some(RowFault::Nul)
        } else if blurred.contains(&number) {
            Some(RowFault::MergedCells)
        } else {
            None
        };
        let width = if in_bounds { last + 1 } else { 0 };
        let cells = (0..width).map(|column| cells.get(&column).cloned().unwrap_or_default());
        Row {
            line: number + 1,
            cells: cells.collect(),
            fault,
        }
    });
    Ok(rows.collect())
}

/// Reads cell by cell: how large a sheet says it is need not be true.
fn grid(workbook: &mut Workbook<'_>, sheet: &str) -> Result<Grid, Unreadable> {
    let mut reader = workbook
        .worksheet_cells_reader(sheet)
        .map_err(|error| damaged(&error))?;
    let (mut grid, mut values) = (Grid::new(), 0);
    loop {
        let next = reader
            .next_cell()
            .map_err(|error: XlsxError| damaged(&error))?;
        let Some(cell) = next else {
            return Ok(grid);
        };
        let (row, column) = cell.get_position();
        let value = value(cell.get_value());
        if value.is_empty() {
            continue;
        }
        grid.entry(row).or_default().insert(column, value);
        values += 1;
        if grid.len() > MOST_ROWS || values > MOST_VALUES {
            return Err(Unreadable::TooManyRows);
        }
    }
}

fn value(value: &DataRef<'_>) -> Cell {
    let text = |text: &str| {
        if text.trim().is_empty() {
            Cell::Empty
        } else {
            Cell::Text(text.to_owned())
        }
    };
    match value {
        DataRef::String(said) => text(said),
        DataRef::SharedString(said) => text(said),
        DataRef::Int(number) => Cell::Number(number.to_string()),
        DataRef::Float(number) => Cell::Number(number.to_string()),
        DataRef::DateTime(date) => instant(date),
        DataRef::DateTimeIso(date) => Cell::Date(date.clone()),
        DataRef::DurationIso(_) => Cell::Other("duration"),
        DataRef::Bool(true) => Cell::Other("true"),
        DataRef::Bool(false) => Cell::Other("false"),
        DataRef::Error(_) => Cell::Other("error"),
        DataRef::Empty => Cell::Empty,
    }
}

/// Writes a day, and a time where there is one; the library knows both calendars.
fn instant(date: &ExcelDateTime) -> Cell {
    if date.is_duration() {
        return Cell::Other("duration");
    }
    let (year, month, day, hour, minute, second, _) = date.to_ymd_hms_milli();
    let text = format!("{year:04}-{month:02}-{day:02}");
    Cell::Date(if date.as_f64().fract() == 0.0 {
        text
    } else {
        format!("{text}T{hour:02}:{minute:02}:{second:02}")
    })
}

/// Lets what is joined downwards stand in each of its rows, as it is shown; gives the rows of which parts are joined
/// with others over several columns.
fn spread(grid: &mut Grid, merged: &[Dimensions]) -> BTreeSet<u32> {
    let mut blurred = BTreeSet::new();
    for region in merged {
        let ((top, left), (bottom, right)) = (region.start, region.end);
        if top == bottom {
            continue;
        }
        let rows: Vec<u32> = grid.range(top..=bottom).map(|(row, _)| *row).collect();
        if left != right {
            blurred.extend(rows);
            continue;
        }
        let first = grid.get(&top).and_then(|cells| cells.get(&left)).cloned();
        for row in rows {
            if let (Some(first), Some(cells)) = (&first, grid.get_mut(&row)) {
                cells.insert(left, first.clone());
            }
        }
    }
    blurred
}
