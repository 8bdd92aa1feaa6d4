//! Configuration: a flag beats an environment variable beats a default, and anything odd stops the process at once.
//!
//! A service declares one `clap` structure whose arguments name their variable (`#[arg(long, env = "AW_…")]`).
//! Variables beginning with [`PREFIX`] that no argument names are errors, because a misspelt setting is a silent default.
//! An argument of type [`Secret`] may also come from a file: `AW_NATS_URL_FILE=/run/secrets/nats` instead of `AW_NATS_URL`.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Parser;

mod error;
mod secret;

pub use error::Error;
pub use secret::Secret;

/// Begins the name of every environment variable that belongs to this product.
pub const PREFIX: &str = "AW_";

/// Settings every process has; to be flattened into the service's own structure.
#[derive(Clone, Debug, clap::Args)]
pub struct ProcessArgs {
    /// Address of health, metrics and version; port 0 takes a free one.
    #[arg(long, env = "AW_ADMIN_LISTEN")]
    pub admin_listen: SocketAddr,
    /// Log filter, such as `info` or `info,anmeldewerk_journal=debug`.
    #[arg(long, env = "AW_LOG", default_value = "info")]
    pub log: String,
}

/// Settings of a process with a public listener; to be flattened into the service's own structure.
#[derive(Clone, Debug, clap::Args)]
pub struct PublicArgs {
    /// Address of the public listener; port 0 takes a free one.
    #[arg(long, env = "AW_LISTEN")]
    pub listen: SocketAddr,
    /// File with the keys that sign access tokens (a JSON Web Key Set).
    #[arg(long, env = "AW_JWKS")]
    pub jwks: PathBuf,
    /// The one accepted issuer of access tokens (`iss`).
    #[arg(long, env = "AW_ISSUER")]
    pub issuer: String,
    /// Allows the clock to be set on the admin port; never in production.
    #[arg(long, env = "AW_DEVELOPMENT", action = clap::ArgAction::Set, default_value_t = false, num_args = 0..=1, default_missing_value = "true")]
    pub development: bool,
}

/// What [`crate::main`] needs to know of a service's configuration.
pub trait Settings: Parser {
    /// Gives the settings every process has.
    fn process(&self) -> &ProcessArgs;

    /// Gives the settings of the public listener, if the process has one.
    fn public(&self) -> Option<&PublicArgs> {
        None
    }
}

/// Reads the configuration of this process, or ends it: one line on stderr and exit code 64.
#[must_use]
pub fn parse<C: Parser>() -> C {
    read(std::env::args_os(), std::env::vars_os()).unwrap_or_else(|error| error.exit())
}

/// Reads a configuration from the given arguments (the first is the program's name) and environment.
///
/// Only files named by `…_FILE` are touched besides. Variables of subcommands' arguments are known but left to `clap`.
///
/// ```
/// use anmeldewerk_service::config::{self, ProcessArgs};
///
/// #[derive(clap::Parser)]
/// struct Config {
///     #[command(flatten)]
///     process: ProcessArgs,
/// }
///
/// let environment = [("AW_ADMIN_LISTEN".into(), "127.0.0.1:0".into())];
/// let config: Config = config::read(["demo".into()], environment)?;
/// assert_eq!(config.process.log, "info");
/// # Ok::<(), config::Error>(())
/// ```
pub fn read<C: Parser>(
    arguments: impl IntoIterator<Item = OsString>,
    environment: impl IntoIterator<Item = (OsString, OsString)>,
) -> Result<C, Error> {
    let command = C::command();
    let settings = settings(&command);
    let environment = ours(environment)?;
    refuse_unknown(&command, &settings, &environment)?;

    let mut arguments = arguments.into_iter();
    let mut line: Vec<OsString> = arguments.next().into_iter().collect();
    for setting in &settings {
        line.extend(setting.flag(&environment)?);
    }
    line.extend(arguments);

    command
        .mut_args(read_by_us)
        .args_override_self(true)
        .try_get_matches_from(line)
        .and_then(|matches| C::from_arg_matches(&matches))
        .map_err(|error| Error::from_clap(&error, &settings))
}

