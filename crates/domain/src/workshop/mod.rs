//! A workshop with all its registrations: the boundary inside which seats are exact.
//!
//! `decide` says what a command leads to, `settle` what is due by itself, `evolve` what an event
//! means for the state. A command is decided on a state that is settled at its time.

mod assigning;
mod attendance;
mod bucket;
mod command;
mod decide;
mod document;
mod event;
mod evolve;
mod passing;
mod queue;
mod reason;
pub(crate) mod rejection;
mod settings;
mod settle;
mod state;
#[cfg(test)]
mod tests;

pub use assigning::{Assigned, AssignmentDraft, AssignmentResult, Run, Solved};
pub use attendance::{Attendance, AttendanceTaken, MOST_ENTRIES, MOST_MINUTES, Presence, Session};
pub use bucket::{Bucket, Buckets, Taken};
pub use command::{
    Amender, Amendment, Application, AssignTopic, Cancellation, Command, GroupSubmission, Known,
    Reinstatement, Submission, Substituter, Substitution, SwapTopics, TakeAttendance,
};
pub use decide::{admits, decide};
pub use document::{
    ContentHash, Document, DocumentAdded, DocumentKind, MOST_DOCUMENT_BYTES, MOST_VERSIONS,
    MediaType,
};
pub use event::{
    Amended, AmendedData, Block, Blocks, Canceller, Cause, Event, GroupContact, GroupPolicy,
    GroupSubmitted, Lapse, Membership, PassedOver, Release, Submitted, Substituted, TopicAssigned,
};
pub use evolve::evolve;
pub use queue::{Lane, Order, Queue, Rank};
pub use reason::Reason;
pub use rejection::{Exhausted, Field, Same, SettingsFault, WishFault};
pub use settings::{
    Admission, Deadlines, Format, Guarantee, Hours, OfferedTopic, Offers, Schedule, Settings,
    SignUp, Slot, Venue, WaitlistPolicy, WishPolicy,
};
pub use settle::{due, settle, settled};
pub use state::{Registration, Situation, State, Status, Workshop};

use crate::TopicCode;

/// The way by which a registration came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Channel {
    /// A form that the coordination office filled in.
    Office,
    /// A program's own system, one by one.
    Api,
    /// The public form.
    Web,
    /// A file.
    Import,
    /// A program's own system, by reference.
    Feed,
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
