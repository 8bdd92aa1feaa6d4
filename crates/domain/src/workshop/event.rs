//! What has happened to a workshop and its registrations.

use super::{
    AssignmentDraft, AssignmentResult, AttendanceTaken, Bucket, Channel, DocumentAdded, Reason,
    Schedule, Session, Settings, Slot, Wishes,
};
use crate::{
    GroupId, Instant, LinkHash, MunicipalityKey, Number, PersonId, ProgramId, ReferenceHash,
    RegistrationId, ReportingId, TopicCode,
};

/// A fact about a workshop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A draft was made.
    Created {
        /// The host program.
        host: ProgramId,
        /// Its settings.
        settings: Box<Settings>,
    },
    /// Its settings were stated anew.
    SettingsAmended {
        /// All of them.
        settings: Box<Settings>,
        /// Whether the guarantees were stated anew: then none of them is released.
        guarantees_restated: bool,
    },
    /// It was published.
    Published,
    /// It will not take place: every live registration is cancelled, and nothing passes on.
    CalledOff {
        /// Why.
        reason: Reason,
    },
    /// It takes place at another time; states, seats and places stay.
    Postponed {
        /// When.
        schedule: Box<Schedule>,
    },
    /// The seats kept for a program are free for all.
    GuaranteeReleased {
        /// Which program.
        program: ProgramId,
        /// What led to it.
        release: Release,
    },
    /// Lots were drawn: everybody who rested for it waits, in the order drawn.
    DrawHeld {
        /// What the order was drawn with.
        seed: [u8; 32],
        /// For each of those who rested, in the order of their arrival, the place drawn, from 0 on.
        places: Vec<u32>,
    },
    /// When seats passed on, people were passed over whose own bucket was full.
    PassedOver(Vec<PassedOver>),
    /// A group came in; its members follow.
    GroupSubmitted(Box<GroupSubmitted>),
    /// A registration came in; its outcome is the next event about it, if it does not rest.
    Submitted(Box<Submitted>),
    /// The e-mail address of a registration is confirmed.
    EmailConfirmed {
        /// Which registration.
        registration: RegistrationId,
    },
    /// A registration holds a seat and waits for approval.
    Held {
        /// Which registration.
        registration: RegistrationId,
        /// What led to it.
        cause: Cause,
    },
    /// A registration holds a seat for good.
    Confirmed {
        /// Which registration.
        registration: RegistrationId,
        /// What led to it.
        cause: Cause,
    },
    /// A registration waits for a seat.
    Waitlisted {
        /// Which registration.
        registration: RegistrationId,
        /// Its place at that moment, counted from 1.
        place: u32,
    },
    /// A seat is kept for somebody until they answer, or the instant comes.
    Offered {
        /// Which registration.
        registration: RegistrationId,
        /// From this instant on the offer is void.
        expires: Instant,
        /// What led to it.
        cause: Cause,
    },
    /// An office said no.
    Declined {
        /// Which registration.
        registration: RegistrationId,
        /// Why.
        reason: Reason,
    },
    /// Nobody answered in time.
    Lapsed {
        /// Which registration.
        registration: RegistrationId,
        /// What has lapsed.
        lapse: Lapse,
    },
    /// A registration was given back.
    Cancelled {
        /// Which registration.
        registration: RegistrationId,
        /// Who asked for it, and why.
        by: Canceller,
    },
    /// What is known of a registration was stated anew.
    Amended(Box<Amended>),
    /// Somebody came in another's place.
    Substituted(Box<Substituted>),
    /// A registration turned out to be the same as another one.
    Merged {
        /// Which registration ends.
        registration: RegistrationId,
        /// Which one goes on.
        into: RegistrationId,
        /// Whether the other one now stands where this one stood.
        takes_state: bool,
        /// Whether the other one now has this one's place in the order.
        takes_place: bool,
    },
    /// A registration that had ended goes on, as a newcomer; its outcome is the next event about it.
    Reinstated {
        /// Which registration.
        registration: RegistrationId,
        /// Why.
        reason: Reason,
        /// Whether it was given a seat over the buckets.
        overridden: bool,
    },
    /// Somebody gave up a seat and waits before all others.
    MovedToWaitlist {
        /// Which registration.
        registration: RegistrationId,
        /// Why.
        reason: Reason,
        /// Its place at that moment, counted from 1.
        place: u32,
    },
    /// Somebody said more about the reason of this decision.
    Noted {
        /// About which registration.
        registration: RegistrationId,
        /// What they said, sealed for its person.
        note: Block,
    },
    /// The participant's secret is another one.
    LinkRenewed {
        /// Which registration.
        registration: RegistrationId,
        /// The hash of the new secret.
        link: LinkHash,
    },
    /// A run that assigns topics was prepared; nobody has another topic for it.
    AssignmentDrafted(Box<AssignmentDraft>),
    /// A run was published: who has which topic.
    AssignmentPublished(Box<AssignmentResult>),
    /// An office gave somebody a topic by hand, or took it away.
    TopicAssigned(TopicAssigned),
    /// It was stated who was there in a session.
    AttendanceTaken(Box<AttendanceTaken>),
    /// Attendance is closed: whoever is confirmed attended, partly attended, or did not.
    AttendanceClosed {
        /// The sessions that count.
        sessions: Vec<Session>,
    },
    /// A document has a new version.
    DocumentAdded(Box<DocumentAdded>),
}

