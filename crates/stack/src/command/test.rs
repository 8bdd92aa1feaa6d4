use std::ffi::OsString;
use std::process::{ExitCode, ExitStatus, Stdio};

use crate::cargo::{self, cargo};
use crate::command::signal::asked_to_stop;
use crate::database::SHARED_SERVER;
use crate::error::Result;
use crate::folder::Folder;
use crate::postgres::Postgres;

/// Runs all tests, with one PostgreSQL for all of them.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Passed on to `cargo nextest run`, or to `cargo test` where that is not installed.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    rest: Vec<OsString>,
}

pub(crate) async fn run(arguments: &Arguments) -> Result<ExitCode> {
    cargo::build().await?;
    let folder = Folder::for_postgres("run")?;
    let postgres = Postgres::start(&folder.join("postgres")).await?;
    let server = postgres.admin_url();
    let tests = run_all(&server, &arguments.rest);
    tokio::select! {
        status = tests => status,
        stopped = stopped_twice() => stopped.map(|()| ExitCode::FAILURE),
    }
}

/// The runner hears a Ctrl-C by itself and ends its tests; only a second one ends the runner.
async fn stopped_twice() -> Result<()> {
    asked_to_stop().await?;
    asked_to_stop().await
}

/// The examples of the documentation first, because the runner's closing line comes last.
async fn run_all(server: &str, rest: &[OsString]) -> Result<ExitCode> {
    let has_nextest = has_nextest().await;
    if has_nextest && rest.is_empty() {
        let mut examples = cargo();
        examples.args(["test", "--workspace", "--doc", "--quiet"]);
        let status = cargo::run(examples.env(SHARED_SERVER, server)).await?;
        if !status.success() {
            return Ok(exit_code(status));
        }
    }
    let mut tests = cargo();
    if has_nextest {
        tests.args(["nextest", "run"]);
    } else {
        tests.arg("test");
    }
    if !names_packages(rest) {
        tests.arg("--workspace");
    }
    let status = cargo::run(tests.args(rest).env(SHARED_SERVER, server)).await?;
    Ok(exit_code(status))
}

async fn has_nextest() -> bool {
    let mut asked = cargo();
    asked.args(["nextest", "--version"]);
    asked.stdout(Stdio::null()).stderr(Stdio::null());
    cargo::run(&mut asked)
        .await
        .is_ok_and(|status| status.success())
}

fn names_packages(rest: &[OsString]) -> bool {
    rest.iter().any(|word| {
        let word = word.to_string_lossy();
        word.starts_with("-p") || word.starts_with("--package") || word == "--workspace"
    })
}

/// Passes a status on; a killed command is a failure.
pub(crate) fn exit_code(status: ExitStatus) -> ExitCode {
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    code.map_or(ExitCode::FAILURE, ExitCode::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_packages_are_tested_unless_some_are_named() {
        let words = |words: &[&str]| words.iter().map(Into::into).collect::<Vec<OsString>>();
        assert!(names_packages(&words(&["-p", "anmeldewerk-stack"])));
        assert!(names_packages(&words(&["--package=anmeldewerk-stack"])));
        assert!(!names_packages(&words(&["a_name", "--no-capture"])));
    }
}