/// Keeps clap from reading an argument's variable itself, and lets the help still name it.
fn read_by_us(argument: clap::Arg) -> clap::Arg {
    let Some(variable) = argument
        .get_env()
        .map(|name| name.to_string_lossy().into_owned())
    else {
        return argument;
    };
    if argument.get_long().is_none() {
        return argument;
    }
    let help = argument.get_help().map(ToString::to_string);
    let help = format!("{} [env: {variable}]", help.unwrap_or_default());
    argument.env(clap::builder::Resettable::Reset).help(help)
}

/// One argument that has both a long flag and a variable.
struct Setting {
    variable: String,
    long: String,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Value,
    Secret,
    Switch,
}

impl Setting {
    fn of(argument: &clap::Arg) -> Option<Self> {
        let variable = argument.get_env()?.to_str()?.to_owned();
        let long = argument.get_long()?.to_owned();
        let kind = if matches!(argument.get_action(), clap::ArgAction::SetTrue) {
            Kind::Switch
        } else if argument.get_value_parser().type_id() == std::any::TypeId::of::<Secret>() {
            Kind::Secret
        } else {
            Kind::Value
        };
        Some(Self {
            variable,
            long,
            kind,
        })
    }

    fn file_variable(&self) -> Option<String> {
        (self.kind == Kind::Secret).then(|| format!("{}_FILE", self.variable))
    }

    /// Words the variable as a flag, to stand before those of the command line, which then win.
    fn flag(&self, environment: &BTreeMap<String, String>) -> Result<Option<OsString>, Error> {
        let direct = environment.get(&self.variable);
        let file = self
            .file_variable()
            .and_then(|name| Some((environment.get(&name)?, name)));
        let value = match (direct, file) {
            (Some(_), Some((_, file))) => {
                return Err(Error::Twice {
                    variable: self.variable.clone(),
                    file,
                });
            }
            (Some(value), None) => value.clone(),
            (None, Some((path, variable))) => secret::read_file(path, variable)?,
            (None, None) => return Ok(None),
        };
        if self.kind == Kind::Switch {
            return self.switch(&value);
        }
        Ok(Some(format!("--{}={value}", self.long).into()))
    }

    fn switch(&self, value: &str) -> Result<Option<OsString>, Error> {
        match value {
            "true" => Ok(Some(format!("--{}", self.long).into())),
            "false" => Ok(None),
            _ => Err(Error::invalid(&self.variable, "neither true nor false")),
        }
    }
}

fn settings(command: &clap::Command) -> Vec<Setting> {
    command.get_arguments().filter_map(Setting::of).collect()
}

fn ours(
    environment: impl IntoIterator<Item = (OsString, OsString)>,
) -> Result<BTreeMap<String, String>, Error> {
    let mut found = BTreeMap::new();
    for (name, value) in environment {
        let name = name.to_string_lossy().into_owned();
        if name.starts_with(PREFIX) {
            let value = value
                .into_string()
                .map_err(|_| Error::invalid(&name, "not UTF-8"))?;
            found.insert(name, value);
        }
    }
    Ok(found)
}

fn refuse_unknown(
    command: &clap::Command,
    settings: &[Setting],
    environment: &BTreeMap<String, String>,
) -> Result<(), Error> {
    let mut known = variables(command);
    known.extend(settings.iter().filter_map(Setting::file_variable));
    match environment.keys().find(|name| !known.contains(name)) {
        Some(name) => Err(Error::Unknown(name.clone())),
        None => Ok(()),
    }
}

fn variables(command: &clap::Command) -> Vec<String> {
    let own = command
        .get_arguments()
        .filter_map(|argument| Some(argument.get_env()?.to_str()?.to_owned()));
    own.chain(command.get_subcommands().flat_map(variables))
        .collect()
}

#[cfg(test)]
mod tests;
