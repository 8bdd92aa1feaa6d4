//! The gateway as a process.

use std::process::ExitCode;

fn main() -> ExitCode {
    anmeldewerk_service::main(
        "anmeldewerk-gateway",
        env!("CARGO_PKG_VERSION"),
        anmeldewerk_gateway::build,
    )
}
