//! Fields of a merge patch (RFC 7396): absent stays, null is taken away, a value is set.

use anmeldewerk_domain::TextLine;
use serde::{Deserialize, Deserializer};

use super::Faults;

/// What a body says about one field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Patch<T> {
    /// Nothing.
    #[default]
    Absent,
    /// That it shall be taken away.
    Null,
    /// What it shall be.
    Value(T),
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Patch<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let stated = Option::<T>::deserialize(deserializer)?;
        Ok(stated.map_or(Self::Null, Self::Value))
    }
}

impl<T> Patch<T> {
    /// Says whether the field was stated at all.
    pub(crate) fn is_stated(&self) -> bool {
        !matches!(self, Self::Absent)
    }

    /// Gives the value, where one was stated.
    pub(crate) fn value(&self) -> Option<&T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Null => None,
        }
    }
}

impl<T> Patch<T> {
    /// Gives what must be stated.
    pub(super) fn required(&self, faults: &mut Faults, pointer: &str) -> Option<&T> {
        let code = match self {
            Self::Absent => "missing_field",
            Self::Null | Self::Value(_) => "wrong_type",
        };
        faults.need(pointer, self.value(), code)
    }

    /// Gives what may be absent and must not be taken away.
    pub(super) fn unless_null(&self, faults: &mut Faults, pointer: &str) -> Option<&T> {
        if matches!(self, Self::Null) {
            faults.add(pointer, "wrong_type");
        }
        self.value()
    }
}

impl Patch<String> {
    /// Sets a line of text that may be taken away.
    pub(super) fn line(&self, faults: &mut Faults, pointer: &str, field: &mut Option<TextLine>) {
        if self.is_stated() {
            *field = faults.maybe_line(pointer, self.value().map(String::as_str));
        }
    }
}
