//! What bounds those who knock at the gateway of a stack.

use std::env;

/// Requests a second, and at once, that are far more than a machine like this can answer.
const PLENTY: &str = "100000";

/// How many requests the gateway lets in by token and by address.
const RATES: [&str; 4] = [
    "AW_RATE_PER_TOKEN_PER_S",
    "AW_RATE_PER_TOKEN_BURST",
    "AW_RATE_PER_ADDRESS_PER_S",
    "AW_RATE_PER_ADDRESS_BURST",
];

/// The same, where everything is let in.
const OFF: [&str; 2] = ["AW_RATE_PER_TOKEN_PER_S", "AW_RATE_PER_ADDRESS_PER_S"];

/// Who may ask, and through whom.
const OTHERS: [&str; 3] = ["AW_TRUSTED_PROXIES", "AW_CORS_ORIGINS", "AW_HSTS_MAX_AGE_S"];

/// The settings of a gateway's door.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Door(Vec<(&'static str, String)>);

impl Door {
    /// Lets everything in that comes, for tests and measurements.
    #[must_use]
    pub fn open() -> Self {
        Self(OFF.map(|name| (name, "0".to_owned())).into())
    }

    /// Takes the settings of this process's environment; where it says nothing, whoever tries things out, loads or
    /// fuzzes a stack is not stopped by its door.
    #[must_use]
    pub fn of_environment() -> Self {
        Self::told_by(|name| env::var(name).ok())
    }

    fn told_by(told: impl Fn(&str) -> Option<String>) -> Self {
        let plenty = || PLENTY.to_owned();
        let rates = RATES.map(|name| (name, told(name).unwrap_or_else(plenty)));
        let others = OTHERS.map(|name| Some((name, told(name)?)));
        Self(
            rates
                .into_iter()
                .chain(others.into_iter().flatten())
                .collect(),
        )
    }

    pub(crate) fn into_settings(self) -> Vec<(&'static str, String)> {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_has_its_way_and_plenty_is_let_in_otherwise() {
        let nothing = Door::told_by(|_| None);
        let expected = RATES.map(|name| (name, PLENTY.to_owned()));
        assert_eq!(nothing, Door(expected.into()));
        let told = Door::told_by(|name| Some(format!("told {name}")));
        let names = RATES.into_iter().chain(OTHERS);
        let expected = names.map(|name| (name, format!("told {name}")));
        assert_eq!(told, Door(expected.collect()));
    }
}
