//! The command line of the projection service, for those who look after a running stack.

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

/// Runs the projection's commands against one stack.
#[derive(Clone)]
pub struct Operator {
    environment: Environment,
}

impl fmt::Debug for Operator {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Operator(…)")
    }
}

impl Operator {
    /// Speaks to what the services speak to.
    pub(crate) fn new(wiring: &Wiring, admin_url: String) -> Self {
        let own = wiring.projection().into_iter();
        let mut environment: Environment =
            own.map(|(name, value)| (name.to_owned(), value)).collect();
        environment.insert("AW_READ_MODEL_ADMIN_DATABASE_URL".to_owned(), admin_url);
        Self { environment }
    }

    /// Reads what an earlier `cargo stack up` has left here.
    pub(crate) fn read(file: &Path) -> Result<Self> {
        let text = fs::read(file)
            .doing(|| format!("read {}, which cargo stack up leaves", file.display()))?;
        let environment = serde_json::from_slice(&text).map_err(|_| Error::Malformed {
            path: file.to_owned(),
            what: "the operator's settings",
        })?;
        Ok(Self { environment })
    }

    /// Leaves it for later calls, readable by nobody else.
    pub(crate) fn leave(&self, file: &Path) -> Result<()> {
        let text = serde_json::to_vec_pretty(&self.environment);
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
        let mut command = Command::new(service::binary(Kind::Projection)?);
        command.args(words).env_clear().envs(&self.environment);
        command.kill_on_drop(true);
        Ok(command)
    }
}

fn doing(command: &Command) -> String {
    format!("run {}", command.as_std().get_program().display())
}
