//! From what went wrong to what a client reads.

use std::error::Error;

use anmeldewerk_contract::{Position, problem::Code};
use anmeldewerk_read_model::{Fault, query::AsOf};
use anmeldewerk_service::problem::Problem;
use axum::response::{IntoResponse, Response};

use super::LOG_POSITION;

/// After how many seconds it is worth trying again.
const RETRY_S: u32 = 2;

/// Why a query is not answered.
#[derive(Debug)]
pub(crate) struct Refused {
    problem: Problem,
    /// As of which position it is so.
    position: Option<Position>,
}

/// Takes what was asked for out of an answer; what is not there, or not for the caller, is not found.
pub(crate) fn found<T>(answer: AsOf<Option<T>>) -> Result<AsOf<T>, Refused> {
    let AsOf {
        position,
        parked_at,
        value,
    } = answer;
    match value {
        Some(value) => Ok(AsOf {
            position,
            parked_at,
            value,
        }),
        None => Err(Refused {
            problem: Code::NotFound.into(),
            position: Some(position),
        }),
    }
}

/// Words that a database does not answer.
pub(crate) fn unavailable() -> Refused {
    Problem::new(Code::Unavailable)
        .retry_after_s(RETRY_S)
        .into()
}

impl From<Problem> for Refused {
    fn from(problem: Problem) -> Self {
        Self {
            problem,
            position: None,
        }
    }
}

impl From<Fault> for Refused {
    fn from(fault: Fault) -> Self {
        let cause = fault.source().map(ToString::to_string);
        tracing::error!(%fault, cause, "the read model gave no answer");
        match fault {
            Fault::Database { .. } | Fault::NoCheckpoint => unavailable(),
            _ => Problem::new(Code::Internal).into(),
        }
    }
}

impl From<anmeldewerk_vault::Fault> for Refused {
    fn from(fault: anmeldewerk_vault::Fault) -> Self {
        let cause = fault.source().map(ToString::to_string);
        tracing::error!(%fault, cause, "the vault gave no answer");
        unavailable()
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let mut response = self.problem.into_response();
        if let Some(position) = self.position {
            response
                .headers_mut()
                .insert(LOG_POSITION, position.0.into());
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::StatusCode;

    #[test]
    fn what_is_not_found_is_so_as_of_a_position() {
        let nothing: AsOf<Option<()>> = AsOf {
            position: Position(7),
            parked_at: None,
            value: None,
        };
        let response = found(nothing).expect_err("not found").into_response();
        assert_eq!(response.status(), StatusCode::NOT_FOUND);
        assert_eq!(response.headers()[LOG_POSITION], "7");
    }
}
