//! A setting nobody may read by accident.

use std::fmt;
use std::str::FromStr;

use secrecy::{ExposeSecret, SecretString};

use super::Error;

/// Holds a secret setting, such as a URL with a password: redacted in `Debug`, wiped when dropped.
#[derive(Clone)]
pub struct Secret(SecretString);

impl Secret {
    /// Gives the secret to the one who connects with it.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// Says that a secret was empty or held control characters.
#[derive(Debug, thiserror::Error)]
#[error("empty or with control characters")]
pub struct Unusable;

impl FromStr for Secret {
    type Err = Unusable;

    fn from_str(text: &str) -> Result<Self, Unusable> {
        if text.is_empty() || text.chars().any(char::is_control) {
            return Err(Unusable);
        }
        Ok(Self(text.into()))
    }
}

/// Reads a secret from a file; white space at the end (an editor's newline) does not belong to it.
pub(super) fn read_file(path: &str, variable: String) -> Result<String, Error> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(text.trim_end().to_owned()),
        Err(source) => Err(Error::File { variable, source }),
    }
}
