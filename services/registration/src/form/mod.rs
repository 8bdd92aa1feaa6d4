//! From what a body says to what the rules take, with every fault named by its place.

pub(crate) mod registration;
mod time;
pub(crate) mod workshop;

use anmeldewerk_contract::problem::{Code, FieldError};
use anmeldewerk_domain::{Prose, TextLine};
use anmeldewerk_service::problem::Problem;

/// Collects what is wrong with a body, so that a client reads all of it at once.
#[derive(Default)]
pub(crate) struct Faults(Vec<FieldError>);

impl Faults {
    /// Notes a fault.
    pub(crate) fn add(&mut self, pointer: impl Into<String>, code: &str) {
        self.0.push(FieldError::new(pointer, code));
    }

    /// Passes a value on, or notes that it was not acceptable.
    pub(crate) fn need<T>(&mut self, pointer: &str, value: Option<T>, code: &str) -> Option<T> {
        if value.is_none() {
            self.add(pointer, code);
        }
        value
    }

    /// Reads a line of text.
    pub(crate) fn line(&mut self, pointer: &str, text: &str) -> Option<TextLine> {
        self.need(pointer, TextLine::new(text), "invalid_text")
    }

    /// Reads a line of text that may be absent or empty.
    pub(crate) fn maybe_line(&mut self, pointer: &str, text: Option<&str>) -> Option<TextLine> {
        let text = text.filter(|text| !text.trim().is_empty())?;
        self.line(pointer, text)
    }

    /// Reads running text.
    pub(crate) fn prose(&mut self, pointer: &str, text: &str) -> Option<Prose> {
        self.need(pointer, Prose::new(text), "invalid_text")
    }

    /// Gives what was read if nothing is wrong.
    pub(crate) fn finish<T>(self, value: Option<T>) -> Result<T, Problem> {
        match value {
            Some(value) if self.0.is_empty() => Ok(value),
            _ => Err(Problem::new(Code::InvalidBody).errors(self.0)),
        }
    }
}
