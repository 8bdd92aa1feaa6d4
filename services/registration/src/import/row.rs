//! From a row of a table to a row of a feed.

use anmeldewerk_contract::problem::{Code, FieldError};
use anmeldewerk_service::problem::Problem;
use anmeldewerk_sheets::{Cell, Row};
use serde_json::{Map, Value, json};

use super::{
    Field, Sender,
    value::{self, Fault, Name},
};
use crate::{feed, form::person::is_nobody};

/// What rows are read with.
pub(super) struct Reading<'r> {
    /// What each column holds.
    pub(super) columns: &'r [Option<Field>],
    pub(super) sender: &'r Sender,
    pub(super) privacy_notice: Option<u32>,
}

/// A row while it is read, with what is wrong with it.
struct Cells<'r> {
    columns: &'r [Option<Field>],
    values: &'r [Cell],
    faults: Vec<FieldError>,
}

impl Cells<'_> {
    fn cell(&self, field: Field) -> &Cell {
        let column = self
            .columns
            .iter()
            .position(|column| *column == Some(field));
        let cell = column.and_then(|column| self.values.get(column));
        cell.unwrap_or(&Cell::Empty)
    }

    fn read(
        &mut self,
        (field, pointer): (Field, &str),
        read: fn(&Cell) -> Result<Option<String>, Fault>,
    ) -> Option<String> {
        let read = read(self.cell(field));
        read.unwrap_or_else(|fault| {
            self.faults.push(FieldError::new(pointer, fault));
            None
        })
    }

    fn text(&mut self, field: Field, pointer: &str) -> Option<String> {
        self.read((field, pointer), value::text)
    }
}

impl Reading<'_> {
    /// Reads a row.
    pub(super) fn row(&self, row: &Row) -> feed::Row {
        if let Some(fault) = row.fault {
            let error = FieldError::new("", fault.code());
            return feed::Row::refused(row.line, None, problem([error]));
        }
        let mut cells = Cells {
            columns: self.columns,
            values: &row.cells,
            faults: Vec::new(),
        };
        if sums_up(&cells) {
            return feed::Row::passed_over(row.line, "summary_row");
        }
        let reference = cells.text(Field::Reference, "/source_reference");
        let stated = self.stated(&mut cells, reference.as_deref());
        if cells.faults.is_empty() {
            feed::Row::stated(row.line, stated.to_string().as_bytes())
        } else {
            feed::Row::refused(row.line, reference, problem(cells.faults))
        }
    }

    fn stated(&self, cells: &mut Cells<'_>, reference: Option<&str>) -> Value {
        let municipality = cells.read((Field::Municipality, "/municipality"), value::municipality);
        let mut stated = json!({
            "program": self.sender.program.as_str(),
            "person": person(cells),
            "wishes": self.wishes(cells),
        });
        if let Some(municipality) = municipality {
            stated["municipality"] = municipality.into();
        }
        if let Some(reference) = reference {
            stated["source_reference"] = reference.into();
        }
        if let Some(notice) = self.notice(cells) {
            stated["privacy_notice"] = notice.into();
        }
        stated
    }

    /// Says which version of the notice was seen; where a column says so, what stands there counts.
    fn notice(&self, cells: &mut Cells<'_>) -> Option<u32> {
        let pointer = "/privacy_notice";
        let Some(stated) = cells.text(Field::PrivacyNotice, pointer) else {
            return self.privacy_notice;
        };
        let number = stated.parse().ok();
        if number.is_none() {
            cells.faults.push(FieldError::new(pointer, "not_a_number"));
        }
        number
    }

    /// Reads the wishes for the first slot, by codes or titles of topics.
    fn wishes(&self, cells: &mut Cells<'_>) -> Value {
        let fields = [Field::FirstWish, Field::SecondWish, Field::ThirdWish];
        let mut ranked = Vec::new();
        for field in fields {
            let pointer = format!("/wishes/0/ranked/{}", ranked.len());
            let Some(text) = cells.text(field, &pointer) else {
                continue;
            };
            match self.sender.topic(&text) {
                Some(code) => ranked.push(code),
                None => cells.faults.push(FieldError::new(pointer, "unknown_topic")),
            }
        }
        if ranked.is_empty() {
            return json!([]);
        }
        json!([{"slot": 1, "ranked": ranked, "vetoes": []}])
    }
}

fn problem(errors: impl IntoIterator<Item = FieldError>) -> Problem {
    Problem::new(Code::InvalidBody).errors(errors)
}

/// Says whether a row is about the table and about nobody in it: beside what it says first it names nobody.
fn sums_up(cells: &Cells<'_>) -> bool {
    let first = cells.values.iter().position(|cell| !cell.is_empty());
    let text = first.and_then(|first| cells.values[first].text());
    let names = |column: usize, field: Field| field.names() && Some(column) != first;
    let person = cells.columns.iter().enumerate().any(|(column, field)| {
        let cell = cells.values.get(column).unwrap_or(&Cell::Empty);
        // A sum may stand in any column.
        let amount = cell
            .text()
            .is_some_and(|text| text.trim().parse::<f64>().is_ok());
        !cell.is_empty() && !amount && field.is_some_and(|field| names(column, field))
    });
    !person && text.is_some_and(value::is_summary)
}

fn person(cells: &mut Cells<'_>) -> Value {
    let name = name(cells);
    let phone = cells.read((Field::Phone, "/person/phone"), value::digits);
    let fields = [
        (Field::Salutation, "salutation"),
        (Field::Title, "title"),
        (Field::Email, "email"),
        (Field::Function, "function"),
        (Field::Organisation, "organisation"),
        (Field::Needs, "needs"),
    ];
    let mut person = Map::new();
    for (field, name) in fields {
        if let Some(text) = cells.text(field, &format!("/person/{name}")) {
            person.insert(name.to_owned(), text.into());
        }
    }
    if let Some(phone) = phone {
        person.insert("phone".to_owned(), phone.into());
    }
    if let Some(Name { family, given }) = name {
        person.insert("family_name".to_owned(), family.into());
        person.insert("given_name".to_owned(), given.into());
    }
    Value::Object(person)
}

/// Reads a name from its columns, be they one or two.
fn name(cells: &mut Cells<'_>) -> Option<Name> {
    let pointer = "/person/family_name";
    if let Some(whole) = cells.text(Field::FullName, pointer) {
        let nobody = |text: &str| is_nobody(None, text);
        return match value::name(&whole, nobody) {
            Ok(name) => Some(name),
            Err(fault) => {
                cells.faults.push(FieldError::new(pointer, fault));
                None
            }
        };
    }
    let given = cells.text(Field::GivenName, "/person/given_name");
    let family = cells.text(Field::FamilyName, pointer)?;
    Some(Name { family, given })
}
