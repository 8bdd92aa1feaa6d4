//! Why the rules say no. Closed: each has one stable code outside.

use super::{Bucket, Slot};
use crate::{Cutoff, Date, Instant, Number, Stated, TopicCode, assignment::Obstacle};

/// A refusal by the rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rejection {
    /// There is no such thing, or none for whoever asks.
    NotFound,
    /// The asker may see the thing, but this is for the host's office alone.
    HostOnly,
    /// The settings contradict themselves.
    Settings(SettingsFault),
    /// The wishes do not fit the workshop.
    Wishes(WishFault),
    /// This can only be done with a reason.
    ReasonRequired,
    /// The workshop wants e-mail addresses to be confirmed, and none was given.
    EmailRequired,
    /// The participant may not change this themselves.
    NotTheirs(Field),
    /// A member of a group is refused, and with them the group.
    Member {
        /// Which one, counted from 0.
        index: usize,
        /// Why.
        rejection: Box<Rejection>,
    },
    /// One of many is refused, and with it all.
    Entry {
        /// Which one, counted from 0.
        index: usize,
        /// Why.
        rejection: Box<Rejection>,
    },
    /// The workshop has as many versions of the document as it takes.
    TooManyVersions,
    /// The workshop has no such version of the privacy notice.
    NoticeUnknown {
        /// The newest one.
        newest: u32,
    },
    /// The day is none of the workshop's.
    OtherDay,
    /// Nothing is stated about some of the days that count.
    AttendanceMissing {
        /// Which ones.
        days: Vec<Date>,
    },
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
    /// Lots are drawn after registration has closed.
    RegistrationStillOpen {
        /// When it closes.
        closes: Cutoff,
    },
    /// The deadline has passed.
    DeadlinePassed {
        /// Which one.
        deadline: Cutoff,
    },
    /// The e-mail address was not confirmed in time.
    ConfirmationExpired {
        /// When the time was over.
        expired: Instant,
    },
    /// The seat that was offered is not any more.
    OfferExpired {
        /// When the offer became void.
        expired: Instant,
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
    /// The group has the same person, or the same source reference, twice.
    TwiceInGroup {
        /// The member who came first in the list, counted from 0.
        first: usize,
        /// What both have.
        same: Same,
    },
    /// The two registrations do not look like the same person.
    NotLookAlikes,
    /// Nobody more fits into a bucket.
    QuotaExhausted(Exhausted),
    /// Somebody else is ahead who could take the seat.
    Queue {
        /// How many seats the workshop has left; nothing is unlimited.
        free: Option<u32>,
    },
    /// More rest than lots can be drawn for.
    TooManyToDraw {
        /// How many rest.
        resting: usize,
    },
    /// What a run was solved on is not what there is any more.
    InputChanged,
    /// The catalogue has as many topics as it takes.
    CatalogueFull,
    /// More are confirmed than topics can be assigned to in one run.
    TooManyToAssign {
        /// How many are confirmed.
        people: usize,
    },
    /// The topic is not offered in that slot.
    TopicNotOffered,
    /// The topic cannot be given to somebody.
    TopicNotFree {
        /// In which slot.
        slot: Slot,
        /// Which topic.
        topic: TopicCode,
        /// What is in the way.
        obstacle: Obstacle,
    },
    /// All three candidate numbers are taken; the command may be repeated with new ones.
    NumbersTaken,
}

/// A bucket that is full, and what else is left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exhausted {
    /// The bucket.
    pub bucket: Bucket,
    /// How many seats the workshop has left; nothing is unlimited.
    pub free: Option<u32>,
}

/// What two members of a group have both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Same {
    /// The person.
    Person,
    /// The source reference.
    Reference,
}

/// What a participant may not change themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// Their municipality.
    Municipality,
    /// The version of the privacy notice.
    PrivacyNotice,
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
    /// A topic needs more people than it takes.
    TopicMinOverMax,
    /// A topic has a cap for a program that does not take part.
    TopicCapOfForeignProgram,
    /// More caps of programs in topics than allowed.
    TooManyTopicCaps,
    /// A topic has more speakers than allowed.
    TooManySpeakers,
    /// Titles, rooms and speakers are longer than allowed, all together.
    TopicTextsTooLong,
    /// A cap for a program that does not take part.
    CapOfForeignProgram,
    /// A guarantee for a program that does not take part.
    GuaranteeOfForeignProgram,
    /// More seats are guaranteed than there are.
    GuaranteesOverCapacity,
    /// More municipalities with a cap than allowed.
    TooManyCaps,
    /// The host may not change after lots were drawn how people are admitted.
    AdmissionAfterDraw,
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
