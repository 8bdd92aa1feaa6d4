//! Reading one's own writes: an answer that covers a position.

use std::time::Duration;

use anmeldewerk_contract::{Position, problem::Code};
use anmeldewerk_read_model::query::AsOf;
use anmeldewerk_service::problem::Problem;

/// After how many seconds it is worth asking again.
const RETRY_S: u32 = 1;

/// Which position an answer is to cover, and how long that may take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted {
    pub(crate) position: Option<Position>,
    pub(crate) patience: Duration,
}

impl Wanted {
    /// Refuses an answer that does not cover the position.
    ///
    /// Rows that stand still for good are said to do so: waiting for them would be in vain.
    pub(crate) fn check<T>(&self, answer: &AsOf<T>) -> Result<(), Problem> {
        let Some(wanted) = self.position else {
            return Ok(());
        };
        match answer.parked_at {
            Some(parked_at) if parked_at <= wanted => {
                Err(Problem::new(Code::ProjectionParked).with("parked_at", parked_at.0))
            }
            _ if answer.position < wanted => Err(Problem::new(Code::ProjectionBehind)
                .with("position", answer.position.0)
                .retry_after_s(RETRY_S)),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(wanted: Option<u64>, (position, parked_at): (u64, Option<u64>)) -> Option<Code> {
        let answer = AsOf {
            position: Position(position),
            parked_at: parked_at.map(Position),
            value: (),
        };
        let wanted = Wanted {
            position: wanted.map(Position),
            patience: Duration::ZERO,
        };
        wanted.check(&answer).err().map(|problem| problem.code())
    }

    #[test]
    fn an_answer_covers_its_own_position_and_those_before() {
        assert_eq!(refusal(None, (5, None)), None);
        assert_eq!(refusal(Some(4), (5, None)), None);
        assert_eq!(refusal(Some(5), (5, None)), None);
        assert_eq!(refusal(Some(6), (5, None)), Some(Code::ProjectionBehind));
    }

    #[test]
    fn rows_that_stand_still_cover_only_what_was_before() {
        assert_eq!(refusal(None, (9, Some(7))), None);
        assert_eq!(refusal(Some(6), (9, Some(7))), None);
        assert_eq!(refusal(Some(7), (9, Some(7))), Some(Code::ProjectionParked));
        assert_eq!(
            refusal(Some(99), (9, Some(7))),
            Some(Code::ProjectionParked)
        );
    }
}
