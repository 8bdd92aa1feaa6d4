//! The projection service as a process, and the command line of those who look after it.

use std::process::ExitCode;

use anmeldewerk_projection::{build, operate};

fn main() -> ExitCode {
    if operate::is_meant() {
        return operate::main();
    }
    anmeldewerk_service::main("anmeldewerk-projection", env!("CARGO_PKG_VERSION"), build)
}
