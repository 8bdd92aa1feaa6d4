//! Names of schemas: the one part of a statement that no parameter can carry.

use std::{fmt, str::FromStr};

/// The schema of one version of the read model: `rm_<number>`, or `asof_<name>` as of a position.
///
/// Nothing but lower-case letters, digits and `_`, so it can stand in a statement as it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SchemaName(String);

/// A text that names no schema of a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "is no version: `rm_` and a number, or `asof_` and at most 40 small letters, digits or `_`, a letter first"
)]
pub struct NoSchemaName;

const CURRENT: &str = "rm_";
const AS_OF: &str = "asof_";
/// The schema that dashboards read.
pub(crate) const REPORTING: &str = "reporting";

impl SchemaName {
    /// Names the version with this number that follows the log.
    pub(crate) fn current(number: u32) -> Self {
        Self(format!("{CURRENT}{number}"))
    }

    /// Names a version as of a position.
    pub fn as_of(name: &str) -> Result<Self, NoSchemaName> {
        format!("{AS_OF}{name}").parse()
    }

    /// Gives the schema in which the tables for dashboards lie while this version is not live.
    pub(crate) fn reporting(&self) -> String {
        match self.0.strip_prefix(CURRENT) {
            Some(number) => format!("{REPORTING}_{number}"),
            None => self.0.clone(),
        }
    }

    /// Gives the schemas in which all tables of this version are found by their bare names, as a search path.
    ///
    /// Only the live version has no schema of its own for dashboards: its is then the one without a number. So the
    /// path is right before an exchange of versions and after it, also for whoever is connected meanwhile.
    pub(crate) fn path(&self) -> String {
        if self.0.starts_with(CURRENT) {
            format!("{self},{},{REPORTING}", self.reporting())
        } else {
            self.0.clone()
        }
    }

    /// Gives the name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for SchemaName {
    type Err = NoSchemaName;

    fn from_str(text: &str) -> Result<Self, NoSchemaName> {
        let is_number = |digits: &str| {
            (1..=9).contains(&digits.len())
                && digits.bytes().all(|byte| byte.is_ascii_digit())
                && !digits.starts_with('0')
        };
        let is_name = |name: &str| {
            let known =
                |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
            (1..=40).contains(&name.len())
                && name.starts_with(|first: char| first.is_ascii_lowercase())
                && name.bytes().all(known)
        };
        let fits = match (text.strip_prefix(CURRENT), text.strip_prefix(AS_OF)) {
            (Some(digits), _) => is_number(digits),
            (None, Some(name)) => is_name(name),
            (None, None) => false,
        };
        if fits {
            Ok(Self(text.to_owned()))
        } else {
            Err(NoSchemaName)
        }
    }
}

impl fmt::Display for SchemaName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_that_can_stand_in_a_statement_are_names() {
        for name in ["rm_1", "rm_120", "asof_a", "asof_verwendungsnachweis_2019"] {
            assert_eq!(name.parse::<SchemaName>().expect(name).as_str(), name);
        }
        let long = format!("asof_{}", "a".repeat(41));
        for odd in [
            "",
            "rm_",
            "rm_0",
            "rm_01",
            "rm_x",
            "rm_1; DROP",
            "rm_1234567890",
            "asof_",
            "asof_1",
            "asof_A",
            "asof_a-b",
            "asof_a b",
            "asof_ä",
            "public",
            "reporting",
            &long,
        ] {
            assert_eq!(odd.parse::<SchemaName>(), Err(NoSchemaName), "{odd}");
        }
        assert_eq!(SchemaName::current(7).as_str(), "rm_7");
        assert_eq!(SchemaName::as_of("x").expect("a name").as_str(), "asof_x");
    }

    #[test]
    fn tables_for_dashboards_are_found_whether_the_version_is_live_or_not() {
        assert_eq!(SchemaName::current(7).path(), "rm_7,reporting_7,reporting");
        assert_eq!(SchemaName::as_of("x").expect("a name").path(), "asof_x");
    }
}
