use std::ffi::OsString;
use std::process::ExitCode;

use crate::cargo;
use crate::command::test::exit_code;
use crate::error::Result;
use crate::home::Home;
use crate::service::Kind;

/// A service's own command.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Passed on to the service's binary; `help` shows what there is.
    #[arg(
        trailing_var_arg = true,
        allow_hyphen_values = true,
        required = true,
        value_name = "COMMAND"
    )]
    rest: Vec<OsString>,
}

/// Runs it against the stack that was started last here.
pub(crate) async fn run(home: &Home, kind: Kind, arguments: &Arguments) -> Result<ExitCode> {
    let operator = home.operator()?.of(kind);
    cargo::build().await?;
    Ok(exit_code(operator.run(&arguments.rest).await?))
}
