//! The projection service as a process.

use std::process::ExitCode;

fn main() -> ExitCode {
    anmeldewerk_service::main(
        "anmeldewerk-projection",
        env!("CARGO_PKG_VERSION"),
        anmeldewerk_projection::build,
    )
}
