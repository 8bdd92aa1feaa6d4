//! What may be asked of a workshop.

use super::{Blocks, CancelReason, Channel, Settings, Wishes};
use crate::{
    LinkHash, MunicipalityKey, Number, PersonId, ProgramId, ReferenceHash, RegistrationId,
    ReportingId,
};

/// A command to a workshop. Everything random was made before and is handed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Make the workshop, as a draft of its host.
    Create {
        /// The host program.
        host: ProgramId,
        /// Its settings.
        settings: Box<Settings>,
    },
    /// Let people see it and register.
    Publish,
    /// Register somebody.
    Submit(Box<Submission>),
    /// Give a place back.
    Cancel(Cancellation),
}

impl Command {
    /// Gives the command's name, as it stands in the log and in refusals.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Create { .. } => "workshop.create",
            Self::Publish => "workshop.publish",
            Self::Submit(_) => "registration.submit",
            Self::Cancel(_) => "registration.cancel",
        }
    }
}

/// A registration that is asked for, as far as it can be stated without knowing the person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Application {
    /// The new registration's id.
    pub registration: RegistrationId,
    /// Its id in reporting.
    pub reporting: ReportingId,
    /// Candidates for its number; the first that is free is taken.
    pub numbers: [Number; 3],
    /// The program that registers them.
    pub program: ProgramId,
    /// The municipality they come from.
    pub municipality: MunicipalityKey,
    /// The way it came in.
    pub channel: Channel,
    /// The program's own file number, hashed.
    pub reference: Option<ReferenceHash>,
    /// Their wishes, at most one for a slot.
    pub wishes: Vec<Wishes>,
    /// The version of the privacy notice they saw, from 1 on.
    pub privacy_notice: u32,
    /// The hash of the participant's own secret.
    pub link: LinkHash,
}

/// A registration of a person that the vault knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submission {
    /// What is asked for.
    pub application: Application,
    /// The person, as the vault knows them.
    pub person: PersonId,
    /// What is personal, sealed.
    pub blocks: Blocks,
}

/// A cancellation that is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cancellation {
    /// Which registration.
    pub registration: RegistrationId,
    /// Who asks.
    pub by: Canceller,
}

/// Who cancels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Canceller {
    /// A coordination office, which must give a reason and is not bound by the deadline.
    Office(CancelReason),
    /// The participant, who needs no reason but is bound by the deadline.
    Participant,
}
