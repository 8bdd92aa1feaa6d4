//! Answers as a table for people, or as JSON for programs.

use comfy_table::{Table, presets::NOTHING};
use serde_json::Value;

/// An answer.
#[derive(Debug)]
pub(super) struct Shown {
    head: Vec<&'static str>,
    rows: Vec<Vec<String>>,
    /// What is said below the table.
    lines: Vec<String>,
    value: Value,
}

impl Shown {
    /// Makes an answer of what programs read; people read tables and lines that are added.
    pub(super) fn new(value: Value) -> Self {
        Self {
            head: Vec::new(),
            rows: Vec::new(),
            lines: Vec::new(),
            value,
        }
    }

    /// Adds a table.
    pub(super) fn rows(self, head: &[&'static str], rows: Vec<Vec<String>>) -> Self {
        Self {
            head: head.to_vec(),
            rows,
            ..self
        }
    }

    /// Adds a line below the table.
    pub(super) fn line(mut self, line: impl Into<String>) -> Self {
        self.lines.push(line.into());
        self
    }

    pub(super) fn json(&self) -> String {
        self.value.to_string()
    }

    pub(super) fn table(&self) -> String {
        let mut parts = Vec::new();
        if !self.rows.is_empty() {
            let mut table = Table::new();
            table.load_preset(NOTHING).set_header(&self.head);
            table.add_rows(&self.rows);
            parts.push(table.trim_fmt());
        }
        parts.extend(self.lines.iter().cloned());
        parts.join("\n")
    }
}
