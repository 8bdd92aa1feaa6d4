//! What an event changes in the read model. Borrowed from the decision: nothing is copied on the way to the database.

use anmeldewerk_contract::Position;
use anmeldewerk_domain::{
    Instant, ProgramId, RegistrationId, WorkshopId,
    program::Details,
    workshop::{Canceller, Cause, Settings, Situation, Status, Submitted},
};
use uuid::Uuid;

/// One change of one entity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change<'d> {
    /// A program is as described, whatever it was before.
    Program {
        /// Which program.
        id: &'d ProgramId,
        /// How it is.
        details: &'d Details,
        /// The decision that says so.
        version: Position,
    },
    /// A workshop that was not there before.
    WorkshopCreated {
        /// Its id.
        id: WorkshopId,
        /// The host program.
        host: &'d ProgramId,
        /// Its settings.
        settings: &'d Settings,
        /// The decision that says so.
        version: Position,
    },
    /// A workshop has another status.
    WorkshopMoved {
        /// Which workshop.
        id: WorkshopId,
        /// Its status from now on.
        status: Status,
        /// The decision that says so.
        version: Position,
    },
    /// A registration that was not there before.
    Arrived(Arrived<'d>),
    /// A registration has come to another situation.
    Moved {
        /// Whose registration.
        workshop: WorkshopId,
        /// Which registration.
        registration: RegistrationId,
        /// Where it stands from now on.
        step: Step,
    },
}

/// A new registration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrived<'d> {
    /// The workshop.
    pub workshop: WorkshopId,
    /// What was submitted.
    pub submitted: &'d Submitted,
    /// The decision's id; the blocks open with no other.
    pub decision: Uuid,
    /// Its place in the order of arrival.
    pub arrival: Arrival,
    /// When it was decided.
    pub at: Instant,
}

/// The last step of a registration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// Where it stands.
    pub situation: Situation,
    /// Why it has a seat.
    pub cause: Option<Cause>,
    /// Who cancelled it.
    pub cancelled: Option<Canceller>,
    /// The decision that says so.
    pub version: Position,
}

/// The place of an event in the log as one number: its decision's position × 512, plus its index there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Arrival(pub i64);

impl Arrival {
    const EVENTS: i64 = 512;

    /// Gives the place of the event `index` of the decision at `position`.
    pub fn new(position: Position, index: usize) -> Self {
        const { assert!(anmeldewerk_contract::MAX_DECISION_EVENTS <= 512) };
        let index = i64::try_from(index).unwrap_or(i64::MAX);
        let index = index.min(Self::EVENTS - 1);
        Self(
            position
                .as_i64()
                .saturating_mul(Self::EVENTS)
                .saturating_add(index),
        )
    }

    /// Gives the position of the decision.
    pub fn position(self) -> Position {
        Position::from_i64(self.0 / Self::EVENTS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrivals_are_ordered_by_position_and_then_by_index() {
        let first = Arrival::new(Position(7), 499);
        let second = Arrival::new(Position(8), 0);
        assert!(first < second);
        assert!(second < Arrival::new(Position(8), 1));
        assert_eq!(
            (first.position(), second.position()),
            (Position(7), Position(8))
        );
    }
}
