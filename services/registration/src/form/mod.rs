//! From what a body says to what the rules take, with every fault named by its place.

pub(crate) mod amendment;
pub(crate) mod attendance;
mod bucket;
pub(crate) mod document;
pub(crate) mod group;
pub(crate) mod municipality;
mod patch;
pub(crate) mod person;
mod place;
mod policy;
pub(crate) mod reason;
pub(crate) mod registration;
pub(crate) mod schedule;
#[cfg(test)]
pub(crate) mod shape;
mod time;
pub(crate) mod wish;
pub(crate) mod workshop;

pub(crate) use place::slot_number;

use anmeldewerk_contract::problem::{Code, FieldError};
use anmeldewerk_domain::{Prose, TextLine};
use anmeldewerk_service::problem::Problem;

/// Collects what is wrong with a body, so that a client reads all of it at once.
#[derive(Default)]
pub(crate) struct Faults {
    found: Vec<FieldError>,
    /// The part of the body that is being read.
    within: String,
}

impl Faults {
    /// Notes a fault.
    pub(crate) fn add(&mut self, pointer: impl AsRef<str>, code: &str) {
        let pointer = format!("{}{}", self.within, pointer.as_ref());
        self.found.push(FieldError::new(pointer, code));
    }

    /// Reads a part of the body, whose places are below `pointer`.
    pub(crate) fn within<T>(&mut self, pointer: &str, read: impl FnOnce(&mut Self) -> T) -> T {
        let outside = self.within.len();
        self.within.push_str(pointer);
        let value = read(self);
        self.within.truncate(outside);
        value
    }

    /// Says how many faults were found so far.
    pub(crate) fn count(&self) -> usize {
        self.found.len()
    }

    /// Words the refusal.
    pub(crate) fn into_problem(self) -> Problem {
        Problem::new(Code::InvalidBody).errors(self.found)
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

    /// Reads a line of text that may be absent, or empty but for blanks.
    pub(crate) fn maybe_line(&mut self, pointer: &str, text: Option<&str>) -> Option<TextLine> {
        let text = text.filter(|text| !text.trim_matches(' ').is_empty())?;
        self.line(pointer, text)
    }

    /// Reads running text.
    pub(crate) fn prose(&mut self, pointer: &str, text: &str) -> Option<Prose> {
        self.need(pointer, Prose::new(text), "invalid_text")
    }

    /// Gives what was read if nothing is wrong.
    pub(crate) fn finish<T>(self, value: Option<T>) -> Result<T, Problem> {
        match value {
            Some(value) if self.count() == 0 => Ok(value),
            _ => Err(self.into_problem()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_is_wrong_is_named_with_its_place() {
        let mut faults = Faults::default();
        faults.within("/members/0", |faults| faults.add("/title", "invalid_text"));
        faults.add("/last_day", "no_such_time");
        let problem = faults.finish(Some(())).expect_err("refused");
        assert_eq!(problem.code(), Code::InvalidBody);
        let expected = [
            FieldError::new("/members/0/title", "invalid_text"),
            FieldError::new("/last_day", "no_such_time"),
        ];
        assert_eq!(problem.field_errors(), expected);
    }
}
