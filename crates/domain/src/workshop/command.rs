//! What may be asked of a workshop.

use std::collections::BTreeSet;

use super::{
    AssignmentDraft, AssignmentResult, Block, Blocks, Canceller, Channel, Document, GroupContact,
    GroupPolicy, Membership, Presence, Reason, Schedule, Session, Settings, Slot, Wishes,
};
use crate::{
    Date, GroupId, Instant, LinkHash, MunicipalityKey, Number, PersonId, ProgramId, ReferenceHash,
    RegistrationId, ReportingId, TopicCode, assignment::Input,
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
    /// State its settings anew; time and place of deciding are the state's own.
    AmendSettings {
        /// All of them, as they shall be.
        settings: Box<Settings>,
        /// Whether the guarantees were among what was stated.
        guarantees_restated: bool,
    },
    /// Let people see it and register.
    Publish,
    /// Let it not take place.
    CallOff {
        /// Why.
        reason: Reason,
    },
    /// Move it to another time.
    Postpone {
        /// When.
        schedule: Box<Schedule>,
    },
    /// Give the seats kept for a program to all.
    Release {
        /// Which program.
        program: ProgramId,
    },
    /// Draw lots.
    Draw {
        /// What to draw them with.
        seed: [u8; 32],
    },
    /// Register somebody.
    Submit(Box<Submission>),
    /// Register a group.
    SubmitGroup(Box<GroupSubmission>),
    /// Note that an e-mail address is confirmed.
    ConfirmEmail(RegistrationId),
    /// Approve of somebody.
    Approve(RegistrationId),
    /// Say no to somebody.
    Decline(RegistrationId, Reason),
    /// Offer a seat to somebody who waits.
    Offer(RegistrationId),
    /// Give a seat to somebody who waits.
    Promote(RegistrationId),
    /// Take the seat that was offered.
    Accept(RegistrationId),
    /// Do not take the seat that was offered.
    DeclineOffer(RegistrationId),
    /// Give a place back.
    Cancel(Cancellation),
    /// Let a confirmed registration wait, before all others.
    ToWaitlist(RegistrationId, Reason),
    /// Let a registration that has ended go on.
    Reinstate(Reinstatement),
    /// State anew what is known of a registration.
    Amend(Box<Amendment>),
    /// Let somebody come in another's place.
    Substitute(Box<Substitution>),
    /// Let one registration end in another of the same person.
    Merge {
        /// Which one ends.
        registration: RegistrationId,
        /// Which one goes on.
        into: RegistrationId,
    },
    /// Replace the participant's secret.
    RenewLink {
        /// Which registration.
        registration: RegistrationId,
        /// The hash of the new secret.
        link: LinkHash,
    },
    /// Prepare a run that assigns topics.
    DraftAssignment {
        /// The run, and what it would bring.
        draft: Box<AssignmentDraft>,
        /// What it was solved on.
        basis: Box<Input>,
    },
    /// Let a run hold: what it brings was solved again.
    PublishAssignment {
        /// The run, and what it brings.
        result: Box<AssignmentResult>,
        /// What it was solved on.
        basis: Box<Input>,
    },
    /// Give somebody a topic by hand, or take it away.
    AssignTopic(AssignTopic),
    /// Let two people have each other's topic.
    SwapTopics(SwapTopics),
    /// State who was there in a session.
    TakeAttendance(TakeAttendance),
    /// Say that all is stated, and let follow from it who attended.
    CloseAttendance {
        /// The days that count; nothing means all.
        days: Option<BTreeSet<Date>>,
    },
    /// Add a version of a document, of which the bytes are kept.
    AddDocument(Box<Document>),
    /// The same, with more said about its reason.
    WithNote {
        /// What is asked, about a registration.
        command: Box<Command>,
        /// What is said, sealed for the registration's person.
        note: Block,
    },
    /// Nothing but what is due anyway.
    Settle,
}

