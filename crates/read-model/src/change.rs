//! What an event changes in the read model. Borrowed from the decision: nothing is copied on the way to the database.

use anmeldewerk_contract::Position;
use anmeldewerk_domain::{
    Instant, LinkHash, ProgramId, RegistrationId, TopicCode, WorkshopId, catalogue,
    program::{self, Details},
    workshop::{
        Amended, AssignmentDraft, AssignmentResult, AttendanceTaken, Block, Canceller, Cause,
        Document, DocumentAdded, GroupSubmitted, Lapse, Rank, Reason, Schedule, Session, Settings,
        Submitted, Substituted, TopicAssigned,
    },
};
use uuid::Uuid;

use crate::RegistrationState;

/// One change of one entity, or of all that a workshop has.
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
    /// A program's list of municipalities is other than before.
    Municipalities {
        /// Which program.
        program: &'d ProgramId,
        /// In what.
        change: &'d program::Change,
        /// The decision that says so.
        version: Position,
    },
    /// The catalogue says what a topic is about.
    Topic {
        /// Which topic.
        code: &'d TopicCode,
        /// What is said of it.
        details: &'d catalogue::Details,
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
    /// Something about a workshop is otherwise.
    Workshop {
        /// Which workshop.
        id: WorkshopId,
        /// What it is.
        news: News<'d>,
        /// The decision that says so.
        version: Position,
    },
    /// A document has a new version.
    Documented(Documented<'d>),
    /// A group that was not there before.
    Grouped(Grouped<'d>),
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
    /// What is known of a registration was stated anew.
    Restated {
        /// Whose registration.
        workshop: WorkshopId,
        /// Which registration.
        registration: RegistrationId,
        /// What was stated.
        restatement: Restatement<'d>,
        /// The decision that says so.
        version: Position,
    },
    /// More was said about the reason of a decision.
    Noted(Noted<'d>),
    /// Rows change by what other rows hold, which only the tables know.
    Sweep(Sweep<'d>),
}

/// A version of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Documented<'d> {
    /// The workshop.
    pub workshop: WorkshopId,
    /// The version.
    pub added: &'d DocumentAdded,
    /// When it was added.
    pub at: Instant,
    /// The decision that says so.
    pub version: Position,
}

impl<'d> Documented<'d> {
    pub(crate) fn document(&self) -> &'d Document {
        &self.added.document
    }
}

/// What was said about a reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Noted<'d> {
    /// The workshop.
    pub workshop: WorkshopId,
    /// About which registration.
    pub registration: RegistrationId,
    /// What was said, sealed for its person.
    pub note: &'d Block,
    /// The decision's id; the note opens with no other.
    pub decision: Uuid,
    /// Where the event stands.
    pub at: Arrival,
}

/// What is otherwise about a workshop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum News<'d> {
    /// People may see it.
    Published,
    /// Its settings were stated anew.
    Settings {
        /// All of them.
        settings: &'d Settings,
        /// Whether none of the guarantees is released any more.
        guarantees_restated: bool,
    },
    /// It takes place at another time.
    Postponed(&'d Schedule),
    /// The seats kept for a program are free for all.
    Released(&'d ProgramId),
}

/// A new group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grouped<'d> {
    /// The workshop.
    pub workshop: WorkshopId,
    /// What was submitted.
    pub submitted: &'d GroupSubmitted,
    /// The decision's id; the contact opens with no other.
    pub decision: Uuid,
    /// Its place in the order of arrival.
    pub arrival: Arrival,
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

/// A value as a change leaves it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next<T> {
    /// As it was.
    Same,
    /// This one.
    Is(T),
}

impl<T> Next<T> {
    /// Puts a later change behind an earlier one.
    pub(crate) fn or(self, earlier: Self) -> Self {
        match self {
            Self::Same => earlier,
            Self::Is(_) => self,
        }
    }
}

impl<T> Next<Option<T>> {
    /// Gives the value that is stated, if one is.
    pub(crate) fn stated(self) -> Option<T> {
        match self {
            Self::Same => None,
            Self::Is(value) => value,
        }
    }

    /// Says whether the value stays as it was.
    pub(crate) fn is_same(&self) -> bool {
        matches!(self, Self::Same)
    }
}

/// The last step of a registration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// Where it stands.
    pub state: RegistrationState,
    /// Why it has a seat.
    pub cause: Option<Cause>,
    /// Who cancelled it.
    pub cancelled: Option<Canceller>,
    /// What has lapsed.
    pub lapse: Option<Lapse>,
    /// When it lapses.
    pub expires: Next<Option<Instant>>,
    /// The last reason that was given.
    pub reason: Next<Option<Reason>>,
    /// Why it was let in past the rules.
    pub overridden: Next<Option<Reason>>,
    /// Whether an office has approved with this step.
    pub approved: bool,
    /// Whether it gave up a seat for good on the way, and with it its topics.
    pub leaves: bool,
    /// Whom the waitlist serves first; nothing is as before.
    pub rank: Option<Rank>,
    /// The event that gave the place in the order; nothing is as before.
    pub queued: Option<Arrival>,
    /// The decision that says so.
    pub version: Position,
}

