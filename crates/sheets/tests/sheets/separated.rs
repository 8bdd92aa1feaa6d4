//! Separated values.

use anmeldewerk_sheets::{
    CELL_BYTES, Encoding, Hints, MOST_COLUMNS, MOST_ROWS, RowFault, Source, Unreadable, read,
};

use crate::{HINTS, faults, row, table, unreadable};

fn delimiter(text: &str) -> char {
    match table(text.as_bytes()).source {
        Source::Separated { delimiter, .. } => delimiter,
        Source::Workbook { .. } => panic!("a workbook"),
    }
}

#[test]
fn what_separates_values_is_what_shows_the_heads() {
    let cases = [
        ("Name;Vorname;Ort\nHeide;Anke;Mölln\n", ';'),
        ("Name,Vorname,Ort\nHeide,Anke,Mölln\n", ','),
        ("Name\tVorname\tOrt\nHeide\tAnke\tMölln\n", '\t'),
        ("Name|Vorname|Ort\nHeide|Anke|Mölln\n", '|'),
        // A comma within a head, and within most values.
        (
            "Name, Vorname;E-Mail;AGS\nvon der Heide, Anke;a@example.org;01053\n",
            ';',
        ),
        (
            "\"Name, Vorname\",E-Mail\n\"Heide, Anke\",a@example.org\n",
            ',',
        ),
        // A title in front, with all of them.
        (
            "Teilnehmende; Stand: 1.10., vorläufig\n\nName,Vorname\nHeide,Anke\n",
            ',',
        ),
        // No head is known: what stands most evenly.
        ("x;y;z\n1;2;3,5\n4;5;6\n", ';'),
    ];
    for (text, expected) in cases {
        assert_eq!(delimiter(text), expected, "{text}");
    }
    // One column needs none.
    assert_eq!(table(b"E-Mail\na@example.org\n").rows.len(), 2);
    for unclear in ["Name;Vorname,Ort\nHeide;Anke,x\n", "a;b,c\n1;2,3\n"] {
        assert_eq!(
            unreadable(unclear.as_bytes()),
            Unreadable::DelimiterUnclear,
            "{unclear}"
        );
        let hints = Hints {
            delimiter: Some(';'),
            ..HINTS
        };
        assert!(
            read(unclear.as_bytes(), &hints).is_ok(),
            "stated it is clear"
        );
    }
}

#[test]
fn a_first_line_that_says_what_separates_is_obeyed_and_counted() {
    for first in ["sep=|", "SEP=|", "\"sep=|\""] {
        let read = table(format!("{first}\r\nName|Ort, Kreis\r\nHeide|Mölln\r\n").as_bytes());
        let expected = [row(2, &["Name", "Ort, Kreis"]), row(3, &["Heide", "Mölln"])];
        assert_eq!(read.rows, expected, "{first}");
    }
    let no_such_line = table(b"sep=;x;Name\nHeide;a;b\n");
    assert_eq!(no_such_line.rows[0], row(1, &["sep=", "x", "Name"]));
}

#[test]
fn rows_have_their_lines_whatever_stands_between_and_in_them() {
    let text = "Liste der Anmeldungen;;\r\n\r\nName;Vorname;Ort\r\n;;\r\nHeide;\"Anke\r\nMaria\";Mölln\r\n  ; \t;\r\n\n\
                Jansen;Ole;\"Haus \"\"Am See\"\"\"\r\nPetersen;Jens;Haus \"Am See\"\r\nSumme: 3;;\r\n";
    let expected = [
        row(1, &["Liste der Anmeldungen", "", ""]),
        row(3, &["Name", "Vorname", "Ort"]),
        row(5, &["Heide", "Anke\r\nMaria", "Mölln"]),
        row(9, &["Jansen", "Ole", "Haus \"Am See\""]),
        row(10, &["Petersen", "Jens", "Haus \"Am See\""]),
        row(11, &["Summe: 3", "", ""]),
    ];
    assert_eq!(table(text.as_bytes()).rows, expected);
    // A last line without an end, and lines that end as on old computers.
    assert_eq!(table(b"Name;Ort\nHeide;x").rows.len(), 2);
    let old = table(b"Name;Ort\rHeide;\"a\rb\"\r\rJansen;\"x\"y\r");
    assert_eq!(old.rows[1], row(2, &["Heide", "a\rb"]));
    assert_eq!(faults(&old), [(5, RowFault::StrayQuote)]);
}

