//! `cargo stack`: everything on one machine.

use std::process::ExitCode;

fn main() -> ExitCode {
    anmeldewerk_stack::command::run()
}
