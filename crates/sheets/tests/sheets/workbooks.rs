//! Workbooks.

use std::io::{Cursor, Read, Write};

use anmeldewerk_sheets::{Cell, Hints, MOST_ROWS, RowFault, Source, Unreadable, read};
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook, Worksheet};
use zip::{CompressionMethod, ZipArchive, ZipWriter, write::SimpleFileOptions};

use crate::{HINTS, faults, row, table, text, unreadable};

/// Makes a workbook of one sheet.
fn workbook(fill: impl FnOnce(&mut Worksheet)) -> Vec<u8> {
    let mut workbook = Workbook::new();
    fill(workbook.add_worksheet());
    workbook.save_to_buffer().expect("a workbook")
}

fn write(sheet: &mut Worksheet, row: u32, texts: &[&str]) {
    for (column, text) in (0_u16..).zip(texts) {
        sheet.write(row, column, *text).expect("a cell");
    }
}

/// Rewrites the parts of a workbook.
fn rewritten(bytes: &[u8], rewrite: impl Fn(&str, Vec<u8>) -> Vec<u8>) -> Vec<u8> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).expect("an archive");
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).expect("a part");
        let (name, mut content) = (part.name().expect("a name").into_owned(), Vec::new());
        part.read_to_end(&mut content).expect("its content");
        writer.start_file(&*name, packed()).expect("a part");
        writer.write_all(&rewrite(&name, content)).expect("written");
    }
    writer.finish().expect("an archive").into_inner()
}

fn packed() -> SimpleFileOptions {
    SimpleFileOptions::default().compression_method(CompressionMethod::Deflated)
}

#[test]
fn values_are_told_as_what_the_workbook_holds() {
    let bytes = workbook(|sheet| {
        write(sheet, 0, &["Teilnehmende"]);
        write(sheet, 2, &["Name", "AGS", "Ort"]);
        write(sheet, 3, &["von der Heide", "01053090", "  "]);
        sheet.write(4, 0, "Jansen").expect("a cell");
        sheet.write(4, 1, 1_053_090).expect("a cell");
        sheet.write(4, 2, 3.5).expect("a cell");
        sheet.write(5, 0, true).expect("a cell");
        let error = Formula::new("=NA()").set_result("#N/A");
        sheet.write(5, 1, error).expect("a cell");
        let day = ExcelDateTime::from_ymd(2019, 10, 22).expect("a day");
        let form = Format::new().set_num_format("dd.mm.yyyy");
        sheet.write_with_format(5, 2, &day, &form).expect("a cell");
        let noon = ExcelDateTime::from_ymd(2019, 10, 22).expect("a day");
        let noon = noon.and_hms(12, 30, 0).expect("a time");
        sheet.write_with_format(5, 3, &noon, &form).expect("a cell");
    });
    let read = table(&bytes);
    assert_eq!(
        read.source,
        Source::Workbook {
            sheet: "Sheet1".to_owned()
        }
    );
    assert_eq!(read.rows[0], row(1, &["Teilnehmende"]));
    assert_eq!(read.rows[1], row(3, &["Name", "AGS", "Ort"]));
    assert_eq!(read.rows[2], row(4, &["von der Heide", "01053090"]));
    let number = |digits: &str| Cell::Number(digits.to_owned());
    assert_eq!(
        read.rows[3].cells,
        [text("Jansen"), number("1053090"), number("3.5")]
    );
    let date = |said: &str| Cell::Date(said.to_owned());
    let odd = [
        Cell::Other("true"),
        Cell::Other("error"),
        date("2019-10-22"),
        date("2019-10-22T12:30:00"),
    ];
    assert_eq!(read.rows[4].cells, odd);
    assert_eq!(faults(&read), []);
}

#[test]
fn days_are_read_in_either_calendar() {
    let bytes = workbook(|sheet| {
        let form = Format::new().set_num_format("dd.mm.yyyy");
        let day = ExcelDateTime::from_ymd(2019, 10, 22).expect("a day");
        sheet.write_with_format(0, 0, &day, &form).expect("a cell");
    });
    let other = rewritten(&bytes, |name, content| {
        let text = || String::from_utf8(content.clone()).expect("a text");
        match name {
            "xl/workbook.xml" => {
                let changed = text().replace("<workbookPr ", "<workbookPr date1904=\"1\" ");
                assert_ne!(changed, text());
                changed.into_bytes()
            }
            // 1,462 days lie between the two calendars' beginnings.
            "xl/worksheets/sheet1.xml" => {
                let changed = text().replace("<v>43760</v>", "<v>42298</v>");
                assert_ne!(changed, text());
                changed.into_bytes()
            }
            _ => content,
        }
    });
    for bytes in [bytes, other] {
        let day = Cell::Date("2019-10-22".to_owned());
        assert_eq!(table(&bytes).rows[0].cells, [day]);
    }
}

#[test]
fn what_is_joined_downwards_stands_in_each_row_and_blocks_are_faults() {
    let bytes = workbook(|sheet| {
        write(sheet, 0, &["Name", "Ort", "AGS"]);
        let plain = Format::new();
        for (row, name) in (1..).zip(["Heide", "Jansen", "Petersen", "Thomsen", "Lorenz"]) {
            sheet.write(row, 0, name).expect("a cell");
        }
        sheet
            .merge_range(1, 1, 2, 1, "Mölln", &plain)
            .expect("joined");
        sheet
            .merge_range(4, 1, 5, 2, "Ratzeburg", &plain)
            .expect("joined");
    });
    let read = table(&bytes);
    assert_eq!(read.rows[1], row(2, &["Heide", "Mölln"]));
    assert_eq!(read.rows[2], row(3, &["Jansen", "Mölln"]));
    assert_eq!(read.rows[3], row(4, &["Petersen"]));
    assert_eq!(
        faults(&read),
        [(5, RowFault::MergedCells), (6, RowFault::MergedCells)]
    );
}

