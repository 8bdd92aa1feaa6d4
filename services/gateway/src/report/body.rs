//! The one form of all reports.

use std::{collections::BTreeMap, fmt::Write};

use anmeldewerk_contract::Position;
use anmeldewerk_read_model::query::Figure;
use jiff::{Timestamp, civil::Date};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Description, Places, Report};

/// For what a report was asked.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ReportParameters)]
pub(crate) struct Asked {
    pub(crate) workshop: Option<Uuid>,
    /// Workshops whose first day is not before this one.
    pub(crate) from: Option<Date>,
    /// Workshops whose first day is not behind this one.
    pub(crate) to: Option<Date>,
    pub(crate) program: Option<String>,
    /// `internal`, or `public`: with small figures masked.
    pub(crate) audience: &'static str,
}

/// A report.
#[derive(Serialize, ToSchema)]
#[schema(as = Report)]
pub(crate) struct Envelope {
    #[serde(flatten)]
    pub(crate) description: Description,
    pub(crate) parameters: Asked,
    /// As of which position it counts.
    #[schema(value_type = u64)]
    pub(crate) position: Position,
    /// The time of the last decision that is counted.
    pub(crate) as_of: Option<Timestamp>,
    pub(crate) rows: Vec<Entry>,
    #[schema(value_type = Object)]
    pub(crate) totals: Value,
    /// By Kreis and by Land, and from where nobody comes; in the report about municipalities.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) places: Option<Places>,
}

/// A row: which workshop, along which dimensions, how many of how many, and where that can be opened.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = ReportEntry)]
pub(crate) struct Entry {
    pub(crate) workshop: Uuid,
    pub(crate) title: String,
    pub(crate) first_day: Date,
    pub(crate) host: String,
    /// What the row is about, such as its program.
    #[serde(flatten)]
    #[schema(ignore)]
    pub(crate) about: Map<String, Value>,
    /// What is counted; null where it is masked.
    #[schema(value_type = BTreeMap<String, Option<u64>>)]
    pub(crate) figures: Map<String, Value>,
    /// Of how many; null where it is masked.
    pub(crate) of: Option<u64>,
    /// Where the rows behind each figure are listed.
    pub(crate) rows: BTreeMap<String, String>,
    /// Present where figures are masked.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) masked: bool,
}

impl Entry {
    /// Begins a row with nothing counted.
    pub(super) fn of<R>(figure: &Figure<R>, about: &[(&str, &str)]) -> Self {
        let about = about
            .iter()
            .map(|(name, value)| ((*name).to_owned(), Value::from(*value)));
        Self {
            workshop: figure.workshop,
            title: figure.title.clone(),
            first_day: figure.first_day,
            host: figure.host.clone(),
            about: about.collect(),
            figures: Map::new(),
            of: Some(0),
            rows: BTreeMap::new(),
            masked: false,
        }
    }

    /// Says where each figure can be opened: in which report's rows, and with which parameters besides what the row
    /// is about.
    pub(super) fn open(
        mut self,
        behind: impl Fn(&str) -> (Report, Vec<(&'static str, String)>),
        along: &[&str],
    ) -> Self {
        for figure in self.figures.keys() {
            let (report, own) = behind(figure);
            let mut address = format!(
                "/v1/reports/{}/rows?workshop={}",
                report.name(),
                self.workshop
            );
            let along = along.iter().map(|name| (*name, self.text(name)));
            // Codes, keys and slugs; nothing that an address would have to escape.
            for (name, value) in along.chain(own).filter(|(_, value)| !value.is_empty()) {
                let _ = write!(address, "&{name}={value}");
            }
            self.rows.insert(figure.clone(), address);
        }
        self
    }

    fn text(&self, name: &str) -> String {
        let text = self.about.get(name).and_then(Value::as_str);
        text.unwrap_or_default().to_owned()
    }

    /// Adds to a figure.
    pub(super) fn add(&mut self, name: &str, amount: u64) {
        let before = self.figures.get(name).and_then(Value::as_u64).unwrap_or(0);
        self.figures
            .insert(name.to_owned(), Value::from(before + amount));
    }

    /// Adds to what the figures are a part of.
    pub(super) fn add_to_all(&mut self, amount: u64) {
        self.of = Some(self.of.unwrap_or(0) + amount);
    }

    /// Says something else about the row.
    pub(super) fn tell(&mut self, name: &str, value: impl Into<Value>) {
        self.about.insert(name.to_owned(), value.into());
    }
}

/// Adds all rows up; nothing of a figure that is masked in any of them.
pub(crate) fn totals(entries: &[Entry]) -> Value {
    let mut figures: Map<String, Value> = Map::new();
    for entry in entries {
        for (name, amount) in &entry.figures {
            let sum = match (figures.get(name), amount.as_u64()) {
                (None, Some(amount)) => Value::from(amount),
                (Some(before), Some(amount)) => before
                    .as_u64()
                    .map_or(Value::Null, |before| Value::from(before + amount)),
                (_, None) => Value::Null,
            };
            figures.insert(name.clone(), sum);
        }
    }
    let all = entries.iter().map(|entry| entry.of);
    let all: Option<u64> = all.sum();
    serde_json::json!({"figures": figures, "of": all})
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn entry(confirmed: u64) -> Entry {
        let figure = Figure {
            workshop: Uuid::from_u128(1),
            title: "Wandel".to_owned(),
            first_day: date(2019, 10, 22),
            host: "sh".to_owned(),
            value: (),
        };
        let mut entry = Entry::of(&figure, &[("program", "mv")]);
        entry.add("confirmed", confirmed);
        entry.add_to_all(confirmed);
        entry
    }

    #[test]
    fn a_row_says_where_its_figures_can_be_opened() {
        let behind = |figure: &str| (Report::Programs, vec![("state", figure.to_owned())]);
        let shown = serde_json::to_value(entry(3).open(behind, &["program", "absent"]));
        let expected = serde_json::json!({
            "workshop": "00000000-0000-0000-0000-000000000001", "title": "Wandel", "first_day": "2019-10-22",
            "host": "sh", "program": "mv", "figures": {"confirmed": 3}, "of": 3,
            "rows": {"confirmed": "/v1/reports/programs/rows?workshop=00000000-0000-0000-0000-000000000001\
                                   &program=mv&state=confirmed"},
        });
        assert_eq!(shown.expect("it serializes"), expected);
    }

    #[test]
    fn rows_are_added_up_and_what_is_masked_stays_masked() {
        let sum = totals(&[entry(3), entry(4)]);
        assert_eq!(
            sum,
            serde_json::json!({"figures": {"confirmed": 7}, "of": 7})
        );
        let mut masked = entry(1);
        masked.figures["confirmed"] = Value::Null;
        masked.of = None;
        let sum = totals(&[entry(3), masked, entry(4)]);
        assert_eq!(
            sum,
            serde_json::json!({"figures": {"confirmed": null}, "of": null})
        );
    }
}
