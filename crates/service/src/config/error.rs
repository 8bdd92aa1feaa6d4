//! Why a configuration was refused, in one line that names the key.

use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::Setting;

/// Says why a configuration was refused; no variant carries the value of a setting.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Not an error: help or the version was asked for; the text goes to stdout.
    #[error("{0}")]
    Help(String),
    /// A variable with our prefix that no setting names.
    #[error("unknown environment variable {0}")]
    Unknown(String),
    /// A setting without a default was not given.
    #[error("{0} is required")]
    Missing(String),
    /// The value of a setting breaks a rule.
    #[error("{key}: {reason}")]
    Invalid {
        /// Variable and flag of the setting.
        key: String,
        /// The broken rule.
        reason: String,
    },
    /// A secret was given both directly and as a file.
    #[error("{variable} and {file} are both set")]
    Twice {
        /// The direct variable.
        variable: String,
        /// The variable that names a file.
        file: String,
    },
    /// The file that holds a secret could not be read.
    #[error("could not read the file named by {variable}")]
    File {
        /// The variable that names the file.
        variable: String,
        /// What the system said.
        source: std::io::Error,
    },
}

/// The exit code of a refused configuration (`EX_USAGE` of sysexits).
const EXIT_USAGE: i32 = 64;

impl Error {
    /// Makes the error of a setting that a service checks itself.
    pub fn invalid(key: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::Invalid {
            key: key.into(),
            reason: reason.into(),
        }
    }

    /// Ends the process: help on stdout and exit code 0, otherwise one line on stderr and exit code 64.
    pub fn exit(self) -> ! {
        if let Self::Help(text) = &self {
            print!("{text}");
            std::process::exit(0);
        }
        eprintln!("configuration: {}", self.line());
        std::process::exit(EXIT_USAGE)
    }

    /// Words the error and its sources in one line, control characters escaped.
    #[must_use]
    pub fn line(&self) -> String {
        let mut line = self.to_string();
        let mut source = std::error::Error::source(self);
        while let Some(error) = source {
            line = format!("{line}: {error}");
            source = error.source();
        }
        line.chars().flat_map(escaped).collect()
    }

    pub(super) fn from_clap(error: &clap::Error, settings: &[Setting]) -> Self {
        let key = key(error, settings);
        match error.kind() {
            ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => Self::Help(error.to_string()),
            ErrorKind::MissingRequiredArgument => Self::Missing(key),
            _ => Self::Invalid {
                key,
                reason: reason(error),
            },
        }
    }
}

fn escaped(character: char) -> Vec<char> {
    if character.is_control() {
        character.escape_default().collect()
    } else {
        vec![character]
    }
}

fn key(error: &clap::Error, settings: &[Setting]) -> String {
    let names = match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::String(name)) => std::slice::from_ref(name),
        Some(ContextValue::Strings(names)) => names.as_slice(),
        _ => &[],
    };
    let keys: Vec<_> = names.iter().map(|name| name_of(name, settings)).collect();
    if keys.is_empty() {
        "command line".to_owned()
    } else {
        keys.join(", ")
    }
}

/// Names a setting from clap's `--long <VALUE>`; what is no flag could be a value and is not repeated.
fn name_of(argument: &str, settings: &[Setting]) -> String {
    let Some(long) = argument
        .strip_prefix("--")
        .and_then(|rest| rest.split([' ', '=', '[']).next())
    else {
        return "command line".to_owned();
    };
    match settings.iter().find(|setting| setting.long == long) {
        Some(setting) => format!("{} (--{long})", setting.variable),
        None => format!("--{long}"),
    }
}

fn reason(error: &clap::Error) -> String {
    if let Some(source) = std::error::Error::source(error) {
        return source.to_string();
    }
    match error.kind() {
        ErrorKind::UnknownArgument => "unknown argument".to_owned(),
        ErrorKind::InvalidValue => match error.get(ContextKind::ValidValue) {
            Some(ContextValue::Strings(valid)) if !valid.is_empty() => {
                format!("not one of {}", valid.join(", "))
            }
            _ => "a value is missing".to_owned(),
        },
        kind => kind.as_str().unwrap_or("not understood").to_owned(),
    }
}