#[test]
fn a_quotation_mark_that_leaves_values_in_doubt_spoils_its_row_alone() {
    let text = "Name;Vorname\nHeide;Anke\n\"Jansen\"x;Ole\nPetersen;Jens\n";
    let read = table(text.as_bytes());
    assert_eq!(faults(&read), [(3, RowFault::StrayQuote)]);
    assert_eq!(read.rows[3], row(4, &["Petersen", "Jens"]));
}

#[test]
fn behind_a_quotation_mark_that_is_never_closed_nothing_is_taken() {
    let text = "Name;Vorname\nHeide;Anke\n\nJansen;\"Ole\nPetersen;Jens\nThomsen;Maike\n";
    let read = table(text.as_bytes());
    assert_eq!(faults(&read), [(4, RowFault::UnclosedQuote)]);
    assert_eq!(read.rows.len(), 3, "nothing of the others is guessed");
    assert_eq!(read.rows[1], row(2, &["Heide", "Anke"]));
    // Closed by the next one, it spoils both rows, which are one then.
    let text = "Name;Vorname\n\"Jansen;Ole\n\"Petersen\";Jens\nThomsen;Maike\n";
    let read = table(text.as_bytes());
    assert_eq!(faults(&read), [(2, RowFault::StrayQuote)]);
    assert_eq!(read.rows.last(), Some(&row(4, &["Thomsen", "Maike"])));
}

#[test]
fn bytes_that_are_no_letters_spoil_their_row_alone() {
    let text = b"Name;Vorname\nM\xc3\xbcller;Anke\nM\xfcller;Ole\nJan\0sen;Jens\nThomsen;Maike\n";
    let read = table(text);
    assert_eq!(
        faults(&read),
        [(3, RowFault::BrokenText), (4, RowFault::Nul)]
    );
    assert_eq!(read.rows[1], row(2, &["Müller", "Anke"]));
    assert_eq!(read.rows[4], row(5, &["Thomsen", "Maike"]));
}

#[test]
fn an_encoding_that_is_stated_is_taken() {
    let unclear = b"Name;Ort\nHeide;M\xe1laga\n";
    assert_eq!(unreadable(unclear), Unreadable::EncodingUnclear);
    for (encoding, expected) in [
        (Encoding::Windows1252, "Málaga"),
        (Encoding::Cp850, "Mßlaga"),
    ] {
        let hints = Hints {
            encoding: Some(encoding),
            ..HINTS
        };
        let read = read(unclear, &hints).expect("a table");
        assert_eq!(read.rows[1], row(2, &["Heide", expected]));
        let source = Source::Separated {
            encoding,
            delimiter: ';',
        };
        assert_eq!(read.source, source);
    }
}

#[test]
fn files_that_are_no_table_are_refused_for_what_they_are() {
    for empty in [
        &b""[..],
        b" \r\n\t\n",
        b"\xef\xbb\xbf",
        b";;;\n;;\n",
        b"\"\"\n",
    ] {
        assert_eq!(unreadable(empty), Unreadable::Empty, "{empty:?}");
    }
    for html in [
        "<html><body><table>",
        "\u{feff}\n <!DOCTYPE HTML>\n",
        "<table><tr><td>Name</td>",
    ] {
        assert_eq!(unreadable(html.as_bytes()), Unreadable::Html, "{html}");
    }
    assert_eq!(
        unreadable(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1and more"),
        Unreadable::OldWorkbook
    );
}

#[test]
fn limits_are_what_they_are_said_to_be() {
    let rows = |amount: usize| "Heide;Anke\n".repeat(amount);
    assert_eq!(table(rows(MOST_ROWS).as_bytes()).rows.len(), MOST_ROWS);
    assert_eq!(
        unreadable(rows(MOST_ROWS + 1).as_bytes()),
        Unreadable::TooManyRows
    );
    let wide = |amount: usize| format!("Name;Ort\n{}\n", vec!["x"; amount].join(";"));
    assert_eq!(faults(&table(wide(MOST_COLUMNS).as_bytes())), []);
    let too_wide = table(wide(MOST_COLUMNS + 1).as_bytes());
    assert_eq!(faults(&too_wide), [(2, RowFault::TooManyColumns)]);
    let long = |amount: usize| format!("Name;Ort\n{};x\n", "x".repeat(amount));
    assert_eq!(faults(&table(long(CELL_BYTES).as_bytes())), []);
    let too_long = table(long(CELL_BYTES + 1).as_bytes());
    assert_eq!(faults(&too_long), [(2, RowFault::LongValue)]);
}
