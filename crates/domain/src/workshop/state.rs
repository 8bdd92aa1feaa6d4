//! What the rules remember of a workshop.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Assigned, Attendance, Buckets, Document, DocumentKind, Lapse, Membership, Order, Queue, Run,
    Session, Settings, Slot, Taken, Wishes,
};
use crate::{
    Instant, LinkHash, MunicipalityKey, Number, PersonId, ProgramId, ReferenceHash, RegistrationId,
    RunId,
};

/// A workshop's boundary, before and after it was made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum State {
    /// Nobody has made it.
    #[default]
    Unborn,
    /// It exists.
    Exists(Box<Workshop>),
}

/// A workshop with its registrations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workshop {
    /// The host program.
    pub host: ProgramId,
    /// Its settings.
    pub settings: Settings,
    /// Whether people may see it.
    pub status: Status,
    /// Whether it was ever published; a draft that is cancelled stays with its host.
    pub published: bool,
    /// The programs whose guarantee is released.
    pub released: BTreeSet<ProgramId>,
    /// Whether lots were drawn.
    pub drawn: bool,
    /// Every registration there ever was.
    pub registrations: BTreeMap<RegistrationId, Registration>,
    /// The live registration of each person, under every id by which they are known.
    pub live: BTreeMap<PersonId, RegistrationId>,
    /// The registration that each source reference names.
    pub references: BTreeMap<ReferenceHash, RegistrationId>,
    /// Every number given out.
    pub numbers: BTreeSet<Number>,
    /// The seats that are held.
    pub taken: Taken,
    /// Those who wait.
    pub queue: Queue,
    /// What lapses if nobody answers, the first first.
    pub lapsing: BTreeSet<(Instant, RegistrationId)>,
    /// How many places in the order were given; the next one.
    pub arrivals: u64,
    /// Every run that was drafted.
    pub runs: BTreeMap<RunId, Run>,
    /// The sessions that count, once attendance is closed.
    pub closed: Option<BTreeSet<Session>>,
    /// The versions of each document, the first first.
    pub documents: BTreeMap<DocumentKind, Vec<Document>>,
}

impl Workshop {
    /// Makes a draft without registrations.
    pub fn draft(host: ProgramId, settings: Settings) -> Self {
        Self {
            host,
            settings,
            status: Status::Draft,
            published: false,
            released: BTreeSet::new(),
            drawn: false,
            registrations: BTreeMap::new(),
            live: BTreeMap::new(),
            references: BTreeMap::new(),
            numbers: BTreeSet::new(),
            taken: Taken::default(),
            queue: Queue::default(),
            lapsing: BTreeSet::new(),
            arrivals: 0,
            runs: BTreeMap::new(),
            closed: None,
            documents: BTreeMap::new(),
        }
    }

    /// Gives the buckets as they are filled.
    pub fn buckets(&self) -> Buckets<'_> {
        Buckets::new(&self.settings, &self.released, &self.taken)
    }

    /// Gives the live registration of a person.
    pub fn live_of(&self, person: PersonId) -> Option<(RegistrationId, &Registration)> {
        let id = *self.live.get(&person)?;
        Some((id, self.registrations.get(&id)?))
    }

    /// Gives those for whom lots are to be drawn, in the order of their arrival.
    pub fn resting_for_draw(&self) -> BTreeMap<Order, RegistrationId> {
        let all = self.registrations.iter();
        all.filter(|(_, registration)| {
            registration.situation == Situation::Submitted { confirm_by: None }
        })
        .map(|(id, registration)| (registration.order, *id))
        .collect()
    }
}

/// Whether people may see a workshop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Only its host sees it.
    Draft,
    /// Everybody sees it.
    Published,
    /// It does not take place.
    Cancelled,
}

impl Status {
    /// Every status.
    pub const ALL: [Self; 3] = [Self::Draft, Self::Published, Self::Cancelled];

    /// Gives the name used in answers, tables and refusals.
    pub fn name(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Published => "published",
            Self::Cancelled => "cancelled",
        }
    }
}