/// A topic given by hand, or taken away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopicAssigned {
    /// Which registration.
    pub registration: RegistrationId,
    /// In which slot.
    pub slot: Slot,
    /// What they had.
    pub previous: Option<TopicCode>,
    /// What they have; no run takes it away.
    pub topic: Option<TopicCode>,
    /// Why.
    pub reason: Reason,
}

/// A registration as it came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submitted {
    /// Its id.
    pub registration: RegistrationId,
    /// Its id in reporting.
    pub reporting: ReportingId,
    /// Its number.
    pub number: Number,
    /// The person.
    pub person: PersonId,
    /// Whether the person is nobody in particular (`N.N.`).
    pub placeholder: bool,
    /// The program that registered them.
    pub program: ProgramId,
    /// The municipality they come from.
    pub municipality: MunicipalityKey,
    /// The way it came in.
    pub channel: Channel,
    /// The program's own file number, hashed.
    pub reference: Option<ReferenceHash>,
    /// The group it belongs to.
    pub group: Option<Membership>,
    /// Their wishes.
    pub wishes: Vec<Wishes>,
    /// The version of the privacy notice they saw.
    pub privacy_notice: u32,
    /// The hash of the participant's own secret.
    pub link: LinkHash,
    /// Until when their e-mail address must be confirmed, where it must.
    pub confirm_until: Option<Instant>,
    /// Live registrations that may be of the same person.
    pub look_alikes: Vec<RegistrationId>,
    /// Why it was let in past opening, closing or buckets, where it was.
    pub overridden: Option<Reason>,
    /// What is personal, sealed.
    pub blocks: Blocks,
}

/// A group as it came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupSubmitted {
    /// Its id.
    pub group: GroupId,
    /// The program that registered it.
    pub program: ProgramId,
    /// Whether its members want to come together or not at all.
    pub policy: GroupPolicy,
    /// Whom to ask about it.
    pub contact: Option<GroupContact>,
    /// How many were to come.
    pub size: u32,
    /// Those for whom there was neither a seat nor a waitlist, as they stood in the list, from 0 on.
    pub refused: Vec<(u32, Bucket)>,
}

/// Whom to ask about a group, sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupContact {
    /// The person whose keys open it: the first member's, who may have been refused.
    pub person: PersonId,
    /// What was stated.
    pub block: Block,
}

/// That somebody belongs to a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Membership {
    /// The group.
    pub group: GroupId,
    /// Whether its members wait for seats for all of them.
    pub together: bool,
}

