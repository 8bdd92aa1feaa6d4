//! A workshop as the log has it, for what is made ready before its host's command is decided.

use anmeldewerk_contract::problem::Code;
use anmeldewerk_domain::{Boundary, workshop::Workshop};
use anmeldewerk_service::{problem::Problem, telemetry::chain};

use super::Office;
use crate::{access::Asker, writer::LoadError};

/// Gives the workshop if the asker is its host; whoever is not is refused where commands are decided.
pub(super) async fn hosted(
    office: &Office,
    boundary: &Boundary,
    asker: &Asker,
) -> Result<Option<Box<Workshop>>, Problem> {
    let Asker::Office(host) = asker else {
        return Ok(None);
    };
    let found = office.solver.hosted(boundary, host).await;
    found.map_err(|error| unreadable(&error))
}

/// Words that a workshop could not be read.
pub(super) fn unreadable(error: &LoadError) -> Problem {
    tracing::error!(error = %chain(error), "a workshop could not be read");
    Problem::new(Code::LogUnavailable).retry_after_s(2)
}
