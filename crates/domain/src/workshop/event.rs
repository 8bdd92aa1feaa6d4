//! What has happened to a workshop and its registrations.

use super::{Canceller, Channel, Settings, Wishes};
use crate::{
    LinkHash, MunicipalityKey, Number, PersonId, ProgramId, ReferenceHash, RegistrationId,
    ReportingId,
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
    /// It was published.
    Published,
    /// A registration came in; its outcome is the next event.
    Submitted(Box<Submitted>),
    /// A registration holds a seat.
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
    /// A registration was given back.
    Cancelled {
        /// Which registration.
        registration: RegistrationId,
        /// Who asked for it, and why.
        by: Canceller,
    },
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
    /// The program that registered them.
    pub program: ProgramId,
    /// The municipality they come from.
    pub municipality: MunicipalityKey,
    /// The way it came in.
    pub channel: Channel,
    /// The program's own file number, hashed.
    pub reference: Option<ReferenceHash>,
    /// Their wishes.
    pub wishes: Vec<Wishes>,
    /// The version of the privacy notice they saw.
    pub privacy_notice: u32,
    /// The hash of the participant's own secret.
    pub link: LinkHash,
    /// What is personal, sealed.
    pub blocks: Blocks,
}

/// What led to a seat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// There was room when they came.
    Admitted,
    /// Somebody's seat passed on to them.
    SeatPassed,
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
