//! The command `cargo stack`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::home::Home;
use crate::place;
use crate::service::Kind;

mod bench;
pub(crate) mod fuzz;
mod house;
mod operate;
pub(crate) mod optimum;
mod provision;
mod servers;
mod signal;
mod test;
mod token;
mod up;

/// Runs Anmeldewerk on this machine: fetches, builds, starts, tests and measures it.
#[derive(Debug, Parser)]
#[command(name = "stack", bin_name = "cargo stack", version)]
struct Arguments {
    /// The folder of data, secrets and logs [default: .stack in the checkout].
    #[arg(long, env = "STACK_HOME", global = true, value_name = "FOLDER")]
    home: Option<PathBuf>,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    Up(up::Arguments),
    Test(test::Arguments),
    Bench(bench::Arguments),
    Token(token::Arguments),
    /// Looks after the read model of a running stack: `cargo stack projection list`.
    Projection(operate::Arguments),
    /// Looks into the log of a running stack: `cargo stack registration reproduce <run>`.
    Registration(operate::Arguments),
    Provision(provision::Arguments),
    #[command(hide = true)]
    Servers(servers::Arguments),
}

/// Runs what the command line asks for; an error is one line on stderr.
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    let done = tokio::runtime::Runtime::new()
        .map_err(anyhow::Error::from)
        .and_then(|runtime| runtime.block_on(perform(arguments)));
    done.unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::FAILURE
    })
}

async fn perform(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let folder = arguments.home.unwrap_or_else(place::folder);
    let home = Home::at(&std::path::absolute(folder)?)?;
    match arguments.verb {
        Verb::Up(arguments) => up::run(&home, &arguments).await?,
        Verb::Servers(arguments) => servers::run(&home, &arguments).await?,
        Verb::Token(arguments) => token::run(&home, &arguments)?,
        Verb::Provision(arguments) => provision::run(&arguments).await?,
        Verb::Projection(arguments) => {
            return Ok(operate::run(&home, Kind::Projection, &arguments).await?);
        }
        Verb::Registration(arguments) => {
            return Ok(operate::run(&home, Kind::Registration, &arguments).await?);
        }
        Verb::Test(arguments) => return Ok(test::run(&arguments).await?),
        Verb::Bench(arguments) => return Ok(bench::run(&arguments).await?),
    }
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Arguments::command().debug_assert();
    }
}
