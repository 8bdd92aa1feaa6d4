//! Values separated by commas (CSV, RFC 4180), and what a German Excel takes for that.

use csv::{QuoteStyle, Terminator, Writer, WriterBuilder};

use super::table::Cell;

/// Tells Excel that UTF-8 follows.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// How values are separated and written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// As in RFC 4180, times with their offset from UTC.
    #[default]
    Plain,
    /// Semicolons, a mark in front, and times as Germans write them.
    ExcelDe,
}

impl Dialect {
    /// Reads a dialect.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        (text == "excel-de").then_some(Self::ExcelDe)
    }

    /// Writes what stands before the first row.
    pub(super) fn head(self, heads: &[String]) -> Vec<u8> {
        let mark = match self {
            Self::Plain => &[],
            Self::ExcelDe => BYTE_ORDER_MARK,
        };
        let mut writer = self.writer(mark.to_vec());
        write(&mut writer, heads);
        finished(writer)
    }

    /// Writes rows.
    pub(super) fn rows(self, rows: &[Vec<Cell>]) -> Vec<u8> {
        let mut writer = self.writer(Vec::new());
        for row in rows {
            let values = row.iter().map(|cell| self.value(cell));
            write(&mut writer, values);
        }
        finished(writer)
    }

    /// Writes a whole table of texts that is to be read again: no program calculates them, and no text is lost.
    pub(crate) fn table<const N: usize>(
        self,
        heads: &[&str; N],
        rows: impl Iterator<Item = [String; N]>,
    ) -> Vec<u8> {
        let mut writer = self.writer(Vec::new());
        write(&mut writer, heads);
        for row in rows {
            write(&mut writer, row.map(marked));
        }
        finished(writer)
    }

    fn writer(self, into: Vec<u8>) -> Writer<Vec<u8>> {
        let delimiter = match self {
            Self::Plain => b',',
            Self::ExcelDe => b';',
        };
        WriterBuilder::new()
            .delimiter(delimiter)
            .quote_style(QuoteStyle::Necessary)
            .terminator(Terminator::CRLF)
            .from_writer(into)
    }

    fn value(self, cell: &Cell) -> String {
        match cell {
            Cell::Empty => String::new(),
            Cell::Text(text) => defused(text),
            Cell::Count(count) => count.to_string(),
            Cell::At(at) => match self {
                Self::Plain => at.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string(),
                Self::ExcelDe => at.strftime("%d.%m.%Y %H:%M").to_string(),
            },
        }
    }
}

const NO_WRITING_FAILS: &str = "rows are equally long, and writing to memory cannot fail";

fn write<T: AsRef<[u8]>>(writer: &mut Writer<Vec<u8>>, values: impl IntoIterator<Item = T>) {
    writer.write_record(values).expect(NO_WRITING_FAILS);
}

fn finished(writer: Writer<Vec<u8>>) -> Vec<u8> {
    writer.into_inner().expect(NO_WRITING_FAILS)
}

/// Takes from a text that programs for tables would calculate it (CSV injection): an apostrophe before it says that
/// it is a text.
fn defused(text: &str) -> String {
    if calculates(text) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

/// Does the same so that whoever reads it back can take away one apostrophe and has the text again: one that begins
/// with apostrophes already is given another one, too.
fn marked(text: String) -> String {
    if calculates(text.trim_start_matches('\'')) {
        format!("'{text}")
    } else {
        text
    }
}

/// Says whether a text begins as a formula does, perhaps behind blanks or in full-width letters.
fn calculates(text: &str) -> bool {
    let visible = text.trim_start_matches(|char: char| char.is_whitespace() || is_unseen(char));
    text.starts_with(['\t', '\r', '\n'])
        || visible.starts_with([
            '=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}',
        ])
}

/// Says whether a letter takes no place, so that a program may pass over it.
fn is_unseen(char: char) -> bool {
    matches!(char, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
        || char.is_control()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::table::zone;
    use jiff::Timestamp;

    fn text(text: &str) -> Cell {
        Cell::Text(text.to_owned())
    }

    fn at() -> Cell {
        let at: Timestamp = "2019-08-01T09:00:00.5Z".parse().expect("an instant");
        Cell::At(Box::new(at.to_zoned(zone())))
    }

    fn written(dialect: Dialect, rows: &[Vec<Cell>]) -> String {
        let heads = ["Nummer".to_owned(), "Straße; Ort".to_owned()];
        let bytes = [dialect.head(&heads), dialect.rows(rows)].concat();
        String::from_utf8(bytes).expect("text")
    }

    #[test]
    fn rows_end_with_both_and_what_needs_quotes_has_them() {
        let rows = [
            vec![text("a,b"), text("c;d")],
            vec![text("\"q\""), text("x\r\ny")],
            vec![Cell::Empty, Cell::Count(7)],
            vec![at(), text("🙂")],
        ];
        let plain = "Nummer,Straße; Ort\r\n\"a,b\",c;d\r\n\"\"\"q\"\"\",\"x\r\ny\"\r\n,7\r\n2019-08-01T11:00:00+02:00,🙂\r\n";
        assert_eq!(written(Dialect::Plain, &rows), plain);
        let excel = "\u{feff}Nummer;\"Straße; Ort\"\r\na,b;\"c;d\"\r\n\"\"\"q\"\"\";\"x\r\ny\"\r\n;7\r\n01.08.2019 11:00;🙂\r\n";
        assert_eq!(written(Dialect::ExcelDe, &rows), excel);
    }

    #[test]
    fn what_would_be_calculated_is_a_text() {
        for nasty in [
            "=HYPERLINK(\"https://a.example\")",
            "+49 4542 803-0",
            "-1",
            "@SUM(A1)",
            " =1",
            "\u{a0}\u{a0}=1",
            "\t=1",
            "\rx",
            "\nx",
            "\tx",
            "＝1",
            "＋1",
            "－1",
            "＠x",
            " ＝1",
            "\u{200f}=1",
            "\u{202e}=1",
            "\u{feff}=1",
        ] {
            assert_eq!(defused(nasty), format!("'{nasty}"), "{nasty:?}");
        }
    }

    #[test]
    fn a_table_that_is_read_again_has_an_apostrophe_more_where_one_will_be_taken() {
        let rows = ["=1", "'=1", "'Mölln", "Mölln"].map(|text| [text.to_owned()]);
        let written = Dialect::Plain.table(&["name"], rows.into_iter());
        let expected = "name\r\n'=1\r\n''=1\r\n'Mölln\r\nMölln\r\n";
        assert_eq!(String::from_utf8(written).expect("text"), expected);
    }

    #[test]
    fn what_would_not_stays_as_it_is() {
        for harmless in [
            "",
            "Anke",
            "a=b",
            "von der Heide-=",
            "'=1",
            "04542",
            " x",
            "\u{200f}א",
        ] {
            assert_eq!(defused(harmless), harmless);
        }
    }

    #[test]
    fn there_is_one_dialect_besides_the_plain_one() {
        assert_eq!(Dialect::parse("excel-de"), Some(Dialect::ExcelDe));
        for odd in ["", "excel", "EXCEL-DE", "plain"] {
            assert_eq!(Dialect::parse(odd), None);
        }
    }
}