/// One registration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registration {
    /// Its number.
    pub number: Number,
    /// The person.
    pub person: PersonId,
    /// Another person as whom the vault knows whoever this is, since they were amended.
    pub also: Option<PersonId>,
    /// Whether the person is nobody in particular (`N.N.`).
    pub placeholder: bool,
    /// The program that registered them.
    pub program: ProgramId,
    /// The municipality they come from.
    pub municipality: MunicipalityKey,
    /// The hash of the participant's own secret.
    pub link: LinkHash,
    /// The group it belongs to.
    pub group: Option<Membership>,
    /// Their wishes.
    pub wishes: Vec<Wishes>,
    /// The version of the privacy notice they saw.
    pub privacy_notice: u32,
    /// Registrations that may be of the same person.
    pub look_alikes: BTreeSet<RegistrationId>,
    /// Its place in the order.
    pub order: Order,
    /// Whether an office has approved.
    pub approved: bool,
    /// The topics they have, while they are confirmed and when they have been there.
    pub topics: BTreeMap<Slot, Assigned>,
    /// Whether they were there.
    pub attendance: Attendance,
    /// Where it stands.
    pub situation: Situation,
}

/// Where a registration stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Situation {
    /// It came in and rests: until its e-mail address is confirmed, or lots are drawn.
    Submitted {
        /// Until when the address must be confirmed, where it is not yet.
        confirm_by: Option<Instant>,
    },
    /// It holds a seat and waits for approval.
    PendingApproval,
    /// It holds a seat.
    Confirmed,
    /// It waits for a seat.
    Waitlisted,
    /// A seat is kept for it, until it is answered.
    Offered {
        /// From this instant on the offer is void.
        expires: Instant,
    },
    /// An office said no.
    Declined,
    /// Nobody answered in time.
    Lapsed {
        /// What has lapsed.
        lapse: Lapse,
        /// When its time was over.
        expired: Instant,
    },
    /// It was given back.
    Cancelled,
    /// Somebody came in its place.
    Transferred {
        /// Under this registration.
        to: RegistrationId,
    },
    /// It turned out to be the same as another one.
    Merged {
        /// As this one.
        into: RegistrationId,
    },
    /// They were there all the time.
    Attended,
    /// They were there some of the time.
    PartiallyAttended,
    /// They were not there.
    NoShow,
}

impl Situation {
    /// The names of all situations.
    pub const NAMES: [&'static str; 13] = [
        "submitted",
        "pending_approval",
        "confirmed",
        "waitlisted",
        "offered",
        "declined",
        "lapsed",
        "cancelled",
        "transferred",
        "merged",
        "attended",
        "partially_attended",
        "no_show",
    ];

    /// Gives the name used in answers, tables and refusals.
    pub fn name(self) -> &'static str {
        match self {
            Self::Submitted { .. } => "submitted",
            Self::PendingApproval => "pending_approval",
            Self::Confirmed => "confirmed",
            Self::Waitlisted => "waitlisted",
            Self::Offered { .. } => "offered",
            Self::Declined => "declined",
            Self::Lapsed { .. } => "lapsed",
            Self::Cancelled => "cancelled",
            Self::Transferred { .. } => "transferred",
            Self::Merged { .. } => "merged",
            Self::Attended => "attended",
            Self::PartiallyAttended => "partially_attended",
            Self::NoShow => "no_show",
        }
    }

    /// Says whether the registration may still come to something.
    pub fn is_live(self) -> bool {
        match self {
            Self::Submitted { .. }
            | Self::PendingApproval
            | Self::Confirmed
            | Self::Waitlisted
            | Self::Offered { .. } => true,
            Self::Declined
            | Self::Lapsed { .. }
            | Self::Cancelled
            | Self::Transferred { .. }
            | Self::Merged { .. }
            | Self::Attended
            | Self::PartiallyAttended
            | Self::NoShow => false,
        }
    }

    /// Says whether attendance has brought it here.
    pub fn is_closed(self) -> bool {
        matches!(
            self,
            Self::Attended | Self::PartiallyAttended | Self::NoShow
        )
    }

    /// Says whether it holds a seat.
    pub fn holds_seat(self) -> bool {
        match self {
            Self::PendingApproval
            | Self::Confirmed
            | Self::Offered { .. }
            | Self::Attended
            | Self::PartiallyAttended
            | Self::NoShow => true,
            Self::Submitted { .. }
            | Self::Waitlisted
            | Self::Declined
            | Self::Lapsed { .. }
            | Self::Cancelled
            | Self::Transferred { .. }
            | Self::Merged { .. } => false,
        }
    }

    /// Gives when it lapses if nobody answers.
    pub fn lapses(self) -> Option<Instant> {
        match self {
            Self::Submitted { confirm_by } => confirm_by,
            Self::Offered { expires } => Some(expires),
            Self::PendingApproval
            | Self::Confirmed
            | Self::Waitlisted
            | Self::Declined
            | Self::Lapsed { .. }
            | Self::Cancelled
            | Self::Transferred { .. }
            | Self::Merged { .. }
            | Self::Attended
            | Self::PartiallyAttended
            | Self::NoShow => None,
        }
    }
}
