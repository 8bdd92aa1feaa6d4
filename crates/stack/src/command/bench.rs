use std::ffi::OsString;
use std::process::ExitCode;

use crate::cargo::{self, cargo};
use crate::command::test::exit_code;
use crate::error::Result;

/// Measures the system, built with optimisation.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Passed on to the bench.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    rest: Vec<OsString>,
}

pub(crate) async fn run(arguments: &Arguments) -> Result<ExitCode> {
    let build = ["build", "--release", "--workspace", "--bins"];
    cargo::succeed(&build.map(Into::into)).await?;
    let mut bench = cargo();
    bench
        .args(["run", "--release", "--bin", "anmeldewerk-bench", "--"])
        .args(&arguments.rest);
    Ok(exit_code(cargo::run(&mut bench).await?))
}
