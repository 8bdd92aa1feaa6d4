//! Cargo, started from a program that cargo itself runs.

use std::env;
use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::process::ExitStatus;

use tokio::process::Command;

use crate::error::{Error, IoContext, Result};
use crate::place;

/// A cargo command in the checkout that is killed when it is dropped.
///
/// What `cargo run` tells the program it runs is taken away again: build scripts watch some of it, and everything
/// that depends on them would be built anew.
pub(crate) fn cargo() -> Command {
    let program = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(program);
    command.current_dir(place::checkout()).kill_on_drop(true);
    for (name, _) in env::vars_os().filter(|(name, _)| is_told_by_run(name)) {
        command.env_remove(name);
    }
    command
}

fn is_told_by_run(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    let prefixes = [
        "CARGO_PKG_",
        "CARGO_MANIFEST_",
        "CARGO_BIN_",
        "CARGO_CRATE_",
    ];
    name == "OUT_DIR" || prefixes.iter().any(|prefix| name.starts_with(prefix))
}

/// Builds all binaries of the workspace as the running program was built; the progress is visible.
pub(crate) async fn build() -> Result<()> {
    let mut arguments: Vec<OsString> = ["build", "--workspace", "--bins"].map(Into::into).into();
    if is_release() {
        arguments.push("--release".into());
    }
    succeed(&arguments).await
}

/// Runs cargo and makes a failure an error.
pub(crate) async fn succeed(arguments: &[OsString]) -> Result<()> {
    let status = run(cargo().args(arguments)).await?;
    if status.success() {
        return Ok(());
    }
    Err(Error::Command {
        command: line(arguments),
        status: status.to_string(),
    })
}

/// Runs a command with our own input and output.
pub(crate) async fn run(command: &mut Command) -> Result<ExitStatus> {
    command.status().await.doing(|| "run cargo".to_owned())
}

fn line(arguments: &[OsString]) -> String {
    let words = arguments.iter().map(|word| word.to_string_lossy());
    words.fold("cargo".to_owned(), |line, word| format!("{line} {word}"))
}

fn is_release() -> bool {
    let own = env::current_exe().unwrap_or_default();
    own.parent()
        .is_some_and(|folder: &Path| folder.ends_with("release"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cargo_tells_a_program_it_runs_is_not_told_to_cargo() {
        for told in [
            "CARGO_PKG_NAME",
            "CARGO_MANIFEST_DIR",
            "CARGO_BIN_NAME",
            "OUT_DIR",
        ] {
            assert!(is_told_by_run(OsStr::new(told)), "{told}");
        }
        for kept in [
            "CARGO_HOME",
            "CARGO_TARGET_DIR",
            "CARGO_TERM_COLOR",
            "CARGO",
            "PATH",
        ] {
            assert!(!is_told_by_run(OsStr::new(kept)), "{kept}");
        }
    }
}
