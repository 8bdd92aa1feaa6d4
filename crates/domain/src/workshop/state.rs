//! What the rules remember of a workshop.

use std::collections::{BTreeMap, BTreeSet};

use super::Settings;
use crate::{
    LinkHash, MunicipalityKey, Number, PersonId, ProgramId, ReferenceHash, RegistrationId,
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
    /// Every registration there ever was.
    pub registrations: BTreeMap<RegistrationId, Registration>,
    /// The live registration of each person.
    pub live: BTreeMap<PersonId, RegistrationId>,
    /// The registration that each source reference names.
    pub references: BTreeMap<ReferenceHash, RegistrationId>,
    /// Every number given out.
    pub numbers: BTreeSet<Number>,
    /// How many hold a seat.
    pub seated: u32,
    /// Those who wait, by the order of their arrival in the log.
    pub queue: BTreeMap<u64, RegistrationId>,
    /// How many registrations have arrived; the next one's place in the order.
    pub arrivals: u64,
}

impl Workshop {
    /// Makes a draft without registrations.
    pub fn draft(host: ProgramId, settings: Settings) -> Self {
        Self {
            host,
            settings,
            status: Status::Draft,
            registrations: BTreeMap::new(),
            live: BTreeMap::new(),
            references: BTreeMap::new(),
            numbers: BTreeSet::new(),
            seated: 0,
            queue: BTreeMap::new(),
            arrivals: 0,
        }
    }

    /// Says whether one more may be seated.
    pub fn has_room(&self) -> bool {
        self.settings
            .capacity
            .is_none_or(|capacity| self.seated < capacity)
    }

    /// Gives the place in the queue that a newcomer would get, counted from 1.
    pub fn next_place(&self) -> u32 {
        u32::try_from(self.queue.len()).map_or(u32::MAX, |waiting| waiting.saturating_add(1))
    }
}

/// Whether people may see a workshop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Only its host sees it.
    Draft,
    /// Everybody sees it.
    Published,
}

impl Status {
    /// Gives the name used in answers, tables and refusals.
    pub fn name(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Published => "published",
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
    /// The program that registered them.
    pub program: ProgramId,
    /// The municipality they come from.
    pub municipality: MunicipalityKey,
    /// The hash of the participant's own secret.
    pub link: LinkHash,
    /// Its place in the order of arrival.
    pub arrival: u64,
    /// Where it stands.
    pub situation: Situation,
}

/// Where a registration stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Situation {
    /// It came in and has no outcome yet.
    Submitted,
    /// It holds a seat.
    Confirmed,
    /// It waits for a seat.
    Waitlisted,
    /// It was given back.
    Cancelled,
}

impl Situation {
    /// Gives the name used in answers, tables and refusals.
    pub fn name(self) -> &'static str {
        match self {
            Self::Submitted => "submitted",
            Self::Confirmed => "confirmed",
            Self::Waitlisted => "waitlisted",
            Self::Cancelled => "cancelled",
        }
    }

    /// Says whether the registration may still come to something.
    pub fn is_live(self) -> bool {
        match self {
            Self::Submitted | Self::Confirmed | Self::Waitlisted => true,
            Self::Cancelled => false,
        }
    }
}