impl Command {
    /// Gives the command's name, as it stands in the log and in refusals.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Create { .. } => "workshop.create",
            Self::AmendSettings { .. } => "workshop.amend",
            Self::Publish => "workshop.publish",
            Self::CallOff { .. } => "workshop.cancel",
            Self::Postpone { .. } => "workshop.postpone",
            Self::Release { .. } => "workshop.release",
            Self::Draw { .. } => "workshop.draw",
            Self::Settle => "workshop.settle",
            Self::Submit(_) => "registration.submit",
            Self::SubmitGroup(_) => "group.submit",
            Self::ConfirmEmail(_) => "registration.confirm_email",
            Self::Approve(_) => "registration.approve",
            Self::Decline(..) => "registration.decline",
            Self::Offer(_) => "registration.offer",
            Self::Promote(_) => "registration.promote",
            Self::Accept(_) => "registration.accept",
            Self::DeclineOffer(_) => "registration.decline_offer",
            Self::Cancel(_) => "registration.cancel",
            Self::ToWaitlist(..) => "registration.to_waitlist",
            Self::Reinstate(_) => "registration.reinstate",
            Self::Amend(_) => "registration.amend",
            Self::Substitute(_) => "registration.substitute",
            Self::Merge { .. } => "registration.merge",
            Self::WithNote { command, .. } => command.kind(),
            Self::RenewLink { .. } => "registration.new_link",
            Self::DraftAssignment { .. } => "assignment.draft",
            Self::PublishAssignment { .. } => "assignment.publish",
            Self::AssignTopic(_) => "registration.assign_topic",
            Self::SwapTopics(_) => "topics.swap",
            Self::TakeAttendance(_) => "attendance.take",
            Self::CloseAttendance { .. } => "attendance.close",
            Self::AddDocument(_) => "document.add",
        }
    }

    /// Gives the registration that the command is about, where it is about one that exists.
    pub fn registration(&self) -> Option<RegistrationId> {
        match self {
            Self::Create { .. }
            | Self::AmendSettings { .. }
            | Self::Publish
            | Self::CallOff { .. }
            | Self::Postpone { .. }
            | Self::Release { .. }
            | Self::Draw { .. }
            | Self::Settle
            | Self::Submit(_)
            | Self::SubmitGroup(_)
            | Self::DraftAssignment { .. }
            | Self::PublishAssignment { .. }
            | Self::CloseAttendance { .. }
            | Self::AddDocument(_)
            | Self::SwapTopics(_) => None,
            Self::TakeAttendance(take) => take.about(),
            Self::ConfirmEmail(id)
            | Self::Approve(id)
            | Self::Decline(id, _)
            | Self::Offer(id)
            | Self::Promote(id)
            | Self::Accept(id)
            | Self::DeclineOffer(id)
            | Self::ToWaitlist(id, _) => Some(*id),
            Self::WithNote { command, .. } => command.registration(),
            Self::Cancel(cancellation) => Some(cancellation.registration),
            Self::Reinstate(reinstatement) => Some(reinstatement.registration),
            Self::Amend(amendment) => Some(amendment.registration),
            Self::Substitute(substitution) => Some(substitution.registration),
            Self::AssignTopic(assign) => Some(assign.registration),
            Self::Merge { registration, .. } | Self::RenewLink { registration, .. } => {
                Some(*registration)
            }
        }
    }
}

/// Who was there in a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TakeAttendance {
    /// Which session.
    pub session: Session,
    /// When its day begins where the workshop is.
    pub begins: Instant,
    /// Who was there and who was not, nobody twice; nothing takes back what was stated before.
    pub entries: Vec<(RegistrationId, Option<Presence>)>,
    /// Why it is corrected, after it was closed.
    pub reason: Option<Reason>,
    /// Whether it is about one registration by its address, and not about a list.
    pub alone: bool,
}

