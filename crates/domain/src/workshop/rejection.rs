//! Why the rules say no. Closed: each has one stable code outside.

use crate::{Cutoff, Number, Stated};

/// A refusal by the rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rejection {
    /// There is no such thing, or none for whoever asks.
    NotFound,
    /// The settings contradict themselves.
    Settings(SettingsFault),
    /// The wishes do not fit the workshop.
    Wishes(WishFault),
    /// The state does not know this command.
    TransitionNotAllowed {
        /// The state it is in.
        state: &'static str,
        /// The command that was asked.
        command: &'static str,
    },
    /// The program does not take part in this workshop.
    ProgramDoesNotTakePart,
    /// Registration has not opened yet.
    RegistrationNotOpen {
        /// When it opens; nothing where the workshop is still a draft.
        opens: Option<Stated>,
    },
    /// The deadline has passed.
    DeadlinePassed {
        /// Which one.
        deadline: Cutoff,
    },
    /// The source reference names another registration.
    ReferenceTaken {
        /// The registration that bears it.
        number: Number,
    },
    /// The person is registered already.
    DuplicateRegistration {
        /// Under this number.
        number: Number,
    },
    /// Nobody more fits, and there is no waitlist.
    QuotaExhausted {
        /// All seats of the workshop.
        capacity: u32,
    },
    /// All three candidate numbers are taken; the command may be repeated with new ones.
    NumbersTaken,
}

/// What contradicts itself in a workshop's settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettingsFault {
    /// It would end before it begins.
    EndsBeforeItBegins,
    /// Registration would close before it opens.
    ClosesBeforeItOpens,
    /// The host is not among the participating programs.
    HostDoesNotTakePart,
    /// More programs than allowed.
    TooManyPrograms,
    /// More topics than allowed.
    TooManyTopics,
    /// One topic is offered twice in one slot.
    TopicTwice,
}

/// What is wrong with wishes. The index counts the slots as they were stated, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WishFault {
    /// Two wish lists for one slot.
    SlotTwice(usize),
    /// More ranked wishes than the workshop takes.
    TooManyRanked(usize),
    /// More vetoes than the workshop takes.
    TooManyVetoes(usize),
    /// A topic that is not offered in that slot.
    UnknownTopic(usize),
    /// A topic named twice, or both wanted and vetoed.
    TopicTwice(usize),
}

impl WishFault {
    /// Gives the index of the wish list that is wrong.
    pub fn index(self) -> usize {
        match self {
            Self::SlotTwice(index)
            | Self::TooManyRanked(index)
            | Self::TooManyVetoes(index)
            | Self::UnknownTopic(index)
            | Self::TopicTwice(index) => index,
        }
    }
}
