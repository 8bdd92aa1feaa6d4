use std::ffi::OsString;
use std::process::ExitCode;

use crate::cargo;
use crate::command::test::exit_code;
use crate::error::Result;
use crate::home::Home;

/// Looks after the read model of a running stack: `cargo stack projection list`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Passed on to `anmeldewerk-projection`; `help` shows what there is.
    #[arg(
        trailing_var_arg = true,
        allow_hyphen_values = true,
        required = true,
        value_name = "COMMAND"
    )]
    rest: Vec<OsString>,
}

pub(crate) async fn run(home: &Home, arguments: &Arguments) -> Result<ExitCode> {
    let operator = home.operator()?;
    cargo::build().await?;
    Ok(exit_code(operator.run(&arguments.rest).await?))
}
