//! The registration service as a process, and a question to the log for auditors.

use std::process::ExitCode;

fn main() -> ExitCode {
    if anmeldewerk_registration::reproduce::is_meant() {
        return anmeldewerk_registration::reproduce::main();
    }
    anmeldewerk_service::main(
        "anmeldewerk-registration",
        env!("CARGO_PKG_VERSION"),
        anmeldewerk_registration::build,
    )
}