impl Step {
    /// Puts a later step behind this one.
    pub(crate) fn then(self, later: Self) -> Self {
        Self {
            expires: later.expires.or(self.expires),
            reason: later.reason.or(self.reason),
            overridden: later.overridden.or(self.overridden),
            approved: self.approved || later.approved,
            leaves: self.leaves || later.leaves,
            rank: later.rank.or(self.rank),
            queued: later.queued.or(self.queued),
            ..later
        }
    }
}

/// What was stated anew about a registration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Restatement<'d> {
    /// What is known of it.
    Amended {
        /// What was stated; what is absent stays.
        amended: &'d Amended,
        /// The decision's id; blocks stated anew open with no other.
        decision: Uuid,
    },
    /// The hash of the participant's secret.
    Link(LinkHash),
}

/// A change of rows by what other rows hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sweep<'d> {
    /// The workshop.
    pub workshop: WorkshopId,
    /// What it is.
    pub kind: SweepKind<'d>,
    /// When it was decided.
    pub at: Instant,
    /// The decision that says so.
    pub version: Position,
}

/// What changes rows by what other rows hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SweepKind<'d> {
    /// The workshop will not take place: whatever is live is cancelled.
    CalledOff {
        /// Why.
        reason: Reason,
    },
    /// Lots were drawn: those who rested for it wait in the order drawn.
    Drawn {
        /// For each of those who rested, in their order, the place drawn.
        places: &'d [u32],
        /// The event that gives the places.
        queued: Arrival,
    },
    /// The settings were stated anew: topics that are not offered any more are taken from those who have them.
    Offered(&'d Settings),
    /// A run that assigns topics was prepared.
    AssignmentDrafted(&'d AssignmentDraft),
    /// A run was published.
    AssignmentPublished(&'d AssignmentResult),
    /// A topic was given by hand, or taken away.
    TopicAssigned(&'d TopicAssigned),
    /// It was stated who was there in a session.
    AttendanceTaken(&'d AttendanceTaken),
    /// Attendance is closed: from it follows where everybody stands who is confirmed.
    AttendanceClosed(&'d [Session]),
    /// Somebody comes in another's place.
    Substituted(Successor<'d>),
    /// A registration turned out to be the same as another one.
    Merged {
        /// Which one ends.
        registration: RegistrationId,
        /// Which one goes on.
        into: RegistrationId,
        /// Whether the other one now stands where this one stood.
        takes_state: bool,
        /// Whether the other one now has this one's place in the order.
        takes_place: bool,
    },
}

/// A new registration in another's place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Successor<'d> {
    /// Who comes for whom.
    pub substituted: &'d Substituted,
    /// The decision's id; the blocks open with no other.
    pub decision: Uuid,
    /// Its place in the order of arrival.
    pub arrival: Arrival,
    /// When it was decided.
    pub at: Instant,
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
