//! The registration service as a process.

use std::process::ExitCode;

fn main() -> ExitCode {
    anmeldewerk_service::main(
        "anmeldewerk-registration",
        env!("CARGO_PKG_VERSION"),
        anmeldewerk_registration::build,
    )
}
