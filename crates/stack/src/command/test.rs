use std::ffi::OsString;
use std::process::{ExitCode, ExitStatus, Stdio};

use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::process::Command;

use crate::cargo::{self, cargo};
use crate::command::signal::asked_to_stop;
use crate::command::{fuzz, optimum};
use crate::database::SHARED_SERVER;
use crate::error::{IoContext, Result};
use crate::folder::Folder;
use crate::postgres::Postgres;

/// Runs all tests, with one PostgreSQL for all of them.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Compares allocations of topics with those of another solver, and puts the served document to the test against a
    /// live house, with highspy and schemathesis (from PyPI, once); as the first word.
    #[arg(long)]
    all: bool,
    /// Passed on to `cargo nextest run`, or to `cargo test` where that is not installed.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    rest: Vec<OsString>,
}

pub(crate) async fn run(arguments: &Arguments) -> Result<ExitCode> {
    cargo::build().await?;
    let folder = Folder::for_postgres("run")?;
    let postgres = Postgres::start(&folder.join("postgres")).await?;
    let server = postgres.admin_url();
    let tests = run_all(&server, arguments);
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

/// How many have passed and failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
}

/// The examples of the documentation first, because the runner's closing line comes last; where more comes behind it,
/// that is counted, too, in a closing line of ours.
async fn run_all(server: &str, arguments: &Arguments) -> Result<ExitCode> {
    let rest = &arguments.rest;
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
    tests.args(rest).env(SHARED_SERVER, server);
    if !arguments.all {
        return Ok(exit_code(cargo::run(&mut tests).await?));
    }
    let (status, told) = run_counted(&mut tests, has_nextest).await?;
    if !status.success() {
        return Ok(exit_code(status));
    }
    let judged = optimum::run().await?;
    let put = fuzz::run().await?;
    let passed = told.passed + judged.passed + put.passed;
    let failed = told.failed + judged.failed + put.failed;
    println!("{passed} passed, {failed} failed");
    Ok(if failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Runs the runner, passes on what it says, and counts along.
async fn run_counted(tests: &mut Command, has_nextest: bool) -> Result<(ExitStatus, Tally)> {
    let doing = || "run the tests".to_owned();
    if has_nextest {
        let mut child = tests.stderr(Stdio::piped()).spawn().doing(doing)?;
        let told = counted(child.stderr.take()).await;
        return Ok((child.wait().await.doing(doing)?, told));
    }
    let mut child = tests.stdout(Stdio::piped()).spawn().doing(doing)?;
    let told = counted(child.stdout.take()).await;
    Ok((child.wait().await.doing(doing)?, told))
}

async fn counted(said: Option<impl AsyncRead + Unpin>) -> Tally {
    let mut told = Tally::default();
    let Some(said) = said else {
        return told;
    };
    let mut lines = BufReader::new(said).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        eprintln!("{line}");
        let of_line = closing_line(&line).unwrap_or_default();
        told.passed += of_line.passed;
        told.failed += of_line.failed;
    }
    told
}

/// Reads the line with which a runner says how many tests have passed.
fn closing_line(line: &str) -> Option<Tally> {
    let closes = ["tests run:", "test run:", "test result:"];
    if !closes.iter().any(|words| line.contains(words)) {
        return None;
    }
    let words: Vec<&str> = line
        .split([' ', ',', ';'])
        .filter(|word| !word.is_empty())
        .collect();
    let before = |name: &str| {
        let at = words.iter().position(|word| *word == name)?;
        words.get(at.checked_sub(1)?)?.parse().ok()
    };
    Some(Tally {
        passed: before("passed").unwrap_or_default(),
        failed: before("failed").unwrap_or_default(),
    })
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
    fn the_closing_lines_of_both_runners_are_understood() {
        let tally = |passed, failed| Some(Tally { passed, failed });
        let next =
            "     Summary [  12.034s] 935 tests run: 934 passed (2 slow), 1 failed, 3 skipped";
        assert_eq!(closing_line(next), tally(934, 1));
        let one = "     Summary [   0.034s] 1 test run: 1 passed, 934 skipped";
        assert_eq!(closing_line(one), tally(1, 0));
        let test = "test result: ok. 5 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out";
        assert_eq!(closing_line(test), tally(5, 0));
        assert_eq!(
            closing_line("        PASS [   0.034s] a test that passed"),
            None
        );
    }

    #[test]
    fn all_packages_are_tested_unless_some_are_named() {
        let words = |words: &[&str]| words.iter().map(Into::into).collect::<Vec<OsString>>();
        assert!(names_packages(&words(&["-p", "anmeldewerk-stack"])));
        assert!(names_packages(&words(&["--package=anmeldewerk-stack"])));
        assert!(!names_packages(&words(&["a_name", "--no-capture"])));
    }
}