/// Whether a group comes as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupPolicy {
    /// All or nothing.
    Together,
    /// As many as find a seat.
    Partial,
}

/// What was stated anew about a registration; what is absent stays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Amended {
    /// Which registration.
    pub registration: RegistrationId,
    /// The municipality they come from.
    pub municipality: Option<MunicipalityKey>,
    /// Their wishes.
    pub wishes: Option<Vec<Wishes>>,
    /// The version of the privacy notice they saw.
    pub privacy_notice: Option<u32>,
    /// What is personal: all of it, sealed anew.
    pub data: Option<AmendedData>,
}

/// Personal data stated anew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AmendedData {
    /// Whether the person is nobody in particular (`N.N.`).
    pub placeholder: bool,
    /// Another person as whom the vault knows by now whoever this is.
    pub also: Option<PersonId>,
    /// Live registrations that may be of the same person; who was marked before is so no more.
    pub look_alikes: Vec<RegistrationId>,
    /// All blocks; a class without one is empty from now on.
    pub blocks: Blocks,
}

/// Somebody in another's place: same seat, wishes and place in the order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Substituted {
    /// The registration that ends.
    pub registration: RegistrationId,
    /// Why, where a reason was needed.
    pub reason: Option<Reason>,
    /// The new registration's id.
    pub successor: RegistrationId,
    /// Its id in reporting.
    pub reporting: ReportingId,
    /// Its number.
    pub number: Number,
    /// The person.
    pub person: PersonId,
    /// Whether the person is nobody in particular (`N.N.`).
    pub placeholder: bool,
    /// The municipality they come from.
    pub municipality: MunicipalityKey,
    /// The way it came in.
    pub channel: Channel,
    /// The version of the privacy notice they saw.
    pub privacy_notice: u32,
    /// The hash of the participant's own secret.
    pub link: LinkHash,
    /// Live registrations that may be of the same person.
    pub look_alikes: Vec<RegistrationId>,
    /// What is personal, sealed.
    pub blocks: Blocks,
}

/// Who was passed over for one reason when seats passed on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PassedOver {
    /// What was full.
    pub bucket: Bucket,
    /// How many were passed over.
    pub amount: u32,
    /// The place of the first of them, counted from 1.
    pub first_place: u32,
    /// The place of the last of them.
    pub last_place: u32,
}

/// What led to a seat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// There was room when they came.
    Admitted,
    /// Somebody's seat passed on to them.
    SeatPassed,
    /// The host's office gave it to them out of turn.
    ByHand,
    /// An office approved.
    Approved,
    /// They took the seat that was offered.
    OfferAccepted,
    /// The host's office let them in past the rules, for a reason.
    Override,
}

/// What led to the release of a guarantee.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Release {
    /// Its day began.
    Due,
    /// The host released it.
    ByHand,
}

/// What lapsed because nobody answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lapse {
    /// An offered seat.
    Offer,
    /// An unconfirmed e-mail address.
    Email,
}

/// Who cancels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Canceller {
    /// A coordination office, which must give a reason and is not bound by the deadline.
    Office(Reason),
    /// A program's own system, bound by the deadline.
    Feeder(Option<Reason>),
    /// The participant, who needs no reason but is bound by the deadline.
    Participant,
    /// Whoever declined the seat that was offered.
    OfferDeclined,
}

/// The personal data of one registration, sealed by class; an empty class has no block.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Blocks {
    /// E-mail, phone, source reference in clear.
    pub contact: Option<Block>,
    /// Name, function, organisation.
    pub identity: Option<Block>,
    /// Needs and remarks.
    pub free_text: Option<Block>,
}

/// A sealed block: bytes that only the vault can open, and a commitment to what they say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// Format, person, nonce and ciphertext, as the vault made them.
    pub sealed: Vec<u8>,
    /// The salted commitment to the clear data.
    pub commit: [u8; 32],
}
