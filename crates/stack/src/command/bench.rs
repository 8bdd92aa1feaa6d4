use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use crate::cargo::{self, cargo};
use crate::command::test::exit_code;
use crate::error::Result;
use crate::place;

/// Where the peers are, and where they are built: they are no part of the workspace.
const PEERS: &str = "tests/peers/Cargo.toml";
const BUILT: &str = "target/peers";

/// Measures the system, built with optimisation.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Measures beside it what a user would pick instead; goes before what is passed on.
    #[arg(long)]
    peers: bool,
    /// Passed on to the bench.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    rest: Vec<OsString>,
}

pub(crate) async fn run(arguments: &Arguments) -> Result<ExitCode> {
    let build = ["build", "--release", "--workspace", "--bins"];
    cargo::succeed(&build.map(Into::into)).await?;
    let mut bench = cargo();
    bench.args(["run", "--release", "--bin", "anmeldewerk-bench", "--"]);
    if arguments.peers {
        bench.arg("--peers").arg(peers().await?);
    }
    bench.args(&arguments.rest);
    Ok(exit_code(cargo::run(&mut bench).await?))
}

/// Builds the peers and names their program.
async fn peers() -> Result<PathBuf> {
    let build = [
        "build",
        "--release",
        "--locked",
        "--manifest-path",
        PEERS,
        "--target-dir",
        BUILT,
    ];
    cargo::succeed(&build.map(Into::into)).await?;
    Ok(place::checkout().join(BUILT).join("release/peers"))
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    struct Command {
        #[command(flatten)]
        arguments: Arguments,
    }

    #[test]
    fn peers_are_asked_for_before_what_is_passed_on() {
        let parsed = |words: &[&str]| Command::parse_from(words).arguments;
        let both = parsed(&["bench", "--peers", "--clients", "64"]);
        assert!(both.peers);
        assert_eq!(both.rest, ["--clients", "64"]);
        let alone = parsed(&["bench", "--clients", "64"]);
        assert!(!alone.peers);
        assert_eq!(alone.rest, ["--clients", "64"]);
    }
}
