//! What a client is told where the registration service gave no answer.

use anmeldewerk_contract::problem::Code;
use anmeldewerk_service::problem::Problem;
use hyper_util::client::legacy::Error;

use super::outgoing::Stage;

/// After how many seconds it is worth trying again.
const RETRY_S: u32 = 2;

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// So many commands are under way that no more are taken.
    NoPlace,
    /// No connection was made, so nothing was sent.
    NoConnection,
    /// The body is too large; it did not arrive whole.
    TooLarge {
        /// The largest body.
        limit: u64,
    },
    /// The client cut its body off; it did not arrive whole.
    Broken,
    /// The client took too long to send its body; it did not arrive whole.
    Slow,
    /// It was sent, and nobody knows what became of it.
    Unknown,
}

impl Failure {
    /// Judges an exchange that broke off.
    pub(super) fn of(error: &Error, stage: Stage, limit: u64) -> Self {
        if error.is_connect() {
            return Self::NoConnection;
        }
        match stage {
            Stage::TooLarge => Self::TooLarge { limit },
            Stage::Broken => Self::Broken,
            Stage::Sending | Stage::Sent => Self::Unknown,
        }
    }

    /// Judges an exchange that took too long.
    pub(super) fn of_silence(stage: Stage, limit: u64) -> Self {
        match stage {
            Stage::Sending => Self::Slow,
            Stage::TooLarge => Self::TooLarge { limit },
            Stage::Broken => Self::Broken,
            Stage::Sent => Self::Unknown,
        }
    }

    /// Counts it, and words it.
    pub(super) fn noted(self) -> Problem {
        let reason = match self {
            Self::NoPlace => "no_place",
            Self::NoConnection => "no_connection",
            Self::TooLarge { .. } => "too_large",
            Self::Broken => "broken",
            Self::Slow => "slow",
            Self::Unknown => "unknown",
        };
        metrics::counter!("gateway_command_failures_total", "reason" => reason).increment(1);
        self.problem()
    }

    /// Words it for the client.
    fn problem(self) -> Problem {
        match self {
            Self::NoPlace | Self::NoConnection => {
                Problem::new(Code::Unavailable).retry_after_s(RETRY_S)
            }
            Self::TooLarge { limit } => Problem::new(Code::BodyTooLarge).with("limit_bytes", limit),
            Self::Broken => {
                Problem::new(Code::BadRequest).detail("Der Inhalt brach ab", "the body broke off")
            }
            Self::Slow => Problem::new(Code::RequestTimeout),
            Self::Unknown => Problem::new(Code::OutcomeUnknown).retry_after_s(RETRY_S),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_request_that_arrived_whole_has_an_unknown_outcome_after_silence() {
        assert_eq!(Failure::of_silence(Stage::Sent, 5), Failure::Unknown);
        assert_eq!(Failure::of_silence(Stage::Sending, 5), Failure::Slow);
        let large = Failure::of_silence(Stage::TooLarge, 5);
        assert_eq!(large, Failure::TooLarge { limit: 5 });
        assert_eq!(Failure::of_silence(Stage::Broken, 5), Failure::Broken);
    }

    #[test]
    fn what_was_not_sent_may_be_tried_again() {
        let expected = Problem::new(Code::Unavailable).retry_after_s(RETRY_S);
        assert_eq!(Failure::NoConnection.problem(), expected);
        assert_eq!(Failure::NoPlace.problem(), expected);
    }
}