#[test]
fn rows_that_are_not_shown_are_faults() {
    let bytes = workbook(|sheet| {
        write(sheet, 0, &["Name", "Ort"]);
        for row in 1..5 {
            write(sheet, row, &["Heide", "Mölln"]);
        }
        sheet.set_row_hidden(2).expect("a row");
        sheet.set_row_hidden(4).expect("a row");
    });
    assert_eq!(
        faults(&table(&bytes)),
        [(3, RowFault::Hidden), (5, RowFault::Hidden)]
    );
}

#[test]
fn of_several_sheets_the_one_that_is_meant_is_read_or_none() {
    let made = |fill: &dyn Fn(&mut Workbook)| {
        let mut workbook = Workbook::new();
        fill(&mut workbook);
        workbook.save_to_buffer().expect("a workbook")
    };
    let sheet = |workbook: &mut Workbook, name: &str, texts: &[&str]| {
        let sheet = workbook.add_worksheet();
        sheet.set_name(name).expect("a name");
        write(sheet, 0, texts);
    };
    let one = made(&|workbook| {
        sheet(workbook, "Hinweise", &["Bitte ausfüllen"]);
        sheet(workbook, "Anmeldungen", &["Name", "Vorname"]);
        sheet(workbook, "leer", &[]);
    });
    let from = |name: &str| Source::Workbook {
        sheet: name.to_owned(),
    };
    assert_eq!(table(&one).source, from("Anmeldungen"));
    let stated = Hints {
        sheet: Some("Hinweise"),
        ..HINTS
    };
    assert_eq!(
        read(&one, &stated).expect("a table").source,
        from("Hinweise")
    );
    let absent = Hints {
        sheet: Some("Anmeldung"),
        ..HINTS
    };
    let names = ["Hinweise", "Anmeldungen", "leer"]
        .map(str::to_owned)
        .to_vec();
    assert_eq!(read(&one, &absent), Err(Unreadable::NoSuchSheet(names)));

    let two = made(&|workbook| {
        sheet(workbook, "SH", &["Name", "Vorname"]);
        sheet(workbook, "MV", &["Name", "Vorname"]);
    });
    let names = ["SH", "MV"].map(str::to_owned).to_vec();
    assert_eq!(unreadable(&two), Unreadable::SheetUnclear(names));

    let hidden = made(&|workbook| {
        sheet(workbook, "SH", &["Name", "Vorname"]);
        sheet(workbook, "alt", &["Name", "Vorname"]);
        let old = workbook.worksheet_from_index(1).expect("a sheet");
        old.set_hidden(true);
    });
    assert_eq!(table(&hidden).source, from("SH"));
    assert_eq!(unreadable(&workbook(|_| {})), Unreadable::Empty);
}

#[test]
fn archives_that_are_no_workbook_or_a_bomb_are_refused() {
    let archive = |parts: &[(&str, Vec<u8>)]| {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in parts {
            writer.start_file(*name, packed()).expect("a part");
            writer.write_all(content).expect("written");
        }
        writer.finish().expect("an archive").into_inner()
    };
    let other = archive(&[("content.xml", b"<x/>".to_vec())]);
    assert_eq!(unreadable(&other), Unreadable::NoWorkbook);

    let whole = workbook(|sheet| write(sheet, 0, &["Name", "Ort"]));
    let mut cut = whole.clone();
    cut.truncate(whole.len() / 2);
    assert!(matches!(unreadable(&cut), Unreadable::Damaged(_)));
    let broken = rewritten(&whole, |name, content| match name {
        "xl/worksheets/sheet1.xml" => b"<worksheet><sheetData><row><c".to_vec(),
        _ => content,
    });
    assert!(matches!(
        unreadable(&broken),
        Unreadable::Damaged(_) | Unreadable::Empty
    ));

    let zeros = vec![b'0'; 70 * 1024 * 1024];
    let bomb = rewritten(&whole, |name, content| match name {
        "xl/worksheets/sheet1.xml" => [&content[..], &zeros].concat(),
        _ => content,
    });
    assert!(
        bomb.len() < 1024 * 1024,
        "it is small as long as it is packed"
    );
    assert_eq!(unreadable(&bomb), Unreadable::Bomb);
}

#[test]
fn a_sheet_takes_no_more_than_what_it_holds() {
    let far = workbook(|sheet| {
        write(sheet, 0, &["Name", "Ort"]);
        sheet.write(1_048_575, 16_383, "weit weg").expect("a cell");
    });
    let read = table(&far);
    assert_eq!(read.rows.len(), 2);
    assert_eq!(faults(&read), [(1_048_576, RowFault::TooManyColumns)]);

    let rows = |amount: usize| {
        workbook(|sheet| {
            for row in 0..u32::try_from(amount).expect("few") {
                sheet.write(row, 0, "Heide").expect("a cell");
            }
        })
    };
    assert_eq!(table(&rows(MOST_ROWS)).rows.len(), MOST_ROWS);
    assert_eq!(unreadable(&rows(MOST_ROWS + 1)), Unreadable::TooManyRows);
}
