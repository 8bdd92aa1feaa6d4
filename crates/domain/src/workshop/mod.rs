//! A workshop with all its registrations: the boundary inside which seats are exact.

mod command;
mod decide;
mod event;
mod evolve;
pub(crate) mod rejection;
mod settings;
mod state;

#[cfg(test)]
mod tests;

pub use command::{Application, Cancellation, Canceller, Command, Submission};
pub use decide::{admits, decide};
pub use event::{Block, Blocks, Cause, Event, Submitted};
pub use evolve::evolve;
pub use rejection::{SettingsFault, WishFault};
pub use settings::{
    Deadlines, Format, Hours, OfferedTopic, Schedule, Settings, Slot, Venue, WaitlistPolicy,
    WishPolicy,
};
pub use state::{Registration, Situation, State, Status, Workshop};

use crate::TopicCode;

/// The way by which a registration came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Channel {
    /// A form that the coordination office filled in.
    Office,
    /// A program's own system.
    Api,
}

/// Why a registration was cancelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CancelReason {
    /// The participant withdrew.
    Withdrawn,
    /// Illness.
    Illness,
    /// Other duties of the office.
    Duty,
    /// It should not have been entered.
    Mistake,
    /// Something else.
    Other,
}

/// A participant's wishes for one slot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wishes {
    /// The slot they are for.
    pub slot: Slot,
    /// The topics wanted, the dearest first.
    pub ranked: Vec<TopicCode>,
    /// The topics not wanted at all.
    pub vetoes: Vec<TopicCode>,
}