impl TakeAttendance {
    /// Gives the registration that it is about, where it is about one.
    fn about(&self) -> Option<RegistrationId> {
        let first = self.entries.first().filter(|_| self.alone);
        first.map(|(registration, _)| *registration)
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
    /// Whether an e-mail address was given.
    pub has_email: bool,
    /// The hash of the participant's own secret.
    pub link: LinkHash,
    /// Why the host's office lets them in past opening, closing and buckets, where it does.
    pub overriding: Option<Reason>,
}

/// A person as the vault knows them, with what is personal sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// The person.
    pub person: PersonId,
    /// Whether they are nobody in particular (`N.N.`).
    pub placeholder: bool,
    /// Other persons of the program who may be the same.
    pub look_alikes: Vec<PersonId>,
    /// What is personal, sealed.
    pub blocks: Blocks,
}

/// A registration of a person that the vault knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submission {
    /// What is asked for.
    pub application: Application,
    /// Who it is for.
    pub who: Known,
}

/// A group that is to be registered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupSubmission {
    /// Its id.
    pub group: GroupId,
    /// Whether its members want to come together or not at all.
    pub policy: GroupPolicy,
    /// Whom to ask about it.
    pub contact: Option<GroupContact>,
    /// Its members, all of one program.
    pub members: Vec<Submission>,
}

impl GroupSubmission {
    /// The most members of a group.
    pub const MAX_MEMBERS: usize = 100;

    /// Gives what each member has of the group.
    pub fn membership(&self) -> Membership {
        Membership {
            group: self.group,
            together: self.policy == GroupPolicy::Together,
        }
    }
}

/// A cancellation that is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cancellation {
    /// Which registration.
    pub registration: RegistrationId,
    /// Who asks.
    pub by: Canceller,
}

/// A registration that shall go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reinstatement {
    /// Which registration.
    pub registration: RegistrationId,
    /// Why.
    pub reason: Reason,
    /// Whether it gets a seat over the buckets.
    pub overriding: bool,
}

/// Who states anew what is known of a registration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Amender {
    /// A coordination office.
    Office,
    /// A program's own system, until registration closes.
    Feeder,
    /// The participant: contact until registration closes, wishes until their own deadline.
    Participant,
}

/// What shall be known of a registration; what is absent stays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Amendment {
    /// Which registration.
    pub registration: RegistrationId,
    /// Who asks.
    pub by: Amender,
    /// The municipality they come from.
    pub municipality: Option<MunicipalityKey>,
    /// Their wishes.
    pub wishes: Option<Vec<Wishes>>,
    /// The version of the privacy notice they saw.
    pub privacy_notice: Option<u32>,
    /// What is personal, where it is other than before; `person` is whom the vault knows by it.
    pub data: Option<Known>,
}

/// Somebody to come in another's place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Substitution {
    /// The registration that ends.
    pub registration: RegistrationId,
    /// Who asks.
    pub by: Substituter,
    /// The new registration's id.
    pub successor: RegistrationId,
    /// Its id in reporting.
    pub reporting: ReportingId,
    /// Candidates for its number; the first that is free is taken.
    pub numbers: [Number; 3],
    /// The municipality the new person comes from.
    pub municipality: MunicipalityKey,
    /// The way it came in.
    pub channel: Channel,
    /// The version of the privacy notice the new person saw.
    pub privacy_notice: u32,
    /// The hash of the new participant's secret.
    pub link: LinkHash,
    /// Who comes.
    pub who: Known,
}

/// Who lets somebody come in another's place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Substituter {
    /// The participant.
    Participant,
    /// The office of the registration's own program.
    Office,
    /// The host's office: later, and across municipalities, with a reason.
    Host(Option<Reason>),
}

/// A topic that somebody shall have, or have no more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssignTopic {
    /// Which registration.
    pub registration: RegistrationId,
    /// In which slot.
    pub slot: Slot,
    /// Which topic; nothing takes away what they have.
    pub topic: Option<TopicCode>,
    /// Why.
    pub reason: Reason,
    /// Whether it may be over the topic's sizes.
    pub overriding: bool,
}

/// Two people who shall have each other's topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SwapTopics {
    /// In which slot.
    pub slot: Slot,
    /// The one.
    pub one: RegistrationId,
    /// The other.
    pub other: RegistrationId,
    /// Why.
    pub reason: Reason,
}
