//! Which part of a list of registrations is asked for, and what is given.

use anmeldewerk_domain::{MunicipalityKey, ProgramId, TopicCode};
use jiff::Timestamp;

use super::{QueuePlace, Registration};
use crate::{RegistrationState, change::Arrival};

/// Which attendees are asked for; nothing means all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AttendeeFilter {
    /// In this state.
    pub state: Option<RegistrationState>,
    /// Registered by this program.
    pub program: Option<ProgramId>,
    /// From this municipality.
    pub municipality: Option<MunicipalityKey>,
    /// With this topic among their wishes.
    pub topic: Option<TopicCode>,
    /// With this topic in either slot.
    pub assigned: Option<TopicCode>,
    /// Which part of the list.
    pub window: Window,
    /// The time for which it is said what keeps people waiting.
    pub now: Timestamp,
}

/// A part of a list in the order of arrival.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Window {
    /// Behind this one; the default is before everybody.
    pub after: Arrival,
    /// At most so many (1 to [`super::MAX_LIMIT`]).
    pub limit: u32,
}

/// Which of those who wait are asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitlistFilter {
    /// Registered by this program; nothing means all.
    pub program: Option<ProgramId>,
    /// The time for which it is said what keeps people waiting.
    pub now: Timestamp,
    /// Behind this one.
    pub after: QueuePlace,
    /// At most so many (1 to [`super::MAX_LIMIT`]).
    pub limit: u32,
}

/// A part of the waitlist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitlistPage {
    /// Those who wait, in the order in which seats pass on.
    pub items: Vec<Registration>,
    /// Behind which place the next part begins, if there is one.
    pub next: Option<QueuePlace>,
}

/// A part of a list of attendees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttendeePage {
    /// The registrations in the order of their arrival.
    pub items: Vec<Registration>,
    /// Behind which one the next part begins, if there is one.
    pub next: Option<Arrival>,
}
