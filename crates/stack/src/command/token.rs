use std::time::Duration;

use crate::error::Result;
use crate::home::Home;
use crate::token::{Bearer, Role};

/// Prints a token for development, signed by this stack's own key.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The program the bearer belongs to, e.g. `sh`; none for operators and auditors.
    #[arg(long)]
    program: Option<String>,
    /// What the bearer may do; may be given several times.
    #[arg(long = "role", required = true)]
    roles: Vec<Role>,
    /// Who the bearer is.
    #[arg(long, default_value = "developer")]
    subject: String,
    /// How long it is valid.
    #[arg(long, default_value_t = 12, value_parser = clap::value_parser!(u16).range(1..=8_784))]
    hours: u16,
}

pub(crate) fn run(home: &Home, arguments: &Arguments) -> Result<()> {
    let bearer = Bearer {
        program: arguments.program.as_deref(),
        roles: &arguments.roles,
        subject: &arguments.subject,
    };
    let lifetime = Duration::from_hours(arguments.hours.into());
    println!("{}", home.signer()?.token(&bearer, lifetime));
    Ok(())
}
