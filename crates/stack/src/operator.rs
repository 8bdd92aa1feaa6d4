//! The services' own command lines, for those who look after a running stack.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::Path;
use std::process::{ExitStatus, Output};
use std::{fmt, fs, io};

use tokio::process::Command;

use crate::error::{Error, IoContext, Result};
use crate::secret;
use crate::service::{self, Kind, Wiring};

/// Names of settings and their values, secrets among them.
type Environment = BTreeMap<String, String>;

/// Runs the commands of a service against one stack: the projection's, unless another is asked for.
#[derive(Clone)]
pub struct Operator {
    kind: Kind,
    /// The settings of each service that has commands, by its name.
    environments: BTreeMap<String, Environment>,
}

impl fmt::Debug for Operator {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Operator(…)")
    }
}

impl Operator {
    /// Speaks to what the services speak to.
    pub(crate) fn new(wiring: &Wiring, admin_url: String) -> Self {
        let mut projection = owned(wiring.projection());
        projection.insert("AW_READ_MODEL_ADMIN_DATABASE_URL".to_owned(), admin_url);
        let environments = [
            (Kind::Projection, projection),
            (Kind::Registration, owned(wiring.registration_log())),
        ];
        let environments = environments.map(|(kind, all)| (kind.name().to_owned(), all));
        Self {
            kind: Kind::Projection,
            environments: environments.into(),
        }
    }

    /// Runs this service's commands from now on.
    #[must_use]
    pub fn of(self, kind: Kind) -> Self {
        Self { kind, ..self }
    }

    /// Reads what an earlier `cargo stack up` has left here.
    pub(crate) fn read(file: &Path) -> Result<Self> {
        let text = fs::read(file)
            .doing(|| format!("read {}, which cargo stack up leaves", file.display()))?;
        let environments = serde_json::from_slice(&text).map_err(|_| Error::Malformed {
            path: file.to_owned(),
            what: "the operator's settings",
        })?;
        Ok(Self {
            kind: Kind::Projection,
            environments,
        })
    }

    /// Leaves it for later calls, readable by nobody else.
    pub(crate) fn leave(&self, file: &Path) -> Result<()> {
        let text = serde_json::to_vec_pretty(&self.environments);
        let text = text.map_err(io::Error::other);
        secret::write_private(file, &text.doing(|| "write settings".to_owned())?)
    }

    /// Runs a command, with its answer on this process's own output.
    pub async fn run(&self, words: &[impl AsRef<OsStr>]) -> Result<ExitStatus> {
        let mut command = self.command(words)?;
        command.status().await.doing(|| doing(&command))
    }

    /// Runs a command and gives what it said.
    pub async fn ask(&self, words: &[impl AsRef<OsStr>]) -> Result<Output> {
        let mut command = self.command(words)?;
        command.output().await.doing(|| doing(&command))
    }

    /// Prepares a command, to be killed with its value.
    pub fn command(&self, words: &[impl AsRef<OsStr>]) -> Result<Command> {
        let mut command = Command::new(service::binary(self.kind)?);
        command.args(words).env_clear();
        command.envs(
            self.environments
                .get(self.kind.name())
                .into_iter()
                .flatten(),
        );
        command.kill_on_drop(true);
        Ok(command)
    }
}

fn owned(settings: Vec<(&'static str, String)>) -> Environment {
    let settings = settings.into_iter();
    settings
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

fn doing(command: &Command) -> String {
    format!("run {}", command.as_std().get_program().display())
}
